/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the group view: what its modules share. Not for other modules. */
#ifndef NIXIE_UI_VIEW_GROUP_PARTS_H
#define NIXIE_UI_VIEW_GROUP_PARTS_H

#include "triage/digest.h"
#include "ui/app.h"
#include "ui/scroll.h"

#define GROUP_DAYS_MAX 60

enum group_order {
	GROUP_BY_BOUNCES,
	GROUP_BY_ADDRESSES,
	GROUP_BY_NAME,
	GROUP_BY_HARD,
	GROUP_BY_SOFT,
	GROUP_BY_DELAYS,
	GROUP_BY_FIRST,
	GROUP_BY_LAST,
	GROUP_ORDERS
};

struct group_view {
	struct view view;
	enum group_key key;
	struct group_by by;
	struct groups *groups;    /* NULL: to be counted */
	struct groups *incidents; /* of all that is shown */
	GPtrArray *shown;         /* struct group* in the order asked for */
	int64_t counted;          /* when, monotonic */
	uint64_t marked;          /* rows, when they were counted */
	bool stale;
	enum group_order order;
	bool ordered, reversed; /* the user has chosen the order */
	bool this_only;         /* the next action leaves the marks alone */
	struct scroll scroll;
	char *wanted;   /* the group to put the cursor on */
	int name_cells; /* of the longest name */
	/* What the panes tell of the group under the cursor. */
	size_t told_of; /* its place in `shown`; SIZE_MAX: nothing is told yet */
	unsigned days[GROUP_DAYS_MAX];
	struct digest *digest;
	bool in_parts;       /* the keys are for the pane of causes, */
	struct scroll parts; /* with its own cursor; count 0: it is not shown */
};

/* What it is called where `cells` are free: a category without what its title has in brackets, when
 * that does not fit. g_free. */
char *group_view_title(const struct group_view *view, const struct group *group, int cells);
/* NULL: there are no groups. */
const struct group *group_view_current(const struct group_view *view);

/* --- view-group-rows.c */
/* The keys to group by, an incident if there is one, headings and groups; the row of the cursor is
 * noted in the view. */
void group_rows_draw(struct group_view *view, struct rect area);

/* --- view-group-panes.c */
/* Lines that the panes take below the groups; 0: there is no room for them. */
int group_panes_height(struct rect area);
/* Is there room for more than the days? */
bool group_panes_have_room(struct rect area);
void group_panes_draw(struct group_view *view, struct rect area);
/* The cause (of causes: the domain) under the cursor of the pane, NULL none; what it is. */
const struct digest_part *group_panes_part(const struct group_view *view);
enum group_key group_panes_key(const struct group_view *view);
/* The group under the cursor is another one, or was counted anew. */
void group_panes_forget(struct group_view *view);

#endif
