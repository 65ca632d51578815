/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/ruletrial.h"

#include "base/text.h"
#include "base/words.h"
#include "rules/ruleset.h"
#include "rules/status.h"

#define QUOTE_BYTES 60
#define LITERALS_SHOWN 6

const char *const rule_outcome_names[RULE_OUTCOME_COUNT] = {
	[RULE_DECIDES] = "decides",
	[RULE_LOWER_PRIORITY] = "priority",
	[RULE_SHIPPED] = "shipped",
	[RULE_SHORTER] = "length",
	[RULE_LATER_NAME] = "name",
	[RULE_EXCUSED] = "unless",
	[RULE_OTHER_CLASS] = "class",
	[RULE_OTHER_WAY] = "way",
	[RULE_OTHER_PHASE] = "phase",
	[RULE_OTHER_PROVIDER] = "provider",
	[RULE_OTHER_REPLY] = "reply",
	[RULE_OTHER_STATUS] = "status",
	[RULE_NO_LITERAL] = "literal",
	[RULE_NO_PATTERN] = "pattern",
};

/* --- against the rule that decides */

static enum rule_outcome lost_to(
	const struct rule_match *match, const struct rule_match *winner, char **why)
{
	const struct rule *rule = match->rule, *other = winner->rule;

	if (rule->priority != other->priority) {
		*why = g_strdup_printf(_("priority %d against %d of [%s]"), rule->priority,
			other->priority, other->id);
		return RULE_LOWER_PRIORITY;
	}
	if (rule->place != other->place) {
		*why = g_strdup_printf(
			_("of the same priority, and your own [%s] goes first"), other->id);
		return RULE_SHIPPED;
	}
	if (match->n != winner->n) {
		*why = g_strdup_printf(_("it matches %zu bytes, [%s] matches %zu"), match->n,
			other->id, winner->n);
		return RULE_SHORTER;
	}
	*why = g_strdup_printf(_("all is the same, and [%s] comes before by name"), other->id);
	return RULE_LATER_NAME;
}

/* --- against its own conditions */

static char *phases_text(unsigned phases)
{
	GString *out = g_string_new(NULL);

	for (int i = 0; i < PHASE_COUNT; i++)
		if (phases & 1u << i)
			g_string_append_printf(out, "%s%s", out->len ? ", " : "", phase_names[i]);
	return g_string_free(out, FALSE);
}

static char *providers_text(const GPtrArray *providers)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < providers->len; i++)
		g_string_append_printf(out, "%s%s", out->len ? ", " : "",
			((const struct provider *)g_ptr_array_index(providers, i))->id);
	return g_string_free(out, FALSE);
}

static char *replies_text(const GArray *replies)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < replies->len; i++)
		g_string_append_printf(
			out, "%s%d", out->len ? ", " : "", g_array_index(replies, int, i));
	return g_string_free(out, FALSE);
}

static char *ranges_text(const GArray *ranges)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < ranges->len; i++) {
		const struct status_range *range = &g_array_index(ranges, struct status_range, i);

		g_string_append_printf(out, "%s%d.%d.%d", out->len ? ", " : "", range->v[0],
			range->v[1], range->v[2]);
		if (range->to != range->v[2])
			g_string_append_printf(out, "-%d", range->to);
	}
	return g_string_free(out, FALSE);
}

static enum rule_outcome misfit_outcome(const struct rule_body *body,
	const struct rule_subject *subject, enum rule_condition condition, char **why)
{
	int class = subject->reply ? subject->reply / 100 : subject->status[0];
	g_autofree char *wanted = NULL;
	char status[STATUS_TEXT];

	switch (condition) {
	case CONDITION_CLASS:
		*why = class ? g_strdup_printf(_("it holds for class %d only, this is class %d"),
				       body->class, class)
			     : g_strdup_printf(_("it holds for class %d only, and no code is told"),
				       body->class);
		return RULE_OTHER_CLASS;
	case CONDITION_OUTGOING:
		*why = g_strdup(_("it holds only where the sender's own side reports on mail to "
				  "another domain"));
		return RULE_OTHER_WAY;
	case CONDITION_PHASE:
		wanted = phases_text(body->phases);
		*why = subject->phase > PHASE_NONE
			       ? g_strdup_printf(
					 _("it holds for phase %s only, this was said at %s"),
					 wanted, phase_names[subject->phase])
			       : g_strdup_printf(
					 _("it holds for phase %s only, and the phase is not told"),
					 wanted);
		return RULE_OTHER_PHASE;
	case CONDITION_PROVIDER:
		wanted = providers_text(body->providers);
		*why = g_strdup_printf(_("it holds for provider %s only, this is %s"), wanted,
			subject->provider ? subject->provider->id : _("no provider that is known"));
		return RULE_OTHER_PROVIDER;
	case CONDITION_REPLY:
		wanted = replies_text(body->replies);
		*why = subject->reply
			       ? g_strdup_printf(_("it holds for reply %s only, this is %d"),
					 wanted, subject->reply)
			       : g_strdup_printf(
					 _("it holds for reply %s only, and no reply is told"),
					 wanted);
		return RULE_OTHER_REPLY;
	default:
		wanted = ranges_text(body->status);
		*why = subject->status[0]
			       ? g_strdup_printf(_("it holds for code %s only, this is %s"), wanted,
					 status_text(subject->status, status))
			       : g_strdup_printf(
					 _("it holds for code %s only, and no code is told"),
					 wanted);
		return RULE_OTHER_STATUS;
	}
}

