/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Undo and redo: the inverse of what an entry of the journal truly changed, as a new change set,
 * and the same again. */
#include "base/errors.h"

#include "base/words.h"
#include "store/journal.h"
#include "triage/action-parts.h"
#include "triage/action.h"
#include "triage/label.h"
#include <inttypes.h>

static struct journal *read_journal(const struct session *session, GError **error)
{
	if (session->about.known)
		return journal_read(session->about.info.uuid, error);
	g_set_error(error, NIXIE_ERROR, NIXIE_BUSY, _("the index has not been read yet"));
	return NULL;
}

/* --- what a writer that was ended left */

struct settling {
	bool done;
	GError *error;
};

static void on_settled(void *user, const GError *error)
{
	struct settling *settling = user;
	settling->done = true;
	settling->error = error ? g_error_copy(error) : NULL;
}

/* A writer with nothing to write: first of all each looks at what was left unfinished. */
static bool settle(struct session *session, GError **error)
{
	const struct writer_request request = {
		.store = session->store,
		.uuid = session->about.info.uuid,
		.kind = "settle",
		.label = "",
	};
	struct settling settling = {false, NULL};
	writer_start(session->spawner, &request, NULL, NULL, NULL, on_settled, &settling);
	while (!settling.done)
		g_main_context_iteration(NULL, TRUE);
	if (settling.error)
		g_propagate_error(error, settling.error);
	return !settling.error;
}

static bool is_unsettled(const struct session *session, const struct journal *journal)
{
	return !session_last_action(session)->running && journal_is_unsettled(journal);
}

bool action_is_unsettled(const struct session *session)
{
	struct journal *journal = read_journal(session, NULL);
	bool unsettled = journal && is_unsettled(session, journal);
	journal_free(journal);
	return unsettled;
}

static struct journal *read_settled(struct session *session, GError **error)
{
	struct journal *journal = read_journal(session, error);
	if (!journal || !is_unsettled(session, journal))
		return journal;
	journal_free(journal);
	return settle(session, error) ? read_journal(session, error) : NULL;
}

/* --- what is taken back */

/* This session's newest step that still stands; NULL when there is none. */
static const struct journal_entry *own_step(
	const struct session *session, const struct journal *journal)
{
	const GArray *entries = action_desk_entries(session->desk);
	for (guint i = entries->len; i-- > 0;) {
		const struct journal_entry *entry =
			journal_find(journal, g_array_index(entries, uint64_t, i));
		if (entry && entry->state == JOURNAL_COMMITTED && !entry->undone_by)
			return entry;
	}
	return NULL;
}

/* A step that is asked for by number. */
static const struct journal_entry *numbered_step(
	const struct journal *journal, uint64_t number, GError **error)
{
	const struct journal_entry *entry = journal_find(journal, number);
	const char *why = NULL;
	if (!entry)
		why = _("there is no such entry; `nixie log` lists them");
	else if (!journal_is_step(entry))
		why = _("it is an undo or redo itself; undo or redo the entry that it is about");
	else if (entry->undone_by)
		why = _("it is undone already");
	else if (entry->state != JOURNAL_COMMITTED)
		why = _("it was never applied");
	if (!why)
		return entry;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("entry %" PRIu64 " cannot be undone: %s"),
		number, why);
	return NULL;
}

static const struct journal_entry *choose_step(const struct session *session,
	const struct journal *journal, uint64_t number, bool any, GError **error)
{
	if (number)
		return numbered_step(journal, number, error);
	const struct journal_entry *entry = own_step(session, journal);
	if (!entry && any)
		entry = journal_undoable(journal);
	if (!entry)
		g_set_error(error, NIXIE_ERROR, NIXIE_DONE,
			any ? _("there is nothing to undo")
			    : _("nothing of this session is left to undo; the log lists earlier "
				"changes, "
				"each can be undone"));
	return entry;
}

/* Takes `changes`. */
static struct action *action_from(
	const struct journal_entry *entry, const char *verb, GPtrArray *changes)
{
	g_autofree char *kind = g_strdup_printf("%s %" G_GUINT64_FORMAT, verb, entry->number);
	bool redo = strcmp(verb, "redo") == 0;
	struct action *action = action_new(kind);
	action->takes_back = true;
	action->reverts = redo ? 0 : entry->number;
	action->repeats = redo ? entry->number : 0;
	action->label = label_new(redo ? LABEL_REDO : LABEL_UNDO, entry->label);
	g_autofree char *told = messages_told(changes->len), *label = label_told(entry->label);
	action->done = g_strdup_printf(
		redo ? _("Done again on %s: %s") : _("Undone on %s: %s"), told, label);
	action->effect.messages = changes->len;
	drafts_put_all(action->changes, changes);
	action_tell(action, "%s %" G_GUINT64_FORMAT ": %s", verb, entry->number, label);
	action_tell(action, _("%s; what others changed since is left"), told);
	g_ptr_array_unref(changes);
	return action;
}

struct action *action_undo(struct session *session, uint64_t number, bool any, GError **error)
{
	struct journal *journal = read_settled(session, error);
	const struct journal_entry *entry =
		journal ? choose_step(session, journal, number, any, error) : NULL;
	struct action *action = NULL;
	if (entry) {
		action = action_from(entry, "undo", journal_inverse(journal, entry));
		action->forgets_scan = strcmp(entry->kind, "scan") == 0;
		action->effect.command =
			g_strdup_printf("nixie undo %" G_GUINT64_FORMAT, entry->number);
	}
	journal_free(journal);
	return action;
}

struct action *action_redo(struct session *session, GError **error)
{
	struct journal *journal = read_settled(session, error);
	const struct journal_entry *entry = journal ? journal_redoable(journal) : NULL;
	struct action *action = NULL;
	if (entry) {
		action = action_from(entry, "redo", journal_deltas(journal, entry));
		action->effect.command = g_strdup("nixie redo");
	} else if (journal) {
		g_set_error(error, NIXIE_ERROR, NIXIE_DONE, _("there is nothing to do again"));
	}
	journal_free(journal);
	return action;
}
