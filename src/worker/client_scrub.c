/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One child, one file at a time: what comes back is then about the last one given. */
#include <unistd.h>

#include "base/file.h"
#include "base/words.h"
#include "worker/job.h"

struct scrub_job {
	struct job job;
	char **paths;
	size_t n, at;
	scrub_mail *mail;
};

/* A file that cannot be opened (it may have moved) is left out, like one that cannot be read. */
static void give(struct scrub_job *job)
{
	const struct span nothing = SPAN_NONE;
	int fd = -1;

	while (job->at < job->n && (fd = file_open_mail(job->paths[job->at], NULL)) < 0)
		job->mail(job->job.user, job->at++, nothing, false);
	if (fd < 0)
		job_end_later(&job->job, NULL);
	else if (!job->job.channel)
		close(fd);
	else
		channel_send_fds(job->job.channel, WIRE_FILES,
			g_variant_new("(ub)", (guint32)1, FALSE), &fd, 1);
}

static void frame(struct job *base, enum wire_kind kind, GVariant *value)
{
	struct scrub_job *job = (struct scrub_job *)base;
	g_autoptr(GVariant) bytes = NULL;
	struct span mail;
	gboolean same;

	if (kind != WIRE_SCRUBBED || job->at == job->n)
		return;
	g_variant_get(value, "(b@ay)", &same, &bytes);
	mail.p = g_variant_get_fixed_array(bytes, &mail.n, 1);
	job->mail(base->user, job->at++, mail, same);
	give(job);
}

static void clear(struct job *base)
{
	g_strfreev(((struct scrub_job *)base)->paths);
}

static const struct job_class scrub_class = {
	.role = ROLE_SCRUBBER,
	.what = N_("what makes a report anonymous"),
	.size = sizeof(struct scrub_job),
	.frame = frame,
	.clear = clear,
};

struct job *scrub_start(struct spawner *spawner, const char *datadir, const char *const *rule_dirs,
	const char *const *paths, size_t n, scrub_mail *mail, job_done *done, void *user)
{
	struct scrub_job *job = (struct scrub_job *)job_new(&scrub_class, spawner, done, user);

	job->paths = g_new0(char *, n + 1);
	for (size_t i = 0; i < n; i++)
		job->paths[i] = g_strdup(paths[i]);
	job->n = n;
	job->mail = mail;
	job_send(&job->job, WIRE_SCRUB, g_variant_new("(^ay^aay)", datadir, rule_dirs));
	give(job);
	return &job->job;
}
