/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/loading.h"

#include <inttypes.h>

#include "base/errors.h"
#include "base/words.h"
#include "ui/actions.h"
#include "ui/correct.h"
#include "ui/questions.h"
#include "ui/typeahead.h"

/* The first line tells how long it takes, also while no number moves. */
#define CLOCK_MS 100

static gboolean on_clock(gpointer user)
{
	struct app *app = user;

	app_redraw(app);
	if (session_counts(app->session).loading)
		return G_SOURCE_CONTINUE;
	app->clock = 0;
	return G_SOURCE_REMOVE;
}

void loading_begins(struct app *app)
{
	app->rows_seen = false;
	if (!app->clock)
		app->clock = g_timeout_add_full(G_PRIORITY_HIGH, CLOCK_MS, on_clock, app, NULL);
}

void loading_forget(struct app *app)
{
	if (app->clock)
		g_source_remove(app->clock);
	app->clock = 0;
}

/* Somebody waits for the first ones: they need not wait for the next drawing. */
static void draw_first_rows(struct app *app)
{
	if (app->rows_seen || !session_counts(app->session).shown)
		return;
	app->rows_seen = true;
	loop_want_draw(app->loop, true);
}

/* The rows go: no view keeps one. */
static bool load(struct app *app, const char *text, GError **error)
{
	for (guint i = 0; i < app->views->len; i++) {
		struct view *view = app->views->pdata[i];

		if (view->class->reload)
			view->class->reload(view);
	}
	loading_begins(app);
	return session_load(app->session, text, error);
}

void app_load(struct app *app, const char *text)
{
	GError *error = NULL;
	const char *now = session_query(app->session);
	char *before = session_error(app->session) ? NULL : g_strdup(now ? now : "");

	if (!load(app, text, &error)) {
		app_report(app, error);
		g_free(before);
		return;
	}
	g_free(app->query_before);
	app->query_before = before;
	app->restoring = false;
	app_redraw(app);
}

/* --- the session's news */

static void on_action_done(struct app *app)
{
	const struct action_result *result = session_last_action(app->session);

	if (!result || result->running)
		return;
	correct_overtaken(app);
	if ((result->error || (result->rest && result->rest->len)) && typeahead_drops(app))
		app_complain(app, _("%s (What was typed meanwhile was dropped.)"),
			result->error ? result->error->message : result->words);
	else if (result->error)
		app_complain(app, "%s", result->error->message);
	else if (result->words)
		app_say(app, "%s", result->words);
	actions_tell_rest(app);
	typeahead_goes_on(app);
}

/* What came or went by itself; what somebody is told just now is not talked over. */
static void on_news(struct app *app)
{
	struct session_news news = session_news(app->session);

	if (app->message || !(news.came || news.went))
		return;
	if (!news.went)
		app_say(app, _("%" PRIu64 " new, marked +."), news.came);
	else if (!news.came)
		app_say(app, _("%" PRIu64 " gone from the index, marked -."), news.went);
	else
		app_say(app,
			_("%" PRIu64 " new, marked +; %" PRIu64 " gone from the index, marked -."),
			news.came, news.went);
}

const char *loading_letters(const struct app *app)
{
	if (session_contacts_error(app->session))
		return _("  letters not read, tried again later");
	return session_knows_contacts(app->session) ? "" : _("  reading letters...");
}

/* A query that the index refuses is there to be mended, and leaves the list as it was. */
static void on_error(struct app *app, const GError *error)
{
	g_autofree char *before = g_steal_pointer(&app->query_before);
	g_autofree char *text = g_strdup(session_query(app->session));
	g_autofree char *why = g_strdup(error->message);

	if (error->code != NIXIE_USAGE || app_top(app)->class->overlay) {
		app_complain(app, "%s", why);
	} else {
		g_clear_pointer(&app->message, g_free);
		questions_query_again(app, text, why);
	}
	app->restoring = before && error->code == NIXIE_USAGE && load(app, before, NULL);
}

void loading_take(void *user, enum session_event event)
{
	struct app *app = user;
	const GError *error;

	if (event == SESSION_DONE)
		on_action_done(app);
	if (event == SESSION_ERROR && (error = session_error(app->session)))
		on_error(app, error);
	if (event == SESSION_LOADED) {
		app->restoring = false;
		g_clear_pointer(&app->query_before, g_free);
		if (session_rebuilt(app->session) && !app->message)
			app_complain(app, "%s", session_rebuilt(app->session));
	}
	if (event == SESSION_NEWS)
		on_news(app);
	if (event == SESSION_LOADED ||
		(event == SESSION_NEWS && session_contacts_error(app->session)))
		session_meet_contacts(app->session);
	for (guint i = 0; i < app->views->len; i++) {
		struct view *view = app->views->pdata[i];

		if (view->class->event)
			view->class->event(view, event);
	}
	if (event == SESSION_ROWS)
		draw_first_rows(app);
	app_redraw(app);
}
