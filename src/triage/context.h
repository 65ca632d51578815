/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the facts of a report mean here: did we send the returned message (origin, H15), how far is
 * the report to be believed (trust), who has to act (categories.md rules 6 to 8), what was marked
 * (state). Pure functions of facts, of what the index said, and of settings; nothing of it is
 * cached.
 */
#ifndef NIXIE_TRIAGE_CONTEXT_H
#define NIXIE_TRIAGE_CONTEXT_H

#include "triage/config.h"
#include "triage/explain.h"

/* What is ours. */
struct surroundings {
	char **addresses;  /* user.primary_email and user.other_email */
	char **domains;    /* own-domains, by default those of the addresses that are no public mail
			      domain */
	char **hosts;      /* own-hosts */
	bool sent_indexed; /* the index holds mail that was sent from here */
	bool smtp_types;   /* type-from=smtp */
};
/* `own_addresses` may be NULL; `public_domains` (data/domains.txt, may be NULL) are never ours by
 * default. */
void surroundings_init(struct surroundings *own, const struct config *config,
	char *const *own_addresses, char *const *public_domains);
void surroundings_clear(struct surroundings *own);
bool is_own_address(const struct surroundings *own, const char *address);
bool is_own_host(const struct surroundings *own, const char *host);

/* A set of mailboxes, spelt in any way. */
struct mailboxes;
struct mailboxes *mailboxes_new(void);
void mailboxes_free(struct mailboxes *set); /* NULL is legal */
/* All addresses in a header field such as To; NULL adds none. */
void mailboxes_add(struct mailboxes *set, const char *field);
bool mailboxes_have(const struct mailboxes *set, const char *address);
size_t mailboxes_count(const struct mailboxes *set);

/* What the index knows of the returned message. */
struct sent {
	bool ours;     /* it is there, as mail sent from here */
	bool referred; /* not it, but a message that the report refers to */
	const struct mailboxes
		*to; /* To, Cc and Bcc of the sent message; NULL when it is not there */
};

/* The report's own part, once a report. */
struct report_context {
	enum origin origin;
	bool from_ours; /* the returned sender is one of us */
	bool explained; /* a recipient that the message does not name need not be made up */
	struct mailboxes *returned_to; /* To and Cc of the returned message */
};
void report_context_init(struct report_context *context, const struct surroundings *own,
	const struct report *report, const struct sent *sent);
void report_context_clear(struct report_context *context);

/* The context of one recipient; state and suggestion are the caller's to add. */
struct context context_of(const struct surroundings *own, const struct report_context *in,
	const struct report *report, const struct recipient *recipient, const struct sent *sent);
/* Hard or soft, in the sense that was chosen: all that it rests on are settings. */
int recipient_type(const struct surroundings *own, const struct recipient *recipient);
/* The context that a row holds, back from it. */
struct context row_context(const struct row *row);

#endif
