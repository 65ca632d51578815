/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/errand.h"

#include "triage/session-parts.h"

void errand_begins(struct errand *errand, struct job *job)
{
	errand->job = job;
	errand->session->jobs++;
}

bool errand_ends(struct errand *errand)
{
	errand->job = NULL;
	errand->session->jobs--;
	if (!errand->dropped)
		return true;
	errand->free(errand);
	return false;
}

void errand_drop(struct errand *errand)
{
	errand->dropped = true;
	if (errand->job)
		job_cancel(errand->job);
	else
		errand->free(errand);
}
