/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find.h"

#include "base/words.h"
#include "ui/prompt.h"

/* Where the search began: Esc goes back there. */
struct find {
	struct view *view;
	struct scroll from;
	char *before; /* what was searched for until now */
};

static void find_free(gpointer data)
{
	struct find *find = data;

	g_free(find->before);
	g_free(find);
}

static bool can_follow(struct app *app, const struct find *find)
{
	return g_ptr_array_find(app->views, find->view, NULL) && find->view->class->scroll;
}

static void go_back(struct app *app, const struct find *find)
{
	struct scroll *scroll;

	if (!can_follow(app, find))
		return;
	scroll = find->view->class->scroll(find->view);
	scroll_to(scroll, find->from.cursor);
	scroll->top = MIN(find->from.top, scroll->cursor);
	if (find->view->class->scrolled)
		find->view->class->scrolled(find->view);
}

/* Views complain of what they do not hold; that tells whether it was found. */
static bool look(struct app *app, struct view *view, bool back, bool again)
{
	bool found;

	g_clear_pointer(&app->message, g_free);
	view->class->search(view, app->found, back, again);
	found = !app->message || !app->message_is_trouble;
	return found;
}

static bool find_changed(struct app *app, void *user, const char *text)
{
	struct find *find = user;
	bool found = true;

	if (!can_follow(app, find))
		return true;
	go_back(app, find);
	g_free(app->found);
	app->found = g_strdup(*text ? text : find->before);
	if (*text) {
		found = look(app, find->view, false, false);
		g_clear_pointer(&app->message, g_free);
	}
	return found;
}

static void find_leave(struct app *app, void *user)
{
	struct find *find = user;

	go_back(app, find);
	g_free(app->found);
	app->found = g_steal_pointer(&find->before);
}

static void find_accept(struct app *app, void *user, const char *text)
{
	struct find *find = user;
	struct view *view = app_top(app);

	if (find)
		go_back(app, find);
	if (!*text || !view->class->search) {
		if (*text)
			app_say(app, _("There is no text to search here."));
		return;
	}
	g_free(app->found);
	app->found = g_strdup(text);
	look(app, view, false, false);
}

void find_ask(struct app *app, const char *text)
{
	static const struct prompt_spec spec = {.label = "/",
		.history = "find",
		.title = N_("Find"),
		.accept = find_accept,
		.changed = find_changed,
		.leave = find_leave,
		.free = find_free};
	struct view *view = app_top(app);
	struct find *find;

	if (text) {
		find_accept(app, NULL, text);
		return;
	}
	find = g_new0(struct find, 1);
	find->view = view;
	find->before = g_strdup(app->found);
	if (view->class->scroll)
		find->from = *view->class->scroll(view);
	prompt_push(app, &spec, find, "");
}

void find_again(struct app *app, bool back)
{
	struct view *view = app_top(app);

	if (!view->class->search)
		app_say(app, _("There is no text to search here."));
	else if (!app->found || !*app->found)
		app_say(app, _("Nothing was searched for yet; / asks."));
	else
		look(app, view, back, true);
}
