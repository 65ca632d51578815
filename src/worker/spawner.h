/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The spawner: a small process that main forks before locale, curses, SQLite or threads; all
 * other children are forked by it, from its clean state (design.md section 2).
 */
#ifndef NIXIE_WORKER_SPAWNER_H
#define NIXIE_WORKER_SPAWNER_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

enum role {
	ROLE_READER,
	ROLE_WRITER,
	ROLE_INDEXER,
	ROLE_EXTRACTOR,
	ROLE_CACHE,
	ROLE_DECODER,
	ROLE_TRIAL,
	ROLE_SCRUBBER,
	ROLE_LESSON,
	ROLE_COUNT
};

struct spawner;

/* First thing in main(). NULL with error when no process can be made. */
struct spawner *spawner_start(GError **error);
/* Ends the spawner, and with it every child that is left. NULL is legal. */
void spawner_stop(struct spawner *spawner);

/* Children made from here on tell their errors in this language; NULL: English. */
void spawner_language(struct spawner *spawner, const char *language);

struct child {
	pid_t pid;
	int fd;        /* a stream of wire frames, both ways */
	int stderr_fd; /* what libraries print there, never shown raw */
};
/* A new child in `role`. It waits for the frame that says what to do (worker/wire.h). */
bool spawner_spawn(struct spawner *spawner, enum role role, struct child *child, GError **error);
/*
 * Closes the descriptors and returns the wait status. The child is killed (SIGKILL) when asked to,
 * or when it does not end by itself within a few seconds.
 */
int spawner_end(struct spawner *spawner, struct child *child, bool kill);

#endif
