/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the model asks of the children, as jobs. A job runs on the default GMainContext: its
 * callbacks are called from there, never from inside the call that starts it. Every job ends with
 * exactly one `done` call, also when its child died, when it was cancelled, or could not start;
 * then it is gone.
 */
#ifndef NIXIE_WORKER_CLIENT_H
#define NIXIE_WORKER_CLIENT_H

#include <glib.h>

#include "base/file.h"
#include "extract/lesson.h"
#include "extract/report.h"
#include "extract/trial.h"
#include "store/indexer.h"
#include "store/letters.h"
#include "store/reader.h"
#include "store/store.h"
#include "store/writer.h"
#include "worker/spawner.h"

struct job;
struct pack; /* worker/pack.h */
struct unpack;

/*
 * error is NULL on success; its code is an exit code (base/errors.h). G_IO_ERROR-like cancel:
 * NIXIE_INTERRUPTED.
 */
typedef void job_done(void *user, const GError *error);
/* total 0: not known yet. */
typedef void job_progress(void *user, uint64_t done, uint64_t total);

/*
 * Ends the job's child; `done` follows with NIXIE_INTERRUPTED. A write is cancelled before its
 * commit or not at all.
 */
void job_cancel(struct job *job);

/* --- reader */
/*
 * Newest first, in batches, complete when done without error. The array and its messages are the
 * callee's (g_ptr_array_unref).
 */
typedef void reader_batch(void *user, GPtrArray *messages);
/* Sent first, with a count of 0, and again when it is counted. */
typedef void reader_info(void *user, const struct store_info *info);
struct job *reader_start(struct spawner *spawner, const struct reader_request *request,
	reader_info *info, reader_batch *batch, job_done *done, void *user);

/*
 * Counts of several queries at once (saved views, doctor, tag completion): counts[i] is -1 when
 * queries[i] is broken.
 */
typedef void reader_counts(void *user, const int64_t *counts, size_t n, uint64_t revision);
struct job *reader_count_start(struct spawner *spawner, struct store_ref store,
	const char *const *queries, reader_counts *counts, job_done *done, void *user);
/* The Message-IDs that a query matches, all at once: of the request, store, query and exclude
 * count.
 */
typedef void reader_ids(void *user, char **ids);
struct job *reader_ids_start(struct spawner *spawner, const struct reader_request *request,
	reader_ids *ids, job_done *done, void *user);
/* Which of these Message-IDs the index does not have, all at once. */
struct job *reader_absent_start(struct spawner *spawner, struct store_ref store,
	const char *const *ids, reader_ids *absent, job_done *done, void *user);
/* All tags and named queries ("query.NAME=text") of the index. */
typedef void reader_names(void *user, char **tags, char **queries);
struct job *reader_names_start(struct spawner *spawner, struct store_ref store, reader_names *names,
	job_done *done, void *user);

/*
 * Everybody's letters (store/letters.h), in batches. `anew`: what was told before is void, the
 * index has changed meanwhile. The letters are the callee's to take or leave; the array is not.
 */
typedef void reader_letters(void *user, bool anew, GPtrArray *letters);
struct job *reader_letters_start(struct spawner *spawner, struct store_ref store,
	const char *sent_query, reader_letters *letters, job_done *done, void *user);

/* --- extraction: the pool of sandboxed children, kept for the life of the program */
struct pool;
/* `jobs` 0: one a core. `rule_dirs` as rule_set_load; broken rules of your own are left out. */
struct pool *pool_new(
	struct spawner *spawner, const char *datadir, const char *const *rule_dirs, unsigned jobs);
void pool_free(struct pool *pool);
/* The rules have changed: children that know the old ones end, and what they had goes to new ones.
 */
void pool_renew(struct pool *pool);
/*
 * What protects the children: "seccomp", "landlock", "" ... ; for --version and doctor. Borrowed.
 */
const char *pool_sandbox(struct pool *pool);
/*
 * Why no child can work (broken rules, no process); NULL while nothing is known of that. Borrowed.
 */
const GError *pool_broken(const struct pool *pool);

/*
 * The facts of paths[index]; NULL with error when the file could not be read or ended its child.
 * The report is the callee's.
 */
typedef void pool_report(void *user, size_t index, struct report *report, const GError *error);
/*
 * Reads each path (base/file) and hands the mails over in batches; results come in any order. Paths
 * are copied.
 */
struct job *pool_extract(struct pool *pool, const char *const *paths, size_t n, pool_report *report,
	job_done *done, void *user);
/*
 * The report that `report` is told next, as the child packed it, and which state of the file it was
 * read from; both for the time of the call. To be set at once.
 */
typedef void pool_packed(
	void *user, size_t index, const struct unpack *packed, const struct file_stamp *stamp);
void pool_tell_packed(struct job *job, pool_packed *packed);
/*
 * Asks about each mail before it is handed over. Those of which `look` says true are told to
 * nobody: the caller reads them himself. To be set at once.
 */
typedef bool pool_look(void *user, size_t index, struct span mail);
void pool_look_first(struct job *job, pool_look *look);
/*
 * The same for bytes already in memory (standard input, a fragment, a message out of an mbox),
 * which errors call `name`.
 */
struct job *pool_extract_bytes(struct pool *pool, const char *name, struct span bytes,
	bool fragment, pool_report *report, job_done *done, void *user);

/*
 * --- reading: the structure of a mail, and one part of it decoded, in a child that may do nothing
 * else
 */