/* --- against the words */

static bool has_literal(const struct rule_body *body, struct span text, const char **which)
{
	for (guint i = 0; i < body->literals->len; i++) {
		*which = g_ptr_array_index(body->literals, i);
		if (span_find_nocase(text, *which))
			return true;
	}
	return body->literals->len == 0;
}

static enum rule_outcome wordless_outcome(
	const struct rule_body *body, struct span text, char **why)
{
	const char *literal = NULL;
	GString *out;

	if (body->phrase) {
		*why = g_strdup(_("its phrase does not stand in the text"));
		return RULE_NO_PATTERN;
	}
	if (body->abouts->len) {
		*why = g_strdup(_("its classes of words do not stand near each other, or one of "
				  "about-unless is there"));
		return RULE_NO_PATTERN;
	}
	if (has_literal(body, text, &literal)) {
		g_autofree char *word = text_quoted(span_of(literal));

		*why = literal ? g_strdup_printf(
					 _("the literal %s is there, but no pattern matches"), word)
			       : g_strdup(_("no pattern matches"));
		return RULE_NO_PATTERN;
	}
	out = g_string_new(NULL);
	for (guint i = 0; i < body->literals->len && i < LITERALS_SHOWN; i++) {
		g_autofree char *word = text_quoted(span_of(g_ptr_array_index(body->literals, i)));

		g_string_append_printf(out, "%s%s", i ? ", " : "", word);
	}
	*why = body->literals->len > LITERALS_SHOWN
		       ? g_strdup_printf(
				 _("none of its literals stands in the text: %s and %u more"),
				 out->str, body->literals->len - LITERALS_SHOWN)
		       : g_strdup_printf(
				 _("none of its literals stands in the text: %s"), out->str);
	g_string_free(out, TRUE);
	return RULE_NO_LITERAL;
}

/* The prefilter decides first, as rule_match has it. */
static bool words_match(
	struct rule_set *set, const struct rule_body *body, struct rule_match *match)
{
	const char *literal;

	*match = (struct rule_match){.rule = &body->rule};
	return has_literal(body, set->sight.text, &literal) && rule_words_match(set, body, match);
}

/* How the rule fares with the text of the subject, which was matched last; the words match unless
 * the outcome says otherwise. */
static struct rule_trial try_body(struct rule_set *set, const struct rule_body *body,
	const struct rule_subject *subject, const struct rule_match *winner)
{
	struct rule_trial trial = {.outcome = RULE_DECIDES};
	enum rule_condition condition = rule_misfit(body, subject);
	struct span excuse;

	if (!words_match(set, body, &trial.match))
		trial.outcome = wordless_outcome(body, set->sight.text, &trial.why);
	else if (condition)
		trial.outcome = misfit_outcome(body, subject, condition, &trial.why);
	else if ((excuse = rule_excuse(set, body)).p) {
		int n = (int)text_fit(excuse, QUOTE_BYTES, NULL).n;

		trial.why = g_strdup_printf(_("unless= found \"%.*s\""), n, excuse.p);
		trial.outcome = RULE_EXCUSED;
	} else if (winner && winner->rule != &body->rule)
		trial.outcome = lost_to(&trial.match, winner, &trial.why);
	else
		trial.why = g_strdup(_("its words match, and no better rule does"));
	return trial;
}

struct rule_trial rule_trial_of(
	struct rule_set *set, const struct rule_subject *subject, const struct rule *rule)
{
	const struct rule_body *body = (const struct rule_body *)rule;
	struct rule_match winner;
	bool any = rule_match(set, subject, &winner);

	return try_body(set, body, subject, any ? &winner : NULL);
}

static void trial_clear(gpointer trial)
{
	g_free(((struct rule_trial *)trial)->why);
}

static gint by_fate(gconstpointer a, gconstpointer b)
{
	const struct rule_trial *x = a, *y = b;
	bool x_applies = x->outcome < RULE_EXCUSED, y_applies = y->outcome < RULE_EXCUSED;

	if (x_applies != y_applies)
		return x_applies ? -1 : 1;
	return rule_match_is_better(&x->match, &y->match) ? -1 : 1;
}

GArray *rule_trials(struct rule_set *set, const struct rule_subject *subject)
{
	GArray *trials = g_array_new(FALSE, FALSE, sizeof(struct rule_trial));
	struct rule_match winner;
	bool any = rule_match(set, subject, &winner);

	g_array_set_clear_func(trials, trial_clear);
	for (guint i = 0; i < set->bodies->len; i++) {
		struct rule_trial trial = try_body(
			set, g_ptr_array_index(set->bodies, i), subject, any ? &winner : NULL);

		if (trial.outcome < RULE_NO_LITERAL)
			g_array_append_val(trials, trial);
		else
			g_free(trial.why);
	}
	g_array_sort(trials, by_fate);
	return trials;
}
