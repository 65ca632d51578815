/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who wrote to us, and to whom we wrote: one pass over the index, kept for the session. What tells
 * that an address lives again, and which addresses stand near one that failed.
 */
#ifndef NIXIE_TRIAGE_CONTACTS_H
#define NIXIE_TRIAGE_CONTACTS_H

#include "triage/context.h"

#define CONTACT_MAILS_MAX 32 /* of one address in each direction, the newest */

struct contact_mail {
	int64_t date;
	const char *id, *subject;
	const char *thread; /* NULL: it was not sent from here */
};
struct contact {
	const char *key; /* the mailbox in lower case: what row->mailbox is */
	GArray *from;    /* struct contact_mail, newest first; NULL: none */
	GArray *to;      /* what was sent to it, newest first; NULL: none */
};

struct contacts;
struct contacts *contacts_new(void);
void contacts_free(struct contacts *contacts); /* NULL is legal */
/* What we send to ourselves counts for nobody. */
void contacts_add(struct contacts *contacts, const struct surroundings *own,
	const struct letter_head *letter);
/* NULL when nothing is known of it. */
const struct contact *contacts_find(const struct contacts *contacts, const char *mailbox);
/* All of them, in no order: one with each call, then NULL. */
void contacts_walk(const struct contacts *contacts, GHashTableIter *walk);
const struct contact *contacts_next(GHashTableIter *walk);

/* The newest mail of it, 0: none. */
int64_t contact_wrote(const struct contact *contact);

#endif
