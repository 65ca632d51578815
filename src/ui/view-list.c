/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-list.h"

#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "triage/nothing.h"
#include "ui/cells.h"
#include "ui/doc.h"

#define NO_RANGE SIZE_MAX

void list_init(struct list *list, struct app *app)
{
	list->app = app;
	list->range_from = NO_RANGE;
}

void list_clear(struct list *list)
{
	g_free(list->wanted_id);
}

static struct row *row_at(const struct list *list, size_t i)
{
	size_t n;
	struct row *const *rows = session_rows(list->app->session, &n);

	return i < n ? rows[i] : NULL;
}

struct row *list_current(const struct list *list)
{
	return row_at(list, list->scroll.cursor);
}

void list_go(struct list *list, size_t row)
{
	scroll_to(&list->scroll, row);
	list->moved = true;
	list->current = list_current(list);
	if (list_current(list))
		session_see(list->app->session, list_current(list));
}

void list_remember(struct list *list)
{
	const struct row *row = list_current(list);

	g_clear_pointer(&list->wanted_id, g_free);
	list->current = NULL;
	list->moved = false;
	list->range_from = NO_RANGE;
	if (row) {
		list->wanted_id = g_strdup(row_id(row));
		list->wanted_file = row->file;
		list->wanted_recipient = row->recipient;
	}
}

static bool is_wanted(const struct list *list, const struct row *row)
{
	return row->file == list->wanted_file && row->recipient == list->wanted_recipient &&
	       !strcmp(row_id(row), list->wanted_id);
}

/* Once something has come by itself, the row that is being looked at stays, chosen or not. */
static bool keeps_row(const struct list *list)
{
	return list->moved || session_counts(list->app->session).fresh > 0;
}

static size_t place_of(struct row *const *rows, size_t n, const struct row *row)
{
	size_t i = 0;

	while (i < n && rows[i] != row)
		i++;
	return i;
}

/* A range begins at its row, wherever that stands now. */
static void keep_range(struct list *list, struct row *const *rows, size_t n)
{
	size_t at = list->range_from;

	if (at == NO_RANGE || (at < n && rows[at] == list->range_row))
		return;
	at = place_of(rows, n, list->range_row);
	list->range_from = at < n ? at : NO_RANGE;
}

void list_sync(struct list *list)
{
	size_t n;
	struct row *const *rows = session_rows(list->app->session, &n);
	size_t at = list->scroll.cursor;

	keep_range(list, rows, n);
	scroll_fit(&list->scroll, n, (int)list->scroll.height);
	if (list->wanted_id && !list->moved) {
		for (size_t i = 0; i < n; i++)
			if (is_wanted(list, rows[i])) {
				g_clear_pointer(&list->wanted_id, g_free);
				list_go(list, i);
				return;
			}
	}
	if (keeps_row(list) && list->current && (at >= n || rows[at] != list->current)) {
		size_t i = place_of(rows, n, list->current);
		const struct row *leader = i == n ? session_leader(list->current) : NULL;

		/* A delay that a final report has ended: that stands for both. */
		if (leader)
			i = place_of(rows, n, leader);
		if (i < n)
			scroll_follow(&list->scroll, i);
	}
	list->current = list_current(list);
}

/* --- drawing */

static void draw_headings(struct list *list, struct rect area, const int *widths)
{
	struct terminal *term = list->app->term;
	int x = 2;

	term_fill(term, area, 0, 0, area.w, STYLE_HEADING, ' ');
	for (int i = 0; cell_columns[i].title; i++) {
		if (!widths[i])
			continue;
		const char *title = _(cell_columns[i].title);

		if (cell_columns[i].align == CELL_RIGHT)
			term_text(term, area, 0, x + widths[i] - term_cells(term, title),
				STYLE_HEADING, title);
		else
			term_field(term, area, 0, x, widths[i], STYLE_HEADING, title);
		x += widths[i] + 1;
	}
}

