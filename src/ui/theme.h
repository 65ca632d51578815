/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the styles look like: data/themes/NAME.ini, changed line by line by [colours] of the
 * configuration. Every look says the same without colour: the words HARD, SOFT, WAIT, the signs >
 * and *, and the attributes carry the meaning; colour only repeats it.
 */
#ifndef NIXIE_UI_THEME_H
#define NIXIE_UI_THEME_H

#include <glib.h>
#include <stdbool.h>

/* What a piece of text is. */
enum style {
	STYLE_NORMAL,
	STYLE_TITLE,   /* first line of the screen */
	STYLE_HEADING, /* column headings, headings of panes */
	STYLE_RULE,    /* lines between panes, frames of dialogs */
	STYLE_FOCUS,   /* the heading of the pane that has the keys */
	STYLE_CURSOR,  /* the row under the cursor */
	STYLE_MARKED,  /* a marked row */
	STYLE_HARD,
	STYLE_SOFT,
	STYLE_WAIT,
	STYLE_CALM,
	STYLE_UNSURE,   /* the severity words */
	STYLE_EVIDENCE, /* the bytes that decided */
	STYLE_FOUND,    /* what the search found */
	STYLE_STRONG,
	STYLE_DIM,
	STYLE_WARNING,
	STYLE_STATUS, /* last line */
	STYLE_INPUT,  /* what is being typed, the chosen button */
	STYLE_BAR,    /* bars that stand for counts */
	STYLE_COUNT
};
/* "normal", "title", ...: their names in themes and in [colours]. */
extern const char *const style_names[STYLE_COUNT];

enum { LOOK_BOLD = 1 << 0, LOOK_REVERSE = 1 << 1, LOOK_UNDERLINE = 1 << 2, LOOK_DIM = 1 << 3 };

/* A colour is its number in the terminal: 0 black .. 7 white, 8 .. 15 the bright ones, up to 255;
 * -1 the terminal's own. */
struct look {
	short foreground, background;
	unsigned attributes;
};

struct theme {
	struct look looks[STYLE_COUNT];
};

/*
 * `name` NULL: default; of the folder themes (ui/named). `config` may be NULL. Broken or unknown:
 * NIXIE_CONFIG, the names listed.
 */
bool theme_load(const char *name, GKeyFile *config, struct theme *theme, GError **error);
/* "red bold", "white on blue", "default", "208 on bright-black"; false when it is none. */
bool look_parse(const char *text, struct look *look);

#endif
