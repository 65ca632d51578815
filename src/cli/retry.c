/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie retry: flags, what is due, what was sent, and what became of it. */
#include "triage/retry.h"
#include "base/errors.h"
#include "base/jsonout.h"
#include "base/words.h"
#include "cli/cli.h"

#define BAR_CELLS 40

static int list_due(struct cli *cli)
{
	g_autofree char *asked = cli_query(cli);
	g_autofree char *flagged =
		g_strdup_printf("tag:\"%s\"", config_text(cli->config, SET_TAG_RETRY));
	GError *error = NULL;

	if (!filter_add(cli->options->filter, "state", state_names[STATE_DUE], &error))
		return cli_fail(cli, error);
	return cli_write_rows(cli, *asked ? asked : flagged);
}

/* --- --status: over all bounces, since a report that came later bears no mark */

static void put_json(GString *out, const size_t *counts, bool lines)
{
	struct json_list list;

	json_list_begin(&list, out, lines);
	for (const enum state *step = retry_steps; *step != STATE_COUNT; step++) {
		struct json *json = json_list_item(&list);

		json_begin_object(json, NULL);
		json_string(json, "state", state_names[*step]);
		json_int(json, "recipients", (int64_t)counts[*step]);
		json_end_object(json);
		json_list_item_end(&list);
	}
	json_list_end(&list);
}

static void put_text(GString *out, const size_t *counts)
{
	size_t most = 1, all = 0;

	for (const enum state *step = retry_steps; *step != STATE_COUNT; step++) {
		most = MAX(most, counts[*step]);
		all += counts[*step];
	}
	g_string_append_printf(out,
		ngettext("%zu recipient flagged or sent again\n\n",
			"%zu recipients flagged or sent again\n\n", all),
		all);
	for (const enum state *step = retry_steps; *step != STATE_COUNT; step++) {
		size_t cells = (counts[*step] * BAR_CELLS + most - 1) / most;
		g_autofree char *bar = g_strnfill(cells, '#');

		g_string_append_printf(
			out, "%-14s %7zu  %s", state_names[*step], counts[*step], bar);
		g_strchomp(out->str);
		out->len = strlen(out->str);
		g_string_append_c(out, '\n');
	}
}

static int tell_status(struct cli *cli)
{
	g_autofree char *query = cli_query(cli);
	g_autoptr(GString) text = g_string_new(NULL);
	enum format format = FORMAT_TEXT;
	struct row *const *rows;
	size_t n, counts[STATE_COUNT];
	GError *error = NULL;
	bool partial;
	int code;

	if (!options_format(cli->options, FORMATS_TEXT_JSON, &format, &error) ||
		!cli_load(cli, query, &partial, &error))
		return cli_fail(cli, error);
	rows = session_rows(cli->session, &n);
	retry_count(rows, n, counts);
	if (format == FORMAT_TEXT)
		put_text(text, counts);
	else
		put_json(text, counts, format == FORMAT_JSON_LINES);
	code = cli_put_out(cli, format, text);
	return code == NIXIE_DONE && partial ? NIXIE_PARTIAL : code;
}

/* --- marks */

static struct action *make_flag(struct cli *cli, GPtrArray *rows, const char *words, GError **error)
{
	(void)words;
	return action_retry(cli->session, rows, !cli->options->unset, error);
}

static struct action *make_sent(struct cli *cli, GPtrArray *rows, const char *words, GError **error)
{
	(void)words;
	return action_retried(cli->session, rows, error);
}

int cli_retry(struct cli *cli)
{
	const struct options *options = cli->options;
	g_autofree char *query = cli_query(cli);

	if (options->due + options->sent + options->status + options->unset > 1)
		return cli_fail(
			cli, g_error_new(NIXIE_ERROR, NIXIE_USAGE, _("%s exclude each other"),
				     "--due, --sent, --status, --unset"));
	if (options->due)
		return list_due(cli);
	if (options->status)
		return tell_status(cli);
	return cli_change(cli, cli_load, options->sent ? make_sent : make_flag, query, NULL);
}
