/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What charset labels mean. */
#ifndef NIXIE_MAIL_CHARSET_H
#define NIXIE_MAIL_CHARSET_H

#include <iconv.h>

#include "base/arena.h"
#include "mail/shift.h"

enum charset_kind {
	CHARSET_ASCII, /* says nothing: guess */
	CHARSET_UTF8,
	CHARSET_BYTES, /* one or more bytes a character, no shifts; ASCII alone is itself */
	CHARSET_WIDE2, /* UTF-16 */
	CHARSET_WIDE4, /* UTF-32 */
	CHARSET_SHIFT, /* ISO-2022-JP: escapes */
	CHARSET_UTF7,
	CHARSET_LINE, /* what only whole lines can be told of */
};

struct charset {
	const char *key;   /* the label in lower case, letters and digits only */
	const char *name;  /* shown */
	const char *iconv; /* NULL: as `name` */
	enum charset_kind kind;
	const char *next;   /* key of the one to try when this one does not fit */
	enum shifts shifts; /* undone before iconv sees the text; of CHARSET_LINE only */
};

/*
 * What a label means; NULL for none and for what nobody knows. A name that only iconv knows becomes
 * a charset of whole lines, made in `arena`.
 */
const struct charset *charset_find(const char *label, struct arena *arena);
const struct charset *charset_by_key(const char *key);

/* A descriptor that makes UTF-8 of it, in its initial state; (iconv_t)-1: there is none. */
iconv_t charset_open(const struct charset *charset);
void charset_close(const struct charset *charset, iconv_t cd);

/* Bytes a character begins with at least: 1, of wide charsets 2 or 4. */
size_t charset_unit(const struct charset *charset);

#endif
