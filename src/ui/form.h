/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of a dialog: one of several, any of several, a line of text, buttons. */
#ifndef NIXIE_UI_FORM_H
#define NIXIE_UI_FORM_H

#include "ui/editline.h"

#define FORM_OPTIONS_MAX 24
#define FORM_LABEL_CELLS 10 /* labels stand before the fields */

enum field_kind { FORM_ONE, FORM_ANY, FORM_LINE, FORM_BUTTONS };

struct form_field {
	const char *label;
	enum field_kind kind;
	char *options[FORM_OPTIONS_MAX];
	int n;
	int at;      /* the option under the cursor; of FORM_ONE the chosen one */
	uint32_t on; /* FORM_ANY: bit i is option i */
	struct editline line;
};

struct form {
	GArray *fields; /* struct form_field */
	int focus;
	int cursor_row, cursor_column; /* set by form_draw */
};

void form_init(struct form *form);
void form_clear(struct form *form);
/* `options` are blank-free or not, NULL-ended, copied; NULL for FORM_LINE. Returns the number of
 * the field. */
int form_add(struct form *form, const char *label, enum field_kind kind, const char *const *options,
	const char *text);
struct form_field *form_field(struct form *form, int field);
/* True when the key moved or changed something; Enter and Esc are the caller's, but while a line is
 * being pasted into. */
bool form_key(struct form *form, int key);
bool form_is_pasting(struct form *form);
/* Draws fields `from` to `to` (not included) from `row` on; returns the row behind them. */
int form_draw(
	struct form *form, struct terminal *term, struct rect area, int row, int from, int to);

#endif
