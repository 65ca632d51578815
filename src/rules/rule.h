/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text rules: which words of a server mean which category. Loaded from data/rules/ and the phrase
 * rows of data/codes.tsv, then /etc/nixie/rules.d, then $XDG_CONFIG_HOME/nixie/rules.d (a group of
 * the same name replaces).
 *
 * A phrase row is a rule `code:SCOPE:PHRASE`. A word that only one provider writes (`S3140`,
 * `OFR_417`) has priority RULE_PRIORITY_TOKEN, any other phrase RULE_PRIORITY_PHRASE, below
 * hand-written rules.
 *
 * Matching is one pass of a literal prefilter over the text, then PCRE2 on the candidates only,
 * under match, heap and depth limits. Priority decides, then whose rule it is (your own before the
 * machine's before a shipped one), then the length of the match, then the id; never the order of
 * files.
 */
#ifndef NIXIE_RULES_RULE_H
#define NIXIE_RULES_RULE_H

#include <glib.h>

#include "rules/knowledge.h"
#include "rules/matchtext.h"

#define RULE_PRIORITY 50
#define RULE_PRIORITY_TOKEN 60
#define RULE_PRIORITY_PHRASE 30

struct rule {
	char *id;
	char *file; /* where it came from, for messages; borrowed by nobody */
	int line;
	int place;      /* whose it is: 0 shipped, above that the place of its directory */
	char *replaces; /* "FILE:LINE" of the rule whose name it took; NULL: none */
	const struct category *category;
	int priority;
	bool vague;           /* the words give no reason: a specific code beats them (H1) */
	struct advice advice; /* overrides; unset where NULL or -1 */
	char *list;
	int confidence;             /* of phrase rows of codes.tsv; CONFIDENCE_HIGH for rules */
	const struct code *code;    /* the phrase row it stands for, or NULL */
	GPtrArray *examples, *nots; /* char* */
};

/*
 * What the rules may look at. `text` is one line as match_text_new makes it; bytes behind
 * MATCH_TEXT_MAX are not looked at, and bytes that are no UTF-8 match nothing but a question mark.
 */
struct rule_subject {
	struct span text;
	const struct provider *provider;
	int phase; /* enum phase */
	unsigned short status[3];
	int reply;
	bool told;     /* by a server or a report: unknown sentences are judged by what they are
			  about */
	bool outgoing; /* the report comes from the sender's own side, the recipient is elsewhere */
};

enum rule_fact {
	FACT_LIST,
	FACT_IP,
	FACT_LINK,
	FACT_LIMIT,
	FACT_SIZE,
	FACT_SECONDS,
	FACT_TOKEN,
	FACT_NEW,
	FACT_COUNT
};

struct rule_match {
	const struct rule *rule;
	size_t at, n;                 /* the whole match, bytes in subject.text */
	struct span fact[FACT_COUNT]; /* named captures, spans of subject.text */
};

struct rule_set;

/*
 * `dirs`: NULL-ended rule directories, the shipped one first; of the others any may be missing. A
 * broken rule is an error `file:line: [group] key: why`. Patterns of the shipped directory are
 * compiled when first needed (rule_set_check and the tests see to them), those of the others now.
 * `notes` (may be NULL) takes sentences on rules replaced.
 */
struct rule_set *rule_set_load(const struct knowledge *knowledge, const char *const *dirs,
	GPtrArray *notes, GError **error);

/* Where rules come from, when that is not just directories. */
struct rule_sources {
	const char *const *dirs;  /* as for rule_set_load */
	const char *const *files; /* further files, as if they stood in the last directory; one that
				     does is not read twice. NULL: none */
	GPtrArray *notes;
	/*
	 * Takes a struct rule_finding for each file or rule that is broken; they are left out.
	 * NULL: the first of them is the error. What is shipped may never be broken.
	 */
	GPtrArray *broken;
};
struct rule_set *rule_set_load_from(
	const struct knowledge *knowledge, const struct rule_sources *sources, GError **error);
void rule_set_free(struct rule_set *rules);
/*
 * Rules of a text, as if it stood in a file `path` of the last directory. What was known of the
 * places of rules holds no more.
 */
bool rule_set_extend(struct rule_set *rules, const char *path, const char *text, GError **error);
size_t rule_set_count(const struct rule_set *rules);
const struct rule *rule_set_at(const struct rule_set *rules, size_t index);
/*
 * SHA-256 in hex over program version and all rule and data files; names what a cached verdict
 * rests on.
 */
const char *rule_set_hash(const struct rule_set *rules);

/*
 * The subject that a bare text makes: reply, code and provider as the text itself shows them, phase
 * unknown. For examples, pasted fragments and `rules test`.
 */
struct rule_subject rule_subject_of(const struct knowledge *knowledge, struct span text);
/*
 * The rule that decides. False when none matches. Not thread-safe: scratch memory lives in the set.
 */
bool rule_match(
	struct rule_set *rules, const struct rule_subject *subject, struct rule_match *match);
/* All that match, best first, at most `max`. Returns how many. */
size_t rule_match_all(struct rule_set *rules, const struct rule_subject *subject,
	struct rule_match *matches, size_t max);

/*
 * All that match a pasted text, best first, at most `max`: its innermost quoted reply if one does,
 * else all of it. For `rules test`. Returns how many.
 */
size_t rule_match_text(
	struct rule_set *rules, struct span text, struct rule_match *matches, size_t max);
/* Literals, patterns (their escapes made plain) and phrases of what is shipped. */
void rule_set_each_word(
	const struct rule_set *rules, void (*each)(void *user, const char *text), void *user);
const struct rule *rule_set_find(const struct rule_set *rules, const char *id);

/* Something that is wrong with a rule, or worth knowing. */
struct rule_finding {
	char *file; /* NULL: of no file (a phrase row) */
	int line;
	char *rule;       /* NULL: the file as a whole */
	const char *kind; /* one word: "example", "slow", ... */
	bool is_note;     /* worth knowing, not wrong */
	char *text;       /* what, why, what to do */
};
void rule_finding_free(struct rule_finding *finding); /* NULL is legal */
/* `file:line: [rule] text`, one line; g_free. */
char *rule_finding_line(const struct rule_finding *finding);

/*
 * Runs every example and not-example, looks for unreachable and slow rules, and for literals that
 * do nothing. `files`: only the rules in these are of interest, and no more is looked at than tells
 * of them; NULL: all. `findings` takes struct rule_finding*. True when nothing is wrong; notes may
 * be there.
 */
bool rule_set_check(struct rule_set *rules, const char *const *files, GPtrArray *findings);
/* The examples of other rules that `rule` takes away from them, as findings of its own. */
bool rule_check_taken(struct rule_set *rules, const struct rule *rule, GPtrArray *findings);

#endif
