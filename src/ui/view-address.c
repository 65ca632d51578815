/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-address.h"

#include "base/text.h"
#include "base/words.h"
#include "triage/address.h"
#include "ui/loading.h"
#include "ui/scroll.h"
#include "ui/view-thread.h"

#define LABEL_CELLS 17

struct address_view {
	struct view view;
	char *address;
	struct address_page *page; /* NULL while rows are loaded anew */
	GPtrArray *lines;          /* struct page_line* */
	GPtrArray *pieces;         /* struct piece*: the lines, wrapped */
	int width;                 /* of the screen that they are wrapped for */
	struct scroll scroll;
};

/* A line of the screen. */
struct piece {
	const struct page_line *line;
	bool first; /* of its page_line: the label stands here, if it does not stand in the text */
	char *text;
};

static void piece_free(gpointer data)
{
	struct piece *piece = data;

	g_free(piece->text);
	g_free(piece);
}

static const struct piece *piece_at(const struct address_view *self, size_t i)
{
	return self->pieces && i < self->pieces->len ? self->pieces->pdata[i] : NULL;
}

static void forget(struct address_view *self)
{
	g_clear_pointer(&self->pieces, g_ptr_array_unref);
	g_clear_pointer(&self->lines, g_ptr_array_unref);
	g_clear_pointer(&self->page, address_page_free);
}

static void make(struct address_view *self)
{
	struct session *session = self->view.app->session;

	forget(self);
	self->page = address_page_new(session, self->address);
	self->lines = address_page_lines(self->page, session_knowledge(session));
}

static int label_cells(int width)
{
	return MIN(LABEL_CELLS, width / 3 + 1);
}

static void add_piece(struct address_view *self, const struct page_line *line, const char *text)
{
	struct piece *piece = g_new0(struct piece, 1);
	const struct piece *before =
		self->pieces->len ? piece_at(self, self->pieces->len - 1) : NULL;

	piece->line = line;
	piece->first = !before || before->line != line;
	piece->text = g_strdup(text);
	g_ptr_array_add(self->pieces, piece);
}

static void wrap(struct address_view *self, int width)
{
	enum text_flags flags = term_flags(self->view.app->term);

	if (self->pieces && self->width == width)
		return;
	g_clear_pointer(&self->pieces, g_ptr_array_unref);
	self->pieces = g_ptr_array_new_with_free_func(piece_free);
	self->width = width;
	for (guint i = 0; self->lines && i < self->lines->len; i++) {
		const struct page_line *line = self->lines->pdata[i];
		g_autofree char *head =
			line->head ? g_strdup_printf("%s: %s", line->label, line->text) : NULL;
		g_autofree char *shown = text_visible(head ? head : line->text, flags);
		int before = 2 + (head ? 0 : label_cells(width));
		g_autoptr(GPtrArray) parts = text_wrap(shown, (size_t)MAX(width - before, 8));

		if (!parts->len)
			add_piece(self, line, line->text);
		for (guint k = 0; k < parts->len; k++)
			add_piece(self, line, parts->pdata[k]);
	}
}

/* The page is made when somebody looks at it, or asks for what it leads to. */
static void need(struct address_view *self)
{
	if (!self->page && !session_counts(self->view.app->session).loading)
		make(self);
	wrap(self, self->width);
}

static void draw_line(struct address_view *self, struct rect area, int y, size_t i)
{
	struct terminal *term = self->view.app->term;
	const struct piece *piece = piece_at(self, i);
	const struct page_line *line = piece->line;
	bool focused = i == self->scroll.cursor;
	enum style style = focused ? STYLE_CURSOR : line->head ? STYLE_STRONG : STYLE_NORMAL;
	int x;

	term_fill(term, area, y, 0, area.w, style, ' ');
	x = term_text(term, area, y, 0, style, focused ? "> " : "  ");
	if (!line->head) {
		term_field(term, area, y, x, label_cells(area.w) - 1, focused ? style : STYLE_DIM,
			piece->first ? line->label : "");
		x += label_cells(area.w);
	}
	term_field(term, area, y, x, MAX(area.w - x, 0), style, piece->text);
}

