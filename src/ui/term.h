/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal: with its input the one module that knows curses. All text passes text_visible()
 * here, whoever sends it, and is placed by cells, so that no byte of a mail can steer the terminal
 * or leave its pane. Curses has one screen a process, hence one struct terminal at a time.
 */
#ifndef NIXIE_UI_TERM_H
#define NIXIE_UI_TERM_H

#include <glib.h>

#include "base/text.h"
#include "ui/input.h"
#include "ui/signs.h"
#include "ui/theme.h"

struct rect {
	int y, x, h, w;
};

struct terminal;

struct term_options {
	const struct theme *theme;
	const struct theme *mono; /* where there are no colours */
	enum term_lines line_signs;
	bool no_colour;
	bool colour; /* whatever NO_COLOR says */
	bool mouse;
	/* For screen readers: no lines, no bars, and the row with the cursor stands first. */
	bool plain;
};

/* True when a screen can be opened here; else NIXIE_USAGE with the reason. Writes nothing to the
 * terminal. */
bool term_check(GError **error);
/* Takes the terminal: alternate screen, raw keys, signals that would leave it in that state. */
struct terminal *term_open(const struct term_options *options, GError **error);
void term_close(struct terminal *term); /* NULL is legal */

/* Lets another program have the terminal, and takes it back. */
void term_leave(struct terminal *term);
void term_return(struct terminal *term);
/* After SIGWINCH: asks the kernel for the size. */
void term_resize(struct terminal *term);
/* The next drawing paints every cell anew. */
void term_repaint(struct terminal *term);
struct rect term_rect(const struct terminal *term);

/* The next key that has been typed, or false when there is none; never waits (but ESCDELAY after
 * Esc). */
bool term_key(struct terminal *term, int *key);
/* What the mouse did; after K_MOUSE. */
enum mouse term_mouse(const struct terminal *term, int *y, int *x);
/* Sends text to the clipboard of the terminal (OSC 52). */
void term_clipboard(struct terminal *term, const char *text);

/* --- drawing: rows and columns count from the corner of `area`; what does not fit is cut off */
void term_begin(struct terminal *term); /* empties the screen */
void term_end(
	struct terminal *term, int y, int x); /* shows it, the cursor at this place of the screen */
/* Returns the column behind the text. */
int term_text(struct terminal *term, struct rect area, int row, int column, enum style style,
	const char *text);
int term_span(struct terminal *term, struct rect area, int row, int column, enum style style,
	struct span text);
/* Exactly `cells` wide: filled with blanks, or cut with `..`. */
void term_field(struct terminal *term, struct rect area, int row, int column, int cells,
	enum style style, const char *text);
/* In STYLE_RULE - | and + are lines and where they meet; so are they in term_text(). */
void term_fill(struct terminal *term, struct rect area, int row, int column, int cells,
	enum style style, char c);
/* A bar of that many cells, none in a plain terminal. */
void term_bar(
	struct terminal *term, struct rect area, int row, int column, int cells, enum style style);
void term_clear(struct terminal *term, struct rect area);
/* A frame around `area`, which shrinks to its inside; `title` in the top line. */
struct rect term_frame(struct terminal *term, struct rect area, const char *title);
/* How text is made visible here: plain, or ASCII alone in a locale that has no UTF-8. */
enum text_flags term_flags(const struct terminal *term);
/* Cells of any text as term_text() would show it. */
int term_cells(const struct terminal *term, const char *text);
/* The text with the bar of # that it ends with as this terminal draws bars. g_free. */
char *term_bar_text(const struct terminal *term, const char *text);

#endif
