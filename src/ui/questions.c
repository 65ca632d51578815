/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/questions.h"

#include <string.h>

#include "base/errors.h"
#include "base/words.h"
#include "triage/filter.h"
#include "triage/nearest.h"
#include "triage/queryterms.h"
#include "triage/views.h"
#include "ui/complete.h"
#include "ui/prompt.h"
#include "ui/saved.h"

#define COMMANDS_TOLD 8

/* --- limit */

/* Neither a prefix nor an operator, nor a pattern: a word that a row may hold. */
static bool is_bare(const struct token *token)
{
	static const char *const operators[] = {"or", "xor", "near", "adj", "not"};

	if (token->type != TOKEN_WORD || strchr("+-", token->at.p[0]) ||
		memchr(token->at.p, ':', token->at.n) || memchr(token->at.p, '*', token->at.n))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(operators); i++)
		if (query_is_operator(token, operators[i]))
			return false;
	return true;
}

/* Adds what `rest` of a limit means: rows that hold all its words. False: it may mean something
 * else. */
static bool add_words(struct filter *filter, const char *rest)
{
	g_autoptr(GArray) tokens = query_tokens(rest);

	for (guint i = 0; i < tokens->len; i++)
		if (!is_bare(&g_array_index(tokens, struct token, i)))
			return false;
	for (guint i = 0; i < tokens->len; i++) {
		const struct token *token = &g_array_index(tokens, struct token, i);
		g_autofree char *word = span_dup(token->at);

		g_strdelimit(word, "\"", ' ');
		if (!query_is_operator(token, "and") &&
			!filter_add(filter, "any", g_strstrip(word), NULL))
			return false;
	}
	return true;
}

/* What a limit means, in filters: bare words are looked for in the rows. g_free. */
static char *limit_meant(const char *text)
{
	struct filter *filter = filter_new();
	g_autofree char *rest = NULL;
	char *meant;

	if (filter_parse(filter, text, &rest, NULL) && *g_strstrip(rest) && add_words(filter, rest))
		meant = filter_text(filter);
	else
		meant = g_strdup(text);
	filter_free(filter);
	return meant;
}

/* Filters alone narrow what is loaded; with words for notmuch the index is asked. */
static struct filter *parse_limit(const char *text, GError **error)
{
	struct filter *filter = filter_new();
	g_autofree char *query = NULL;

	if (filter_parse(filter, text, &query, error)) {
		if (!query || !*g_strstrip(query))
			return filter;
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("`%s` is no filter: a limit takes words such as type:soft day:yesterday "
			  "domain:example.com; to ask the index, leave it (Esc) and press c"),
			query);
	}
	filter_free(filter);
	return NULL;
}

/* The filter in what is to be marked, and the words for the index; `*` means every row, as for
 * notmuch. NULL with error. */
static struct filter *parse_mark(const char *text, char **query, GError **error)
{
	struct filter *filter = filter_new();

	*query = NULL;
	if (strcmp(text, "*") == 0) {
		*query = g_strdup("");
		return filter;
	}
	if (filter_parse(filter, text, query, error))
		return filter;
	filter_free(filter);
	return NULL;
}

static bool mark_check(struct app *app, void *user, const char *text, GError **error)
{
	(void)user;
	return session_check_query(app->session, text, error);
}

static bool limit_check(struct app *app, void *user, const char *text, GError **error)
{
	g_autofree char *meant = limit_meant(text);
	struct filter *filter = parse_limit(meant, error);

	(void)app;
	(void)user;
	filter_free(filter);
	return filter != NULL;
}

static size_t count_matches(struct app *app, const struct filter *filter)
{
	size_t n, matches = 0;
	struct row *const *rows = session_rows(app->session, &n);

	for (size_t i = 0; i < n; i++)
		matches += filter_matches(filter, rows[i]);
	return matches;
}

static void list_filters(struct doc *doc)
{
	for (const struct filter_word *f = filter_words(); f->name; f++) {
		g_autofree char *name = g_strdup_printf("%s:", f->name);

		doc_pair(doc, name, 12, STYLE_DIM, _(f->help));
	}
}

enum telling { SHOWS, MARKS, AT_MOST };

