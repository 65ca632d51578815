/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report itself: a part of it decoded, or the bytes of the file, with what decided marked by
 * `>` in the margin and in the text. A pane of view-browse.
 */
#ifndef NIXIE_UI_VIEW_REPORT_H
#define NIXIE_UI_VIEW_REPORT_H

#include "ui/app.h"
#include "ui/flow.h"

struct report_pane {
	struct app *app;
	const struct row *row;
	const struct details *details;
	const struct reading
		*reading; /* that the flow was made of; NULL: raw bytes, or nothing yet */
	char *part;       /* the one that was chosen; NULL: where the evidence is */
	bool raw;         /* the bytes of the file */
	bool headers;     /* all header fields above the part */
	bool to_top;      /* the header was asked for, and is to be seen */
	int wrap;         /* 1: yes, 0: no, -1: as the width suggests */
	bool stale;
	GString *text; /* what the flow shows */
	uint64_t size; /* of the file, in raw mode */
	struct flow flow;
	unsigned telling; /* how much of why the evidence at `told` tells: 0 is most */
	size_t told;      /* a byte of `text` */
	struct scroll scroll;
};

void report_pane_init(struct report_pane *pane, struct app *app);
void report_pane_clear(struct report_pane *pane);
/* The row that it shows is about to go, or its report is. */
void report_pane_forget(struct report_pane *pane);
void report_pane_draw(
	struct report_pane *pane, struct rect area, const struct row *row, int *y, int *x);
/* What stands in the heading: "part 2/3 message/delivery-status". */
void report_pane_heading(const struct report_pane *pane, int cells, GString *out);
bool report_pane_command(struct report_pane *pane, int command);
/* What can be looked up in the line under the cursor, with those that go on from it: a line with a
 * code, or words that decided; NULL: neither. g_free. */
char *report_pane_words(const struct report_pane *pane);
void report_pane_search(struct report_pane *pane, const char *text, bool back, bool again);

#endif
