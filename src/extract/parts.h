/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a message sorted by what they are for in a report. */
#ifndef NIXIE_EXTRACT_PARTS_H
#define NIXIE_EXTRACT_PARTS_H

#include "extract/reading.h"

/* `message`: the root, or the message inside a message/rfc822 part. Parts of messages inside it are
 * not looked at. */
void parts_sort(struct parts *parts, const struct mail_part *message);
void parts_clear(struct parts *parts);

#endif
