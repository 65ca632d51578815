/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/verdict.h"

#include "extract/bouncer.h"
#include "extract/coderow.h"
#include "extract/codes.h"
#include "extract/details.h"
#include "extract/display.h"
#include "extract/facts.h"
#include "extract/layout.h"
#include "extract/named.h"
#include "extract/trial.h"
#include "rules/advice.h"
#include "rules/status.h"

#define LABEL_MAX 60 /* bytes of what a report says before a server's reply */

/* What decided, until the recipient is filled. */
struct decision {
	const struct category *category;
	const struct rule *rule;
	const struct code *code;
	const struct statement *where; /* of the rule's words */
	struct rule_match match;
};

/* --- Words that become facts */

static char *span_or_null(struct span s, struct arena *arena)
{
	return s.n ? arena_span(arena, s) : NULL;
}

/* Of text that is not only about this recipient: the paragraph that decided, else the first one. */
static struct span one_paragraph(
	const struct statement *statement, const struct decision *decision, struct reading *reading)
{
	struct span text = statement->passage.text;
	const char *at = text.p;

	if (decision->where == statement)
		at += match_origin(statement_match(statement), decision->match.at);
	return statement_line(reading, layout_paragraph_around(text, at)).text;
}

/* The first thing said directly, else what decided, else what stands nearby, the heading of a list
 * apart. */
static struct span diagnostic_of(const struct statements *statements,
	const struct decision *decision, struct reading *reading)
{
	const struct statement *nearby = NULL;

	for (size_t i = 0; i < statements->n; i++) {
		const struct statement *statement = &statements->list[i];

		if (statement->nearness == SAID_DIRECTLY)
			return statement_text(statement);
		if (statement->nearness == SAID_NEARBY &&
			(statement == decision->where || (!nearby && !statement->heading)))
			nearby = statement;
	}
	if (decision->where && decision->where->nearness == SAID_ELSEWHERE)
		return statement_text(decision->where);
	return nearby ? one_paragraph(nearby, decision, reading) : SPAN_NONE;
}

/* --- The category */

static bool try_rule(const struct reading *reading, const struct statement *statement,
	struct span text, struct rule_subject *subject, struct decision *decision)
{
	subject->text = text;
	if (!rule_match(reading->extractor->rules, subject, &decision->match))
		return false;
	decision->rule = decision->match.rule;
	decision->category = decision->rule->category;
	decision->where = statement;
	return true;
}

/* `Melding van de server: 554 5.7.1 ...`: the label is the report's. What stands behind it. */
static struct span behind_label(const struct knowledge *knowledge, struct span text)
{
	struct reply reply;
	struct span label;

	if (!reply_find(knowledge, text, &reply))
		return text;
	label = span_trim(span_make(text.p, reply.at.p));
	if (label.n < 2 || label.n > LABEL_MAX || label.p[--label.n] != ':')
		return text;
	for (size_t i = 0; i < label.n; i++)
		if (!g_ascii_isalpha(label.p[i]) && label.p[i] != ' ' && !(label.p[i] & 0x80))
			return text;
	return span_make(reply.at.p, text.p + text.n);
}

/* The words of that nearness decide: of the first statement that says something known, its quoted
 * reply first. */
static bool decide_by_words(const struct reading *reading, const struct statements *statements,
	enum nearness nearness, struct rule_subject *subject, struct decision *decision)
{
	const bool told = subject->told;

	for (size_t i = 0; i < statements->n; i++) {
		const struct statement *statement = &statements->list[i];
		struct span text, inner, reply;

		if (statement->nearness != nearness)
			continue;
		text = statement_text(statement);
		inner = reply_innermost(reading->extractor->knowledge, text);
		reply = inner.n == text.n ? behind_label(reading->extractor->knowledge, text)
					  : inner;
		subject->told = told;
		if (reply.n != text.n && try_rule(reading, statement, reply, subject, decision))
			return true;
		/* Around a quoted reply stands what the report says every time. */
		subject->told = told && inner.n == text.n;
		if (try_rule(reading, statement, text, subject, decision))
			return true;
	}
	return false;
}