static bool is_in_range(const struct list *list, size_t i)
{
	size_t a = MIN(list->range_from, list->scroll.cursor),
	       b = MAX(list->range_from, list->scroll.cursor);

	return list->range_from != NO_RANGE && i >= a && i <= b;
}

static void draw_row(struct list *list, struct rect area, int line, size_t i, const int *widths)
{
	struct terminal *term = list->app->term;
	const struct row *row = row_at(list, i);
	bool focused = i == list->scroll.cursor, marked = row->marked || is_in_range(list, i);
	enum style base = focused     ? STYLE_CURSOR
			  : marked    ? STYLE_MARKED
			  : row->gone ? STYLE_DIM
				      : STYLE_NORMAL;
	g_autoptr(GString) text = g_string_new(NULL);
	int x = 2;

	term_fill(term, area, line, 0, area.w, base, ' ');
	term_text(term, area, line, 0, base, focused ? ">" : " ");
	term_text(term, area, line, 1, base,
		marked       ? "*"
		: row->gone  ? "-"
		: row->fresh ? "+"
			     : " ");
	for (int c = 0; cell_columns[c].title; c++) {
		const struct cell_column *column = &cell_columns[c];
		enum style style =
			column->style && base == STYLE_NORMAL ? column->style(row) : base;

		if (!widths[c])
			continue;
		g_string_truncate(text, 0);
		column->text(list->app, row, text);
		if (column->align == CELL_RIGHT)
			while (text->len < (size_t)widths[c])
				g_string_prepend_c(text, ' ');
		term_field(term, area, line, x, widths[c], style, text->str);
		x += widths[c] + 1;
	}
}

/* Why nothing is there: which word leaves all out, and what would be shown without it. */
static void draw_reasons(struct list *list, struct rect area, int row)
{
	struct terminal *term = list->app->term;
	const GPtrArray *reasons = session_nothing(list->app->session);

	for (guint i = 0; reasons && i < reasons->len; i++) {
		g_autofree char *shown = text_visible(reasons->pdata[i], term_flags(term));
		g_autoptr(GPtrArray) lines = text_wrap(shown, (size_t)MAX(area.w - 4, 10));

		for (guint k = 0; k < lines->len; k++)
			term_text(term, area, row++, k ? 4 : 2, STYLE_NORMAL, lines->pdata[k]);
	}
}

static void draw_empty(struct list *list, struct rect area)
{
	struct session_counts counts = session_counts(list->app->session);
	const char *text;
	int row;

	if (counts.loading)
		text = counts.found ? _("Reading the first reports ...")
				    : _("Asking the index ...");
	else if (session_error(list->app->session))
		text = _("The query could not be answered; c changes it.");
	else if (session_limit_text(list->app->session))
		text = _("Nothing is left by this limit; l and an empty line clear it.");
	else
		text = _("No bounced mail matches; c changes the query.");
	row = doc_say(list->app->term, area, 1, text);
	if (!counts.loading && !session_error(list->app->session))
		draw_reasons(list, area, row + 1);
}

void list_draw(struct list *list, struct rect area, int *y, int *x)
{
	int widths[CELL_COLUMNS_MAX] = {0};
	size_t n;

	session_rows(list->app->session, &n);
	cell_widths(area.w - 2, list->app->options.column, widths);
	draw_headings(list, area, widths);
	scroll_fit(&list->scroll, n, area.h - 1);
	for (int line = 1; line < area.h && list->scroll.top + (size_t)line - 1 < n; line++)
		draw_row(list, area, line, list->scroll.top + (size_t)line - 1, widths);
	if (!n)
		draw_empty(list, area);
	*y = area.y + 1 + (int)(list->scroll.cursor - list->scroll.top);
	*x = area.x;
}

/* --- commands */

