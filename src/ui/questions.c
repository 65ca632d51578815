/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/questions.h"

#include <string.h>

#include "base/errors.h"
#include "triage/filter.h"
#include "triage/nearest.h"
#include "ui/prompt.h"

/* Filter names, and behind a colon the values that are known. */
static void complete_filter(struct app *app, void *user, const char *word, GPtrArray *out)
{
	const char *colon = strchr(word, ':');

	(void)app;
	(void)user;
	for (const struct filter_word *f = filter_words(); f->name; f++) {
		g_autofree char *head = g_strdup_printf("%s:", f->name);

		if (!colon && g_str_has_prefix(head, word))
			g_ptr_array_add(out, g_steal_pointer(&head));
		else if (colon && g_str_has_prefix(word, head)) {
			/* The last of several values is the one being typed. */
			const char *comma = strrchr(word, ',');
			g_autofree char *before =
				g_strndup(word, (gsize)((comma ? comma : colon) + 1 - word));

			prompt_complete_from(out, word, before, f->values);
		}
	}
}

/* --- limit */

/* Filters alone narrow what is loaded; with words for notmuch the index is asked. */
static struct filter *parse_limit(const char *text, GError **error)
{
	struct filter *filter = filter_new();
	g_autofree char *query = NULL;

	if (filter_parse(filter, text, &query, error)) {
		if (!query || !*g_strstrip(query))
			return filter;
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			"\"%s\" is no filter: a limit takes words such as category:mailbox-full "
			"type:soft address:example.com; c asks the index",
			query);
	}
	filter_free(filter);
	return NULL;
}

static size_t count_matches(struct app *app, const struct filter *filter)
{
	size_t n, matches = 0;
	struct row *const *rows = session_rows(app->session, &n);

	for (size_t i = 0; i < n; i++)
		matches += filter_matches(filter, rows[i]);
	return matches;
}

static void filter_effect(struct app *app, const char *text, struct doc *doc, const char *verb)
{
	g_autoptr(GError) error = NULL;
	struct filter *filter;
	g_autofree char *words = NULL;
	size_t n;

	if (!*text) {
		for (const struct filter_word *f = filter_words(); f->name; f++) {
			g_autofree char *name = g_strdup_printf("%s:", f->name);

			doc_pair(doc, name, 12, STYLE_DIM, f->help);
		}
		return;
	}
	filter = parse_limit(text, &error);
	if (!filter) {
		doc_text(doc, STYLE_WARNING, error->message);
		return;
	}
	session_rows(app->session, &n);
	words = g_strdup_printf(
		"%s %zu of the %zu rows now shown", verb, count_matches(app, filter), n);
	doc_text(doc, STYLE_NORMAL, words);
	filter_free(filter);
}

static void limit_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	g_autofree char *command = NULL;

	(void)user;
	if (!*text)
		doc_line(doc, STYLE_NORMAL, "An empty limit shows all rows again. Filters:");
	filter_effect(app, text, doc, "shows");
	if (*text) {
		const char *query = session_query(app->session);

		g_autofree char *both = g_strdup_printf(
			"%s%s%s", text, query && *query ? " " : "", query ? query : "");
		g_autofree char *quoted = g_shell_quote(both);

		command = g_strdup_printf("nixie list %s", quoted);
		doc_pair(doc, "Same:", 6, STYLE_DIM, command);
	}
}

static void limit_accept(struct app *app, void *user, const char *text)
{
	GError *error = NULL;
	struct filter *filter = *text ? parse_limit(text, &error) : NULL;

	(void)user;
	if (error || !session_limit(app->session, *text ? text : NULL, &error))
		app_report(app, error);
	filter_free(filter);
}

void questions_limit(struct app *app, const char *argument)
{
	static const struct prompt_spec spec = {
		.label = "Limit: ",
		.history = "limit",
		.title = "Limit",
		.accept = limit_accept,
		.effect = limit_effect,
		.complete = complete_filter,
	};

	if (argument)
		limit_accept(app, NULL, argument);
	else
		prompt_push(app, &spec, NULL, session_limit_text(app->session));
}

/* --- marks */

static void mark_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	(void)user;
	filter_effect(app, text, doc, "marks");
}

