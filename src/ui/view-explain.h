/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The explanation: what happened, who acts, what to do, and what that rests on. A pane of
 * view-browse. */
#ifndef NIXIE_UI_VIEW_EXPLAIN_H
#define NIXIE_UI_VIEW_EXPLAIN_H

#include "ui/app.h"
#include "ui/doc.h"

struct explain_pane {
	struct app *app;
	const struct row *row;
	const struct details *details; /* that `doc` was made of */
	struct doc *doc;
	struct scroll scroll;
};

void explain_pane_init(struct explain_pane *pane, struct app *app);
void explain_pane_clear(struct explain_pane *pane);
/* What it shows may have changed: it is made again at the next drawing. */
void explain_pane_stale(struct explain_pane *pane);
/* The row that it shows is about to go. */
void explain_pane_forget(struct explain_pane *pane);
void explain_pane_draw(
	struct explain_pane *pane, struct rect area, const struct row *row, int *y, int *x);
bool explain_pane_command(struct explain_pane *pane, int command);
void explain_pane_search(struct explain_pane *pane, const char *text, bool back, bool again);

/* The same as text, for copying and for the raw file's first lines. g_free. */
char *explain_pane_plain(struct app *app, const struct row *row);
/* The line under the cursor, for looking it up; NULL: no code is in it. g_free. */
char *explain_pane_words(const struct explain_pane *pane);

#endif
