/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys that are typed while a change is being written. A key that changes something more waits
 * until that one is on disk, and all that is typed behind it with it, in its order: "au" takes
 * back what `a` has done, however slow the disk. Where the change fails they are dropped, for they
 * were typed for an index that has it. Whatever only looks or moves waits for nothing.
 */
#ifndef NIXIE_UI_TYPEAHEAD_H
#define NIXIE_UI_TYPEAHEAD_H

#include "ui/app.h"

/* Holds these keys back when the command that they are bound to has to wait. */
bool typeahead_holds(
	struct app *app, const int *keys, unsigned n, const struct ui_command *command);
/* Takes a key that is typed behind those that wait; Escape and C-c drop all. False: none wait. */
bool typeahead_takes(struct app *app, int key);
/* The change is done: what waits is typed now. */
void typeahead_goes_on(struct app *app);
/* The change has failed. False: nothing waits. */
bool typeahead_drops(struct app *app);
void typeahead_forget(struct app *app);

#endif
