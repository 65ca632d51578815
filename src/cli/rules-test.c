/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nixie rules test: which rule decides a report or a line of text, by which words, what the next
 * would have been and why each lost, and what the codes alone would say.
 */
#include <unistd.h>

#include "base/errors.h"
#include "cli/oneshot.h"
#include "cli/rules.h"
#include "rules/ruletrial.h"
#include "rules/status.h"

#define NEXT_SHOWN 12
#define QUOTE_MAX 200 /* bytes of a text that are shown to people */

/* The text that was decided by, or the last that was tried, and all that matches it. */
struct attempt {
	const struct tried_text *text;
	struct span part; /* of the text: its innermost reply, or all of it */
	GArray *trials;   /* struct rule_trial; what decides comes first */
	bool decided;
};

static void attempt_clear(struct attempt *attempt)
{
	g_clear_pointer(&attempt->trials, g_array_unref);
}

static struct rule_subject subject_of(const struct cli *cli, const struct trial *trial)
{
	struct rule_subject subject = {
		.phase = trial->phase, .reply = trial->reply, .outgoing = trial->outgoing};

	memcpy(subject.status, trial->status, sizeof subject.status);
	if (trial->provider)
		subject.provider = provider_by_id(cli->knowledge, trial->provider);
	return subject;
}

/* The texts in the order in which a verdict asks them: of each its innermost reply, then all. */
static bool next_part(const struct knowledge *knowledge, const struct trial *trial, size_t *at,
	bool *whole, struct span *part)
{
	for (; *at < trial->texts_n; ++*at, *whole = false) {
		struct span text = span_of(trial->texts[*at].text);
		struct span inner = reply_innermost(knowledge, text);

		if (!trial->texts[*at].counts)
			continue;
		*part = *whole || inner.n == text.n ? text : inner;
		if (part->n == text.n)
			*whole = true;
		return true;
	}
	return false;
}

static void step(size_t *at, bool *whole)
{
	*at += *whole;
	*whole = !*whole;
}

/* As the verdict is made; on the way the losers of a text that nothing decides are kept. */
static struct attempt attempt_all(struct cli *cli, const struct trial *trial)
{
	struct attempt attempt = {.text = NULL};
	struct rule_subject subject = subject_of(cli, trial);
	bool whole = false;

	for (size_t at = 0; next_part(cli->knowledge, trial, &at, &whole, &subject.text);
		step(&at, &whole)) {
		GArray *trials = rule_trials(cli->rules, &subject);
		bool decided = trials->len &&
			       g_array_index(trials, struct rule_trial, 0).outcome == RULE_DECIDES;

		if (attempt.trials && !decided && !trials->len) {
			g_array_unref(trials);
			continue;
		}
		attempt_clear(&attempt);
		attempt = (struct attempt){&trial->texts[at], subject.text, trials, decided};
		if (decided)
			break;
	}
	return attempt;
}

/* --- what is told */

static void put_rule(struct rules_out *out, const struct rule *rule)
{
	json_string(&out->json, "rule", rule->id);
	json_string(&out->json, "category", rule->category->id);
	json_string(&out->json, "file", rule->file);
	json_int(&out->json, "line", rule->line);
	json_int(&out->json, "priority", rule->priority);
}

static char *rule_words(const struct rule *rule)
{
	return rule->file ? g_strdup_printf("[%s] %s, priority %d, %s:%d", rule->id,
				    rule->category->id, rule->priority, rule->file, rule->line)
			  : g_strdup_printf("[%s] %s, priority %d, a row of codes.tsv", rule->id,
				    rule->category->id, rule->priority);
}

static char *quote(struct span text)
{
	return text.n > QUOTE_MAX ? g_strdup_printf("%.*s ...", QUOTE_MAX, text.p) : span_dup(text);
}

/* What the rules are told beside the text. */
static void put_told(struct rules_out *out, const struct trial *trial)
{
	char buf[STATUS_TEXT];
	const char *status = trial->status[0] ? status_text(trial->status, buf) : NULL;
	const char *phase = trial->phase > PHASE_NONE ? phase_names[trial->phase] : NULL;
	g_autofree char *reply = trial->reply ? g_strdup_printf("%d", trial->reply) : NULL;

	rules_out_text(out, "  told      reply %s, code %s, phase %s, provider %s%s\n",
		reply ? reply : "none", status ? status : "none", phase ? phase : "not known",
		trial->provider ? trial->provider : "not known",
		trial->outgoing ? ", mail on its way out" : "");
	if (!out->is_json)
		return;
	json_begin_object(&out->json, "told");
	json_string(&out->json, "reply", reply);
	json_string(&out->json, "status", status);
	json_string(&out->json, "phase", phase);
	json_string(&out->json, "provider", trial->provider);
	json_bool(&out->json, "outgoing", trial->outgoing);
	json_end_object(&out->json);
}

