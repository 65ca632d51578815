/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done with the report at the cursor alone: its file saved, piped, read; words of it
 * copied. */
#ifndef NIXIE_UI_ONE_REPORT_H
#define NIXIE_UI_ONE_REPORT_H

#include "ui/app.h"

void one_report_save(struct app *app, const char *path);
void one_report_pipe(struct app *app, const char *command);
void one_report_edit(struct app *app, const char *argument);
void one_report_copy(struct app *app, const char *what);

#endif
