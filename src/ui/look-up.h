/* SPDX-License-Identifier: GPL-3.0-or-later */
/* K: what a code, or a line of a report, means. An overlay. */
#ifndef NIXIE_UI_LOOK_UP_H
#define NIXIE_UI_LOOK_UP_H

#include "ui/app.h"

/* `words`: a line under the cursor (taken), explained as `nixie explain` does; NULL: the codes of
 * the row and why it has its verdict. */
void look_up_open(struct app *app, const struct row *row, char *words);
/* The line, as a copy, if there is a code in it; else NULL. */
char *look_up_words(struct app *app, struct span line);

#endif
