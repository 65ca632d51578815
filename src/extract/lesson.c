/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/lesson.h"

#include "base/errors.h"
#include "base/pseudonym.h"
#include "base/text.h"
#include "base/words.h"
#include "extract/reading.h"
#include "extract/wording.h"
#include "rules/matchtext.h"
#include "rules/ruletrial.h"

#define EXAMPLE_MAX 1000 /* bytes */
#define OTHERS_MAX 2     /* examples of other meanings that may hold the words, too */
#define ID_WORDS 4

/* What is being learned. */
struct pupil {
	struct extractor *extractor;
	const struct lesson_task *task;
	struct lesson *lesson;
	char *said; /* what the server said, as rules see it */
	const struct rule *rule;
};

static bool refuse(GError **error, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool refuse(GError **error, const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list arguments;

	va_start(arguments, format);
	why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, NIXIE_ERROR, NIXIE_USAGE, why);
	return false;
}

/* --- the rule's parts */

/* As an item of a list: `;` and `\` are escaped. */
static char *literal_of(const char *run)
{
	GString *out = g_string_new(NULL);

	for (; *run; run++) {
		if (*run == ';' || *run == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *run);
	}
	return g_string_free(out, FALSE);
}

/* What decides stays, even where it looks like an id. */
static char *example_of(const char *diagnostic, const char *words)
{
	struct pseudonyms *names = pseudonyms_new(PSEUDONYM_EXAMPLE);
	GString *out = g_string_new(NULL);
	struct arena *arena = arena_new();
	struct match_text text;
	char *example;

	pseudonyms_keep_text(names, span_of(words));
	pseudonyms_append(names, span_of(diagnostic), out);
	pseudonyms_free(names);
	text = match_text_new((struct span){out->str, out->len}, arena);
	if (text.text.n > EXAMPLE_MAX)
		text.text = text_fit(text.text, EXAMPLE_MAX, NULL);
	example = span_dup(span_trim(text.text));
	g_string_free(out, TRUE);
	arena_free(arena);
	return example;
}

/* local-mailbox-is-closed, with a number behind it when there is one already. */
static char *id_of(const struct rule_set *rules, const char *run)
{
	GString *id = g_string_new("local");
	gsize begin;
	int words = 0;

	for (const char *p = run; *p && words < ID_WORDS; p++) {
		if (!g_ascii_isalnum(*p))
			continue;
		g_string_append_c(id, '-');
		while (g_ascii_isalnum(*p))
			g_string_append_c(id, g_ascii_tolower(*p++));
		words++;
		if (!*p)
			break;
	}
	begin = id->len;
	for (int n = 2; rule_set_find(rules, id->str); n++) {
		g_string_truncate(id, begin);
		g_string_append_printf(id, "-%d", n);
	}
	return g_string_free(id, FALSE);
}

/* It has to stand above the rule that decides now. */
static int priority_over(const struct pupil *pupil)
{
	struct rule_set *rules = pupil->extractor->rules;
	const struct rule *now = pupil->task->rule ? rule_set_find(rules, pupil->task->rule) : NULL;
	struct rule_match match;
	int priority = RULE_PRIORITY;

	if (now)
		priority = MAX(priority, now->priority);
	if (rule_match_text(rules, span_of(pupil->said), &match, 1))
		priority = MAX(priority, match.rule->priority);
	return priority;
}

/* --- the words */

static bool are_good(const struct pupil *pupil, const char *longest, GError **error)
{
	const struct lesson_task *task = pupil->task;

	if (!wording_has_content(longest))
		return refuse(error, _("the words that shall decide are too few; take some that "
				       "only such a report has"));
	if (wording_is_lead_in(pupil->extractor->knowledge, pupil->extractor->formats,
		    task->diagnostic, pupil->lesson->words))
		return refuse(error, _("many notices begin like this, whatever their reason is; "
				       "take words of the reason"));
	return g_strcmp0(task->was, task->category) != 0 ||
	       refuse(error, _("the verdict is %s already"), task->was);
}

static bool make_rule(struct pupil *pupil, GError **error)
{
	struct lesson *lesson = pupil->lesson;
	g_auto(GStrv) runs = wording_runs(lesson->words);
	g_autofree char *group = NULL;

	if (!are_good(pupil, wording_longest(runs), error))
		return false;
	lesson->literal = literal_of(wording_longest(runs));
	lesson->pattern = wording_pattern(runs);
	lesson->example = example_of(pupil->task->diagnostic, lesson->words);
	lesson->id = id_of(pupil->extractor->rules, wording_longest(runs));
	lesson->priority = priority_over(pupil);
	group = lesson_group(lesson, pupil->task->category, "");
	if (!rule_set_extend(pupil->extractor->rules, pupil->task->file, group, error))
		return false;
	pupil->rule = rule_set_find(pupil->extractor->rules, lesson->id);
	return true;
}

