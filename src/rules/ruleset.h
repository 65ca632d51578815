/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rule set is made of; for the files that load, match and check it. */
#ifndef NIXIE_RULES_RULESET_H
#define NIXIE_RULES_RULESET_H

#include <stdint.h>

#include "rules/advice.h"
#include "rules/literals.h"
#include "rules/matchtext.h"
#include "rules/pattern.h"
#include "rules/rule.h"
#include "rules/rulememo.h"
#include "rules/terms.h"

/* A code, or a range of codes that differ in the last number. */
struct status_range {
	unsigned short v[3], to;
};

/* Classes of words that stand near each other. */
#define RULE_ABOUT_MAX 3
#define RULE_CLASSES_MAX 256
struct rule_about {
	unsigned count, classes[RULE_ABOUT_MAX];
};

/* A rule with all that decides whether it matches. */
struct rule_body {
	struct rule rule; /* first: a rule_body is a rule */

	GPtrArray *literals;    /* char*; the prefilter */
	guint literals_written; /* those at its front that the file holds; other spellings follow */
	GPtrArray *patterns;    /* struct pattern*; none: the literals are what matches */
	GPtrArray *unless;      /* struct pattern* */
	char **phrase;          /* pieces in order, anything between; NULL: not a phrase */
	bool whole_text;        /* the phrase must be all of the text */
	GArray *abouts;         /* struct rule_about; any of them, instead of a pattern */
	uint64_t about_unless[RULE_CLASSES_MAX / 64]; /* bit set: classes that speak against it */

	GPtrArray *providers; /* const struct provider*; empty: any */
	unsigned phases;      /* bit set of enum phase; 0: any */
	int class;            /* 4 or 5; 0: any */
	bool outgoing;        /* only where the sender's own side reports on mail that left it */
	GArray *replies;      /* int; empty: any */
	GArray *status;       /* struct status_range; empty: any */
};

#define RULE_HITS_MAX 256

struct rule_set {
	const struct knowledge *knowledge;
	GPtrArray *bodies;            /* struct rule_body*: higher priority first, then by id */
	GHashTable *by_id;            /* id -> struct rule_body* */
	struct literal_set *literals; /* ids are places in `bodies` */
	uint64_t *always;             /* bit set: bodies without literals */
	uint64_t *candidates;
	size_t words; /* of the two bit sets */
	struct pattern_room *room;
	struct rule_memo *memo; /* holds as long as the bodies stay */
	char *hash;
	int last_place; /* of its directories */

	struct terms *terms;

	/* The text that is being matched. */
	struct sight sight;
	char copy[MATCH_TEXT_MAX];           /* of it, where something had to be changed */
	struct term_hit hits[RULE_HITS_MAX]; /* words of it */
	size_t hit_count;
	bool hits_known;
};

#define RULE_BITS 64 /* of a word of those sets */
static inline void bit_set(uint64_t *bits, size_t i)
{
	bits[i / RULE_BITS] |= (uint64_t)1 << i % RULE_BITS;
}

static inline bool bit_is_set(const uint64_t *bits, size_t i)
{
	return bits[i / RULE_BITS] & (uint64_t)1 << i % RULE_BITS;
}

struct rule_body *rule_body_new(const char *id);
void rule_body_free(struct rule_body *body);

/* The phrase rows of codes.tsv as rules, into `bodies` and `by_id`. */
bool rule_phrases_add(struct rule_set *set, GError **error);
/* Where a phrase stands in `text`: its pieces in order, from the first end to the last. */
bool rule_phrase_find(const struct rule_body *body, struct span text, size_t *at, size_t *n);

/*
 * All *.rules of the sources. Patterns of what is shipped are compiled later, and replacing there
 * is an error.
 */
bool rule_sources_load(
	struct rule_set *set, const struct rule_sources *sources, GChecksum *sum, GError **error);

/* Ranks the rules; again where there are more. */
void rule_set_rank(struct rule_set *set);
/* Builds the prefilter over them, if it is not there yet: before the first text is matched. Those
 * who only ask what a rule says never need it. */
void rule_set_prepare(struct rule_set *set);

/* --- ruleabout.c */
bool rule_about_match(struct rule_set *set, const struct rule_body *body, struct rule_match *match);
/* A value of `about`, a name of `about-unless`; NULL, or why it is wrong, g_free. */
char *rule_about_read(struct rule_set *set, struct rule_body *body, const char *text);
char *rule_about_read_unless(struct rule_set *set, struct rule_body *body, const char *name);
/* A class that the rule names and that has no words; NULL. Once the terms are parsed. */
const char *rule_about_unknown(struct rule_set *set, const struct rule_body *body);

/* --- rulematch.c: the steps of a match, for those who ask why there was none */
/*
 * Begins to match another text: what PCRE2 may be given of it becomes set->sight.text, in which all
 * offsets are the same. It holds until the next text.
 */
void rule_text_begin(struct rule_set *set, struct span text);
/* The same alone; changes are made in `copy`. */
struct span rule_safe_text(struct span text, char copy[MATCH_TEXT_MAX]);
/* Which condition beside the text does not hold. */
enum rule_condition {
	CONDITION_NONE,
	CONDITION_CLASS,
	CONDITION_OUTGOING,
	CONDITION_PHASE,
	CONDITION_PROVIDER,
	CONDITION_REPLY,
	CONDITION_STATUS,
};
enum rule_condition rule_misfit(const struct rule_body *body, const struct rule_subject *subject);
/* Do the words match in that text, `unless` apart? Then `*match` is filled. */
bool rule_words_match(struct rule_set *set, const struct rule_body *body, struct rule_match *match);
/* The words in it that `unless` found; SPAN_NONE. */
struct span rule_excuse(struct rule_set *set, const struct rule_body *body);
/* Which of two matches decides. */
bool rule_match_is_better(const struct rule_match *a, const struct rule_match *b);

/* --- rulefinding.c */
struct rule_finding *rule_finding_new(const char *file, int line, const char *rule,
	const char *kind, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Of a rule. */
struct rule_finding *rule_finding_of(const struct rule *rule, const char *kind, const char *format,
	...) __attribute__((format(printf, 3, 4)));
/* Of an error `FILE:LINE: [RULE] why` about that file. */
struct rule_finding *rule_finding_of_error(const char *file, const GError *error);

/* --- rulewords.c: literals and the words of patterns */
void rule_check_literals(const struct rule_body *body, GPtrArray *findings);
/* Runs of letters and digits that a pattern spells out, in lower case; frees its strings. */
GPtrArray *rule_pattern_words(const char *source);

/* --- rulecost.c: patterns that take too many steps */
void rule_check_cost(const struct rule_body *body, GPtrArray *findings);

#endif
