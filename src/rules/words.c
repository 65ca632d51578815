/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/words.h"

#include <glib.h>

#define BLANKS_MAX 8

static bool in_word(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '_' || (c & 0x80);
}

struct span word_before(struct span text, size_t at)
{
	size_t end = at, from;

	while (end && at - end < BLANKS_MAX && (text.p[end - 1] == ' ' || text.p[end - 1] == '\t'))
		end--;
	from = end;
	while (from && end - from < WORD_MAX && in_word(text.p[from - 1]))
		from--;
	return (struct span){text.p + from, end - from};
}

bool word_is_one_of(struct span word, const char *const *words)
{
	for (; word.n && *words; words++)
		if (span_equal_nocase(word, *words))
			return true;
	return false;
}
