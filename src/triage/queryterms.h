/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a query as notmuch reads them: quotes, parentheses, what joins them. */
#ifndef NIXIE_TRIAGE_QUERYTERMS_H
#define NIXIE_TRIAGE_QUERYTERMS_H

#include <glib.h>

#include "base/span.h"

enum token_type { TOKEN_WORD, TOKEN_OPEN, TOKEN_CLOSE };
struct token {
	enum token_type type;
	struct span at;
	unsigned depth; /* of parentheses around it */
	bool removed;   /* for the caller */
};

/* In their order: struct token, which point into `text`. g_array_unref. */
GArray *query_tokens(const char *text);
bool query_is_operator(const struct token *token, const char *name);
/* The first that joins its neighbours otherwise than by `and`, outside of parentheses; NULL: none.
 */
const struct token *query_parting(const GArray *tokens);

/*
 * The parts that all must match, as written: `tag:x (a or b) not c` has three. Where something else
 * than `and` joins them the whole is one. char*, g_ptr_array_unref.
 */
GPtrArray *query_terms(const char *text);

/* A query that asks for both; either may be NULL or "". g_free. */
char *query_join(const char *a, const char *b);
/* Asks for that message and no other: an id comes with mail, and cannot break out of its term.
 * g_free. */
char *query_of_id(const char *id);

#endif
