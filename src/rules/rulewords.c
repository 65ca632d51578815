/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The prefilter's side of a rule: are its literals words that a text can hold, and has the pattern
 * anything to do with them? What a pattern spells out is read from its source; that is enough for a
 * hint, and no more than a hint is made of it.
 */
#include "base/text.h"
#include "base/words.h"
#include "rules/ruleset.h"

#define LITERAL_MIN 3
#define WORD_MIN 3 /* a shorter piece is only compared as a whole */

/* Behind the class, escape or quantifier that begins at `at`; `at` itself when none does. */
static size_t skip_special(const char *source, size_t at)
{
	switch (source[at]) {
	case '[':
		at += source[at + 1] == '^' ? 2 : 1;
		if (source[at] == ']')
			at++;
		while (source[at] && source[at] != ']')
			at += source[at] == '\\' && source[at + 1] ? 2 : 1;
		return at + (source[at] == ']');
	case '\\':
		return source[at + 1] ? at + 2 : at + 1;
	case '{':
		while (source[at] && source[at] != '}')
			at++;
		return at + (source[at] == '}');
	case '(':
		/* (?<name> is no word of the text, (?: and (?= are none either. */
		at++;
		if (source[at] != '?')
			return at;
		at++;
		if (source[at] == '<' && g_ascii_isalpha(source[at + 1]))
			while (source[at] && source[at] != '>')
				at++;
		return at + strspn(source + at, "<>:=!P");
	default:
		return at;
	}
}

static void end_word(GPtrArray *words, GString *word)
{
	if (word->len)
		g_ptr_array_add(words, g_utf8_strdown(word->str, (gssize)word->len));
	g_string_truncate(word, 0);
}

GPtrArray *rule_pattern_words(const char *source)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) word = g_string_new(NULL);

	for (size_t at = 0; source[at];) {
		size_t next = skip_special(source, at);

		if (next == at && (g_ascii_isalnum(source[at]) || (source[at] & 0x80))) {
			g_string_append_c(word, source[at++]);
			continue;
		}
		/* Of `users?` the last letter may be missing. */
		if (word->len && (source[at] == '?' || source[at] == '*'))
			g_string_truncate(word, word->len - 1);
		end_word(words, word);
		at = MAX(next, at + 1);
	}
	end_word(words, word);
	return words;
}

/* The literal as a text would hold it: folded, and with addresses blanked. g_free. */
static char *as_in_text(const char *literal)
{
	g_autofree char *between = g_strdup_printf("|%s|", literal);
	struct arena *arena = arena_new();
	struct match_text text = match_text_new(span_of(between), arena);
	char copy[MATCH_TEXT_MAX];
	struct span safe = rule_safe_text(text.text, copy);
	char *seen = g_strndup(safe.p + 1, safe.n >= 2 ? safe.n - 2 : 0);

	arena_free(arena);
	return seen;
}

static bool stands_in_examples(const struct rule_body *body, const char *word)
{
	const GPtrArray *examples = body->rule.examples;

	for (guint i = 0; i < examples->len; i++) {
		g_autofree char *example = g_utf8_strdown(g_ptr_array_index(examples, i), -1);

		if (strstr(example, word))
			return true;
	}
	return false;
}

/* Do the pattern's words and this one overlap? */
static bool is_spelt(const GPtrArray *words, const char *word)
{
	for (guint i = 0; i < words->len; i++) {
		const char *other = g_ptr_array_index(words, i);

		if (strcmp(other, word) == 0 || (strlen(word) >= WORD_MIN && strstr(other, word)) ||
			(strlen(other) >= WORD_MIN && strstr(word, other)))
			return true;
	}
	return false;
}

/* Is there any sign that a text with this literal could match? */
static bool has_to_do(const struct rule_body *body, const GPtrArray *words, const char *literal)
{
	g_autofree char *lower = g_utf8_strdown(literal, -1);
	g_autoptr(GPtrArray) pieces = rule_pattern_words(lower);

	if (stands_in_examples(body, lower))
		return true;
	for (guint i = 0; i < pieces->len; i++)
		if (is_spelt(words, g_ptr_array_index(pieces, i)))
			return true;
	return !pieces->len;
}

static void check_literal(const struct rule_body *body, const GPtrArray *words, const char *literal,
	GPtrArray *findings)
{
	g_autofree char *seen = as_in_text(literal);
	g_autofree char *word = text_quoted(span_of(literal)), *better = text_quoted(span_of(seen));
	struct rule_finding *hint;

	if (strlen(literal) < LITERAL_MIN)
		g_ptr_array_add(findings,
			rule_finding_of(&body->rule, "literal",
				_("literal: %s is too short to spare any work; take a longer word"),
				word));
	else if (strcmp(seen, literal) != 0)
		g_ptr_array_add(
			findings, rule_finding_of(&body->rule, "literal",
					  _("literal: %s never stands in a text, since texts are "
					    "folded before they are matched; write %s"),
					  word, better));
	else if (words && !has_to_do(body, words, literal)) {
		hint = rule_finding_of(&body->rule, "literal",
			_("literal: %s stands in no example, and no pattern seems to meet it; drop "
			  "it, or add an example that holds it"),
			word);
		hint->is_note = true;
		g_ptr_array_add(findings, hint);
	}
}

void rule_check_literals(const struct rule_body *body, GPtrArray *findings)
{
	g_autoptr(GPtrArray) words = NULL;

	if (!body->literals->len && !body->abouts->len)
		g_ptr_array_add(findings,
			rule_finding_of(&body->rule, "literal",
				_("has no literal, so that its pattern is tried on every text; add "
				  "literal= with words that always stand in what it matches")));
	for (guint i = 0; i < body->patterns->len; i++) {
		g_autoptr(GPtrArray) more =
			rule_pattern_words(pattern_source(g_ptr_array_index(body->patterns, i)));

		if (!words)
			words = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_extend_and_steal(words, g_steal_pointer(&more));
	}
	for (guint i = 0; i < body->literals_written; i++)
		check_literal(body, words, g_ptr_array_index(body->literals, i), findings);
}

/* `\.` is a dot, every other escape ends a word. */
static char *plain_pattern(const char *source)
{
	GString *out = g_string_new(NULL);

	for (; *source; source++) {
		if (*source != '\\') {
			g_string_append_c(out, *source);
			continue;
		}
		if (!*++source)
			break;
		g_string_append_c(out, strchr(".-@", *source) ? *source : ' ');
	}
	return g_string_free(out, FALSE);
}

static void each_pattern(
	const GPtrArray *patterns, void (*each)(void *user, const char *text), void *user)
{
	for (guint i = 0; i < patterns->len; i++) {
		g_autofree char *plain =
			plain_pattern(pattern_source(g_ptr_array_index(patterns, i)));

		each(user, plain);
	}
}

void rule_set_each_word(
	const struct rule_set *set, void (*each)(void *user, const char *text), void *user)
{
	for (guint i = 0; i < set->bodies->len; i++) {
		const struct rule_body *body = g_ptr_array_index(set->bodies, i);

		if (body->rule.place)
			continue;
		for (guint w = 0; w < body->literals->len; w++)
			each(user, g_ptr_array_index(body->literals, w));
		each_pattern(body->patterns, each, user);
		each_pattern(body->unless, each, user);
		for (char **piece = body->phrase; piece && *piece; piece++)
			each(user, *piece);
	}
}
