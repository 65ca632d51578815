/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/one-report.h"

#include <string.h>

#include "base/words.h"
#include "ui/prompt.h"
#include "ui/save.h"
#include "ui/shell.h"
#include "ui/view-explain.h"
#include "ui/view-text.h"

/* --- the report's file */

/* g_free; NULL: there is none, which is said. */
static char *current_file(struct app *app)
{
	const struct row *row = app_current(app);

	if (row && row_files(row))
		return row_path(row);
	app_say(app, _("There is no report here."));
	return NULL;
}

static bool has_file(struct app *app)
{
	g_autofree char *path = current_file(app);

	return path != NULL;
}

static bool write_report(const char *path, const void *from, GError **error)
{
	return shell_save_file(from, path, error);
}

void one_report_save(struct app *app, const char *argument)
{
	g_autofree char *from = current_file(app);

	if (from && argument)
		save_to(app, _("the report"), argument, write_report, from);
	else if (from)
		save_ask(app, _("the report"), "report.eml", write_report, g_steal_pointer(&from));
}

static void pipe_accept(struct app *app, void *user, const char *text)
{
	g_autofree char *from = current_file(app);

	(void)user;
	if (from && *text)
		shell_run(app, text, from, true);
}

void one_report_pipe(struct app *app, const char *argument)
{
	static const struct prompt_spec spec = {.label = N_("Pipe the report into: "),
		.history = "pipe",
		.title = N_("Pipe"),
		.accept = pipe_accept};

	if (argument)
		pipe_accept(app, NULL, argument);
	else if (has_file(app))
		prompt_push(app, &spec, NULL, "");
}

void one_report_edit(struct app *app, const char *argument)
{
	g_autofree char *path = current_file(app);

	(void)argument;
	if (path)
		shell_read_file(app, path);
}

/* --- copying */

static const struct copied {
	const char *what, *none, *done;
} copied[] = {
	{"address", N_("There is no address to copy."), N_("Copied the address.")},
	{"suggestion", N_("There is no suggestion to copy."), N_("Copied the suggestion.")},
	{"code", N_("There is no code to copy."), N_("Copied the code.")},
	{"message-id", N_("There is no message-id to copy."), N_("Copied the message-id.")},
	{N_("explanation"), N_("There is no explanation to copy."), N_("Copied the explanation.")},
};

static const struct copied *find_copied(const char *what)
{
	for (size_t i = 0; what && i < G_N_ELEMENTS(copied); i++)
		if (!strcmp(copied[i].what, what))
			return &copied[i];
	return NULL;
}

static void copy(struct app *app, const struct copied *it, const char *text)
{
	if (!text || !*text) {
		app_say(app, "%s", _(it->none));
		return;
	}
	if (app->options.clipboard) {
		term_clipboard(app->term, text);
		app_say(app, "%s", _(it->done));
	} else if (strchr(text, '\n')) {
		struct doc *doc = doc_new(MAX(term_rect(app->term).w - 8, 20));
		struct span rest = span_of(text), line;

		while (span_line(&rest, &line)) {
			g_autofree char *one = span_dup(line);

			doc_line(doc, STYLE_NORMAL, one);
		}
		view_text_push(app, _(it->what), doc);
	} else
		app_say(app, "%s", text);
}

void one_report_copy(struct app *app, const char *argument)
{
	const struct row *row = app_current(app);
	const struct copied *it = find_copied(argument);
	g_autofree char *text = NULL;

	if (!row || !it) {
		app_say(app, _("There is nothing to copy."));
		return;
	}
	if (!strcmp(argument, "address"))
		text = g_strdup(row_text(row, ROW_ADDRESS));
	else if (!strcmp(argument, "suggestion"))
		text = g_strdup(row_text(row, ROW_SUGGESTION));
	else if (!strcmp(argument, "code"))
		text = g_strstrip(g_strdup_printf("%s %s",
			row_text(row, ROW_REPLY) ? row_text(row, ROW_REPLY) : "",
			row_text(row, ROW_STATUS) ? row_text(row, ROW_STATUS) : ""));
	else if (!strcmp(argument, "message-id"))
		text = g_strdup(row_id(row));
	else if (!strcmp(argument, "explanation"))
		text = explain_pane_plain(app, row);
	copy(app, it, text);
}
