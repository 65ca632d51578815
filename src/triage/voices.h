/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose words count, first one first: forged mail, delay notice, the rule that decided, its
 * category (categories.md rules 5, 7 and 8).
 */
#ifndef NIXIE_TRIAGE_VOICES_H
#define NIXIE_TRIAGE_VOICES_H

#include "rules/rule.h"
#include "triage/context.h"

/* The advices that count, strongest first. */
struct voices {
	const struct advice *of[6];
	unsigned n;
};

/* What is said of the cause, whatever the situation. */
struct voices voices_of_cause(const struct knowledge *knowledge, const struct rule_set *rules,
	const struct recipient *recipient);
struct voices voices_for(const struct knowledge *knowledge, const struct voices *cause,
	const struct report *report, const struct recipient *recipient,
	const struct context *context);
/* What the cause of a delay is on the side of the sender, or may be: somebody there has to mend it.
 */
bool voices_ask_us_to_mend(const struct voices *cause, const struct recipient *recipient);
/* The text at `offset` of the strongest advice that has one; "" when none has. */
const char *voices_first(const struct voices *voices, size_t offset);
#define VOICES_TEXT(voices, field) voices_first((voices), offsetof(struct advice, field))

/* --- the situations that decide it */
/* The category, or that of what nobody knows. */
const struct category *recipient_told_category(
	const struct knowledge *knowledge, const struct recipient *recipient);
/* H8: the address that failed is not the one that was written to. */
bool recipient_is_forwarded(const struct recipient *recipient);
/* Mail to this address will never arrive, and the sender did not choose it. */
bool recipient_is_dead_end(const struct recipient *recipient);
/* Whether a delay has lasted longer than it is tried: as the report says, else as servers do. */
bool recipient_is_delay_over(const struct report *report, const struct recipient *recipient);
/* No server there has spoken: the domain itself may be wrong. */
bool recipient_is_unanswered(const struct knowledge *knowledge, const struct recipient *recipient);
/* Only a reply of three digits decided, which servers send for any reason. */
bool recipient_is_reply_alone(const struct recipient *recipient);
bool actors_have(const struct actors *who, enum actor actor);

#endif
