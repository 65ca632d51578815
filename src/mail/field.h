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

#endif
