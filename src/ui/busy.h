/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something runs that has to end before keys mean anything again. An overlay that swallows them;
 * Esc asks it to stop. */
#ifndef NIXIE_UI_BUSY_H
#define NIXIE_UI_BUSY_H

#include "ui/app.h"

struct view *busy_push(struct app *app, const char *text);
void busy_pop(struct view *busy);
/* Becomes true when it shall stop; valid until busy_pop(). */
const bool *busy_stopped(const struct view *busy);

#endif
