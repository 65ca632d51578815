/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verdict in plain words. Whose words count, first one first: forged mail, delay notice, the
 * rule that decided, its category (categories.md rules 5, 7 and 8). The texts themselves are in
 * data/.
 */
#include "triage/explain.h"

#include "base/address.h"
#include "rules/wordbook.h"

#define FACT_MAX 320 /* bytes of a fact in running text: the longest mail address */

static const char *const severity_table[TYPE_COUNT] = {
	[TYPE_HARD] = "HARD",
	[TYPE_SOFT] = "SOFT",
	[TYPE_UNDETERMINED] = "????",
};

const char *severity_word(int kind, int type)
{
	if (kind == KIND_DELAY)
		return "WAIT";
	return kind == KIND_FAILURE ? severity_table[type] : "NONE";
}

const char *severity_words(const struct knowledge *knowledge, int kind, int type)
{
	int severity = kind == KIND_DELAY     ? SEVERITY_WAIT
		       : kind == KIND_FAILURE ? type
					      : SEVERITY_NONE;
	return word(knowledge, WORDS_SEVERITY, severity);
}

char *actors_words(const struct knowledge *knowledge, const struct actors *who)
{
	GString *out = g_string_new(NULL);
	for (unsigned i = 0; i < who->count; i++) {
		if (i)
			g_string_append_printf(
				out, "%s ", i == 1 ? sentence(knowledge, SENTENCE_THEN) : ",");
		g_string_append(out, word(knowledge, WORDS_ACTOR, who->who[i]));
	}
	return g_string_free(out, FALSE);
}

/* --- the facts that a text may name */

/* "2026-07-28T06:56:01+09:00" as "2026-07-28 06:56"; anything else as it stands. */
static char *readable_date(const char *date)
{
	if (strlen(date) >= 19 && date[4] == '-' && date[10] == 'T')
		return g_strdup_printf("%.10s %.5s", date, date + 11);
	return g_strdup(date);
}

#define TEXT_OF(field) offsetof(struct recipient, field)
static const struct {
	const char *name;
	size_t offset;
	bool is_date;
} recipient_facts[] = {
	{"address", TEXT_OF(address)},
	{"original_address", TEXT_OF(original_address)},
	{"display", TEXT_OF(display)},
	{"remote_mta", TEXT_OF(remote_mta)},
	{"sending_ip", TEXT_OF(sending_ip)},
	{"list", TEXT_OF(list)},
	{"limit", TEXT_OF(limit)},
	{"until", TEXT_OF(will_retry_until), true},
};

static char *recipient_fact(struct span name, const struct recipient *recipient)
{
	if (span_equal_nocase(name, "domain")) {
		struct span domain = address_domain(span_of(recipient->address));
		return domain.n ? g_strndup(domain.p, MIN(domain.n, FACT_MAX)) : NULL;
	}
	if (span_equal_nocase(name, "link"))
		return recipient->links.n ? g_strndup(recipient->links.v[0], FACT_MAX) : NULL;
	if (span_equal_nocase(name, "seconds") && recipient->retry_after >= 0)
		return g_strdup_printf("%" G_GINT64_FORMAT, recipient->retry_after);
	for (size_t i = 0; i < G_N_ELEMENTS(recipient_facts); i++) {
		if (!span_equal_nocase(name, recipient_facts[i].name))
			continue;
		const char *value =
			G_STRUCT_MEMBER(const char *, recipient, recipient_facts[i].offset);
		if (!value || !*value)
			return NULL;
		return recipient_facts[i].is_date ? readable_date(value)
						  : g_strndup(value, FACT_MAX);
	}
	return NULL;
}

/* NULL: unknown. g_free. */
static char *fact(struct span name, const struct report *report, const struct recipient *recipient)
{
	if (span_equal_nocase(name, "reporting_mta"))
		return report->reporting_mta ? g_strndup(report->reporting_mta, FACT_MAX) : NULL;
	if (span_equal_nocase(name, "date"))
		return report->date ? readable_date(report->date) : NULL;
	return recipient_fact(name, recipient);
}

/* `{name|fallback}` filled in. Texts are ours, but rule files of a user may be broken: an open
 * brace stays as it is. */
