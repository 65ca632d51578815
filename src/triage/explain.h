/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plain words for a verdict: what happened, who acts, what to do, whether to send again; with the
 * names the report gives. Category texts, overridden by the rule, by delay and by forgery
 * (categories.md rules 5 to 8).
 */
#ifndef NIXIE_TRIAGE_EXPLAIN_H
#define NIXIE_TRIAGE_EXPLAIN_H

#include "rules/rule.h"
#include "triage/row.h"

struct explanation {
	struct arena *arena; /* of all of it; some texts are those of knowledge and rules */
	const char *title;
	const char *type_words; /* "permanent: this address does not work (HARD)" */
	const char *text;       /* the explanation, placeholders filled */
	const char *who_words;  /* "the recipient; if that does not help, their admin" */
	struct strings next;
	int retry;             /* enum retry */
	int64_t retry_seconds; /* -1 */
	const char *retry_words;
	const char *conflict; /* where codes and words disagree, and what counts; NULL */
	const char *warning;  /* suspicious, forged; NULL */
};

/* What context adds to the facts; computed by triage/context for a row, or neutral for `extract`
 * and `explain`. */
struct context {
	enum origin origin;
	enum trust trust;
	struct actors who;
	int type; /* after type-from */
	enum state state;
	const char *suggestion; /* NULL */
	const char *pass_on;    /* "key p has the words", where there is such a key; NULL */
	bool code_alone;        /* all that is known is a code: no report, no words */
};
/* In triage/context.c: no index, no settings. */
struct context context_neutral(const struct report *report, const struct recipient *recipient);
/* The same for all recipients of a report, in one go. */
void contexts_neutral(const struct report *report, struct context *contexts);

/*
 * `recipient` NULL: the report named none. Never NULL; explanation_free it. The texts are as
 * hostile as the mail they quote: what prints them makes them visible.
 */
struct explanation *explain(const struct knowledge *knowledge, const struct rule_set *rules,
	const struct report *report, const struct recipient *recipient,
	const struct context *context);
void explanation_free(struct explanation *explanation);

/* HARD, SOFT, WAIT, NONE, ???? */
const char *severity_word(int kind, int type);
/* "permanent (HARD)", whatever the case. */
const char *severity_words(const struct knowledge *knowledge, int kind, int type);
/* "high: code and text agree"; "" where there is no verdict. g_free. */
char *confidence_words(const struct knowledge *knowledge, const struct recipient *recipient);
/* "the sender; if that does not help, the recipient's mail admin". g_free. */
char *actors_words(const struct knowledge *knowledge, const struct actors *who);

#endif
