/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "worker/job.h"
#include "worker/reading.h"

struct decoder_job {
	struct job job;
	pool_reading *reading;
};

static void frame(struct job *base, enum wire_kind kind, GVariant *value)
{
	struct decoder_job *job = (struct decoder_job *)base;
	struct reading *reading = kind == WIRE_READING ? reading_unpack(value) : NULL;

	if (reading)
		job->reading(job->job.user, reading, NULL);
	else
		job_end_later(
			base, g_error_new_literal(NIXIE_ERROR, NIXIE_INTERNAL,
				      _("what read the mail gave no answer that can be used")));
}

static const struct job_class decoder_class = {
	.role = ROLE_DECODER,
	.what = N_("what reads a part of a mail"),
	.size = sizeof(struct decoder_job),
	.frame = frame,
};

struct job *pool_read(struct pool *pool, const char *path, const char *part, pool_reading *reading,
	job_done *done, void *user)
{
	GError *error = NULL;
	int fd = file_open_mail(path, &error);
	struct decoder_job *job;

	if (fd < 0) {
		job = (struct decoder_job *)job_new_shared(&decoder_class, done, user);
		job_end_later(&job->job, error);
		return &job->job;
	}
	job = (struct decoder_job *)job_new(&decoder_class, pool_spawner(pool), done, user);
	job->reading = reading;
	if (job->job.channel)
		channel_send_fds(
			job->job.channel, WIRE_DECODE, g_variant_new("(m^ay)", part), &fd, 1);
	else
		close(fd);
	return &job->job;
}
