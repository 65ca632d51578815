/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of header fields that the walk and the public calls share. */
#ifndef NIXIE_MAIL_FIELD_H
#define NIXIE_MAIL_FIELD_H

#include "base/arena.h"
#include "base/span.h"

struct field {
	struct span name, value; /* of the first line, blanks around the value left out */
};

/* Does this line begin a field: printable name, blanks, colon (RFC 5322 section 4.5.8)? */
bool field_begins(struct span line, struct field *field);

/* `type/subtype` at the head of a value; `subtype` may be empty. False for rubbish. */
bool field_type(struct span value, struct span *type, struct span *subtype);
/* The first word of a structured value, behind blanks and comments. */
struct span field_word(struct span value);
char *field_lower(struct span s, struct arena *arena);

/*
 * Steps through the parameters of a structured value; `*at` starts at 0. `value` is still as
 * written, with quotes. Blanks, comments and lost semicolons between them are passed over.
 */
bool field_param_next(struct span field, size_t *at, struct span *name, struct span *value);

#define PARAMS_FEW 8

/* The parameters of a structured value; more than a few are read again for each that is asked. */
struct params {
	struct span field;
	struct param {
		struct span name, value;
	} v[PARAMS_FEW];
	size_t n, rest; /* where the next one begins */
};

struct params params_of(struct span field);
/*
 * The parameter of that name (`charset` of a Content-Type), unquoted; the pieces of RFC 2231 joined
 * and in UTF-8. NULL if absent.
 */
char *params_get(const struct params *params, const char *name, struct arena *arena);

#endif
