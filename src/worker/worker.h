/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One extractor child: its trays, the batches it has, and what it says of them. Whose mails they
 * are, and what becomes of them when it dies, is the pool's.
 */
#ifndef NIXIE_WORKER_WORKER_H
#define NIXIE_WORKER_WORKER_H

#include "base/file.h"
#include "worker/channel.h"
#include "worker/pack.h"
#include "worker/tray.h"

#define BATCH_FILES WIRE_FDS_MAX

/* Files of one job that one child has. */
struct batch {
	void *job; /* whose they are; NULL: cancelled */
	size_t file[BATCH_FILES];
	bool told[BATCH_FILES];
	struct file_stamp stamp[BATCH_FILES];
	unsigned n, told_n;
	unsigned half; /* of the trays, its own until all is told */
};

struct worker;
struct report;

/* `user` is that of worker_init. */
struct worker_events {
	/* Takes the report; `packed` is borrowed. */
	void (*report)(void *user, struct batch *batch, size_t place, const struct unpack *packed,
		struct report *report);
	void (*failure)(void *user, struct batch *batch, size_t place, const char *why);
	/* It works; what protects it. */
	void (*ready)(void *user, const char *sandbox);
	/* It has told something: there may be room for more. */
	void (*worked)(void *user);
	/* It cannot work at all, since its rules are broken: nor can any other. Takes the error. */
	void (*refused)(void *user, GError *error);
	/* It is gone, or said what makes no sense; to be ended (worker_end). */
	void (*lost)(void *user, struct worker *worker);
};

struct worker {
	const struct worker_events *events;
	void *user;
	struct channel *channel;    /* NULL: not running */
	struct tray mails, answers; /* without bytes: all goes over the socket */
	GQueue batches;             /* struct batch*, oldest first; at most one a half */
	unsigned next_half;
	bool ready;   /* said HELLO */
	gint64 heard; /* when it was last heard, or got work while it had none */
};

void worker_init(struct worker *worker, const struct worker_events *events, void *user);
bool worker_start(struct worker *worker, struct spawner *spawner, const char *datadir,
	char **rule_dirs, GError **error);
/* Returns its wait status. The batches stay. */
int worker_end(struct worker *worker);
/* In words, what it did to the mail that it was at. g_free. */
char *worker_death(int status);
/* Waits for one frame outside the main loop. */
void worker_wait(struct worker *worker);
/* Has it had work for so many seconds without a word? */
bool worker_hangs(const struct worker *worker, int seconds);

/* How each mail of the next batch travels: in the tray as far as there is room, else as a file. */
struct load {
	char *tray; /* where the next one may lie; NULL: there is no tray */
	size_t room;
	guint32 sizes[BATCH_FILES];
	int fds[BATCH_FILES];
	size_t fds_n;
};

struct load worker_load(const struct worker *worker);
/* Reads a mail to where the next one may lie, `*n` bytes, or opens it: `*fd`, else -1. */
void load_read(struct load *load, const char *path, struct file_stamp *stamp, size_t *n, int *fd,
	GError **error);
/* A mail that is open already, from its start. */
void load_again(int open, const char *name, int *fd, GError **error);
/* The mail at `place` of the batch: `n` bytes in the tray, or the descriptor, which is taken. */
void load_put(struct load *load, unsigned place, size_t n, int fd);
bool load_is_full(const struct load *load);
/* Takes the batch. `fragment`: its mails are pieces of reports. */
void worker_give(
	struct worker *worker, struct batch *batch, const struct load *load, bool fragment);
/* What it still has of the job is told to nobody. */
void worker_forget(struct worker *worker, const void *job);

#endif
