/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/addresslist.h"

#include <glib.h>

#include "base/address.h"

/* Behind the quoted string that begins at `at`; a quote that nothing ends is a character. */
static size_t behind_quoted(struct span field, size_t at)
{
	for (size_t i = at + 1; i < field.n; i++) {
		if (field.p[i] == '\\')
			i++;
		else if (field.p[i] == '"')
			return i + 1;
	}
	return at + 1;
}

/* Behind the comment that begins at `at`; one that nothing ends goes on to the end. */
static size_t behind_comment(struct span field, size_t at)
{
	size_t depth = 0;

	for (size_t i = at; i < field.n; i++) {
		if (field.p[i] == '\\')
			i++;
		else if (field.p[i] == '(')
			depth++;
		else if (field.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return field.n;
}

/* One item of the list: where it ends, and where its <...> and its first comment begin. */
struct item {
	size_t end, angle, comment;
};

static struct item item_at(struct span field, size_t at)
{
	struct item item = {field.n, field.n, field.n};

	while (at < field.n) {
		char c = field.p[at];

		if (c == ',' || c == ';') {
			item.end = at;
			break;
		}
		if (c == '<' && item.angle == field.n)
			item.angle = at;
		if (c == '(' && item.angle == field.n) {
			if (item.comment == field.n)
				item.comment = at;
			at = behind_comment(field, at);
		} else {
			at = c == '"' ? behind_quoted(field, at) : at + 1;
		}
	}
	item.angle = MIN(item.angle, item.end);
	item.comment = MIN(item.comment, item.end);
	return item;
}

struct span address_list_next(struct span field, size_t *at)
{
	while (*at < field.n) {
		struct item item = item_at(field, *at);
		struct span text = {field.p, item.comment}, found;
		size_t next = *at;

		if (item.angle < item.end) {
			found = address_find(span_make(field.p + item.angle, field.p + item.end));
			next = item.end + 1;
		} else {
			found = address_next(text, &next);
			if (!found.n && item.comment < item.end)
				next = behind_comment(field, item.comment);
			else if (!found.n)
				next = item.end + 1;
		}
		*at = next;
		if (found.n)
			return found;
	}
	return SPAN_NONE;
}
