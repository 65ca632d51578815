/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of the list: one failed recipient of one report file of one message. Rows are small (a
 * hundred thousand of them fit in 30 MB); what only one screen shows is in `struct details`, loaded
 * when asked for.
 */
#ifndef NIXIE_TRIAGE_ROW_H
#define NIXIE_TRIAGE_ROW_H

#include "extract/report.h"
#include "worker/client.h"

/* What a row tells in words. The session keeps each text once: equal ones are equal pointers. */
enum row_text {
	ROW_ADDRESS,
	ROW_MAILBOX, /* one text for one mailbox however it is spelt: what addresses are counted by
		      */
	ROW_DOMAIN,
	ROW_STATUS,
	ROW_REPLY,
	ROW_RULE,
	ROW_REPORTING_MTA,
	ROW_REMOTE_MTA,
	ROW_REMOTE_DOMAIN, /* whom that server belongs to: example.org of mx1.example.org */
	ROW_CAUSE,
	ROW_ORIGINAL, /* what the report is about: Message-ID as the index keeps it, or envelope id
		       */
	ROW_SENDER,   /* of it; the address in lower case */
	ROW_SUBJECT,
	ROW_TICKET,     /* the number in that subject (triage/ticket) */
	ROW_SUGGESTION, /* the address that may have been meant */
	ROW_ERROR, /* why the file could not be read: of no address, it stands in place of that */
	ROW_TEXTS
};
#define ROW_TEXTS_STORED ROW_ERROR

struct entry; /* a message and its rows (rowstore.h) */

struct row {
	struct entry *entry;              /* shared by the rows of one message; of the session */
	const struct category *category;  /* NULL unknown */
	uint32_t date;                    /* seconds since 1970; 0: unknown */
	uint32_t texts[ROW_TEXTS_STORED]; /* numbers: see row_text() */
	unsigned file;                    /* among those of the message */
	unsigned recipient; /* index in the report's recipients; UINT_MAX: recipient not found */
	unsigned folded;    /* earlier reports of this failure, folded under this row (H5, H7) */
	unsigned bounces_of_address; /* N column: bounces of this address in the loaded result */
	unsigned char kind, type, finality, origin, trust, confidence, state;
	struct actors who; /* after own-domain rules, delay and forgery */
	bool hidden : 1;   /* folded under another row, or not a failure or delay */
	bool marked : 1;
	bool fresh : 1;        /* it came while the list was on the screen, and was not looked at */
	bool gone : 1;         /* its file or message is no longer in the index */
	bool unread_facts : 1; /* not extracted yet: all that a report tells is unknown */
	bool passed : 1; /* the address answered later, took a later letter, or was taken off the
			    list since */
	bool status_overruled : 1; /* the text overruled the code: shown as 5.0.0* */
	/* Of the model alone. */
	bool hidden_kind : 1;  /* neither failure nor delay */
	bool told_already : 1; /* folded under another row */
	bool coming : 1;       /* of a live update that is not whole yet: not shown */
	bool copy : 1;         /* the same report as an earlier file of this message */
	bool unreadable : 1;   /* its one text is ROW_ERROR */
	bool cut : 1;          /* a limit left something of its report out */
	bool sent : 1;         /* the index has its letter, as mail that was sent from here */
	bool refers : 1;       /* not that, but one that the report refers to */
	bool aside : 1; /* no letter of ours to that address: a copy for the postmaster (H14), a
			   list post (H30) */
	unsigned char ground; /* enum ground: what its address is proposed on, and it is evidence */
};

/* NULL: unknown, or none. */
const char *row_text(const struct row *row, enum row_text which);
void row_set_text(struct row *row, enum row_text which, const char *text);
/* Message-ID of the report, without brackets. */
const char *row_id(const struct row *row);
/* Its file; g_free. */
char *row_path(const struct row *row);
/* How many files its message has. */
unsigned row_files(const struct row *row);
/* Of the message, sorted. */
char *const *row_tags(const struct row *row);
/* Of the report itself, NULL: none. */
const char *row_report_subject(const struct row *row);

/* Everything the detail panes show of one row. */
struct details {
	struct report *report;
	const struct recipient *recipient; /* NULL when not found */
	const char *file;
};

#endif
