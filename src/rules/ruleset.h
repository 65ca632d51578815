/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rule set is made of; for the files that load, match and check it. */
#ifndef NIXIE_RULES_RULESET_H
#define NIXIE_RULES_RULESET_H

#include <stdint.h>

#include "rules/advice.h"
#include "rules/literals.h"
#include "rules/pattern.h"
#include "rules/rule.h"

/* A code, or a range of codes that differ in the last number. */
struct status_range {
	unsigned short v[3], to;
};

/* A rule with all that decides whether it matches. */
struct rule_body {
	struct rule rule; /* first: a rule_body is a rule */

	GPtrArray *literals; /* char*; the prefilter */
	GPtrArray *patterns; /* struct pattern*; none: the literals are what matches */
	GPtrArray *unless;   /* struct pattern* */
	char **phrase;       /* pieces in order, anything between; NULL: not a phrase */
	bool whole_text;     /* the phrase must be all of the text */

	GPtrArray *providers; /* const struct provider*; empty: any */
	unsigned phases;      /* bit set of enum phase; 0: any */
	int class;            /* 4 or 5; 0: any */
	GArray *replies;      /* int; empty: any */
	GArray *status;       /* struct status_range; empty: any */
};

struct rule_set {
	const struct knowledge *knowledge;
	GPtrArray *bodies;            /* struct rule_body*: higher priority first, then by id */
	GHashTable *by_id;            /* id -> struct rule_body* */
	struct literal_set *literals; /* ids are places in `bodies` */
	uint64_t *always;             /* bit set: bodies without literals */
	uint64_t *candidates;
	size_t words; /* of the two bit sets */
	struct pattern_room *room;
	char *hash;
};

#define RULE_BITS 64 /* of a word of those sets */
static inline void bit_set(uint64_t *bits, size_t i)
{
	bits[i / RULE_BITS] |= (uint64_t)1 << i % RULE_BITS;
}

struct rule_body *rule_body_new(const char *id);
void rule_body_free(struct rule_body *body);

/* The phrase rows of codes.tsv as rules, into `bodies` and `by_id`. */
bool rule_phrases_add(struct rule_set *set, GError **error);
/* Where a phrase stands in `text`: its pieces in order, from the first end to the last. */
bool rule_phrase_find(const struct rule_body *body, struct span text, size_t *at, size_t *n);

/* All *.rules of a directory. `shipped`: patterns are compiled later, and replacing is an error. */
bool rule_dir_load(struct rule_set *set, const char *dir, bool shipped, GChecksum *sum,
	GPtrArray *notes, GError **error);

#endif
