/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pool: extractor children, and files for them. Work is cut into batches; a child has at most
 * two, so that it never waits for the next one. When a child dies, the files of the batch it was at
 * are given out again one by one, so that the one that kills is found, named and left behind.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/words.h"
#include "worker/job.h"
#include "worker/worker.h"

#define IN_FLIGHT 2
#define JOBS_MAX 16        /* descriptors on their way are limited, too */
#define SILENCE_SECONDS 60 /* a child that says nothing for so long, with work at hand, hangs */
#define FAILED_STARTS_MAX 3

struct pool_job {
	struct job job;
	struct pool *pool;
	pool_report *report;
	pool_packed *packed; /* NULL: nobody wants it so */
	pool_look *look;     /* NULL: none is left to the caller */
	char **paths;        /* of pool_extract_bytes: what they are called */
	int bytes_fd;        /* of those, -1: there are files */
	bool fragment;
	size_t n, next; /* files, first that was not given out */
	size_t left;    /* files that were not told yet */
	GQueue again;   /* size_t: files to give out one by one */
};

struct pool {
	struct spawner *spawner;
	char *datadir, **rule_dirs;
	struct worker *workers;
	unsigned workers_n;
	GQueue live; /* struct pool_job* that were not told done */
	GQueue jobs; /* those of them with files to give out; each in turn */
	char *sandbox;
	GError *broken; /* why no child can be had */
	unsigned failed_starts;
	guint feed_source, watch_source;
};

static void feed_later(struct pool *pool);

/* --- telling */

static void told_one(struct pool_job *job)
{
	if (--job->left == 0)
		job_end_later(&job->job, NULL);
}

static void tell_error(struct pool_job *job, size_t file, const char *why)
{
	g_autoptr(GError) error = NULL;

	if (job_is_ending(&job->job))
		return;
	g_set_error(&error, NIXIE_ERROR, NIXIE_PARTIAL, "%s: %s", job->paths[file], why);
	job->report(job->job.user, file, NULL, error);
	told_one(job);
}

/* --- what children say */

static struct pool_job *wanting(const struct batch *batch)
{
	struct pool_job *job = batch->job;

	return job && !job_is_ending(&job->job) ? job : NULL;
}

static void on_report(void *user, struct batch *batch, size_t place, const struct unpack *packed,
	struct report *report)
{
	struct pool_job *job = wanting(batch);

	(void)user;
	if (!job) {
		report_free(report);
		return;
	}
	if (job->packed)
		job->packed(job->job.user, batch->file[place], packed, &batch->stamp[place]);
	job->report(job->job.user, batch->file[place], report, NULL);
	told_one(job);
}

static void on_failure(void *user, struct batch *batch, size_t place, const char *why)
{
	(void)user;
	if (batch->job)
		tell_error(batch->job, batch->file[place], why);
}

static void on_ready(void *user, const char *sandbox)
{
	struct pool *pool = user;

	pool->failed_starts = 0;
	if (!pool->sandbox)
		pool->sandbox = g_strdup(sandbox);
}

static void on_worked(void *user)
{
	feed_later(user);
}

/* Takes the error. */
static void on_refused(void *user, GError *error)
{
	struct pool *pool = user;

	if (pool->broken)
		g_error_free(error);
	else
		pool->broken = error;
}

/* --- children that died */

/* Files that nobody told of go back to their job, first in its turn: one of them killed a child. */
static void give_back(struct batch *batch)
{
	struct pool_job *job = batch->job;

	if (!job || job_is_ending(&job->job))
		return;
	for (unsigned i = 0; i < batch->n; i++)
		if (!batch->told[i])
			g_queue_push_tail(&job->again, GSIZE_TO_POINTER(batch->file[i]));
	if (!g_queue_find(&job->pool->jobs, job))
		g_queue_push_head(&job->pool->jobs, job);
}

