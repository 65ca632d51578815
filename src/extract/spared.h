/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Those who got the mail. A text may name them beside those who did not:
 *
 *	Your message was delivered to a@b.example, c@b.example.
 *	It could not be delivered to d@b.example: user unknown
 */
#ifndef NIXIE_EXTRACT_SPARED_H
#define NIXIE_EXTRACT_SPARED_H

#include "extract/reading.h"

/* Takes those who got it, in the words of `format`, from the recipients that were found. */
void spared_drop(struct reading *reading, const struct format *format);
/*
 * Takes those who stand there as all that the mail was written to (`Original recipients:`), and
 * adds them to `aside` (struct found): they are meant only where the text names nobody else.
 */
void spared_set_aside(struct reading *reading, const struct format *format, GArray *aside);

#endif