static char *fill(
	const char *template, const struct report *report, const struct recipient *recipient)
{
	GString *out = g_string_new(NULL);
	for (const char *at = template; *at;) {
		const char *bar, *end;
		if (*at != '{' || !(end = strchr(at, '}'))) {
			g_string_append_c(out, *at++);
			continue;
		}
		bar = memchr(at, '|', (size_t)(end - at));
		g_autofree char *value =
			fact(span_make(at + 1, bar ? bar : end), report, recipient);
		if (value)
			g_string_append(out, value);
		else if (bar)
			g_string_append_len(out, bar + 1, end - bar - 1);
		at = end + 1;
	}
	return g_string_free(out, FALSE);
}

/* --- whose advice */

/* The advices that count, strongest first. */
struct voices {
	const struct advice *of[5];
	unsigned n;
};

/* What the situation says instead of the category and its rules; NULL when it is an ordinary one.
 */
static const struct advice *situation_advice(const struct knowledge *knowledge,
	const struct voices *voices, const struct recipient *recipient)
{
	const struct advice *category = voices->n ? voices->of[voices->n - 1] : NULL;
	int retry = -1;
	for (unsigned i = 0; retry < 0 && i < voices->n; i++)
		retry = voices->of[i]->retry;
	if (recipient->kind == KIND_DELAY)
		return advice_for(knowledge, SITUATION_DELAY);
	/* extract/verdict takes the actors from there when the retries have ended. */
	if (retry == RETRY_AUTOMATIC && recipient->who.count &&
		recipient->who.who[0] != ACTOR_NOBODY)
		return advice_for(knowledge, SITUATION_RETRIES_ENDED);
	if (retry == RETRY_NEVER && category && category->type == TYPE_HARD &&
		recipient->type == TYPE_SOFT)
		return advice_for(knowledge, SITUATION_TEMPORARY);
	return NULL;
}

static void put_first(struct voices *voices, const struct advice *advice)
{
	if (!advice)
		return;
	memmove(voices->of + 1, voices->of, voices->n * sizeof *voices->of);
	voices->of[0] = advice;
	voices->n++;
}

static struct voices voices_for(const struct knowledge *knowledge, const struct rule_set *rules,
	const struct recipient *recipient, const struct context *context)
{
	struct voices voices = {{NULL}, 0};
	const struct rule *rule = recipient->rule ? rule_set_find(rules, recipient->rule) : NULL;
	const struct category *category = category_by_id(
		knowledge, recipient->category ? recipient->category : "unclassified");

	if (rule)
		voices.of[voices.n++] = &rule->advice;
	if (category)
		voices.of[voices.n++] = &category->advice;
	put_first(&voices, situation_advice(knowledge, &voices, recipient));
	if (context->origin == ORIGIN_FORGED)
		put_first(&voices, advice_for(knowledge, SITUATION_FORGED));
	return voices;
}

/* The text at `offset` of the strongest advice that has one; "" when none has. */
static const char *first_text(const struct voices *voices, size_t offset)
{
	for (unsigned i = 0; i < voices->n; i++) {
		const char *text = G_STRUCT_MEMBER(const char *, voices->of[i], offset);
		if (text)
			return text;
	}
	return "";
}
#define FIRST_TEXT(voices, field) first_text((voices), offsetof(struct advice, field))

static void put_steps(struct explanation *explanation, const struct voices *voices,
	const struct report *report, const struct recipient *recipient)
{
	for (unsigned i = 0; i < voices->n; i++) {
		const GPtrArray *next = voices->of[i]->next;
		if (!next || next->len == 0)
			continue;
		for (guint step = 0; step < next->len; step++)
			g_ptr_array_add(
				explanation->next, fill(next->pdata[step], report, recipient));
		return;
	}
}

/* When to send again; a time that the server named beats ours. */
static void put_retry(struct explanation *explanation, const struct voices *voices,
	const struct recipient *recipient)
{
	const struct advice *advice = NULL;
	for (unsigned i = 0; !advice && i < voices->n; i++)
		if (voices->of[i]->retry >= 0)
			advice = voices->of[i];
	explanation->retry = advice ? advice->retry : RETRY_AFTER_FIX;
	explanation->retry_seconds = advice ? advice->retry_seconds : -1;
	explanation->retry_words = g_strdup(FIRST_TEXT(voices, retry_text));
	if (explanation->retry == RETRY_AFTER && recipient->retry_after >= 0)
		explanation->retry_seconds = recipient->retry_after;
}

/* --- the whole */

static void add_sentence(GString *out, const char *sentence)
{
	if (out->len)
		g_string_append_c(out, ' ');
	g_string_append(out, sentence);
}

