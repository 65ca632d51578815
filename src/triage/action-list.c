/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions on the suppression list: what goes on, what comes off, and what was proposed. The tag and
 * the property mirror the list. */
#include "base/errors.h"
#include "base/words.h"
#include "triage/action-parts.h"
#include "triage/action.h"
#include "triage/label.h"
#include "triage/propose.h"

#define ADDRESSES_MAX 50  /* of a command that somebody may want to read */
#define EVIDENCE_MAX 1000 /* bytes of Message-IDs that the list keeps of an address */

static const struct mark suppress_mark = {"suppress", PROPERTY_SUPPRESS, NULL, SET_TAG_SUPPRESS, 0};

/* --- what the list keeps of an address */

static void add_id(struct suppressed *entry, const char *id)
{
	g_auto(GStrv) known = g_strsplit(entry->ids, " ", -1);
	char *ids;
	if (strlen(entry->ids) >= EVIDENCE_MAX || g_strv_contains((const char *const *)known, id))
		return;
	ids = g_strdup_printf("%s%s%s", entry->ids, *entry->ids ? " " : "", id);
	g_free(entry->ids);
	entry->ids = ids;
}

/* An address that goes back keeps what was known of it, and its bounces are counted on. */
static struct suppressed *entry_for(const struct session *session, const struct row *row)
{
	const struct released *before =
		suppression_released(session->suppression, row_text(row, ROW_ADDRESS));
	struct suppressed *entry = g_new0(struct suppressed, 1);
	const char *category = row->kind == KIND_COMPLAINT ? "complaint"
			       : row->category             ? row->category->id
							   : "unclassified";
	entry->address = g_strdup(row_text(row, ROW_ADDRESS));
	entry->category = g_strdup(category);
	entry->ids = g_strdup(before ? before->entry->ids : "");
	entry->first = before ? before->entry->first : row->date;
	entry->last = before ? before->entry->last : row->date;
	entry->count = before ? before->entry->count : 0;
	return entry;
}

static void describe(struct action *action, const struct session *session, const struct row *row)
{
	struct suppressed *entry = g_hash_table_lookup(action->put, row_text(row, ROW_ADDRESS));
	const struct released *before =
		suppression_released(session->suppression, row_text(row, ROW_ADDRESS));
	if (!entry) {
		entry = entry_for(session, row);
		g_hash_table_insert(action->put, entry->address, entry);
	}
	entry->count += !before || row->date > before->entry->last;
	entry->first = MIN(entry->first, row->date);
	entry->last = MAX(entry->last, row->date);
	add_id(entry, row_id(row));
}

/* --- on and off */

static void put_on(struct action *action, struct session *session, const GPtrArray *rows)
{
	action_mark(action, session, rows, &suppress_mark, true);
	for (guint i = 0; i < rows->len; i++)
		describe(action, session, rows->pdata[i]);
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		struct suppressed *entry =
			g_hash_table_lookup(action->put, row_text(row, ROW_ADDRESS));
		entry->count = MAX(entry->count, row->bounces_of_address);
	}
}

/* Whatever report of these addresses bears the mark loses it. */
static GPtrArray *marked_rows(const struct session *session, const GPtrArray *rows)
{
	GPtrArray *all = g_ptr_array_new();
	g_autoptr(GHashTable) mailboxes = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(GPtrArray) nodes = rowstore_by_mailbox(session->rows);
	for (guint i = 0; i < rows->len; i++) {
		struct row *row = rows->pdata[i];
		g_ptr_array_add(all, row);
		g_hash_table_add(seen, row);
		if (row_text(row, ROW_MAILBOX))
			g_hash_table_add(mailboxes, (gpointer)row_text(row, ROW_MAILBOX));
	}
	for (guint i = 0; i < nodes->len; i++) {
		struct row *row = nodes->pdata[i];
		if (g_hash_table_contains(mailboxes, row_text(row, ROW_MAILBOX)) &&
			row_is_marked(row, config_text(session->config, SET_TAG_SUPPRESS),
				PROPERTY_SUPPRESS) &&
			g_hash_table_add(seen, row))
			g_ptr_array_add(all, row);
	}
	return all;
}

static void take_off(
	struct action *action, struct session *session, const GPtrArray *rows, enum release why)
{
	g_autoptr(GPtrArray) marked = marked_rows(session, rows);
	action_mark(action, session, marked, &suppress_mark, false);
	for (guint i = 0; i < rows->len; i++)
		g_hash_table_insert(action->take,
			g_strdup(row_text((const struct row *)rows->pdata[i], ROW_ADDRESS)),
			GINT_TO_POINTER(why));
}

