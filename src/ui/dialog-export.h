/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows are written, how, and where to; with a preview and the equal command. An overlay. */
#ifndef NIXIE_UI_DIALOG_EXPORT_H
#define NIXIE_UI_DIALOG_EXPORT_H

#include "ui/app.h"

void dialog_export_open(struct app *app);

#endif
