/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The word before a number in running text, by which the number is judged. */
#ifndef NIXIE_RULES_WORDS_H
#define NIXIE_RULES_WORDS_H

#include "base/span.h"

/*
 * The word that ends before `at`, with blanks, and nothing else, between: letters, digits, - and _.
 * Empty when something else stands there. No longer than WORD_MAX bytes: the head of a longer one
 * is left out.
 */
#define WORD_MAX 32
struct span word_before(struct span text, size_t at);
/* `words` is NULL-ended, in lower case. */
bool word_is_one_of(struct span word, const char *const *words);

#endif
