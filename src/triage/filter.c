/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads texts that mix filter words with a notmuch query. A filter word holds for the whole text,
 * so it may only stand where that is what a reader would take it to mean.
 */
#include "triage/filter.h"

#include "base/errors.h"
#include "base/words.h"
#include "triage/nearest.h"
#include "triage/queryterms.h"

struct clause {
	const struct filter_word *word;
	char **values;
};

struct filter {
	GArray *clauses; /* struct clause; all must match, one value of each */
};

static void clause_clear(gpointer data)
{
	g_strfreev(((struct clause *)data)->values);
}

struct filter *filter_new(void)
{
	struct filter *filter = g_new0(struct filter, 1);
	filter->clauses = g_array_new(FALSE, TRUE, sizeof(struct clause));
	g_array_set_clear_func(filter->clauses, clause_clear);
	return filter;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	g_array_unref(filter->clauses);
	g_free(filter);
}

bool filter_is_empty(const struct filter *filter)
{
	return filter->clauses->len == 0;
}

/* NULL: no filter is called so. */
static const struct filter_word *find_word(struct span name)
{
	for (const struct filter_word *word = filter_words(); word->name; word++)
		if (span_equal(name, word->name))
			return word;
	return NULL;
}

static const struct clause *clause_at(const struct filter *filter, size_t i)
{
	return &g_array_index(filter->clauses, struct clause, i);
}

const char *filter_value(const struct filter *filter, const char *name)
{
	for (guint i = 0; i < filter->clauses->len; i++)
		if (strcmp(clause_at(filter, i)->word->name, name) == 0)
			return clause_at(filter, i)->values[0];
	return NULL;
}

bool filter_asks(const struct filter *filter, const char *name)
{
	return filter_value(filter, name) != NULL;
}

static bool clause_matches(const struct clause *clause, const struct row *row)
{
	for (char **value = clause->values; *value; value++)
		if (filter_word_is(clause->word, row, *value))
			return true;
	return false;
}

bool filter_matches(const struct filter *filter, const struct row *row)
{
	for (guint i = 0; i < filter->clauses->len; i++)
		if (!clause_matches(clause_at(filter, i), row))
			return false;
	return true;
}

size_t filter_size(const struct filter *filter)
{
	return filter->clauses->len;
}

bool filter_word_matches(const struct filter *filter, size_t i, const struct row *row)
{
	return clause_matches(clause_at(filter, i), row);
}

char *filter_word_text(const struct filter *filter, size_t i)
{
	const struct clause *clause = clause_at(filter, i);
	g_autofree char *values = g_strjoinv(",", clause->values);
	bool quote = strpbrk(values, " \t()") != NULL;
	return g_strdup_printf(quote ? "%s:\"%s\"" : "%s:%s", clause->word->name, values);
}

char *filter_text(const struct filter *filter)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < filter->clauses->len; i++) {
		g_autofree char *word = filter_word_text(filter, i);
		g_string_append_printf(out, "%s%s", i ? " " : "", word);
	}
	return g_string_free(out, FALSE);
}

/* --- adding */

static bool check_value(const struct filter_word *word, const char *value, GError **error)
{
	if (!*value) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("`%s:` says nothing to look for"),
			word->name);
		return false;
	}
	if (word->makes_sense && !word->makes_sense(value)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("`%s:%s` can match nothing; it is the %s"), word->name, value,
			_(word->help));
		return false;
	}
	if (!word->values || g_strv_contains(word->values, value))
		return true;
	const char *near = nearest_word(value, word->values);
	g_autofree char *all = g_strjoinv(", ", (char **)word->values);
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		near ? _("`%s:%s`: there is no %s `%s`; did you mean `%s`?")
		     : _("`%s:%s`: there is no %s `%s`; known are %s"),
		word->name, value, word->name, value, near ? near : all);
	return false;
}

static bool add_clause(
	GArray *clauses, const struct filter_word *word, struct span list, GError **error)
{
	g_autofree char *text = g_strndup(list.p, list.n);
	struct clause clause = {word, g_strsplit(text, ",", -1)};
	bool good = clause.values[0] || check_value(word, "", error);
	for (char **value = clause.values; good && *value; value++)
		good = check_value(word, g_strstrip(*value), error);
	if (good)
		g_array_append_val(clauses, clause);
	else
		clause_clear(&clause);
	return good;
}

static bool fail_unknown(const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const char *near;
	for (const struct filter_word *word = filter_words(); word->name; word++)
		g_ptr_array_add(names, (char *)word->name);
	g_ptr_array_add(names, NULL);
	near = nearest_word(name, (const char *const *)names->pdata);
	if (near)
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("no filter is called `%s`; did you mean `%s`?"), name, near);
	else
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("no filter is called `%s`"), name);
	return false;
}

