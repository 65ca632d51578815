/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is proposed for the suppression list, each address with what speaks for it. */
#ifndef NIXIE_UI_VIEW_PROPOSED_H
#define NIXIE_UI_VIEW_PROPOSED_H

#include "ui/app.h"

void view_proposed_open(struct app *app);

#endif
