/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes in one charset as UTF-8, and which bytes a piece of the text came from. */
#ifndef NIXIE_MAIL_CONVERT_H
#define NIXIE_MAIL_CONVERT_H

#include <glib.h>

#include "mail/charset.h"
#include "mail/decode.h"

struct convert_mark {
	size_t in, out;
};

struct conversion {
	const struct charset *charset;
	GString *text; /* may be a little longer than asked for */
	GArray *marks; /* of struct convert_mark */
	size_t used;   /* bytes read */
	size_t bad;    /* bytes that mean nothing, each U+FFFD in the text */
};

/*
 * Converts until the text is longer than `max` or nothing is left. False when iconv lacks the
 * charset.
 */
bool convert_init(
	struct conversion *c, const struct charset *charset, struct span bytes, size_t max);
void convert_clear(struct conversion *c);
/* Is the text likely what was written? */
bool convert_fits(const struct conversion *c);

/* The range of `bytes` behind a range of the text, given the marks of the conversion. */
struct mail_range convert_source(const struct charset *charset, const struct convert_mark *marks,
	size_t n_marks, struct span bytes, struct mail_range range);

#endif
