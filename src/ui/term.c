/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/term.h"

/* clang-format off */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
/* clang-format on */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/errors.h"
#include "base/words.h"
#include "ui/input.h"
#include "ui/signals.h"

#define CUT ".."
#define LEFT_TO_RIGHT_MARK "\342\200\216"

struct terminal {
	SCREEN *screen;
	enum text_flags flags;
	enum signs signs;
	bool plain;
	attr_t attributes[STYLE_COUNT];
	short pair[STYLE_COUNT];
	struct termios before;
	struct input input;
	bool pastes; /* the terminal brackets what is pasted */
	GString *scratch;
};

/* A capability of the terminal as a string, "" when it has none. */
static const char *capability(const char *name)
{
	const char *value = tigetstr(name);

	return value && value != (const char *)-1 ? value : "";
}

bool term_check(GError **error)
{
	const char *type = g_getenv("TERM");
	int status = 0;
	bool able;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("the screen needs a terminal, and %s is none; `nixie list` prints the "
			  "same "
			  "rows"),
			isatty(STDIN_FILENO) ? _("standard output") : _("standard input"));
		return false;
	}
	if (!type || !*type || setupterm(NULL, STDOUT_FILENO, &status) == ERR) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("the terminal type TERM=%s is not known here; set TERM to one that is, "
			  "such as xterm or vt100"),
			type && *type ? type : "(unset)");
		return false;
	}
	able = *capability("cup") && *capability("clear");
	del_curterm(cur_term);
	if (!able)
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("the terminal type TERM=%s cannot place the cursor; `nixie list` prints "
			  "the same rows"),
			type);
	return able;
}

/* A colour that this terminal has; of a bright one in eight colours the plain one is left, and the
 * attribute that stands in for it. */
static short nearest_colour(short colour, attr_t *instead)
{
	if (colour < COLORS)
		return colour;
	if (colour >= 16)
		return -1;
	*instead |= A_BOLD;
	return (short)(colour - 8);
}

static void read_theme(struct terminal *term, const struct term_options *options)
{
	const char *environment = g_getenv("NO_COLOR");
	bool none = options->no_colour || (environment && *environment && !options->colour);
	bool colour = !none && has_colors() && start_color() == OK && COLORS >= 8;
	const struct theme *theme = colour ? options->theme : options->mono;
	cchar_t ground;

	if (colour)
		use_default_colors();
	for (int i = 0; i < STYLE_COUNT; i++) {
		const struct look *look = &theme->looks[i];
		attr_t bold = 0, ignored = 0;

		term->pair[i] = 0;
		if (colour && (look->foreground >= 0 || look->background >= 0)) {
			term->pair[i] = (short)(i + 1);
			init_pair(term->pair[i], nearest_colour(look->foreground, &bold),
				nearest_colour(look->background, &ignored));
		}
		term->attributes[i] = (look->attributes & LOOK_BOLD ? A_BOLD : 0) |
				      (look->attributes & LOOK_REVERSE ? A_REVERSE : 0) |
				      (look->attributes & LOOK_UNDERLINE ? A_UNDERLINE : 0) |
				      (look->attributes & LOOK_DIM ? A_DIM : 0) | bold;
	}
	setcchar(&ground, L" ", term->attributes[STYLE_NORMAL], term->pair[STYLE_NORMAL], NULL);
	bkgrndset(&ground);
}

/* Everything that endwin() would send, kept for a signal handler, which may not call endwin(). */
static void guard(const struct terminal *term)
{
	g_autofree char *reset = g_strconcat(capability("sgr0"),
		term->pastes ? capability("BD") : "", "\033[?1006;1000l", capability("cnorm"),
		capability("rmkx"), capability("rmcup"), "\r\n", NULL);

	signals_guard(STDOUT_FILENO, reset, &term->before);
}

static void send(const char *sequence)
{
	if (*sequence) {
		putp(sequence);
		fflush(stdout);
	}
}

struct terminal *term_open(const struct term_options *options, GError **error)
{
	struct terminal *term;

	if (!term_check(error))
		return NULL;
	setlocale(LC_CTYPE, "");
	term = g_new0(struct terminal, 1);
	tcgetattr(STDIN_FILENO, &term->before);
	term->screen = newterm(NULL, stdout, stdin);
	if (!term->screen) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("the terminal TERM=%s cannot be opened as a screen"), g_getenv("TERM"));
		g_free(term);
		return NULL;
	}
	term->scratch = g_string_new(NULL);
	term->flags = g_str_equal(nl_langinfo(CODESET), "UTF-8") ? TEXT_PLAIN : TEXT_ASCII;
	term->signs = signs_choose(
		options->line_signs, options->plain, term->flags == TEXT_PLAIN, g_getenv("TERM"));
	term->plain = options->plain;
	term->pastes = *capability("BE") && *capability("PS") && *capability("PE");
	input_open(&term->input, options->mouse && !options->plain, /* rows stand elsewhere there */
		term->pastes ? capability("PS") : "", term->pastes ? capability("PE") : "");
	read_theme(term, options);
	if (term->pastes)
		send(capability("BE"));
	guard(term);
	return term;
}

