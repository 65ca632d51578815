/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that the user names, and what goes into it. */
#ifndef NIXIE_UI_SAVE_H
#define NIXIE_UI_SAVE_H

#include "ui/app.h"

/* `~/` as the shell would read it; blanks at the ends are no part of a name. g_free. */
char *save_path(const char *typed);

/* Writes a file that is not there yet; false with error. */
typedef bool save_write(const char *path, const void *user, GError **error);
/* Writes `what` ("the report") to the file that `typed` names, and says so. */
void save_to(
	struct app *app, const char *what, const char *typed, save_write *write, const void *user);
/* Asks for the name first, `name` proposed. Takes `user`, which g_free frees. `what` is borrowed
 * for good. */
void save_ask(struct app *app, const char *what, const char *name, save_write *write, void *user);

#endif
