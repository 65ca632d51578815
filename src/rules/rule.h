/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text rules: which words of a server mean which category. Loaded from data/rules/ and the phrase
 * rows of data/codes.tsv, then /etc/nixie/rules.d, then $XDG_CONFIG_HOME/nixie/rules.d (a group of the same name replaces).
 * Matching is one pass of a literal prefilter over the text, then PCRE2 on the candidates only,
 * under match, heap and depth limits. Priority decides, then the length of the match, then the id; never the order of files.
 */
#ifndef NIXIE_RULES_RULE_H
#define NIXIE_RULES_RULE_H

#include <glib.h>

#include "rules/knowledge.h"

struct rule {
	char *id;
	char *file;      /* where it came from, for messages; borrowed by nobody */
	int line;
	const struct category *category;
	int priority;
	struct advice advice; /* overrides; unset where NULL or -1 */
	char *list;
	int confidence;       /* of phrase rows of codes.tsv; CONFIDENCE_HIGH for rules */
	GPtrArray *examples, *nots; /* char* */
};

/* What the rules may look at. Spans are one line of UTF-8 each, as rules/match text (see match_text_new). */
struct rule_subject {
	struct span text;
	const struct provider *provider;
	int phase;                /* enum phase */
	unsigned short status[3];
	int reply;
};

enum rule_fact { FACT_LIST, FACT_IP, FACT_LINK, FACT_LIMIT, FACT_SECONDS, FACT_TOKEN, FACT_COUNT };

struct rule_match {
	const struct rule *rule;
	size_t at, n;                    /* the whole match, bytes in subject.text */
	struct span fact[FACT_COUNT];    /* named captures, spans of subject.text */
};

struct rule_set;

/*
 * `dirs`: NULL-ended rule directories, shipped first. A broken rule is an error `file: [group] key: ...`;
 * with `notes` (may be NULL) replaced rules and the like are told.
 */
struct rule_set *rule_set_load(const struct knowledge *knowledge, const char *const *dirs, GPtrArray *notes, GError **error);
void rule_set_free(struct rule_set *rules);
size_t rule_set_count(const struct rule_set *rules);
const struct rule *rule_set_at(const struct rule_set *rules, size_t index);
/* SHA-256 in hex over program version and all rule and data files; names what a cached verdict rests on. */
const char *rule_set_hash(const struct rule_set *rules);

/* The rule that decides. False when none matches. Not thread-safe: scratch memory lives in the set. */
bool rule_match(struct rule_set *rules, const struct rule_subject *subject, struct rule_match *match);
/* All that match, best first, at most `max`; for `rules test`. Returns how many. */
size_t rule_match_all(struct rule_set *rules, const struct rule_subject *subject, struct rule_match *matches, size_t max);

/* Runs every example and not-example, looks for unreachable and slow rules; findings are sentences. True when clean. */
bool rule_set_check(struct rule_set *rules, GPtrArray *findings);

#endif
