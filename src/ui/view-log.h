/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal of this database: what nixie changed, newest first; Enter undoes an entry. */
#ifndef NIXIE_UI_VIEW_LOG_H
#define NIXIE_UI_VIEW_LOG_H

#include "ui/app.h"

void view_log_open(struct app *app);

#endif
