/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libnotmuch may end the process at any call, so a role that uses it forks: the role's own process
 * supervises, calls nothing of libnotmuch and outlives what its attempts die of. An attempt answers
 * with frames and ends with END.
 */
#ifndef NIXIE_WORKER_ATTEMPT_H
#define NIXIE_WORKER_ATTEMPT_H

#include "worker/wire.h"

#define ATTEMPTS_MAX 5

/*
 * The work, in the process of its own: sends frames; on failure it sets an error, which goes out as
 * END.
 */
typedef bool attempt_work(struct wire *wire, void *user, GError **error);
/* A frame that came, other than END. Return false to give the attempt up (the client is gone). */
typedef bool attempt_frame(void *user, enum wire_kind kind, GVariant *value);

enum attempt {
	ATTEMPT_DONE,   /* END said success */
	ATTEMPT_FAILED, /* END said why not: the error is final */
	ATTEMPT_AGAIN,  /* the process died, or the index was changing: error says which */
	ATTEMPT_GONE,   /* the frame function gave up */
};
/* How it ended. */
struct attempt_death {
	int status;  /* as of wait(2) */
	size_t peak; /* bytes that it had at most */
};
/* `death` may be NULL. */
enum attempt attempt_run(attempt_work *work, attempt_frame *frame, void *user,
	struct attempt_death *death, GError **error);

/*
 * Repeats work that ended with ATTEMPT_AGAIN or NIXIE_IO, after 50, 100, 200 ... ms, but no more
 * than ATTEMPTS_MAX times without progress. Then comes one under the write lock, where nothing can
 * change; where the lock is not to be had, the error is that of the attempt before.
 */
struct insistence {
	attempt_work *work;
	attempt_frame *frame;
	void *user;
	bool *lock; /* of `user`: the attempt takes the write lock */
	/* An attempt came to nothing: true when more is there than before it. NULL: never. */
	bool (*again)(void *user);
};
enum attempt attempt_insist(const struct insistence *insistence, GError **error);

/* Waits before the `nth` repetition (from 0): 50, 100, 200 ... ms. */
void attempt_pause(unsigned nth);

#endif
