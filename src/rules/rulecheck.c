/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The examples of all rules, run. A rule must win on each of its examples and must not match its
 * not-examples; one that never wins is unreachable. Cost is counted in steps of PCRE2, never in
 * time, so that a finding is the same on every machine.
 */
#include "rules/matchtext.h"
#include "rules/ruleset.h"
#include "rules/status.h"

/*
 * A pattern may take so many steps for each byte of the text it is tried on: enough for a bounded
 * gap such as
 * `.{0,60}` before some words, far too few for one that grows with the square of the text.
 */
#define STEPS_A_BYTE 400
#define LITERAL_MIN 3

static void find_fault(GPtrArray *findings, const struct rule_body *body, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void find_fault(GPtrArray *findings, const struct rule_body *body, const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list args;

	va_start(args, format);
	why = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(findings, g_strdup_printf("%s:%d: [%s] %s", body->rule.file,
					  body->rule.line, body->rule.id, why));
}

/* What an example cannot say of itself is taken to be as the rule demands. */
static void assume_conditions(const struct rule_body *body, struct rule_subject *subject)
{
	if (body->phases)
		subject->phase = __builtin_ctz(body->phases);
	if (body->providers->len && !g_ptr_array_find(body->providers, subject->provider, NULL))
		subject->provider = g_ptr_array_index(body->providers, 0);
}

/* The rule that decides the example: the innermost reply first, then all of it. */
static bool decide(struct rule_set *set, const struct rule_body *body, struct span text,
	struct rule_match *match)
{
	struct span part[2] = {reply_innermost(text), text};

	for (int i = 0; i < 2; i++) {
		struct rule_subject subject = rule_subject_of(set->knowledge, part[i]);

		assume_conditions(body, &subject);
		if (rule_match(set, &subject, match))
			return true;
	}
	return false;
}

static void check_examples(struct rule_set *set, const struct rule_body *body, GPtrArray *findings)
{
	const GPtrArray *examples = body->rule.examples;
	const struct rule *winner = NULL;
	guint won = 0;

	if (!examples->len) {
		find_fault(findings, body,
			"has no example; add example.1 with a text that it decides");
		return;
	}
	for (guint i = 0; i < examples->len; i++) {
		struct arena *arena = arena_new();
		struct span source = span_of(g_ptr_array_index(examples, i));
		struct match_text text = match_text_new(source, arena);
		struct rule_match match;

		if (!decide(set, body, text.text, &match)) {
			find_fault(findings, body, "example.%u is matched by no rule: %s", i + 1,
				source.p);
		} else if (match.rule->code && match.rule->category == body->rule.category) {
			won++; /* the provider's own token says the same */
		} else if (match.rule != &body->rule) {
			find_fault(findings, body,
				"example.%u is decided by [%s] (priority %d against %d): %s", i + 1,
				match.rule->id, match.rule->priority, body->rule.priority,
				source.p);
			winner = match.rule;
		} else {
			won++;
		}
		arena_free(arena);
	}
	if (!won && winner)
		find_fault(findings, body, "is never reached: [%s] takes what it would match",
			winner->id);
}

static void check_nots(struct rule_set *set, const struct rule_body *body, GPtrArray *findings)
{
	const GPtrArray *nots = body->rule.nots;
	const gsize max = set->bodies->len;
	g_autofree struct rule_match *matches = g_new(struct rule_match, max);

	for (guint i = 0; i < nots->len; i++) {
		struct arena *arena = arena_new();
		struct match_text text = match_text_new(span_of(g_ptr_array_index(nots, i)), arena);
		struct rule_subject subject = rule_subject_of(set->knowledge, text.text);
		size_t n;

		assume_conditions(body, &subject);
		n = rule_match_all(set, &subject, matches, max);
		for (size_t m = 0; m < n; m++)
			if (matches[m].rule == &body->rule)
				find_fault(findings, body, "not.%u is matched: %s", i + 1,
					(const char *)g_ptr_array_index(nots, i));
		arena_free(arena);
	}
}

/* Texts on which careless patterns stumble: long runs, and near misses over and over. */
static GPtrArray *hostile_texts(const struct rule_body *body)
{
	static const char *const units[] = {
		"a", " ", "1", "a ", "<", "5.1.1 ", "user@example.com ", "the "};
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	const GPtrArray *examples = body->rule.examples;

	for (size_t i = 0;
		i < G_N_ELEMENTS(units) + body->literals->len + (examples ? examples->len : 0);
		i++) {
		GString *text = g_string_sized_new(MATCH_TEXT_MAX);
		const char *unit, *last;
		size_t at = i;

		if (at < G_N_ELEMENTS(units))
			unit = units[at];
		else if ((at -= G_N_ELEMENTS(units)) < body->literals->len)
			unit = g_ptr_array_index(body->literals, at);
		else
			unit = g_ptr_array_index(examples, at - body->literals->len);
		/* Without its last character an example is a near miss. */
		last = g_utf8_find_prev_char(unit, unit + strlen(unit));
		if (!last || last == unit)
			last = unit + strlen(unit);
		while (*unit && text->len + strlen(unit) < MATCH_TEXT_MAX)
			g_string_append_len(text, unit, last - unit);
		g_ptr_array_add(texts, g_string_free(text, FALSE));
	}
	return texts;
}

static void check_cost(
	const struct rule_body *body, GPtrArray *patterns, GPtrArray *texts, GPtrArray *findings)
{
	for (guint p = 0; p < patterns->len; p++) {
		const char *source = pattern_source(g_ptr_array_index(patterns, p));

		for (guint t = 0; t < texts->len; t++) {
			struct span text = span_of(g_ptr_array_index(texts, t));
			unsigned max = (unsigned)text.n * STEPS_A_BYTE;

			if (text.n < MATCH_TEXT_MAX / 2 || pattern_steps(source, text, max) <= max)
				continue;
			find_fault(findings, body,
				"is slow: over %d steps a byte of \"%.40s...\" for %s",
				STEPS_A_BYTE, text.p, source);
			break;
		}
	}
}

static void check_patterns(const struct rule_body *body, GPtrArray *patterns, GPtrArray *findings)
{
	static const char *const known[] = {
		"list", "ip", "link", "limit", "seconds", "token", NULL};

	for (guint i = 0; i < patterns->len; i++) {
		struct pattern *pattern = g_ptr_array_index(patterns, i);
		g_autoptr(GError) error = NULL;
		g_auto(GStrv) names = NULL;

		if (!pattern_compile(pattern, &error)) {
			find_fault(findings, body, "pattern: %s", error->message);
			continue;
		}
		names = pattern_captures(pattern);
		for (char **name = names; *name; name++)
			if (!g_strv_contains(known, *name))
				find_fault(findings, body, "pattern: there is no fact <%s>", *name);
	}
}

static void check_literals(const struct rule_body *body, GPtrArray *findings)
{
	if (!body->literals->len)
		find_fault(findings, body,
			"has no literal, so that its pattern is tried on every text");
	for (guint i = 0; i < body->literals->len; i++)
		if (strlen(g_ptr_array_index(body->literals, i)) < LITERAL_MIN)
			find_fault(findings, body, "literal: \"%s\" is too short to spare any work",
				(const char *)g_ptr_array_index(body->literals, i));
}

bool rule_set_check(struct rule_set *set, GPtrArray *findings)
{
	guint before = findings->len;

	for (guint i = 0; i < set->bodies->len; i++) {
		const struct rule_body *body = g_ptr_array_index(set->bodies, i);

		if (body->rule.code)
			continue; /* a phrase row is its own example */
		check_literals(body, findings);
		check_patterns(body, body->patterns, findings);
		check_patterns(body, body->unless, findings);
		check_examples(set, body, findings);
		check_nots(set, body, findings);
		g_autoptr(GPtrArray) texts = hostile_texts(body);
		check_cost(body, body->patterns, texts, findings);
		check_cost(body, body->unless, texts, findings);
	}
	return findings->len == before;
}
