/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything known about one address: what the reports of the loaded result and the letters of the
 * index tell. A page is made anew when either changes; its strings are the session's.
 */
#ifndef NIXIE_TRIAGE_ADDRESS_H
#define NIXIE_TRIAGE_ADDRESS_H

#include "triage/outcome.h"
#include "triage/session.h"
#include "triage/suppress.h"

/* A message of ours that came back. */
struct returned {
	const char *id;
	const char *subject, *thread; /* NULL unknown: the message is not in the index */
	const struct row *row;        /* the newest report about it */
};

struct address_page {
	char *address; /* in lower case */
	struct standing standing;
	char *why;                        /* the same as a sentence */
	GArray *events;                   /* struct event, oldest first */
	unsigned bounces;                 /* failures, those that tell the same again not counted */
	unsigned delays;                  /* that nothing followed */
	unsigned reports;                 /* all of them */
	int64_t first, last;              /* reports, 0: none */
	const struct contact_mail *wrote; /* the last mail from it; NULL: none known */
	GPtrArray *later;  /* struct contact_mail*: sent after the last report, and not come back */
	GArray *originals; /* struct returned, newest report first */
	unsigned states;   /* bits of enum state, of its rows */
	const struct suppressed *listed; /* its entry on the suppression list; NULL: none */
	const struct released *off;      /* when it came off last; NULL: never */
	const char *suggestion;          /* NULL: none */
	enum role_account role;
};

/* Never NULL: of an address that nothing is known of, it says so. */
struct address_page *address_page_new(const struct session *session, const char *address);
void address_page_free(struct address_page *page); /* NULL is legal */

/* The page as lines for people; a line of the history or of the messages leads somewhere. */
struct page_line {
	char *label;           /* "" under the label before */
	char *text;            /* as hostile as mail */
	const struct row *row; /* the report it tells of; NULL: none */
	const char *thread;    /* of the message it tells of; NULL: none */
	const char *id;        /* of the message; NULL: none */
	bool head;             /* the first line: address and state */
};
/* struct page_line*, freed with the array; strings are the page's. */
GPtrArray *address_page_lines(const struct address_page *page, const struct knowledge *knowledge);

#endif
