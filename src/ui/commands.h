/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands of the table do wherever no view gives them a meaning of its own. */
#ifndef NIXIE_UI_COMMANDS_H
#define NIXIE_UI_COMMANDS_H

#include "ui/app.h"

/* Why it is not done here (restricted mode, no index); NULL: it is. */
const char *commands_refusal(const struct app *app, const struct ui_command *command);
void commands_run(struct app *app, const struct ui_command *command, const char *argument);
/* Asks for the number of a row; `digit` has been typed. */
void commands_ask_jump(struct app *app, const char *digit);

#endif
