/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie suppress --proposed: who should go on the suppression list, back there, or come off, and
 * what speaks for it. */
#include "base/words.h"
#include "triage/nearest.h"
#include "triage/propose.h"

#include "base/errors.h"
#include "base/jsonout.h"
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

static void put_json(struct json *json, const struct proposal *proposal)
{
	json_begin_object(json, NULL);
	json_string(json, "address", proposal->address);
	json_string(json, "move", move_names[proposal->move]);
	json_string(json, "category", category_of(proposal));
	json_string(json, "reason", ground_names[proposal->ground]);
	json_int(json, "bounces", proposal->count);
	json_int(json, "bounces_in_all", proposal->total);
	json_int(json, "first", proposal->first);
	json_int(json, "last", proposal->last);
	json_begin_array(json, "evidence");
	for (guint i = 0; i < proposal->ids->len; i++)
		json_string(json, NULL, proposal->ids->pdata[i]);
	json_end_array(json);
	json_end_object(json);
}

static const char *const heads[] = {"address", "move", "category", "reason", "bounces",
	"bounces_in_all", "first", "last", "evidence"};

static void put_row(GString *out, const struct proposal *proposal, enum format format)
{
	g_autofree char *ids = ids_text(proposal);
	g_autofree char *first = cli_day(proposal->first), *last = cli_day(proposal->last);
	g_autofree char *count = g_strdup_printf("%u", proposal->count);
	g_autofree char *total = g_strdup_printf("%u", proposal->total);
	const char *const cells[] = {proposal->address, move_names[proposal->move],
		category_of(proposal), ground_names[proposal->ground], count, total, first, last,
		ids};

	cli_put_cells(out, format, cells, G_N_ELEMENTS(cells));
}

static void put_text(GString *out, const struct proposal *proposal)
{
	g_autofree char *ids = ids_text(proposal), *reason = proposal_reason(proposal);
	g_autofree char *first = cli_day(proposal->first), *last = cli_day(proposal->last);

	g_string_append_printf(out, "%s: %s\n  %s: %s\n  ", proposal->address,
		_(move_titles[proposal->move]), ground_names[proposal->ground], reason);
	g_string_append_printf(out,
		ngettext("%s, %u bounce in all, %s to %s", "%s, %u bounces in all, %s to %s",
			proposal->total),
		category_of(proposal), proposal->total, first, last);
	g_string_append_printf(out, "\n  %s\n", ids);
}

static GString *written(const GPtrArray *proposals, enum format format)
{
	GString *out = g_string_new(NULL);
	bool table = format == FORMAT_CSV || format == FORMAT_TSV;
	bool is_json = format == FORMAT_JSON || format == FORMAT_JSON_LINES;
	struct json_list list;

	if (is_json)
		json_list_begin(&list, out, format == FORMAT_JSON_LINES);
	if (table)
		cli_put_cells(out, format, heads, G_N_ELEMENTS(heads));
	for (guint i = 0; i < proposals->len; i++) {
		const struct proposal *proposal = proposals->pdata[i];

		if (is_json) {
			put_json(json_list_item(&list), proposal);
			json_list_item_end(&list);
		} else if (table) {
			put_row(out, proposal, format);
		} else {
			put_text(out, proposal);
		}
	}
	if (is_json)
		json_list_end(&list);
	return out;
}

/* --- which */

/* The words of --only, NULL-ended, g_strfreev; NULL with error. */
static char **wanted_words(const struct options *options, GError **error)
{
	g_auto(GStrv) words = g_strsplit(options->only, ",", -1), known = proposal_words();
	const char *near;

	for (char **word = words; *word; word++) {
		if (g_strv_contains((const char *const *)known, g_strstrip(*word)))
			continue;
		near = nearest_word(*word, (const char *const *)known);
		g_autofree char *all = g_strjoinv(", ", known);
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			near ? _("--only=%s: did you mean %s?")
			     : _("--only=%s: nothing is proposed so; there are %s"),
			*word, near ? near : all);
		return NULL;
	}
	return g_steal_pointer(&words);
}

static bool is_wanted(const struct proposal *proposal, char *const *words)
{
	for (; *words; words++)
		if (proposal_is(proposal, *words))
			return true;
	return false;
}

GPtrArray *cli_proposals(struct cli *cli, size_t *left, bool *partial, GError **error)
{
	g_autofree char *query = cli_query(cli);
	g_auto(GStrv) words = NULL;
	GPtrArray *proposals;
	size_t from, to, all;

	if ((cli->options->only && !(words = wanted_words(cli->options, error))) ||
		!cli_load(cli, query, partial, error))
		return NULL;
	proposals = session_proposals(cli->session);
	all = proposals->len;
	for (guint i = proposals->len; words && i-- > 0;)
		if (!is_wanted(proposals->pdata[i], words))
			g_ptr_array_remove_index(proposals, i);
	options_window(cli->options, proposals->len, &from, &to);
	g_ptr_array_set_size(proposals, (gint)to);
	if (from)
		g_ptr_array_remove_range(proposals, 0, (guint)from);
	*left = all - proposals->len;
	return proposals;
}

int cli_proposed(struct cli *cli)
{
	g_autoptr(GPtrArray) proposals = NULL;
	g_autoptr(GString) text = NULL;
	enum format format = FORMAT_TEXT;
	size_t left;
	GError *error = NULL;
	bool partial;
	int code;

	if (!options_format(cli->options, FORMATS_TEXT_JSON | 1U << FORMAT_CSV | 1U << FORMAT_TSV,
		    &format, &error) ||
		!(proposals = cli_proposals(cli, &left, &partial, &error)))
		return cli_fail(cli, error);
	text = written(proposals, format);
	code = cli_put_out(cli, format, text);
	if (code != NIXIE_DONE || partial)
		return code != NIXIE_DONE ? code : NIXIE_PARTIAL;
	return cli->options->exit_code && proposals->len ? NIXIE_MATCHED : NIXIE_DONE;
}
