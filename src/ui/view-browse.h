/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main view: the list, and beside or below it the explanation and the report of its row. */
#ifndef NIXIE_UI_VIEW_BROWSE_H
#define NIXIE_UI_VIEW_BROWSE_H

#include "ui/app.h"

struct view *view_browse_new(struct app *app);
/* Shows the rows of one group alone until this view is closed, then `back` is called. */
void view_browse_narrow(struct view *view, const char *filter, void (*back)(struct app *app));

#endif
