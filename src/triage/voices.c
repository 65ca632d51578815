/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/voices.h"

#include "base/address.h"
#include "base/clock.h"

#define TRIES_END_AFTER (5 * 86400) /* where the report does not say until when it is tried */

const struct category *recipient_told_category(
	const struct knowledge *knowledge, const struct recipient *recipient)
{
	return category_by_id(
		knowledge, recipient->category ? recipient->category : "unclassified");
}

bool recipient_is_forwarded(const struct recipient *recipient)
{
	return recipient->original_address && recipient->address &&
	       !address_same(recipient->address, recipient->original_address);
}

bool recipient_is_dead_end(const struct recipient *recipient)
{
	return recipient_is_forwarded(recipient) && recipient->type == TYPE_HARD;
}

/* Seconds since 1970; -1 when the text is no time. */
static int64_t time_of(const char *text)
{
	g_autoptr(GDateTime) time = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;
	return time ? g_date_time_to_unix(time) : -1;
}

bool recipient_is_delay_over(const struct report *report, const struct recipient *recipient)
{
	if (recipient->kind != KIND_DELAY)
		return false;
	int64_t end = time_of(recipient->will_retry_until);
	if (end < 0) {
		int64_t told = report->timestamp >= 0 ? report->timestamp : time_of(report->date);
		end = told >= 0 ? told + TRIES_END_AFTER : -1;
	}
	return end >= 0 && end < clock_now();
}

bool actors_have(const struct actors *who, enum actor actor)
{
	for (unsigned i = 0; i < who->count; i++)
		if (who->who[i] == actor)
			return true;
	return false;
}

bool voices_ask_us_to_mend(const struct voices *cause, const struct recipient *recipient)
{
	const struct actors *who = NULL;
	int retry = -1;
	for (unsigned i = cause->n; i-- > 0;) {
		who = cause->of[i]->who.count ? &cause->of[i]->who : who;
		retry = cause->of[i]->retry >= 0 ? cause->of[i]->retry : retry;
	}
	return recipient->kind == KIND_DELAY && who &&
	       (who->who[0] == ACTOR_SENDER_ADMIN ||
		       (retry == RETRY_AFTER_FIX && actors_have(who, ACTOR_SENDER_ADMIN)));
}

bool recipient_is_unanswered(const struct knowledge *knowledge, const struct recipient *recipient)
{
	const struct category *category = recipient_told_category(knowledge, recipient);
	return recipient->kind == KIND_DELAY && !recipient->reply && category &&
	       category->finality == FINALITY_GAVE_UP && category->advice.retry != RETRY_AUTOMATIC;
}

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
	if (recipient_is_dead_end(recipient))
		return advice_for(knowledge, SITUATION_FORWARDED);
	/* extract/verdict takes the actors from there when the retries have ended. */
	if (retry == RETRY_AUTOMATIC && recipient->who.count &&
		recipient->who.who[0] != ACTOR_NOBODY)
		return advice_for(knowledge, SITUATION_RETRIES_ENDED);
	if (retry == RETRY_NEVER && category && category->type == TYPE_HARD &&
		recipient->type == TYPE_SOFT)
		return advice_for(knowledge, SITUATION_TEMPORARY);
	return NULL;
}

bool recipient_is_reply_alone(const struct recipient *recipient)
{
	return recipient->kind == KIND_FAILURE && recipient->confidence == CONFIDENCE_LOW &&
	       recipient->rule && g_str_has_prefix(recipient->rule, "code:") &&
	       g_ascii_isdigit(recipient->rule[strlen("code:")]) && !strchr(recipient->rule, '.');
}

static bool is_unclassified(const struct recipient *recipient)
{
	return !recipient->category || strcmp(recipient->category, "unclassified") == 0;
}

static void put_first(struct voices *voices, const struct advice *advice)
{
	if (!advice)
		return;
	memmove(voices->of + 1, voices->of, voices->n * sizeof *voices->of);
	voices->of[0] = advice;
	voices->n++;
}

struct voices voices_of_cause(const struct knowledge *knowledge, const struct rule_set *rules,
	const struct recipient *recipient)
{
	struct voices voices = {{NULL}, 0};
	const struct rule *rule = recipient->rule ? rule_set_find(rules, recipient->rule) : NULL;
	const struct category *category = recipient_told_category(knowledge, recipient);

	if (rule)
		voices.of[voices.n++] = &rule->advice;
	if (category)
		voices.of[voices.n++] = &category->advice;
	return voices;
}

struct voices voices_for(const struct knowledge *knowledge, const struct voices *cause,
	const struct report *report, const struct recipient *recipient,
	const struct context *context)
{
	struct voices voices = *cause;
	const struct advice *situation = situation_advice(knowledge, cause, recipient);
	if (recipient_is_reply_alone(recipient))
		put_first(&voices, advice_for(knowledge, SITUATION_REPLY_ALONE));
	if (context->code_alone &&
		(recipient_is_reply_alone(recipient) || is_unclassified(recipient)))
		put_first(&voices, advice_for(knowledge, SITUATION_CODE_ALONE));
	put_first(&voices, situation);
	if (recipient_is_delay_over(report, recipient))
		put_first(&voices, advice_for(knowledge, SITUATION_DELAY_OVER));
	if (context->origin == ORIGIN_FORGED)
		put_first(&voices, advice_for(knowledge, SITUATION_FORGED));
	return voices;
}

const char *voices_first(const struct voices *voices, size_t offset)
{
	for (unsigned i = 0; i < voices->n; i++) {
		const char *text = G_STRUCT_MEMBER(const char *, voices->of[i], offset);
		if (text)
			return text;
	}
	return "";
}