void term_leave(struct terminal *term)
{
	if (term->pastes)
		send(capability("BD"));
	endwin();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &term->before);
	signals_unguard();
}

void term_return(struct terminal *term)
{
	guard(term);
	reset_prog_mode();
	term_resize(term);
	term_repaint(term);
	refresh();
	if (term->pastes)
		send(capability("BE"));
}

void term_close(struct terminal *term)
{
	if (!term)
		return;
	term_leave(term);
	delscreen(term->screen);
	g_string_free(term->scratch, TRUE);
	g_free(term);
}

void term_resize(struct terminal *term)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	/* Sizes that came and went unseen have cut off what stood there, too. */
	term_repaint(term);
}

void term_repaint(struct terminal *term)
{
	(void)term;
	clearok(stdscr, TRUE);
}

struct rect term_rect(const struct terminal *term)
{
	(void)term;
	return (struct rect){0, 0, LINES, COLS};
}

bool term_key(struct terminal *term, int *key)
{
	return input_key(&term->input, key);
}

enum mouse term_mouse(const struct terminal *term, int *y, int *x)
{
	*y = term->input.mouse_y;
	*x = term->input.mouse_x;
	return term->input.button;
}

void term_clipboard(struct terminal *term, const char *text)
{
	g_autofree char *coded = g_base64_encode((const guchar *)text, strlen(text));
	g_autofree char *sequence = g_strconcat("\033]52;c;", coded, "\a", NULL);

	(void)term;
	fputs(sequence, stdout);
	fflush(stdout);
}

/* --- drawing */

static void set_style(const struct terminal *term, enum style style)
{
	attr_set(term->attributes[style], term->pair[style], NULL);
}

void term_begin(struct terminal *term)
{
	set_style(term, STYLE_NORMAL);
	erase();
}

/* The row under the cursor first, the others behind it in their order. */
static void put_first(int y)
{
	g_autofree cchar_t *line = g_new0(cchar_t, (gsize)COLS + 1);
	g_autofree cchar_t *first = g_new0(cchar_t, (gsize)COLS + 1);

	mvin_wchnstr(y, 0, first, COLS);
	for (int row = y; row > 0; row--) {
		mvin_wchnstr(row - 1, 0, line, COLS);
		mvadd_wchnstr(row, 0, line, COLS);
	}
	mvadd_wchnstr(0, 0, first, COLS);
}

void term_end(struct terminal *term, int y, int x)
{
	if (term->plain && y > 0 && y < LINES) {
		put_first(y);
		y = 0;
	}
	move(CLAMP(y, 0, LINES - 1), CLAMP(x, 0, COLS - 1));
	refresh();
}

/* Letters that a terminal with an eye for writing directions sets from right to left. */
static bool is_right_to_left(int32_t c)
{
	return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
	       (c >= 0xfe70 && c <= 0xfefc) || (c >= 0x10800 && c <= 0x10fff) ||
	       (c >= 0x1e800 && c <= 0x1efff);
}

/*
 * Sends a visible string to a place that it fits into. A character for which the C library knows
 * another width than text_char_cells() would shift all behind it; a question mark stands in for it.
 * Behind letters that run from right to left a mark ends their run (UAX #9, LRM): else blanks and
 * digits of the next column would be drawn into it, and columns change places.
 */
static void put(int y, int x, struct span text)
{
	bool turned = false;

	for (size_t at = 0; at < text.n;) {
		size_t from = at, end;
		int cells, c;

		while (at < text.n && (unsigned char)text.p[at] < 0x80)
			turned &= !g_ascii_isalpha(text.p[at++]);
		if (at > from) {
			mvaddnstr(y, x, text.p + from, (int)(at - from));
			x += (int)(at - from);
			continue;
		}
		c = text_next(text, &at);
		cells = MAX(text_char_cells(c), 0);
		turned = turned || is_right_to_left(c);
		for (end = at; end < text.n;
			at = end) { /* marks go with the character that carries them */
			int32_t mark = text_next(text, &end);

			if (mark < 0x80 || text_char_cells(mark) != 0 ||
				wcwidth((wchar_t)mark) != 0)
				break;
		}
		if (wcwidth((wchar_t)c) == cells && cells)
			mvaddnstr(y, x, text.p + from, (int)(at - from));
		else
			for (int i = 0; i < cells; i++)
				mvaddch(y, x + i, '?');
		x += cells;
	}
	if (turned)
		addstr(LEFT_TO_RIGHT_MARK);
}

static struct span visible(struct terminal *term, enum style style, struct span text)
{
	const char *sign = text.n == 1 ? signs_draw(term->signs, style, text.p[0]) : NULL;

	g_string_truncate(term->scratch, 0);
	if (sign)
		g_string_append(term->scratch, sign);
	else
		text_visible_append(term->scratch, text, term->flags);
	return (struct span){term->scratch->str, term->scratch->len};
}

