/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lines and bars are drawn with: characters made for them, plain ones, or none. */
#ifndef NIXIE_UI_SIGNS_H
#define NIXIE_UI_SIGNS_H

#include <stdbool.h>

#include "ui/theme.h"

/* What is asked for. */
enum term_lines {
	LINES_AUTO, /* line characters, where locale and terminal type promise that there are any */
	LINES_UNICODE,
	LINES_ASCII,
	LINES_COUNT
};
extern const char *const term_lines_names[LINES_COUNT];

/* What there is. */
enum signs { SIGNS_ASCII, SIGNS_UNICODE, SIGNS_NONE };

/* `type` is that of the terminal; `plain`: for screen readers, which would read each one out. */
enum signs signs_choose(enum term_lines wanted, bool plain, bool utf8, const char *type);
/* What is drawn for - | + in STYLE_RULE and # in STYLE_BAR; NULL: the sign itself. */
const char *signs_draw(enum signs signs, enum style style, char sign);

#endif
