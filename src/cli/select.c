/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie list, show, export: a selection written out. They differ in their defaults only. */
#include "base/errors.h"
#include "cli/cli.h"

GPtrArray *cli_rows(struct cli *cli, GError **error)
{
	enum sort_key key;
	bool reverse;
	size_t count, from, to;
	struct row *const *rows;
	GPtrArray *chosen;

	if (!options_sort(cli->options, &key, &reverse, error))
		return NULL;
	session_sort(cli->session, key, reverse);
	rows = session_rows(cli->session, &count);
	options_window(cli->options, count, &from, &to);
	chosen = g_ptr_array_new();
	for (size_t i = from; i < to; i++)
		g_ptr_array_add(chosen, rows[i]);
	return chosen;
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
	done = cli_load(cli, query, &partial, &error) && (rows = cli_rows(cli, &error)) != NULL &&
	       export_rows(cli->session, rows, output.exporter, &error);
	if (!cli_output_close(cli, &output, done, done ? &error : NULL))
		return cli_fail(cli, error);
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

int cli_show(struct cli *cli)
{
	if (cli->options->whom)
		return cli_handover(cli);
	if (cli->options->original)
		return cli_original(cli);
	if (cli->options->hops)
		return cli_hops(cli);
	return write_selection(cli, FORMAT_TEXT, PER_REPORT, false);
}

int cli_export(struct cli *cli)
{
	return write_selection(cli, FORMAT_CSV, PER_RECIPIENT, true);
}
