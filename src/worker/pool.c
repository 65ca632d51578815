/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pool: extractor children, and files for them. Work is cut into batches; a child has at most
 * two, so that it never waits for the next one. When a child dies, the files of the batch it was at
 * are given out again one by one, so that the one that kills is found, named and left behind.
 */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "worker/job.h"
#include "worker/reportwire.h"
#include "worker/sandbox.h"
#include "worker/tray.h"

#define BATCH WIRE_FDS_MAX
#define ROOM_LEAST ((size_t)32 << 10) /* left in a tray: with less the next mail waits */
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
	char **paths;        /* NULL: bytes */
	int bytes_fd;        /* of pool_extract_bytes, -1 */
	bool fragment;
	size_t n, next; /* files, first that was not given out */
	size_t left;    /* files that were not told yet */
	GQueue again;   /* size_t: files to give out one by one */
};

/* Files of one job that one child has. */
struct batch {
	struct pool_job *job; /* NULL: cancelled meanwhile */
	size_t file[BATCH];
	bool told[BATCH];
	struct file_stamp stamp[BATCH]; /* where job->packed is to be told of it */
	unsigned n, told_n;
	unsigned half; /* of the trays, its own until all is told */
};

struct worker {
	struct pool *pool;
	struct channel *channel;    /* NULL: not running */
	struct tray mails, answers; /* without bytes: all goes over the socket */
	GQueue batches;             /* struct batch*, oldest first; at most one a half */
	unsigned next_half;
	bool ready;   /* said HELLO */
	gint64 heard; /* when it was last heard, or got work while it had none */
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
	g_set_error(&error, NIXIE_ERROR, NIXIE_PARTIAL, "%s: %s",
		job->paths ? job->paths[file] : "standard input", why);
	job->report(job->job.user, file, NULL, error);
	told_one(job);
}

static void tell_report(
	const struct batch *batch, size_t place, const struct unpack *packed, struct report *report)
{
	struct pool_job *job = batch->job;
	size_t file = batch->file[place];

	if (job->packed)
		job->packed(job->job.user, file, packed, &batch->stamp[place]);
	job->report(job->job.user, file, report, NULL);
	told_one(job);
}

/* --- what children say */

/* One answer. False when it is none. */
static bool on_answer(struct batch *batch, struct unpack *unpack)
{
	size_t place = unpack_index(unpack, BATCH);
	bool good = unpack_index(unpack, 2) == 1;
	struct report *report = NULL;
	const char *why = NULL;
	struct unpack part;

	if (good) {
		unpack_value(unpack, &part);
		report = report_unpack(&part);
	} else {
		why = unpack_text(unpack);
	}
	if (unpack->bad || place >= batch->n || batch->told[place] || (!report && !why) ||
		(report && !unpack_end(&part))) {
		report_free(report);
		return false;
	}
	batch->told[place] = true;
	batch->told_n++;
	if (!batch->job || job_is_ending(&batch->job->job))
		report_free(report);
	else if (report)
		tell_report(batch, place, &part, report);
	else
		tell_error(batch->job, batch->file[place], why);
	return true;
}

static bool on_answers(struct worker *worker, struct unpack *unpack)
{
	while (!unpack_end(unpack)) {
		struct batch *batch = g_queue_peek_head(&worker->batches);

		if (!batch || !on_answer(batch, unpack))
			return false;
		if (batch->told_n == batch->n)
			g_free(g_queue_pop_head(&worker->batches));
	}
	return true;
}

static bool on_reports(struct worker *worker, GVariant *value)
{
	struct unpack unpack;

	unpack_init(&unpack, value);
	return on_answers(worker, &unpack);
}

/* The child can change what lies there at any time: only a copy stays as it was checked. */
static bool on_laid(struct worker *worker, GVariant *value)
{
	const struct batch *batch = g_queue_peek_head(&worker->batches);
	g_autofree char *copy = NULL;
	guint32 numbers, texts;
	struct unpack unpack;
	size_t size;

	g_variant_get(value, "(uu)", &numbers, &texts);
	/* Each by itself first: the sum of two lies may be small where size_t has 32 bits. */
	if (!batch || !worker->answers.bytes || numbers > TRAY_HALF / sizeof(int32_t) ||
		texts > TRAY_HALF)
		return false;
	size = numbers * sizeof(int32_t) + texts;
	if (size > TRAY_HALF)
		return false;
	copy = g_memdup2(tray_half(&worker->answers, batch->half), size);
	unpack_bytes(&unpack, copy, numbers, texts);
	return on_answers(worker, &unpack);
}

