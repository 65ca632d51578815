/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie list, show, export: a selection written out. They differ in their defaults only. */
#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/cli.h"
#include "cli/language.h"
#include "triage/target.h"

/* `window`: what --offset and --limit leave of them. */
static GPtrArray *sorted_rows(struct cli *cli, bool window, GError **error)
{
	enum sort_key key;
	bool reverse;
	size_t count, from = 0, to;
	struct row *const *rows;
	GPtrArray *chosen;

	if (!options_sort(cli->options, &key, &reverse, error))
		return NULL;
	session_sort(cli->session, key, reverse);
	rows = session_rows(cli->session, &count);
	to = count;
	if (window)
		options_window(cli->options, count, &from, &to);
	chosen = g_ptr_array_new();
	for (size_t i = from; i < to; i++)
		g_ptr_array_add(chosen, rows[i]);
	return chosen;
}

GPtrArray *cli_rows(struct cli *cli, GError **error)
{
	return sorted_rows(cli, true, error);
}

static bool is_json(const char *format)
{
	return format && g_str_has_prefix(format, "json");
}

static int write_rows(
	struct cli *cli, const char *query, enum format format, enum per per, bool for_export)
{
	g_autoptr(GPtrArray) rows = NULL;
	GError *error = NULL;
	struct output output;
	bool partial, done;

	if (is_json(cli->options->format))
		per = PER_REPORT; /* one object a report, unless --per says otherwise */
	if (!cli_output_open(cli, format, per, for_export, &output, &error))
		return cli_fail(cli, error);
	done = cli_load(cli, query, &partial, &error) &&
	       (rows = sorted_rows(cli, !exporter_chooses(output.exporter), &error)) != NULL &&
	       export_rows(cli->session, rows, output.exporter, &error);
	if (!cli_output_close(cli, &output, done, done ? &error : NULL))
		return cli_fail(cli, error);
	g_assert(rows); /* all was done */
	if (!rows->len)
		cli_tell_nothing(cli);
	if (partial)
		return NIXIE_PARTIAL;
	return cli->options->exit_code && rows->len ? NIXIE_MATCHED : NIXIE_DONE;
}

static int write_selection(struct cli *cli, enum format format, enum per per, bool for_export)
{
	g_autofree char *query = cli_query(cli);

	return write_rows(cli, query, format, per, for_export);
}

int cli_write_rows(struct cli *cli, const char *query)
{
	return write_rows(cli, query, FORMAT_TEXT, PER_RECIPIENT, false);
}

int cli_list(struct cli *cli)
{
	return write_selection(cli, FORMAT_TEXT, PER_RECIPIENT, false);
}

/* What only the mail itself, or the index, tells. */
static bool can_show(const struct cli *cli, GError **error)
{
	const struct options *options = cli->options;

	if (!options->from_json || !(options->original || options->hops))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("--%s reads mail that lines of JSON do not hold; ask an index for it"),
		options->original ? "original" : "hops");
	return false;
}

int cli_show(struct cli *cli)
{
	GError *error = NULL;

	if (!can_show(cli, &error))
		return cli_fail(cli, error);
	if (cli->options->whom)
		return cli_handover(cli);
	if (cli->options->original)
		return cli_original(cli);
	if (cli->options->hops)
		return cli_hops(cli);
	return write_selection(cli, FORMAT_TEXT, PER_REPORT, false);
}

/* --- export --for= */

static void put_target(GString *out, const struct target *target)
{
	g_autoptr(GPtrArray) lines = text_wrap(target->load ? target->load : "", 74);

	g_string_append_printf(out, "%-10s %s\n", target->name, target->title);
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "    %s\n", (char *)lines->pdata[i]);
}

static int list_targets(struct cli *cli, const struct target_book *book)
{
	const GPtrArray *targets = target_book_list(book), *faults = target_book_faults(book);
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < targets->len; i++)
		put_target(out, targets->pdata[i]);
	for (guint i = 0; i < faults->len; i++)
		cli_say(cli, _("left out, since it is broken: %s"), (char *)faults->pdata[i]);
	return cli_put_out(cli, FORMAT_TEXT, out);
}

/* A target says all that these could. */
static bool is_free(const struct options *options, GError **error)
{
	const struct {
		const char *name;
		bool given;
	} others[] = {{"format", options->format}, {"per", options->per},
		{"columns", options->columns}, {"csv-raw", options->csv_raw}, {"bom", options->bom},
		{"odd", options->odd}, {"redact", options->redact}};

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		if (others[i].given) {
			g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
				_("--for=%s decides what is written; --%s has no place beside it"),
				options->whom, others[i].name);
			return false;
		}
	return true;
}

static int export_for(struct cli *cli)
{
	const char *name = cli->options->whom;
	g_autofree char *lang = NULL;
	struct target_book *book = NULL;
	GError *error = NULL;
	int code;

	if (is_free(cli->options, &error) && cli_language(cli, &lang, &error))
		book = target_book_load(lang, &error);
	if (book && g_str_equal(name, "help"))
		code = list_targets(cli, book);
	else if (book && (cli->target = target_book_find(book, name, &error)))
		code = write_selection(cli, FORMAT_TARGET, PER_RECIPIENT, true);
	else
		code = cli_fail(cli, error);
	target_book_free(book);
	return code;
}

int cli_export(struct cli *cli)
{
	if (cli->options->whom)
		return export_for(cli);
	return write_selection(cli, FORMAT_CSV, PER_RECIPIENT, true);
}
