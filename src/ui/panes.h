/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where list, explanation and report stand, and which of them has the keys: follows from the room
 * there is and from what the user chose, and from nothing else.
 */
#ifndef NIXIE_UI_PANES_H
#define NIXIE_UI_PANES_H

#include "ui/term.h"

enum pane { PANE_LIST, PANE_EXPLANATION, PANE_REPORT, PANE_COUNT };
enum layout { LAYOUT_RIGHT, LAYOUT_BELOW, LAYOUT_OFF, LAYOUT_COUNT };
extern const char *const layout_names[LAYOUT_COUNT];

struct panes {
	enum pane focus;
	enum layout layout;
	bool plain; /* nothing stands beside another */
	bool maximised;
	bool alone;                 /* there was room for one pane only */
	struct rect at[PANE_COUNT]; /* of the last drawing; empty: not shown */
};

void panes_place(struct panes *panes, struct rect area);
bool panes_shows(const struct panes *panes, enum pane pane);
/* The pane at this place of the screen; PANE_COUNT: none. */
enum pane panes_find(const struct panes *panes, int y, int x);

/* Another pane gets the keys. */
void panes_step(struct panes *panes, int step);
/* Enter: the panes, then one alone. */
void panes_open(struct panes *panes);
/* Back to the list; false when that is all there is. */
bool panes_close(struct panes *panes);
/* To the next layout. */
void panes_turn(struct panes *panes);

#endif