/* The child cannot work at all (its rules are broken): nor can any other. */
static void on_refusal(struct pool *pool, GVariant *value)
{
	GError *error = NULL;

	if (!wire_end_error(value, &error))
		error = g_error_new_literal(
			NIXIE_ERROR, NIXIE_INTERNAL, "the extractor ended unasked");
	if (pool->broken)
		g_error_free(error);
	else
		pool->broken = error;
}

static void worker_lost(struct worker *worker);

static void on_frame(void *user, enum wire_kind kind, GVariant *value)
{
	struct worker *worker = user;
	const char *sandbox;

	worker->heard = g_get_monotonic_time();
	if ((kind == WIRE_REPORTS && on_reports(worker, value)) ||
		(kind == WIRE_LAID && on_laid(worker, value))) {
		feed_later(worker->pool);
		return;
	}
	if (kind == WIRE_HELLO && !worker->ready) {
		g_variant_get(value, "(^&ay)", &sandbox);
		worker->ready = true;
		worker->pool->failed_starts = 0;
		if (!worker->pool->sandbox)
			worker->pool->sandbox = g_strdup(sandbox);
		return;
	}
	if (kind == WIRE_END)
		on_refusal(worker->pool, value);
	worker_lost(worker);
}

static void on_closed(void *user)
{
	worker_lost(user);
}

/* --- children that died */

static char *death(int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF)
		return g_strdup_printf("reading it took more than %d seconds, so it was left out",
			SANDBOX_CPU_SECONDS);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return g_strdup("reading it did not end, so it was left out");
	if (WIFSIGNALED(status))
		return g_strdup_printf(
			"it ended the process that read it (signal %d), so it was left out",
			WTERMSIG(status));
	return g_strdup("it ended the process that read it, so it was left out");
}

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
	g_autofree char *why = death(status);

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

/* Returns the wait status. */
static int end_child(struct worker *worker)
{
	int status = worker->channel ? channel_free(worker->channel, true) : 0;

	worker->channel = NULL;
	worker->ready = false;
	tray_clear(&worker->mails);
	tray_clear(&worker->answers);
	return status;
}

static void worker_lost(struct worker *worker)
{
	struct pool *pool = worker->pool;
	bool was_ready = worker->ready, first = true;
	int status = end_child(worker);
	struct batch *batch;

	if (!was_ready && !pool->broken && ++pool->failed_starts >= FAILED_STARTS_MAX)
		pool->broken = g_error_new_literal(NIXIE_ERROR, NIXIE_INTERNAL,
			"the process that reads mails cannot be started; nixie doctor may tell "
			"why");
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

/* How each mail of a batch travels. */
struct load {
	char *tray; /* where the next one may lie; NULL: there is no tray */
	size_t room;
	guint32 sizes[BATCH];
	int fds[BATCH];
	size_t fds_n;
};

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

	if (!job->paths) {
		fd = dup(job->bytes_fd);
		if (fd < 0) {
			tell_error(job, file, g_strerror(errno));
			return false;
		}
		lseek(fd, 0, SEEK_SET);
	} else if (load->tray) {
		file_take_mail(job->paths[file], load->tray, load->room, &n, &fd, stamp, &error);
	} else {
		fd = file_open_mail(job->paths[file], &error);
		if (fd >= 0 && stamp)
			file_stamp_fd(fd, stamp);
	}
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
	load->sizes[batch->n] = fd >= 0 ? WIRE_BY_FD : (guint32)n;
	if (fd >= 0) {
		load->fds[load->fds_n++] = fd;
	} else {
		load->room -= MIN(load->room, wire_aligned(n));
		load->tray += wire_aligned(n);
	}
	return true;
}

/* The next files of a job. Those that were near a death go alone. */
static struct batch *cut_batch(struct pool *pool, struct pool_job *job, struct load *load)
{
	struct batch *batch = g_new0(struct batch, 1);
	size_t fair = (job->n - job->next) / pool->workers_n;
	unsigned most = job->again.length ? 1 : (unsigned)CLAMP(fair, 1, BATCH);

	batch->job = job;
	for (unsigned i = 0; i < most && !job_is_ending(&job->job); i++) {
		size_t file = job->again.length ? GPOINTER_TO_SIZE(g_queue_pop_head(&job->again))
						: job->next++;

		if (load_file(load, batch, job, file))
			batch->file[batch->n++] = file;
		if (!has_files(job) || (load->tray && load->room < ROOM_LEAST))
			break;
	}
	return batch;
}

