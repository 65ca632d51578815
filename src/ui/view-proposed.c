/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-proposed.h"

#include "base/strhash.h"
#include "base/words.h"
#include "triage/propose.h"
#include "ui/actions.h"
#include "ui/cells.h"
#include "ui/doc.h"
#include "ui/loading.h"
#include "ui/scroll.h"

#define EVIDENCE_ROWS 8  /* with the rule above it; a third of the view where that is more */
#define EVIDENCE_FROM 16 /* rows of the view from which it has room */
#define COUNT_FROM 62    /* the number of bounces, the time, and a word for the reason */
#define REASON_FROM 110  /* cells of the view from which the reason stands in the row */
#define ADDRESS_CELLS 36
#define ADDRESS_LEAST 16
#define MOVE_CELLS 9
#define DAY_CELLS 5 /* 07-28 */

struct proposed_view {
	struct view view;
	GPtrArray *proposals; /* struct proposal*; NULL: to be asked for */
	GHashTable *marked;   /* addresses */
	struct scroll scroll;
	char *wanted; /* the address to put the cursor on */
};

static const char *const move_words[MOVE_COUNT] = {
	[MOVE_ON] = N_("put on"),
	[MOVE_BACK] = N_("put back"),
	[MOVE_OFF] = N_("take off"),
};

/* --- what there is */

static struct proposal *proposal_at(const struct proposed_view *self, size_t i)
{
	return self->proposals && i < self->proposals->len ? self->proposals->pdata[i] : NULL;
}

static struct proposal *current(const struct proposed_view *self)
{
	return proposal_at(self, self->scroll.cursor);
}

static void forget(struct proposed_view *self)
{
	const struct proposal *proposal = current(self);

	if (proposal) {
		g_free(self->wanted);
		self->wanted = g_strdup(proposal->address);
	}
	g_clear_pointer(&self->proposals, g_ptr_array_unref);
}

static void need(struct proposed_view *self)
{
	if (self->proposals || session_counts(self->view.app->session).loading)
		return;
	self->proposals = session_proposals(self->view.app->session);
	scroll_fit(&self->scroll, self->proposals->len, (int)self->scroll.height);
	for (guint i = 0; self->wanted && i < self->proposals->len; i++) {
		const struct proposal *proposal = self->proposals->pdata[i];

		if (!strcmp(proposal->address, self->wanted))
			scroll_to(&self->scroll, i);
	}
}

static bool is_marked(const struct proposed_view *self, const struct proposal *proposal)
{
	return g_hash_table_contains(self->marked, proposal->address);
}

/* The marked ones, else the one under the cursor; borrowed, array g_ptr_array_unref. */
static GPtrArray *chosen(struct proposed_view *self)
{
	GPtrArray *found = g_ptr_array_new();

	need(self);
	for (guint i = 0; self->proposals && i < self->proposals->len; i++)
		if (is_marked(self, self->proposals->pdata[i]))
			g_ptr_array_add(found, self->proposals->pdata[i]);
	if (!found->len && current(self))
		g_ptr_array_add(found, current(self));
	return found;
}

/* --- drawing */

/* Where the reason in full has no room. */
static const char *ground_words(enum ground ground)
{
	return *ground_names[ground] ? _(ground_names[ground]) : "";
}

static int address_cells(struct rect area)
{
	return MIN(ADDRESS_CELLS, area.w - 48);
}

/* Without the blanks that it has in a row of others; g_free. */
static char *last_heading(void)
{
	return g_strstrip(g_strdup(_(" LAST       ")));
}

/* Of the day, where there is no room for the time; 0: nor for the day. */
static int last_cells(const struct terminal *term, struct rect area)
{
	g_autofree char *heading = last_heading();
	int cells = MAX(DAY_CELLS, term_cells(term, heading));

	return area.w < MOVE_CELLS + ADDRESS_LEAST + cells ? 0 : cells;
}

static void draw_row(struct proposed_view *self, struct rect area, int y,
	const struct proposal *proposal, bool focused)
{
	struct terminal *term = self->view.app->term;
	enum style style = focused ? STYLE_CURSOR : STYLE_NORMAL;
	g_autofree char *count = g_strdup_printf("%4u", proposal->total);
	g_autofree char *reason = proposal_reason(proposal);
	g_autoptr(GString) date = g_string_new(NULL);
	bool narrow = area.w < COUNT_FROM;
	int last = last_cells(term, area), x,
	    address = narrow ? area.w - MOVE_CELLS - last - 4 : address_cells(area);

	cells_date(proposal->last, date);
	term_fill(term, area, y, 0, area.w, style, ' ');
	x = term_text(term, area, y, 0, style, focused ? ">" : " ");
	x = term_text(term, area, y, x, style, is_marked(self, proposal) ? "*" : " ");
	term_field(term, area, y, x, MOVE_CELLS, style, _(move_words[proposal->move]));
	x += MOVE_CELLS + 1;
	term_field(term, area, y, x, address, style, proposal->address);
	if (narrow) {
		/* Of this year the day, without the time. */
		g_string_truncate(date, strcspn(date->str, " "));
		term_field(term, area, y, x + address + 1, last, style, date->str);
		return;
	}
	x = term_text(term, area, y, x + address + 1, style, count);
	term_field(term, area, y, x + 1, 11, style, date->str);
	term_field(term, area, y, x + 14, MAX(area.w - x - 14, 0), style,
		area.w >= REASON_FROM ? reason : ground_words(proposal->ground));
}

