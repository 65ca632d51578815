/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help, made from the tables of commands, keys and filters. */
#ifndef NIXIE_UI_VIEW_HELP_H
#define NIXIE_UI_VIEW_HELP_H

#include "ui/app.h"

/* `about` NULL: everything; else the lines that hold this word. */
void view_help_open(struct app *app, const char *about);

#endif
