/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/contest.h"

#include "extract/reading.h"
#include "rules/ruletrial.h"
#include "rules/status.h"

static struct rule_subject subject_of(const struct extractor *extractor, const struct trial *trial)
{
	struct rule_subject subject = {
		.phase = trial->phase, .reply = trial->reply, .outgoing = trial->outgoing};

	memcpy(subject.status, trial->status, sizeof subject.status);
	if (trial->provider)
		subject.provider = provider_by_id(extractor->knowledge, trial->provider);
	return subject;
}

/* The texts in the order in which a verdict asks them: of each its innermost reply, then all. */
struct parts_of {
	const struct extractor *extractor;
	const struct trial *trial;
	size_t at; /* of the texts */
	bool whole;
};

static bool next_part(struct parts_of *parts, int *text, struct span *part)
{
	for (; parts->at < parts->trial->texts_n; parts->at++, parts->whole = false) {
		const struct tried_text *tried = &parts->trial->texts[parts->at];
		struct span all = span_of(tried->text);
		struct span inner = reply_innermost(parts->extractor->knowledge, all);

		if (!tried->counts)
			continue;
		*text = (int)parts->at;
		*part = parts->whole ? all : inner;
		parts->at += part->n == all.n;
		parts->whole = part->n != all.n;
		return true;
	}
	return false;
}

static struct tried_rule tried_of(
	const struct rule_trial *trial, struct span part, struct arena *arena)
{
	struct span words = {part.p + trial->match.at, trial->match.n};

	return (struct tried_rule){arena_str(arena, trial->match.rule->id), (int)trial->outcome,
		arena_str(arena, trial->why), words.n ? arena_span(arena, words) : ""};
}

static void note_rules(
	struct trial *trial, int text, const GArray *tried, struct span part, struct arena *arena)
{
	struct tried_rule *list = arena_alloc(arena, (tried->len + 1) * sizeof *list);

	for (guint i = 0; i < tried->len; i++)
		list[i] = tried_of(&g_array_index(tried, struct rule_trial, i), part, arena);
	trial->contested = text;
	trial->rules = list;
	trial->rules_n = tried->len;
}

/* As the verdict is made; on the way the losers of a text that nothing decides are kept. */
static void hold_all(struct extractor *extractor, struct trial *trial, struct arena *arena)
{
	struct rule_subject subject = subject_of(extractor, trial);
	struct parts_of parts = {extractor, trial, 0, false};
	bool decided = false;
	int text;

	trial->contested = -1;
	while (!decided && next_part(&parts, &text, &subject.text)) {
		g_autoptr(GArray) tried = rule_trials(extractor->rules, &subject);

		decided = tried->len &&
			  g_array_index(tried, struct rule_trial, 0).outcome == RULE_DECIDES;
		if (tried->len || trial->contested < 0)
			note_rules(trial, text, tried, subject.text, arena);
	}
}

static bool got_further(const struct rule_trial *now, const struct rule_trial *best)
{
	return !best->why || (best->outcome >= RULE_NO_LITERAL && now->outcome != RULE_NO_LITERAL &&
				     now->outcome != best->outcome);
}

static void ask(
	struct extractor *extractor, struct trial *trial, const char *id, struct arena *arena)
{
	const struct rule *rule = rule_set_find(extractor->rules, id);
	struct rule_subject subject = subject_of(extractor, trial);
	struct rule_trial best = {.match = {.rule = rule}, .outcome = RULE_NO_LITERAL};
	struct parts_of parts = {extractor, trial, 0, false};
	struct span part = SPAN_NONE;
	int text;

	while (rule && best.outcome != RULE_DECIDES && next_part(&parts, &text, &subject.text)) {
		struct rule_trial now = rule_trial_of(extractor->rules, &subject, rule);
		bool further = got_further(&now, &best);

		g_free(further ? best.why : now.why);
		if (further) {
			best = now;
			part = subject.text;
		}
	}
	if (!best.why)
		best.why = g_strdup("there is no text about this recipient");
	if (rule)
		trial->asked = tried_of(&best, part, arena);
	g_free(best.why);
}

void contest_hold(
	struct extractor *extractor, struct trial *trial, const char *asked, struct arena *arena)
{
	hold_all(extractor, trial, arena);
	if (asked)
		ask(extractor, trial, asked, arena);
}