static void address_draw(struct view *view, struct rect area)
{
	struct address_view *self = (struct address_view *)view;

	need(self);
	wrap(self, area.w);
	scroll_fit(&self->scroll, self->pieces->len, area.h);
	for (int y = 0; y < area.h && piece_at(self, self->scroll.top + (size_t)y); y++)
		draw_line(self, area, y, self->scroll.top + (size_t)y);
	view->cursor_y = area.y + (int)(self->scroll.cursor - self->scroll.top);
	view->cursor_x = area.x;
}

static void address_status(struct view *view, GString *left, GString *right)
{
	struct address_view *self = (struct address_view *)view;
	char text[8];

	g_string_append_printf(left, "[%zu/%zu]%s", self->scroll.cursor + 1, self->scroll.count,
		loading_letters(view->app));
	scroll_text(&self->scroll, text, sizeof text);
	g_string_append(right, text);
}

/* The report that the focused line tells of, else the newest one. */
static const struct row *row_here(const struct address_view *self)
{
	const struct piece *piece = piece_at(self, self->scroll.cursor);

	if (piece && piece->line->row)
		return piece->line->row;
	for (guint i = 0; self->lines && i < self->lines->len; i++) {
		const struct page_line *line = self->lines->pdata[i];

		if (line->row)
			return line->row;
	}
	return NULL;
}

static bool address_command(struct view *view, int command, const char *argument)
{
	struct address_view *self = (struct address_view *)view;

	(void)argument;
	switch (command) {
	case UI_OPEN:
	case UI_ORIGINAL:
		need(self);
		if (row_here(self))
			view_thread_open(view->app, row_here(self));
		else
			app_say(view->app, _("No report of this list is about this address."));
		return true;
	case UI_CLOSE:
	case UI_CANCEL:
		app_pop(view->app, view);
		return true;
	default:
		return scroll_list_command(&self->scroll, command);
	}
}

static struct scroll *address_scroll(struct view *view)
{
	return &((struct address_view *)view)->scroll;
}

static bool piece_holds(void *user, size_t i, const char *text)
{
	const struct piece *piece = piece_at(user, i);

	return piece && piece->first && span_find_nocase(span_of(piece->line->text), text);
}

static void address_search(struct view *view, const char *text, bool back, bool again)
{
	struct address_view *self = (struct address_view *)view;

	need(self);
	if (!scroll_search(&self->scroll, self->scroll.count, back, again, piece_holds, self, text))
		app_complain(view->app, _("\"%s\" is not here"), text);
}

/* States and letters may be others now; the page is made anew when it is drawn. */
static void address_event(struct view *view, enum session_event event)
{
	if (event != SESSION_PROGRESS && event != SESSION_ERROR)
		forget((struct address_view *)view);
}

static void address_reload(struct view *view)
{
	forget((struct address_view *)view);
}

static unsigned address_context(struct view *view)
{
	(void)view;
	return IN_ADDRESS;
}

static void address_free(struct view *view)
{
	struct address_view *self = (struct address_view *)view;

	forget(self);
	g_free(self->address);
	g_free(self);
}

static const struct view_class address_class = {
	.name = "address",
	.context = address_context,
	.draw = address_draw,
	.command = address_command,
	.event = address_event,
	.reload = address_reload,
	.status = address_status,
	.search = address_search,
	.scroll = address_scroll,
	.free = address_free,
};

void view_address_open(struct app *app, const char *address)
{
	struct address_view *self = g_new0(struct address_view, 1);

	self->view.class = &address_class;
	self->view.app = app;
	self->address = g_strdup(address);
	session_want_contact(app->session, address);
	session_meet_contacts(app->session);
	app_push(app, &self->view);
}
