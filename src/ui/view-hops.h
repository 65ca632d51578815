/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of the message that came back, server by server: an overlay. */
#ifndef NIXIE_UI_VIEW_HOPS_H
#define NIXIE_UI_VIEW_HOPS_H

#include "ui/app.h"

void view_hops_open(struct app *app, const struct row *row);

#endif