static void decide_by_code(const struct reading *reading, const struct codes *codes,
	const struct provider *provider, struct decision *decision)
{
	const struct format *format = reading->format;
	bool specific = codes->status[0] && !status_is_vague(codes->status);

	if (!specific && !codes->reply && format && format->category) {
		decision->category =
			category_by_id(reading->extractor->knowledge, format->category);
		return;
	}
	decision->code =
		code_lookup(reading->extractor->knowledge, codes->status, codes->reply, provider);
	if (decision->code && decision->code->category)
		decision->category = decision->code->category;
	else
		decision->code = NULL;
}

/* Words that give no reason are as vague as x.0.0: a code that gives one decides in their place. */
static void decide_instead(const struct reading *reading, const struct codes *codes,
	const struct provider *provider, struct decision *decision)
{
	struct decision by_code = {.category = decision->category};

	decide_by_code(reading, codes, provider, &by_code);
	if (by_code.code && by_code.code->confidence < CONFIDENCE_LOW)
		*decision = by_code;
}

/*
 * Words said of the recipient beat codes. Words further away, which may be boilerplate, count only
 * where nothing with a code was said, and a specific code beats the subject.
 */
static void decide(const struct reading *reading, const struct statements *statements,
	const struct codes *codes, struct rule_subject *subject, struct decision *decision)
{
	bool specific = codes->status[0] && !status_is_vague(codes->status);

	subject->told = true;
	if (decide_by_words(reading, statements, SAID_DIRECTLY, subject, decision)) {
		if (specific && decision->rule->vague)
			decide_instead(reading, codes, subject->provider, decision);
		return;
	}
	subject->told = !specific;
	if (!codes->direct && decide_by_words(reading, statements, SAID_NEARBY, subject, decision))
		return;
	subject->told = false;
	if (!specific && !codes->reply &&
		decide_by_words(reading, statements, SAID_ELSEWHERE, subject, decision))
		return;
	decide_by_code(reading, codes, subject->provider, decision);
}

/*
 * An internal address of Exchange is a finding itself: where its own rule means the same category,
 * that rule's steps are the better ones (H12).
 */
static void refine_by_address(
	const struct reading *reading, const struct found *found, struct decision *decision)
{
	struct rule_subject subject = {.text = found->fields ? dsn_typed(found->fields->final, NULL)
							     : span_of(found->address)};
	struct rule_match match;

	if (rule_match(reading->extractor->rules, &subject, &match) &&
		match.rule->category == decision->category)
		decision->rule = match.rule;
}

static const struct provider *find_provider(const struct reading *reading,
	const struct recipient *recipient, const struct statements *statements)
{
	struct span text = statements->n && statements->list[0].nearness == SAID_DIRECTLY
				   ? statement_text(&statements->list[0])
				   : SPAN_NONE;

	return provider_find(reading->extractor->knowledge, span_of(recipient->remote_mta),
		span_of(reading->report->reporting_mta), text);
}

/* --- What follows from the category */

static const struct advice *rule_advice(const struct decision *decision)
{
	return decision->rule ? &decision->rule->advice : NULL;
}

/* A 4.x.x code turns a hard category soft, unless the rule for these very words says otherwise. */
static int find_type(const struct decision *decision, const struct codes *codes)
{
	const struct advice *advice = rule_advice(decision);
	int type = decision->category->advice.type;

	if (advice && advice->type >= 0)
		return advice->type;
	if (decision->code && decision->code->type >= 0)
		type = decision->code->type;
	else if (decision->rule && decision->rule->code && decision->rule->code->type >= 0)
		type = decision->rule->code->type;
	return type == TYPE_HARD && codes->class == 4 ? TYPE_SOFT : type;
}

static bool is_expired(const unsigned short v[3])
{
	return v[0] >= 4 && v[1] == 4 && v[2] == 7;
}

/* The code usually means something else than the words that decided (H23). What was not even tried
 * carries the code of an earlier attempt. */
static bool words_contradict_code(const struct reading *reading, const struct decision *decision,
	const struct codes *codes, const struct provider *provider)
{
	const struct code *code;

	if (!decision->rule || decision->rule->code || !codes->status[0] ||
		status_is_vague(codes->status) ||
		decision->category->finality == FINALITY_NOT_ATTEMPTED)
		return false;
	code = code_lookup(reading->extractor->knowledge, codes->status, codes->reply, provider);
	return code && code->status[0] && code->confidence < CONFIDENCE_LOW && code->category &&
	       !code->category->vague && code->category != decision->category;
}