static void tell_matches(
	struct app *app, const struct filter *filter, struct doc *doc, enum telling what)
{
	g_autofree char *words = NULL;
	size_t n;

	session_rows(app->session, &n);
	words = g_strdup_printf(what == SHOWS   ? _("shows %zu of the %zu rows now shown")
				: what == MARKS ? _("marks %zu of the %zu rows now shown")
						: _("at most %zu of the %zu rows now shown"),
		count_matches(app, filter), n);
	doc_text(doc, STYLE_NORMAL, words);
}

static void limit_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	g_autofree char *command = NULL;

	(void)user;
	if (!*text) {
		doc_text(doc, STYLE_NORMAL,
			_("Empty shows all rows; a word shows the rows that hold it. Filters:"));
		list_filters(doc);
	} else {
		g_autofree char *meant = limit_meant(text);
		struct filter *filter = parse_limit(meant, NULL);
		const char *query = session_query(app->session);

		g_autofree char *both = query_join(meant, query);
		g_autofree char *quoted = g_shell_quote(both);

		if (strcmp(meant, text) != 0)
			doc_pair(doc, _("Means"), 6, STYLE_NORMAL, meant);
		if (filter)
			tell_matches(app, filter, doc, SHOWS);
		filter_free(filter);
		command = g_strdup_printf("nixie list %s", quoted);
		doc_pair(doc, _("Same:"), 6, STYLE_DIM, command);
	}
}

static void limit_accept(struct app *app, void *user, const char *text)
{
	GError *error = NULL;
	g_autofree char *meant = limit_meant(text);
	struct filter *filter = *text ? parse_limit(meant, &error) : NULL;

	(void)user;
	if (error || !session_limit(app->session, *text ? meant : NULL, &error))
		app_report(app, error);
	filter_free(filter);
}

void questions_limit(struct app *app, const char *argument)
{
	static const struct prompt_spec spec = {
		.label = N_("Limit: "),
		.history = "limit",
		.title = N_("Limit"),
		.accept = limit_accept,
		.effect = limit_effect,
		.check = limit_check,
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
	g_autofree char *query = NULL, *words = NULL;
	struct filter *filter = parse_mark(text, &query, NULL);

	(void)user;
	if (!*text) {
		doc_text(doc, STYLE_NORMAL,
			_("* marks all that is shown; a query marks what matches. Filters:"));
		list_filters(doc);
	} else if (filter && !*query) {
		tell_matches(app, filter, doc, MARKS);
	} else if (filter) {
		tell_matches(app, filter, doc, AT_MOST);
		words = g_strdup_printf(_("The index is asked for %s"), query);
		doc_text(doc, STYLE_NORMAL, words);
	}
	filter_free(filter);
}

static void tell_marked(void *user, size_t marked, const GError *error)
{
	struct app *app = user;

	if (error)
		app_complain(app, "%s", error->message);
	else
		app_say(app, ngettext("Marked %zu row.", "Marked %zu rows.", marked), marked);
}

static size_t mark_matches(struct app *app, const struct filter *filter)
{
	size_t n, marked = 0;
	struct row *const *rows = session_rows(app->session, &n);

	for (size_t i = 0; i < n; i++)
		if (filter_matches(filter, rows[i])) {
			session_mark(app->session, rows[i], true);
			marked++;
		}
	return marked;
}

static void mark_accept(struct app *app, void *user, const char *text)
{
	GError *error = NULL;
	g_autofree char *query = NULL;
	struct filter *filter = parse_mark(text, &query, &error);

	(void)user;
	if (!filter)
		app_report(app, error);
	else if (*text && !*query)
		tell_marked(app, mark_matches(app, filter), NULL);
	else if (*text && !session_mark_query(app->session, text, tell_marked, app, &error))
		app_report(app, error);
	filter_free(filter);
}

void questions_mark(struct app *app, const char *argument)
{
	static const struct prompt_spec spec = {
		.label = N_("Mark: "),
		.history = "mark",
		.title = N_("Mark what matches"),
		.accept = mark_accept,
		.effect = mark_effect,
		.check = mark_check,
		.complete = complete_query,
	};

	if (argument)
		mark_accept(app, NULL, argument);
	else
		prompt_push(app, &spec, NULL, "");
}

/* --- query */

static void show_examples(struct doc *doc)
{
	static const struct {
		const char *words, *meaning;
	} examples[] = {
		{"date:yesterday..", N_("what came since yesterday began")},
		{"date:12:00..", N_("what came since noon today")},
		{"tag:unread type:hard", N_("a tag, and a filter as l takes it")},
	};

	doc_text(doc, STYLE_NORMAL,
		_("Words of notmuch and filters of l; empty asks for all bounced mail. Examples:"));
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++)
		doc_pair(doc, examples[i].words, 22, STYLE_DIM, _(examples[i].meaning));
}

