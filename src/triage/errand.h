/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a session does beside loading, one job after the other. An errand that is dropped lives on
 * until its job has ended, and touches nothing more.
 */
#ifndef NIXIE_TRIAGE_ERRAND_H
#define NIXIE_TRIAGE_ERRAND_H

#include <stdbool.h>

struct job;
struct session;

/* First in what it belongs to, which `free` frees. */
struct errand {
	struct session *session;
	struct job *job; /* NULL: none is under way */
	bool dropped;
	void (*free)(struct errand *errand);
};

void errand_begins(struct errand *errand, struct job *job);
/* At the end of the job. False when nobody wants the errand any more: then it is gone. */
bool errand_ends(struct errand *errand);
/* Nobody wants it. */
void errand_drop(struct errand *errand);

#endif