/* The one file of a batch that nobody told of. */
static void give_up(struct batch *batch, int status)
{
	g_autofree char *why = worker_death(status);

	for (unsigned i = 0; batch->job && i < batch->n; i++)
		if (!batch->told[i])
			tell_error(batch->job, batch->file[i], why);
}

static void fail_all(struct pool *pool)
{
	for (GList *link = pool->live.head; link; link = link->next)
		job_end_later(link->data, g_error_copy(pool->broken));
	g_queue_clear(&pool->jobs);
}

static void on_lost(void *user, struct worker *worker)
{
	struct pool *pool = user;
	bool was_ready = worker->ready, first = true;
	int status = worker_end(worker);
	struct batch *batch;

	if (!was_ready && !pool->broken && ++pool->failed_starts >= FAILED_STARTS_MAX)
		pool->broken = g_error_new_literal(NIXIE_ERROR, NIXIE_INTERNAL,
			_("the process that reads mails cannot be started; nixie doctor may tell "
			  "why"));
	while ((batch = g_queue_pop_head(&worker->batches))) {
		if (first && was_ready && batch->n - batch->told_n == 1)
			give_up(batch, status);
		else
			give_back(batch);
		first = false;
		g_free(batch);
	}
	feed_later(pool);
}

/* --- giving out */

static bool has_files(const struct pool_job *job)
{
	return job->next < job->n || job->again.length;
}

/* Does the caller read it himself? */
static bool is_left(struct pool_job *job, size_t file, struct span mail, int fd)
{
	struct file_bytes whole = {.bytes = mail};
	bool left = false;

	if (!job->look || (fd >= 0 && !file_read_fd(fd, &whole, NULL)))
		return false;
	left = job->look(job->job.user, file, whole.bytes);
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	file_bytes_clear(&whole);
	return left;
}

/* Puts a file in. Without one, it has been told. */
static bool load_file(struct load *load, struct batch *batch, struct pool_job *job, size_t file)
{
	struct file_stamp *stamp = job->packed ? &batch->stamp[batch->n] : NULL;
	g_autoptr(GError) error = NULL;
	size_t n = 0;
	int fd = -1;

	if (job->bytes_fd >= 0)
		load_again(job->bytes_fd, job->paths[file], &fd, &error);
	else
		load_read(load, job->paths[file], stamp, &n, &fd, &error);
	if (error) {
		job->report(job->job.user, file, NULL, error);
		told_one(job);
		return false;
	}
	if (is_left(job, file, (struct span){load->tray, n}, fd)) {
		if (fd >= 0)
			close(fd);
		told_one(job);
		return false;
	}
	load_put(load, batch->n, n, fd);
	return true;
}

/* The next files of a job. Those that were near a death go alone. */
static struct batch *cut_batch(struct pool *pool, struct pool_job *job, struct load *load)
{
	struct batch *batch = g_new0(struct batch, 1);
	size_t fair = (job->n - job->next) / pool->workers_n;
	unsigned most = job->again.length ? 1 : (unsigned)CLAMP(fair, 1, BATCH_FILES);

	batch->job = job;
	for (unsigned i = 0; i < most && !job_is_ending(&job->job); i++) {
		size_t file = job->again.length ? GPOINTER_TO_SIZE(g_queue_pop_head(&job->again))
						: job->next++;

		if (load_file(load, batch, job, file))
			batch->file[batch->n++] = file;
		if (!has_files(job) || load_is_full(load))
			break;
	}
	return batch;
}

static void give(struct pool *pool, struct worker *worker, struct pool_job *job)
{
	struct load load = worker_load(worker);
	struct batch *batch = cut_batch(pool, job, &load);

	if (batch->n)
		worker_give(worker, batch, &load, job->fragment);
	else
		g_free(batch);
}

static bool start(struct pool *pool, struct worker *worker)
{
	GError *error = NULL;

	if (worker_start(worker, pool->spawner, pool->datadir, pool->rule_dirs, &error))
		return true;
	on_refused(pool, error);
	return false;
}

