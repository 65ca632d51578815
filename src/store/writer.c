/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two locks, always in this order: the index (Xapian's), then the journal. Both are given back
 * between the transactions of a large job, so that others get their turn; who owns such a job holds
 * a third one, so that nobody else completes it meanwhile.
 */
#include "store/writer.h"

#include "base/errors.h"
#include "base/words.h"
#include "store/changeset.h"
#include "store/database.h"
#include "store/delta.h"
#include "store/journal.h"
#include "store/lock.h"
#include "store/renames.h"
#include "store/settle.h"

#define LOCK_PATIENCE (2 * G_USEC_PER_SEC)
#define LOCK_INTERVAL (50 * 1000)
#define LOCK_LOOK (250 * 1000) /* who has it is found in all of /proc */
#define EVENTS_EVERY 128       /* messages */

struct writer {
	const struct writer_request *request;
	const struct writer_events *events;
	void *user;
	char *xapian; /* directory with the lock */
	notmuch_database_t *database;
	struct journal_log *log;
	struct values *values;
	struct renames *renames; /* messages whose files may have to be renamed */
	bool synchronize;        /* maildir.synchronize_flags */
	uint64_t done, total;    /* messages, for progress */
};

/* One entry of the journal in the making. */
struct work {
	uint64_t number;
	unsigned batches;
	const char *kind, *label;
	GPtrArray *changes; /* struct change*, each id once */
	bool own;           /* what was asked for, not what another left unfinished */
};

static bool interrupted(struct writer *writer, GError **error)
{
	if (!writer->events->cancelled(writer->user))
		return false;
	g_set_error_literal(error, NIXIE_ERROR, NIXIE_INTERRUPTED,
		_("stopped; what was not on disk yet is not changed"));
	return true;
}

/* --- opening and closing */

static bool find_lock(struct writer *writer, GError **error)
{
	notmuch_database_t *database = database_open(&writer->request->store, false, error);

	if (!database)
		return false;
	writer->xapian = database_xapian_directory(database);
	notmuch_database_destroy(database);
	if (!writer->xapian)
		g_set_error_literal(
			error, NIXIE_ERROR, NIXIE_NOINPUT, _("the index has no files of Xapian"));
	return writer->xapian;
}

/* Who has the lock, as long as it is waited for. */
struct wait {
	gint64 end, look; /* when to give up, when to look who has it */
	char *holder;     /* of the last look */
};

/*
 * True: others hand it to each other, and never is it free when it is looked at. To open the index
 * then means to stand in their queue, where everybody's turn comes.
 */
static bool holders_change(struct writer *writer, struct wait *wait)
{
	g_autofree char *holder = NULL;

	if (g_get_monotonic_time() < wait->look)
		return false;
	wait->look = g_get_monotonic_time() + LOCK_LOOK;
	if (lock_probe(writer->xapian, &holder) != LOCK_BUSY)
		return false;
	if (wait->holder && !g_str_equal(wait->holder, holder))
		return true;
	g_free(wait->holder);
	wait->holder = g_steal_pointer(&holder);
	return false;
}

static bool wait_busy(struct writer *writer, struct wait *wait, GError **error)
{
	while (lock_probe(writer->xapian, NULL) == LOCK_BUSY) {
		if (interrupted(writer, error))
			return false;
		if (holders_change(writer, wait))
			return true;
		if (wait->holder && g_get_monotonic_time() >= wait->end) {
			g_set_error(error, NIXIE_ERROR, NIXIE_BUSY,
				_("the index is locked by %s; try again when that is done"),
				wait->holder);
			return false;
		}
		g_usleep(LOCK_INTERVAL);
	}
	return true;
}

static bool wait_for_lock(struct writer *writer, GError **error)
{
	struct wait wait = {g_get_monotonic_time() + LOCK_PATIENCE, 0, NULL};
	bool done = wait_busy(writer, &wait, error);

	g_free(wait.holder);
	if (!done)
		return false;
	switch (lock_probe(writer->xapian, NULL)) {
	case LOCK_READ_ONLY:
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_IO,
			_("the index may be read but not changed: it is not yours to write to"));
		return false;
	case LOCK_MISSING:
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_NOINPUT, _("the index is gone"));
		return false;
	default:
		return true;
	}
}

