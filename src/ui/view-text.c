/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-text.h"

#include "base/words.h"

#define FRAME_CELLS 4 /* left and right: a line and a blank */

struct view_text {
	struct view view;
	char *title;
	struct doc *doc;
	void *user;            /* of `make` */
	view_text_maker *make; /* NULL: it was given */
	bool made;             /* by it; else `doc` says that it is not known yet */
	const struct row *row; /* what `make` tells of; NULL: the rows are others now */
	struct scroll scroll;
};

static unsigned text_context(struct view *view)
{
	(void)view;
	return IN_HELP;
}

static void make(struct view_text *self, int width)
{
	struct doc *doc;

	if (!self->make || !self->row || (self->made && self->doc->width == MAX(width, 8)))
		return;
	doc = self->make(self->view.app, self->row, self->user, width);
	self->made = doc != NULL;
	if (doc) {
		doc_free(self->doc);
		self->doc = doc;
	}
}

/* What is shown stays; it is not made again. */
static void text_reload(struct view *view)
{
	((struct view_text *)view)->row = NULL;
}

static void text_draw(struct view *view, struct rect area)
{
	struct view_text *self = (struct view_text *)view;
	struct rect inside, frame = {area.h > 8 ? 2 : 1, area.w >= 60 ? 2 : 0, 0,
				    area.w >= 60 ? area.w - 4 : area.w};

	make(self, frame.w - FRAME_CELLS);
	doc_fit(self->doc, frame.w - FRAME_CELLS);
	frame.h = MIN((int)self->doc->lines->len + 2, area.h - 2);
	frame.h = MIN(MAX(frame.h, 3), area.h - 1 - frame.y);
	inside = term_frame(view->app->term, frame, self->title);
	scroll_fit(&self->scroll, self->doc->lines->len, inside.h);
	doc_draw(self->doc, view->app->term, inside, &self->scroll, view->app->found);
	view->cursor_y = inside.y + (int)(self->scroll.cursor - self->scroll.top);
	view->cursor_x = inside.x;
}

static bool text_command(struct view *view, int command, const char *argument)
{
	struct view_text *self = (struct view_text *)view;

	(void)argument;
	switch (command) {
	case UI_CLOSE:
	case UI_CANCEL:
	case UI_OPEN:
	case UI_LOOK_UP:
		app_pop(view->app, view);
		return true;
	case UI_DETAIL_DOWN:
	case UI_DETAIL_UP:
		scroll_page(&self->scroll, command == UI_DETAIL_DOWN);
		return true;
	default:
		return scroll_command(&self->scroll, command);
	}
}

static struct scroll *text_scroll(struct view *view)
{
	return &((struct view_text *)view)->scroll;
}

static void text_search(struct view *view, const char *text, bool back, bool again)
{
	struct view_text *self = (struct view_text *)view;
	size_t n = self->doc->lines->len;
	gssize line = doc_find(self->doc, text,
		again ? (self->scroll.cursor + (back ? n - 1 : 1)) % MAX(n, 1)
		      : self->scroll.cursor,
		back);

	if (line >= 0)
		scroll_to(&self->scroll, (size_t)line);
	else
		app_complain(view->app, _("\"%s\" is not here"), text);
}

static void text_free(struct view *view)
{
	struct view_text *self = (struct view_text *)view;

	g_free(self->title);
	g_free(self->user);
	doc_free(self->doc);
	g_free(self);
}

static const struct view_class text_class = {
	.name = "text",
	.overlay = true,
	.context = text_context,
	.draw = text_draw,
	.command = text_command,
	.reload = text_reload,
	.search = text_search,
	.scroll = text_scroll,
	.free = text_free,
};

void view_text_push(struct app *app, const char *title, struct doc *doc)
{
	struct view_text *self = g_new0(struct view_text, 1);

	self->view.class = &text_class;
	self->title = g_strdup(title);
	self->doc = doc;
	app_push(app, &self->view);
}

void view_text_push_later(struct app *app, const char *title, const struct row *row,
	view_text_maker *make_later, void *user)
{
	struct view_text *self = g_new0(struct view_text, 1);

	self->view.class = &text_class;
	self->title = g_strdup(title);
	self->row = row;
	self->make = make_later;
	self->user = user;
	self->doc = doc_new(1);
	doc_line(self->doc, STYLE_DIM, _("Reading the report ..."));
	app_push(app, &self->view);
}