/* The child with the fewest batches; one that is not running yet only when all others are busy. */
static struct worker *idlest(struct pool *pool)
{
	struct worker *best = NULL, *asleep = NULL;

	for (unsigned i = 0; i < pool->workers_n; i++) {
		struct worker *worker = &pool->workers[i];

		if (!worker->channel)
			asleep = asleep ? asleep : worker;
		else if (worker->batches.length < IN_FLIGHT &&
			 (!best || worker->batches.length < best->batches.length))
			best = worker;
	}
	if (asleep && (!best || best->batches.length))
		return start(pool, asleep) ? asleep : NULL;
	return best;
}

static gboolean on_watch(gpointer data)
{
	struct pool *pool = data;
	bool busy = false;

	for (unsigned i = 0; i < pool->workers_n; i++) {
		struct worker *worker = &pool->workers[i];

		busy = busy || worker->batches.length;
		if (worker_hangs(worker, SILENCE_SECONDS))
			on_lost(pool, worker);
	}
	if (busy)
		return G_SOURCE_CONTINUE;
	pool->watch_source = 0;
	return G_SOURCE_REMOVE;
}

static gboolean on_feed(gpointer data)
{
	struct pool *pool = data;
	struct pool_job *job;
	struct worker *worker;

	pool->feed_source = 0;
	while (!pool->broken && (job = g_queue_peek_head(&pool->jobs)) && (worker = idlest(pool))) {
		g_queue_pop_head(&pool->jobs);
		give(pool, worker, job);
		if (has_files(job) && !job_is_ending(&job->job))
			g_queue_push_tail(&pool->jobs, job);
	}
	if (pool->broken)
		fail_all(pool);
	else if (!pool->watch_source)
		pool->watch_source = g_timeout_add_seconds(SILENCE_SECONDS / 4, on_watch, pool);
	return G_SOURCE_REMOVE;
}

static void feed_later(struct pool *pool)
{
	if (!pool->feed_source && !g_queue_is_empty(&pool->live))
		pool->feed_source = g_idle_add_full(G_PRIORITY_DEFAULT, on_feed, pool, NULL);
}

/* --- jobs */

static void forget(struct pool_job *job)
{
	struct pool *pool = job->pool;

	if (!pool)
		return;
	g_queue_remove(&pool->live, job);
	g_queue_remove(&pool->jobs, job);
	for (unsigned i = 0; i < pool->workers_n; i++)
		worker_forget(&pool->workers[i], job);
}

static void cancel(struct job *base)
{
	job_end_later(base, g_error_new_literal(NIXIE_ERROR, NIXIE_INTERRUPTED, "stopped"));
}

static void clear(struct job *base)
{
	struct pool_job *job = (struct pool_job *)base;

	forget(job);
	g_queue_clear(&job->again);
	g_strfreev(job->paths);
	if (job->bytes_fd >= 0)
		close(job->bytes_fd);
}

static const struct job_class pool_job_class = {
	.what = N_("the extractor"),
	.size = sizeof(struct pool_job),
	.cancel = cancel,
	.clear = clear,
};

static struct pool_job *job_made(
	struct pool *pool, size_t n, pool_report *report, job_done *done, void *user)
{
	struct pool_job *job = (struct pool_job *)job_new_shared(&pool_job_class, done, user);

	job->pool = pool;
	job->report = report;
	job->bytes_fd = -1;
	job->n = job->left = n;
	g_queue_init(&job->again);
	g_queue_push_tail(&pool->live, job);
	return job;
}

static struct job *job_begun(struct pool_job *job)
{
	if (!job->n) {
		job_end_later(&job->job, NULL);
	} else if (!job_is_ending(&job->job)) {
		g_queue_push_tail(&job->pool->jobs, job);
		feed_later(job->pool);
	}
	return &job->job;
}

