/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/scan.h"

#include "base/errors.h"
#include "triage/action-parts.h"

#define RULESET_LETTERS 12
#define VALUES_MAX 250 /* stored of one message: libnotmuch goes through all its terms for each */

bool scan_start(struct session *session, const char *query, GError **error)
{
	session->scans = true;
	session->scan_is_whole = false;
	if (!session_meet(session, error))
		return false;
	if (query && *query)
		return session_load(session, query, error);
	const char *hash = session->engine_hash;
	uint64_t last = scope_last_scan(session->about.info.uuid, hash);
	const char *all = session->candidates;
	g_autofree char *text =
		last ? g_strdup_printf("%s and lastmod:%" G_GUINT64_FORMAT "..", all, last + 1)
		     : g_strdup(all);
	session->scan_is_whole = true;
	return session_load(session, text, error);
}

/* --- what a message is to say of itself */

static void want(GHashTable *wanted, const char *property, const char *value)
{
	if (value && g_hash_table_size(wanted) < VALUES_MAX)
		g_hash_table_add(wanted, g_strconcat(property, value, NULL));
}

/* The properties of a bounce; NULL when no file of the message is one. */
static GHashTable *wanted_properties(const struct session *session, const struct entry *entry)
{
	GHashTable *wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (const struct row_node *node = entry->rows; node; node = node->next) {
		const struct row *row = &node->row;
		if (node->row.hidden_kind || node->row.copy || row_text(row, ROW_ERROR) ||
			row->unread_facts)
			continue;
		if (g_hash_table_size(wanted) == 0) {
			g_autofree char *ruleset = g_strndup(session->engine_hash, RULESET_LETTERS);
			want(wanted, stored_properties[4], ruleset);
		}
		want(wanted, stored_properties[0], row->category ? row->category->id : NULL);
		want(wanted, stored_properties[1], row_text(row, ROW_STATUS));
		want(wanted, stored_properties[2], type_names[row->type]);
		want(wanted, stored_properties[3], row_text(row, ROW_ADDRESS));
	}
	if (g_hash_table_size(wanted))
		return wanted;
	g_hash_table_unref(wanted);
	return NULL;
}

static void put_entry(
	struct action *action, const struct entry *entry, GHashTable *wanted, const char *tag)
{
	GHashTableIter iter;
	gpointer line;
	drafts_put(action->changes, entry->id, ADD_TAG, tag);
	for (char *const *old = entry_properties(entry); *old; old++)
		if (property_is_stored(*old) && !g_hash_table_contains(wanted, *old))
			drafts_put(action->changes, entry->id, REMOVE_PROPERTY, *old);
	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &line, NULL))
		if (!g_strv_contains((const char *const *)entry_properties(entry), line))
			drafts_put(action->changes, entry->id, ADD_PROPERTY, line);
}

/* Messages that say it all already are left out: the writer need not look at them. */
static bool is_settled(const struct entry *entry, GHashTable *wanted, const char *tag)
{
	unsigned matching = 0;
	for (char *const *line = entry_properties(entry); *line; line++) {
		if (!property_is_stored(*line))
			continue;
		if (!g_hash_table_contains(wanted, *line))
			return false;
		matching++;
	}
	return matching == g_hash_table_size(wanted) && entry_has_tag(entry, tag);
}

static struct action *scan_action(struct session *session, struct scan_result *result)
{
	const char *tag = config_text(session->config, SET_TAG_BOUNCE);
	struct action *action = action_new("scan");
	size_t unsettled = 0;
	for (guint i = 0; i < session->rows->entries->len; i++) {
		const struct entry *entry = session->rows->entries->pdata[i];
		g_autoptr(GHashTable) wanted = wanted_properties(session, entry);
		if (!wanted)
			continue;
		result->bounces++;
		if (is_settled(entry, wanted, tag))
			continue;
		put_entry(action, entry, wanted, tag);
		unsettled++;
	}
	g_autofree char *number = counted(unsettled, "bounce");
	action->label = g_strdup_printf("scan: %s", number);
	action->done = g_strdup_printf("Stored the verdicts of %s", number);
	if (unsettled)
		return action;
	action_free(action);
	return NULL;
}

bool scan_wait(struct session *session, struct scan_result *result, GError **error)
{
	*result = (struct scan_result){0};
	if (!session_wait(session, error))
		return false;
	result->messages = session->rows->entries->len;
	result->unreadable = session->rows->unreadable;
	/* Of the index as it was listed: what came since, our own changes too, is the next scan's.
	 */
	uint64_t revision = session->about.info.revision;
	struct action *action = scan_action(session, result);
	if (action && (!action_apply(session, action, error) || !action_wait(session, error)))
		return false;
	if (action) {
		result->changed = session_last_action(session)->changed;
		result->entry = session_last_action(session)->entry;
	}
	return !session->scan_is_whole ||
	       scope_record_scan(session->about.info.uuid, revision, session->engine_hash, error);
}
