/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/input.h"

/* clang-format off */
#define NCURSES_WIDECHAR 1
#include <curses.h>
/* clang-format on */
#include <glib.h>
#include <string.h>

#include "ui/key.h"

#define ESCAPE_WAIT_MS 25
#define DOUBLE_CLICK_US 400000
#define SEQUENCE_WAIT_US 200000 /* a terminal sends one at once */
#define BELL 0x07

enum { CODE_PASTE_BEGIN = KEY_MAX + 1, CODE_PASTE_END };

/* ECMA-48: control sequences end with a byte from @ on, strings with BEL (as xterm has it) or ESC
 * \; SS3 is followed by one byte. */
enum sequence { SEQUENCE_NONE, SEQUENCE_CONTROL, SEQUENCE_STRING, SEQUENCE_SINGLE };

static const struct {
	int code, key;
} special_keys[] = {
	{KEY_UP, K_UP},
	{KEY_DOWN, K_DOWN},
	{KEY_LEFT, K_LEFT},
	{KEY_RIGHT, K_RIGHT},
	{KEY_HOME, K_HOME},
	{KEY_END, K_END},
	{KEY_PPAGE, K_PAGE_UP},
	{KEY_NPAGE, K_PAGE_DOWN},
	{KEY_IC, K_INSERT},
	{KEY_DC, K_DELETE},
	{KEY_BACKSPACE, K_BACKSPACE},
	{KEY_BTAB, K_BACKTAB},
	{KEY_ENTER, K_ENTER},
	{KEY_MOUSE, K_MOUSE},
	{CODE_PASTE_BEGIN, K_PASTE_BEGIN},
	{CODE_PASTE_END, K_PASTE_END},
};

/* Keys of the cursor come in one of two forms, as smkx and rmkx set; terminals that do not heed
 * these are met, so both are keys, whatever the terminal's description says. */
static void know_cursor_keys(void)
{
	static const struct {
		char letter;
		int code;
	} keys[] = {{'A', KEY_UP}, {'B', KEY_DOWN}, {'C', KEY_RIGHT}, {'D', KEY_LEFT},
		{'H', KEY_HOME}, {'F', KEY_END}};
	char sequence[] = "\033[A";

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(keys); i++) {
		sequence[1] = i % 2 ? 'O' : '[';
		sequence[2] = keys[i / 2].letter;
		if (!key_defined(sequence))
			define_key(sequence, keys[i / 2].code);
	}
}

void input_open(struct input *input, bool mouse, const char *paste_begin, const char *paste_end)
{
	*input = (struct input){.waiting = ERR, .takes_mouse = mouse};
	if (!g_getenv("ESCDELAY")) /* who has a slow line says so there, to all of curses */
		set_escdelay(ESCAPE_WAIT_MS);
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	typeahead(-1); /* else curses looks for keys, and writes, after every line */
	if (mouse)
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0); /* else curses waits for a second click */
	know_cursor_keys();
	if (*paste_begin && *paste_end) {
		define_key(paste_begin, CODE_PASTE_BEGIN);
		define_key(paste_end, CODE_PASTE_END);
	}
}

/* Two clicks on one cell within DOUBLE_CLICK_US are one double-click. */
static bool take_mouse(struct input *input)
{
	int64_t now = g_get_monotonic_time();
	MEVENT event;
	bool same_place;

	if (getmouse(&event) != OK)
		return false;
	same_place = event.y == input->mouse_y && event.x == input->mouse_x;
	if (event.bstate & BUTTON4_PRESSED)
		input->button = MOUSE_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		input->button = MOUSE_DOWN;
	else if (same_place && now - input->clicked < DOUBLE_CLICK_US)
		input->button = MOUSE_DOUBLE;
	else
		input->button = MOUSE_CLICK;
	input->clicked = now;
	input->mouse_y = event.y;
	input->mouse_x = event.x;
	return true;
}

static void pass_over(struct input *input, enum sequence sequence)
{
	input->sequence = sequence;
	input->heard = g_get_monotonic_time();
}

static bool special_key(struct input *input, int code, int *key)
{
	if (code > KEY_F0 && code <= KEY_F(12)) {
		*key = K_F1 + (code - KEY_F(1));
		return true;
	}
	if (code == KEY_MOUSE && !input->takes_mouse) {
		pass_over(input, SEQUENCE_CONTROL); /* curses has read its head alone */
		return false;
	}
	if (code == KEY_MOUSE && !take_mouse(input))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(special_keys); i++)
		if (special_keys[i].code == code) {
			*key = special_keys[i].key;
			return true;
		}
	return false;
}

/* One more byte of a character; false when it is not complete, or none. */
static bool character(struct input *input, int byte, int *key)
{
	bool begun = !mbsinit(&input->partial);
	char c = (char)byte;
	wchar_t wide;
	size_t n = mbrtowc(&wide, &c, 1, &input->partial);

	if (n == (size_t)-1 && begun) { /* what came before it was none */
		memset(&input->partial, 0, sizeof input->partial);
		n = mbrtowc(&wide, &c, 1, &input->partial);
	}
	if (n == (size_t)-1) {
		memset(&input->partial, 0, sizeof input->partial);
		return false;
	}
	*key = byte == 0x7f ? K_BACKSPACE : n == 0 ? 0 : (int)wide;
	return n != (size_t)-2;
}

/* True when the byte belongs to a sequence that is passed over. Any control ends one, and so does a
 * pause: nothing that looks like its beginning (Alt and P) may swallow the keys of a person. */
static bool is_passed_over(struct input *input, int byte)
{
	enum sequence sequence = input->sequence;
	int64_t heard = input->heard;

	if (sequence == SEQUENCE_NONE)
		return false;
	input->heard = g_get_monotonic_time();
	if (input->heard - heard > SEQUENCE_WAIT_US) {
		input->sequence = SEQUENCE_NONE;
		return false;
	}
	if (byte < ' ' || byte == 0x7f) {
		input->sequence = SEQUENCE_NONE;
		return sequence == SEQUENCE_STRING && byte == BELL;
	}
	if (sequence == SEQUENCE_SINGLE || (sequence == SEQUENCE_CONTROL && byte >= '@'))
		input->sequence = SEQUENCE_NONE;
	return true;
}

/* Behind Esc: does a sequence begin here? Only what comes at once with it is one. */
static bool begins_sequence(struct input *input, int byte)
{
	switch (byte) {
	case '[':
		pass_over(input, SEQUENCE_CONTROL);
		return true;
	case ']':
	case 'P':
	case '_':
		pass_over(input, SEQUENCE_STRING);
		return true;
	case 'O':
		pass_over(input, SEQUENCE_SINGLE);
		return true;
	default:
		return byte == '\\'; /* the end of a string */
	}
}

/* Esc has come; false when it was the head of a sequence. */
static bool is_escape_alone(struct input *input)
{
	int byte = getch();

	if (byte != ERR && begins_sequence(input, byte))
		return false;
	input->waiting = byte;
	return true;
}

static int next_byte(struct input *input)
{
	int byte = input->waiting;

	input->waiting = ERR;
	return byte == ERR ? getch() : byte;
}

bool input_key(struct input *input, int *key)
{
	int byte;

	while ((byte = next_byte(input)) != ERR) {
		if (byte >= KEY_MIN) {
			if (special_key(input, byte, key))
				return true;
		} else if (is_passed_over(input, byte)) {
			continue;
		} else if (byte == K_ESC) {
			*key = K_ESC;
			if (is_escape_alone(input))
				return true;
		} else if (character(input, byte, key)) {
			return true;
		}
	}
	return false;
}
