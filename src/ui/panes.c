/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/panes.h"

#include <string.h>

#include "base/words.h"

#define SIDE_BY_SIDE 72 /* cells from which explanation and report stand beside each other */
#define RAW_COLUMNS \
	80 /* a report is shown this wide where there is room: mails are written for it */
#define PANES_FROM 10      /* rows below which the list stands alone */
#define PANE_ROWS 7        /* rows that a pane needs to be of use */
#define EXPLANATION_MIN 44 /* else the panes share the width instead */
#define EXPLANATION_MAX 72 /* cells beyond which running text reads badly */

const char *const layout_names[LAYOUT_COUNT] = {N_("right"), N_("below"), N_("off")};

/* --- where they stand */

static void split(struct panes *panes, struct rect area)
{
	bool beside = panes->layout == LAYOUT_RIGHT && area.w >= SIDE_BY_SIDE && !panes->plain;
	struct rect left = area, right = area;

	if (beside) {
		int w = area.w - RAW_COLUMNS - 2;

		if (w < EXPLANATION_MIN)
			w = area.w * 7 / 16;
		left.w = MIN(w, EXPLANATION_MAX);
		right.x += left.w + 1;
		right.w -= left.w + 1;
	} else if (area.h >= 2 * PANE_ROWS) {
		left.h = area.h / 2;
		right.y += left.h;
		right.h -= left.h;
	} else {
		panes->at[panes->focus == PANE_REPORT ? PANE_REPORT : PANE_EXPLANATION] = area;
		return;
	}
	panes->at[PANE_EXPLANATION] = left;
	panes->at[PANE_REPORT] = right;
}

void panes_place(struct panes *panes, struct rect area)
{
	bool tall = area.h - area.h / 3 - 1 >= PANE_ROWS && area.h >= PANES_FROM;
	bool low = panes->layout == LAYOUT_BELOW || area.w < SIDE_BY_SIDE;
	struct rect list = area, below = area;

	memset(panes->at, 0, sizeof panes->at);
	panes->alone = panes->maximised || !tall;
	if (panes->alone && (panes->maximised || panes->focus != PANE_LIST)) {
		panes->at[panes->focus] = area;
		return;
	}
	if (panes->layout == LAYOUT_OFF || !tall) {
		panes->at[PANE_LIST] = area;
		return;
	}
	list.h = area.h / (low ? 4 : 3) + 1;
	panes->at[PANE_LIST] = list;
	below.y += list.h;
	below.h -= list.h;
	split(panes, below);
}

bool panes_shows(const struct panes *panes, enum pane pane)
{
	return panes->at[pane].h > 0;
}

static bool is_inside(struct rect r, int y, int x)
{
	return y >= r.y && y < r.y + r.h && x >= r.x && x < r.x + r.w;
}

enum pane panes_find(const struct panes *panes, int y, int x)
{
	int pane = 0;

	while (pane < PANE_COUNT && !is_inside(panes->at[pane], y, x))
		pane++;
	return (enum pane)pane;
}

/* --- which has the keys */

void panes_step(struct panes *panes, int step)
{
	if (panes->layout == LAYOUT_OFF && !panes->maximised && !panes->alone)
		panes->layout = LAYOUT_RIGHT;
	panes->focus = (enum pane)(((int)panes->focus + step + PANE_COUNT) % PANE_COUNT);
}

void panes_open(struct panes *panes)
{
	if (panes->focus == PANE_LIST && panes->layout == LAYOUT_OFF && !panes->alone) {
		panes->layout = LAYOUT_RIGHT;
		return;
	}
	if (panes->focus == PANE_LIST)
		panes->focus = PANE_EXPLANATION;
	else if (panes->maximised)
		panes->focus = panes->focus == PANE_REPORT ? PANE_EXPLANATION : PANE_REPORT;
	panes->maximised = true;
}

bool panes_close(struct panes *panes)
{
	bool more = panes->maximised || panes->focus != PANE_LIST;

	panes->maximised = false;
	panes->focus = PANE_LIST;
	return more;
}

void panes_turn(struct panes *panes)
{
	panes->layout = (panes->layout + 1) % LAYOUT_COUNT;
	panes->maximised = false;
	if (panes->layout == LAYOUT_OFF)
		panes->focus = PANE_LIST;
}
