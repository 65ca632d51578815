/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text whose values are written with escapes, with those undone: JSON, and what a form sends
 * (application/x-www-form-urlencoded). jansson tells what the values are but not where they stand;
 * here each is found again in constant time, in the object that it belongs to.
 */
#ifndef NIXIE_EXTRACT_PLAINTEXT_H
#define NIXIE_EXTRACT_PLAINTEXT_H

#include <jansson.h>

#include "extract/source.h"

struct plaintext {
	const struct source *source; /* the plain text, with the way back to what is decoded */
	bool cut;                    /* the end is missing; what stands before was read */
	GArray *tokens;              /* values, as they follow each other */
	GHashTable *first;           /* value -> the token from which on it is looked for + 1 */
};

/* `*root` takes the value. NULL when `part`, a piece of the source's text, is no JSON. */
struct plaintext *plaintext_of_json(
	const struct source *source, struct span part, struct arena *arena, json_t **root);
/* The same for `name=value&name=value`, as an object of strings. */
struct plaintext *plaintext_of_form(
	const struct source *source, struct span part, struct arena *arena, json_t **root);
void plaintext_free(struct plaintext *plain); /* NULL is legal; what lies in the arena stays */

/*
 * Where a value stands: in the object of `near` (a place got from here), else after it, else
 * anywhere. Empty when it does not stand there as it is.
 */
struct span plaintext_place(struct plaintext *plain, const char *value, struct span near);

#endif
