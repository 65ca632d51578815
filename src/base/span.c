/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/span.h"

#include <glib.h>
#include <strings.h>

static bool equal_nocase(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (g_ascii_tolower(a[i]) != g_ascii_tolower(b[i]))
			return false;
	return true;
}

bool span_equal_nocase(struct span a, const char *b)
{
	return a.n == strlen(b) && equal_nocase(a.p, b, a.n);
}

bool span_starts_nocase(struct span a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.n >= n && equal_nocase(a.p, prefix, n);
}

bool span_ends_nocase(struct span a, const char *suffix)
{
	size_t n = strlen(suffix);

	return a.n >= n && equal_nocase(a.p + a.n - n, suffix, n);
}

const char *span_find_nocase(struct span a, const char *needle)
{
	size_t n = strlen(needle);
	char lower, upper;

	if (n == 0)
		return a.p;
	lower = g_ascii_tolower(needle[0]);
	upper = g_ascii_toupper(needle[0]);
	for (size_t i = 0; i + n <= a.n; i++)
		if ((a.p[i] == lower || a.p[i] == upper) && equal_nocase(a.p + i, needle, n))
			return a.p + i;
	return NULL;
}

const char *span_find(struct span a, const char *needle)
{
	return a.n ? memmem(a.p, a.n, needle, strlen(needle)) : NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span a)
{
	while (a.n && is_blank(a.p[0]))
		a = span_from(a, 1);
	while (a.n && is_blank(a.p[a.n - 1]))
		a.n--;
	return a;
}

/*
 * First line end of `s`, or NULL. Both ends are looked for window by window: a search for LF alone
 * would read the whole rest once for every line of a text that has bare CRs only.
 */
static const char *line_end(struct span s)
{
	const size_t window = 4096;

	for (size_t at = 0; at < s.n; at += window) {
		size_t n = MIN(window, s.n - at);
		const char *lf = memchr(s.p + at, '\n', n);
		const char *cr = memchr(s.p + at, '\r', lf ? (size_t)(lf - s.p) - at : n);

		if (cr || lf)
			return cr ? cr : lf;
	}
	return NULL;
}

bool span_line(struct span *rest, struct span *line)
{
	const char *end = rest->p + rest->n;
	const char *stop;

	if (!rest->n)
		return false;
	stop = line_end(*rest);
	if (!stop) {
		*line = *rest;
		*rest = (struct span){end, 0};
		return true;
	}
	*line = span_make(rest->p, stop);
	stop += *stop == '\r' && stop + 1 < end && stop[1] == '\n' ? 2 : 1;
	*rest = span_make(stop, end);
	return true;
}

char *span_dup(struct span a)
{
	char *copy = g_malloc(a.n + 1);

	if (a.n)
		memcpy(copy, a.p, a.n);
	copy[a.n] = '\0';
	return copy;
}
