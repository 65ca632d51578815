/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a rule decides a text, and why each other does not. For people who write rules; the verdict
 * itself asks rule_match.
 */
#ifndef NIXIE_RULES_RULETRIAL_H
#define NIXIE_RULES_RULETRIAL_H

#include "rules/rule.h"

enum rule_outcome {
	RULE_DECIDES,
	RULE_LOWER_PRIORITY,
	RULE_SHIPPED, /* an own rule of the same priority matches */
	RULE_SHORTER,
	RULE_LATER_NAME,
	RULE_EXCUSED, /* its `unless` matches */
	RULE_OTHER_CLASS,
	RULE_OTHER_WAY,
	RULE_OTHER_PHASE,
	RULE_OTHER_PROVIDER,
	RULE_OTHER_REPLY,
	RULE_OTHER_STATUS,
	RULE_NO_LITERAL,
	RULE_NO_PATTERN,
	RULE_OUTCOME_COUNT
};
extern const char *const rule_outcome_names[RULE_OUTCOME_COUNT];

struct rule_trial {
	struct rule_match match; /* the words, where they match; else only the rule */
	enum rule_outcome outcome;
	char *why; /* half a sentence; the caller's */
};

/* How `rule` fares with the text. g_free its `why`. */
struct rule_trial rule_trial_of(
	struct rule_set *rules, const struct rule_subject *subject, const struct rule *rule);
/*
 * All rules whose words match, the one that decides first, then those that lost to it, then those
 * that do not apply. struct rule_trial; g_array_unref frees all.
 */
GArray *rule_trials(struct rule_set *rules, const struct rule_subject *subject);

#endif
