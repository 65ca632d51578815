/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen as a whole: opens it, gives keys and events to the views, draws them. */
#include "ui/ui.h"

#include "base/errors.h"
#include "base/words.h"
#include "ui/app.h"
#include "ui/commands.h"
#include "ui/correct.h"
#include "ui/key.h"
#include "ui/loading.h"
#include "ui/signals.h"
#include "ui/statusline.h"
#include "ui/typeahead.h"
#include "ui/view-browse.h"

#define SMALLEST_WIDTH 20
#define SMALLEST_HEIGHT 5
#define WHEEL_ROWS 3
#define PASTE_PAUSE_US 1000000

/* --- views */

void app_push(struct app *app, struct view *view)
{
	view->app = app;
	g_ptr_array_add(app->views, view);
	app_redraw(app);
}

void app_pop(struct app *app, struct view *view)
{
	if (g_ptr_array_remove(app->views, view)) {
		view->class->free(view);
		app_redraw(app);
	}
}

struct view *app_top(const struct app *app)
{
	return app->views->pdata[app->views->len - 1];
}

static guint ground_index(const struct app *app)
{
	guint i = app->views->len - 1;

	while (i > 0 && ((struct view *)app->views->pdata[i])->class->overlay)
		i--;
	return i;
}

struct view *app_ground(const struct app *app)
{
	return app->views->pdata[ground_index(app)];
}

/* --- what is said */

static void say(struct app *app, bool trouble, const char *format, va_list arguments)
{
	g_free(app->message);
	app->message = g_strdup_vprintf(format, arguments);
	app->message_is_trouble = trouble;
	app_redraw(app);
}

void app_say(struct app *app, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(app, false, format, arguments);
	va_end(arguments);
}

void app_complain(struct app *app, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(app, true, format, arguments);
	va_end(arguments);
}

void app_report(struct app *app, GError *error)
{
	if (error)
		app_complain(app, "%s", error->message);
	g_clear_error(&error);
}

void app_redraw(struct app *app)
{
	if (app->loop)
		loop_want_draw(app->loop, false);
}

/* --- rows */

GPtrArray *app_selection(struct app *app)
{
	for (guint i = app->views->len; i-- > 0;) {
		struct view *view = app->views->pdata[i];

		if (view->class->selection)
			return view->class->selection(view);
	}
	return g_ptr_array_new();
}

struct row *app_current(struct app *app)
{
	for (guint i = app->views->len; i-- > 0;) {
		struct view *view = app->views->pdata[i];

		if (view->class->current)
			return view->class->current(view);
	}
	return NULL;
}

void app_tell_broken_rules(struct app *app, const GPtrArray *broken)
{
	g_autofree char *first = broken && broken->len ? rule_finding_line(broken->pdata[0]) : NULL;

	if (first && broken->len > 1)
		app_complain(app, _("%s (and %u more; `nixie rules check` lists them)"), first,
			broken->len - 1);
	else if (first)
		app_complain(app, _("left out: %s"), first);
}

void app_quit(struct app *app, int code)
{
	loop_quit(app->loop, code);
}

void app_do(struct app *app, const struct ui_command *command, const char *argument)
{
	struct view *view = app_top(app);

	if (!view->class->command || !view->class->command(view, command->id, argument))
		commands_run(app, command, argument);
}

/* --- keys */

/* All of what was typed: of "gj" neither key alone does nothing. */
static void complain_of_keys(struct app *app, unsigned n)
{
	g_autoptr(GString) typed = g_string_new(NULL);
	char name[KEY_NAME];

	for (unsigned i = 0; i < n; i++)
		g_string_append(typed, key_text(app->keys[i], name));
	app_complain(app, _("%s does nothing here; ? shows the keys"), typed->str);
}

static void on_bound_key(struct app *app, int key, unsigned context)
{
	const struct binding *binding = NULL;
	unsigned n = app->keys_n;
	char name[KEY_NAME];

	if (n && key == K_ESC) {
		app->keys_n = 0;
		return;
	}
	g_assert(n < KEYS_MAX); /* what was typed is the head of a sequence */
	app->keys[n++] = key;
	switch (keymap_find(app->keymap, app->keys, n, context, &binding)) {
	case KEYMAP_PREFIX:
		app->keys_n = n;
		return;
	case KEYMAP_BOUND:
		app->keys_n = 0;
		if (typeahead_holds(app, app->keys, n, binding->command))
			return;
		if (binding->command->id == UI_JUMP && !binding->argument)
			commands_ask_jump(app, key_text(key, name));
		else
			app_do(app, binding->command, binding->argument);
		return;
	case KEYMAP_NONE:
		app->keys_n = 0;
		complain_of_keys(app, n);
	}
}

