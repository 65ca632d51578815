/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words without which a pattern cannot match, read from its source: looking for them costs a
 * small part of what a match costs that fails.
 */
#ifndef NIXIE_RULES_NEEDED_H
#define NIXIE_RULES_NEEDED_H

#include <glib.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Words in ASCII, of which a text holds at least one wherever the caseless pattern matches, case
 * apart (but see struct sight); NULL where none are known. They are the caller's.
 */
GPtrArray *needed_words(const char *pattern);

/* A text, and what is soon said of it: a bit for each two bytes that stand side by side. */
#define SIGHT_BITS 4096
struct sight {
	struct span text;
	bool known; /* what follows; it is found out when somebody asks */
	bool odd;   /* it may hold a letter that is one of ASCII in another case */
	uint64_t pairs[SIGHT_BITS / 64];
};

/* Begins with another text, which is borrowed. */
void sight_set(struct sight *sight, struct span text);

/* The needed words of one pattern, made ready to be looked for; NULL where none are known. */
struct needed;
struct needed *needed_new(const char *pattern);
void needed_free(struct needed *needed); /* NULL is legal */

/* May the pattern match in that text? `needed` may be NULL. */
bool needed_stands_in(const struct needed *needed, struct sight *sight);

#endif
