/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All fields of a header, found by the walk over its lines, with the names that anybody asks for
 * told apart by number: nobody reads the lines again.
 */
#ifndef NIXIE_MAIL_FIELDS_H
#define NIXIE_MAIL_FIELDS_H

#include "base/arena.h"
#include "base/span.h"

#define MAIL_FIELDS_MAX 100000 /* of all headers of a mail; further ones are not kept */

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
	X(DKIM_SIGNATURE, "dkim-signature") \
	X(CONTENT_TYPE, "content-type") \
	X(CONTENT_TRANSFER_ENCODING, "content-transfer-encoding") \
	X(CONTENT_DISPOSITION, "content-disposition")

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
	size_t n, room;
	bool cut; /* there were more */
};

/* Those of a header that is no part of a mail; a part has its own (mail/mail.h). */
struct mail_fields mail_fields_read(struct span header, struct arena *arena);
enum mail_name mail_name_of(struct span name);
/* Adds one. */
struct mail_field *mail_fields_add(
	struct mail_fields *fields, struct mail_field field, struct arena *arena);
/* The field goes on in a line, behind which `end` is. */
void mail_field_extend(struct mail_field *field, struct span line, const char *end);
/* The first one of that name; NULL when there is none. */
const struct mail_field *mail_fields_first(const struct mail_fields *fields, enum mail_name name);

#endif
