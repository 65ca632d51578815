/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes of a report laid out as rows of the screen, wrapped or not. Each row knows its bytes, so
 * that evidence and what was found are marked where they stand.
 */
#ifndef NIXIE_UI_FLOW_H
#define NIXIE_UI_FLOW_H

#include <glib.h>

#include "ui/scroll.h"
#include "ui/term.h"

struct flow_range {
	size_t at, n;
};

struct flow_row {
	size_t at, n;
	bool continued; /* goes on a line begun above */
};

struct flow {
	enum text_flags flags; /* of the terminal */
	struct span text;      /* borrowed */
	GArray *rows;          /* struct flow_row */
	GArray *evidence;      /* struct flow_range, by place */
	int width;
	bool wrap;
	int left; /* first cell shown, when not wrapped */
};

/* `flags`: how the terminal shows text (term_flags). */
void flow_init(struct flow *flow, enum text_flags flags);
void flow_clear(struct flow *flow);
/* Takes another text, without evidence. */
void flow_set(struct flow *flow, struct span text);
void flow_add_evidence(struct flow *flow, size_t at, size_t n);
/* Lays the text out for this width unless it is so already. */
void flow_layout(struct flow *flow, int width, bool wrap);
/* The row that shows the byte. */
size_t flow_row_of(const struct flow *flow, size_t at);
/* The next evidence, seen from `row`; false when there is none. */
bool flow_next_evidence(const struct flow *flow, size_t row, bool back, struct flow_range *found);
/* The next place of `text` without case, seen from `row`, round the end; false: none. */
bool flow_find(const struct flow *flow, const char *text, size_t row, bool back, bool again,
	struct flow_range *found);
/* Moves the window sideways until the bytes show. */
void flow_show(struct flow *flow, struct flow_range range);
void flow_draw(const struct flow *flow, struct terminal *term, struct rect area,
	const struct scroll *scroll, const char *found);

#endif
