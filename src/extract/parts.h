/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a message sorted by what they are for in a report. */
#ifndef NIXIE_EXTRACT_PARTS_H
#define NIXIE_EXTRACT_PARTS_H

#include "extract/reading.h"

/* `message`: the root, or the message inside a message/rfc822 part. Parts of messages inside it are
 * not looked at. */
void parts_sort(struct parts *parts, const struct mail_part *message, struct arena *arena);
/*
 * In mail of a machine: parts of a type that says nothing, by what they hold: fields of a report,
 * or text where there is no other.
 */
void parts_adopt(struct parts *parts, struct arena *arena);

#endif
