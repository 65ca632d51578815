/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/typeahead.h"

#include "base/words.h"
#include "ui/key.h"

/* What changes the index or the lists beside it, or begins to; and what tells of changes. */
static const bool waits[UI_COMMAND_COUNT] = {
	[UI_RETRY] = true,
	[UI_INSTEAD] = true,
	[UI_SUPPRESS] = true,
	[UI_DONE] = true,
	[UI_TAG_ADD] = true,
	[UI_TAG_REMOVE] = true,
	[UI_TAG_ALL] = true,
	[UI_UNDO] = true,
	[UI_REDO] = true,
	[UI_REPEAT] = true,
	[UI_CORRECT] = true,
	[UI_EXPORT] = true,
	[UI_COMMAND_LINE] = true,
	[UI_LOG] = true,
	[UI_PROPOSED] = true,
	[UI_RETRIES] = true,
};

static bool is_writing(const struct app *app)
{
	return session_last_action(app->session)->running;
}

/* Before all others: they are the first of those that waited, or none did. */
bool typeahead_holds(struct app *app, const int *keys, unsigned n, const struct ui_command *command)
{
	bool must_wait =
		waits[command->id] || (command->id == UI_OPEN && app_top(app)->class->open_changes);

	if (!must_wait || !is_writing(app))
		return false;
	g_array_prepend_vals(app->typed, keys, n);
	app->typed_waits = true;
	app_say(app, _("What you type waits until the last change is written; Esc drops it."));
	return true;
}

bool typeahead_takes(struct app *app, int key)
{
	if (!app->typed->len)
		return false;
	if (key == K_ESC || key == KEY_CTRL('c')) {
		typeahead_drops(app);
		app_say(app, _("What was typed meanwhile was dropped."));
	} else if (key != K_MOUSE) /* other rows may stand there by then */
		g_array_append_val(app->typed, key);
	return true;
}

/* A key may run the main context until it is done: what is typed then goes behind the others. */
static gboolean type_now(gpointer user)
{
	struct app *app = user;

	app->typed_waits = false;
	while (app->typed->len && !app->typed_waits && !loop_is_quitting(app->loop)) {
		int key = g_array_index(app->typed, int, 0);

		g_array_remove_index(app->typed, 0);
		app_act(app, key);
	}
	app->typing = 0;
	if (!is_writing(app))
		typeahead_goes_on(app);
	loop_want_draw(app->loop, true);
	return G_SOURCE_REMOVE;
}

void typeahead_goes_on(struct app *app)
{
	if (app->typed->len && !app->typing && !loop_is_quitting(app->loop))
		app->typing = g_idle_add_full(G_PRIORITY_HIGH, type_now, app, NULL);
}

bool typeahead_drops(struct app *app)
{
	bool any = app->typed->len > 0;

	g_array_set_size(app->typed, 0);
	return any;
}

void typeahead_forget(struct app *app)
{
	if (app->typing)
		g_source_remove(app->typing);
	app->typing = 0;
	g_array_unref(app->typed);
}
