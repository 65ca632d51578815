/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What became of an address (hard-problems.md H36): one pure function over what happened, and what
 * follows from it for the rows of a result.
 */
#ifndef NIXIE_TRIAGE_OUTCOME_H
#define NIXIE_TRIAGE_OUTCOME_H

#include "rules/wordbook.h"
#include "triage/contacts.h"
#include "triage/rowstore.h"

struct event {
	int64_t at;
	enum event_kind kind;
	const char *id;                  /* the report or letter */
	bool hard;                       /* of a failure: the address is dead */
	bool counts;                     /* of a report: it is to be believed */
	const struct row *row;           /* of a report */
	const struct contact_mail *mail; /* of a letter */
};

struct standing {
	enum condition condition;
	enum condition_why why;
	const struct event *by; /* the event that decided; NULL: none */
};
/* Events in any order. */
struct standing standing_of(const struct event *events, size_t n, int64_t now);

/* Everything that happened to one mailbox, oldest first: struct event; g_array_unref. */
GArray *events_of(struct row_node *const *nodes, size_t n, const struct contact *contact,
	int64_t now, int64_t quiet);

/*
 * Rows of a mailbox that answered, or took a later letter, become `answered` or `quiet`, and no
 * longer count against it. `contact` NULL: nothing is known of letters.
 */
void reports_find_outcomes(
	const GPtrArray *nodes, const struct contact *contact, int64_t now, int64_t quiet);

#endif
