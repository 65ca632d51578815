/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything known about one address: state, letters, history, the messages that came back. */
#ifndef NIXIE_UI_VIEW_ADDRESS_H
#define NIXIE_UI_VIEW_ADDRESS_H

#include "ui/app.h"

void view_address_open(struct app *app, const char *address);

#endif
