/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/confirm.h"

#include "base/words.h"
#include "ui/key.h"

#define WIDTH_MAX 76
#define FRAME_CELLS 4 /* left and right: a line and a blank */

struct confirm {
	struct view view;
	char *title;
	struct doc *doc;
	struct scroll scroll;
	void (*yes)(struct app *app, void *user);
	GDestroyNotify no;
	void *user;
};

int confirm_width(const struct app *app)
{
	return MIN(term_rect(app->term).w, WIDTH_MAX) - FRAME_CELLS;
}

static void confirm_draw(struct view *view, struct rect area)
{
	struct confirm *confirm = (struct confirm *)view;
	struct terminal *term = view->app->term;
	int w = MIN(area.w, WIDTH_MAX), h;
	struct rect inside, text;

	doc_fit(confirm->doc, w - FRAME_CELLS);
	h = MIN((int)confirm->doc->lines->len + 4, area.h);
	inside = term_frame(
		term, (struct rect){(area.h - h) / 2, (area.w - w) / 2, h, w}, confirm->title);
	text = (struct rect){inside.y, inside.x, inside.h - 1, inside.w};
	scroll_fit(&confirm->scroll, confirm->doc->lines->len, text.h);
	doc_draw(confirm->doc, term, text, &confirm->scroll, NULL);
	term_text(term, inside, inside.h - 1, 0, STYLE_STRONG,
		inside.w >= 40 ? _("Enter or y does it, Esc or n leaves it")
			       : _("Enter: yes  Esc: no"));
	view->cursor_y = inside.y + inside.h - 1;
	view->cursor_x = inside.x;
}

static bool confirm_key(struct view *view, int key)
{
	struct confirm *confirm = (struct confirm *)view;
	struct app *app = view->app;

	switch (key) {
	case 'y':
	case K_ENTER: {
		void (*yes)(struct app *, void *) = confirm->yes;
		void *user = confirm->user;

		confirm->no = NULL;
		app_pop(app, view);
		yes(app, user);
		return true;
	}
	case 'n':
	case 'q':
	case K_ESC:
	case KEY_CTRL('c'):
		app_pop(app, view);
		app_say(app, _("Nothing was changed."));
		return true;
	case 'j':
	case K_DOWN:
		scroll_command(&confirm->scroll, UI_NEXT);
		return true;
	case 'k':
	case K_UP:
		scroll_command(&confirm->scroll, UI_PREVIOUS);
		return true;
	default:
		return key != K_PASTE_BEGIN;
	}
}

static void confirm_free(struct view *view)
{
	struct confirm *confirm = (struct confirm *)view;

	if (confirm->no)
		confirm->no(confirm->user);
	g_free(confirm->title);
	doc_free(confirm->doc);
	g_free(confirm);
}

static const struct view_class confirm_class = {
	.name = "confirm",
	.overlay = true,
	.draw = confirm_draw,
	.key = confirm_key,
	.free = confirm_free,
};

void confirm_push(struct app *app, const char *title, struct doc *doc,
	void (*yes)(struct app *app, void *user), GDestroyNotify no, void *user)
{
	struct confirm *confirm = g_new0(struct confirm, 1);

	confirm->view.class = &confirm_class;
	confirm->title = g_strdup(title);
	confirm->doc = doc;
	confirm->yes = yes;
	confirm->no = no;
	confirm->user = user;
	app_push(app, &confirm->view);
}
