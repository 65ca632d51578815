/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One child as the main loop sees it: frames come in through a callback, frames go out
 * without ever blocking, stderr is collected, and the end is told once. On the default
 * GMainContext.
 */
#ifndef NIXIE_WORKER_CHANNEL_H
#define NIXIE_WORKER_CHANNEL_H

#include "worker/spawner.h"
#include "worker/wire.h"

struct channel;

struct channel_events {
	/* A frame. `value` is borrowed. The channel may be freed in here. */
	void (*frame)(void *user, enum wire_kind kind, GVariant *value);
	/*
	 * The child closed its end, died, or sent what is no frame. The channel is still to be
	 * freed.
	 */
	void (*closed)(void *user);
	/* All frames given to channel_send are with the child. May be NULL. */
	void (*drained)(void *user);
};

/* Starts a child. NULL with error. */
struct channel *channel_new(struct spawner *spawner, enum role role,
	const struct channel_events *events, void *user, GError **error);
/* Ends the child and returns its wait status. */
int channel_free(struct channel *channel, bool kill);

/*
 * Queues a frame. `value` is consumed if floating. The descriptors are the channel's, closed when
 * sent.
 */
void channel_send(struct channel *channel, enum wire_kind kind, GVariant *value);
void channel_send_fds(
	struct channel *channel, enum wire_kind kind, GVariant *value, const int *fds, size_t n);
/* Waits until all frames are with the child, or it is gone; what it says meanwhile is dropped. */
void channel_flush(struct channel *channel);
/* Waits for one frame outside the main loop; false when the child ended first. */
bool channel_wait_frame(struct channel *channel, enum wire_kind *kind, GVariant **value);

/*
 * Why a child ended that did not say so itself, as an error: from its wait status and the last line
 * that a library printed. `what` begins the sentence ("the reader"). Frees the channel.
 */
GError *channel_free_why(struct channel *channel, const char *what);

#endif