static void mark_range(struct list *list)
{
	struct session *session = list->app->session;
	size_t a, b;

	if (list->range_from == NO_RANGE) {
		list->range_from = list->scroll.cursor;
		list->range_row = list_current(list);
		app_say(list->app,
			_("Move to the other end of the range, then V again; Esc forgets it."));
		return;
	}
	a = MIN(list->range_from, list->scroll.cursor);
	b = MAX(list->range_from, list->scroll.cursor);
	for (size_t i = a; i <= b && row_at(list, i); i++)
		session_mark(session, row_at(list, i), true);
	list->range_from = NO_RANGE;
}

/* To the next row that `same` accepts, seen from the cursor, round the end. */
static void go_to_relative(struct list *list, bool back,
	bool (*same)(const struct row *, const struct row *), const char *none)
{
	size_t n, from = list->scroll.cursor;
	struct row *const *rows = session_rows(list->app->session, &n);

	for (size_t step = 1; step < n; step++) {
		size_t i = back ? (from + n - step) % n : (from + step) % n;

		if (same(rows[from], rows[i])) {
			list_go(list, i);
			return;
		}
	}
	app_say(list->app, "%s", none);
}

static bool is_recipient_of_same_report(const struct row *a, const struct row *b)
{
	return a->entry == b->entry && a->file == b->file;
}

static bool is_other_file_of_message(const struct row *a, const struct row *b)
{
	return a->entry == b->entry && a->file != b->file;
}

bool list_command(struct list *list, int command)
{
	struct row *row = list_current(list);

	switch (command) {
	case UI_MARK:
		if (row) {
			session_mark(list->app->session, row, !row->marked);
			list_go(list, list->scroll.cursor + 1);
		}
		return true;
	case UI_MARK_RANGE:
		if (row)
			mark_range(list);
		return true;
	case UI_CANCEL:
		if (list->range_from == NO_RANGE && !list->this_only)
			return false;
		list->range_from = NO_RANGE;
		list->this_only = false;
		return true;
	case UI_THIS_ROW_ONLY:
		list->this_only = true;
		app_say(list->app, _("The next action works on this row alone."));
		return true;
	case UI_NEXT_RECIPIENT:
	case UI_PREVIOUS_RECIPIENT:
		if (row)
			go_to_relative(list, command == UI_PREVIOUS_RECIPIENT,
				is_recipient_of_same_report, _("This report names one recipient."));
		return true;
	case UI_NEXT_FILE:
	case UI_PREVIOUS_FILE:
		if (row)
			go_to_relative(list, command == UI_PREVIOUS_FILE, is_other_file_of_message,
				_("This Message-ID has one file."));
		return true;
	default:
		if (!scroll_command(&list->scroll, command))
			return false;
		list_go(list, list->scroll.cursor);
		return true;
	}
}

static bool has(const char *field, const char *text)
{
	return field && span_find_nocase(span_of(field), text);
}

/* Its cells, and the two subjects: a ticket is known by the number in that of the lost message. */
static bool row_holds(void *user, size_t at, const char *text)
{
	struct app *app = ((struct list *)user)->app;
	g_autoptr(GString) cells = g_string_new(NULL);
	size_t n;
	const struct row *row = session_rows(app->session, &n)[at];

	for (int i = 0; cell_columns[i].title; i++) {
		cell_columns[i].text(app, row, cells);
		g_string_append_c(cells, '\n');
	}
	return has(cells->str, text) || has(row_text(row, ROW_SUBJECT), text) ||
	       has(row_report_subject(row), text);
}

void list_search(struct list *list, const char *text, bool back, bool again)
{
	size_t n;

	session_rows(list->app->session, &n);
	if (scroll_search(&list->scroll, n, back, again, row_holds, list, text))
		list_go(list, list->scroll.cursor);
	else
		app_complain(list->app, _("no row holds \"%s\"; c asks the index"), text);
}

GPtrArray *list_selection(struct list *list)
{
	struct row *row = list_current(list);
	GPtrArray *rows;

	if (!list->this_only)
		return session_selection(list->app->session, row);
	list->this_only = false;
	rows = g_ptr_array_new();
	if (row)
		g_ptr_array_add(rows, row);
	return rows;
}
