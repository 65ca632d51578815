/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/worker.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/words.h"
#include "worker/reportwire.h"
#include "worker/sandbox.h"

#define ROOM_LEAST ((size_t)32 << 10) /* left in a tray: with less the next mail waits */

void worker_init(struct worker *worker, const struct worker_events *events, void *user)
{
	*worker = (struct worker){.events = events, .user = user};
	g_queue_init(&worker->batches);
}

/* --- what it says */

/* One answer. False when it is none. */
static bool on_answer(struct worker *worker, struct batch *batch, struct unpack *unpack)
{
	size_t place = unpack_index(unpack, BATCH_FILES);
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
	if (report)
		worker->events->report(worker->user, batch, place, &part, report);
	else
		worker->events->failure(worker->user, batch, place, why);
	return true;
}

static bool on_answers(struct worker *worker, struct unpack *unpack)
{
	while (!unpack_end(unpack)) {
		struct batch *batch = g_queue_peek_head(&worker->batches);

		if (!batch || !on_answer(worker, batch, unpack))
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

static void on_refusal(struct worker *worker, GVariant *value)
{
	GError *error = NULL;

	if (!wire_end_error(value, &error))
		error = g_error_new_literal(
			NIXIE_ERROR, NIXIE_INTERNAL, _("the extractor ended unasked"));
	worker->events->refused(worker->user, error);
}

static void on_frame(void *user, enum wire_kind kind, GVariant *value)
{
	struct worker *worker = user;
	const char *sandbox;

	worker->heard = g_get_monotonic_time();
	if ((kind == WIRE_REPORTS && on_reports(worker, value)) ||
		(kind == WIRE_LAID && on_laid(worker, value))) {
		worker->events->worked(worker->user);
		return;
	}
	if (kind == WIRE_HELLO && !worker->ready) {
		g_variant_get(value, "(^&ay)", &sandbox);
		worker->ready = true;
		worker->events->ready(worker->user, sandbox);
		return;
	}
	if (kind == WIRE_END)
		on_refusal(worker, value);
	worker->events->lost(worker->user, worker);
}

static void on_closed(void *user)
{
	struct worker *worker = user;

	worker->events->lost(worker->user, worker);
}

void worker_wait(struct worker *worker)
{
	enum wire_kind kind;
	g_autoptr(GVariant) value = NULL;

	if (channel_wait_frame(worker->channel, &kind, &value))
		on_frame(worker, kind, value);
	else
		on_closed(worker);
}

bool worker_hangs(const struct worker *worker, int seconds)
{
	return worker->channel && worker->batches.length &&
	       worker->heard < g_get_monotonic_time() - seconds * G_USEC_PER_SEC;
}

/* --- its life */

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

bool worker_start(struct worker *worker, struct spawner *spawner, const char *datadir,
	char **rule_dirs, GError **error)
{
	static const struct channel_events events = {on_frame, on_closed, NULL};
	int fds[2];
	size_t fds_n;

	worker->channel = channel_new(spawner, ROLE_EXTRACTOR, &events, worker, error);
	if (!worker->channel)
		return false;
	worker->heard = g_get_monotonic_time();
	fds_n = make_trays(worker, fds);
	channel_send_fds(worker->channel, WIRE_EXTRACT,
		g_variant_new("(^ay^aayb)", datadir, rule_dirs, fds_n > 0), fds, fds_n);
	return true;
}

int worker_end(struct worker *worker)
{
	int status = worker->channel ? channel_free(worker->channel, true) : 0;

	worker->channel = NULL;
	worker->ready = false;
	tray_clear(&worker->mails);
	tray_clear(&worker->answers);
	return status;
}

/* English: it goes into results for machines, too. */
char *worker_death(int status)
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

/* --- what it is given */

struct load worker_load(const struct worker *worker)
{
	const struct tray *mails = &worker->mails;

	return (struct load){mails->bytes ? tray_half(mails, worker->next_half) : NULL, TRAY_HALF};
}

void load_read(struct load *load, const char *path, struct file_stamp *stamp, size_t *n, int *fd,
	GError **error)
{
	if (load->tray) {
		file_take_mail(path, load->tray, load->room, n, fd, stamp, error);
		return;
	}
	*fd = file_open_mail(path, error);
	if (*fd >= 0 && stamp)
		file_stamp_fd(*fd, stamp);
}

void load_again(int open, const char *name, int *fd, GError **error)
{
	*fd = dup(open);
	if (*fd >= 0)
		lseek(*fd, 0, SEEK_SET);
	else
		g_set_error(error, NIXIE_ERROR, NIXIE_PARTIAL, "%s: %s", name, g_strerror(errno));
}

void load_put(struct load *load, unsigned place, size_t n, int fd)
{
	load->sizes[place] = fd >= 0 ? WIRE_BY_FD : (guint32)n;
	if (fd >= 0) {
		load->fds[load->fds_n++] = fd;
	} else {
		load->room -= MIN(load->room, wire_aligned(n));
		load->tray += wire_aligned(n);
	}
}

bool load_is_full(const struct load *load)
{
	return load->tray && load->room < ROOM_LEAST;
}

void worker_give(struct worker *worker, struct batch *batch, const struct load *load, bool fragment)
{
	if (g_queue_is_empty(&worker->batches))
		worker->heard = g_get_monotonic_time();
	batch->half = worker->next_half;
	worker->next_half = !worker->next_half;
	g_queue_push_tail(&worker->batches, batch);
	channel_send_fds(worker->channel, WIRE_MAILS,
		g_variant_new("(u@aub)", (guint32)batch->half,
			g_variant_new_fixed_array(
				G_VARIANT_TYPE_UINT32, load->sizes, batch->n, sizeof *load->sizes),
			fragment),
		load->fds, load->fds_n);
}

void worker_forget(struct worker *worker, const void *job)
{
	for (GList *link = worker->batches.head; link; link = link->next) {
		struct batch *batch = link->data;

		if (batch->job == job)
			batch->job = NULL;
	}
}
