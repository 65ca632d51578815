/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reading (client.h) made from a mail, and its way over the wire. */
#ifndef NIXIE_WORKER_READING_H
#define NIXIE_WORKER_READING_H

#include "worker/client.h"

/* `part` as in pool_read(). Never NULL. */
struct reading *reading_make(struct span mail, const char *part);
/* As the value of a READING frame, floating. */
GVariant *reading_pack(const struct reading *reading);
/* NULL when the child sent what is no reading. */
struct reading *reading_unpack(GVariant *value);

#endif