struct reading_part {
	char *id, *type; /* "2", "message/delivery-status" */
	char *filename;  /* NULL */
	unsigned depth;
	uint64_t raw_at, raw_n; /* its body in the file */
};
struct reading {
	GPtrArray *parts; /* struct reading_part*, in document order, without multiparts */
	char *part;       /* id of the one that is decoded */
	char *header;     /* all header fields of the mail, unfolded and decoded, a line a field */
	char *returned;   /* the same of the message that the report brings back; NULL: none */
	char *text;       /* the part in UTF-8, HTML reduced to its text; NULL: it is no text */
	size_t text_n;
	/* Of HTML: offset in the decoded source of text byte i, text_n + 1 entries; NULL: the same.
	 */
	uint32_t *origin;
	bool cut; /* a limit left something out */
};
void reading_free(struct reading *reading); /* NULL is legal */
/* The reading is the callee's. When there is none, `done` alone is called, with the error. */
typedef void pool_reading(void *user, struct reading *reading, const GError *error);
/* `part` NULL: the first one with text. One that the mail does not have gives the first, too. */
struct job *pool_read(struct pool *pool, const char *path, const char *part, pool_reading *reading,
	job_done *done, void *user);

/* --- one report with what its verdicts were made from */
/* One trial for each recipient, in the report's memory. The report is the callee's. */
typedef void trial_report(void *user, struct report *report, const struct trial *trials);
/* `fd` is taken; `asked`: as for extract_tried. When there is no answer, `done` alone is called,
 * with the error. */
struct job *trial_start(struct spawner *spawner, const char *datadir, const char *const *rule_dirs,
	int fd, bool fragment, const char *asked, trial_report *report, job_done *done, void *user);

/* --- a correction */
/*
 * As lesson_learn, in a child; waits for it. lesson_clear what was learned.
 */
bool lesson_ask(struct spawner *spawner, const char *const *rule_dirs,
	const struct lesson_task *task, struct lesson *lesson, GError **error);

/* --- reports made anonymous, for a bundle */
/* `same`: nixie reads it as it reads the original. A file that cannot be read is an empty `mail`.
 */
typedef void scrub_mail(void *user, size_t index, struct span mail, bool same);
/* In order; the same names get the same stand-ins in all. A file that ends the child ends the job.
 */
struct job *scrub_start(struct spawner *spawner, const char *datadir, const char *const *rule_dirs,
	const char *const *paths, size_t n, scrub_mail *mail, job_done *done, void *user);

/* --- writer */
/*
 * The true delta of one message, as written to the journal and as undo needs it. `missing`: no such
 * message any more.
 */
typedef void writer_delta(void *user, const struct change *delta, bool missing);
/* Journal entry number of what was applied; 0 when nothing changed. Sent before done. */
typedef void writer_applied(void *user, uint64_t entry);
struct job *writer_start(struct spawner *spawner, const struct writer_request *request,
	job_progress *progress, writer_delta *delta, writer_applied *applied, job_done *done,
	void *user);
/*
 * "free", "busy: PROGRAM (pid N)", "busy: another process", "read-only", "missing", for the status
 * line. g_free.
 */
char *writer_lock_state(struct store_ref store);

/* --- indexer: an index of its own for --maildir and demo; to be opened as {database, "", NULL} */
typedef void indexer_skipped(void *user, const char *file, const char *why);
struct job *indexer_start(struct spawner *spawner, const struct indexer_request *request,
	job_progress *progress, indexer_skipped *skipped, job_done *done, void *user);

/*
 * --- cache of facts (SQLite, in a child): keyed by uuid, message id, file base name without flags,
 * size, mtime, rule-set hash
 */
struct cache;
struct cache *cache_new(struct spawner *spawner, const char *uuid, const char *rule_hash);
void cache_free(struct cache *cache); /* flushes what was put */
/*
 * Reports known for these files; `report` is called for each hit, misses are silent. Same callback
 * as the pool.
 */
struct job *cache_get(struct cache *cache, const char *const *ids, const char *const *paths,
	size_t n, pool_report *report, job_done *done, void *user);
/*
 * What became of the cache's file ("was broken and is made anew"), NULL while there is nothing to
 * say. Borrowed.
 */
const char *cache_note(const struct cache *cache);
/* Of this state of the file, as the pool tells it. */
void cache_put(struct cache *cache, const char *id, const char *path,
	const struct file_stamp *stamp, const struct unpack *packed);

/*
 * Whole lists, kept by name in the state that they hold in. A page begins with the files that it
 * was read from: how many, and of each its path and (in what comes back) whether it is as it was
 * then. A part follows, the caller's own. The unpack lends for the time of the call; nobody has
 * looked at what is in it.
 */
typedef void cache_page(void *user, struct unpack *page);
/* In which state there is such a list; NULL: in none. */
typedef void cache_state(void *user, const char *state);
struct job *cache_find_list(
	struct cache *cache, const char *name, cache_state *state, job_done *done, void *user);
/* An error: pages are not there, or not what was written; those that came are good. */
struct job *cache_get_list(struct cache *cache, const char *name, const char *state,
	cache_page *page, job_done *done, void *user);
/*
 * Empties the page. `onto`: the state of the list that it is added to; NULL: it is of a new one.
 * What was added last is told first. `began`: when reading its files did, seconds since 1970. An
 * error: no other page need come.
 */
struct job *cache_put_page(struct cache *cache, const char *name, const char *onto, int64_t began,
	struct pack *page, job_done *done, void *user);
/* With the pages that were put the list is in this state; NULL: they are none. */
void cache_settle_list(struct cache *cache, const char *state);

#endif
