/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie tag, suppress, and what retry shares with them: one change on a selection, one entry of the
 * journal. */

#include "base/address.h"
#include "base/errors.h"
#include "base/jsonout.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "triage/action.h"
#include "triage/suppress.h"

/* A change never falls on every bounce because a query was forgotten. */
static bool need_selection(struct cli *cli, const char *query, GError **error)
{
	if (*query || !filter_is_empty(cli->options->filter))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		"%s needs a query or a filter that says which bounces are meant; `-- '*'` means "
		"all of them",
		cli->options->command->name);
	return false;
}

static void count_action(void *user, uint64_t *done, uint64_t *total)
{
	const struct action_result *result = session_last_action(user);

	*done = result->progress;
	*total = result->total;
}

int cli_apply(struct cli *cli, struct action *action, GError *error)
{
	const struct action_result *result;
	struct progress *progress;
	bool done;

	if (!action)
		return cli_fail(cli, error);
	if (!action_apply(cli->session, action, &error))
		return cli_fail(cli, error);
	progress = progress_new(cli, "writing to the index", count_action, cli->session);
	done = action_wait(cli->session, &error);
	progress_free(progress);
	if (!done)
		return cli_fail(cli, error);
	result = session_last_action(cli->session);
	if (result->words && !cli->options->quiet)
		cli_say(cli, "%s", result->words);
	return cli->options->exit_code && result->changed ? NIXIE_MATCHED : NIXIE_DONE;
}

static void tell_warnings(struct cli *cli, const struct action *action)
{
	const GPtrArray *warnings = action_effect(action)->warnings;

	for (guint i = 0; i < warnings->len && !cli->options->quiet; i++)
		cli_say(cli, "%s", (const char *)warnings->pdata[i]);
}

int cli_change(struct cli *cli, cli_make_action *make, const char *query, const char *words)
{
	g_autoptr(GPtrArray) rows = NULL;
	struct action *action;
	GError *error = NULL;
	bool partial;
	int code;

	if (!need_selection(cli, query, &error) || !cli_load(cli, query, &partial, &error))
		return cli_fail(cli, error);
	rows = cli_rows(cli, &error);
	if (!rows)
		return cli_fail(cli, error);
	if (!rows->len) {
		cli_say(cli, "nothing matched; nothing was changed");
		return partial ? NIXIE_PARTIAL : NIXIE_DONE;
	}
	action = make(cli, rows, words, &error);
	if (action)
		tell_warnings(cli, action);
	code = cli_apply(cli, action, error);
	return code == NIXIE_DONE && partial ? NIXIE_PARTIAL : code;
}

static struct action *make_tag(struct cli *cli, GPtrArray *rows, const char *words, GError **error)
{
	return action_tag(cli->session, rows, words, error);
}

static struct action *make_suppress(
	struct cli *cli, GPtrArray *rows, const char *words, GError **error)
{
	(void)words;
	return action_suppress(cli->session, rows, !cli->options->unset, error);
}

/* --- the suppression list */

static void put_entry(struct json *json, const struct suppressed *entry)
{
	json_begin_object(json, NULL);
	json_string(json, "address", entry->address);
	json_string(json, "category", entry->category);
	json_int(json, "first", entry->first);
	json_int(json, "last", entry->last);
	json_int(json, "bounces", entry->count);
	json_string(json, "ids", entry->ids);
	json_int(json, "since", entry->time);
	json_string(json, "who", entry->who);
	json_end_object(json);
}

/* Text is the bare addresses, one a line: odd ones are left out, as in every list of addresses. */
static GString *suppressed_text(GPtrArray *entries, enum format format)
{
	GString *text = g_string_new(NULL);
	bool is_json = format == FORMAT_JSON || format == FORMAT_JSON_LINES;
	struct json_list list;

	if (is_json)
		json_list_begin(&list, text, format == FORMAT_JSON_LINES);
	for (unsigned i = 0; i < entries->len; i++) {
		const struct suppressed *entry = entries->pdata[i];

		if (is_json) {
			put_entry(json_list_item(&list), entry);
			json_list_item_end(&list);
		} else if (address_class(span_of(entry->address)) == ADDRESS_OK) {
			g_string_append(text, entry->address);
			g_string_append_c(text, format == FORMAT_TEXT0 ? '\0' : '\n');
		}
	}
	if (is_json)
		json_list_end(&list);
	return text;
}

/* The list could not be read when the index was met; the reason is among the troubles. */
static bool have_suppression(struct cli *cli, GError **error)
{
	const GPtrArray *troubles = session_troubles(cli->session);

	if (session_suppression(cli->session))
		return true;
	g_set_error_literal(error, NIXIE_ERROR, NIXIE_IO,
		troubles->len ? troubles->pdata[0] : "the suppression list cannot be read");
	return false;
}

static int list_suppressed(struct cli *cli)
{
	enum format format = FORMAT_TEXT;
	g_autoptr(GPtrArray) entries = NULL;
	struct file_out *out;
	GError *error = NULL;
	GString *text;
	bool done;

	if (!options_format(cli->options,
		    FORMATS_TEXT_JSON | 1U << FORMAT_TEXT0 | 1U << FORMAT_ADDRESSES, &format,
		    &error) ||
		!cli_need_store(cli, &error) || !have_suppression(cli, &error) ||
		!(out = file_out_open(cli->options->output, cli->options->force, &error)))
		return cli_fail(cli, error);
	entries = suppression_list(session_suppression(cli->session));
	text = suppressed_text(entries, format);
	done = file_out_write(out, (struct span){text->str, text->len}, &error);
	g_string_free(text, TRUE);
	if (!done)
		file_out_abandon(out);
	return done && file_out_commit(out, &error) ? NIXIE_DONE : cli_fail(cli, error);
}

/* --- commands */

int cli_tag(struct cli *cli)
{
	char **words = cli->options->args;
	GString *tags = g_string_new(NULL);
	g_autofree char *query = NULL;
	int code;

	for (; *words && strchr("+-", words[0][0]); words++)
		g_string_append_printf(tags, "%s%s", tags->len ? " " : "", *words);
	query = cli_query_from(cli, words);
	if (!tags->len) {
		g_string_free(tags, TRUE);
		return cli_fail(cli, g_error_new(NIXIE_ERROR, NIXIE_USAGE,
					     "tag needs tags: nixie tag +TAG -TAG -- QUERY"));
	}
	code = cli_change(cli, make_tag, query, tags->str);
	g_string_free(tags, TRUE);
	return code;
}

int cli_suppress(struct cli *cli)
{
	g_autofree char *query = cli_query(cli);

	if (cli->options->list)
		return list_suppressed(cli);
	if (cli->options->proposed)
		return cli_proposed(cli);
	return cli_change(cli, make_suppress, query, NULL);
}
