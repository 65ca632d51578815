/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C: the verdict under the cursor is wrong; what is right becomes a rule of the user's own. */
#ifndef NIXIE_UI_CORRECT_H
#define NIXIE_UI_CORRECT_H

#include "ui/app.h"

/* Asks for the category and the words; `argument` is the category. */
void correct_ask(struct app *app, const char *argument);
/* The rule just written goes again; false when there is none. */
bool correct_undo(struct app *app);
/* Something else was done since: `u` is about that. */
void correct_overtaken(struct app *app);
void correct_forget(struct app *app);

#endif