static char *warning_for(const struct knowledge *knowledge, const struct report *report,
	const struct recipient *recipient, const struct context *context)
{
	GString *out = g_string_new(NULL);
	if (report->suspicious)
		add_sentence(out, sentence(knowledge, SENTENCE_DRESSED_UP));
	if (context->origin == ORIGIN_FORGED)
		add_sentence(out, sentence(knowledge, SENTENCE_FORGED));
	if (context->trust == TRUST_CONTRADICTED)
		add_sentence(out, sentence(knowledge, SENTENCE_CONTRADICTED));
	if (recipient && recipient->conflict)
		add_sentence(out, recipient->conflict);
	return g_string_free(out, out->len == 0);
}

static char *confidence_words(const struct knowledge *knowledge, const struct recipient *recipient)
{
	bool by_code = recipient->rule && g_str_has_prefix(recipient->rule, "code:");
	return g_strdup_printf("%s: %s", word(knowledge, WORDS_CONFIDENCE, recipient->confidence),
		by_code ? sentence(knowledge, SENTENCE_CODE_DECIDES)
			: word(knowledge, WORDS_CONFIDENCE_WHY, recipient->confidence));
}

/* H8: the address that failed is not the one that was written to. */
static void tell_forwarding(struct explanation *explanation, const struct knowledge *knowledge,
	const struct report *report, const struct recipient *recipient)
{
	if (!recipient->original_address || !recipient->address ||
		address_same(recipient->address, recipient->original_address))
		return;
	g_autofree char *forwarded =
		fill(sentence(knowledge, SENTENCE_FORWARDED), report, recipient);
	char *text = g_strconcat(explanation->text, " ", forwarded, NULL);
	g_free(explanation->text);
	explanation->text = text;
}

static void explain_kind(
	struct explanation *explanation, const struct knowledge *knowledge, int kind)
{
	explanation->title = g_strdup(word(knowledge, WORDS_KIND_TITLE, kind));
	explanation->short_title = g_strdup(kind_names[kind]);
	explanation->text = g_strdup(word(knowledge, WORDS_KIND_TEXT, kind));
	explanation->who_words = g_strdup(word(knowledge, WORDS_ACTOR, ACTOR_NOBODY));
	explanation->retry = RETRY_NEVER;
	explanation->retry_seconds = -1;
	explanation->retry_words = g_strdup(sentence(knowledge, SENTENCE_NOTHING_TO_SEND));
	explanation->confidence_words = g_strdup("");
	explanation->type_words = g_strdup(severity_words(knowledge, kind, TYPE_UNDETERMINED));
}

struct explanation *explain(const struct knowledge *knowledge, const struct rule_set *rules,
	const struct report *report, const struct recipient *recipient,
	const struct context *context)
{
	struct explanation *explanation = g_new0(struct explanation, 1);
	explanation->next = g_ptr_array_new_with_free_func(g_free);
	explanation->warning = warning_for(knowledge, report, recipient, context);
	if (!recipient || (recipient->kind != KIND_FAILURE && recipient->kind != KIND_DELAY)) {
		explain_kind(explanation, knowledge, recipient ? recipient->kind : report->kind);
		return explanation;
	}
	struct voices voices = voices_for(knowledge, rules, recipient, context);
	explanation->title = g_strdup(FIRST_TEXT(&voices, title));
	explanation->short_title = g_strdup(FIRST_TEXT(&voices, short_title));
	explanation->text = fill(FIRST_TEXT(&voices, explanation), report, recipient);
	explanation->type_words =
		g_strdup(severity_words(knowledge, recipient->kind, context->type));
	explanation->who_words = actors_words(knowledge, &context->who);
	explanation->confidence_words = confidence_words(knowledge, recipient);
	put_steps(explanation, &voices, report, recipient);
	put_retry(explanation, &voices, recipient);
	tell_forwarding(explanation, knowledge, report, recipient);
	return explanation;
}

void explanation_free(struct explanation *explanation)
{
	if (!explanation)
		return;
	g_free(explanation->title);
	g_free(explanation->short_title);
	g_free(explanation->type_words);
	g_free(explanation->text);
	g_free(explanation->who_words);
	g_ptr_array_unref(explanation->next);
	g_free(explanation->retry_words);
	g_free(explanation->confidence_words);
	g_free(explanation->warning);
	g_free(explanation);
}