static int find_finality(const struct reading *reading, const struct decision *decision,
	const struct codes *codes, int kind, struct span diagnostic)
{
	if (kind == KIND_DELAY)
		return FINALITY_RETRYING;
	if (decision->category->finality == FINALITY_NOT_ATTEMPTED)
		return FINALITY_NOT_ATTEMPTED;
	if (reading->dsn.disposition.n)
		return FINALITY_REFUSED; /* by the recipient's own filter: nobody tries again */
	if (is_expired(codes->field) || is_expired(codes->said) ||
		format_gave_up(reading->extractor->formats, diagnostic))
		return FINALITY_GAVE_UP;
	/* RFC 3463 x.4.x is the way there: whoever reports that with a 5 has stopped trying. */
	if (decision->category->finality == FINALITY_GAVE_UP && codes->status[1] == 4)
		return FINALITY_GAVE_UP;
	if (codes->class)
		return codes->class == 4 ? FINALITY_GAVE_UP : FINALITY_REFUSED;
	return decision->category->finality;
}

/* A final report of a cause that passes by itself: nobody tries again any more (H4). A pasted reply
 * is no report. */
static bool retries_ended(const struct reading *reading, const struct decision *decision,
	const struct recipient *recipient)
{
	const struct advice *advice = rule_advice(decision);
	int retry = advice && advice->retry >= 0 ? advice->retry : decision->category->advice.retry;

	return retry == RETRY_AUTOMATIC && recipient->kind == KIND_FAILURE && reading->mail->root;
}

static void find_actors(
	const struct reading *reading, const struct decision *decision, struct recipient *recipient)
{
	const struct knowledge *knowledge = reading->extractor->knowledge;
	const struct advice *advice = rule_advice(decision);

	recipient->who = decision->category->advice.who;
	if (decision->code && decision->code->who.count)
		recipient->who = decision->code->who;
	if (decision->rule && decision->rule->code && decision->rule->code->who.count)
		recipient->who = decision->rule->code->who;
	if (advice && advice->who.count)
		recipient->who = advice->who;
	if (recipient->kind == KIND_DELAY)
		recipient->who = advice_for(knowledge, SITUATION_DELAY)->who;
	else if (retries_ended(reading, decision, recipient))
		recipient->who = advice_for(knowledge, SITUATION_RETRIES_ENDED)->who;
	else if (recipient->original_address)
		actors_add(&recipient->who,
			ACTOR_RECIPIENT); /* H8: its owner has to mend the forwarding */
}

static int find_confidence(const struct reading *reading, const struct decision *decision,
	const struct found *found, const struct codes *codes)
{
	int confidence = CONFIDENCE_NONE;

	if (decision->rule)
		confidence = decision->rule->confidence;
	else if (decision->category != reading->extractor->unclassified && !decision->code)
		confidence = CONFIDENCE_LOW; /* what reports of this family mean */
	else if (decision->code)
		confidence = MAX(decision->code->confidence,
			codes->status[0] && !status_is_vague(codes->status) ? CONFIDENCE_MEDIUM
									    : CONFIDENCE_LOW);
	if (decision->where && decision->where->nearness != SAID_DIRECTLY)
		confidence = MAX(confidence, CONFIDENCE_MEDIUM);
	/* An unknown layout: perhaps these words are about something else. What somebody pasted is
	 * all there is. */
	if (!reading->format && !found->fields && reading->mail->root)
		confidence = MAX(confidence, CONFIDENCE_LOW);
	return confidence;
}

static const char *code_rule(
	const struct code *code, const struct codes *codes, struct arena *arena)
{
	char buf[STATUS_TEXT];

	if (code->status[0])
		return arena_printf(arena, "code:%s", status_text(codes->status, buf));
	return arena_printf(arena, "code:%d", codes->reply);
}

static void note_rule(const struct decision *decision, const struct codes *codes,
	struct recipient *recipient, struct arena *arena)
{
	if (decision->rule)
		recipient->rule = arena_str(arena, decision->rule->id);
	else if (decision->code)
		recipient->rule = code_rule(decision->code, codes, arena);
}

