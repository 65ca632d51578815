/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words without which a pattern cannot match, read from its source: looking for them costs a
 * small part of what a match costs that fails.
 */
#ifndef NIXIE_RULES_NEEDED_H
#define NIXIE_RULES_NEEDED_H

#include <glib.h>

#include "rules/sight.h"

/*
 * The best set of words of which a text holds at least one wherever the caseless pattern matches,
 * ASCII case apart (but see rules/sight.h); NULL where none is known. They are the caller's.
 */
GPtrArray *needed_words(const char *pattern);

/* All that a text must hold where one pattern matches, made ready to be looked for. */
struct needed;
struct needed *needed_new(const char *pattern);
void needed_free(struct needed *needed); /* NULL is legal */

/* May the pattern match in that text? */
bool needed_stand_in(const struct needed *needed, struct sight *sight);

#endif