static void put_evidence(struct rules_out *out, const struct recipient *recipient)
{
	if (out->is_json)
		json_begin_array(&out->json, "evidence");
	for (size_t i = 0; i < recipient->evidence_n; i++) {
		const struct evidence *e = &recipient->evidence[i];
		g_autofree char *words = quote(span_of(e->text));

		rules_out_text(out,
			"  evidence  \"%s\" (%s%s%s, bytes %" G_GUINT64_FORMAT
			" to %" G_GUINT64_FORMAT ")\n",
			words, e->field, *e->part ? ", part " : "", e->part, e->raw_at,
			e->raw_at + e->raw_n);
		if (!out->is_json)
			continue;
		json_begin_object(&out->json, NULL);
		json_string(&out->json, "part", e->part);
		json_string(&out->json, "field", e->field);
		json_begin_array(&out->json, "raw");
		json_int(&out->json, NULL, (int64_t)e->raw_at);
		json_int(&out->json, NULL, (int64_t)e->raw_n);
		json_end_array(&out->json);
		json_string(&out->json, "text", e->text);
		json_end_object(&out->json);
	}
	if (out->is_json)
		json_end_array(&out->json);
}

static void put_loser(
	struct rules_out *out, const struct rule_trial *trial, struct span text, bool first)
{
	g_autofree char *rule = rule_words(trial->match.rule);
	g_autofree char *words = span_dup((struct span){text.p + trial->match.at, trial->match.n});

	rules_out_text(out, "  %-8s  %s: %s; it matches \"%s\"\n", first ? "next" : "", rule,
		trial->why, words);
	if (!out->is_json)
		return;
	json_begin_object(&out->json, NULL);
	put_rule(out, trial->match.rule);
	json_string(&out->json, "lost", rule_outcome_names[trial->outcome]);
	json_string(&out->json, "why", trial->why);
	json_string(&out->json, "text", words);
	json_end_object(&out->json);
}

static void put_losers(struct rules_out *out, const struct attempt *attempt)
{
	guint from = attempt->decided, n = attempt->trials ? attempt->trials->len : 0;

	if (out->is_json)
		json_begin_array(&out->json, "next");
	for (guint i = from; i < n && (out->is_json || i < from + NEXT_SHOWN); i++)
		put_loser(out, &g_array_index(attempt->trials, struct rule_trial, i), attempt->part,
			i == from);
	if (n > from + NEXT_SHOWN)
		rules_out_text(out, "            and %u more\n", n - from - NEXT_SHOWN);
	if (out->is_json)
		json_end_array(&out->json);
}

static void put_code(struct rules_out *out, const struct trial *trial)
{
	if (trial->code)
		rules_out_text(out, "  else      %s (%s) would say %s\n", trial->code,
			trial->code_scope, trial->code_category);
	else
		rules_out_text(
			out, "  else      no code decides; it would be %s\n", trial->code_category);
	if (!out->is_json)
		return;
	json_begin_object(&out->json, "without_rules");
	json_string(&out->json, "rule", trial->code);
	json_string(&out->json, "scope", trial->code_scope);
	json_string(&out->json, "category", trial->code_category);
	json_end_object(&out->json);
}

/* --- one rule that was asked about */

/* On the text where it got furthest. */
static struct rule_trial best_trial(
	struct cli *cli, const struct trial *trial, const struct rule *rule)
{
	struct rule_subject subject = subject_of(cli, trial);
	struct rule_trial best = {.match = {.rule = rule}, .outcome = RULE_NO_LITERAL};
	bool whole = false;

	for (size_t at = 0; next_part(cli->knowledge, trial, &at, &whole, &subject.text);
		step(&at, &whole)) {
		struct rule_trial one = rule_trial_of(cli->rules, &subject, rule);
		bool better = !best.why ||
			      (best.outcome >= RULE_NO_LITERAL && one.outcome != RULE_NO_LITERAL &&
				      one.outcome != best.outcome);

		if (better) {
			g_free(best.why);
			best = one;
		} else
			g_free(one.why);
		if (best.outcome == RULE_DECIDES)
			break;
	}
	if (!best.why)
		best.why = g_strdup("there is no text about this recipient");
	return best;
}

