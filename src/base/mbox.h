/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mailboxes in one file (RFC 4155, the forms met in the wild). */
#ifndef NIXIE_BASE_MBOX_H
#define NIXIE_BASE_MBOX_H

#include "base/span.h"

/*
 * Is this an mbox? Only if its first line begins with `From ` and a later one, behind an empty line and with a time of day, does so too:
 * a single message with such a line in front is a message.
 */
bool mbox_is(struct span file);

/*
 * The next message of an mbox, `From ` line included, from `*at` (start at 0) on. Quoted `>From ` lines stay as they are.
 * False at the end.
 */
bool mbox_next(struct span file, size_t *at, struct span *message);

#endif