static void put_row(struct doc *doc, const struct row *row)
{
	g_autoptr(GString) date = g_string_new(NULL);
	g_autofree char *text = NULL;

	cells_date(row->date, date);
	text = g_strdup_printf("%s  %s  %s",
		row_text(row, ROW_STATUS) ? row_text(row, ROW_STATUS) : "-",
		row->category ? row->category->advice.short_title : "-",
		row_text(row, ROW_REPORTING_MTA) ? row_text(row, ROW_REPORTING_MTA) : "");
	doc_pair(doc, date->str, 13, STYLE_NORMAL, text);
}

static void put_evidence(struct doc *doc, const struct proposal *proposal)
{
	g_autofree char *reason = proposal_reason(proposal);
	g_autofree char *head = /* TRANSLATORS: an address, and what speaks for it */
		g_strdup_printf(_("%s: %s."), proposal->address, reason);

	doc_text(doc, STYLE_STRONG, head);
	if (proposal->before) {
		g_autoptr(GString) date = g_string_new(NULL);
		g_autofree char *text = NULL;

		cells_date(proposal->before->time, date);
		text = g_strdup_printf(
			_("It was on the list with %u bounces, and was taken off (%s) on %s."),
			proposal->before->entry->count, proposal->before->who, date->str);
		doc_text(doc, STYLE_NORMAL, text);
	}
	for (guint i = proposal->rows->len; i-- > 0;)
		put_row(doc, proposal->rows->pdata[i]);
}

static void draw_evidence(struct proposed_view *self, struct rect area)
{
	struct terminal *term = self->view.app->term;
	struct rect inside = {area.y + 1, area.x, area.h - 1, area.w};
	const struct proposal *proposal = current(self);
	struct scroll scroll = {0};
	struct doc *doc;

	term_fill(term, area, 0, 0, area.w, STYLE_RULE, '-');
	term_text(term, area, 0, 2, STYLE_HEADING, _(" What speaks for it "));
	if (!proposal)
		return;
	doc = doc_new(area.w);
	put_evidence(doc, proposal);
	scroll_fit(&scroll, doc->lines->len, inside.h);
	doc_draw(doc, term, inside, &scroll, self->view.app->found);
	doc_free(doc);
}

static void draw_heading(struct proposed_view *self, struct rect area)
{
	struct terminal *term = self->view.app->term;
	int address = address_cells(area);
	int x = term_text(term, area, 0, 0, STYLE_HEADING, _("  DO        ADDRESS"));

	if (area.w < COUNT_FROM) {
		g_autofree char *last = last_heading();

		if (last_cells(term, area))
			term_text(term, area, 0, area.w - last_cells(term, area), STYLE_HEADING,
				last);
		return;
	}
	term_text(term, area, 0, MAX(address + 9, x + 1), STYLE_HEADING,
		_("BOUNCES LAST         WHY"));
}

static void proposed_draw(struct view *view, struct rect area)
{
	struct proposed_view *self = (struct proposed_view *)view;
	int below = area.h >= EVIDENCE_FROM ? MAX(EVIDENCE_ROWS, area.h / 3) : 0;
	struct rect list = {area.y + 1, area.x, area.h - 1 - below, area.w};

	need(self);
	draw_heading(self, area);
	scroll_fit(&self->scroll, self->proposals ? self->proposals->len : 0, list.h);
	for (int y = 0; y < list.h; y++) {
		size_t i = self->scroll.top + (size_t)y;
		const struct proposal *proposal = proposal_at(self, i);

		if (!proposal)
			break;
		draw_row(self, list, y, proposal, i == self->scroll.cursor);
	}
	if (self->proposals && !self->proposals->len)
		doc_say(view->app->term, list, 0,
			_("Nothing should go on the suppression list, or come off."));
	if (below)
		draw_evidence(self, (struct rect){area.y + area.h - below, area.x, below, area.w});
	view->cursor_y = list.y + (int)(self->scroll.cursor - self->scroll.top);
	view->cursor_x = area.x;
}

