/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text made safe. Everything that goes to a screen, a text listing or stderr passes
 * text_visible(), the one filter (interface.md section 5): after it a string is valid UTF-8
 * and holds no byte or character that could steer a terminal or deceive a reader.
 */
#ifndef NIXIE_BASE_TEXT_H
#define NIXIE_BASE_TEXT_H

#include <glib.h>
#include <stdint.h>

#include "base/span.h"

enum text_flags {
	TEXT_PLAIN = 0,
	TEXT_KEEP_LINES =
		1 << 0, /* LF stays, CRLF becomes LF, TAB becomes blanks to the next 8th cell */
	TEXT_ASCII = 1 << 1, /* what is not ASCII is shown as <U+XXXX> (locale C) */
};

/*
 * Appends `in` to `out`, made visible: C0, DEL as ^X, C1 and bytes that are no UTF-8 as \xNN,
 * bidi controls, zero-width, tag, private use, unassigned characters as <U+XXXX>; a third and
 * further combining mark on one cell is dropped to <U+XXXX>. Selectors, skin tones and joiners
 * of emoji are left out: each emoji stands alone in its two cells. In a mail address that looks
 * like another (base/lookalike) each letter that is not ASCII is shown as <U+XXXX>. Returns the
 * cells that the appended text takes (of its last line, with TEXT_KEEP_LINES).
 */
size_t text_visible_append(GString *out, struct span in, enum text_flags flags);
/* The same as a new string, g_free. NULL gives "". */
char *text_visible(const char *in, enum text_flags flags);

/*
 * Reads one character of `in` at `*at` and moves on. Returns its code point, or -1 for a byte
 * that is no UTF-8 (one byte is taken then).
 */
int32_t text_next_wide(struct span in, size_t *at); /* of one that is no ASCII */
static inline int32_t text_next(struct span in, size_t *at)
{
	unsigned char byte = (unsigned char)in.p[*at];

	if (byte >= 0x80)
		return text_next_wide(in, at);
	++*at;
	return byte;
}
/* Cells of a code point: 0, 1 or 2; -1 for what text_visible() would replace. Locale-blind. */
int text_char_cells(int32_t codepoint);
/* Cells of a visible string (output of text_visible). */
size_t text_cells(struct span in);
/* The visible string with blanks behind it, or before it, up to `cells`, where printf would count
 * bytes. g_free. */
char *text_padded(const char *in, size_t cells);
char *text_flush_right(const char *in, size_t cells);
/* Longest head of a visible string that fits into `cells`; `*used` takes its cells (may be NULL).
 */
struct span text_fit(struct span in, size_t cells, size_t *used);
/* Breaks a visible string at blanks into lines of at most `cells`; array of char*,
 * g_ptr_array_unref. */
GPtrArray *text_wrap(const char *in, size_t cells);

/*
 * At most `bytes` (8 or more) of it: two dots stand where its middle was, and more of the end stays
 * than of the beginning, since an address ends with its domain. g_free.
 */
char *text_middle(const char *in, size_t bytes);

/* In quotation marks: in single ones where it holds double ones. g_free. */
char *text_quoted(struct span in);

/* Of two char * (qsort, g_ptr_array_sort): the order of their bytes. */
int text_order(const void *a, const void *b);

/* Is `in` valid UTF-8 without NUL? */
bool text_is_utf8(struct span in);

#endif
