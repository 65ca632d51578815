/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/key.h"

#include <glib.h>

#include "base/text.h"

static const struct {
	const char *name;
	int key;
} names[] = {
	{"Space", ' '},
	{"Tab", K_TAB},
	{"S-Tab", K_BACKTAB},
	{"Enter", K_ENTER},
	{"Esc", K_ESC},
	{"Backspace", K_BACKSPACE},
	{"Delete", K_DELETE},
	{"Insert", K_INSERT},
	{"Up", K_UP},
	{"Down", K_DOWN},
	{"Left", K_LEFT},
	{"Right", K_RIGHT},
	{"Home", K_HOME},
	{"End", K_END},
	{"PageUp", K_PAGE_UP},
	{"PageDown", K_PAGE_DOWN},
	{"PgUp", K_PAGE_UP},
	{"PgDn", K_PAGE_DOWN},
	{"F10", K_F1 + 9},
	{"F11", K_F1 + 10},
	{"F12", K_F12},
	{"F1", K_F1},
	{"F2", K_F1 + 1},
	{"F3", K_F1 + 2},
	{"F4", K_F1 + 3},
	{"F5", K_F1 + 4},
	{"F6", K_F1 + 5},
	{"F7", K_F1 + 6},
	{"F8", K_F1 + 7},
	{"F9", K_F1 + 8},
	{"Equals", '='}, /* what no key of a key file can be */
	{"Hash", '#'},
	{"OpenBracket", '['},
	{"CloseBracket", ']'},
};

int key_parse(struct span sequence, size_t *at)
{
	struct span rest;

	while (*at < sequence.n && sequence.p[*at] == ' ')
		(*at)++;
	rest = span_from(sequence, *at);
	if (!rest.n)
		return -1;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(rest.p, names[i].name)) {
			*at += strlen(names[i].name);
			return names[i].key;
		}
	if (rest.n >= 3 && rest.p[0] == 'C' && rest.p[1] == '-' && rest.p[2] > ' ' &&
		rest.p[2] < 0x7f) {
		*at += 3;
		return KEY_CTRL(rest.p[2]);
	}
	return text_next(sequence, at);
}

const char *key_text(int key, char buf[KEY_NAME])
{
	bool speaks = key > ' ' && key < K_SPECIAL;

	for (size_t i = 0; i < G_N_ELEMENTS(names) && !speaks; i++)
		if (names[i].key == key)
			return g_strlcpy(buf, names[i].name, KEY_NAME), buf;
	if (key >= 0 && key < ' ')
		g_snprintf(buf, KEY_NAME, "C-%c", key > 26 ? key + '@' : key + '`');
	else if (speaks)
		buf[g_unichar_to_utf8((gunichar)key, buf)] = '\0';
	else
		g_strlcpy(buf, "?", KEY_NAME);
	return buf;
}