static void proposed_status(struct view *view, GString *left, GString *right)
{
	struct proposed_view *self = (struct proposed_view *)view;
	guint marked = g_hash_table_size(self->marked);
	char text[8];

	if (!self->proposals || !self->proposals->len)
		return;
	g_string_append_printf(left, "[%zu/%u]", self->scroll.cursor + 1, self->proposals->len);
	if (marked)
		g_string_append_printf(left, _(" %u marked"), marked);
	g_string_append_printf(
		left, _("  Enter:do it  t:mark  H:history%s"), loading_letters(view->app));
	scroll_text(&self->scroll, text, sizeof text);
	g_string_append(right, text);
}

/* --- keys */

static void toggle_mark(struct proposed_view *self)
{
	const struct proposal *proposal = current(self);

	if (!proposal)
		return;
	if (!g_hash_table_remove(self->marked, proposal->address))
		g_hash_table_add(self->marked, g_strdup(proposal->address));
	scroll_list_command(&self->scroll, UI_NEXT);
}

static void accept(struct proposed_view *self)
{
	g_autoptr(GPtrArray) found = chosen(self);

	if (found->len)
		actions_accept(self->view.app, found);
	else
		app_say(self->view.app, _("Nothing is proposed."));
}

static bool proposed_command(struct view *view, int command, const char *argument)
{
	struct proposed_view *self = (struct proposed_view *)view;

	(void)argument;
	switch (command) {
	case UI_OPEN:
		accept(self);
		return true;
	case UI_MARK:
		toggle_mark(self);
		return true;
	case UI_UNMARK_ALL:
		g_hash_table_remove_all(self->marked);
		return true;
	case UI_CANCEL:
		if (g_hash_table_size(self->marked)) {
			g_hash_table_remove_all(self->marked);
			return true;
		}
		app_pop(view->app, view);
		return true;
	case UI_CLOSE:
		app_pop(view->app, view);
		return true;
	default:
		return scroll_list_command(&self->scroll, command);
	}
}

static void proposed_jump(struct view *view, size_t row)
{
	scroll_to(&((struct proposed_view *)view)->scroll, row);
}

static GPtrArray *proposed_selection(struct view *view)
{
	g_autoptr(GPtrArray) found = chosen((struct proposed_view *)view);
	GPtrArray *rows = g_ptr_array_new();

	for (guint i = 0; i < found->len; i++) {
		const struct proposal *proposal = found->pdata[i];

		for (guint k = 0; k < proposal->rows->len; k++)
			g_ptr_array_add(rows, proposal->rows->pdata[k]);
	}
	return rows;
}

/* The newest report that speaks for it. */
static struct row *proposed_current(struct view *view)
{
	struct proposed_view *self = (struct proposed_view *)view;
	const struct proposal *proposal;

	need(self);
	proposal = current(self);
	return proposal ? proposal->rows->pdata[proposal->rows->len - 1] : NULL;
}

static bool proposal_holds(void *user, size_t i, const char *text)
{
	const struct proposal *proposal = proposal_at(user, i);

	return proposal && span_find_nocase(span_of(proposal->address), text);
}

static void proposed_search(struct view *view, const char *text, bool back, bool again)
{
	struct proposed_view *self = (struct proposed_view *)view;

	need(self);
	if (!scroll_search(
		    &self->scroll, self->scroll.count, back, again, proposal_holds, self, text))
		app_complain(view->app, _("no address holds \"%s\""), text);
}

static void proposed_event(struct view *view, enum session_event event)
{
	struct proposed_view *self = (struct proposed_view *)view;

	if (event == SESSION_DONE)
		g_hash_table_remove_all(self->marked);
	if (event != SESSION_PROGRESS && event != SESSION_ERROR)
		forget(self);
}

static void proposed_reload(struct view *view)
{
	forget((struct proposed_view *)view);
}

static unsigned proposed_context(struct view *view)
{
	(void)view;
	return IN_GROUPS;
}

static void proposed_free(struct view *view)
{
	struct proposed_view *self = (struct proposed_view *)view;

	g_clear_pointer(&self->proposals, g_ptr_array_unref);
	g_hash_table_unref(self->marked);
	g_free(self->wanted);
	g_free(self);
}

static const struct view_class proposed_class = {
	.name = "proposed",
	.context = proposed_context,
	.open_changes = true,
	.draw = proposed_draw,
	.command = proposed_command,
	.event = proposed_event,
	.reload = proposed_reload,
	.status = proposed_status,
	.selection = proposed_selection,
	.current = proposed_current,
	.search = proposed_search,
	.jump = proposed_jump,
	.free = proposed_free,
};

void view_proposed_open(struct app *app)
{
	struct proposed_view *self = g_new0(struct proposed_view, 1);

	self->view.class = &proposed_class;
	self->view.app = app;
	self->marked = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	session_meet_contacts(app->session);
	app_push(app, &self->view);
}
