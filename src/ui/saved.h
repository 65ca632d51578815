/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saved views on the screen: going to one, saving what is shown as one, forgetting one. */
#ifndef NIXIE_UI_SAVED_H
#define NIXIE_UI_SAVED_H

#include "ui/app.h"

/* Goes to the view of that name; NULL: a menu of them, with what each would find now. */
void saved_go(struct app *app, const char *name);
/* NULL: asks for the name. */
void saved_keep(struct app *app, const char *name);
void saved_forget(struct app *app, const char *name);

#endif
