/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The spawner: a small process that main forks before locale, curses, SQLite or threads; all
 * other children are forked by it, from its clean state (design.md section 2).
 */
#ifndef NIXIE_WORKER_SPAWNER_H
#define NIXIE_WORKER_SPAWNER_H

#include <glib.h>
#include <sys/types.h>

enum role { ROLE_READER, ROLE_WRITER, ROLE_INDEXER, ROLE_EXTRACTOR, ROLE_CACHE, ROLE_COUNT };

struct spawner;

/* First thing in main(). NULL with error when no process can be made. */
struct spawner *spawner_start(GError **error);
/* Ends the spawner; children end when their sockets close. */
void spawner_stop(struct spawner *spawner);

struct child {
	pid_t pid;
	int fd;        /* SOCK_SEQPACKET is not used: a stream of wire frames, both ways */
	int stderr_fd; /* what libraries print there, never shown raw */
};
/* A new child in `role`; `args` (floating or not, consumed) is its first message. */
bool spawner_spawn(struct spawner *spawner, enum role role, GVariant *args, struct child *child, GError **error);
/* Kills (SIGKILL) when asked to, closes the descriptors and returns the wait status. */
int spawner_end(struct spawner *spawner, struct child *child, bool kill);

#endif
