/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report's own header. */
#ifndef NIXIE_EXTRACT_HEADER_H
#define NIXIE_EXTRACT_HEADER_H

#include "extract/source.h"
#include "mail/fields.h"

struct format_set;
struct marks;

/* Raw values, of the first field of each name; p is NULL where it is missing. */
struct header {
	struct mail_fields fields; /* all of them */
	struct span from, to, cc, bcc, subject, id, date, references, in_reply_to;
	struct span received; /* the topmost */
	struct span return_path, failed_recipients, auto_submitted, list_id, list_post, been_there,
		unsubscribe;
};

/* Reads the fields, notes the signs of families in them, fills what the report says of itself. */
void header_read(struct header *header, const struct mail_part *message,
	const struct format_set *formats, struct marks *marks, struct report *report);

#endif
