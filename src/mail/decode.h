/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bodies decoded to UTF-8 (transfer encoding, then charset; codecs are GMime's), with the way
 * back: a range of the decoded text leads to the range of raw bytes it came from.
 */
#ifndef NIXIE_MAIL_DECODE_H
#define NIXIE_MAIL_DECODE_H

#include "mail/mail.h"

#define MAIL_TEXT_MAX ((size_t)1 << 20) /* of one part, to the patterns */

struct mail_text {
	const struct mail_part *part;
	struct span text; /* UTF-8, line ends as in the part; a part of the mail where identical */
	const char *charset;        /* the one that was used */
	const char *label;          /* the one that the part names; NULL */
	bool identity;              /* decoded offset + body start = raw offset */
	bool cut;                   /* MAIL_TEXT_MAX left something out */
	const struct mail_way *way; /* back to the raw bytes, for mail_text_raw() */
};

/*
 * Decodes a body. The charset is, in this order: the label if it is known and fits (a misspelt
 * label such as `uft-8` is read as meant; ISO-2022-JP may also be EUC-JP or Shift_JIS), a byte
 * order mark, the escapes of ISO-2022-JP in 7-bit text, UTF-8 if valid, the label of a text beside
 * a part without one, Windows-1252. A few broken characters do not make a charset unfit. Never
 * fails: what cannot be decoded becomes U+FFFD, and base64 that is none is read as it stands. `max`
 * 0 means MAIL_TEXT_MAX.
 */
struct mail_text *mail_text_decode(const struct mail_part *part, size_t max, struct arena *arena);

/* Bytes after the transfer encoding alone, for parts that are not text. */
struct span mail_body_decode(
	const struct mail_part *part, size_t max, struct arena *arena, bool *cut);

/*
 * The raw bytes behind a range of the decoded text, as offset and length in `mail->bytes`. Of
 * base64 the enclosing quartets, of quoted-printable the whole escapes, of uuencode the lines, of a
 * multi-byte charset whole characters (from the shift sequence on where it is stateful, whole lines
 * where nothing less can be told). Linear in the distance from the last mark, about a kilobyte.
 */
struct mail_range {
	size_t at, n;
};
struct mail_range mail_text_raw(
	const struct mail *mail, const struct mail_text *text, struct mail_range decoded);

/*
 * HTML reduced to its text: tags dropped, block ends and <br> as LF, cells parted by a blank,
 * entities decoded, scripts and styles left out. It is never longer than the source.
 */
struct mail_html {
	struct span text;
	const uint32_t *origin; /* offset in the source of each text byte; text.n + 1 entries */
};
struct mail_html mail_html_text(struct span html, struct arena *arena);

#endif