static void mark_accept(struct app *app, void *user, const char *text)
{
	GError *error = NULL;
	struct filter *filter;
	size_t n, marked = 0;
	struct row *const *rows = session_rows(app->session, &n);

	(void)user;
	if (!*text)
		return;
	filter = parse_limit(text, &error);
	if (!filter) {
		app_report(app, error);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (filter_matches(filter, rows[i])) {
			session_mark(app->session, rows[i], true);
			marked++;
		}
	filter_free(filter);
	app_say(app, "Marked %zu row%s.", marked, marked == 1 ? "" : "s");
}

void questions_mark(struct app *app, const char *argument)
{
	static const struct prompt_spec spec = {
		.label = "Mark: ",
		.history = "limit",
		.title = "Mark what matches",
		.accept = mark_accept,
		.effect = mark_effect,
		.complete = complete_filter,
	};

	if (argument)
		mark_accept(app, NULL, argument);
	else
		prompt_push(app, &spec, NULL, "");
}

/* --- query */

static void query_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	g_autoptr(GError) error = NULL;
	struct filter *filter = filter_new();
	g_autofree char *query = NULL, *command = NULL, *quoted = NULL;
	char *const *named = session_named_queries(app->session);

	(void)user;
	if (!filter_parse(filter, text, &query, &error))
		doc_text(doc, STYLE_WARNING, error->message);
	else {
		doc_pair(doc, "Asks", 7, STYLE_NORMAL,
			*text ? (*query ? query : "the default scope, then the filters")
			      : "the default scope");
		quoted = g_shell_quote(text);
		command = *text ? g_strdup_printf("nixie %s", quoted) : g_strdup("nixie");
		doc_pair(doc, "Same:", 7, STYLE_DIM, command);
	}
	filter_free(filter);
	for (int i = 0; named && named[i] && i < 5; i++)
		doc_pair(doc, i ? "" : "Saved", 7, STYLE_DIM, named[i]);
}

static void query_accept(struct app *app, void *user, const char *text)
{
	(void)user;
	session_limit(app->session, NULL, NULL);
	app_load(app, text);
}

static void query_complete(struct app *app, void *user, const char *word, GPtrArray *out)
{
	char *const *named = session_named_queries(app->session);
	const char *prefix = g_str_has_prefix(word, "query:") ? "query:" : "";

	for (size_t i = 0; named && named[i]; i++) {
		const char *end = strchr(named[i], '=');
		g_autofree char *name =
			g_strndup(named[i], end ? (gsize)(end - named[i]) : strlen(named[i]));
		g_autofree char *whole = g_strconcat("query:", name, NULL);

		if (g_str_has_prefix(whole, word) && (*prefix || *word))
			g_ptr_array_add(out, g_steal_pointer(&whole));
	}
	if (g_str_has_prefix(word, "tag:") || g_str_has_prefix(word, "is:"))
		prompt_complete_from(out, word, *word == 't' ? "tag:" : "is:",
			(const char *const *)session_tags(app->session));
	complete_filter(app, user, word, out);
}

void questions_query(struct app *app, const char *argument)
{
	static const struct prompt_spec spec = {
		.label = "Query: ",
		.history = "query",
		.title = "Query",
		.accept = query_accept,
		.effect = query_effect,
		.complete = query_complete,
	};

	if (argument) {
		query_accept(app, NULL, argument);
		return;
	}
	session_named_queries(app->session); /* asked for now, there when Tab is pressed */
	session_tags(app->session);
	prompt_push(app, &spec, NULL, session_query(app->session));
}

/* --- commands by name */

static void command_accept(struct app *app, void *user, const char *text)
{
	(void)user;
	app_do_text(app, text);
}

static void command_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 2);
	unsigned told = 0;

	(void)app;
	(void)user;
	for (const struct ui_command *c = ui_commands; c->name && told < 8; c++) {
		g_autofree char *head = NULL;

		if (words[0] && !g_str_has_prefix(c->name, words[0]))
			continue;
		head = g_strdup_printf("%s %s", c->name, c->argument ? c->argument : "");
		doc_pair(doc, head, 22, STYLE_DIM, c->help);
		told++;
	}
	if (!told)
		doc_line(doc, STYLE_WARNING, "no command begins so");
}

static void command_complete(struct app *app, void *user, const char *word, GPtrArray *out)
{
	(void)app;
	(void)user;
	for (const struct ui_command *c = ui_commands; c->name; c++)
		if (g_str_has_prefix(c->name, word) &&
			(!out->len || strcmp(out->pdata[out->len - 1], c->name) != 0))
			g_ptr_array_add(out, g_strdup(c->name));
}

void questions_command(struct app *app)
{
	static const struct prompt_spec spec = {
		.label = ":",
		.history = "command",
		.title = "Command",
		.accept = command_accept,
		.effect = command_effect,
		.complete = command_complete,
	};

	prompt_push(app, &spec, NULL, "");
}

static void complain_unknown(struct app *app, const char *word)
{
	const char *names[UI_COMMAND_COUNT * 2] = {NULL};
	const char *nearest;
	size_t n = 0;

	for (const struct ui_command *c = ui_commands; c->name && n + 1 < G_N_ELEMENTS(names); c++)
		names[n++] = c->name;
	nearest = nearest_word(word, names);
	if (nearest)
		app_complain(app, "there is no command \"%s\"; did you mean %s?", word, nearest);
	else
		app_complain(app, "there is no command \"%s\"; Tab behind : lists them", word);
}

void app_do_text(struct app *app, const char *text)
{
	g_autofree char *copy = g_strstrip(g_strdup(text));
	g_auto(GStrv) words = g_strsplit(copy, " ", 2);
	const struct ui_command *command = words[0] ? ui_command_by_name(words[0]) : NULL;

	if (!words[0] || !*words[0])
		return;
	if (command) {
		app_do(app, command, words[1]);
		return;
	}
	if (g_ascii_isdigit(*words[0])) {
		app_do(app, ui_command_by_name("jump"), words[0]);
		return;
	}
	complain_unknown(app, words[0]);
}
