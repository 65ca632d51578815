/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first and the last line of the screen. */
#ifndef NIXIE_UI_STATUSLINE_H
#define NIXIE_UI_STATUSLINE_H

#include "ui/app.h"

/* What is asked, and how many were found, read, shown, marked. */
void title_draw(struct app *app, struct rect line);
/* What was said last, or where the view is and which keys help. */
void status_draw(struct app *app, struct rect line);

#endif