/* --- what it does */

/* The rule has to decide this text. */
static bool decides(const struct pupil *pupil, const char *text, GError **error)
{
	struct rule_set *rules = pupil->extractor->rules;
	struct rule_subject subject = rule_subject_of(pupil->extractor->knowledge, span_of(text));
	struct rule_match match = {.rule = NULL};
	g_autofree char *why = NULL;

	if (rule_match_text(rules, span_of(text), &match, 1) && match.rule == pupil->rule)
		return true;
	why = rule_trial_of(rules, &subject, pupil->rule).why;
	if (match.rule && match.rule != pupil->rule)
		return refuse(error, _("[%s] would still decide: %s"), match.rule->id, why);
	return refuse(error, _("these words do not stand so in what the server said: %s"), text);
}

/* Do its words stand in the text, whoever decides it? */
static bool holds(const struct pupil *pupil, const char *text)
{
	g_autofree char *folded = wording_folded(text);
	struct rule_subject subject = {.text = span_of(folded)};
	struct rule_trial trial = rule_trial_of(pupil->extractor->rules, &subject, pupil->rule);

	g_free(trial.why);
	return trial.outcome < RULE_NO_LITERAL;
}

/* How many texts that mean something else hold the words; `*one`: the first. */
static unsigned count_others(const struct pupil *pupil, const char **one)
{
	const struct rule_set *rules = pupil->extractor->rules;
	unsigned n = 0;

	for (size_t i = 0; i < rule_set_count(rules); i++) {
		const struct rule *other = rule_set_at(rules, i);

		if (other->category == pupil->rule->category)
			continue;
		for (guint e = 0; other->examples && e < other->examples->len; e++)
			if (holds(pupil, other->examples->pdata[e]) && !n++)
				*one = other->examples->pdata[e];
	}
	return n;
}

/* Words that stand in texts of many meanings tell nothing. */
static bool is_telling(const struct pupil *pupil, GError **error)
{
	const char *one = NULL;
	unsigned n = count_others(pupil, &one);

	return n <= OTHERS_MAX || refuse(error,
					  _("refused, since %u texts that other rules explain hold "
					    "these words, too: %s; take more of the words"),
					  n, one);
}

static bool is_harmless(const struct pupil *pupil, GError **error)
{
	g_autoptr(GPtrArray) taken =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
	g_autofree char *what = NULL;

	if (rule_check_taken(pupil->extractor->rules, pupil->rule, taken))
		return true;
	what = g_strdup(((const struct rule_finding *)taken->pdata[0])->text);
	/* What the check advises is for who writes a pattern. */
	if (strrchr(what, ';'))
		*strrchr(what, ';') = '\0';
	g_strchomp(what);
	return refuse(error,
		ngettext("refused, since %u text that other rules explain would be read wrongly: "
			 "it %s; take more of the words",
			"refused, since %u texts that other rules explain would be read wrongly: "
			"it %s; take more of the words",
			taken->len),
		taken->len, what);
}

static void mark_changes(const struct pupil *pupil)
{
	char **causes = pupil->task->causes;
	guint n = causes ? g_strv_length(causes) : 0;

	pupil->lesson->changes = g_new0(bool, n + 1);
	for (guint i = 0; i < n; i++)
		pupil->lesson->changes[i] = holds(pupil, causes[i]);
}

/* --- */

char *lesson_group(const struct lesson *lesson, const char *category, const char *remark)
{
	return g_strdup_printf(
		"[%s]\n%scategory=%s\npriority=%d\nliteral=%s\npattern=%s\nexample.1=%s\n",
		lesson->id, remark, category, lesson->priority, lesson->literal, lesson->pattern,
		lesson->example);
}

bool lesson_learn(struct extractor *extractor, const struct lesson_task *task,
	struct lesson *lesson, GError **error)
{
	struct pupil pupil = {extractor, task, lesson, NULL, NULL};
	bool learned;

	*lesson = (struct lesson){.words = task->words
						   ? g_strdup(task->words)
						   : wording_propose(extractor->knowledge,
							     extractor->formats, task->diagnostic)};
	if (!task->category)
		return true;
	pupil.said = wording_folded(task->diagnostic);
	learned = make_rule(&pupil, error) && decides(&pupil, pupil.said, error) &&
		  decides(&pupil, lesson->example, error) && is_harmless(&pupil, error) &&
		  is_telling(&pupil, error);
	if (learned)
		mark_changes(&pupil);
	g_free(pupil.said);
	return learned;
}

void lesson_clear(struct lesson *lesson)
{
	g_free(lesson->words);
	g_free(lesson->id);
	g_free(lesson->literal);
	g_free(lesson->pattern);
	g_free(lesson->example);
	g_free(lesson->changes);
	*lesson = (struct lesson){.words = NULL};
}
