/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list: a row a failed recipient. A pane of view-browse. */
#ifndef NIXIE_UI_VIEW_LIST_H
#define NIXIE_UI_VIEW_LIST_H

#include "ui/app.h"
#include "ui/scroll.h"

struct list {
	struct app *app;
	struct scroll scroll;
	const struct row
		*current; /* for telling where it went; followed only while the rows are the same */
	bool moved;       /* the user has chosen a row: keep it under the cursor */
	char *wanted_id;  /* after a reload: this row is looked for; NULL: none */
	unsigned wanted_file, wanted_recipient;
	size_t range_from;           /* first row of a range that is being marked; SIZE_MAX: none */
	const struct row *range_row; /* the one that stood there */
	bool this_only;              /* the next action leaves the marks alone */
};

void list_init(struct list *list, struct app *app);
void list_clear(struct list *list);
/* Rows came, went or changed places: the cursor stays on its row. */
void list_sync(struct list *list);
/* The rows are about to be loaded again. */
void list_remember(struct list *list);
struct row *list_current(const struct list *list); /* NULL: no rows */
void list_go(struct list *list, size_t row);
/* Draws headings and rows; the cursor's place goes to y and x. */
void list_draw(struct list *list, struct rect area, int *y, int *x);
bool list_command(struct list *list, int command);
void list_search(struct list *list, const char *text, bool back, bool again);
GPtrArray *list_selection(struct list *list);

#endif