static void query_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	struct filter *filter = filter_new();
	g_autofree char *query = NULL, *command = NULL, *quoted = g_shell_quote(text);

	(void)user;
	if (!*text)
		show_examples(doc);
	if (filter_parse(filter, text, &query, NULL)) {
		doc_pair(doc, _("Asks"), 7, STYLE_NORMAL,
			*query  ? query
			: *text ? _("the default scope, then the filters")
				: _("the default scope"));
		command = *text ? g_strdup_printf("nixie -- %s", quoted) : g_strdup("nixie");
		doc_pair(doc, _("Same:"), 7, STYLE_DIM, command);
	}
	filter_free(filter);
	(void)app;
}

static void query_accept(struct app *app, void *user, const char *text)
{
	(void)user;
	session_limit(app->session, NULL, NULL);
	app_load(app, text);
}

static bool query_check_text(struct app *app, void *user, const char *text, GError **error)
{
	(void)user;
	return session_check_query(app->session, text, error);
}

static const struct prompt_spec query_spec = {
	.label = N_("Query: "),
	.history = "query",
	.title = N_("Query"),
	.accept = query_accept,
	.effect = query_effect,
	.check = query_check_text,
	.complete = complete_query,
};

void questions_type_query(struct app *app)
{
	session_named_queries(app->session); /* asked for now, there when Tab is pressed */
	session_tags(app->session);
	prompt_push(app, &query_spec, NULL, session_query(app->session));
}

void questions_query_again(struct app *app, const char *text, const char *why)
{
	prompt_push_refused(app, &query_spec, NULL, text, why);
}

void questions_query(struct app *app, const char *argument)
{
	if (argument)
		query_accept(app, NULL, argument);
	else if (session_views(app->session)->len)
		saved_go(app, NULL);
	else
		questions_type_query(app);
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
	for (const struct ui_command *c = ui_commands; c->name; c++) {
		g_autofree char *head = NULL;

		if ((words[0] && !g_str_has_prefix(c->name, words[0])) || told++ >= COMMANDS_TOLD)
			continue;
		head = g_strdup_printf("%s %s", c->name, c->argument ? c->argument : "");
		doc_pair(doc, head, 22, STYLE_DIM, _(c->help));
	}
	if (told > COMMANDS_TOLD) {
		g_autofree char *more = g_strdup_printf(_("(%u more)"), told - COMMANDS_TOLD);

		doc_line(doc, STYLE_DIM, more);
	}
	if (!told)
		doc_line(doc, STYLE_WARNING, _("no command begins so"));
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
		.title = N_("Command"),
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
		app_complain(app, _("there is no command \"%s\"; did you mean %s?"), word, nearest);
	else
		app_complain(app, _("there is no command \"%s\"; Tab behind : lists them"), word);
}

void app_do_text(struct app *app, const char *text)
{
	g_autofree char *copy = g_strstrip(g_strdup(text));
	g_auto(GStrv) words = g_strsplit(copy, " ", 2);
	const struct ui_command *command = words[0] ? ui_command_by_name(words[0]) : NULL;

	if (!words[0] || !*words[0])
		return;
	if (command) {
		app_do(app, command, words[1] ? g_strchug(words[1]) : NULL);
		return;
	}
	if (g_ascii_isdigit(*words[0])) {
		app_do(app, ui_command_by_name("jump"), words[0]);
		return;
	}
	complain_unknown(app, words[0]);
}
