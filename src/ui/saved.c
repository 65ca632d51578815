/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/saved.h"

#include <inttypes.h>

#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "triage/views.h"
#include "ui/menu.h"
#include "ui/prompt.h"
#include "ui/questions.h"

/* --- the menu: a query to be typed, the default scope, then what is saved */

#define VIEWS_FROM 2 /* items before the first view */
#define NAME_CELLS 18

static struct viewbook *book_of(const struct app *app)
{
	return config_views(session_config(app->session));
}

static void add_view(struct app *app, struct menu *menu, int key, const struct saved_view *view)
{
	const char *now = session_query(app->session);
	g_autofree char *count = NULL, *text = NULL, *number = NULL;
	g_autofree char *name = text_padded(view->name, NAME_CELLS);

	if (view->matches >= 0)
		count = g_strdup_printf(
			view->rows ? ngettext("%" PRId64 " row", "%" PRId64 " rows",
					     (unsigned long)view->matches)
				   : ngettext("%" PRId64 " message", "%" PRId64 " messages",
					     (unsigned long)view->matches),
			view->matches);
	number = text_flush_right(count ? count : "...", 14);
	text = g_strdup_printf("%s %s%s  %s", name, number,
		view->filtered && !view->rows ? _(" at most") : "", view->query);
	menu_add(menu, key, text, !strcmp(now ? now : "", view->query));
}

static void fill(struct menu *menu, void *user)
{
	struct app *app = user;
	const GPtrArray *views = session_views(app->session);
	const struct saved_view all = {
		_("default scope"), "", false, session_scope_count(app->session), false, false};

	menu_add(menu, 'c', _("type a query"), false);
	add_view(app, menu, '0', &all);
	for (guint i = 0; i < views->len; i++)
		add_view(app, menu, i < 9 ? '1' + (int)i : 0, views->pdata[i]);
}

static void chosen(void *user, int item)
{
	struct app *app = user;
	const GPtrArray *views = session_views(app->session);

	if (item == 0)
		questions_type_query(app);
	else if (item < VIEWS_FROM)
		questions_query(app, "");
	else if ((guint)(item - VIEWS_FROM) < views->len) {
		const struct saved_view *view = views->pdata[item - VIEWS_FROM];
		g_autofree char *query = g_strdup(view->query);

		questions_query(app, query);
	}
}

static void go_to(struct app *app, const char *name)
{
	GError *error = NULL;
	const char *found = viewbook_find(book_of(app), name, &error);
	g_autofree char *query = g_strdup(found);

	if (query)
		questions_query(app, query);
	else
		app_report(app, error);
}

void saved_go(struct app *app, const char *name)
{
	struct menu *menu;

	if (name) {
		go_to(app, name);
		return;
	}
	session_views_stale(app->session);
	menu = menu_new(_("Query"), chosen, app);
	menu_fill_with(menu, fill);
	menu_push(app, menu);
}

/* --- saving */

static void keep(struct app *app, const char *name, const char *query)
{
	const struct config *config = session_config(app->session);
	GError *error = NULL;

	if (!viewbook_put(config_views(config), config_path(config), name, query, &error)) {
		app_report(app, error);
		return;
	}
	session_views_stale(app->session);
	app_say(app, query ? _("Saved the view %s.") : _("Forgot the view %s."), name);
}

static bool keep_check(struct app *app, void *user, const char *text, GError **error)
{
	(void)app;
	return viewbook_check(text, user, error);
}

static void keep_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	const char *query = user, *before = *text ? viewbook_query(book_of(app), text) : NULL;
	g_autofree char *name = g_shell_quote(text), *quoted = g_shell_quote(query);
	g_autofree char *command =
		g_strdup_printf("nixie views --save=%s -- %s", *text ? name : "NAME", quoted);

	doc_pair(doc, _("Saves"), 9, STYLE_NORMAL, query);
	if (before)
		doc_pair(doc, _("Replaces"), 9, STYLE_WARNING, before);
	doc_pair(doc, _("Same:"), 9, STYLE_DIM, command);
}

static void keep_accept(struct app *app, void *user, const char *text)
{
	if (*text)
		keep(app, text, user);
	else
		app_say(app, _("Nothing was saved: there is no name."));
}

static void complete_name(struct app *app, void *user, const char *word, GPtrArray *out)
{
	(void)user;
	for (char *const *line = viewbook_lines(book_of(app)); *line; line++)
		if (g_str_has_prefix(*line, word))
			g_ptr_array_add(out, g_strndup(*line, strcspn(*line, "=")));
}

void saved_keep(struct app *app, const char *name)
{
	static const struct prompt_spec spec = {
		.label = N_("Name: "),
		.title = N_("Save this as a view"),
		.accept = keep_accept,
		.effect = keep_effect,
		.check = keep_check,
		.complete = complete_name,
		.free = g_free,
	};
	g_autofree char *query = session_view_text(app->session);

	if (!*query)
		app_say(app, _("This is the default scope; limit it (l) or change the query (c) "
			       "before it is saved."));
	else if (name)
		keep(app, name, query);
	else
		prompt_push(app, &spec, g_steal_pointer(&query), "");
}

static void forget_chosen(void *user, int item)
{
	struct app *app = user;
	char *const *lines = viewbook_lines(book_of(app));
	g_autofree char *name = g_strndup(lines[item], strcspn(lines[item], "="));

	keep(app, name, NULL);
}

void saved_forget(struct app *app, const char *name)
{
	char *const *line = viewbook_lines(book_of(app));
	struct menu *menu;

	if (name || !*line) {
		if (name)
			keep(app, name, NULL);
		else
			app_say(app, _("No view is saved."));
		return;
	}
	menu = menu_new(_("Forget a view"), forget_chosen, app);
	for (int key = '1'; *line; line++, key = key && key < '9' ? key + 1 : 0)
		menu_add(menu, key, *line, false);
	menu_push(app, menu);
}
