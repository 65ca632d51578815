/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the children do: one function a role, each in its own role_*.c. */
#ifndef NIXIE_WORKER_ROLES_H
#define NIXIE_WORKER_ROLES_H

#include "worker/spawner.h"
#include "worker/wire.h"

/* The whole life of a child whose socket is `fd`. */
G_GNUC_NORETURN void role_run(enum role role, int fd);

/*
 * A role reads what it is to do, answers, and returns when its socket closes or its work is done.
 */
void role_reader(struct wire *wire);
void role_writer(struct wire *wire);
void role_indexer(struct wire *wire);
void role_extractor(struct wire *wire);
void role_cache(struct wire *wire);
void role_decoder(struct wire *wire);
void role_trial(struct wire *wire);
void role_scrubber(struct wire *wire);
void role_lesson(struct wire *wire);

/* What a reader does when it is asked for letters; in role_letters.c. */
void read_letters(struct wire *wire, GVariant *request);

/* Whole lists, which the cache's child keeps, too; in role_lists.c. */
struct lists;
void list_find(struct wire *wire, struct lists *lists, GVariant *request);
void list_tell(struct wire *wire, struct lists *lists, GVariant *request);
void list_shelve(struct wire *wire, struct lists *lists, GVariant *request);
void list_settle(struct lists *lists, GVariant *request);

#endif
