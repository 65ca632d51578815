/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mistyped query is an error that names the token, never silently zero hits or a search for
 * the words (interface.md section 3). libnotmuch refuses bad dates, ranges and operators; it
 * searches for nothing, or for a phrase, where a prefix, a named query or a value is missing or a
 * quote or parenthesis is open. This check finds those.
 */
#ifndef NIXIE_STORE_QUERYCHECK_H
#define NIXIE_STORE_QUERYCHECK_H

#include <glib.h>
#include <stdbool.h>

/* What the index at hand adds to the language. Functions may be NULL: nothing. */
struct query_names {
	bool (*has_prefix)(void *user, const char *name); /* index.header.NAME */
	bool (*has_query)(void *user, const char *name);  /* query.NAME */
	void *user;
};

/* False with NIXIE_USAGE and the token. NULL, "" and "*" are good. */
bool query_check(const char *query, const struct query_names *names, GError **error);
/* The prefixes that every index has, without the colon, NULL behind the last; for completion. */
const char *query_prefix(size_t i);

#endif
