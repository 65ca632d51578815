/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of the list, one table: what a row shows, and how wide the screen must be for it. */
#ifndef NIXIE_UI_CELLS_H
#define NIXIE_UI_CELLS_H

#include "ui/app.h"

enum cell_align { CELL_LEFT, CELL_RIGHT };

struct cell_column {
	const char *title;
	int cells; /* width; 0: a share of what is left */
	int share; /* parts of what is left */
	int from;  /* cells of the screen from which on the column is shown */
	enum cell_align align;
	void (*text)(struct app *app, const struct row *row, GString *out);
	enum style (*style)(const struct row *row); /* NULL: normal */
	const char *choice; /* the setting `column` that shows it; NULL: it is always there */
};
extern const struct cell_column cell_columns[]; /* ends with title NULL */

/* Widths for a screen of `width` cells beside the two of the markers; 0: not shown. `choice` is the
 * setting `column`. */
#define CELL_COLUMNS_MAX 12
void cell_widths(int width, const char *choice, int widths[CELL_COLUMNS_MAX]);
/* The choice behind that one, "none" among them; NULL when there is no such choice. */
const char *cell_next_choice(const char *choice);

/* The style of HARD, SOFT, WAIT, NONE, ????. */
enum style severity_style(int kind, int type);
/* "07-28 06:56", local time; the year instead of the time when it is not the last twelve months. ""
 * for none. */
void cells_date(int64_t date, GString *out);
/* Now, in local time. */
GDateTime *cells_now(void);
/* What identifies a row to people: the address, or why there is none. */
const char *row_address(const struct row *row);

#endif
