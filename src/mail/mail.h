/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail as a tree of spans over its raw bytes (RFC 5322, RFC 2045). Nothing is copied or
 * normalised: every header and body is a place in the file, so that evidence can point at it.
 * All line ends (LF, CRLF, bare CR) are read; an mbox `From ` line before the header is skipped.
 * The walk is iterative and linear in the size, whatever the nesting.
 */
#ifndef NIXIE_MAIL_MAIL_H
#define NIXIE_MAIL_MAIL_H

#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "mail/fields.h"

#define MAIL_DEPTH_MAX 50    /* reports are searched to this depth; deeper parts stay one leaf */
#define MAIL_PARTS_MAX 10000 /* further parts are left in the last one */

enum mail_encoding { MAIL_IDENTITY, MAIL_BASE64, MAIL_QUOTED_PRINTABLE, MAIL_UUENCODE };

struct mail_part {
	struct mail_part *parent, *child, *next;
	struct span header; /* with its last line end, without the empty line */
	struct mail_fields fields;
	struct span body; /* up to, not including, the line end that belongs to the boundary */
	/* Lower case; text/plain where missing, broken, or of a multipart without parts. */
	const char *type, *subtype;
	const char *charset;     /* as labelled, lower case, or NULL */
	const char *boundary;    /* NULL unless multipart */
	const char *report_type; /* lower case, or NULL */
	const char *filename;    /* of Content-Disposition or Content-Type, decoded, or NULL */
	/*
	 * IMAP section number: "1", "1.2"; a multipart that is all of a message bears the number of
	 * that message, so a multipart root is "".
	 */
	const char *id;
	enum mail_encoding encoding;
	unsigned depth;
};

struct mail {
	struct span bytes;
	struct mail_part *root;
	unsigned parts;
	bool cut_depth, cut_parts; /* a limit left something unread: named in warnings */
	struct arena *arena;       /* borrowed */
};

/*
 * Reads the structure of `bytes` (borrowed, must outlive the result). Never fails: rubbish is a
 * text/plain part, a closing boundary may be missing, folds may have lost their blank, and where
 * the boundary announced never comes the one that is there counts (once a mail). A message in
 * base64 or quoted-printable stays a leaf: mail_body_decode() and read it again.
 */
struct mail *mail_parse(struct span bytes, struct arena *arena);

/* The next part in document order (children first), NULL at the end. */
struct mail_part *mail_next(const struct mail_part *part);
/* The next part that is not inside `part`. */
struct mail_part *mail_skip(const struct mail_part *part);
/* `subtype` NULL: any. */
static inline bool mail_is(const struct mail_part *part, const char *type, const char *subtype)
{
	return part->type[0] == type[0] && strcmp(part->type, type) == 0 &&
	       (!subtype || strcmp(part->subtype, subtype) == 0);
}

/*
 * One header field, raw: name without case, value still folded, without blanks and line ends around
 * it. `nth` counts fields of that name from 0. False when there is none.
 */
bool mail_field(struct span header, const char *name, unsigned nth, struct span *value);
/* Steps through all fields of a header block; `*at` starts at 0. The colon may follow blanks. */
bool mail_field_next(struct span header, size_t *at, struct span *name, struct span *value);
/*
 * A field value as one line of UTF-8: unfolded, RFC 2047 decoded, 8-bit bytes and raw escapes of
 * ISO-2022-JP read by `charset` (may be NULL), line ends and NULs that come of it made blanks.
 */
char *mail_field_text(struct span value, const char *charset, struct arena *arena);
/*
 * The same by name, NULL when the field is missing. 8-bit bytes are read by the charset of the
 * part, or of the first part inside that has one.
 */
char *mail_header_text(const struct mail_part *part, const char *name, struct arena *arena);

#endif