/* hard-problems.md 2.6: faults that are not the address's own. */
static void warn(struct action *action, const GPtrArray *rows)
{
	size_t alive = 0, doubtful = 0;
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		alive += row->type != TYPE_HARD && row->state != STATE_PROPOSED &&
			 row->kind != KIND_COMPLAINT;
		doubtful += row->trust == TRUST_CONTRADICTED || row->origin == ORIGIN_FORGED;
	}
	if (alive)
		action_tell(action,
			ngettext("%zu may be fine: the fault was not the address's own, or "
				 "happened too seldom",
				"%zu may be fine: the fault was not the address's own, or "
				"happened too seldom",
				alive),
			alive);
	if (doubtful)
		action_tell(action,
			ngettext("%zu rests on a report that cannot be relied on",
				"%zu rest on a report that cannot be relied on", doubtful),
			doubtful);
}

struct action *action_suppress(struct session *session, GPtrArray *rows, bool on, GError **error)
{
	g_autoptr(GPtrArray) named = NULL;
	struct action *action = action_marking(suppress_mark.kind, rows, &named, error);
	if (!action)
		return NULL;
	if (on) {
		put_on(action, session, named);
		warn(action, named);
	} else {
		take_off(action, session, named, RELEASE_ASKED);
	}
	guint n = g_hash_table_size(on ? action->put : action->take);
	g_autofree char *number = label_count(n, "address", "addresses");
	action->label = label_new(on ? LABEL_SUPPRESS : LABEL_RELEASE, number);
	g_autofree char *told = g_strdup_printf(ngettext("%u address", "%u addresses", n), n);
	action->done = g_strdup_printf(
		on ? _("Put %s on the suppression list") : _("Took %s off the suppression list"),
		told);
	action->effect.command =
		action_command(session, on ? "suppress" : "suppress --unset", rows, false);
	return action;
}

void action_note(struct action *action, const char *note)
{
	g_free(action->note);
	action->note = note && *note ? g_strdup(note) : NULL;
}

/* --- what was proposed */

static void add_rows(GPtrArray *rows, const struct proposal *proposal)
{
	for (guint i = 0; i < proposal->rows->len; i++)
		g_ptr_array_add(rows, proposal->rows->pdata[i]);
}

/* "2 on the list, 1 off it" */
static char *moves_text(const size_t *counts)
{
	GString *text = g_string_new(NULL);
	static const char *const where[MOVE_COUNT] = {
		"on the suppression list", "back on it", "off the list"};
	for (int move = 0; move < MOVE_COUNT; move++)
		if (counts[move])
			g_string_append_printf(
				text, "%s%zu %s", text->len ? ", " : "", counts[move], where[move]);
	return g_string_free(text, FALSE);
}

/* NULL when no command line means just these. g_free. */
static char *accept_command(const struct session *session, const GPtrArray *proposals)
{
	g_autoptr(GString) addresses = g_string_new(NULL);
	const char *query = session_query(session);
	if (proposals->len > ADDRESSES_MAX)
		return NULL;
	for (guint i = 0; i < proposals->len; i++) {
		const char *address = ((const struct proposal *)proposals->pdata[i])->address;
		if (strpbrk(address, ",*?"))
			return NULL;
		g_string_append_printf(addresses, "%s%s", i ? "," : "", address);
	}
	g_autofree char *option = g_shell_quote(addresses->str);
	g_autofree char *quoted = query && *query ? g_shell_quote(query) : NULL;
	return g_strdup_printf("nixie suppress --accept --address=%s%s%s", option,
		quoted ? " -- " : "", quoted ? quoted : "");
}

struct action *action_accept(struct session *session, GPtrArray *proposals, GError **error)
{
	size_t counts[MOVE_COUNT] = {0};
	g_autoptr(GPtrArray) on = g_ptr_array_new(), off = g_ptr_array_new(),
			     all = g_ptr_array_new();
	for (guint i = 0; i < proposals->len; i++) {
		const struct proposal *proposal = proposals->pdata[i];
		counts[proposal->move]++;
		add_rows(proposal->move == MOVE_OFF ? off : on, proposal);
		add_rows(all, proposal);
	}
	if (!all->len) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_USAGE, _("nothing is proposed"));
		return NULL;
	}
	struct action *action = action_new(suppress_mark.kind);
	action_count(action, all);
	if (on->len)
		put_on(action, session, on);
	for (guint i = 0; i < proposals->len; i++) {
		const struct proposal *proposal = proposals->pdata[i];
		g_autoptr(GPtrArray) rows = g_ptr_array_new();
		if (proposal->move != MOVE_OFF)
			continue;
		add_rows(rows, proposal);
		take_off(action, session, rows,
			proposal->ground == GROUND_ANSWERED ? RELEASE_ANSWERED : RELEASE_QUIET);
	}
	g_autofree char *kept = moves_text(counts), *moves = label_told(kept);
	action->label = label_new(LABEL_ACCEPT, kept);
	action->done = g_strdup_printf(_("Put %s"), moves);
	g_ptr_array_insert(action->effect.lines, 0, g_strdup(moves));
	action->effect.command = accept_command(session, proposals);
	return action;
}