static void give(struct worker *worker, struct pool_job *job)
{
	struct tray *mails = &worker->mails;
	struct load load = {mails->bytes ? tray_half(mails, worker->next_half) : NULL, TRAY_HALF};
	struct batch *batch = cut_batch(worker->pool, job, &load);

	if (!batch->n) {
		g_free(batch);
		return;
	}
	if (g_queue_is_empty(&worker->batches))
		worker->heard = g_get_monotonic_time();
	batch->half = worker->next_half;
	worker->next_half = !worker->next_half;
	g_queue_push_tail(&worker->batches, batch);
	channel_send_fds(worker->channel, WIRE_MAILS,
		g_variant_new("(u@aub)", (guint32)batch->half,
			g_variant_new_fixed_array(
				G_VARIANT_TYPE_UINT32, load.sizes, batch->n, sizeof *load.sizes),
			job->fragment),
		load.fds, load.fds_n);
}

/* Without them all goes over the socket. */
static size_t make_trays(struct worker *worker, int fds[2])
{
	fds[0] = tray_make(&worker->mails, true);
	fds[1] = fds[0] >= 0 ? tray_make(&worker->answers, false) : -1;
	if (fds[1] >= 0)
		return 2;
	if (fds[0] >= 0)
		close(fds[0]);
	tray_clear(&worker->mails);
	return 0;
}

static bool start(struct worker *worker)
{
	static const struct channel_events events = {on_frame, on_closed, NULL};
	struct pool *pool = worker->pool;
	GError *error = NULL;
	int fds[2];
	size_t fds_n;

	worker->channel = channel_new(pool->spawner, ROLE_EXTRACTOR, &events, worker, &error);
	if (!worker->channel) {
		if (pool->broken)
			g_error_free(error);
		else
			pool->broken = error;
		return false;
	}
	worker->heard = g_get_monotonic_time();
	fds_n = make_trays(worker, fds);
	channel_send_fds(worker->channel, WIRE_EXTRACT,
		g_variant_new("(^ay^aayb)", pool->datadir, pool->rule_dirs, fds_n > 0), fds, fds_n);
	return true;
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
		return start(asleep) ? asleep : NULL;
	return best;
}

static gboolean on_watch(gpointer data)
{
	struct pool *pool = data;
	gint64 limit = g_get_monotonic_time() - SILENCE_SECONDS * G_USEC_PER_SEC;
	bool busy = false;

	for (unsigned i = 0; i < pool->workers_n; i++) {
		struct worker *worker = &pool->workers[i];

		if (!worker->channel || g_queue_is_empty(&worker->batches))
			continue;
		if (worker->heard < limit)
			worker_lost(worker);
		busy = true;
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
		give(worker, job);
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

/* What children still have of the job is dropped when it comes. */
static void forget(struct pool_job *job)
{
	struct pool *pool = job->pool;

	if (!pool)
		return;
	g_queue_remove(&pool->live, job);
	g_queue_remove(&pool->jobs, job);
	for (unsigned i = 0; i < pool->workers_n; i++)
		for (GList *link = pool->workers[i].batches.head; link; link = link->next) {
			struct batch *batch = link->data;

			if (batch->job == job)
				batch->job = NULL;
		}
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
	.what = "the extractor",
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

struct job *pool_extract_bytes(struct pool *pool, struct span bytes, bool fragment,
	pool_report *report, job_done *done, void *user)
{
	struct pool_job *job = job_made(pool, 1, report, done, user);

	job->fragment = fragment;
	job->bytes_fd = memfd_create("report", MFD_CLOEXEC);
	if (job->bytes_fd < 0 || !file_write_all(job->bytes_fd, bytes))
		job_end_later(
			&job->job, g_error_new(NIXIE_ERROR, NIXIE_IO,
					   "cannot hand the text over: %s", g_strerror(errno)));
	return job_begun(job);
}

/* --- the pool */

struct pool *pool_new(
	struct spawner *spawner, const char *datadir, const char *const *rule_dirs, unsigned jobs)
{
	struct pool *pool = g_new0(struct pool, 1);

	pool->spawner = spawner;
	pool->datadir = g_strdup(datadir);
	pool->rule_dirs = g_strdupv((char **)rule_dirs);
	pool->workers_n = MIN(jobs ? jobs : g_get_num_processors(), JOBS_MAX);
	pool->workers = g_new0(struct worker, pool->workers_n);
	for (unsigned i = 0; i < pool->workers_n; i++) {
		pool->workers[i].pool = pool;
		g_queue_init(&pool->workers[i].batches);
	}
	g_queue_init(&pool->live);
	g_queue_init(&pool->jobs);
	return pool;
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	for (unsigned i = 0; i < pool->workers_n; i++) {
		end_child(&pool->workers[i]);
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

		end_child(worker);
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

	while (!pool->sandbox && !pool->broken && (worker->channel || start(worker))) {
		enum wire_kind kind;
		g_autoptr(GVariant) value = NULL;

		if (channel_wait_frame(worker->channel, &kind, &value))
			on_frame(worker, kind, value);
		else
			worker_lost(worker);
	}
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