bool filter_add(struct filter *filter, const char *name, const char *values, GError **error)
{
	const struct filter_word *word = find_word(span_of(name));
	return word ? add_clause(filter->clauses, word, span_of(values), error)
		    : fail_unknown(name, error);
}

/* --- texts that mix filters and a query */

/* The filter of `name:value`, perhaps with a sign in front; NULL: it is none. */
static const struct filter_word *filter_of(
	const struct token *token, struct span *value, bool *negated)
{
	struct span at = token->at;
	*negated = at.n && *at.p == '-';
	if (at.n && (*at.p == '-' || *at.p == '+'))
		at = span_from(at, 1);
	const char *colon = token->type == TOKEN_WORD && at.n ? memchr(at.p, ':', at.n) : NULL;
	const struct filter_word *word = colon ? find_word(span_make(at.p, colon)) : NULL;
	if (!word)
		return NULL;
	*value = span_make(colon + 1, at.p + at.n);
	if (value->n >= 2 && value->p[0] == '"' && value->p[value->n - 1] == '"')
		*value = (struct span){value->p + 1, value->n - 2};
	return word;
}

static bool refuse(const struct token *token, const char *why, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("`%.*s` cannot stand %s: a filter holds for the whole query; %s"),
		(int)MIN(token->at.n, 100), token->at.p, why,
		_("put the rest of the query in parentheses, or give several values with a comma"));
	return false;
}

static bool take_filters(GArray *tokens, GArray *clauses, GError **error)
{
	const struct token *part = query_parting(tokens);
	for (guint i = 0; i < tokens->len; i++) {
		struct token *token = &g_array_index(tokens, struct token, i);
		struct span value;
		bool negated;
		const struct filter_word *word = filter_of(token, &value, &negated);
		if (!word)
			continue;
		if (token->depth)
			return refuse(token, _("in parentheses"), error);
		if (negated || (i && query_is_operator(token - 1, "not")))
			return refuse(token, _("under `not`"), error);
		if (part) {
			g_autofree char *why =
				g_strdup_printf("beside `%.*s`", (int)part->at.n, part->at.p);
			return refuse(token, why, error);
		}
		if (!add_clause(clauses, word, value, error))
			return false;
		token->removed = true;
	}
	return true;
}

/*
 * Filters and the `and`s beside them, as one run: gone, but for one `and` where something stands on
 * both sides. An `and` that touches no filter stays for the index to judge.
 */
static void drop_ands(GArray *tokens)
{
	for (guint i = 0, end; i < tokens->len; i = end + 1) {
		bool has_filter = false, keep;
		for (end = i; end < tokens->len; end++) {
			const struct token *token = &g_array_index(tokens, struct token, end);
			if (!token->removed && (token->depth || !query_is_operator(token, "and")))
				break;
			has_filter = has_filter || token->removed;
		}
		keep = i > 0 && end < tokens->len;
		for (guint k = i; has_filter && k < end; k++) {
			struct token *token = &g_array_index(tokens, struct token, k);
			if (!token->removed && keep)
				keep = false;
			else
				token->removed = true;
		}
	}
}

/* What is left of the text, byte for byte but for the tokens taken out and the blanks behind them.
 */
static char *text_without(const char *text, const GArray *tokens)
{
	GString *rest = g_string_new(NULL);
	const char *from = text;
	for (guint i = 0; i < tokens->len; i++) {
		const struct token *token = &g_array_index(tokens, struct token, i);
		if (!token->removed)
			continue;
		g_string_append_len(rest, from, token->at.p - from);
		for (from = token->at.p + token->at.n; g_ascii_isspace(*from);)
			from++;
	}
	g_string_append(rest, from);
	return g_strstrip(g_string_free(rest, FALSE));
}

bool filter_parse(struct filter *filter, const char *text, char **query, GError **error)
{
	g_autoptr(GArray) tokens = query_tokens(text);
	g_autoptr(GArray) clauses = g_array_new(FALSE, TRUE, sizeof(struct clause));
	if (!take_filters(tokens, clauses, error)) {
		for (guint i = 0; i < clauses->len; i++)
			clause_clear(&g_array_index(clauses, struct clause, i));
		return false;
	}
	if (clauses->len) {
		drop_ands(tokens);
		g_array_append_vals(filter->clauses, clauses->data, clauses->len);
	}
	*query = text_without(text, tokens);
	return true;
}
