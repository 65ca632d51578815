/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The groups: rows counted by what they have in common, with bars, and the days of the one under
 * the cursor. */
#ifndef NIXIE_UI_VIEW_GROUP_H
#define NIXIE_UI_VIEW_GROUP_H

#include "triage/group.h"
#include "ui/app.h"

/* Opens the view, or changes what it groups by; GROUP_NONE closes it. */
void view_group_show(struct app *app, enum group_key key);

#endif
