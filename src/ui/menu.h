/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A choice out of a few, by its key or with the cursor: sort order, parts, saved queries. An
 * overlay. */
#ifndef NIXIE_UI_MENU_H
#define NIXIE_UI_MENU_H

#include "ui/app.h"

struct menu;

typedef void menu_chosen(void *user, int chosen); /* counts from 0 */

struct menu *menu_new(const char *title, menu_chosen *chosen, void *user);
/* `key` 0: by the cursor alone. */
void menu_add(struct menu *menu, int key, const char *text, bool is_current);
/* What is typed leads to the first row that begins so; no other key of a letter moves then. */
void menu_jump(struct menu *menu);
/* Fills the menu when it is pushed, and again whenever more is known; the cursor keeps its row. */
void menu_fill_with(struct menu *menu, void (*fill)(struct menu *menu, void *user));
/* The same key again chooses what is under the cursor. */
void menu_push(struct app *app, struct menu *menu);

#endif
