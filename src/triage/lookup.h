/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports that wait for what the index knows of their letters: were these sent from here, and to
 * whom? Many are asked about together, as many as are answered in a moment.
 */
#ifndef NIXIE_TRIAGE_LOOKUP_H
#define NIXIE_TRIAGE_LOOKUP_H

#include "triage/rowstore.h"
#include "triage/sent.h"

struct lookup {
	struct sent_book *book;
	const struct surroundings *own;
	GQueue waiting, asked; /* struct waiting* */
	guint batch;           /* that are enough for the next */
	int64_t began;
};

void lookup_init(struct lookup *lookup, struct sent_book *book, const struct surroundings *own);
/* Also: nothing is known of letters, and nothing will be. */
void lookup_clear(struct lookup *lookup);
/* Those whose rows were kept with what their letters tell (rowpage.h) do not wait. */
void lookup_leave_kept(struct lookup *lookup);

/* What the report and the settings alone tell of the rows that begin at `node`. */
void lookup_judge(const struct lookup *lookup, struct row_node *node, const struct report *report);
/* Takes the report. */
void lookup_add(struct lookup *lookup, struct row_node *node, struct report *report);
size_t lookup_length(const struct lookup *lookup);
bool lookup_is_asking(const struct lookup *lookup);
/* Do enough wait? `last`: no more will come. */
bool lookup_is_due(const struct lookup *lookup, bool last);
void lookup_ask(struct lookup *lookup, job_done *done, void *user);
/* In `done`: what was asked is answered. */
void lookup_take(struct lookup *lookup);

#endif
