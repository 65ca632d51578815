/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was decided about a text before: servers answer thousands of messages with the same words.
 * Texts are compared byte by byte, with all else that a rule may ask for, so that the answer is the
 * one that matching would give. A fixed number of short texts is remembered; a new one takes the
 * place of an older one.
 */
#ifndef NIXIE_RULES_RULEMEMO_H
#define NIXIE_RULES_RULEMEMO_H

#include "rules/rule.h"

struct rule_memo;

struct rule_memo *rule_memo_new(void);
void rule_memo_free(struct rule_memo *memo); /* NULL is legal */

/*
 * What rule_match() said of `text`, the safe one of the subject: `*any` is its answer, and facts in
 * `match` are places of `text`. False: it is not known.
 */
bool rule_memo_find(const struct rule_memo *memo, const struct rule_subject *subject,
	struct span text, bool *any, struct rule_match *match);
void rule_memo_keep(struct rule_memo *memo, const struct rule_subject *subject, struct span text,
	bool any, const struct rule_match *match);

#endif
