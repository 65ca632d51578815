/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verdict in plain words: whose words count is triage/voices' to say, what stands in them
 * triage/fill's. The texts themselves are in data/.
 */
#include "triage/explain.h"

#include "base/address.h"
#include "base/clock.h"
#include "rules/status.h"
#include "rules/wordbook.h"
#include "triage/fill.h"
#include "triage/voices.h"

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

/* What stands before the actor `i`. */
static const char *joint(const struct knowledge *knowledge, const struct actors *who, unsigned i)
{
	if (i == 1)
		return sentence(knowledge,
			who->who[0] == ACTOR_NOBODY ? SENTENCE_IF_IT_LASTS : SENTENCE_THEN);
	return i + 1 == who->count ? sentence(knowledge, SENTENCE_OR) : ",";
}

/* A word stands off from the one before it, a comma does not. */
static void add_joint(GString *out, const char *joint)
{
	if (!g_ascii_ispunct(*joint))
		g_string_append_c(out, ' ');
	g_string_append(out, joint);
	g_string_append_c(out, ' ');
}

char *actors_words(const struct knowledge *knowledge, const struct actors *who)
{
	GString *out = g_string_new(NULL);
	for (unsigned i = 0; i < who->count; i++) {
		if (i)
			add_joint(out, joint(knowledge, who, i));
		g_string_append(out, word(knowledge, WORDS_ACTOR, who->who[i]));
	}
	return g_string_free(out, FALSE);
}

/* Takes a copy into the arena. */
static const char *keep(struct explanation *explanation, char *copy)
{
	const char *kept = arena_str(explanation->arena, copy);
	g_free(copy);
	return kept;
}

static const char *who_words(struct explanation *explanation, const struct knowledge *knowledge,
	const struct actors *who)
{
	return who->count == 1 ? word(knowledge, WORDS_ACTOR, who->who[0])
			       : keep(explanation, actors_words(knowledge, who));
}

/* --- steps, and when to send again */

#define STEPS_FEW 8

static void add_step(struct explanation *explanation, const char *text)
{
	struct strings *next = &explanation->next;
	if (next->n % STEPS_FEW == 0) {
		const char **more =
			arena_alloc(explanation->arena, (next->n + STEPS_FEW) * sizeof *more);
		if (next->n)
			memcpy(more, next->v, next->n * sizeof *more);
		next->v = more;
	}
	next->v[next->n++] = text;
}

static void add_steps(
	struct explanation *explanation, const struct advice *advice, const struct fill *with)
{
	for (guint step = 0; advice->next && step < advice->next->len; step++) {
		const char *text =
			fill_text_in(explanation->arena, advice->next->pdata[step], with);
		if (*text) /* else all of it rested on an unknown fact */
			add_step(explanation, text);
	}
}

static void put_steps(
	struct explanation *explanation, const struct voices *voices, const struct fill *with)
{
	for (unsigned i = 0; i < voices->n; i++)
		if (voices->of[i]->next && voices->of[i]->next->len) {
			add_steps(explanation, voices->of[i], with);
			return;
		}
}

/* When to send again; a time that the server named beats ours. */
static void put_retry(
	struct explanation *explanation, const struct voices *voices, const struct fill *with)
{
	const struct advice *advice = NULL;
	const char *words = VOICES_TEXT(voices, retry_text);
	for (unsigned i = 0; !advice && i < voices->n; i++)
		if (voices->of[i]->retry >= 0)
			advice = voices->of[i];
	explanation->retry = advice ? advice->retry : RETRY_AFTER_FIX;
	explanation->retry_seconds = advice ? advice->retry_seconds : -1;
	/* Retries that have ended took longer than that. */
	if (explanation->retry == RETRY_AFTER && with->recipient->retry_after > 0 &&
		with->recipient->finality != FINALITY_GAVE_UP) {
		explanation->retry_seconds = with->recipient->retry_after;
		words = sentence(with->knowledge, SENTENCE_WAIT_NAMED);
	}
	explanation->retry_words = fill_text_in(explanation->arena, words, with);
}

/* --- the whole */

static void add_sentence(GString *out, const char *sentence)
{
	if (out->len)
		g_string_append_c(out, ' ');
	g_string_append(out, sentence);
}

