/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The examples of all rules, run. A rule must win on each of its examples and must not match its
 * not-examples; one that never wins is unreachable.
 */
#include "base/words.h"
#include "rules/matchtext.h"
#include "rules/ruleset.h"
#include "rules/ruletrial.h"
#include "rules/status.h"

#define CHECK_QUOTE 160 /* bytes of a text that are quoted in a finding */

/* What an example cannot say of itself is taken to be as the rule demands. */
static void assume_conditions(const struct rule_body *body, struct rule_subject *subject)
{
	if (body->phases)
		subject->phase = __builtin_ctz(body->phases);
	subject->outgoing = body->outgoing;
	if (body->providers->len && !g_ptr_array_find(body->providers, subject->provider, NULL))
		subject->provider = g_ptr_array_index(body->providers, 0);
}

/* The rule that decides the example: the innermost reply first, then all of it. */
static bool decide(struct rule_set *set, const struct rule_body *body, struct span text,
	struct rule_match *match)
{
	struct span part[2] = {reply_innermost(set->knowledge, text), text};

	for (int i = 0; i < 2; i++) {
		struct rule_subject subject = rule_subject_of(set->knowledge, part[i]);

		assume_conditions(body, &subject);
		if (rule_match(set, &subject, match))
			return true;
	}
	return false;
}

/* Why the rule itself does not match its example. */
static char *why_not(struct rule_set *set, const struct rule_body *body, struct span text)
{
	struct rule_subject subject = rule_subject_of(set->knowledge, text);
	struct rule_trial trial;

	assume_conditions(body, &subject);
	trial = rule_trial_of(set, &subject, &body->rule);
	return trial.why;
}

/* An example that is not decided by its rule. */
static void note_example(struct rule_set *set, const struct rule_body *body, guint number,
	struct span text, const struct rule *winner, GPtrArray *findings)
{
	const struct rule *rule = &body->rule;
	g_autofree char *why = NULL;
	int quote = (int)MIN(text.n, CHECK_QUOTE);

	if (winner && winner->place > rule->place) {
		if (winner->category != rule->category)
			g_ptr_array_add(findings,
				rule_finding_of(winner, "takes",
					_("takes example.%u of [%s], which means %s: %.*s; narrow "
					  "the pattern, or add unless="),
					number, rule->id, rule->category->id, quote, text.p));
		return;
	}
	why = why_not(set, body, text);
	if (winner)
		g_ptr_array_add(findings, rule_finding_of(rule, "example",
						  _("example.%u is decided by [%s] (%s): %.*s; "
						    "raise the priority, or narrow one of the two"),
						  number, winner->id, why, quote, text.p));
	else
		g_ptr_array_add(findings, rule_finding_of(rule, "example",
						  _("example.%u is matched by no rule: %.*s; %s"),
						  number, quote, text.p, why));
}

static void check_examples(struct rule_set *set, const struct rule_body *body, GPtrArray *findings)
{
	const GPtrArray *examples = body->rule.examples;
	const struct rule *winner = NULL;
	guint won = 0;

	if (!examples->len)
		g_ptr_array_add(findings,
			rule_finding_of(&body->rule, "no-example",
				_("has no example, so that nobody sees when another rule takes its "
				  "place; add example.1= with a text that it decides")));
	for (guint i = 0; i < examples->len; i++) {
		struct arena *arena = arena_new();
		struct span source = span_of(g_ptr_array_index(examples, i));
		struct match_text text = match_text_new(source, arena);
		struct rule_match match = {.rule = NULL};

		decide(set, body, text.text, &match);
		/* The provider's own token may say the same. */
		if (match.rule == &body->rule ||
			(match.rule && match.rule->code &&
				match.rule->category == body->rule.category))
			won++;
		else
			note_example(set, body, i + 1, text.text, winner = match.rule, findings);
		arena_free(arena);
	}
	if (!won && winner && winner->place > body->rule.place)
		g_ptr_array_add(findings,
			rule_finding_of(&body->rule, "shadowed",
				_("is never reached: your rule [%s] (%s:%d, priority %d) decides "
				  "all its examples; if that is not meant, narrow yours"),
				winner->id, winner->file ? winner->file : "codes.tsv", winner->line,
				winner->priority));
	else if (!won && winner)
		g_ptr_array_add(findings,
			rule_finding_of(&body->rule, "shadowed",
				_("is never reached: [%s] (%s:%d, priority %d) decides all its "
				  "examples; give it more priority than that, or delete it"),
				winner->id, winner->file ? winner->file : "codes.tsv", winner->line,
				winner->priority));
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
				g_ptr_array_add(findings,
					rule_finding_of(&body->rule, "not",
						_("not.%u is matched: %s; narrow the pattern, or "
						  "add unless="),
						i + 1, (const char *)g_ptr_array_index(nots, i)));
		arena_free(arena);
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
			g_ptr_array_add(findings, rule_finding_of(&body->rule, "pattern",
							  "pattern: %s", error->message));
			continue;
		}
		names = pattern_captures(pattern);
		for (char **name = names; *name; name++)
			if (!g_strv_contains(known, *name))
				g_ptr_array_add(findings,
					rule_finding_of(&body->rule, "pattern",
						_("pattern: there is no fact <%s>; it can be list, "
						  "ip, link, limit, seconds or token"),
						*name));
	}
}

