/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a verdict was made from: the texts about a recipient and what the rules were told beside
 * them. For people who write rules (`nixie rules test`); a verdict itself carries none of it.
 */
#ifndef NIXIE_EXTRACT_TRIAL_H
#define NIXIE_EXTRACT_TRIAL_H

#include "extract/report.h"

struct tried_text {
	const char *field; /* as in the evidence */
	const char *text;  /* one line, as the rules see it */
	bool counts;       /* false: too far away from the recipient, given the codes */
};

/* How a rule fared. */
struct tried_rule {
	const char *rule;        /* id; NULL: none */
	int outcome;             /* enum rule_outcome */
	const char *why, *words; /* half a sentence; what matches, "" where nothing does */
};

#define TRIED_TEXTS_MAX 8
struct trial {
	const char *provider; /* id, NULL: nobody known */
	int phase, reply;
	unsigned short status[3];
	bool outgoing; /* the sender's own side reports on mail that left it */
	int decided;   /* the text that decided; -1: none */
	struct tried_text texts[TRIED_TEXTS_MAX];
	size_t texts_n;
	/* Without any text rule: */
	const char *code;       /* id as a verdict has it ("code:5.1.1"), NULL: no code decides */
	const char *code_scope; /* whose meaning of it, NULL */
	const char *code_category; /* never NULL */
	/* Of the text that was decided by, else the last that any rule matches, else the first: */
	int contested;                  /* -1: there is none */
	const struct tried_rule *rules; /* what decides comes first */
	size_t rules_n;
	struct tried_rule asked; /* the one that was asked about, where it got furthest */
};

#endif