static bool check_uuid(struct writer *writer, const char **uuid, GError **error)
{
	const char *asked = writer->request->uuid;

	notmuch_database_get_revision(writer->database, uuid);
	if (!asked || !*asked || g_str_equal(asked, *uuid))
		return true;
	g_set_error_literal(error, NIXIE_ERROR, NIXIE_BUSY,
		_("the index was rebuilt meanwhile; nothing was changed; load the list again"));
	return false;
}

/* Lets go of both locks. What was not committed is dropped. */
static void session_end(struct writer *writer)
{
	if (writer->database)
		notmuch_database_destroy(writer->database);
	journal_log_close(writer->log);
	values_free(writer->values);
	writer->database = NULL;
	writer->log = NULL;
	writer->values = NULL;
}

static bool session_begin(struct writer *writer, GError **error)
{
	const char *uuid;

	if (!wait_for_lock(writer, error))
		return false;
	writer->database = database_open(&writer->request->store, true, error);
	if (!writer->database)
		return false;
	if (check_uuid(writer, &uuid, error) && (writer->log = journal_log_open(uuid, error)) &&
		(writer->values = values_load(uuid, error)) &&
		settle_begun(writer->database, writer->log, error))
		return true;
	session_end(writer);
	return false;
}

/* --- one transaction */

static bool tick(struct writer *writer, guint i, GError **error)
{
	if (i % EVENTS_EVERY)
		return true;
	writer->events->progress(writer->user, writer->done + i, writer->total);
	return !interrupted(writer, error);
}

/*
 * Messages lie in the index in the order in which they came, and threads are numbered in it. What
 * lies together is read and written faster together.
 */
struct found {
	uint64_t thread;
	struct change *delta;
};

static gint by_thread(gconstpointer a, gconstpointer b)
{
	const struct found *one = a, *other = b;

	return (one->thread > other->thread) - (one->thread < other->thread);
}

/* Takes the deltas. */
static GPtrArray *in_order(GArray *found)
{
	GPtrArray *deltas = g_ptr_array_new_with_free_func((GDestroyNotify)change_free);

	g_array_sort(found, by_thread);
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(
			deltas, g_steal_pointer(&g_array_index(found, struct found, i).delta));
	return deltas;
}

static void found_clear(void *data)
{
	change_free(((struct found *)data)->delta);
}

/* What truly changes in one message, NULL for one that is not there; with its thread. */
static bool read_delta(
	struct writer *writer, const struct change *change, struct found *found, GError **error)
{
	g_autoptr(GError) why = NULL;
	notmuch_message_t *message = delta_find(writer->database, change->id, &why);
	const char *thread = message ? notmuch_message_get_thread_id(message) : NULL;

	found->thread = thread ? g_ascii_strtoull(thread, NULL, 16) : 0;
	found->delta = message ? delta_true(writer->database, message, change, &why) : NULL;
	if (message)
		notmuch_message_destroy(message);
	if (!why)
		return true;
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

/* What truly changes; messages that are not there go to `missing`. */
static GPtrArray *read_deltas(struct writer *writer, const GPtrArray *changes, guint from, guint to,
	GPtrArray *missing, GError **error)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct found));

	g_array_set_clear_func(all, found_clear);
	for (guint i = from; i < to; i++) {
		struct found found;

		if ((i % EVENTS_EVERY == 0 && interrupted(writer, error)) ||
			!read_delta(writer, changes->pdata[i], &found, error))
			return NULL;
		if (!found.delta)
			g_ptr_array_add(missing, changes->pdata[i]);
		else if (change_is_empty(found.delta))
			change_free(found.delta);
		else
			g_array_append_val(all, found);
	}
	return in_order(all);
}

static bool keep_values(struct writer *writer, const GPtrArray *deltas, GError **error)
{
	for (guint i = 0; i < deltas->len; i++)
		if (!delta_keep_values(writer->values, deltas->pdata[i], error))
			return false;
	return true;
}

static bool apply_all(struct writer *writer, const GPtrArray *deltas, GError **error)
{
	for (guint i = 0; i < deltas->len; i++) {
		const struct change *delta = deltas->pdata[i];
		notmuch_message_t *message = delta_find_again(writer->database, delta->id, error);
		bool done = message && delta_apply(writer->database, message, delta, error);

		if (message)
			notmuch_message_destroy(message);
		if (!done || !tick(writer, i, error))
			return false;
	}
	return true;
}

