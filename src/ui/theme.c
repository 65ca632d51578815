/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/theme.h"

enum { OWN = -1, BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

const char *const theme_names[] = {"default", "light", "mono", NULL};

static const struct look themes[][STYLE_COUNT] = {
	{
		/* default: for dark grounds, readable on light ones */
		[STYLE_NORMAL] = {OWN, OWN, 0},
		[STYLE_TITLE] = {WHITE, BLUE, LOOK_BOLD},
		[STYLE_HEADING] = {CYAN, OWN, LOOK_BOLD},
		[STYLE_RULE] = {CYAN, OWN, 0},
		[STYLE_FOCUS] = {CYAN, OWN, LOOK_BOLD | LOOK_REVERSE},
		[STYLE_CURSOR] = {OWN, OWN, LOOK_REVERSE},
		[STYLE_MARKED] = {YELLOW, OWN, LOOK_BOLD},
		[STYLE_HARD] = {RED, OWN, LOOK_BOLD},
		[STYLE_SOFT] = {YELLOW, OWN, 0},
		[STYLE_WAIT] = {CYAN, OWN, 0},
		[STYLE_CALM] = {GREEN, OWN, 0},
		[STYLE_UNSURE] = {MAGENTA, OWN, 0},
		[STYLE_EVIDENCE] = {BLACK, YELLOW, 0},
		[STYLE_FOUND] = {BLACK, GREEN, 0},
		[STYLE_STRONG] = {OWN, OWN, LOOK_BOLD},
		[STYLE_DIM] = {OWN, OWN, LOOK_DIM},
		[STYLE_WARNING] = {RED, OWN, LOOK_BOLD},
		[STYLE_STATUS] = {WHITE, BLUE, 0},
		[STYLE_INPUT] = {OWN, OWN, LOOK_REVERSE},
	},
	{
		/* light: no yellow, cyan or white text on the terminal's own ground */
		[STYLE_NORMAL] = {OWN, OWN, 0},
		[STYLE_TITLE] = {WHITE, BLUE, LOOK_BOLD},
		[STYLE_HEADING] = {BLUE, OWN, LOOK_BOLD},
		[STYLE_RULE] = {BLUE, OWN, 0},
		[STYLE_FOCUS] = {BLUE, OWN, LOOK_BOLD | LOOK_REVERSE},
		[STYLE_CURSOR] = {OWN, OWN, LOOK_REVERSE},
		[STYLE_MARKED] = {MAGENTA, OWN, LOOK_BOLD},
		[STYLE_HARD] = {RED, OWN, LOOK_BOLD},
		[STYLE_SOFT] = {MAGENTA, OWN, 0},
		[STYLE_WAIT] = {BLUE, OWN, 0},
		[STYLE_CALM] = {GREEN, OWN, 0},
		[STYLE_UNSURE] = {RED, OWN, 0},
		[STYLE_EVIDENCE] = {BLACK, YELLOW, 0},
		[STYLE_FOUND] = {BLACK, CYAN, 0},
		[STYLE_STRONG] = {OWN, OWN, LOOK_BOLD},
		[STYLE_DIM] = {OWN, OWN, 0},
		[STYLE_WARNING] = {RED, OWN, LOOK_BOLD},
		[STYLE_STATUS] = {WHITE, BLUE, 0},
		[STYLE_INPUT] = {OWN, OWN, LOOK_REVERSE},
	},
	{
		[STYLE_NORMAL] = {OWN, OWN, 0},
		[STYLE_TITLE] = {OWN, OWN, LOOK_REVERSE},
		[STYLE_HEADING] = {OWN, OWN, LOOK_BOLD},
		[STYLE_RULE] = {OWN, OWN, 0},
		[STYLE_FOCUS] = {OWN, OWN, LOOK_BOLD | LOOK_REVERSE},
		[STYLE_CURSOR] = {OWN, OWN, LOOK_REVERSE},
		[STYLE_MARKED] = {OWN, OWN, LOOK_BOLD},
		[STYLE_HARD] = {OWN, OWN, LOOK_BOLD},
		[STYLE_SOFT] = {OWN, OWN, 0},
		[STYLE_WAIT] = {OWN, OWN, 0},
		[STYLE_CALM] = {OWN, OWN, 0},
		[STYLE_UNSURE] = {OWN, OWN, 0},
		[STYLE_EVIDENCE] = {OWN, OWN, LOOK_REVERSE},
		[STYLE_FOUND] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
		[STYLE_STRONG] = {OWN, OWN, LOOK_BOLD},
		[STYLE_DIM] = {OWN, OWN, 0},
		[STYLE_WARNING] = {OWN, OWN, LOOK_BOLD},
		[STYLE_STATUS] = {OWN, OWN, LOOK_REVERSE},
		[STYLE_INPUT] = {OWN, OWN, LOOK_REVERSE},
	},
};

const struct look *theme_looks(const char *name)
{
	for (int i = 0; theme_names[i]; i++)
		if (!strcmp(theme_names[i], name))
			return themes[i];
	return NULL;
}
