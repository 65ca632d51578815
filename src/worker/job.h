/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all jobs of worker/client.h have in common; for client_*.c and pool.c. */
#ifndef NIXIE_WORKER_JOB_H
#define NIXIE_WORKER_JOB_H

#include "worker/channel.h"
#include "worker/client.h"

struct job_class {
	enum role role;
	const char *what; /* "the reader", for errors */
	size_t size;      /* of the struct that begins with the struct job */
	/* Frames other than END. A frame of a wrong kind is ignored. */
	void (*frame)(struct job *job, enum wire_kind kind, GVariant *value);
	/* All that was queued has been sent; may be NULL. */
	void (*drained)(struct job *job);
	/* Asks the child to stop, which answers with END; NULL: it is killed. */
	void (*cancel)(struct job *job);
	void (*clear)(struct job *job); /* what the class owns; may be NULL */
};

struct job {
	const struct job_class *class;
	struct channel *channel; /* NULL: the job has no child of its own, or none any more */
	job_done *done;
	void *user;
	GError *error;    /* what `done` will be told */
	guint end_source; /* job_end_later is under way */
};

/*
 * A job with a child of its own. Never NULL: when the child cannot be started, `done` says so
 * later.
 */
struct job *job_new(
	const struct job_class *class, struct spawner *spawner, job_done *done, void *user);
/* A job that others work on (the pool, the cache). */
struct job *job_new_shared(const struct job_class *class, job_done *done, void *user);
/* Sends to the child, if there is one. */
void job_send(struct job *job, enum wire_kind kind, GVariant *value);
/* Ends the job from the loop, with this error (taken, may be NULL) unless it has one already. */
void job_end_later(struct job *job, GError *error);
bool job_is_ending(const struct job *job);

/* For a job with a child that is like those of the pool. */
struct spawner *pool_spawner(const struct pool *pool);

#endif
