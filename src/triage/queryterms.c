/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/queryterms.h"

#include <string.h>

#include "store/messageid.h"

/* Blanks part words, and parentheses stand alone; not between quotes. An open quote takes all of
 * the rest. */
static bool next_token(struct span *rest, struct token *token)
{
	*rest = span_trim(*rest);
	if (rest->n == 0)
		return false;
	size_t n = 0;
	token->type = *rest->p == '(' ? TOKEN_OPEN : *rest->p == ')' ? TOKEN_CLOSE : TOKEN_WORD;
	if (token->type == TOKEN_WORD) {
		for (bool quoted = false; n < rest->n; n++) {
			if (rest->p[n] == '"')
				quoted = !quoted;
			else if (!quoted && strchr(" \t\r\n()", rest->p[n]))
				break;
		}
	} else {
		n = 1;
	}
	token->at = (struct span){rest->p, n};
	*rest = span_from(*rest, n);
	return true;
}

GArray *query_tokens(const char *text)
{
	GArray *tokens = g_array_new(FALSE, TRUE, sizeof(struct token));
	struct span rest = span_of(text);
	struct token token = {0};
	unsigned depth = 0;
	while (next_token(&rest, &token)) {
		token.depth = depth;
		if (token.type == TOKEN_OPEN)
			depth++;
		else if (token.type == TOKEN_CLOSE && depth)
			depth--;
		g_array_append_val(tokens, token);
	}
	return tokens;
}

bool query_is_operator(const struct token *token, const char *name)
{
	return token->type == TOKEN_WORD && span_equal_nocase(token->at, name);
}

/* Operators that make the words beside them something else than and-ed. */
static const char *const parting[] = {"or", "xor", "near", "adj"};

const struct token *query_parting(const GArray *tokens)
{
	for (guint i = 0; i < tokens->len; i++) {
		const struct token *token = &g_array_index(tokens, struct token, i);
		for (size_t k = 0; token->depth == 0 && k < G_N_ELEMENTS(parting); k++)
			if (query_is_operator(token, parting[k]))
				return token;
	}
	return NULL;
}

/* Where the term that begins at `from` ends: `not` takes what follows it, `name:` a group. */
static guint end_of_term(const GArray *tokens, guint from)
{
	guint i = from;
	const struct token *token = &g_array_index(tokens, struct token, i);
	while (i + 1 < tokens->len && query_is_operator(token, "not"))
		token = &g_array_index(tokens, struct token, ++i);
	if (token->type == TOKEN_WORD && token->at.p[token->at.n - 1] == ':' &&
		i + 1 < tokens->len && token[1].type == TOKEN_OPEN)
		token = &g_array_index(tokens, struct token, ++i);
	if (token->type != TOKEN_OPEN)
		return i;
	unsigned depth = token->depth + 1;
	while (i + 1 < tokens->len && !(token->type == TOKEN_CLOSE && token->depth == depth))
		token = &g_array_index(tokens, struct token, ++i);
	return i;
}

GPtrArray *query_terms(const char *text)
{
	g_autoptr(GArray) tokens = query_tokens(text);
	GPtrArray *terms = g_ptr_array_new_with_free_func(g_free);
	if (query_parting(tokens)) {
		g_ptr_array_add(terms, g_strstrip(g_strdup(text)));
		return terms;
	}
	for (guint i = 0, end; i < tokens->len; i = end + 1) {
		const struct token *first = &g_array_index(tokens, struct token, i);
		end = i;
		if (query_is_operator(first, "and"))
			continue;
		end = end_of_term(tokens, i);
		const struct token *last = &g_array_index(tokens, struct token, end);
		g_ptr_array_add(terms, span_dup(span_make(first->at.p, last->at.p + last->at.n)));
	}
	return terms;
}

/* Words beside each other are and-ed, but for an operator among them. */
static void put_whole(GString *out, const char *query)
{
	g_autoptr(GArray) tokens = query_tokens(query);
	bool parted = query_parting(tokens) != NULL;
	g_string_append_printf(
		out, "%s%s%s%s", out->len ? " " : "", parted ? "(" : "", query, parted ? ")" : "");
}

char *query_join(const char *a, const char *b)
{
	GString *out = g_string_new(NULL);
	if (!a || !*a || !b || !*b) {
		g_string_append(out, a && *a ? a : b ? b : "");
	} else {
		put_whole(out, a);
		put_whole(out, b);
	}
	return g_string_free(out, FALSE);
}

/* Quotes in a quoted term are doubled. */
char *query_of_id(const char *id)
{
	g_autofree char *kept = message_id_kept(id);
	if (!kept[strcspn(kept, " \t\"()")])
		return g_strconcat("id:", kept, NULL);
	g_auto(GStrv) pieces = g_strsplit(kept, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", pieces);
	return g_strdup_printf("id:\"%s\"", doubled);
}
