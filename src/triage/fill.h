/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The texts of data/ name what a report tells: `{limit}` is a fact, `{limit|less}` has words that
 * stand in for an unknown one, and `[ The limit is {limit}.]` is left out whole when a fact in it
 * is unknown (nixie-rules(5)).
 */
#ifndef NIXIE_TRIAGE_FILL_H
#define NIXIE_TRIAGE_FILL_H

#include "extract/report.h"

/* A fact that the caller knows. */
struct fill_fact {
	const char *name, *value; /* value NULL: unknown */
};

struct fill {
	const struct knowledge *knowledge;
	const struct report *report;
	const struct recipient *recipient;
	const struct code *code;      /* {meaning}; NULL: none */
	const struct fill_fact *more; /* ends with name NULL; these come first. NULL: none */
	const char *cause;            /* {cause}: why a delay is held up; NULL: unknown */
	const char *pass_on;          /* {pass_on}: what has words to pass on; NULL: nothing here */
	bool brief; /* the address stands beside the text: a long one is cut in its middle */
};

/*
 * As hostile as the mail it quotes: what prints it makes it visible. It lies in the arena; a text
 * that names nothing is the template itself.
 */
const char *fill_text_in(struct arena *arena, const char *template, const struct fill *with);
/* The same as a copy; g_free. */
char *fill_text(const char *template, const struct fill *with);

#endif
