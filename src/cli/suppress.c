/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie suppress: who is put on the suppression list, comes off, is there, or was. */
#include "triage/suppress.h"

#include "base/address.h"
#include "base/errors.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/cli.h"
#include "triage/action.h"
#include "triage/propose.h"

/* --- what is put out by suppress in all forms */

char *cli_day(int64_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(time);

	return date ? g_date_time_format(date, "%Y-%m-%d") : g_strdup("");
}

void cli_put_cells(GString *out, enum format format, const char *const *cells, size_t n)
{
	bool csv = format == FORMAT_CSV;

	for (size_t i = 0; i < n; i++) {
		const char *cell = cells[i] ? cells[i] : "";

		if (i)
			g_string_append_c(out, csv ? ',' : '\t');
		if (csv)
			csv_cell(out, cell, false);
		else
			text_visible_append(out, span_of(cell), TEXT_PLAIN);
	}
	g_string_append(out, csv ? "\r\n" : "\n");
}

void cli_put_ids(struct json *json, const char *name, const char *ids)
{
	g_auto(GStrv) words = g_strsplit(ids, " ", -1);

	json_begin_array(json, name);
	for (char **word = words; *word; word++)
		if (**word)
			json_string(json, NULL, *word);
	json_end_array(json);
}

void cli_put_removed(struct json *json, const struct released *off)
{
	if (!off) {
		json_null(json, "removed");
		return;
	}
	json_begin_object(json, "removed");
	json_int(json, "timestamp", off->time);
	json_string(json, "who", off->who);
	json_string(json, "why", release_names[off->why]);
	json_string(json, "note", off->note);
	json_end_object(json);
}

/* --- the list */

/* An entry of the list, or what is kept of one that came off. */
struct item {
	const struct suppressed *entry;
	const struct released *off; /* NULL: it is on the list and was never off */
	bool listed;
};

static void put_json(struct json *json, const struct item *item)
{
	const struct suppressed *entry = item->entry;

	json_begin_object(json, NULL);
	json_string(json, "address", entry->address);
	json_bool(json, "listed", item->listed);
	json_string(json, "category", entry->category);
	json_int(json, "first", entry->first);
	json_int(json, "last", entry->last);
	json_int(json, "bounces", entry->count);
	json_string(json, "ids", entry->ids);
	cli_put_ids(json, "evidence", entry->ids);
	json_int(json, "since", entry->time);
	json_string(json, "who", entry->who);
	json_string(json, "note", entry->note);
	cli_put_removed(json, item->off);
	json_end_object(json);
}

static const char *const heads[] = {"address", "category", "bounces", "first", "last", "since",
	"who", "note", "removed", "removed_by", "removed_why", "removed_note", "evidence"};

static void put_row(GString *out, const struct item *item, enum format format)
{
	const struct suppressed *entry = item->entry;
	const struct released *off = item->off;
	g_autofree char *first = cli_day(entry->first), *last = cli_day(entry->last);
	g_autofree char *since = cli_day(entry->time), *gone = off ? cli_day(off->time) : NULL;
	g_autofree char *count = g_strdup_printf("%u", entry->count);
	const char *const cells[] = {entry->address, entry->category, count, first, last, since,
		entry->who, entry->note, gone, off ? off->who : NULL,
		off ? release_names[off->why] : NULL, off ? off->note : NULL, entry->ids};

	cli_put_cells(out, format, cells, G_N_ELEMENTS(cells));
}

static void put_note(GString *out, const char *note)
{
	g_string_append_printf(out, "%s%s\n", note ? ": " : "", note ? note : "");
}

static void put_text(GString *out, const struct item *item)
{
	static const char *const why[RELEASE_COUNT] = {
		[RELEASE_ASKED] = N_("taken off"),
		[RELEASE_ANSWERED] = N_("taken off since it answered"),
		[RELEASE_QUIET] = N_("taken off since mail arrived"),
		[RELEASE_UNDONE] = N_("undone"),
	};
	const struct suppressed *entry = item->entry;
	const struct released *off = item->off;
	g_autofree char *first = cli_day(entry->first), *last = cli_day(entry->last);
	g_autofree char *since = cli_day(entry->time), *gone = off ? cli_day(off->time) : NULL;

	g_string_append_printf(out, "%s\n  ", entry->address);
	g_string_append_printf(out,
		ngettext("%s: %u bounce, %s to %s", "%s: %u bounces, %s to %s", entry->count),
		entry->category, entry->count, first, last);
	g_string_append(out, "\n  ");
	g_string_append_printf(out, _("put on %s by %s"), since, entry->who);
	put_note(out, entry->note);
	if (off) {
		g_string_append(out, "  ");
		/* TRANSLATORS: "taken off", the day, who did it */
		g_string_append_printf(out,
			item->listed ? _("before that %s %s by %s") : _("%s %s by %s"),
			_(why[off->why]), gone, off->who);
		put_note(out, off->note);
	}
	g_string_append_printf(out, "  %s\n", entry->ids);
}

/* Bare addresses, one a line: odd ones are left out, as in every list of addresses. */
static void put_address(GString *out, const struct item *item, enum format format)
{
	if (address_class(span_of(item->entry->address)) != ADDRESS_OK)
		return;
	g_string_append(out, item->entry->address);
	g_string_append_c(out, format == FORMAT_TEXT0 ? '\0' : '\n');
}

