/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What changes the index, asked for and told: retry, suppress, done, tags, undo. */
#ifndef NIXIE_UI_ACTIONS_H
#define NIXIE_UI_ACTIONS_H

#include "ui/app.h"

/* On the selection: on, or off when all of it is on already. */
/* `argument`: "on", "off"; NULL: the other than now. */
void actions_retry(struct app *app, const char *argument);
void actions_suppress(struct app *app, const char *argument);
void actions_done(struct app *app, const char *argument);
/* What is proposed for the suppression list (struct proposal*), told first. */
void actions_accept(struct app *app, GPtrArray *proposals);
/* Asks for tag words; `initial` is "+" or "-". Takes the rows. */
void actions_tag(struct app *app, GPtrArray *rows, const char *initial);
/* With words that were typed already. */
void actions_tag_now(struct app *app, const char *words);
/* Entry 0: the last one of this session. */
void actions_tag_all(struct app *app);
/* What an undo or redo met that others had changed. */
void actions_tell_rest(struct app *app);
void actions_undo(struct app *app, uint64_t entry);
void actions_redo(struct app *app);

#endif