/* Drawing anew and suspending work whatever has the keys, and change nothing of what is shown. */
static bool is_for_terminal(struct app *app, int key)
{
	const struct binding *binding = NULL;

	if (key >= ' ' || keymap_find(app->keymap, &key, 1, IN_LIST, &binding) != KEYMAP_BOUND)
		return false;
	if (binding->command->id != UI_REDRAW && binding->command->id != UI_SUSPEND)
		return false;
	commands_run(app, binding->command, NULL);
	return true;
}

static void do_often(struct app *app, const char *command, int times)
{
	for (int i = 0; i < times; i++)
		app_do(app, ui_command_by_name(command), NULL);
}

/* Views that do not care for the mouse themselves have rows one below the other: a click goes as
 * many of them as it is away from the cursor. */
static void on_mouse(struct app *app, struct view *view)
{
	struct rect whole = term_rect(app->term);
	int y, x, away;
	enum mouse mouse = term_mouse(app->term, &y, &x);

	if (!view->class->context)
		return;
	away = y - view->cursor_y;
	if (mouse == MOUSE_UP || mouse == MOUSE_DOWN)
		do_often(app, mouse == MOUSE_UP ? "previous" : "next", WHEEL_ROWS);
	else if (y > 0 && y < whole.h - 1)
		do_often(app, away < 0 ? "previous" : "next", ABS(away));
	if (mouse == MOUSE_DOUBLE && app_top(app) == view && y == view->cursor_y)
		do_often(app, "open", 1);
}

static bool is_taken(struct view *view, int key)
{
	return view->class->key && view->class->key(view, key);
}

/* What is pasted goes to a line that is being typed, which takes the beginning of it; where there
 * is none, it must not act as keys. C-c after a pause, which no text can make, ends one whose end
 * was lost. False: the key was not pasted. */
static bool on_pasted(struct app *app, struct view *view, int key)
{
	int64_t now = g_get_monotonic_time();

	if (key == KEY_CTRL('c') && app->paste != PASTE_NONE && now - app->pasted > PASTE_PAUSE_US)
		key = K_PASTE_END;
	app->pasted = now;
	if (key == K_PASTE_BEGIN)
		app->paste = is_taken(view, key) ? PASTE_TYPED : PASTE_DROPPED;
	else if (app->paste == PASTE_NONE)
		return key == K_PASTE_END;
	else if (app->paste == PASTE_TYPED)
		is_taken(view, key);
	else if (key == K_PASTE_END)
		app_say(app, _("what was pasted was dropped: nothing is being typed here"));
	if (key == K_PASTE_END)
		app->paste = PASTE_NONE;
	return true;
}

void app_act(struct app *app, int key)
{
	struct view *view = app_top(app);

	g_clear_pointer(&app->message, g_free);
	if (on_pasted(app, view, key) || is_taken(view, key))
		return;
	if (key == K_MOUSE)
		on_mouse(app, view);
	else if (view->class->context)
		on_bound_key(app, key, view->class->context(view));
}

static void on_key(void *user, int key)
{
	struct app *app = user;

	if (app->paste == PASTE_NONE && is_for_terminal(app, key))
		return;
	if (!typeahead_takes(app, key))
		app_act(app, key);
}

/* What the keys of the configuration do to each other, said once. */
static void tell_conflicts(struct app *app)
{
	g_autoptr(GPtrArray) conflicts = keymap_conflicts(app->keymap);

	if (conflicts->len > 1)
		app_complain(app, _("%s (and %u more; `nixie doctor` lists them)"),
			(const char *)conflicts->pdata[0], conflicts->len - 1);
	else if (conflicts->len)
		app_complain(app, "%s", (const char *)conflicts->pdata[0]);
}

/* Views that were left out of the configuration, said once. */
static void tell_views(struct app *app)
{
	const GPtrArray *faults = viewbook_faults(config_views(session_config(app->session)));

	if (faults->len > 1)
		app_complain(app, _("view left out: %s (and %u more; `nixie doctor` lists them)"),
			(const char *)faults->pdata[0], faults->len - 1);
	else if (faults->len)
		app_complain(app, _("view left out: %s"), (const char *)faults->pdata[0]);
}

/* --- drawing */

/* The views to draw: an overlay stands on the view below it, in a plain terminal alone. */
static guint first_drawn(const struct app *app)
{
	return app->options.plain ? app->views->len - 1 : ground_index(app);
}

static void draw_too_small(struct app *app, struct rect whole)
{
	char needed[32];

	g_snprintf(needed, sizeof needed, _("needs %dx%d"), SMALLEST_WIDTH, SMALLEST_HEIGHT);
	term_text(app->term, whole, 0, 0, STYLE_NORMAL, _("too small"));
	term_text(app->term, whole, 1, 0, STYLE_NORMAL, needed);
	term_end(app->term, 0, 0);
}

