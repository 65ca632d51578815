/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/correct.h"

#include "base/words.h"
#include "triage/correct.h"
#include "ui/menu.h"
#include "ui/prompt.h"

#define INDENT 9

/* What is being corrected, and then, what was written. The row may go with the next load. */
struct correcting {
	char *diagnostic, *was, *rule;
	const struct category *category;
	char *file, *id; /* of the rule that was written; NULL: none yet */
};

void correct_forget(struct app *app)
{
	struct correcting *c = g_steal_pointer(&app->correcting);

	if (!c)
		return;
	g_free(c->diagnostic);
	g_free(c->was);
	g_free(c->rule);
	g_free(c->file);
	g_free(c->id);
	g_free(c);
}

void correct_overtaken(struct app *app)
{
	if (app->correcting && app->correcting->id)
		correct_forget(app);
}

/* As the shell would read it. */
static char *short_path(const char *file)
{
	const char *home = g_get_home_dir();
	size_t n = home ? strlen(home) : 0;

	if (n && strncmp(file, home, n) == 0 && file[n] == '/')
		return g_strconcat("~", file + n, NULL);
	return g_strdup(file);
}

static struct correct_ground ground_of(struct app *app)
{
	struct correct_ground ground = {session_spawner(app->session),
		session_rule_dirs(app->session), session_rules(app->session), NULL, 0};

	ground.rows = session_rows(app->session, &ground.rows_n);
	return ground;
}

static struct correction *try_words(struct app *app, const char *words, GError **error)
{
	const struct correcting *c = app->correcting;
	const struct correct_ground ground = ground_of(app);
	const struct wrong_verdict wrong = {c->diagnostic, c->was, c->rule};

	return correction_new(&ground, &wrong, c->category, words, error);
}

/* --- the words */

static void ask_words(struct app *app, const char *words);

static void words_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	const struct correcting *c = app->correcting;
	g_autoptr(GError) error = NULL;
	struct correction *correction;
	g_autofree char *becomes = g_strdup_printf(_("%s, so far %s"), c->category->id, c->was);
	g_autofree char *effect = NULL, *place = NULL, *file = NULL;

	(void)user;
	doc_pair(doc, _("Becomes"), INDENT, STYLE_STRONG, becomes);
	doc_pair(doc, _("Said"), INDENT, STYLE_NORMAL, c->diagnostic);
	if (!*text) {
		doc_pair(doc, "", INDENT, STYLE_DIM,
			_("Type words that only such a report has, as they stand above."));
		return;
	}
	correction = try_words(app, text, &error);
	if (!correction) {
		doc_pair(doc, "", INDENT, STYLE_WARNING, error->message);
		return;
	}
	effect = g_strdup_printf(_("%zu of the %zu rows now shown, by their wording; no example of "
				   "another rule"),
		correction->changes, ground_of(app).rows_n);
	file = short_path(correction->file);
	place = g_strdup_printf(_("[%s] in %s; u takes it back"), correction->lesson.id, file);
	doc_pair(doc, _("Changes"), INDENT, STYLE_NORMAL, effect);
	doc_pair(doc, _("Example"), INDENT, STYLE_DIM, correction->lesson.example);
	doc_pair(doc, _("Rule"), INDENT, STYLE_DIM, place);
	correction_free(correction);
}

static void words_accept(struct app *app, void *user, const char *text)
{
	GError *error = NULL;
	struct correction *correction = try_words(app, text, &error);
	struct correcting *c = app->correcting;
	g_autofree char *file = NULL;

	(void)user;
	if (!correction || !correction_write(correction, &error)) {
		app_report(app, error);
		correction_free(correction);
		ask_words(app, text);
		return;
	}
	c->file = g_strdup(correction->file);
	c->id = g_strdup(correction->lesson.id);
	correction_free(correction);
	app_do(app, ui_command_by_name("reload"), NULL);
	file = short_path(c->file);
	app_say(app, _("Wrote [%s] to %s; u takes it back."), c->id, file);
}

static void ask_words(struct app *app, const char *words)
{
	static const struct prompt_spec spec = {
		.label = N_("Words that decide (... is a gap): "),
		.title = N_("Correct the verdict"),
		.accept = words_accept,
		.effect = words_effect,
	};
	const struct correct_ground ground = ground_of(app);
	GError *error = NULL;
	g_autofree char *proposed =
		words ? g_strdup(words)
		      : correction_propose(&ground, app->correcting->diagnostic, &error);

	if (!proposed)
		app_report(app, error);
	prompt_push(app, &spec, NULL, proposed ? proposed : "");
}

/* --- the category */

static void chosen(void *user, int index)
{
	struct app *app = user;

	app->correcting->category = category_at(session_knowledge(app->session), index);
	ask_words(app, NULL);
}

static void ask_category(struct app *app)
{
	const struct knowledge *knowledge = session_knowledge(app->session);
	struct menu *menu = menu_new(_("What is it really? (typing jumps)"), chosen, app);
	const struct category *category;

	for (int i = 0; (category = category_at(knowledge, i)); i++) {
		g_autofree char *text =
			g_strdup_printf("%-20s %s", category->id, category->advice.title);

		menu_add(menu, 0, text, g_strcmp0(category->id, app->correcting->was) == 0);
	}
	menu_jump(menu);
	menu_push(app, menu);
}

/* --- */

static bool begin(struct app *app)
{
	const struct row *row = app_current(app);
	const struct details *details = row ? session_details(app->session, row) : NULL;
	const struct recipient *recipient = details ? details->recipient : NULL;

	if (!row)
		app_say(app, _("There is no verdict here to correct."));
	else if (!details)
		app_say(app, _("This report is still being read; press C again."));
	else if (!recipient || !recipient->diagnostic)
		app_say(app, _("No server's reply was found in this report; `nixie rules bundle` "
			       "collects such reports for a bug report."));
	else {
		correct_forget(app);
		app->correcting = g_new0(struct correcting, 1);
		app->correcting->diagnostic = g_strdup(recipient->diagnostic);
		app->correcting->was = g_strdup(recipient->category);
		app->correcting->rule = g_strdup(recipient->rule);
		return true;
	}
	return false;
}

void correct_ask(struct app *app, const char *argument)
{
	const struct category *category =
		argument ? category_by_id(session_knowledge(app->session), argument) : NULL;

	if (argument && !category) {
		app_complain(app, _("there is no category \"%s\""), argument);
	} else if (begin(app)) {
		app->correcting->category = category;
		if (category)
			ask_words(app, NULL);
		else
			ask_category(app);
	}
}

bool correct_undo(struct app *app)
{
	struct correcting *c = app->correcting;
	g_autofree char *id = NULL, *file = NULL, *shown = NULL;
	GError *error = NULL;

	if (!c || !c->id)
		return false;
	id = g_strdup(c->id);
	file = g_strdup(c->file);
	correct_forget(app);
	if (!correction_take_back(file, id, &error)) {
		app_report(app, error);
		return true;
	}
	app_do(app, ui_command_by_name("reload"), NULL);
	shown = short_path(file);
	app_say(app, _("Took [%s] out of %s again."), id, shown);
	return true;
}
