/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The menu of what was flagged for retry: how far it has come, and the program that sends it. */
#ifndef NIXIE_UI_RETRIES_H
#define NIXIE_UI_RETRIES_H

#include "ui/app.h"

/* `what`: a step ("due") to show, "send" to hand over what is due, NULL: asks. */
void retries_ask(struct app *app, const char *what);

/* Hands the message that the row under the cursor tells of to the program, for another address,
 * which is typed; `address` stands there first, NULL: none. */
void retries_instead(struct app *app, const char *address);

#endif
