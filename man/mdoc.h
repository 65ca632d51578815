/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of the tables in the language of manual pages, mdoc(7). */
#ifndef NIXIE_MAN_MDOC_H
#define NIXIE_MAN_MDOC_H

#include <glib.h>
#include <stdbool.h>

/* Running text: sentences on lines of their own, `words` in bold. It ends with a line's end. */
void mdoc_text(GString *out, const char *text);
/* A phrase of a table as a sentence: a capital in front, a full stop behind. */
void mdoc_phrase(GString *out, const char *phrase);
/* One argument of a macro, whatever stands in it. */
void mdoc_word(GString *out, const char *text);
/* The arguments of a command as they stand in the table: "[--by=KEY] [QUERY]". */
void mdoc_synopsis(GString *out, const char *arguments);
/* `.Cm one , two , three .`, or nothing where there are none. */
void mdoc_words(GString *out, const char *const *words, size_t n);

#endif
