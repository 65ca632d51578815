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

struct row {
	struct message *message; /* shared by the rows of one message; of the session */
	unsigned file;           /* index in message->files */
	unsigned recipient; /* index in the report's recipients; UINT_MAX: recipient not found */
	unsigned folded;    /* earlier reports of this failure, folded under this row (H5, H7) */
	bool hidden;        /* folded under another row, or not a failure or delay */
	bool marked;
	bool fresh;        /* it came while the list was on the screen, and was not looked at */
	bool gone;         /* its file or message is no longer in the index */
	bool unread_facts; /* not extracted yet: everything below is unknown */
	/* interned strings (g_intern_string is not used: the session's own table), NULL unknown */
	const char *address, *domain, *status, *reply, *rule, *reporting_mta, *remote_mta, *cause;
	const char *remote_domain;    /* whom the refusing server belongs to: example.org of
					 mx1.example.org */
	const char *original;         /* what the report is about: Message-ID or envelope id */
	const char *sender, *subject; /* of it; the address in lower case */
	const char *suggestion;       /* the address that may have been meant; NULL none */
	const char *mailbox; /* one string for one mailbox however it is spelt: what addresses are
				counted by */
	int64_t date;
	const struct category *category; /* NULL unknown */
	unsigned char kind, type, finality, origin, trust, confidence, state;
	struct actors who; /* after own-domain rules, delay and forgery */
	bool passed; /* the address answered later, took a later letter, or was taken off the list
			since */
	bool status_overruled;       /* the text overruled the code: shown as 5.0.0* */
	unsigned bounces_of_address; /* N column: bounces of this address in the loaded result */
	const char *error;           /* why the file could not be read, NULL */
};

/* Everything the detail panes show of one row. */
struct details {
	struct report *report;
	const struct recipient *recipient; /* NULL when not found */
	const char *file;
};

#endif
