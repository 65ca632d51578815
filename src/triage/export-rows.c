/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a session through an exporter: their reports are read again, some hundred at a time, in
 * the order of the rows. */
#include "base/errors.h"
#include "base/strhash.h"
#include "base/words.h"
#include "rules/wordbook.h"
#include "triage/export-parts.h"
#include "triage/session-parts.h"
#include "triage/target.h"

#define WINDOW 256 /* reports in memory at a time */

/* One file of one message, and the rows of it that go out. */
struct leaving {
	const struct row *row; /* the first of them */
	GPtrArray *rows;
	struct report *report;
	char *why; /* it could not be read */
};

struct window {
	struct leaving *files;
	size_t n;
	bool done;
	GError *error;
};

static void leaving_clear(struct leaving *file)
{
	g_ptr_array_unref(file->rows);
	report_free(file->report);
	g_free(file->why);
}

/* The rows by file, each file where its first row stands. */
static GArray *files_of(const GPtrArray *rows)
{
	GArray *files = g_array_new(FALSE, TRUE, sizeof(struct leaving));
	g_autoptr(GHashTable) places = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	g_array_set_clear_func(files, (GDestroyNotify)leaving_clear);
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		g_autofree char *path = row_path(row);
		gpointer place;
		if (!g_hash_table_lookup_extended(places, path, NULL, &place)) {
			const struct leaving file = {.row = row, .rows = g_ptr_array_new()};
			place = GUINT_TO_POINTER(files->len);
			g_array_append_val(files, file);
			g_hash_table_insert(places, g_steal_pointer(&path), place);
		}
		g_ptr_array_add(g_array_index(files, struct leaving, GPOINTER_TO_UINT(place)).rows,
			rows->pdata[i]);
	}
	return files;
}

/* --- reading a window */

static void on_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct window *window = user;
	window->files[index].report = report;
	if (!report)
		window->files[index].why = g_strdup(error->message);
}

static void on_done(void *user, const GError *error)
{
	struct window *window = user;
	window->done = true;
	if (error)
		window->error = g_error_copy(error);
}

static bool is_stopped(const struct exporter *exporter)
{
	return exporter->stop && *exporter->stop;
}

static bool fail_stopped(GError **error)
{
	g_set_error_literal(error, NIXIE_ERROR, NIXIE_INTERRUPTED,
		_("the export was stopped; no file was written"));
	return false;
}

static bool read_window(struct session *session, const struct exporter *exporter,
	struct window *window, GError **error)
{
	struct facts *facts;
	bool cancelled = false;
	g_autofree const char **ids = g_new(const char *, window->n);
	g_auto(GStrv) paths = g_new0(char *, window->n + 1);
	for (size_t i = 0; i < window->n; i++) {
		const struct row *row = window->files[i].row;
		ids[i] = row_id(row);
		paths[i] = row_path(row);
	}
	facts = session_facts_start(
		session, ids, (const char *const *)paths, window->n, on_report, on_done, window);
	while (!window->done) {
		g_main_context_iteration(NULL, TRUE);
		if (!window->done && !cancelled && is_stopped(exporter)) {
			cancelled = true;
			facts_cancel(facts);
		}
	}
	if (is_stopped(exporter)) {
		g_clear_error(&window->error);
		return fail_stopped(error);
	}
	if (window->error)
		g_propagate_error(error, window->error);
	return !window->error;
}

/* --- writing */

static bool write_file(const struct session *session, struct exporter *exporter,
	const struct leaving *file, GError **error)
{
	const struct row *first = file->row;
	g_autofree char *path = row_path(first);
	bool has_id = strcmp(row_id(first), path) != 0; /* a result may tell none */
	unsigned index = session->result ? result_cut_place(path) : 0;
	if (!file->report)
		return exporter_failure(exporter, path, index,
			file->why ? file->why : "it could not be read", error);
	size_t n = file->report->recipients_n;
	g_autofree struct context *contexts = g_new(struct context, n + 1);
	g_autofree struct export_pick *picked = g_new(struct export_pick, file->rows->len + 1);
	contexts_neutral(file->report, contexts);
	for (guint i = 0; i < file->rows->len; i++) {
		const struct row *row = file->rows->pdata[i];
		picked[i] = (struct export_pick){row->recipient, row->marked};
		if (row->recipient >= n)
			continue;
		contexts[row->recipient] = row_context(row);
		if (exporter->options.format == FORMAT_TEXT)
			contexts[row->recipient].pass_on =
				sentence(exporter->knowledge, SENTENCE_PASS_ON_COMMAND);
	}
	/* The name by which notmuch knows it: queries go by it, and a mail without one has it too.
	 */
	if (has_id)
		file->report->id = row_id(first);
	return exporter_picked(exporter, path, index, file->report, contexts, row_tags(first),
		picked, file->rows->len, error);
}

static bool write_window(const struct session *session, struct exporter *exporter,
	const struct window *window, GError **error)
{
	for (size_t i = 0; i < window->n; i++)
		if (!write_file(session, exporter, &window->files[i], error))
			return false;
	return true;
}

bool export_rows(
	struct session *session, GPtrArray *rows, struct exporter *exporter, GError **error)
{
	g_autoptr(GArray) files = files_of(rows);
	bool good = true;
	exporter->options.proven_only =
		exporter->options.proven_only || session_sent_indexed(session);
	exporter->options.permanent_only =
		exporter->options.permanent_only ||
		(exporter->options.target && exporter->options.target->permanent &&
			!session_asks(session, "type"));
	for (guint from = 0; good && from < files->len && !export_is_full(exporter);
		from += WINDOW) {
		struct window window = {
			.files = &g_array_index(files, struct leaving, from),
			.n = MIN(WINDOW, files->len - from),
		};
		good = read_window(session, exporter, &window, error) &&
		       write_window(session, exporter, &window, error);
		for (size_t i = 0; i < window.n; i++)
			g_clear_pointer(&window.files[i].report, report_free);
	}
	return good;
}

/* At most `lines` lines; a CSV row may hold line breaks between quotes, which does no harm here. */
static char *head(const GString *text, unsigned lines)
{
	size_t n = 0;
	while (n < text->len && lines)
		lines -= text->str[n++] == '\n';
	return g_strndup(text->str, n);
}

char *export_preview(struct session *session, GPtrArray *rows, const struct export_options *options,
	unsigned lines)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) some = g_ptr_array_new();
	struct export_options first = *options;
	struct exporter *exporter;
	char *text;

	/* Of those that do not go out, some are passed over. */
	first.window = (struct export_window){true, 0, lines};
	exporter = exporter_new(session->knowledge, session->rules, &first, NULL, &error);
	if (!exporter)
		return g_strdup(error->message);
	for (guint i = 0; i < rows->len && i < WINDOW; i++)
		g_ptr_array_add(some, rows->pdata[i]);
	exporter->keep = true;
	if (export_rows(session, some, exporter, &error) && exporter_finish(exporter, NULL, &error))
		text = head(exporter->buffer, lines);
	else
		text = g_strdup(error->message);
	exporter_free(exporter);
	return text;
}
