/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal: what nixie changed in one database, so that each step can be told and undone.
 * $XDG_STATE_HOME/nixie/journal/UUID, append-only, 0600, written under flock. Its lines are in the
 * syntax of notmuch-dump(1); what notmuch-restore(1) would not know begins with #:
 *
 *   #plan N BATCHES KIND TIME LABEL          an entry of several transactions: what is asked for,
 *   #~ +tag -tag -- id:ID                      so that a restart can complete it
 *   #~= ID +key=value -key=value
 *   #planned N
 *   #begin N BATCH/BATCHES KIND TIME LASTMOD MESSAGES LABEL
 *   +tag -tag -- id:ID                       tags truly added and removed
 *   #= ID +key=value -key=value              properties truly added and removed
 *   #commit N BATCH LASTMOD                  the transaction is on disk
 *   #abort N BATCH                           it never came to that
 *   #close N                                 the rest of a plan was given up
 *
 * KIND, LABEL, tags, ids, keys and values are written with %xx for what is not plain.
 * This module knows no libnotmuch: the model reads it too.
 */
#ifndef NIXIE_STORE_JOURNAL_H
#define NIXIE_STORE_JOURNAL_H

#include "store/store.h"

enum journal_state {
	JOURNAL_PENDING,   /* begun; nobody knows yet whether it was applied, or not all of it is */
	JOURNAL_COMMITTED, /* all of it, or (after #close) a part */
	JOURNAL_ABORTED,   /* nothing of it was applied */
};

struct journal_batch {
	enum journal_state state;
	uint64_t lastmod; /* of the database before */
	uint64_t messages;
	size_t at, n; /* its delta lines in the file */
};

struct journal_entry {
	uint64_t number;   /* from 1 */
	char *kind;        /* "tag", "retry", "suppress", "scan", "undo 7", "redo 7" */
	char *label;       /* one line for people */
	int64_t time;      /* seconds since 1970 */
	uint64_t messages; /* changed by the batches that are on disk */
	enum journal_state state;
	uint64_t undone_by;     /* number of the undo entry that stands, 0: not undone */
	unsigned batches;       /* planned */
	GArray *batch;          /* of struct journal_batch, those that were begun */
	size_t plan_at, plan_n; /* lines of the plan, plan_n 0: none */
	bool planned;           /* the plan is whole */
	bool closed;
};

struct journal {
	GPtrArray *entries; /* struct journal_entry*, oldest first */
	char *text;         /* the file as read */
	size_t size;
};

/*
 * Reads the journal of a database; a missing one is empty. Broken lines are skipped, a cut last
 * line too.
 */
struct journal *journal_read(const char *uuid, GError **error);
void journal_free(struct journal *journal); /* NULL is legal */

/* NULL when there is none. Borrowed. */
const struct journal_entry *journal_find(const struct journal *journal, uint64_t number);
/* "done", "undone", "unfinished", "not applied". */
const char *journal_state_word(const struct journal_entry *entry);
/*
 * Was a writer ended before it wrote how an entry came out? Nothing can be said of such an entry
 * until the next writer has looked.
 */
bool journal_is_unsettled(const struct journal *journal);
/* A step of the user: neither an undo nor a redo. */
bool journal_is_step(const struct journal_entry *entry);
bool journal_kind_is_step(const char *kind);
/* The newest committed step that is not undone (what `undo` takes), NULL when there is none. */
const struct journal_entry *journal_undoable(const struct journal *journal);
/*
 * Of the steps that are undone the one undone last, unless a step was made since (what `redo`
 * takes).
 */
const struct journal_entry *journal_redoable(const struct journal *journal);
/* True deltas of an entry's committed batches, oldest first: struct change*, g_ptr_array_unref. */
GPtrArray *journal_deltas(const struct journal *journal, const struct journal_entry *entry);
/* The same turned round, newest first: what undoes the entry. */
GPtrArray *journal_inverse(const struct journal *journal, const struct journal_entry *entry);

/* --- writing: by the writer child only */

struct journal_log;

/* Waits for the flock; then nobody else writes until journal_log_close. */
struct journal_log *journal_log_open(const char *uuid, GError **error);
void journal_log_close(struct journal_log *log); /* NULL is legal */
/* The journal as it was when the log was opened or reloaded. Borrowed. */
const struct journal *journal_log_read(const struct journal_log *log);
bool journal_log_reload(struct journal_log *log, GError **error);
uint64_t journal_log_next(const struct journal_log *log); /* number for a new entry */

/* Each of these is on disk (fsync) when it returns true. Changes are struct change*. */
bool journal_log_plan(struct journal_log *log, uint64_t number, unsigned batches, const char *kind,
	const char *label, const GPtrArray *changes, GError **error);
bool journal_log_begin(struct journal_log *log, uint64_t number, unsigned batch, unsigned batches,
	const char *kind, const char *label, uint64_t lastmod, const GPtrArray *deltas,
	GError **error);
bool journal_log_commit(
	struct journal_log *log, uint64_t number, unsigned batch, uint64_t lastmod, GError **error);
bool journal_log_abort(struct journal_log *log, uint64_t number, unsigned batch, GError **error);
bool journal_log_close_entry(struct journal_log *log, uint64_t number, GError **error);

/*
 * Who works off a plan owns it, so that no other writer completes it meanwhile; a writer that was
 * killed owns nothing. One owner a database; NULL when there is one already. Nobody waits for it:
 * it may be waiting for a lock that is held here.
 */
struct journal_owner;
struct journal_owner *journal_own(const struct journal_log *log);
void journal_disown(struct journal_owner *owner); /* NULL is legal */

/* Deltas of one batch; what a plan asks for, in the order of its messages. g_ptr_array_unref. */
GPtrArray *journal_batch_deltas(const struct journal *journal, const struct journal_batch *batch);
GPtrArray *journal_plan(const struct journal *journal, const struct journal_entry *entry);

#endif
