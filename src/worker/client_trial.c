/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include "base/errors.h"
#include "base/words.h"
#include "worker/job.h"
#include "worker/trialwire.h"

struct trial_job {
	struct job job;
	trial_report *report;
};

static void frame(struct job *base, enum wire_kind kind, GVariant *value)
{
	struct trial_job *job = (struct trial_job *)base;
	const struct trial *trials = NULL;
	struct report *report = NULL;
	struct unpack unpack;

	if (kind == WIRE_TRIALS) {
		unpack_init(&unpack, value);
		report = trials_unpack(&unpack, &trials);
	}
	if (report)
		job->report(base->user, report, trials);
	else
		job_end_later(
			base, g_error_new_literal(NIXIE_ERROR, NIXIE_INTERNAL,
				      _("what tries the rules gave no answer that can be used")));
}

static const struct job_class trial_class = {
	.role = ROLE_TRIAL,
	.what = N_("what tries the rules"),
	.size = sizeof(struct trial_job),
	.frame = frame,
};

struct job *trial_start(struct spawner *spawner, const char *datadir, const char *const *rule_dirs,
	int fd, bool fragment, const char *asked, trial_report *report, job_done *done, void *user)
{
	struct trial_job *job = (struct trial_job *)job_new(&trial_class, spawner, done, user);

	job->report = report;
	if (job->job.channel)
		channel_send_fds(job->job.channel, WIRE_TRY,
			g_variant_new("(^ay^aaybm^ay)", datadir, rule_dirs, fragment, asked), &fd,
			1);
	else
		close(fd);
	return &job->job;
}
