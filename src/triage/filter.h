/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Filters over what nixie knows of a bounce: `category:mailbox-full type:soft`, mixed with a
 * notmuch query or as options
 * (`--category=`). Several values with a comma are or-ed, filters and-ed. One table
 * (filterwords.c) carries name, values and help.
 */
#ifndef NIXIE_TRIAGE_FILTER_H
#define NIXIE_TRIAGE_FILTER_H

#include <glib.h>

#include "triage/row.h"

struct filter;

struct filter *filter_new(void);
void filter_free(struct filter *filter);
bool filter_is_empty(const struct filter *filter);
/* One filter by name ("category", "status", ...), checked: an unknown value is an error that names
 * it and the nearest known. */
bool filter_add(struct filter *filter, const char *name, const char *values, GError **error);
/*
 * Takes the filter words out of `text`; the rest, a notmuch query, goes to `*query` (g_free).
 * Filter words under or, not or parentheses are an error that names them; nothing is added to the
 * filter then.
 */
bool filter_parse(struct filter *filter, const char *text, char **query, GError **error);
/* `row` has its facts. */
bool filter_matches(const struct filter *filter, const struct row *row);
/* The words it is made of: each as text (g_free), and whether it alone fits. */
size_t filter_size(const struct filter *filter);
char *filter_word_text(const struct filter *filter, size_t i);
bool filter_word_matches(const struct filter *filter, size_t i, const struct row *row);
/* Does it say anything about `name`? */
bool filter_asks(const struct filter *filter, const char *name);
/* The first value that it wants of `name`; NULL: none. */
const char *filter_value(const struct filter *filter, const char *name);
/* Back as words, "category:mailbox-full type:soft"; "" when empty. g_free. */
char *filter_text(const struct filter *filter);

struct filter_word {
	const char *name;
	const char *help;
	const char *const *values; /* known values, NULL-ended, or NULL when free */
	enum row_text text; /* free: the text of a row it looks at; ROW_TEXTS: not one alone */
	size_t name_of;     /* known: the number within the row (unsigned char) that is an index of
			       `values` */
	/* Has the row this value? NULL: as the fields above tell. */
	bool (*test)(const struct row *row, const char *value);
	/* Free, but not everything is one. NULL: it is. */
	bool (*makes_sense)(const char *value);
};
/* The table, ended by a NULL name; for options, completion and help. */
const struct filter_word *filter_words(void);
/* Has the row this value? It is one of `values` where there are any. */
bool filter_word_is(const struct filter_word *word, const struct row *row, const char *value);
/* What the row has, to be offered; NULL: nothing. */
const char *filter_word_value(const struct filter_word *word, const struct row *row);

#endif