static void put_item(
	GString *out, struct json_list *list, const struct item *item, enum format format)
{
	switch (format) {
	case FORMAT_JSON:
	case FORMAT_JSON_LINES:
		put_json(json_list_item(list), item);
		json_list_item_end(list);
		break;
	case FORMAT_CSV:
	case FORMAT_TSV:
		put_row(out, item, format);
		break;
	case FORMAT_TEXT:
		put_text(out, item);
		break;
	default:
		put_address(out, item, format);
	}
}

static GArray *items_of(const struct suppression *list, bool removed)
{
	GArray *items = g_array_new(FALSE, FALSE, sizeof(struct item));
	g_autoptr(GPtrArray) all = removed ? suppression_off(list) : suppression_list(list);

	for (guint i = 0; i < all->len; i++) {
		struct item item = {.listed = !removed};

		item.off = removed ? all->pdata[i]
				   : suppression_released(
					     list, ((struct suppressed *)all->pdata[i])->address);
		item.entry = removed ? item.off->entry : all->pdata[i];
		g_array_append_val(items, item);
	}
	return items;
}

static GString *written(const struct cli *cli, const GArray *items, enum format format)
{
	GString *out = g_string_new(NULL);
	bool is_json = format == FORMAT_JSON || format == FORMAT_JSON_LINES;
	struct json_list list;
	size_t from, to;

	options_window(cli->options, items->len, &from, &to);
	if (is_json)
		json_list_begin(&list, out, format == FORMAT_JSON_LINES);
	else if (format == FORMAT_CSV || format == FORMAT_TSV)
		cli_put_cells(out, format, heads, G_N_ELEMENTS(heads));
	for (size_t i = from; i < to; i++)
		put_item(out, &list, &g_array_index(items, struct item, i), format);
	if (is_json)
		json_list_end(&list);
	return out;
}

/* The list could not be read when the index was met; the reason is among the troubles. */
static bool have_suppression(struct cli *cli, GError **error)
{
	const GPtrArray *troubles = session_troubles(cli->session);

	if (session_suppression(cli->session))
		return true;
	g_set_error_literal(error, NIXIE_ERROR, NIXIE_IO,
		troubles->len ? troubles->pdata[0] : _("the suppression list cannot be read"));
	return false;
}

static int list_suppressed(struct cli *cli)
{
	enum format format = FORMAT_TEXT;
	g_autoptr(GArray) items = NULL;
	g_autoptr(GString) text = NULL;
	GError *error = NULL;
	int code;

	if (!options_format(cli->options, FORMATS_ALL, &format, &error) ||
		!cli_need_store(cli, &error) || !have_suppression(cli, &error))
		return cli_fail(cli, error);
	cli_tell_note(cli);
	items = items_of(session_suppression(cli->session), cli->options->removed);
	text = written(cli, items, format);
	code = cli_put_out(cli, format, text);
	if (!items->len && !cli->options->quiet)
		cli_say(cli, cli->options->removed ? _("nobody was taken off the suppression list")
						   : _("nobody is on the suppression list"));
	return code == NIXIE_DONE && cli->options->exit_code && items->len ? NIXIE_MATCHED : code;
}

/* --- changes */

static struct action *make_suppress(
	struct cli *cli, GPtrArray *rows, const char *words, GError **error)
{
	struct action *action = action_suppress(cli->session, rows, !cli->options->unset, error);

	(void)words;
	if (action)
		action_note(action, cli->options->note);
	return action;
}

static int accept(struct cli *cli)
{
	g_autoptr(GPtrArray) proposals = NULL;
	struct action *action;
	GError *error = NULL;
	bool partial;
	size_t left;
	int code;

	proposals = cli_proposals(cli, &left, &partial, &error);
	if (!proposals)
		return cli_fail(cli, error);
	if (!proposals->len) {
		cli_say(cli, left ? _("nothing of what is proposed is meant; nothing was changed")
				  : _("nothing is proposed; nothing was changed"));
		return partial ? NIXIE_PARTIAL : NIXIE_DONE;
	}
	action = action_accept(cli->session, proposals, &error);
	if (action)
		action_note(action, cli->options->note);
	code = cli_apply(cli, action, error);
	if (left && !cli->options->quiet && (code == NIXIE_DONE || code == NIXIE_MATCHED))
		cli_say(cli,
			ngettext("%zu proposal is left", "%zu proposals are left",
				(unsigned long)left),
			left);
	return code == NIXIE_DONE && partial ? NIXIE_PARTIAL : code;
}

int cli_suppress(struct cli *cli)
{
	const struct options *options = cli->options;
	g_autofree char *query = cli_query(cli);

	if (options->list + options->removed + options->proposed + options->accept +
			options->unset >
		1)
		return cli_fail(
			cli, g_error_new(NIXIE_ERROR, NIXIE_USAGE, _("%s exclude each other"),
				     "--unset, --list, --removed, --proposed, --accept"));
	if (options->only && !options->proposed && !options->accept)
		return cli_fail(cli, g_error_new_literal(NIXIE_ERROR, NIXIE_USAGE,
					     _("--only goes with --proposed or --accept")));
	if (options->list || options->removed)
		return list_suppressed(cli);
	if (options->proposed)
		return cli_proposed(cli);
	if (options->accept)
		return accept(cli);
	return cli_change(cli, cli_load, make_suppress, query, NULL);
}
