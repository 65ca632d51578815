/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mbox.h"

#define FROM "From "

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_from(struct span file, size_t at)
{
	return file.n - at >= sizeof FROM - 1 && memcmp(file.p + at, FROM, sizeof FROM - 1) == 0;
}

/* Has the line a time of day, as the asctime date of a real `From ` line has? Prose seldom does. */
static bool has_time(struct span file, size_t at)
{
	struct span line, rest = span_from(file, at);

	if (!span_line(&rest, &line))
		return false;
	for (size_t i = sizeof FROM - 1; i + 5 <= line.n; i++)
		if (line.p[i + 2] == ':' && is_digit(line.p[i]) && is_digit(line.p[i + 1]) &&
			is_digit(line.p[i + 3]) && is_digit(line.p[i + 4]))
			return true;
	return false;
}

/* Is the line that begins at `at` the first, or preceded by an empty one? */
static bool after_empty_line(struct span file, size_t at)
{
	if (at == 0)
		return true;
	at--; /* the LF before */
	if (at && file.p[at - 1] == '\r')
		at--;
	return at == 0 || file.p[at - 1] == '\n';
}

/* Offset of the next `From ` line at or behind `at`, or the end. */
static size_t next_from(struct span file, size_t at)
{
	while (at < file.n) {
		const char *lf;

		if (is_from(file, at) &&
			(at == 0 || (after_empty_line(file, at) && has_time(file, at))))
			return at;
		lf = memchr(file.p + at, '\n', file.n - at);
		if (!lf)
			break;
		at = (size_t)(lf + 1 - file.p);
	}
	return file.n;
}

bool mbox_is(struct span file)
{
	return file.n && is_from(file, 0) && next_from(file, 1) < file.n;
}

bool mbox_next(struct span file, size_t *at, struct span *message)
{
	size_t begin = next_from(file, *at);

	if (begin >= file.n)
		return false;
	*at = next_from(file, begin + 1);
	*message = (struct span){file.p + begin, *at - begin};
	return true;
}