static void on_draw(void *user)
{
	struct app *app = user;
	struct rect whole = term_rect(app->term);
	struct view *top = app_top(app);

	term_begin(app->term);
	if (whole.w < SMALLEST_WIDTH || whole.h < SMALLEST_HEIGHT) {
		draw_too_small(app, whole);
		return;
	}
	if (app->options.plain && top->class->overlay)
		status_draw(app, (struct rect){whole.h - 1, 0, 1, whole.w});
	for (guint i = first_drawn(app); i < app->views->len; i++) {
		struct view *view = app->views->pdata[i];

		if (!view->class->overlay) {
			title_draw(app, (struct rect){0, 0, 1, whole.w});
			view->class->draw(view, (struct rect){1, 0, whole.h - 2, whole.w});
			status_draw(app, (struct rect){whole.h - 1, 0, 1, whole.w});
		} else
			view->class->draw(view, whole);
	}
	term_end(app->term, top->cursor_y, top->cursor_x);
}

static void on_suspend(void *user)
{
	app_suspend(user);
}

static const struct loop_calls calls = {.key = on_key, .draw = on_draw, .suspend = on_suspend};

/* --- */

bool ui_check(GError **error)
{
	return term_check(error);
}

static enum term_lines lines_by_name(const char *name)
{
	for (int i = 0; i < LINES_COUNT; i++)
		if (!g_strcmp0(name, term_lines_names[i]))
			return (enum term_lines)i;
	return LINES_AUTO;
}

/* The theme that was asked for, and the one for terminals that have no colours. */
static bool load_themes(const struct config *config, const char *name, struct theme *theme,
	struct theme *mono, GError **error)
{
	return theme_load(name, config_keyfile(config), theme, error) &&
	       theme_load("mono", NULL, mono, error);
}

/* Errors of keys and colours do not know the file they come from. */
static bool name_file(const struct config *config, GError **error)
{
	if (config_path(config))
		g_prefix_error(error, "%s: ", config_path(config));
	return false;
}

bool ui_check_config(const struct config *config, GPtrArray **conflicts, GError **error)
{
	struct theme theme, mono;
	struct keymap *keymap =
		keymap_new(config_text(config, SET_KEYS), config_keyfile(config), error);

	if (!keymap)
		return name_file(config, error);
	*conflicts = keymap_conflicts(keymap);
	keymap_free(keymap);
	if (load_themes(config, config_text(config, SET_THEME), &theme, &mono, error))
		return true;
	g_clear_pointer(conflicts, g_ptr_array_unref);
	return name_file(config, error);
}

static void app_clear(struct app *app)
{
	loading_forget(app);
	typeahead_forget(app);
	if (app->views) {
		while (app->views->len)
			app_pop(app, app_top(app));
		g_ptr_array_unref(app->views);
	}
	term_close(app->term); /* while a signal is still a call */
	loop_free(app->loop);
	keymap_free(app->keymap);
	histories_free(app->histories);
	g_free(app->message);
	g_free(app->found);
	g_free(app->last_words);
	g_free(app->query_before);
	correct_forget(app);
}

int ui_run(struct session *session, const struct ui_options *options, GError **error)
{
	const struct config *config = session_config(session);
	struct theme theme, mono;
	struct term_options look = {.theme = &theme,
		.mono = &mono,
		.line_signs = lines_by_name(options->lines),
		.no_colour = options->no_colour,
		.colour = options->colour,
		.mouse = options->mouse,
		.plain = options->plain};
	struct app app = {.session = session,
		.options = *options,
		.sort = options->sort,
		.reversed = options->reversed};
	GError *failure = NULL;
	int code;

	app.keymap = keymap_new(options->keys, config_keyfile(config), error);
	if (!app.keymap || !load_themes(config, options->theme, &theme, &mono, error)) {
		keymap_free(app.keymap);
		name_file(config, error);
		return NIXIE_CONFIG;
	}
	session_sort(session, app.sort, app.reversed);
	signals_hold(true);
	app.term = term_open(&look, &failure);
	if (!app.term) {
		signals_hold(false);
		code = failure->code;
		g_propagate_error(error, failure);
		keymap_free(app.keymap);
		return code;
	}
	app.histories = histories_load();
	app.typed = g_array_new(FALSE, FALSE, sizeof(int));
	app.views = g_ptr_array_new();
	app.loop = loop_new(app.term, &calls, &app);
	signals_hold(false);
	app_push(&app, view_browse_new(&app));
	tell_conflicts(&app);
	tell_views(&app);
	app_tell_broken_rules(&app, options->broken_rules);
	session_listen(session, loading_take, &app);
	loading_begins(&app);
	session_watch(session, (unsigned)config_int(session_config(session), SET_WATCH_SECONDS));
	code = loop_run(app.loop);
	session_watch(session, 0);
	session_listen(session, NULL, NULL);
	app_clear(&app);
	return code;
}
