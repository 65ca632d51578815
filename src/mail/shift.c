/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/shift.h"

#define HIGH 0x80
#define EUC_KANA 0x8e /* before a half-width katakana */

enum set { SET_ASCII, SET_PAIRS, SET_KANA };

static const struct escape {
	enum shifts shifts;
	const char *sequence;
	enum set set;
} escapes[] = {
	{SHIFTS_HZ, "~{", SET_PAIRS},
	{SHIFTS_HZ, "~}", SET_ASCII},
	{SHIFTS_JIS, "\x1b$B", SET_PAIRS},
	{SHIFTS_JIS, "\x1b$@", SET_PAIRS},
	{SHIFTS_JIS, "\x1b(I", SET_KANA},
	{SHIFTS_JIS, "\x1b(B", SET_ASCII},
	{SHIFTS_JIS, "\x1b(J", SET_ASCII},
	{SHIFTS_JIS, "\x0e", SET_KANA},
	{SHIFTS_JIS, "\x0f", SET_ASCII},
};

/* Bytes of the escape at the start of `in`; 0: none. */
static size_t read_escape(enum shifts shifts, struct span in, enum set *set)
{
	for (size_t i = 0; i < G_N_ELEMENTS(escapes); i++) {
		size_t n = strlen(escapes[i].sequence);

		if (escapes[i].shifts != shifts || in.n < n ||
			memcmp(in.p, escapes[i].sequence, n) != 0)
			continue;
		*set = escapes[i].set;
		return n;
	}
	return 0;
}

static bool is_graphic(char c)
{
	return c > ' ' && c < 0x7f;
}

void shift_expand(enum shifts shifts, struct span line, GString *out)
{
	enum set set = SET_ASCII;

	while (line.n) {
		size_t n = read_escape(shifts, line, &set);

		if (n) {
			line = span_from(line, n);
			continue;
		}
		/* `~~` is a tilde, a tilde before the line end joins the lines. */
		if (shifts == SHIFTS_HZ && set == SET_ASCII && line.n > 1 && line.p[0] == '~' &&
			strchr("~\r\n", line.p[1])) {
			g_string_append_len(out, line.p, line.p[1] == '~' ? 1 : 0);
			line = span_from(line, 2);
			continue;
		}
		if (set == SET_PAIRS && line.n > 1 && is_graphic(line.p[0]) &&
			is_graphic(line.p[1])) {
			g_string_append_c(out, (char)(line.p[0] | HIGH));
			g_string_append_c(out, (char)(line.p[1] | HIGH));
			line = span_from(line, 2);
			continue;
		}
		if (set == SET_KANA && is_graphic(line.p[0])) {
			g_string_append_c(out, (char)EUC_KANA);
			g_string_append_c(out, (char)(line.p[0] | HIGH));
		} else {
			/* An 8-bit byte is damage, or the text is in another charset. */
			g_string_append_c(out, line.p[0] & HIGH ? (char)0xff : line.p[0]);
		}
		line = span_from(line, 1);
	}
}
