/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie suppress --proposed: what should be on the suppression list, and what speaks for it. */
#include "triage/propose.h"

#include "base/errors.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "cli/cli.h"

static const char *category_of(const struct proposal *proposal)
{
	return proposal->category ? proposal->category->id : "unclassified";
}

/* Message-IDs parted by blanks; g_free. */
static char *ids_text(const struct proposal *proposal)
{
	GString *ids = g_string_new(NULL);

	for (guint i = 0; i < proposal->ids->len; i++)
		g_string_append_printf(
			ids, "%s%s", i ? " " : "", (const char *)proposal->ids->pdata[i]);
	return g_string_free(ids, FALSE);
}

static char *day_text(int64_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(time);

	return date ? g_date_time_format(date, "%Y-%m-%d") : g_strdup("");
}

static void put_json(struct json *json, const struct proposal *proposal)
{
	json_begin_object(json, NULL);
	json_string(json, "address", proposal->address);
	json_string(json, "category", category_of(proposal));
	json_string(json, "reason", ground_names[proposal->ground]);
	json_int(json, "bounces", proposal->count);
	json_int(json, "first", proposal->first);
	json_int(json, "last", proposal->last);
	json_begin_array(json, "evidence");
	for (guint i = 0; i < proposal->ids->len; i++)
		json_string(json, NULL, proposal->ids->pdata[i]);
	json_end_array(json);
	json_end_object(json);
}

static void put_table_row(GString *out, const struct proposal *proposal, bool csv)
{
	g_autofree char *ids = ids_text(proposal);
	g_autofree char *first = day_text(proposal->first), *last = day_text(proposal->last);
	g_autofree char *count = g_strdup_printf("%u", proposal->count);
	const char *const cells[] = {proposal->address, category_of(proposal),
		ground_names[proposal->ground], count, first, last, ids};

	for (size_t i = 0; i < G_N_ELEMENTS(cells); i++) {
		if (i)
			g_string_append_c(out, csv ? ',' : '\t');
		if (csv)
			csv_cell(out, cells[i], false);
		else
			text_visible_append(out, span_of(cells[i]), TEXT_PLAIN);
	}
	g_string_append(out, csv ? "\r\n" : "\n");
}

static void put_text(GString *out, const struct proposal *proposal)
{
	g_autofree char *ids = ids_text(proposal);
	g_autofree char *first = day_text(proposal->first), *last = day_text(proposal->last);

	g_string_append_printf(out, "%s\n  %s, %s: %u %s, %s to %s\n  %s\n", proposal->address,
		category_of(proposal), ground_names[proposal->ground], proposal->count,
		proposal->count == 1 ? "bounce" : "bounces", first, last, ids);
}

static GString *written(const GPtrArray *proposals, size_t from, size_t to, enum format format)
{
	static const char *const heads[] = {
		"address", "category", "reason", "bounces", "first", "last", "evidence"};
	GString *out = g_string_new(NULL);
	bool table = format == FORMAT_CSV || format == FORMAT_TSV;
	bool is_json = format == FORMAT_JSON || format == FORMAT_JSON_LINES;
	struct json_list list;

	if (is_json)
		json_list_begin(&list, out, format == FORMAT_JSON_LINES);
	for (size_t i = 0; table && i < G_N_ELEMENTS(heads); i++)
		g_string_append_printf(
			out, "%s%s", i ? (format == FORMAT_CSV ? "," : "\t") : "", heads[i]);
	if (table)
		g_string_append(out, format == FORMAT_CSV ? "\r\n" : "\n");
	for (size_t i = from; i < to; i++) {
		const struct proposal *proposal = proposals->pdata[i];

		if (is_json) {
			put_json(json_list_item(&list), proposal);
			json_list_item_end(&list);
		} else if (table) {
			put_table_row(out, proposal, format == FORMAT_CSV);
		} else {
			put_text(out, proposal);
		}
	}
	if (is_json)
		json_list_end(&list);
	return out;
}

int cli_proposed(struct cli *cli)
{
	g_autofree char *query = cli_query(cli);
	g_autoptr(GPtrArray) proposals = NULL;
	g_autoptr(GString) text = NULL;
	enum format format = FORMAT_TEXT;
	struct file_out *out;
	size_t from, to;
	GError *error = NULL;
	bool partial, done;

	if (!options_format(cli->options, FORMATS_TEXT_JSON | 1U << FORMAT_CSV | 1U << FORMAT_TSV,
		    &format, &error) ||
		!cli_load(cli, query, &partial, &error) ||
		!(out = file_out_open(cli->options->output, cli->options->force, &error)))
		return cli_fail(cli, error);
	proposals = session_proposals(cli->session);
	options_window(cli->options, proposals->len, &from, &to);
	text = written(proposals, from, to, format);
	done = format == FORMAT_TEXT
		       ? cli_print(cli, out, text->str, &error)
		       : file_out_write(out, (struct span){text->str, text->len}, &error);
	if (!done)
		file_out_abandon(out);
	if (!done || !file_out_commit(out, &error))
		return cli_fail(cli, error);
	if (partial)
		return NIXIE_PARTIAL;
	return cli->options->exit_code && to > from ? NIXIE_MATCHED : NIXIE_DONE;
}