/* Only close says whether it is on disk: on a full one, end_atomic is content and close is not. */
static bool commit(struct writer *writer, GError **error)
{
	notmuch_status_t status = notmuch_database_end_atomic(writer->database);

	if (status == NOTMUCH_STATUS_SUCCESS)
		status = notmuch_database_close(writer->database);
	if (status == NOTMUCH_STATUS_SUCCESS)
		return true;
	database_set_error(writer->database, status,
		_("the index could not be written, so nothing was changed"), error);
	return false;
}

/*
 * From here to the commit record every way out leaves the truth behind: an abort record where it is
 * known that nothing was applied, no record where it is not (the next writer will look).
 */
static bool transact(struct writer *writer, const struct work *work, unsigned nth,
	const GPtrArray *deltas, GError **error)
{
	const char *uuid;
	uint64_t before = notmuch_database_get_revision(writer->database, &uuid);
	notmuch_status_t status;

	if (!keep_values(writer, deltas, error) ||
		!journal_log_begin(writer->log, work->number, nth, work->batches, work->kind,
			work->label, before, deltas, error))
		return false;
	status = notmuch_database_begin_atomic(writer->database);
	if (status != NOTMUCH_STATUS_SUCCESS)
		database_set_error(writer->database, status, _("cannot change the index"), error);
	if (status != NOTMUCH_STATUS_SUCCESS || !apply_all(writer, deltas, error)) {
		journal_log_abort(writer->log, work->number, nth, NULL);
		return false;
	}
	if (!commit(writer, error)) {
		/* Its destructor would try to write once more. */
		writer->database = NULL;
		return false;
	}
	/*
	 * It is done, also when the record cannot be written; then the next writer finds that out
	 * and writes it.
	 */
	journal_log_commit(writer->log, work->number, nth, before + 1, NULL);
	return true;
}

static void tell_deltas(struct writer *writer, const GPtrArray *deltas, const GPtrArray *missing)
{
	for (guint i = 0; i < deltas->len; i++) {
		renames_note(writer->renames, deltas->pdata[i]);
		writer->events->delta(writer->user, deltas->pdata[i], false);
	}
	for (guint i = 0; i < missing->len; i++)
		writer->events->delta(writer->user, missing->pdata[i], true);
}

/* --- a journal entry, of one transaction or several */

/* A plan of another may promise more batches than it has changes for. */
static guint batch_start(const struct work *work, unsigned nth)
{
	return (guint)MIN((uint64_t)(nth - 1) * WRITER_BATCH, work->changes->len);
}

/*
 * A step that changes nothing leaves no entry. An undo or redo does: it has had its turn, and the
 * next one must not find the same step again.
 */
static bool is_nothing(const struct work *work, const GPtrArray *deltas)
{
	return work->batches == 1 && !deltas->len && journal_kind_is_step(work->kind);
}

/* A session is open; afterwards none is. `*changed` counts messages. */
static bool run_batch(struct writer *writer, const struct work *work, unsigned nth, guint *changed,
	GError **error)
{
	guint from = batch_start(work, nth), to = batch_start(work, nth + 1);
	g_autoptr(GPtrArray) missing = g_ptr_array_new();
	g_autoptr(GPtrArray) deltas = read_deltas(writer, work->changes, from, to, missing, error);
	bool done =
		deltas && (is_nothing(work, deltas) || transact(writer, work, nth, deltas, error));

	session_end(writer);
	if (!done)
		return false;
	*changed += deltas->len;
	writer->done += to - from;
	if (work->own)
		tell_deltas(writer, deltas, missing);
	writer->events->progress(writer->user, writer->done, writer->total);
	return true;
}

/* The rest is not wanted any more; what was applied stays and can be undone. */
static void give_up_rest(struct writer *writer, const struct work *work)
{
	if (work->batches > 1 && session_begin(writer, NULL))
		journal_log_close_entry(writer->log, work->number, NULL);
	session_end(writer);
}

