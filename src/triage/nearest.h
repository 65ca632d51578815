/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean": the known word that a mistyped one is closest to. */
#ifndef NIXIE_TRIAGE_NEAREST_H
#define NIXIE_TRIAGE_NEAREST_H

#include <stddef.h>

/*
 * Optimal string alignment distance without ASCII case: insertions, deletions, replacements and
 * swaps of neighbours, of bytes. Words longer than 64 bytes are infinitely far from everything.
 */
size_t edit_distance(const char *a, const char *b);
/* The same where it is at most that; more, up to SIZE_MAX, where it is not, and sooner. */
size_t edit_distance_within(const char *a, const char *b, size_t most);

/*
 * The nearest of `names` (NULL-ended) that is near enough to be meant: a third of the word's length
 * off, at least one, or begun by the word. NULL when none is.
 */
const char *nearest_word(const char *word, const char *const *names);

#endif
