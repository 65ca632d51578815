/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nixie rules test: which rule decides a report or a line of text, by which words, what the next
 * would have been and why each lost, and what the codes alone would say.
 */
#include <unistd.h>

#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/oneshot.h"
#include "cli/rules.h"

#include "rules/ruletrial.h"
#include "rules/status.h"
#include <inttypes.h>

#define NEXT_SHOWN 12
#define QUOTE_MAX 200 /* bytes of a text that are shown to people */

static bool is_decided(const struct trial *trial)
{
	return trial->rules_n && trial->rules[0].outcome == RULE_DECIDES;
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
	return rule->file ? g_strdup_printf(_("[%s] %s, priority %d, %s:%d"), rule->id,
				    rule->category->id, rule->priority, rule->file, rule->line)
			  : g_strdup_printf(_("[%s] %s, priority %d, a row of codes.tsv"), rule->id,
				    rule->category->id, rule->priority);
}

static char *quote(struct span text)
{
	return text.n > QUOTE_MAX ? g_strdup_printf("%.*s ...", QUOTE_MAX, text.p) : span_dup(text);
}

static char *quote_in_marks(struct span text)
{
	g_autofree char *words = quote(text);

	return text_quoted(span_of(words));
}

/* What the rules are told beside the text. */
static void put_told(struct rules_out *out, const struct trial *trial)
{
	char buf[STATUS_TEXT];
	const char *status = trial->status[0] ? status_text(trial->status, buf) : NULL;
	const char *phase = trial->phase > PHASE_NONE ? phase_names[trial->phase] : NULL;
	g_autofree char *reply = trial->reply ? g_strdup_printf("%d", trial->reply) : NULL;

	rules_out_text(out, _("  told      reply %s, code %s, phase %s, provider %s%s\n"),
		reply ? reply : _("none"), status ? status : _("none"),
		phase ? phase : _("not known"), trial->provider ? trial->provider : _("not known"),
		trial->outgoing ? _(", mail on its way out") : "");
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
		g_autofree char *words = quote_in_marks(span_of(e->text));

		rules_out_text(out,
			*e->part ? _("  evidence  %1$s (%2$s, part %3$s, bytes %4$" PRIu64
				     " to %5$" PRIu64 ")\n")
				 : _("  evidence  %1$s (%2$s%3$s, bytes %4$" PRIu64 " to %5$" PRIu64
				     ")\n"),
			words, e->field, e->part, e->raw_at, e->raw_at + e->raw_n);
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

static void put_loser(struct rules_out *out, const struct tried_rule *tried, bool first)
{
	const struct rule *lost = rule_set_find(out->cli->rules, tried->rule);
	g_autofree char *rule = lost ? rule_words(lost) : g_strdup(tried->rule);
	g_autofree char *words = text_quoted(span_of(tried->words));

	/* TRANSLATORS: the label is padded to 10 cells. */
	g_autofree char *label = text_padded(first ? _("next") : "", 10);

	rules_out_text(out, _("  %s%s: %s; it matches %s\n"), label, rule, tried->why, words);
	if (!out->is_json)
		return;
	json_begin_object(&out->json, NULL);
	if (lost)
		put_rule(out, lost);
	json_string(&out->json, "lost", rule_outcome_names[tried->outcome]);
	json_string(&out->json, "why", tried->why);
	json_string(&out->json, "text", tried->words);
	json_end_object(&out->json);
}

static void put_losers(struct rules_out *out, const struct trial *trial)
{
	size_t from = is_decided(trial), n = trial->rules_n;

	if (out->is_json)
		json_begin_array(&out->json, "next");
	for (size_t i = from; i < n && (out->is_json || i < from + NEXT_SHOWN); i++)
		put_loser(out, &trial->rules[i], i == from);
	if (n > from + NEXT_SHOWN)
		rules_out_text(out, _("            and %zu more\n"), n - from - NEXT_SHOWN);
	if (out->is_json)
		json_end_array(&out->json);
}

static void put_code(struct rules_out *out, const struct trial *trial)
{
	if (trial->code)
		rules_out_text(out, _("  else      %s (%s) would say %s\n"), trial->code,
			trial->code_scope, trial->code_category);
	else
		rules_out_text(out, _("  else      no code decides; it would be %s\n"),
			trial->code_category);
	if (!out->is_json)
		return;
	json_begin_object(&out->json, "without_rules");
	json_string(&out->json, "rule", trial->code);
	json_string(&out->json, "scope", trial->code_scope);
	json_string(&out->json, "category", trial->code_category);
	json_end_object(&out->json);
}

static void put_asked(struct rules_out *out, const struct trial *trial, const struct rule *rule)
{
	g_autofree char *words = rule_words(rule);

	rules_out_text(out, _("  asked     %s: %s\n"), words, trial->asked.why);
	if (!out->is_json)
		return;
	json_begin_object(&out->json, "asked");
	put_rule(out, rule);
	json_string(&out->json, "outcome", rule_outcome_names[trial->asked.outcome]);
	json_string(&out->json, "why", trial->asked.why);
	json_end_object(&out->json);
}

/* --- a recipient */

static void put_decision(struct rules_out *out, const struct recipient *recipient,
	const struct rule *rule, const struct trial *trial)
{
	const struct tried_text *tried =
		trial->contested >= 0 ? &trial->texts[trial->contested] : NULL;
	g_autofree char *words = rule ? rule_words(rule) : NULL;
	g_autofree char *text = tried ? quote(span_of(tried->text)) : NULL;

	rules_out_text(out, _("%s: %s\n  decides   %s\n"),
		recipient->address ? recipient->address : _("(no recipient)"), recipient->category,
		words             ? words
		: recipient->rule ? recipient->rule
				  : _("nothing"));
	if (text)
		rules_out_text(out, _("  text      %s\n"), text);
	if (!out->is_json)
		return;
	json_string(&out->json, "address", recipient->address);
	json_string(&out->json, "category", recipient->category);
	json_string(&out->json, "rule", recipient->rule);
	json_string(&out->json, "file", rule ? rule->file : NULL);
	if (rule)
		json_int(&out->json, "line", rule->line);
	json_string(&out->json, "field", tried ? tried->field : NULL);
	json_string(&out->json, "text", tried ? tried->text : NULL);
}

static void put_recipient(struct rules_out *out, const struct recipient *recipient,
	const struct trial *trial, const struct rule *asked)
{
	const struct rule *rule =
		recipient->rule ? rule_set_find(out->cli->rules, recipient->rule) : NULL;

	if (out->is_json)
		json_begin_object(&out->json, NULL);
	put_decision(out, recipient, rule, trial);
	put_told(out, trial);
	put_evidence(out, recipient);
	put_losers(out, trial);
	put_code(out, trial);
	if (asked && trial->asked.rule)
		put_asked(out, trial, asked);
	if (!rule)
		rules_out_text(out,
			_("  next      `nixie rules correct --as=CATEGORY` writes a rule of your "
			  "own from these words\n"));
	if (out->is_json)
		json_end_object(&out->json);
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
		_("there is no rule %s; `nixie rules list` names them all"), id);
	return false;
}

static struct report *try_argument(struct cli *cli, const char *argument, const char *asked,
	const struct trial **trials, GError **error)
{
	struct oneshot_input input;
	struct report *report;

	if (!argument || !*argument) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_USAGE,
			_("rules test needs a report file, a line of text in quotes, or `-`"));
		return NULL;
	}
	if (!oneshot_open(argument, &input, error))
		return NULL;
	report = oneshot_trial(cli, &input, asked, trials, error);
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
	int code;

	if (!cli_need_rules(cli, &error) || !find_asked(cli, &asked, &error) ||
		!(report = try_argument(cli, argument, asked ? asked->id : NULL, &trials, &error)))
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
	code = rules_out_end(&out, NIXIE_DONE);
	if (!report->recipients_n && code == NIXIE_DONE)
		cli_say(cli, _("this is no report of a failure or delay: %s"),
			kind_names[report->kind]);
	report_free(report);
	return code;
}
