/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Advice as it stands in a group of a data file: of a category, or what a rule overrides of it. */
#ifndef NIXIE_RULES_ADVICE_H
#define NIXIE_RULES_ADVICE_H

#include "rules/inifile.h"
#include "rules/knowledge.h"

/* Keys that advice_read takes, for ini_check_keys tables. */
#define ADVICE_KEYS \
	"title[]", "short[]", "explanation[]", "delay[]", "next.N[]", "type", "who", "retry", \
		"retry.seconds", "retry.text[]", "ses", "ses.soft"

/*
 * Reads what the group says; all else stays unset. False with error when a value is none of its
 * set.
 */
bool advice_read(const struct ini *ini, const char *group, const char *lang, struct advice *advice,
	GError **error);
/* False with error where a text names a fact that does not exist, or leaves a brace open. */
bool advice_check_facts(
	const struct ini *ini, const char *group, const struct advice *advice, GError **error);
/* What a text may name in braces. NULL-ended. */
#define FACT(id, name) TEXT_##id,
enum text_fact {
#include "rules/textfact.def"
	TEXT_FACTS
};
extern const char *const text_fact_names[TEXT_FACTS + 1];

void advice_unset(struct advice *advice);
void advice_clear(struct advice *advice);

/* Puts an actor last, if it is not there already. */
void actors_add(struct actors *actors, enum actor actor);
/* `sender;recipient-admin`; false when a word is no actor. */
bool actors_parse(struct span list, struct actors *actors);

#endif
