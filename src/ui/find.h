/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text is looked for in the view that has the keys: while it is typed, then from one place to the
 * next. */
#ifndef NIXIE_UI_FIND_H
#define NIXIE_UI_FIND_H

#include "ui/app.h"

/* Asks what to look for; `text` answers at once. */
void find_ask(struct app *app, const char *text);
/* The next place, or the one before. */
void find_again(struct app *app, bool back);

#endif
