/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Phrases of codes.tsv as rules. `a ... b` is a, then anything, then b. Ends that are letters or
 * digits touch none in the text, so that `IB10` is not found in `IB108`. `=phrase` must be the
 * whole text.
 */
#include "base/errors.h"
#include "rules/ruleset.h"

#define GAP "..."

/* A phrase as part of an id: lower case, all else than letters and digits as one dash. */
static char *slug(const char *phrase)
{
	GString *out = g_string_new(NULL);

	for (; *phrase; phrase++)
		if (g_ascii_isalnum(*phrase))
			g_string_append_c(out, g_ascii_tolower(*phrase));
		else if (out->len && out->str[out->len - 1] != '-')
			g_string_append_c(out, '-');
	if (out->len && out->str[out->len - 1] == '-')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

/* `code:google:very-low-reputation:4.7.0`: with reply and code where the row has them. */
static char *phrase_id(const struct code *code)
{
	g_autofree char *words = slug(code->phrase);
	GString *id = g_string_new("code:");

	g_string_append_printf(id, "%s:%s", code->scope, words);
	if (code->reply)
		g_string_append_printf(id, ":%d", code->reply);
	if (code->status[0])
		g_string_append_printf(
			id, ":%u.%u.%u", code->status[0], code->status[1], code->status[2]);
	return g_string_free(id, FALSE);
}

static char **pieces_of(const char *phrase)
{
	g_auto(GStrv) parts = g_strsplit(phrase, GAP, -1);
	GPtrArray *pieces = g_ptr_array_new();

	for (char **part = parts; *part; part++)
		if (*g_strstrip(*part))
			g_ptr_array_add(pieces, g_strdup(*part));
	g_ptr_array_add(pieces, NULL);
	return (char **)g_ptr_array_free(pieces, FALSE);
}

static const char *longest(char *const *pieces)
{
	const char *best = pieces[0];

	for (; *pieces; pieces++)
		if (strlen(*pieces) > strlen(best))
			best = *pieces;
	return best;
}

/* One word with a digit in it, written by one provider only: nothing says it more exactly. */
static bool is_token(const char *phrase)
{
	return !strpbrk(phrase, " ") && strpbrk(phrase, "0123456789");
}

/* One row; NULL with error when its phrase holds nothing. */
static struct rule_body *phrase_new(const struct code *code, GError **error)
{
	g_autofree char *id = phrase_id(code);
	struct rule_body *body = rule_body_new(id);
	bool whole = code->phrase[0] == '=';
	struct status_range range = {.to = code->status_to};

	body->phrase = pieces_of(code->phrase + whole);
	body->whole_text = whole;
	if (!body->phrase[0]) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			"codes.tsv:%d: phrase: \"%s\" holds no words", code->line, code->phrase);
		rule_body_free(body);
		return NULL;
	}
	g_ptr_array_add(body->literals, g_strdup(longest(body->phrase)));
	body->rule.file = g_strdup("codes.tsv");
	body->rule.line = code->line;
	body->rule.code = code;
	body->rule.category = code->category;
	body->rule.confidence = code->confidence;
	body->rule.priority = RULE_PRIORITY_PHRASE;
	body->rule.advice.type = code->type;
	body->rule.advice.who = code->who;
	if (code->reply)
		g_array_append_val(body->replies, code->reply);
	if (code->status[0]) {
		memcpy(range.v, code->status, sizeof(range.v));
		g_array_append_val(body->status, range);
	}
	return body;
}

bool rule_phrases_add(struct rule_set *set, GError **error)
{
	size_t count;
	const struct code *const *codes = knowledge_codes(set->knowledge, &count);

	for (size_t i = 0; i < count; i++) {
		struct rule_body *body;

		if (!codes[i]->phrase)
			continue;
		body = phrase_new(codes[i], error);
		if (!body)
			return false;
		if (g_hash_table_contains(set->by_id, body->rule.id)) {
			g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
				"codes.tsv:%d: phrase: \"%s\" stands twice in %s", codes[i]->line,
				codes[i]->phrase, codes[i]->scope);
			rule_body_free(body);
			return false;
		}
		if (provider_by_id(set->knowledge, codes[i]->scope) && is_token(codes[i]->phrase))
			body->rule.priority = RULE_PRIORITY_TOKEN;
		g_ptr_array_add(set->bodies, body);
		g_hash_table_insert(set->by_id, body->rule.id, body);
	}
	return true;
}

/* Next place of `piece` at or behind `from` where its ends touch no word. */
static bool piece_find(struct span text, size_t from, const char *piece, size_t *at)
{
	size_t n = strlen(piece);
	const char *p;

	while ((p = span_find_nocase(span_from(text, from), piece))) {
		*at = (size_t)(p - text.p);
		if (literal_is_whole(text, *at, n))
			return true;
		from = *at + 1;
	}
	return false;
}

bool rule_phrase_find(const struct rule_body *body, struct span text, size_t *at, size_t *n)
{
	size_t from = 0, place = 0;

	if (body->whole_text) {
		struct span all = span_trim(text);

		*at = all.p ? (size_t)(all.p - text.p) : 0;
		*n = all.n;
		return span_equal_nocase(all, body->phrase[0]);
	}
	for (char **piece = body->phrase; *piece; piece++) {
		if (!piece_find(text, from, *piece, &place))
			return false;
		if (piece == body->phrase)
			*at = place;
		from = place + strlen(*piece);
	}
	*n = from - *at;
	return true;
}
