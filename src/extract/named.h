/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the words that decided name: a list, an address, sizes, a time to wait, a mark. */
#ifndef NIXIE_EXTRACT_NAMED_H
#define NIXIE_EXTRACT_NAMED_H

#include "extract/reading.h"
#include "rules/rule.h"

/*
 * `match` is what the rule found, its rule NULL when a code decided; `text` are the words. What
 * is looked for beside the rule's own captures is told by the category (`facts` in
 * categories.ini).
 */
void named_take(const struct reading *reading, const struct category *category,
	const struct rule_match *match, struct span text, struct recipient *recipient);

#endif
