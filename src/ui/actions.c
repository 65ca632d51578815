/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One row is changed at once, and u takes it back. More than one message is told first, and what
 * may be of no use, and what concerns the suppression list: what it would do, and the command that
 * would do the same.
 */
#include "ui/actions.h"

#include "base/words.h"
#include "rules/wordbook.h"
#include "ui/busy.h"
#include "ui/confirm.h"
#include "ui/menu.h"
#include "ui/prompt.h"
#include "ui/view-text.h"

static void apply(struct app *app, struct action *action)
{
	GError *error = NULL;

	if (!action_apply(app->session, action, &error))
		app_report(app, error);
}

static void add_effect(struct app *app, struct doc *doc, const struct action *action)
{
	const struct action_effect *effect = action_effect(action);

	for (guint i = 0; effect->lines && i < effect->lines->len; i++)
		doc_pair(doc, i ? "" : _("Effect"), 9, STYLE_NORMAL, effect->lines->pdata[i]);
	for (guint i = 0; i < effect->warnings->len; i++)
		doc_pair(doc, "", 9, STYLE_WARNING, effect->warnings->pdata[i]);
	if (session_counts(app->session).loading)
		doc_pair(doc, "", 9, STYLE_WARNING,
			_("The result is still being read: what comes later is not meant."));
	if (effect->command) {
		doc_blank(doc);
		doc_line(doc, STYLE_STRONG, _("Same on the command line:"));
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

	g_autofree char *messages = g_strdup_printf(
		ngettext("%zu message", "%zu messages", effect->messages), effect->messages);
	g_autofree char *recipients =
		g_strdup_printf(ngettext("%zu recipient", "%zu recipients", effect->recipients),
			effect->recipients);

	/* TRANSLATORS: "2 messages", "3 recipients" */
	return g_strdup_printf(_("%s, %s"), messages, recipients);
}

static void ask(struct app *app, struct action *action, const char *verb)
{
	g_autofree char *counts = NULL, *title = NULL;
	struct doc *doc;

	counts = count_words(action);
	title = words_colon(session_knowledge(app->session), _(verb), counts);
	doc = doc_new(confirm_width(app));
	add_effect(app, doc, action);
	confirm_push(app, title, doc, confirmed, unconfirmed, action);
}

static bool is_plain(const struct action *action)
{
	return action_effect(action)->messages <= 1 && !action_effect(action)->warnings->len;
}

/* Takes `action`, which may be NULL with an error. */
static void start(struct app *app, struct action *action, const char *verb, GError *error)
{
	if (!action)
		app_report(app, error);
	else if (is_plain(action))
		apply(app, action);
	else
		ask(app, action, verb);
}

/* --- flags */

static bool has_tag(const struct row *row, const char *tag)
{
	return tag && g_strv_contains((const char *const *)row_tags(row), tag);
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

/* What is on or off for a row. */
struct flag {
	make_action *make;
	bool (*is_on)(struct app *, const struct row *);
	const char *verb, *command;
	bool always_ask;
};

/* `on` NULL: off where all rows have it, else on. */
static bool wants_on(struct app *app, const struct flag *flag, GPtrArray *rows, const char *on)
{
	if (on)
		return strcmp(on, "off") != 0;
	for (guint i = 0; i < rows->len; i++)
		if (!flag->is_on(app, rows->pdata[i]))
			return true;
	return false;
}

static void toggle(struct app *app, const struct flag *flag, const char *argument)
{
	g_autoptr(GPtrArray) rows = app_selection(app);
	struct action *action;
	GError *error = NULL;
	bool on;

	if (argument && strcmp(argument, "on") != 0 && strcmp(argument, "off") != 0) {
		app_complain(app, _("%s takes on or off, not \"%s\""), flag->command, argument);
		return;
	}
	if (!rows->len) {
		app_say(app, _("There is no row to work on."));
		return;
	}
	on = wants_on(app, flag, rows, argument);
	/* What is repeated is this, not its opposite. */
	g_free(app->last_words);
	app->last_words = g_strdup_printf("%s %s", flag->command, on ? "on" : "off");
	action = flag->make(app->session, rows, on, &error);
	if (action && flag->always_ask)
		ask(app, action, flag->verb);
	else
		start(app, action, flag->verb, error);
}

void actions_retry(struct app *app, const char *argument)
{
	static const struct flag flag = {
		action_retry, is_flagged, N_("Retry flag"), "retry", false};

	toggle(app, &flag, argument);
}

void actions_suppress(struct app *app, const char *argument)
{
	static const struct flag flag = {
		action_suppress, is_suppressed, N_("Suppression list"), "suppress", true};

	toggle(app, &flag, argument);
}

void actions_accept(struct app *app, GPtrArray *proposals)
{
	GError *error = NULL;
	struct action *action = action_accept(app->session, proposals, &error);

	if (action)
		ask(app, action, N_("Suppression list"));
	else
		app_report(app, error);
}

void actions_done(struct app *app, const char *argument)
{
	static const struct flag flag = {action_done, is_done, N_("Done"), "done", false};

	toggle(app, &flag, argument);
}

/* --- tags */

static void tag_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	g_autoptr(GError) error = NULL;
	struct action *action;

	if (!*text || !strcmp(text, "+") || !strcmp(text, "-")) {
		doc_text(doc, STYLE_DIM,
			_("+TAG adds, -TAG removes; several with blanks between them"));
		return;
	}
	action = action_tag(app->session, user, text, &error);
	if (!action) {
		doc_text(doc, STYLE_WARNING, error->message);
		return;
	}
	add_effect(app, doc, action);
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

/* "Tag 2 messages (4 rows)" */
static char *tag_heading(struct app *app, void *user)
{
	const GPtrArray *rows = user;
	g_autoptr(GHashTable) messages = g_hash_table_new(NULL, NULL);
	guint n;

	(void)app;
	for (guint i = 0; i < rows->len; i++)
		g_hash_table_add(messages, ((const struct row *)rows->pdata[i])->entry);
	n = g_hash_table_size(messages);
	g_autofree char *count = g_strdup_printf(ngettext("%u message", "%u messages", n), n);
	g_autofree char *lines =
		g_strdup_printf(ngettext("%u row", "%u rows", rows->len), rows->len);

	/* TRANSLATORS: "2 messages", "4 rows" */
	return g_strdup_printf(_("Tag %s (%s)"), count, lines);
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
		.heading = tag_heading,
		.accept = tag_accept,
		.effect = tag_effect,
		.complete = tag_complete,
		.free = rows_free,
	};

	if (!rows->len) {
		app_say(app, _("There is no row to work on."));
		g_ptr_array_unref(rows);
		return;
	}
	session_tags(app->session); /* asked for now, there when Tab is pressed */
	prompt_push(app, &spec, rows, initial);
}

static GPtrArray *shown_rows(struct app *app)
{
	size_t n;
	struct row *const *rows = session_rows(app->session, &n);
	GPtrArray *all = g_ptr_array_sized_new((guint)n);

	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(all, rows[i]);
	return all;
}

static void whole_chosen(void *user, int chosen)
{
	struct app *app = user;

	actions_tag(app, chosen ? session_whole(app->session) : shown_rows(app), "+");
}

/* A limit shows a part of the result: which of the two is meant is asked. */
void actions_tag_all(struct app *app)
{
	g_autoptr(GPtrArray) shown = shown_rows(app), whole = session_whole(app->session);
	g_autofree char *here = g_strdup_printf(_("the %u rows that this limit shows"), shown->len);
	g_autofree char *all = g_strdup_printf(_("the whole result, %u rows"), whole->len);
	struct menu *menu;

	if (whole->len == shown->len) {
		whole_chosen(app, 0);
		return;
	}
	menu = menu_new(_("Tag"), whole_chosen, app);
	menu_add(menu, 's', here, true);
	menu_add(menu, 'w', all, false);
	menu_push(app, menu);
}

void actions_tag_now(struct app *app, const char *words)
{
	g_autoptr(GPtrArray) rows = app_selection(app);
	GError *error = NULL;

	g_free(app->last_words);
	app->last_words = g_strdup_printf("tag %s", words);
	start(app, action_tag(app->session, rows, words, &error), N_("Tag"), error);
}

/* --- undo */

/* NULL: no wait is to be expected. */
static struct view *settling(struct app *app)
{
	return action_is_unsettled(app->session)
		       ? busy_push(app, _("Looking what became of a change that was cut off ..."))
		       : NULL;
}

static void take_back(struct app *app, struct view *busy, struct action *action, GError *error)
{
	if (busy)
		busy_pop(busy);
	if (!action)
		app_report(app, error);
	else
		apply(app, action);
}

void actions_undo(struct app *app, uint64_t entry)
{
	GError *error = NULL;
	struct view *busy = settling(app);
	struct action *action = action_undo(app->session, entry, entry != 0, &error);

	take_back(app, busy, action, error);
}

void actions_redo(struct app *app)
{
	GError *error = NULL;
	struct view *busy = settling(app);
	struct action *action = action_redo(app->session, &error);

	take_back(app, busy, action, error);
}

#define REST_SHOWN 200

void actions_tell_rest(struct app *app)
{
	const GPtrArray *rest = session_last_action(app->session)->rest;
	struct doc *doc;

	if (!rest || !rest->len)
		return;
	doc = doc_new(confirm_width(app));
	doc_text(doc, STYLE_NORMAL,
		_("All else was taken back. This was changed by others since, and is left:"));
	doc_blank(doc);
	for (guint i = 0; i < rest->len && i < REST_SHOWN; i++)
		doc_text(doc, STYLE_NORMAL, rest->pdata[i]);
	if (rest->len > REST_SHOWN) {
		g_autofree char *more = g_strdup_printf(_("and %u more"), rest->len - REST_SHOWN);

		doc_line(doc, STYLE_DIM, more);
	}
	view_text_push(app, _("Left as it is"), doc);
}
