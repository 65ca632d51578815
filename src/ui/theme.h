/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the styles look like. Every look says the same without colour: the words HARD, SOFT, WAIT,
 * the signs > and *, and the attributes below carry the meaning; colour only repeats it.
 */
#ifndef NIXIE_UI_THEME_H
#define NIXIE_UI_THEME_H

#include <stdbool.h>

#include "ui/term.h"

enum { LOOK_BOLD = 1 << 0, LOOK_REVERSE = 1 << 1, LOOK_UNDERLINE = 1 << 2, LOOK_DIM = 1 << 3 };

/* Colours are the eight that every colour terminal has, 0 black .. 7 white; -1 the terminal's own.
 */
struct look {
	signed char foreground, background;
	unsigned char attributes;
};

/* NULL when there is no such theme. "mono" has no colour. */
const struct look *theme_looks(const char *name);
/* "default, light, mono" */
extern const char *const theme_names[];

#endif
