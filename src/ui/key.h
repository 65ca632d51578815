/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A key as one number: a Unicode code point (control keys are 1..31), or one of the named keys
 * below. The names are those of `ui_command.keys` and of [keys] in the configuration.
 */
#ifndef NIXIE_UI_KEY_H
#define NIXIE_UI_KEY_H

#include "base/span.h"

#define KEY_CTRL(c) ((c)&0x1f)

enum key {
	K_TAB = '\t',
	K_ENTER = '\r',
	K_ESC = 0x1b,
	K_SPECIAL = 0x110000, /* above every code point */
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_INSERT,
	K_DELETE,
	K_BACKSPACE,
	K_BACKTAB,
	K_MOUSE,
	K_PASTE_BEGIN,
	K_PASTE_END,
	K_F1, /* K_F1 + n - 1 is Fn */
	K_F12 = K_F1 + 11,
};

/* The next key of a sequence such as "gg", "C-d", "y a", "PageDown"; moves `*at` on. -1: no such
 * key. */
int key_parse(struct span sequence, size_t *at);
/* "C-d", "PageDown", "j"; written to `buf` of KEY_NAME bytes, which is returned. */
#define KEY_NAME 16
const char *key_text(int key, char buf[KEY_NAME]);

#endif