static void put_asked(struct rules_out *out, const struct trial *trial, const struct rule *rule)
{
	struct rule_trial asked = best_trial(out->cli, trial, rule);
	g_autofree char *why = asked.why, *words = rule_words(rule);

	rules_out_text(out, "  asked     %s: %s\n", words, why);
	if (!out->is_json)
		return;
	json_begin_object(&out->json, "asked");
	put_rule(out, rule);
	json_string(&out->json, "outcome", rule_outcome_names[asked.outcome]);
	json_string(&out->json, "why", why);
	json_end_object(&out->json);
}

/* --- a recipient */

static void put_decision(struct rules_out *out, const struct recipient *recipient,
	const struct rule *rule, const struct attempt *attempt)
{
	g_autofree char *words = rule ? rule_words(rule) : NULL;
	g_autofree char *text = attempt->text ? quote(span_of(attempt->text->text)) : NULL;

	rules_out_text(out, "%s: %s\n  decides   %s\n",
		recipient->address ? recipient->address : "(no recipient)", recipient->category,
		words             ? words
		: recipient->rule ? recipient->rule
				  : "nothing");
	if (text)
		rules_out_text(out, "  text      %s\n", text);
	if (!out->is_json)
		return;
	json_string(&out->json, "address", recipient->address);
	json_string(&out->json, "category", recipient->category);
	json_string(&out->json, "rule", recipient->rule);
	json_string(&out->json, "file", rule ? rule->file : NULL);
	if (rule)
		json_int(&out->json, "line", rule->line);
	json_string(&out->json, "field", attempt->text ? attempt->text->field : NULL);
	json_string(&out->json, "text", attempt->text ? attempt->text->text : NULL);
}

static void put_recipient(struct rules_out *out, const struct recipient *recipient,
	const struct trial *trial, const struct rule *asked)
{
	struct attempt attempt = attempt_all(out->cli, trial);
	const struct rule *rule =
		recipient->rule ? rule_set_find(out->cli->rules, recipient->rule) : NULL;

	if (out->is_json)
		json_begin_object(&out->json, NULL);
	put_decision(out, recipient, rule, &attempt);
	put_told(out, trial);
	put_evidence(out, recipient);
	put_losers(out, &attempt);
	put_code(out, trial);
	if (asked)
		put_asked(out, trial, asked);
	if (out->is_json)
		json_end_object(&out->json);
	attempt_clear(&attempt);
}

/* --- */

/* The rule that --rule names; false with error when there is none. */
static bool find_asked(struct cli *cli, const struct rule **rule, GError **error)
{
	const char *id = filter_value(cli->options->filter, "rule");

	*rule = id ? rule_set_find(cli->rules, id) : NULL;
	if (!id || *rule)
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		"there is no rule %s; `nixie rules list` names them all", id);
	return false;
}

static struct report *try_argument(
	struct cli *cli, const char *argument, const struct trial **trials, GError **error)
{
	struct oneshot_input input;
	struct report *report;

	if (!argument || !*argument) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_USAGE,
			"rules test needs a report file, a line of text in quotes, or `-`");
		return NULL;
	}
	if (!oneshot_open(argument, &input, error))
		return NULL;
	report = oneshot_trial(cli, &input, trials, error);
	close(input.fd);
	return report;
}

int rules_test(struct cli *cli, char *const *words)
{
	g_autofree char *argument = g_strjoinv(" ", (char **)words);
	const struct rule *asked;
	const struct trial *trials;
	struct report *report;
	struct rules_out out;
	GError *error = NULL;

	if (!cli_need_rules(cli, &error) || !find_asked(cli, &asked, &error) ||
		!(report = try_argument(cli, argument, &trials, &error)))
		return cli_fail(cli, error);
	if (!rules_out_open(&out, cli, &error)) {
		report_free(report);
		return cli_fail(cli, error);
	}
	if (out.is_json)
		json_begin_array(&out.json, NULL);
	for (size_t i = 0; i < report->recipients_n; i++)
		put_recipient(&out, &report->recipients[i], &trials[i], asked);
	if (out.is_json)
		json_end_array(&out.json);
	if (!report->recipients_n)
		cli_say(cli, "this is no report of a failure or delay: %s",
			kind_names[report->kind]);
	report_free(report);
	return rules_out_end(&out, NIXIE_DONE);
}
