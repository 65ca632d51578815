/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a pattern costs on the worst texts that can be thought of for it. Cost is counted in steps
 * of PCRE2, never in time, so that a finding is the same on every machine.
 */
#include "base/text.h"
#include "base/words.h"
#include "rules/ruleset.h"

/*
 * A pattern may take so many steps for each byte of the text it is tried on: enough for a bounded
 * gap such as `.{0,60}` before some words, far too few for one that grows with the square of the
 * text.
 */
#define STEPS_A_BYTE 400
#define STEPS_MAX 20000000u /* counted at most, to tell the growth */
#define SIZE_MIN 32         /* bytes of the first text whose steps are counted */
#define WORDS_MAX 6         /* of the pattern's own words that are repeated */

/* `unit` over and over, without its last character: an example is a near miss so. */
static char *repeated(const char *unit)
{
	GString *text = g_string_sized_new(MATCH_TEXT_MAX);
	const char *last = g_utf8_find_prev_char(unit, unit + strlen(unit));

	if (!last || last == unit)
		last = unit + strlen(unit);
	while (*unit && text->len + strlen(unit) < MATCH_TEXT_MAX)
		g_string_append_len(text, unit, last - unit);
	return g_string_free(text, FALSE);
}

static void add_units(GPtrArray *texts, const GPtrArray *units)
{
	for (guint i = 0; units && i < units->len; i++)
		g_ptr_array_add(texts, repeated(g_ptr_array_index(units, i)));
}

/* Texts on which careless patterns of any rule stumble, and those made of what this one says. */
static GPtrArray *hostile_texts(const struct rule_body *body)
{
	static const char *const units[] = {
		"a", " ", "1", "a ", "<", "5.1.1 ", "user@example.com ", "the "};
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
		g_ptr_array_add(texts, repeated(units[i]));
	add_units(texts, body->literals);
	add_units(texts, body->rule.examples);
	return texts;
}

/*
 * The words that a pattern spells, each over and over and all of them in turn, and at the end what
 * PCRE2 looks for before it begins, but not quite a match.
 */
static GPtrArray *own_texts(const char *source)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) words = rule_pattern_words(source);
	g_autoptr(GString) all = g_string_new(NULL);
	g_autofree char *miss = NULL;

	for (guint i = 0; i < words->len; i++)
		g_string_append_printf(all, "%s ", (const char *)g_ptr_array_index(words, i));
	if (all->len > 2) {
		/* "lost " becomes "los t". */
		const char *last = g_utf8_prev_char(all->str + all->len - 1);

		miss = g_strdup_printf("%.*s %s", (int)(last - all->str), all->str, last);
	}
	for (guint i = 0; i <= words->len && i < WORDS_MAX; i++) {
		g_autofree char *unit = g_strdup_printf("%s x",
			i < words->len ? (const char *)g_ptr_array_index(words, i) : all->str);
		g_autofree char *text = repeated(unit);
		gsize end = MIN(all->len, MATCH_TEXT_MAX / 4), keep = strlen(text);

		keep = text_fit((struct span){text, keep}, keep - MIN(end, keep), NULL).n;
		g_ptr_array_add(
			texts, g_strdup_printf("%.*s %s", (int)keep, text, miss ? miss : ""));
	}
	return texts;
}

/* How the steps grow when the end of the text that is tried doubles, told until they can no longer
 * be counted. */
static char *growth(const char *source, struct span text)
{
	static const char *const words[] = {N_("the text"), N_("the square of the text"),
		N_("the cube of the text"), N_("a high power of the text")};
	unsigned before = 0, now = 0, place = 0;
	size_t size;

	for (size = SIZE_MIN; size <= text.n; size *= 2) {
		size_t at = text.n - size;
		unsigned steps;

		while (at < text.n && (text.p[at] & 0xc0) == 0x80)
			at++;
		steps = pattern_steps(source, span_from(text, at), STEPS_MAX);
		if (steps > STEPS_MAX)
			break;
		before = now;
		now = steps;
	}
	if (!before)
		return g_strdup(_("its steps explode"));
	/* Half way between two powers of two, of which the first is linear growth. */
	while (place + 1 < G_N_ELEMENTS(words) && now / before >= 3u << place)
		place++;
	return g_strdup_printf(_("its steps grow with %s (%u on %zu bytes, %u on %zu)"),
		_(words[place]), before, size / 4, now, size / 2);
}

static bool find_slow(const struct rule_body *body, const char *key, const char *source,
	const GPtrArray *texts, GPtrArray *findings)
{
	for (guint t = 0; t < texts->len; t++) {
		struct span text = span_of(g_ptr_array_index(texts, t));
		unsigned max = (unsigned)text.n * STEPS_A_BYTE;
		g_autofree char *why = NULL;

		if (text.n < MATCH_TEXT_MAX / 2 || pattern_steps(source, text, max) <= max)
			continue;
		why = growth(source, text);
		g_ptr_array_add(findings,
			rule_finding_of(&body->rule, "slow",
				_("%s is slow: %s on \"%.24s...\", so that it finds nothing in "
				  "long texts; give each * and + a bound, as in .{0,60}: %s"),
				key, why, text.p, source));
		return true;
	}
	return false;
}

static void check_all(const struct rule_body *body, const char *key, const GPtrArray *patterns,
	const GPtrArray *texts, GPtrArray *findings)
{
	for (guint p = 0; p < patterns->len; p++) {
		const char *source = pattern_source(g_ptr_array_index(patterns, p));
		g_autoptr(GPtrArray) own = NULL;

		if (find_slow(body, key, source, texts, findings))
			continue;
		own = own_texts(source);
		find_slow(body, key, source, own, findings);
	}
}

void rule_check_cost(const struct rule_body *body, GPtrArray *findings)
{
	g_autoptr(GPtrArray) texts = hostile_texts(body);

	check_all(body, "pattern", body->patterns, texts, findings);
	check_all(body, "unless", body->unless, texts, findings);
}
