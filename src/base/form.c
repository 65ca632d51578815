/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/form.h"

#include <glib.h>

#define HOST_MAX 255
#define STATUS_MIN 5 /* bytes of x.y.z */
#define STATUS_MAX 9

unsigned form_of(struct span word)
{
	unsigned form = 0;

	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		form |= g_ascii_isdigit(c)                 ? FORM_DIGITS
			: g_ascii_isalpha(c) || (c & 0x80) ? FORM_LETTERS
			: c == '.'                         ? FORM_DOTS
			: c == '-' || c == '_'             ? 0U
							   : (unsigned)FORM_OTHERS;
	}
	return form;
}

/* RecipientNotFound */
static bool is_camel(struct span word)
{
	unsigned humps = 0;

	for (size_t i = 1; i < word.n; i++)
		humps += g_ascii_isupper(word.p[i]) && g_ascii_islower(word.p[i - 1]);
	return humps > 0;
}

bool form_is_host(struct span word)
{
	const char *dot = g_strrstr_len(word.p, (gssize)word.n, ".");
	struct span last;

	if (!dot || dot == word.p || word.n > HOST_MAX || (form_of(word) & FORM_OTHERS) ||
		span_find(word, ".."))
		return false;
	last = span_make(dot + 1, word.p + word.n);
	return last.n >= 2 && !is_camel(last) &&
	       (form_of(last) == FORM_LETTERS || span_starts_nocase(last, "xn--"));
}

bool form_is_status(struct span word)
{
	unsigned dots = 0;

	for (size_t i = 0; i < word.n; i++)
		dots += word.p[i] == '.';
	return dots == 2 && word.n >= STATUS_MIN && word.n <= STATUS_MAX &&
	       strchr("245", word.p[0]) && word.p[1] == '.' &&
	       form_of(word) == (FORM_DIGITS | FORM_DOTS) && word.p[word.n - 1] != '.';
}
