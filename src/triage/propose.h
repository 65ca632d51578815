/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What should happen to the suppression list, and on what evidence (hard-problems.md 2.6). An
 * address is put on after proven hard reports, independent hard ones, or soft ones that follow each
 * other closely; it comes off when it answered later, or took a later letter. reports_propose
 * (rowstore.h) marks the rows of what is put on.
 */
#ifndef NIXIE_TRIAGE_PROPOSE_H
#define NIXIE_TRIAGE_PROPOSE_H

#include "triage/session.h"
#include "triage/suppress.h"

enum ground {
	GROUND_NONE,
	GROUND_PROVEN,
	GROUND_INDEPENDENT,
	GROUND_SOFT,
	GROUND_ANSWERED, /* from here on: it comes off */
	GROUND_QUIET,
	GROUND_COUNT
};
extern const char *const ground_names[GROUND_COUNT]; /* none is "" */

enum move { MOVE_ON, MOVE_BACK, MOVE_OFF, MOVE_COUNT };
extern const char *const move_names[MOVE_COUNT];
extern const char *const move_titles[MOVE_COUNT]; /* for people */

/* An address that should go on the list, go back there, or come off. Strings are the session's. */
struct proposal {
	const char *address;
	enum move move;
	enum ground ground;
	const struct category *category; /* of the newest report; NULL unknown */
	unsigned count;      /* reports that speak for it; of what comes off: all on the list */
	unsigned total;      /* bounces that the list will tell of */
	int64_t first, last; /* of these reports */
	GPtrArray *ids;      /* what speaks for it, reports or one letter, oldest first */
	GPtrArray *rows;     /* struct row*: what would be marked, oldest first */
	int64_t success;     /* of what comes off: when it answered or took a letter */
	const struct released *before; /* of what goes back: when it came off; NULL */
};

/* Names of moves and of grounds, NULL-ended; g_strfreev. */
char **proposal_words(void);
/* Is its move or its ground called so? */
bool proposal_is(const struct proposal *proposal, const char *word);
/* Of the rows on show, by address: struct proposal*; g_ptr_array_unref. */
GPtrArray *session_proposals(const struct session *session);
/* "3 hard reports about messages that were sent to it, ..."; g_free. */
char *proposal_reason(const struct proposal *proposal);

#endif
