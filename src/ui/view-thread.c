/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-thread.h"

#include "base/words.h"
#include "triage/thread.h"
#include "ui/cells.h"
#include "ui/scroll.h"
#include "ui/view-text.h"

#define DEPTH_SHOWN 8

/* A line of the view: a letter, or a report under it. */
struct thread_line {
	const struct thread_letter *letter;
	const struct row *returned; /* NULL: the letter itself */
};

struct thread_view {
	struct view view;
	struct thread *thread; /* NULL: the rows are others now */
	GArray *lines;         /* struct thread_line; NULL until the thread is ready */
	struct scroll scroll;
};

static const struct thread_line *line_at(const struct thread_view *self, size_t i)
{
	return self->lines && i < self->lines->len
		       ? &g_array_index(self->lines, struct thread_line, i)
		       : NULL;
}

static void on_ready(void *user)
{
	struct thread_view *self = user;
	const GPtrArray *letters = self->thread->letters;

	self->lines = g_array_new(FALSE, FALSE, sizeof(struct thread_line));
	for (guint i = 0; i < letters->len; i++) {
		struct thread_line line = {letters->pdata[i], NULL};

		if (line.letter->is_original)
			self->scroll.cursor = self->lines->len;
		g_array_append_val(self->lines, line);
		for (guint k = 0; k < line.letter->returned->len; k++) {
			struct thread_line report = {line.letter, line.letter->returned->pdata[k]};

			g_array_append_val(self->lines, report);
		}
	}
	app_redraw(self->view.app);
}

/* "  - 07-28 06:56 from: subject", or what did not arrive. g_free. */
static char *line_text(const struct thread_view *self, const struct thread_line *line)
{
	g_autoptr(GString) date = g_string_new(NULL);
	int indent = 2 * (int)MIN(line->letter->depth, DEPTH_SHOWN);

	if (line->returned) {
		g_autofree char *words =
			returned_words(session_knowledge(self->view.app->session), line->returned);

		return g_strdup_printf("%*s  ! %s", indent, "", words);
	}
	cells_date(line->letter->message->date, date);
	return g_strdup_printf("%*s%s  %s  %s", indent, "", date->str, line->letter->message->from,
		line->letter->message->subject);
}

static void draw_line(struct thread_view *self, struct rect area, int y, size_t i)
{
	struct terminal *term = self->view.app->term;
	const struct thread_line *line = line_at(self, i);
	bool focused = i == self->scroll.cursor;
	enum style style = focused                     ? STYLE_CURSOR
			   : line->letter->is_original ? STYLE_STRONG
						       : STYLE_NORMAL;
	g_autofree char *text = line_text(self, line);

	term_fill(term, area, y, 0, area.w, style, ' ');
	term_text(term, area, y, 0, style, focused ? "> " : "  ");
	term_field(term, area, y, 2, MAX(area.w - 2, 0), style, text);
}

static void thread_draw(struct view *view, struct rect area)
{
	struct thread_view *self = (struct thread_view *)view;
	const struct knowledge *knowledge = session_knowledge(view->app->session);

	term_text(view->app->term, area, 0, 0, STYLE_HEADING,
		!self->thread          ? _("The list is read anew; press q.")
		: !self->thread->ready ? _("Looking for the message...")
		: self->thread->error  ? self->thread->error->message
				       : word(knowledge, WORDS_TRACE, (int)self->thread->trace));
	scroll_fit(&self->scroll, self->lines ? self->lines->len : 0, area.h - 1);
	for (int y = 1; y < area.h && line_at(self, self->scroll.top + (size_t)y - 1); y++)
		draw_line(self, area, y, self->scroll.top + (size_t)y - 1);
	view->cursor_y = area.y + 1 + (int)(self->scroll.cursor - self->scroll.top);
	view->cursor_x = area.x;
}

static void thread_status(struct view *view, GString *left, GString *right)
{
	struct thread_view *self = (struct thread_view *)view;
	char text[8];

	if (self->lines && self->lines->len)
		g_string_append_printf(left, "[%zu/%u]%s", self->scroll.cursor + 1,
			self->lines->len, self->thread->cut ? _(" the first 200") : "");
	scroll_text(&self->scroll, text, sizeof text);
	g_string_append(right, text);
}

/* --- reading a letter */

static bool is_usual(struct span line)
{
	static const char *const names[] = {
		"from:", "to:", "cc:", "date:", "subject:", "message-id:"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (span_starts_nocase(line, names[i]))
			return true;
	return false;
}

static void put_lines(struct doc *doc, const char *text, bool header)
{
	struct span rest = span_of(text), line;

	while (span_line(&rest, &line)) {
		g_autofree char *one = span_dup(line);

		if (header ? is_usual(line) : line.n > 0)
			doc_text(doc, header ? STYLE_STRONG : STYLE_NORMAL, one);
		else if (!header)
			doc_blank(doc);
	}
}

static void read_letter(struct thread_view *self)
{
	const struct thread_line *line = line_at(self, self->scroll.cursor);
	struct app *app = self->view.app;
	struct doc *doc;

	if (!line)
		return;
	if (!line->letter->header) {
		app_complain(app, _("The file of this message cannot be read."));
		return;
	}
	doc = doc_new(MAX(term_rect(app->term).w - 6, 16));
	put_lines(doc, line->letter->header, true);
	doc_blank(doc);
	put_lines(doc, line->letter->text, false);
	if (line->letter->cut)
		doc_text(doc, STYLE_DIM, _("There is more of it; this is the beginning."));
	view_text_push(app, _("Message"), doc);
}

static bool thread_command(struct view *view, int command, const char *argument)
{
	struct thread_view *self = (struct thread_view *)view;

	(void)argument;
	switch (command) {
	case UI_OPEN:
		read_letter(self);
		return true;
	case UI_ORIGINAL:
		return true;
	case UI_CLOSE:
	case UI_CANCEL:
		app_pop(view->app, view);
		return true;
	default:
		return scroll_list_command(&self->scroll, command);
	}
}

static struct scroll *thread_scroll(struct view *view)
{
	return &((struct thread_view *)view)->scroll;
}

static bool line_holds(void *user, size_t i, const char *text)
{
	const struct thread_line *line = line_at(user, i);
	g_autofree char *shown = line ? line_text(user, line) : NULL;

	return shown && span_find_nocase(span_of(shown), text);
}

static void thread_search(struct view *view, const char *text, bool back, bool again)
{
	struct thread_view *self = (struct thread_view *)view;

	if (!scroll_search(&self->scroll, self->scroll.count, back, again, line_holds, self, text))
		app_complain(view->app, _("\"%s\" is not here"), text);
}

static void forget(struct view *view)
{
	struct thread_view *self = (struct thread_view *)view;

	g_clear_pointer(&self->lines, g_array_unref);
	g_clear_pointer(&self->thread, thread_close);
}

static unsigned thread_context(struct view *view)
{
	(void)view;
	return IN_ADDRESS;
}

static void thread_free(struct view *view)
{
	forget(view);
	g_free(view);
}

static const struct view_class thread_class = {
	.name = "thread",
	.context = thread_context,
	.draw = thread_draw,
	.command = thread_command,
	.reload = forget,
	.status = thread_status,
	.search = thread_search,
	.scroll = thread_scroll,
	.free = thread_free,
};

void view_thread_open(struct app *app, const struct row *row)
{
	struct thread_view *self = g_new0(struct thread_view, 1);

	self->view.class = &thread_class;
	self->view.app = app;
	app_push(app, &self->view);
	self->thread = thread_open(app->session, row, on_ready, self);
}
