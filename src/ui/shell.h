/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other programs on the same terminal: shell, pager, editor, pipes. Loading goes on meanwhile. */
#ifndef NIXIE_UI_SHELL_H
#define NIXIE_UI_SHELL_H

#include "ui/app.h"

/* Runs `command` in $SHELL (or sh), standard input from `path` when not NULL; `pause`: waits for a
 * key before the screen comes back. */
void shell_run(struct app *app, const char *command, const char *path, bool pause);
/* Shows a copy of the report file, which is read-only, in $PAGER or $EDITOR. */
void shell_read_file(struct app *app, const char *path);
/* Copies the report file to a new file. */
bool shell_save_file(const char *from, const char *to, GError **error);

#endif
