/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How mail systems of any language tell that a message did not arrive: in
 * data/formats/languages.ini a group a language, with its words for delivering, for failing and for
 * waiting. A sentence that holds one of each kind close together is a sign, whatever stands
 * between; no sentence need be known as a whole.
 *
 * Words and texts are compared folded: without case, accents and the widths of East Asian letters.
 */
#ifndef NIXIE_EXTRACT_LANGUAGE_H
#define NIXIE_EXTRACT_LANGUAGE_H

#include <glib.h>
#include <stdbool.h>

#include "base/span.h"

enum told {
	TOLD_FAILURE = 1 << 0,  /* not delivered */
	TOLD_DELAY = 1 << 1,    /* not delivered yet */
	TOLD_DAEMON = 1 << 2,   /* it names a mail system */
	TOLD_DELIVERY = 1 << 3, /* it speaks of delivering */
	TOLD_TROUBLE =
		1 << 4, /* it says no, or that something failed or is late, in the same language */
};

struct language_set;

/* `path` is that of languages.ini. */
struct language_set *language_set_load(const char *path, GError **error);
void language_set_free(struct language_set *set); /* NULL is legal */

/* What the beginning of a text tells: enum told. */
unsigned language_told(struct language_set *set, struct span text);

#endif