int term_span(struct terminal *term, struct rect area, int row, int column, enum style style,
	struct span text)
{
	struct span shown;
	size_t used;

	if (row < 0 || row >= area.h || column < 0 || column >= area.w)
		return column;
	shown = text_fit(visible(term, style, text), (size_t)(area.w - column), &used);
	set_style(term, style);
	put(area.y + row, area.x + column, shown);
	return column + (int)used;
}

int term_text(struct terminal *term, struct rect area, int row, int column, enum style style,
	const char *text)
{
	return term_span(term, area, row, column, style, span_of(text));
}

/* `sign` of a style of lines or bars, drawn in `style`. */
static void fill(struct terminal *term, struct rect area, int row, int column, int cells,
	enum style style, enum style meaning, char c)
{
	const char *sign = signs_draw(term->signs, meaning, c);

	cells = MIN(cells, area.w - column);
	if (row < 0 || row >= area.h || column < 0 || cells <= 0)
		return;
	set_style(term, style);
	if (!sign) {
		mvhline(area.y + row, area.x + column, (chtype)(unsigned char)c, cells);
		return;
	}
	move(area.y + row, area.x + column);
	for (int i = 0; i < cells; i++)
		addstr(sign);
}

void term_fill(struct terminal *term, struct rect area, int row, int column, int cells,
	enum style style, char c)
{
	fill(term, area, row, column, cells, style, style, c);
}

void term_bar(
	struct terminal *term, struct rect area, int row, int column, int cells, enum style style)
{
	fill(term, area, row, column, cells, style, STYLE_BAR, '#');
}

char *term_bar_text(const struct terminal *term, const char *text)
{
	const char *sign = signs_draw(term->signs, STYLE_BAR, '#');
	size_t n = strlen(text), bar = n;
	GString *out;

	while (bar && text[bar - 1] == '#')
		bar--;
	out = g_string_new_len(text, (gssize)bar);
	for (; bar < n; bar++)
		g_string_append(out, sign ? sign : "#");
	return g_string_free(out, FALSE);
}

void term_field(struct terminal *term, struct rect area, int row, int column, int cells,
	enum style style, const char *text)
{
	struct span shown;
	size_t used;

	cells = MIN(cells, area.w - column);
	if (row < 0 || row >= area.h || column < 0 || cells <= 0)
		return;
	term_fill(term, area, row, column, cells, style, ' ');
	shown = visible(term, style, span_of(text));
	if (text_cells(shown) <= (size_t)cells) {
		put(area.y + row, area.x + column, shown);
		return;
	}
	shown = text_fit(shown, (size_t)MAX(cells - (int)strlen(CUT), 0), &used);
	put(area.y + row, area.x + column, shown);
	put(area.y + row, area.x + column + (int)used,
		text_fit(SPAN_LIT(CUT), (size_t)cells - used, NULL));
}

void term_clear(struct terminal *term, struct rect area)
{
	for (int row = 0; row < area.h; row++)
		term_fill(term, area, row, 0, area.w, STYLE_NORMAL, ' ');
}

struct rect term_frame(struct terminal *term, struct rect area, const char *title)
{
	static const char *const corners[] = {
		"\342\224\214", "\342\224\220", "\342\224\224", "\342\224\230"};
	int bottom = area.h - 1, right = area.w - 1;

	term_clear(term, area);
	for (int row = 0; row < area.h; row++) {
		bool edge = row == 0 || row == bottom;

		term_fill(term, area, row, 0, area.w, STYLE_RULE, edge ? '-' : ' ');
		term_fill(term, area, row, 0, 1, STYLE_RULE, edge ? '+' : '|');
		term_fill(term, area, row, right, 1, STYLE_RULE, edge ? '+' : '|');
	}
	for (int i = 0; term->signs == SIGNS_UNICODE && i < 4; i++)
		term_text(
			term, area, i < 2 ? 0 : bottom, i % 2 ? right : 0, STYLE_RULE, corners[i]);
	if (title && area.w > 6) {
		struct rect top = {area.y, term->plain ? 0 : area.x + 3, 1, area.w - 5};
		int end = MIN(term_cells(term, title), top.w - 1);

		term_field(term, top, 0, 0, end, STYLE_HEADING, title);
		term_text(term, top, 0, end, STYLE_RULE, " ");
		if (!term->plain)
			term_fill(term, area, 0, 2, 1, STYLE_RULE, ' ');
	}
	if (term->plain)
		return (struct rect){area.y + 1, 0, area.h - 2, COLS};
	return (struct rect){area.y + 1, area.x + 2, area.h - 2, area.w - 4};
}

enum text_flags term_flags(const struct terminal *term)
{
	return term->flags;
}

int term_cells(const struct terminal *term, const char *text)
{
	g_autoptr(GString) shown = g_string_new(NULL);

	return (int)text_visible_append(shown, span_of(text), term->flags);
}
