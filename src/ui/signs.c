/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/signs.h"

#include <glib.h>

const char *const term_lines_names[LINES_COUNT] = {"auto", "unicode", "ascii"};

/* Types whose fonts need not have line characters, even where the locale is UTF-8. */
static const char *const plain_types[] = {"linux", "vt", "ansi", "cons", "sun", "pcansi"};

static bool has_lines(const char *type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(plain_types); i++)
		if (g_str_has_prefix(type, plain_types[i]))
			return false;
	return true;
}

enum signs signs_choose(enum term_lines wanted, bool plain, bool utf8, const char *type)
{
	if (plain)
		return SIGNS_NONE;
	if (wanted == LINES_ASCII || !utf8)
		return SIGNS_ASCII;
	return wanted == LINES_UNICODE || has_lines(type) ? SIGNS_UNICODE : SIGNS_ASCII;
}

const char *signs_draw(enum signs signs, enum style style, char sign)
{
	static const struct {
		enum style style;
		char sign;
		const char *unicode;
	} drawn[] = {
		{STYLE_RULE, '-', "\342\224\200"},
		{STYLE_RULE, '|', "\342\224\202"},
		{STYLE_RULE, '+', "\342\224\254"},
		{STYLE_BAR, '#', "\342\226\210"},
	};

	for (size_t i = 0; signs != SIGNS_ASCII && i < G_N_ELEMENTS(drawn); i++)
		if (drawn[i].style == style && drawn[i].sign == sign)
			return signs == SIGNS_NONE ? " " : drawn[i].unicode;
	return NULL;
}
