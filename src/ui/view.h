/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A view is what the screen shows: the list with its panes, the groups, help, or, as an overlay
 * on these, a prompt or a dialog. Views lie on a stack; the topmost has the keys.
 */
#ifndef NIXIE_UI_VIEW_H
#define NIXIE_UI_VIEW_H

#include "triage/session.h"
#include "ui/scroll.h"
#include "ui/term.h"

struct app;
struct view;

struct view_class {
	const char *name;
	bool overlay; /* the view below shows beside it */
	/* The bit of enum key_context that its keys are looked up in; NULL: keys go to `key` alone.
	 */
	unsigned (*context)(struct view *view);
	/* `area` is the screen without title and status line; of an overlay, the whole screen. */
	void (*draw)(struct view *view, struct rect area);
	/* A look at every key before the key map; true: taken. NULL: none. */
	bool (*key)(struct view *view, int key);
	/* What a command means here; false: what it means everywhere. NULL: nothing special. */
	bool (*command)(struct view *view, int command, const char *argument);
	bool open_changes; /* its "open" changes something, see ui/typeahead */
	void (*event)(struct view *view, enum session_event event); /* NULL: none */
	void (*reload)(
		struct view *view); /* the rows are about to be loaded anew; NULL: no matter */
	/* The parts of the status line: left "[1/102] ...", right "12%". NULL: the view has none.
	 */
	void (*status)(struct view *view, GString *left, GString *right);
	/* The rows an action works on, and the one that panes show. NULL: those of the view below.
	 */
	GPtrArray *(*selection)(struct view *view);
	struct row *(*current)(struct view *view);
	void (*search)(struct view *view, const char *text, bool back,
		bool again); /* NULL: nothing to find */
	/* What `search` moves; NULL: what is typed is not followed, only looked for at the end. */
	struct scroll *(*scroll)(struct view *view);
	void (*scrolled)(struct view *view);         /* it was set from outside; NULL: no matter */
	void (*jump)(struct view *view, size_t row); /* NULL: rows have no numbers */
	void (*free)(struct view *view);
};

struct view {
	const struct view_class *class;
	struct app *app;
	int cursor_y, cursor_x; /* where the terminal's cursor stands; `draw` sets it */
};

#endif
