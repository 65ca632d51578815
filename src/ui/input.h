/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes from the terminal, as keys: bytes become characters in whatever pieces they come, the
 * mouse becomes clicks, and a sequence that is no key here (of a key without a name, a report of
 * the terminal, a change of focus) is passed over as a whole: its letters are not commands.
 */
#ifndef NIXIE_UI_INPUT_H
#define NIXIE_UI_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

enum mouse { MOUSE_CLICK, MOUSE_DOUBLE, MOUSE_UP, MOUSE_DOWN };

struct input {
	mbstate_t partial; /* of a character whose other bytes have not come */
	int waiting;       /* what came behind Esc and is next; ERR of curses: nothing */
	unsigned sequence; /* inside of a sequence that is passed over (input.c); 0: none */
	int64_t heard;     /* its last byte */
	bool takes_mouse;
	int mouse_y, mouse_x;
	enum mouse button;
	int64_t clicked; /* g_get_monotonic_time() */
};

/* Once curses has the screen. `paste_begin` and `paste_end` bracket what is pasted, "" where the
 * terminal does not tell. */
void input_open(struct input *input, bool mouse, const char *paste_begin, const char *paste_end);
/* The next key (ui/key.h) of those that have come; false when there is none. */
bool input_key(struct input *input, int *key);

#endif
