/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/caret.h"

#include <string.h>

static bool is_edge(const char *text, const char *at)
{
	return at == text || !*at || strchr(" \t()\"", *at) || strchr(" \t()\"", at[-1]);
}

static bool is_operator(const char *at, size_t n)
{
	static const char *const names[] = {"and", "or", "xor", "not"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (n == strlen(names[i]) && g_ascii_strncasecmp(at, names[i], n) == 0)
			return true;
	return false;
}

/* Does an operand lack before `at`: is it the beginning, a parenthesis, or an operator that stands
 * there? */
static bool lacks_operand(const char *text, const char *at)
{
	const char *end, *begin;

	for (end = at; end > text && g_ascii_isspace(end[-1]);)
		end--;
	for (begin = end; begin > text && !strchr(" \t()", begin[-1]);)
		begin--;
	return end == text || end[-1] == '(' || is_operator(begin, (size_t)(end - begin));
}

/*
 * A token may stand more than once. Checks go from left to right: what is open or lacks something
 * behind it is the end of the text, an operator that lacks something before it is the first such
 * one, and of all else the first is meant.
 */
static const char *choose(const char *text, const char *token)
{
	size_t n = strlen(token), length = strlen(text);
	const char *first = NULL;

	if (!n || n > length)
		return NULL;
	if (strcmp(text + length - n, token) == 0 && is_edge(text, text + length - n))
		return text + length - n;
	for (const char *at = text; (at = strstr(at, token)); at++) {
		if (!is_edge(text, at) || !is_edge(text, at + n))
			continue;
		if (!is_operator(token, n) || lacks_operand(text, at))
			return at;
		first = first ? first : at;
	}
	return first ? first : strstr(text, token);
}

/* What stands quoted from `open` on, if the text has it: up to the last quote that will do. */
static bool find_quoted(const char *text, const char *open, struct span *token)
{
	const char *close = open + strlen(open);

	while (--close > open) {
		g_autofree char *piece = NULL;
		const char *at;

		if (*close != *open)
			continue;
		piece = g_strndup(open + 1, (gsize)(close - open - 1));
		at = choose(text, piece);
		if (at) {
			*token = (struct span){at, strlen(piece)};
			return true;
		}
	}
	return false;
}

bool caret_find(const char *text, const char *message, struct span *token)
{
	for (const char *at = message; (at = strpbrk(at, "'`")); at++)
		if (find_quoted(text, at, token))
			return true;
	return false;
}

char *caret_lines(const char *text, const char *message, enum text_flags flags)
{
	g_autofree char *one = g_strdelimit(g_strdup(text), "\n\t\r", ' ');
	struct span token;

	if (!caret_find(one, message, &token))
		return NULL;
	g_autoptr(GString) out = g_string_new("  ");
	g_autoptr(GString) shown = g_string_new(NULL);
	size_t before, wide;

	text_visible_append(out, span_of(one), flags);
	before = text_visible_append(shown, span_make(one, token.p), flags);
	wide = text_visible_append(shown, token, flags);
	g_string_append_printf(out, "\n  %*s", (int)before, "");
	for (size_t i = 0; i < MAX(wide, 1); i++)
		g_string_append_c(out, '^');
	return g_string_free(g_steal_pointer(&out), FALSE);
}