struct job *pool_extract(struct pool *pool, const char *const *paths, size_t n, pool_report *report,
	job_done *done, void *user)
{
	struct pool_job *job = job_made(pool, n, report, done, user);

	job->paths = g_new0(char *, n + 1);
	for (size_t i = 0; i < n; i++)
		job->paths[i] = g_strdup(paths[i]);
	return job_begun(job);
}

void pool_tell_packed(struct job *job, pool_packed *packed)
{
	((struct pool_job *)job)->packed = packed;
}

void pool_look_first(struct job *job, pool_look *look)
{
	((struct pool_job *)job)->look = look;
}

struct job *pool_extract_bytes(struct pool *pool, const char *name, struct span bytes,
	bool fragment, pool_report *report, job_done *done, void *user)
{
	struct pool_job *job = job_made(pool, 1, report, done, user);

	job->paths = g_new0(char *, 2);
	job->paths[0] = g_strdup(name);
	job->fragment = fragment;
	job->bytes_fd = memfd_create("report", MFD_CLOEXEC);
	if (job->bytes_fd < 0 || !file_write_all(job->bytes_fd, bytes))
		job_end_later(
			&job->job, g_error_new(NIXIE_ERROR, NIXIE_IO,
					   _("cannot hand the text over: %s"), g_strerror(errno)));
	return job_begun(job);
}

/* --- the pool */

struct pool *pool_new(
	struct spawner *spawner, const char *datadir, const char *const *rule_dirs, unsigned jobs)
{
	static const struct worker_events events = {
		on_report, on_failure, on_ready, on_worked, on_refused, on_lost};
	struct pool *pool = g_new0(struct pool, 1);

	pool->spawner = spawner;
	pool->datadir = g_strdup(datadir);
	pool->rule_dirs = g_strdupv((char **)rule_dirs);
	pool->workers_n = MIN(jobs ? jobs : g_get_num_processors(), JOBS_MAX);
	pool->workers = g_new0(struct worker, pool->workers_n);
	for (unsigned i = 0; i < pool->workers_n; i++)
		worker_init(&pool->workers[i], &events, pool);
	g_queue_init(&pool->live);
	g_queue_init(&pool->jobs);
	return pool;
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	for (unsigned i = 0; i < pool->workers_n; i++) {
		worker_end(&pool->workers[i]);
		g_queue_clear_full(&pool->workers[i].batches, g_free);
	}
	if (pool->feed_source)
		g_source_remove(pool->feed_source);
	if (pool->watch_source)
		g_source_remove(pool->watch_source);
	for (GList *link = pool->live.head; link; link = link->next) {
		struct pool_job *job = link->data;

		cancel(&job->job);
		job->pool = NULL;
	}
	g_queue_clear(&pool->live);
	g_queue_clear(&pool->jobs);
	g_clear_error(&pool->broken);
	g_strfreev(pool->rule_dirs);
	g_free(pool->workers);
	g_free(pool->datadir);
	g_free(pool->sandbox);
	g_free(pool);
}

void pool_renew(struct pool *pool)
{
	for (unsigned i = 0; i < pool->workers_n; i++) {
		struct worker *worker = &pool->workers[i];
		struct batch *batch;

		worker_end(worker);
		while ((batch = g_queue_pop_head(&worker->batches))) {
			give_back(batch);
			g_free(batch);
		}
	}
	g_clear_error(&pool->broken);
	pool->failed_starts = 0;
	feed_later(pool);
}

const char *pool_sandbox(struct pool *pool)
{
	struct worker *worker = &pool->workers[0];

	while (!pool->sandbox && !pool->broken && (worker->channel || start(pool, worker)))
		worker_wait(worker);
	return pool->sandbox ? pool->sandbox : "";
}

struct spawner *pool_spawner(const struct pool *pool)
{
	return pool->spawner;
}

const GError *pool_broken(const struct pool *pool)
{
	return pool->broken;
}
