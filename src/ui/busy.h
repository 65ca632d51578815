/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something runs that has to end before keys mean anything again. An overlay that swallows them. */
#ifndef NIXIE_UI_BUSY_H
#define NIXIE_UI_BUSY_H

#include "ui/app.h"

struct view *busy_push(struct app *app, const char *text);
void busy_pop(struct view *busy);

#endif
