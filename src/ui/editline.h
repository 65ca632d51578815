/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line being typed: the keys of readline that hands know. */
#ifndef NIXIE_UI_EDITLINE_H
#define NIXIE_UI_EDITLINE_H

#include <glib.h>

#include "ui/term.h"

struct editline {
	GString *text; /* UTF-8 */
	size_t cursor; /* byte offset */
	bool pasting;  /* line ends and control keys are text now */
};

void editline_init(struct editline *line, const char *text);
void editline_clear(struct editline *line);
void editline_set(struct editline *line, const char *text);
/* True when the key was for the line. */
bool editline_key(struct editline *line, int key);
/* The word that ends at the cursor: where it begins. */
size_t editline_word(const struct editline *line);
void editline_replace_word(struct editline *line, size_t from, const char *word);
/* Draws what fits, moved so that the cursor shows; returns the column of the cursor in `area`. */
int editline_draw(
	const struct editline *line, struct terminal *term, struct rect area, int row, int column);

#endif
