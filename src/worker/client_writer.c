/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/words.h"
#include "store/lock.h"
#include "worker/job.h"

#define CHANGES_A_FRAME 500

struct writer_job {
	struct job job;
	job_progress *progress;
	writer_delta *delta;
	writer_applied *applied;
};

static void on_deltas(struct writer_job *job, GVariant *value)
{
	struct unpack unpack;
	size_t n;

	unpack_init(&unpack, value);
	n = unpack_count(&unpack, 6);
	for (size_t i = 0; i < n && !unpack.bad; i++) {
		bool missing = unpack_index(&unpack, 2) == 1;
		struct change *delta = change_unpack(&unpack);

		if (!unpack.bad && job->delta)
			job->delta(job->job.user, delta, missing);
		change_free(delta);
	}
}

static void frame(struct job *base, enum wire_kind kind, GVariant *value)
{
	struct writer_job *job = (struct writer_job *)base;
	guint64 done, total;

	if (kind == WIRE_DELTAS) {
		on_deltas(job, value);
	} else if (kind == WIRE_PROGRESS && job->progress) {
		g_variant_get(value, "(tt)", &done, &total);
		job->progress(job->job.user, done, total);
	} else if (kind == WIRE_APPLIED && job->applied) {
		g_variant_get(value, "(t)", &done);
		job->applied(job->job.user, done);
	}
}

/* Not by killing it: it stops between two messages, and says what is on disk. */
static void cancel(struct job *job)
{
	job_send(job, WIRE_CANCEL, NULL);
}

static const struct job_class writer_class = {
	.role = ROLE_WRITER,
	.what = N_("the writer"),
	.size = sizeof(struct writer_job),
	.frame = frame,
	.cancel = cancel,
};

static void send_changes(struct job *job, const struct change *changes, size_t n)
{
	struct pack pack;

	pack_init(&pack);
	for (size_t i = 0; i < n;) {
		size_t end = MIN(i + CHANGES_A_FRAME, n);

		pack_count(&pack, end - i);
		for (; i < end; i++)
			change_pack(&pack, &changes[i]);
		job_send(job, WIRE_CHANGES, pack_end(&pack));
	}
	pack_clear(&pack);
}

struct job *writer_start(struct spawner *spawner, const struct writer_request *request,
	job_progress *progress, writer_delta *delta, writer_applied *applied, job_done *done,
	void *user)
{
	struct writer_job *job = (struct writer_job *)job_new(&writer_class, spawner, done, user);

	job->progress = progress;
	job->delta = delta;
	job->applied = applied;
	job_send(&job->job, WIRE_WRITE,
		g_variant_new("(@" STORE_TYPE "^ay^ay^ay)", store_ref_pack(&request->store),
			request->uuid ? request->uuid : "", request->kind, request->label));
	send_changes(&job->job, request->changes, request->n);
	job_send(&job->job, WIRE_GO, NULL);
	return &job->job;
}

char *writer_lock_state(struct store_ref store)
{
	static const char *const words[] = {
		[LOCK_FREE] = "free", [LOCK_READ_ONLY] = "read-only", [LOCK_MISSING] = "missing"};
	g_autofree char *directory = lock_find_directory(&store), *holder = NULL;
	enum lock_state state = directory ? lock_probe(directory, &holder) : LOCK_MISSING;

	return state == LOCK_BUSY ? g_strconcat("busy: ", holder, NULL) : g_strdup(words[state]);
}
