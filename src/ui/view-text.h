/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text in a frame over what is shown: answers to K, files that could not be read. */
#ifndef NIXIE_UI_VIEW_TEXT_H
#define NIXIE_UI_VIEW_TEXT_H

#include "ui/app.h"
#include "ui/doc.h"

/* Shows `doc`, which it then owns. */
void view_text_push(struct app *app, const char *title, struct doc *doc);
/* The same of what may not be known yet: asked at each drawing until it is, and when the width is
 * another. NULL: not yet. */
typedef struct doc *view_text_maker(
	struct app *app, const struct row *row, const void *user, int width);
/* Takes `user`, which g_free frees; NULL is legal. */
void view_text_push_later(struct app *app, const char *title, const struct row *row,
	view_text_maker *make, void *user);

#endif
