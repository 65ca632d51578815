/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked for as text: limit, query, marks by filter, a command by name. An argument answers
 * at once. */
#ifndef NIXIE_UI_QUESTIONS_H
#define NIXIE_UI_QUESTIONS_H

#include "ui/app.h"

void questions_limit(struct app *app, const char *argument);
/* NULL: a menu of the saved views, where there are any, else the line to type. */
void questions_query(struct app *app, const char *argument);
void questions_type_query(struct app *app);
/* The index refused it: it is asked for again. */
void questions_query_again(struct app *app, const char *text, const char *why);
void questions_mark(struct app *app, const char *argument);
void questions_command(struct app *app);

#endif