/* The row that tells what the code of a recipient usually means; NULL when none does. */
static const struct code *code_of(const struct fill *with)
{
	const struct recipient *recipient = with->recipient;
	struct status status = {.v = {0}};
	const struct provider *provider =
		provider_find(with->knowledge, span_of(recipient->remote_mta),
			span_of(with->report->reporting_mta), span_of(recipient->diagnostic));
	int reply = recipient->reply ? (int)g_ascii_strtoll(recipient->reply, NULL, 10) : 0;
	if (recipient->status)
		status_parse(span_of(recipient->status), &status);
	return code_lookup(with->knowledge, status.v, reply, provider);
}

/* The registry's word for what `code` means, where it means the same there. */
static const struct code *in_registry(const struct knowledge *knowledge, const struct code *code)
{
	size_t n;
	const struct code *const *codes = knowledge_codes(knowledge, &n);
	for (size_t i = 0; code && i < n; i++)
		if (strcmp(codes[i]->scope, "rfc") == 0 && !codes[i]->phrase &&
			codes[i]->category == code->category &&
			memcmp(codes[i]->status, code->status, sizeof code->status) == 0)
			return codes[i];
	return code;
}

/* NULL: nothing contradicts the verdict. */
static const char *conflict_words(const struct fill *with, struct arena *arena)
{
	struct fill registry = *with;
	static const enum sentence sentences[CONFLICT_COUNT] = {
		[CONFLICT_CODES] = SENTENCE_CONFLICT_CODES,
		[CONFLICT_CLASS] = SENTENCE_CONFLICT_CLASS,
		[CONFLICT_WORDS] = SENTENCE_CONFLICT_WORDS,
	};
	int conflict = with->recipient->conflict;
	if (conflict == CONFLICT_NONE)
		return NULL;
	registry.code = in_registry(with->knowledge, code_of(with));
	return fill_text_in(arena, sentence(with->knowledge, sentences[conflict]), &registry);
}

/* Is it said what went wrong? NULL: of nobody. */
static bool is_verdict(const struct recipient *recipient)
{
	return recipient && (recipient->kind == KIND_FAILURE || recipient->kind == KIND_DELAY);
}

static char *warning_for(const struct knowledge *knowledge, const struct report *report,
	const struct context *context)
{
	if (!report->suspicious && context->origin != ORIGIN_FORGED &&
		context->trust != TRUST_CONTRADICTED)
		return NULL;
	GString *out = g_string_new(NULL);
	if (report->suspicious)
		add_sentence(out, sentence(knowledge, SENTENCE_DRESSED_UP));
	if (context->origin == ORIGIN_FORGED)
		add_sentence(out, sentence(knowledge, SENTENCE_FORGED));
	if (context->trust == TRUST_CONTRADICTED)
		add_sentence(out, sentence(knowledge, SENTENCE_CONTRADICTED));
	return g_string_free(out, FALSE);
}

char *confidence_words(const struct knowledge *knowledge, const struct recipient *recipient)
{
	if (!is_verdict(recipient))
		return g_strdup("");
	bool by_code = recipient->rule && g_str_has_prefix(recipient->rule, "code:");
	return words_colon(knowledge, word(knowledge, WORDS_CONFIDENCE, recipient->confidence),
		by_code ? sentence(knowledge, SENTENCE_CODE_DECIDES)
			: word(knowledge, WORDS_CONFIDENCE_WHY, recipient->confidence));
}

/* --- what is told beside it */

static bool fails_behind_forwarding(const struct fill *with, const struct context *context)
{
	(void)context;
	return recipient_is_forwarded(with->recipient) && !recipient_is_dead_end(with->recipient);
}

static bool is_list_post(const struct fill *with, const struct context *context)
{
	(void)context;
	return with->report->original.list_id != NULL;
}

/* H14: the returned message was a report itself: it has the null sender, or a daemon wrote it. */
static bool is_postmaster_copy(const struct fill *with, const struct context *context)
{
	const char *path = with->report->original.return_path;
	(void)context;
	const char *from = with->report->original.from;
	if (path && !*path)
		return true;
	/* Whoever has no such word is not asked for an address. */
	return from && span_find_nocase(span_of(from), "mailer-daemon") &&
	       span_equal_nocase(address_local(address_find(span_of(from))), "mailer-daemon");
}

/* The context has put our own admin in the place of theirs. */
static bool is_unread(const struct fill *with, const struct context *context)
{
	(void)context;
	return mailbox_is_unread(with->knowledge, with->recipient->address);
}

