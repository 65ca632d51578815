/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One row is changed at once, and u takes it back. More than one message is told first, and what
 * may be of no use: what it would do, and the command that would do the same.
 */
#include "ui/actions.h"

#include "ui/confirm.h"
#include "ui/prompt.h"

static void apply(struct app *app, struct action *action)
{
	GError *error = NULL;

	if (!action_apply(app->session, action, &error))
		app_report(app, error);
}

static void add_effect(struct doc *doc, const struct action *action)
{
	const struct action_effect *effect = action_effect(action);

	for (guint i = 0; effect->lines && i < effect->lines->len; i++)
		doc_pair(doc, i ? "" : "Effect", 9, STYLE_NORMAL, effect->lines->pdata[i]);
	for (guint i = 0; i < effect->warnings->len; i++)
		doc_pair(doc, "", 9, STYLE_WARNING, effect->warnings->pdata[i]);
	if (effect->command) {
		doc_blank(doc);
		doc_line(doc, STYLE_STRONG, "Same on the command line:");
		doc_pair(doc, "", 2, STYLE_NORMAL, effect->command);
	}
}

static void confirmed(struct app *app, void *user)
{
	apply(app, user);
}

static void unconfirmed(void *user)
{
	action_free(user);
}

static char *count_words(const struct action *action)
{
	const struct action_effect *effect = action_effect(action);

	return g_strdup_printf("%zu message%s, %zu recipient%s", effect->messages,
		effect->messages == 1 ? "" : "s", effect->recipients,
		effect->recipients == 1 ? "" : "s");
}

static void ask(struct app *app, struct action *action, const char *verb)
{
	g_autofree char *counts = NULL, *title = NULL;
	struct doc *doc;

	counts = count_words(action);
	title = g_strdup_printf("%s: %s", verb, counts);
	doc = doc_new(confirm_width(app));
	add_effect(doc, action);
	confirm_push(app, title, doc, confirmed, unconfirmed, action);
}

/* Takes `action`, which may be NULL with an error. */
static void start(struct app *app, struct action *action, const char *verb, GError *error)
{
	if (!action)
		app_report(app, error);
	else if (action_effect(action)->messages <= 1 && !action_effect(action)->warnings->len)
		apply(app, action);
	else
		ask(app, action, verb);
}

/* --- flags */

static bool has_tag(const struct row *row, const char *tag)
{
	return row->message->tags && tag &&
	       g_strv_contains((const char *const *)row->message->tags, tag);
}

static bool is_flagged(struct app *app, const struct row *row)
{
	(void)app;
	return row->state == STATE_RETRY || row->state == STATE_DUE;
}

static bool is_suppressed(struct app *app, const struct row *row)
{
	(void)app;
	return row->state == STATE_SUPPRESSED;
}

static bool is_done(struct app *app, const struct row *row)
{
	return !has_tag(row, config_text(session_config(app->session), SET_TAG_DONE));
}

typedef struct action *make_action(
	struct session *session, GPtrArray *rows, bool on, GError **error);

static void toggle(struct app *app, make_action *make,
	bool (*is_on)(struct app *, const struct row *), const char *verb, const char *command)
{
	g_autoptr(GPtrArray) rows = app_selection(app);
	bool on = false;
	GError *error = NULL;

	if (!rows->len) {
		app_say(app, "There is no row to work on.");
		return;
	}
	for (guint i = 0; i < rows->len; i++)
		on |= !is_on(app, rows->pdata[i]);
	g_free(app->last_words);
	app->last_words = g_strdup(command);
	start(app, make(app->session, rows, on, &error), verb, error);
}

void actions_retry(struct app *app)
{
	toggle(app, action_retry, is_flagged, "Retry flag", "retry");
}

void actions_suppress(struct app *app)
{
	toggle(app, action_suppress, is_suppressed, "Suppression list", "suppress");
}

void actions_accept(struct app *app, GPtrArray *proposals)
{
	GError *error = NULL;
	struct action *action = action_accept(app->session, proposals, &error);

	if (action)
		ask(app, action, "Suppression list");
	else
		app_report(app, error);
}

void actions_done(struct app *app)
{
	toggle(app, action_done, is_done, "Done", "done");
}

/* --- tags */

static void tag_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	g_autoptr(GError) error = NULL;
	struct action *action;

	if (!*text || !strcmp(text, "+") || !strcmp(text, "-")) {
		doc_line(doc, STYLE_DIM,
			"+TAG adds, -TAG removes; several with blanks between them");
		return;
	}
	action = action_tag(app->session, user, text, &error);
	if (!action) {
		doc_text(doc, STYLE_WARNING, error->message);
		return;
	}
	add_effect(doc, action);
	action_free(action);
}

static void tag_accept(struct app *app, void *user, const char *text)
{
	GError *error = NULL;
	struct action *action;

	if (!*text || !strcmp(text, "+") || !strcmp(text, "-"))
		return;
	action = action_tag(app->session, user, text, &error);
	g_free(app->last_words);
	app->last_words = g_strdup_printf("tag %s", text);
	if (action)
		apply(app, action); /* the prompt has told the effect */
	else
		app_report(app, error);
}

static void tag_complete(struct app *app, void *user, const char *word, GPtrArray *out)
{
	const char *sign = *word == '-' ? "-" : "+";

	(void)user;
	prompt_complete_from(out, word, sign, (const char *const *)session_tags(app->session));
}

static void rows_free(gpointer rows)
{
	g_ptr_array_unref(rows);
}

void actions_tag(struct app *app, GPtrArray *rows, const char *initial)
{
	static const struct prompt_spec spec = {
		.label = "> ",
		.history = "tag",
		.title = "Tag",
		.accept = tag_accept,
		.effect = tag_effect,
		.complete = tag_complete,
		.free = rows_free,
	};

	if (!rows->len) {
		app_say(app, "There is no row to work on.");
		g_ptr_array_unref(rows);
		return;
	}
	session_tags(app->session); /* asked for now, there when Tab is pressed */
	prompt_push(app, &spec, rows, initial);
}

void actions_tag_now(struct app *app, const char *words)
{
	g_autoptr(GPtrArray) rows = app_selection(app);
	GError *error = NULL;

	g_free(app->last_words);
	app->last_words = g_strdup_printf("tag %s", words);
	start(app, action_tag(app->session, rows, words, &error), "Tag", error);
}

/* --- undo */

void actions_undo(struct app *app, uint64_t entry)
{
	GError *error = NULL;
	struct action *action = action_undo(app->session, entry, entry != 0, &error);

	if (!action)
		app_report(app, error);
	else
		apply(app, action);
}

void actions_redo(struct app *app)
{
	GError *error = NULL;
	struct action *action = action_redo(app->session, &error);

	if (!action)
		app_report(app, error);
	else
		apply(app, action);
}
