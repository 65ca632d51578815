/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screen asks its session to load, and what becomes of what that tells. */
#ifndef NIXIE_UI_LOADING_H
#define NIXIE_UI_LOADING_H

#include "ui/app.h"

/* The clock of the first line, which stops by itself; forget before `app` goes. */
void loading_begins(struct app *app);
void loading_forget(struct app *app);
/* A session_listener; `app` is the user. */
void loading_take(void *app, enum session_event event);
/* For a status line: what is missing of who wrote and who was written to; "" when nothing is. */
const char *loading_letters(const struct app *app);

#endif
