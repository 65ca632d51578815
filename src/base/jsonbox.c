/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/jsonbox.h"

#include <string.h>

#define BOM "\xef\xbb\xbf"

/* Behind what may stand between two objects. */
static size_t skip(struct span file, size_t at)
{
	while (at < file.n && file.p[at] && strchr(" \t\r\n,", file.p[at]))
		at++;
	return at;
}

/* Behind a byte order mark, blanks and the bracket of an array. */
static size_t begin(struct span file)
{
	size_t at = file.n >= 3 && memcmp(file.p, BOM, 3) == 0 ? 3 : 0;

	at = skip(file, at);
	return at < file.n && file.p[at] == '[' ? skip(file, at + 1) : at;
}

static bool is_object(struct span file, size_t at)
{
	return at < file.n && file.p[at] == '{';
}

bool jsonbox_is(struct span file)
{
	size_t at = begin(file), next = at + 1;

	if (!is_object(file, at))
		return false;
	next = skip(file, next);
	return next < file.n && (file.p[next] == '"' || file.p[next] == '}');
}

/* Behind the object that begins at `at`. */
static size_t object_end(struct span file, size_t at)
{
	size_t depth = 0;
	bool quoted = false;

	for (; at < file.n; at++) {
		char c = file.p[at];

		if (quoted) {
			if (c == '\\')
				at++;
			else
				quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{') {
			depth++;
		} else if (c == '}' && --depth == 0) {
			return at + 1;
		}
	}
	return file.n;
}

/* The next line that begins an object, or the end. */
static size_t next_line(struct span file, size_t at)
{
	const char *found = at < file.n ? memmem(file.p + at, file.n - at, "\n{", 2) : NULL;

	return found ? (size_t)(found - file.p) + 1 : file.n;
}

/* Behind the bracket that may close an array. */
static size_t skip_end(struct span file, size_t at)
{
	return at < file.n && file.p[at] == ']' ? skip(file, at + 1) : at;
}

bool jsonbox_next(struct span file, size_t *at, struct span *object, struct span *skipped)
{
	size_t from = *at ? skip_end(file, skip(file, *at)) : begin(file), odd = from;

	if (!is_object(file, from))
		from = next_line(file, from);
	*skipped = span_trim(span_make(file.p + odd, file.p + from));
	*at = from;
	if (from == file.n)
		return false;
	*at = object_end(file, from);
	*object = (struct span){file.p + from, *at - from};
	return true;
}