/* What the rules were told, for those who ask why. */
static void note_trial(const struct reading *reading, const struct statements *statements,
	const struct codes *codes, const struct rule_subject *subject,
	const struct decision *decision, const struct recipient *recipient)
{
	struct arena *arena = reading->arena;
	struct trial *trial = arena_make(arena, struct trial);
	struct decision by_code = {.category = reading->extractor->unclassified};
	const bool specific = codes->status[0] && !status_is_vague(codes->status);
	const bool counts[] = {[SAID_DIRECTLY] = true,
		[SAID_NEARBY] = !codes->direct,
		[SAID_ELSEWHERE] = !specific && !codes->reply};

	trial->provider = subject->provider ? subject->provider->id : NULL;
	trial->phase = subject->phase;
	trial->reply = subject->reply;
	trial->outgoing = subject->outgoing;
	memcpy(trial->status, subject->status, sizeof trial->status);
	trial->decided = decision->where ? (int)(decision->where - statements->list) : -1;
	for (; trial->texts_n < MIN(statements->n, TRIED_TEXTS_MAX); trial->texts_n++) {
		const struct statement *statement = &statements->list[trial->texts_n];

		trial->texts[trial->texts_n] = (struct tried_text){statement->field,
			arena_span(arena, statement_text(statement)), counts[statement->nearness]};
	}
	decide_by_code(reading, codes, subject->provider, &by_code);
	trial->code_category = by_code.category->id;
	if (by_code.code) {
		trial->code = code_rule(by_code.code, codes, arena);
		trial->code_scope = by_code.code->scope;
	}
	g_hash_table_insert(reading->extractor->trials, (gpointer)recipient, trial);
}

void verdict_make(struct reading *reading, const struct found *found, struct recipient *recipient)
{
	struct arena *arena = reading->arena;
	struct statements statements;
	struct codes codes;
	struct decision decision = {.category = reading->extractor->unclassified};
	struct span diagnostic;
	struct rule_subject subject;
	const struct provider *provider;

	statements_of(&statements, reading, found);
	for (size_t i = 0; i < statements.n; i++)
		reading->said_cut |= statements.list[i].nearness == SAID_DIRECTLY &&
				     statement_match(&statements.list[i])->cut;
	codes_find(&codes, &statements, reading, found, recipient);
	details_take(reading, found, &statements, recipient);

	provider = find_provider(reading, recipient, &statements);
	subject = (struct rule_subject){.provider = provider,
		.phase = recipient->phase,
		.reply = codes.reply,
		.outgoing = bouncer_is_outgoing(reading, found->address)};
	memcpy(subject.status, codes.status, sizeof subject.status);
	decide(reading, &statements, &codes, &subject, &decision);
	if (reading->extractor->trials)
		note_trial(reading, &statements, &codes, &subject, &decision, recipient);
	if (decision.rule)
		statement_evidence(decision.where,
			(struct span){subject.text.p + decision.match.at, decision.match.n}, NULL,
			reading, recipient);

	diagnostic = diagnostic_of(&statements, &decision, reading);
	recipient->diagnostic = span_or_null(diagnostic, arena);
	recipient->links = facts_links(diagnostic, arena);
	named_take(reading, decision.category, &decision.match,
		decision.where ? statement_text(decision.where) : diagnostic, recipient);
	recipient->display =
		display_of(found->fields ? found->fields->final : span_of(found->address), arena);
	if (recipient->display)
		refine_by_address(reading, found, &decision);
	recipient->category = arena_str(arena, decision.category->id);
	recipient->type = find_type(&decision, &codes);
	recipient->finality =
		find_finality(reading, &decision, &codes, recipient->kind, diagnostic);
	recipient->confidence = find_confidence(reading, &decision, found, &codes);
	if (!recipient->conflict && words_contradict_code(reading, &decision, &codes, provider))
		recipient->conflict = CONFLICT_WORDS;
	find_actors(reading, &decision, recipient);
	ses_pair_take(&decision.category->advice, rule_advice(&decision), recipient, arena);
	note_rule(&decision, &codes, recipient, arena);
	source_span_evidence(found->source, found->at, "recipient", reading, recipient);
	if (found->fields)
		source_span_evidence(
			found->fields->source, found->fields->action, "action", reading, recipient);
}
