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

#endif
