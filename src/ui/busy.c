/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/busy.h"

#include "base/words.h"
#include "ui/key.h"

struct busy {
	struct view view;
	char *text;
	bool stopped;
};

static void busy_draw(struct view *view, struct rect area)
{
	struct busy *busy = (struct busy *)view;
	int w = MIN(term_cells(view->app->term, busy->text) + 4, area.w);
	struct rect inside = term_frame(view->app->term,
		(struct rect){MAX(area.h / 2 - 1, 0), (area.w - w) / 2, 3, w}, NULL);

	term_text(view->app->term, inside, 0, 0, STYLE_STRONG, busy->text);
	view->cursor_y = inside.y;
	view->cursor_x = inside.x;
}

static bool busy_key(struct view *view, int key)
{
	struct busy *busy = (struct busy *)view;

	if (key == K_ESC || key == KEY_CTRL('c')) {
		busy->stopped = true;
		g_free(busy->text);
		busy->text = g_strdup(_("Stopping ..."));
		app_redraw(view->app);
	}
	return key != K_PASTE_BEGIN;
}

static void busy_free(struct view *view)
{
	g_free(((struct busy *)view)->text);
	g_free(view);
}

static const struct view_class busy_class = {
	.name = "busy",
	.overlay = true,
	.draw = busy_draw,
	.key = busy_key,
	.free = busy_free,
};

struct view *busy_push(struct app *app, const char *text)
{
	struct busy *busy = g_new0(struct busy, 1);

	busy->view.class = &busy_class;
	busy->text = g_strdup(text);
	app_push(app, &busy->view);
	loop_want_draw(app->loop, true);
	return &busy->view;
}

void busy_pop(struct view *busy)
{
	app_pop(busy->app, busy);
}

const bool *busy_stopped(const struct view *busy)
{
	return &((const struct busy *)busy)->stopped;
}
