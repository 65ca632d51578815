/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader need not ask the index again (verdicts/known), brought to the index's revision. */
#ifndef NIXIE_WORKER_RECALL_H
#define NIXIE_WORKER_RECALL_H

#include "store/reader.h"
#include "worker/pack.h"

struct recall;
/* NULL: nothing can be remembered, and all is asked. */
struct recall *recall_open(struct reader *reader);
void recall_close(struct recall *recall); /* NULL is legal, here and below */

/*
 * Appends the message to the pack, whole as message_pack does, with `recipients` only where these
 * are known, of the file as it is now. That it is in the index is not told
 * by this: a message that was removed stays known.
 */
bool recall_message(struct recall *recall, const char *id, bool recipients, struct pack *pack);
/* The same, taken out of its pack: message_free. NULL: it is not known. */
struct message *recall_find(struct recall *recall, const char *id, bool recipients);
/* The message as it was just read. */
void recall_keep(struct recall *recall, const struct message *message);
/* What was kept is there for others; from time to time it is, anyway. */
void recall_settle(struct recall *recall);

#endif