/* From batch `nth` on; a session is open. */
static bool run_batches(struct writer *writer, const struct work *work, unsigned nth,
	guint *changed, GError **error)
{
	for (; nth <= work->batches; nth++) {
		g_autoptr(GError) why = NULL;

		if ((!writer->database && !session_begin(writer, &why)) ||
			!run_batch(writer, work, nth, changed, &why)) {
			session_end(writer);
			if (work->own && g_error_matches(why, NIXIE_ERROR, NIXIE_INTERRUPTED))
				give_up_rest(writer, work);
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
	}
	return true;
}

static bool plan(struct writer *writer, const struct work *work, struct journal_owner **owner,
	GError **error)
{
	if (work->batches == 1)
		return true;
	*owner = journal_own(writer->log);
	if (*owner)
		return journal_log_plan(writer->log, work->number, work->batches, work->kind,
			work->label, work->changes, error);
	g_set_error_literal(error, NIXIE_ERROR, NIXIE_BUSY,
		_("another nixie is at a large change; try again when that is done"));
	return false;
}

/* --- what another writer left unfinished */

static unsigned first_open_batch(const struct journal_entry *entry)
{
	unsigned nth = 1;

	while (nth <= entry->batch->len &&
		g_array_index(entry->batch, struct journal_batch, nth - 1).state ==
			JOURNAL_COMMITTED)
		nth++;
	return nth;
}

/* One entry, from the session that is open; afterwards none is, unless there was nothing to do. */
static bool complete_one(struct writer *writer, uint64_t number, GError **error)
{
	const struct journal *journal = journal_log_read(writer->log);
	const struct journal_entry *entry = journal_find(journal, number);
	g_autoptr(GPtrArray) changes = journal_plan(journal, entry);
	g_autofree char *kind = g_strdup(entry->kind), *label = g_strdup(entry->label);
	struct work work = {number, entry->batches, kind, label, changes, false};
	unsigned nth = first_open_batch(entry);
	guint changed = 0;

	writer->total += changes->len - batch_start(&work, nth);
	return run_batches(writer, &work, nth, &changed, error);
}

/* Leaves a session open. An entry whose owner lives is being worked on, and left to it. */
static bool complete_unfinished(struct writer *writer, GError **error)
{
	struct journal_owner *owner = NULL;
	bool done = true;
	uint64_t number;

	while (done && (number = settle_unfinished(journal_log_read(writer->log)))) {
		if (!owner && !(owner = journal_own(writer->log)))
			break;
		done = complete_one(writer, number, error) && session_begin(writer, error);
	}
	journal_disown(owner);
	return done;
}

/* --- what is asked for */

static bool run_own(struct writer *writer, GPtrArray *changes, GError **error)
{
	const struct writer_request *request = writer->request;
	unsigned batches = MAX(1, (changes->len + WRITER_BATCH - 1) / WRITER_BATCH);
	struct work work = {journal_log_next(writer->log), batches, request->kind, request->label,
		changes, true};
	struct journal_owner *owner = NULL;
	guint changed = 0;
	bool done = plan(writer, &work, &owner, error) &&
		    run_batches(writer, &work, 1, &changed, error);

	session_end(writer);
	journal_disown(owner);
	writer->events->applied(writer->user, changed ? work.number : 0);
	return done;
}

/* After the tags are on disk: file names can be brought in line again, tags could not. */
static bool rename_files(struct writer *writer, GError **error)
{
	bool done;

	if (!session_begin(writer, error))
		return false;
	done = renames_apply(writer->renames, writer->database, error);
	if (notmuch_database_close(writer->database) != NOTMUCH_STATUS_SUCCESS && done) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_PARTIAL,
			_("the tags are set, but the new file names could not be written to the "
			  "index; run notmuch new"));
		done = false;
	}
	session_end(writer);
	return done;
}

static bool run(struct writer *writer, GPtrArray *changes, GError **error)
{
	if (!find_lock(writer, error) || !session_begin(writer, error))
		return false;
	writer->synchronize = database_flag(writer->database, NOTMUCH_CONFIG_SYNC_MAILDIR_FLAGS);
	return complete_unfinished(writer, error) && run_own(writer, changes, error) &&
	       (!writer->synchronize || renames_is_empty(writer->renames) ||
		       rename_files(writer, error));
}

bool writer_run(const struct writer_request *request, const struct writer_events *events,
	void *user, GError **error)
{
	g_autoptr(GPtrArray) changes = changeset_new(request->changes, request->n, error);
	struct writer writer = {.request = request, .events = events, .user = user};
	bool done;

	if (!changes)
		return false;
	writer.total = changes->len;
	writer.renames = renames_new();
	done = run(&writer, changes, error);
	session_end(&writer);
	renames_free(writer.renames);
	g_free(writer.xapian);
	return done;
}
