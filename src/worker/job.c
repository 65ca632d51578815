/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/job.h"

#include "base/words.h"

#include "base/errors.h"

static void job_free(struct job *job)
{
	if (job->class->clear)
		job->class->clear(job);
	g_clear_error(&job->error);
	g_free(job);
}

/* The one place where a job ends. */
static gboolean on_end(gpointer data)
{
	struct job *job = data;

	job->end_source = 0;
	job->done(job->user, job->error);
	job_free(job);
	return G_SOURCE_REMOVE;
}

void job_end_later(struct job *job, GError *error)
{
	if (job->error || job_is_ending(job))
		g_clear_error(&error);
	else
		job->error = error;
	if (!job->end_source)
		job->end_source = g_idle_add_full(G_PRIORITY_DEFAULT, on_end, job, NULL);
}

bool job_is_ending(const struct job *job)
{
	return job->end_source != 0;
}

static void on_frame(void *user, enum wire_kind kind, GVariant *value)
{
	struct job *job = user;
	GError *error = NULL;

	if (job_is_ending(job))
		return;
	if (kind != WIRE_END) {
		job->class->frame(job, kind, value);
		return;
	}
	wire_end_error(value, &error);
	channel_free(job->channel, false);
	job->channel = NULL;
	job_end_later(job, error);
}

static void on_closed(void *user)
{
	struct job *job = user;
	struct channel *channel = job->channel;

	job->channel = NULL;
	job_end_later(job, channel_free_why(channel, _(job->class->what)));
}

static void on_drained(void *user)
{
	struct job *job = user;

	if (job->class->drained && !job_is_ending(job))
		job->class->drained(job);
}

struct job *job_new_shared(const struct job_class *class, job_done *done, void *user)
{
	struct job *job = g_malloc0(class->size);

	job->class = class;
	job->done = done;
	job->user = user;
	return job;
}

struct job *job_new(
	const struct job_class *class, struct spawner *spawner, job_done *done, void *user)
{
	static const struct channel_events events = {on_frame, on_closed, on_drained};
	struct job *job = job_new_shared(class, done, user);
	GError *error = NULL;

	job->channel = channel_new(spawner, class->role, &events, job, &error);
	if (!job->channel)
		job_end_later(job, error);
	return job;
}

void job_send(struct job *job, enum wire_kind kind, GVariant *value)
{
	if (job->channel)
		channel_send(job->channel, kind, value);
	else if (value)
		g_variant_unref(g_variant_ref_sink(value));
}

void job_cancel(struct job *job)
{
	if (job_is_ending(job))
		return;
	if (job->class->cancel) {
		job->class->cancel(job);
		return;
	}
	if (job->channel)
		channel_free(job->channel, true);
	job->channel = NULL;
	job_end_later(job, g_error_new_literal(NIXIE_ERROR, NIXIE_INTERRUPTED, "stopped"));
}
