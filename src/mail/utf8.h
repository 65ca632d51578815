/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes in a labelled or unlabelled charset, as UTF-8, with the way back. */
#ifndef NIXIE_MAIL_UTF8_H
#define NIXIE_MAIL_UTF8_H

#include "mail/decode.h"

struct charset;
struct convert_mark;

struct utf8_text {
	struct span text;
	const char *name; /* as registered with IANA, or as labelled where we know no better */
	bool copied;      /* false: `text` is a part of the bytes given */
	bool cut;
	/* The way back: */
	size_t skip; /* byte order mark in front */
	const struct charset *charset;
	struct convert_mark *marks;
	size_t n_marks;
};

/* Never fails; tries charsets in the order of mail_text_decode(). `label` may be NULL. */
struct utf8_text utf8_decode(struct span bytes, const char *label, size_t max, struct arena *arena);

/* The range of `bytes` (those that were decoded) behind a range of the text. */
struct mail_range utf8_source(
	const struct utf8_text *text, struct span bytes, struct mail_range range);

/* All of it, without the way back. */
struct span utf8_of(struct span bytes, const char *label, struct arena *arena);

#endif
