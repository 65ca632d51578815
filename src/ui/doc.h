/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for reading, made of styled lines: the explanation, help, the log, answers to K. */
#ifndef NIXIE_UI_DOC_H
#define NIXIE_UI_DOC_H

#include <glib.h>

#include "ui/scroll.h"
#include "ui/term.h"

/* A line has a label and a text behind it, each in its style; either may be empty. */
struct doc_line {
	enum style label_style, style;
	char *label, *text;
};

struct doc {
	GPtrArray *lines;  /* struct doc_line* */
	GPtrArray *pieces; /* what they are made of */
	int width;         /* what doc_text() and doc_pair() wrap to */
};

struct doc *doc_new(int width);
void doc_free(struct doc *doc); /* NULL is legal */
/* Wraps all of it anew, when the width is another one than before. */
void doc_fit(struct doc *doc, int width);

void doc_line(struct doc *doc, enum style style, const char *text); /* as it is, cut when drawn */
void doc_text(struct doc *doc, enum style style, const char *text); /* wrapped */
/* "Label  text text / text": the text is wrapped and hangs below its own beginning, `indent` cells
 * from the left. */
void doc_pair(struct doc *doc, const char *label, int indent, enum style style, const char *text);
/* "Label  1 text": a numbered step, its text hanging two cells behind `indent`. */
void doc_step(struct doc *doc, const char *label, int indent, const char *number, const char *text);
void doc_blank(struct doc *doc); /* one empty line, never two */

/* A sentence in the place of what is not there, wrapped, from the row on; the row behind it. */
int doc_say(struct terminal *term, struct rect area, int row, const char *text);

/* What is found is marked; NULL: nothing is searched for. */
void doc_draw(const struct doc *doc, struct terminal *term, struct rect area,
	const struct scroll *scroll, const char *found);
/* The next line from `from` on (or back from it) that holds `text` without case; -1: none. Goes
 * round the end. */
gssize doc_find(const struct doc *doc, const char *text, size_t from, bool back);
char *doc_plain(const struct doc *doc); /* all of it, for copying */

#endif
