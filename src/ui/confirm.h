/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what would be done and waits for Enter. An overlay. */
#ifndef NIXIE_UI_CONFIRM_H
#define NIXIE_UI_CONFIRM_H

#include "ui/app.h"
#include "ui/doc.h"

/* The width that the text is made for. */
int confirm_width(const struct app *app);
/* Takes `doc`. Exactly one of the two is called with `user`; `no` may be NULL. */
void confirm_push(struct app *app, const char *title, struct doc *doc,
	void (*yes)(struct app *app, void *user), GDestroyNotify no, void *user);

#endif
