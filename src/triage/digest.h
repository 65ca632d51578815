/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is going on among some rows: their causes, senders and incidents, and that in words. */
#ifndef NIXIE_TRIAGE_DIGEST_H
#define NIXIE_TRIAGE_DIGEST_H

#include "triage/group.h"

#define DIGEST_PARTS 10 /* of the causes and of the senders; rarer ones are left out */

/* One thing and how often it stands in the rows. */
struct digest_part {
	const char *text;   /* wording of a cause, address of a sender, domain written to */
	const char *status; /* of a cause: what stands with the wording, NULL unknown */
	const struct category *category; /* of a cause, NULL unknown */
	struct actors who;
	size_t bounces;
};

struct digest {
	size_t bounces, addresses;
	size_t delays, dead;                /* rows under way; addresses that are hard */
	int64_t first, last;                /* 0: no date is known */
	GArray *causes, *senders, *domains; /* struct digest_part, the commonest first */
	GPtrArray *incidents;          /* const struct group*: those that rows of these belong to */
	GPtrArray *sentences;          /* char*: one to three */
	GStringChunk *strings;         /* what all of them are made of */
	const struct digest_part *top; /* the commonest cause, or category where no server said a
					  word; NULL: no rows */
	struct digest_part category;   /* the commonest one */
};

/*
 * `incidents` (groups by GROUP_INCIDENT) has to stay. The sentences are in the language of the
 * session's knowledge.
 */
struct digest *digest_new(
	struct session *session, const GPtrArray *rows, const struct groups *incidents);
void digest_free(struct digest *digest); /* NULL is legal */

/* "12 addresses on 2026-07-24 ..."; g_free. */
char *incident_words(const struct knowledge *knowledge, const struct group *incident);
/* The incidents of all rows; setting incident-addresses. */
struct groups *incidents_new(struct session *session);

#endif