static void check_about(struct rule_set *set, const struct rule_body *body, GPtrArray *findings)
{
	g_autoptr(GError) error = NULL;
	const char *unknown = NULL;

	if (!body->abouts->len)
		return;
	if (terms_parse(set->terms, &error))
		unknown = rule_about_unknown(set, body);
	if (error)
		g_ptr_array_add(
			findings, rule_finding_of(&body->rule, "about", "%s", error->message));
	else if (unknown)
		g_ptr_array_add(
			findings, rule_finding_of(&body->rule, "about",
					  _("about: there is no class of words \"%s\" in %s"),
					  unknown, TERMS_FILE));
}

static void note_replaced(const struct rule *rule, GPtrArray *findings)
{
	struct rule_finding *finding;

	if (!rule->replaces)
		return;
	finding = rule_finding_of(rule, "replaces",
		_("replaces the rule of %s; if that is not meant, give it another name"),
		rule->replaces);
	finding->is_note = true;
	g_ptr_array_add(findings, finding);
}

static bool is_clean(const GPtrArray *findings, guint from)
{
	for (guint i = from; i < findings->len; i++)
		if (!((const struct rule_finding *)g_ptr_array_index(findings, i))->is_note)
			return false;
	return true;
}

/* What a rule does by itself. */
static void check_alone(struct rule_set *set, const struct rule_body *body, GPtrArray *findings)
{
	note_replaced(&body->rule, findings);
	rule_check_literals(body, findings);
	check_patterns(body, body->patterns, findings);
	check_patterns(body, body->unless, findings);
	check_about(set, body, findings);
	check_nots(set, body, findings);
	rule_check_cost(body, findings);
}

static bool is_among(const char *file, const char *const *files)
{
	g_autofree char *path = file ? g_canonicalize_filename(file, NULL) : NULL;

	for (; path && *files; files++) {
		g_autofree char *other = g_canonicalize_filename(*files, NULL);

		if (strcmp(path, other) == 0)
			return true;
	}
	return false;
}

bool rule_set_check(struct rule_set *set, const char *const *files, GPtrArray *findings)
{
	guint before = findings->len;

	for (guint i = 0; i < set->bodies->len; i++) {
		const struct rule_body *body = g_ptr_array_index(set->bodies, i);

		if (body->rule.code)
			continue; /* a phrase row is its own example */
		if (!files || is_among(body->rule.file, files))
			check_alone(set, body, findings);
		/* Those of the others are what a rule of the files may take. */
		check_examples(set, body, findings);
	}
	return is_clean(findings, before);
}

/* Nothing else needs to be asked where the words of the rule do not match. */
static bool words_match(struct rule_set *set, const struct rule *rule, struct span text)
{
	struct rule_match match;

	rule_text_begin(set, text);
	return rule_words_match(set, (const struct rule_body *)rule, &match);
}

bool rule_check_taken(struct rule_set *set, const struct rule *rule, GPtrArray *findings)
{
	guint before = findings->len;

	for (guint i = 0; i < set->bodies->len; i++) {
		const struct rule_body *body = g_ptr_array_index(set->bodies, i);
		const GPtrArray *examples = body->rule.examples;

		for (guint e = 0; &body->rule != rule && examples && e < examples->len; e++) {
			struct arena *arena = arena_new();
			struct span source = span_of(g_ptr_array_index(examples, e));
			struct match_text text = match_text_new(source, arena);
			struct rule_match match = {.rule = NULL};

			if (words_match(set, rule, text.text))
				decide(set, body, text.text, &match);
			if (match.rule == rule)
				note_example(set, body, e + 1, text.text, rule, findings);
			arena_free(arena);
		}
	}
	return findings->len == before;
}
