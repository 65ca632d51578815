/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/settle.h"

#include "store/delta.h"

/*
 * All its delta lines reached the disk before anything was applied; a batch without them never got
 * further.
 */
static bool is_whole(const GPtrArray *deltas, const struct journal_batch *batch)
{
	return deltas->len == batch->messages;
}

/*
 * Was it applied? The revision that was there before and is there still says no. Then the first
 * message that is wholly as before or wholly as after says which; where others changed every one of
 * them since, it counts as applied: undoing it can do no harm then, while losing it would.
 */
static bool was_applied(notmuch_database_t *database, const GPtrArray *deltas,
	const struct journal_batch *batch, bool *applied, GError **error)
{
	const char *uuid;

	*applied = false;
	if (!is_whole(deltas, batch) ||
		notmuch_database_get_revision(database, &uuid) == batch->lastmod)
		return true;
	*applied = deltas->len > 0;
	for (guint i = 0; i < deltas->len; i++) {
		g_autoptr(GError) why = NULL;
		enum presence presence = delta_presence(database, deltas->pdata[i], &why);

		if (why) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		if (presence == PRESENCE_BEFORE || presence == PRESENCE_AFTER) {
			*applied = presence == PRESENCE_AFTER;
			return true;
		}
	}
	return true;
}

static bool settle_batch(notmuch_database_t *database, struct journal_log *log,
	const struct journal_entry *entry, unsigned nth, GError **error)
{
	const struct journal_batch *batch =
		&g_array_index(entry->batch, struct journal_batch, nth - 1);
	g_autoptr(GPtrArray) deltas = journal_batch_deltas(journal_log_read(log), batch);
	const char *uuid;
	bool applied;

	if (!was_applied(database, deltas, batch, &applied, error))
		return false;
	if (applied)
		return journal_log_commit(log, entry->number, nth,
			notmuch_database_get_revision(database, &uuid), error);
	return journal_log_abort(log, entry->number, nth, error);
}

bool settle_begun(notmuch_database_t *database, struct journal_log *log, GError **error)
{
	const GPtrArray *entries = journal_log_read(log)->entries;
	bool settled = false;

	for (guint i = 0; i < entries->len; i++) {
		const struct journal_entry *entry = entries->pdata[i];

		for (unsigned nth = 1; nth <= entry->batch->len; nth++) {
			if (g_array_index(entry->batch, struct journal_batch, nth - 1).state !=
				JOURNAL_PENDING)
				continue;
			if (!settle_batch(database, log, entry, nth, error))
				return false;
			settled = true;
		}
	}
	return !settled || journal_log_reload(log, error);
}

uint64_t settle_unfinished(const struct journal *journal)
{
	for (guint i = 0; i < journal->entries->len; i++) {
		const struct journal_entry *entry = journal->entries->pdata[i];

		if (entry->state == JOURNAL_PENDING && entry->planned && !entry->closed)
			return entry->number;
	}
	return 0;
}
