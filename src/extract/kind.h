/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sort of message this is (ndr-formats section 2; hard-problems H5, H16, H35, H38). */
#ifndef NIXIE_EXTRACT_KIND_H
#define NIXIE_EXTRACT_KIND_H

#include "extract/reading.h"

/* The kind of what the fields say of one recipient: its Action, else its Status, else what the
 * words told. */
int kind_of_recipient(const struct reading *reading, const struct found *found);
/*
 * The kind of the message, once its parts, fields and words are read. A failure without a readable
 * recipient is one too, if the signs are strong and something is said at all.
 */
int kind_of_message(const struct reading *reading);
/* Dressed as a report: nothing but words and a link, and not from a mail system. */
bool kind_is_suspicious(const struct reading *reading);
/* Failure or delay? */
bool kind_is_problem(int kind);

#endif
