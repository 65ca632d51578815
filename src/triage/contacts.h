/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who wrote to us, and to whom we wrote: one pass over the index, kept for the session. What tells
 * that an address lives again, and which addresses stand near one that failed.
 */
#ifndef NIXIE_TRIAGE_CONTACTS_H
#define NIXIE_TRIAGE_CONTACTS_H

#include "triage/context.h"
#include "triage/texts.h"

#define CONTACT_MAILS_MAX 32  /* of one address in each direction, the newest */
#define CONTACT_THREAD_MAX 16 /* libnotmuch numbers them in so many digits */

struct contact_mail {
	const struct contact_mail *next; /* an older one */
	const char *id, *subject;
	uint32_t date;                       /* seconds since 1970 */
	char thread[CONTACT_THREAD_MAX + 1]; /* "": it was not sent from here */
};
struct contact {
	const char *key; /* first; the mailbox in lower case: ROW_MAILBOX of its rows */
	const struct contact_mail *from; /* the newest; NULL: none */
	const struct contact_mail *to;   /* the newest that was sent to it; NULL: none */
	/* Its address was in no row: only the newest mail is kept, and the newest old one. */
	bool stranger;
};

struct contacts;
/*
 * `texts` are those of the rows, which tell what addresses and domains have rows: of others little
 * is kept, for most of an index has nothing to do with bounces. A mail is old that was there at the
 * time `old`.
 */
struct contacts *contacts_new(struct texts *texts, int64_t old);
void contacts_free(struct contacts *contacts); /* NULL is legal */
/* What we send to ourselves counts for nobody. Letters come newest first. */
void contacts_add(struct contacts *contacts, const struct surroundings *own,
	const struct letter_head *letter);
/* NULL when nothing is known of it. */
const struct contact *contacts_find(const struct contacts *contacts, const char *mailbox);
/* Is there more to be known of it, now that it matters? */
bool contacts_lack(const struct contacts *contacts, const char *mailbox);
/* All of them, in no order: one with each call, then NULL. */
void contacts_walk(const struct contacts *contacts, GHashTableIter *walk);
const struct contact *contacts_next(GHashTableIter *walk);

/* NULL: unknown. Borrowed from the mail. */
const char *contact_thread(const struct contact_mail *mail);
/* The newest mail of it, 0: none. */
int64_t contact_wrote(const struct contact *contact);

#endif