static bool is_own_side(const struct fill *with, const struct context *context)
{
	return actors_have(&with->recipient->who, ACTOR_RECIPIENT_ADMIN) &&
	       actors_have(&context->who, ACTOR_SENDER_ADMIN) &&
	       !actors_have(&context->who, ACTOR_RECIPIENT_ADMIN);
}

static const char *sentences(struct arena *arena, const char *first, const char *second)
{
	return *first ? arena_printf(arena, "%s %s", first, second) : second;
}

/* Sentences beside the explanation, and steps before the others. */
static void put_remarks(
	struct explanation *explanation, const struct fill *with, const struct context *context)
{
	struct arena *arena = explanation->arena;
	static const struct {
		bool (*holds)(const struct fill *with, const struct context *context);
		enum situation situation;
		bool before; /* the explanation */
	} remarks[] = {
		{fails_behind_forwarding, SITUATION_FORWARDED_NOTE, true},
		{is_list_post, SITUATION_LIST_POST, false},
		{is_postmaster_copy, SITUATION_POSTMASTER, false},
		{is_own_side, SITUATION_OWN_SIDE, false},
		{is_unread, SITUATION_UNREAD, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(remarks); i++) {
		if (!remarks[i].holds(with, context))
			continue;
		const struct advice *advice = advice_for(with->knowledge, remarks[i].situation);
		const char *sentence = fill_text_in(arena, advice->explanation, with);
		explanation->text = remarks[i].before
					    ? sentences(arena, sentence, explanation->text)
					    : sentences(arena, explanation->text, sentence);
		add_steps(explanation, advice, with);
	}
}

/* Never more than a proposal: what to do first is to look. */
static void put_suggestion(struct explanation *explanation, const struct knowledge *knowledge,
	const struct context *context)
{
	if (context->suggestion)
		add_step(explanation,
			keep(explanation,
				words_colon(knowledge, sentence(knowledge, SENTENCE_DID_YOU_MEAN),
					context->suggestion)));
}

static void explain_kind(
	struct explanation *explanation, const struct knowledge *knowledge, int kind)
{
	explanation->title = word(knowledge, WORDS_KIND_TITLE, kind);
	explanation->text = word(knowledge, WORDS_KIND_TEXT, kind);
	explanation->who_words = word(knowledge, WORDS_ACTOR, ACTOR_NOBODY);
	explanation->retry = RETRY_NEVER;
	explanation->retry_seconds = -1;
	explanation->retry_words = sentence(knowledge, SENTENCE_NOTHING_TO_SEND);
	explanation->type_words = severity_words(knowledge, kind, TYPE_UNDETERMINED);
}

/* "Gave up" is not yet true of a delay. */
static const char *title_of(const struct fill *with, const struct voices *voices)
{
	const struct category *category =
		with->recipient->category
			? category_by_id(with->knowledge, with->recipient->category)
			: NULL;
	if (with->recipient->kind == KIND_DELAY && category && category->vague &&
		category->finality == FINALITY_GAVE_UP)
		return sentence(with->knowledge, SENTENCE_DELAYED);
	return VOICES_TEXT(voices, title);
}

/* Who acts in this situation, where that is not told by the cause alone. */
static const struct actors *who_acts(
	const struct fill *with, const struct voices *cause, const struct context *context)
{
	const struct recipient *recipient = with->recipient;
	const struct actors *who = NULL;
	enum situation situation = SITUATION_COUNT;
	if (context->origin == ORIGIN_FORGED)
		return &context->who;
	if (recipient->kind == KIND_DELAY)
		situation = voices_ask_us_to_mend(cause, recipient) ? SITUATION_DELAY_OURS
			    : recipient_is_delay_over(with->report, recipient)
				    ? SITUATION_DELAY_OVER
				    : SITUATION_DELAY;
	else if (recipient_is_dead_end(recipient))
		situation = SITUATION_FORWARDED;
	else if (recipient_is_reply_alone(recipient))
		situation = SITUATION_REPLY_ALONE;
	if (situation < SITUATION_COUNT)
		who = &advice_for(with->knowledge, situation)->who;
	return who && who->count ? who : &context->who;
}

/* How bad it is, as narrow as the case allows. */
static int severity_of(
	const struct fill *with, const struct voices *voices, const struct context *context)
{
	const struct recipient *recipient = with->recipient;
	const struct category *category = recipient_told_category(with->knowledge, recipient);
	int retry = -1;
	for (unsigned i = 0; retry < 0 && i < voices->n; i++)
		retry = voices->of[i]->retry;
	if (recipient->kind == KIND_DELAY)
		return recipient_is_delay_over(with->report, recipient) ? SEVERITY_OVER
									: SEVERITY_WAIT;
	if (context->type != recipient->type) /* type-from=smtp has the other sense of hard */
		return context->type;
	if (context->type == TYPE_HARD && category && category->suppress == SUPPRESS_DEAD)
		return SEVERITY_DEAD;
	if (context->type != TYPE_SOFT)
		return context->type;
	if (recipient_is_reply_alone(recipient))
		return SEVERITY_UNSURE;
	if (retry == RETRY_AFTER_FIX ||
		(recipient->who.count && recipient->who.who[0] == ACTOR_SENDER_ADMIN))
		return SEVERITY_CHANGE;
	return retry == RETRY_NEVER ? TYPE_SOFT : SEVERITY_PASSES;
}

/* The sender's mail admin comes first, by a code or a rule that brings no steps of its own. */
static bool is_admin_first(const struct voices *voices, const struct recipient *recipient)
{
	const struct advice *steps = NULL;
	for (unsigned i = 0; !steps && i < voices->n; i++)
		if (voices->of[i]->next && voices->of[i]->next->len)
			steps = voices->of[i];
	return recipient->kind == KIND_FAILURE && recipient->who.count &&
	       recipient->who.who[0] == ACTOR_SENDER_ADMIN && steps &&
	       steps == voices->of[voices->n - 1] && steps->who.count &&
	       steps->who.who[0] != ACTOR_SENDER_ADMIN;
}

/* Steps before or behind those of the case. */
static void put_step_of(struct explanation *explanation, const struct fill *with, bool holds,
	enum situation situation)
{
	if (holds)
		add_steps(explanation, advice_for(with->knowledge, situation), with);
}

struct explanation *explain(const struct knowledge *knowledge, const struct rule_set *rules,
	const struct report *report, const struct recipient *recipient,
	const struct context *context)
{
	struct arena *arena = arena_new_brief();
	struct explanation *explanation = arena_make(arena, struct explanation);
	explanation->arena = arena;
	explanation->warning = keep(explanation, warning_for(knowledge, report, context));
	if (!is_verdict(recipient)) {
		explain_kind(explanation, knowledge, recipient ? recipient->kind : report->kind);
		return explanation;
	}
	struct fill with = {
		knowledge, report, recipient, .pass_on = context->pass_on, .brief = true};
	struct voices cause = voices_of_cause(knowledge, rules, recipient);
	struct voices voices = voices_for(knowledge, &cause, report, recipient, context);
	bool forged = context->origin == ORIGIN_FORGED;
	with.cause = fill_text_in(arena, VOICES_TEXT(&cause, delay), &with);
	if (recipient_is_reply_alone(recipient))
		with.code = code_of(&with);
	explanation->text = fill_text_in(arena, VOICES_TEXT(&voices, explanation), &with);
	explanation->title = title_of(&with, &voices);
	explanation->type_words =
		word(knowledge, WORDS_SEVERITY, severity_of(&with, &voices, context));
	explanation->who_words =
		who_words(explanation, knowledge, who_acts(&with, &cause, context));
	explanation->conflict = conflict_words(&with, arena);
	put_suggestion(explanation, knowledge, context);
	if (recipient->kind == KIND_FAILURE && !forged)
		put_remarks(explanation, &with, context);
	put_step_of(explanation, &with, !forged && voices_ask_us_to_mend(&cause, recipient),
		SITUATION_DELAY_OURS);
	put_step_of(explanation, &with, !forged && is_admin_first(&voices, recipient),
		SITUATION_ADMIN_FIRST);
	put_steps(explanation, &voices, &with);
	put_step_of(explanation, &with, !forged && recipient_is_unanswered(knowledge, recipient),
		SITUATION_DELAY_UNANSWERED);
	put_retry(explanation, &voices, &with);
	return explanation;
}

void explanation_free(struct explanation *explanation)
{
	if (explanation)
		arena_free(explanation->arena);
}
