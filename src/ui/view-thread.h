/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The message that a report is about, in its conversation; Enter reads a letter of it. */
#ifndef NIXIE_UI_VIEW_THREAD_H
#define NIXIE_UI_VIEW_THREAD_H

#include "ui/app.h"

void view_thread_open(struct app *app, const struct row *row);

#endif
