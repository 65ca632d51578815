/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known while one report is being read; shared by the steps of extraction, by nobody else.
 */
#ifndef NIXIE_EXTRACT_READING_H
#define NIXIE_EXTRACT_READING_H

#include "extract/dsn.h"
#include "extract/format.h"
#include "extract/header.h"
#include "rules/rule.h"

#define READING_REPORTS_MAX 64 /* parts for mail programs that are read */

struct extractor {
	const struct knowledge *knowledge;
	const struct category *unclassified; /* what nobody knows */
	struct rule_set *rules;
	struct format_set *formats;
	GPtrArray *services; /* struct notice_service */
	GHashTable *trials; /* recipient -> struct trial, while somebody asks for them; else NULL */
};

/* A recipient as the report names it. */
struct found {
	const char *address;         /* NULL: none that could be read */
	const char *written;         /* the address that the sender wrote, where another is told */
	const struct source *source; /* where the address stands */
	struct span at;
	const struct dsn_recipient *fields; /* of the machine-readable part; NULL */
	struct passage reply;               /* what the server answered, from a transcript */
	struct passage near;                /* what is said of this recipient */
	struct passage wide;                /* what follows up to the next one */
	struct passage intro;               /* what stands above the list */
	bool whole;                         /* wide is all of the text: it may be about nothing */
	bool bare;                          /* near is but a label and the address */
	int told;                           /* enum kind + 1 that a notice tells; 0: none */
	enum phase phase;                   /* PHASE_NONE: not told */
};

struct part_list {
	const struct mail_part **v;
	size_t n, room;
};

/* The parts of a message by what they are for. */
struct parts {
	const struct mail_part
		*message;         /* the message itself: the root, or the one attached to it */
	struct part_list texts;   /* for people, in the order of preference */
	struct part_list reports; /* delivery-status and disposition-notification */
	const struct mail_part *returned;
	const struct mail_part *feedback;
	const struct mail_part *disposition;
	bool attached_report; /* archives of DMARC and TLS reports */
};

struct reading {
	struct extractor *extractor;
	struct report *report;
	struct arena *arena;
	const struct mail *mail;
	struct parts parts;
	struct header header;
	struct span from, path; /* the addresses in From and Return-Path */
	struct marks marks;
	const struct format *format; /* NULL: no family is recognised */
	const struct source *text;   /* that was read last */
	struct span body;            /* of it: what is said by the server */
	struct span after;           /* of it: the returned message */
	struct passage reply;        /* the first answer in a transcript, whoever it is about */
	struct dsn dsn;
	const struct statement *subject; /* made when first needed */
	const char *notice;              /* id of the service that wrote a notice for programs */
	bool notice_cut;                 /* the end of it is missing */
	const char *server;              /* that wrote the report, as far as known */
	struct span sender;              /* the domain that the message was sent from */
	bool own_side;                   /* the server is the sender's own */
	GArray *found;                   /* struct found */
	bool delay, final;               /* told by words */
	size_t said;                     /* bytes of the words of servers that were read */
	bool said_cut;                   /* they are longer than what is read */
	bool lines_cut;                  /* more lines could name recipients than are tried */
	bool passed_on;                  /* it came inside the mail of a person or a list */
	bool arrived;                    /* the text speaks of delivering, and of no trouble */
	unsigned told; /* areas where only the words of languages tell a failure */
};

void reading_init(struct reading *reading, struct extractor *extractor, struct report *report,
	const struct mail *mail);
void reading_clear(struct reading *reading);
struct found *reading_found(const struct reading *reading, size_t index);

/* Reads one message: what it says, of whom, and of what kind it is. */
void reading_message(struct reading *reading, const struct mail_part *message);
/* Reads one text for people; true when it was worth it. `*kind` becomes what a notification states.
 */
bool reading_text(struct reading *reading, const struct source *source, int *kind);
/* Fills what the report says of itself. */
void reading_describe(struct reading *reading);
/* Is it the sender or an addressee of the report? */
bool reading_is_own(const struct reading *reading, struct span address);
/* Is the sender the mailbox of a mail system? Anybody can put such words beside an address. */
bool reading_is_daemon(const struct reading *reading);
/* Fills a recipient with what was found and what it means. */
void reading_fill(
	struct reading *reading, const struct found *found, struct recipient *recipient, int kind);

#endif
