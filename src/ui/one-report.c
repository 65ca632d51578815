/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/one-report.h"

#include <string.h>

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
	app_say(app, "There is no report here.");
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
		save_to(app, "the report", argument, write_report, from);
	else if (from)
		save_ask(app, "the report", "report.eml", write_report, g_steal_pointer(&from));
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
	static const struct prompt_spec spec = {.label = "Pipe the report into: ",
		.history = "pipe",
		.title = "Pipe",
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

static void copy(struct app *app, const char *what, const char *text)
{
	if (!text || !*text) {
		app_say(app, "There is no %s to copy.", what);
		return;
	}
	if (app->options.clipboard) {
		term_clipboard(app->term, text);
		app_say(app, "Copied the %s.", what);
	} else if (strchr(text, '\n')) {
		struct doc *doc = doc_new(MAX(term_rect(app->term).w - 8, 20));
		struct span rest = span_of(text), line;

		while (span_line(&rest, &line)) {
			g_autofree char *one = span_dup(line);

			doc_line(doc, STYLE_NORMAL, one);
		}
		view_text_push(app, what, doc);
	} else
		app_say(app, "%s", text);
}

void one_report_copy(struct app *app, const char *argument)
{
	const struct row *row = app_current(app);
	g_autofree char *text = NULL;

	if (!row || !argument) {
		app_say(app, "There is nothing to copy.");
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
	copy(app, argument, text);
}
