/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words without which a pattern cannot match, read from its source: looking for them costs a
 * small part of what a match costs that fails.
 */
#ifndef NIXIE_RULES_NEEDED_H
#define NIXIE_RULES_NEEDED_H

#include <glib.h>

#include "base/span.h"

/*
 * Words in ASCII, of which a text holds at least one wherever the caseless pattern matches, case
 * apart (but see needed_stands_in); NULL where none are known. They are the caller's.
 */
GPtrArray *needed_words(const char *pattern);

/* May the pattern match in `text`? `needed` may be NULL. */
bool needed_stands_in(const GPtrArray *needed, struct span text);

#endif
