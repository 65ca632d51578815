/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main view: the list, and beside or below it the explanation and the report of its row. */
#ifndef NIXIE_UI_VIEW_BROWSE_H
#define NIXIE_UI_VIEW_BROWSE_H

#include "ui/app.h"

struct view *view_browse_new(struct app *app);
/* A list of its own for the rows that match `filter`; closing it comes back to the view that opened
 * it, with the limit that held there. */
void view_browse_narrow(struct app *app, const char *filter);
/* Takes the limit back: to that of the group which is open, or closes the group. */
void view_browse_widen(struct app *app);

#endif
