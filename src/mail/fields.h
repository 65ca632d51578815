/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All fields of a header, found in one walk over its lines, with the names that anybody asks for
 * told apart by number: nobody reads the lines again.
 */
#ifndef NIXIE_MAIL_FIELDS_H
#define NIXIE_MAIL_FIELDS_H

#include "base/arena.h"
#include "base/span.h"

#define MAIL_FIELDS_MAX 20000 /* of one header; further ones are not read */

#define MAIL_NAMES(X) \
	X(FROM, "from") \
	X(TO, "to") \
	X(CC, "cc") \
	X(BCC, "bcc") \
	X(SUBJECT, "subject") \
	X(MESSAGE_ID, "message-id") \
	X(DATE, "date") \
	X(RECEIVED, "received") \
	X(REFERENCES, "references") \
	X(IN_REPLY_TO, "in-reply-to") \
	X(RETURN_PATH, "return-path") \
	X(X_FAILED_RECIPIENTS, "x-failed-recipients") \
	X(AUTO_SUBMITTED, "auto-submitted") \
	X(LIST_ID, "list-id") \
	X(LIST_POST, "list-post") \
	X(LIST_UNSUBSCRIBE, "list-unsubscribe") \
	X(X_BEENTHERE, "x-beenthere") \
	X(DKIM_SIGNATURE, "dkim-signature")

enum mail_name {
#define X(id, text) MAIL_##id,
	MAIL_NAMES(X)
#undef X
		MAIL_OTHER, /* any other name */
	MAIL_NAME_COUNT = MAIL_OTHER
};

struct mail_field {
	enum mail_name known;
	struct span name, value; /* as mail_field_next() has them */
	const char *end;         /* behind its last line */
};

struct mail_fields {
	struct mail_field *v;
	size_t n;
};

struct mail_fields mail_fields_read(struct span header, struct arena *arena);
/* The first one of that name; NULL when there is none. */
const struct mail_field *mail_fields_first(const struct mail_fields *fields, enum mail_name name);

#endif
