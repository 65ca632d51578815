/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/words.h"
#include "worker/job.h"

struct indexer_job {
	struct job job;
	job_progress *progress;
	indexer_skipped *skipped;
};

static void frame(struct job *base, enum wire_kind kind, GVariant *value)
{
	struct indexer_job *job = (struct indexer_job *)base;
	guint64 done, total;
	const char *file, *why;

	if (kind == WIRE_PROGRESS && job->progress) {
		g_variant_get(value, "(tt)", &done, &total);
		job->progress(job->job.user, done, total);
	} else if (kind == WIRE_SKIPPED && job->skipped) {
		g_variant_get(value, "(^&ay^&ay)", &file, &why);
		job->skipped(job->job.user, file, why);
	}
}

static const struct job_class indexer_class = {
	.role = ROLE_INDEXER,
	.what = N_("the indexer"),
	.size = sizeof(struct indexer_job),
	.frame = frame,
};

struct job *indexer_start(struct spawner *spawner, const struct indexer_request *request,
	job_progress *progress, indexer_skipped *skipped, job_done *done, void *user)
{
	static const char *const none[] = {NULL};
	struct indexer_job *job =
		(struct indexer_job *)job_new(&indexer_class, spawner, done, user);

	job->progress = progress;
	job->skipped = skipped;
	job_send(&job->job, WIRE_INDEX,
		g_variant_new("(^ay^ay^aay)", request->mail, request->database,
			request->tags_bounce ? request->tags_bounce : none));
	return &job->job;
}
