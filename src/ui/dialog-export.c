/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dialog-export.h"

#include <inttypes.h>

#include "base/words.h"
#include "triage/action.h"
#include "triage/export.h"
#include "triage/target.h"
#include "ui/busy.h"
#include "ui/cells.h"
#include "ui/confirm.h"
#include "ui/doc.h"
#include "ui/form.h"
#include "ui/key.h"
#include "ui/save.h"

#define WIDTH_MAX 84
#define PREVIEW_LINES 3
#define HINT _("Tab moves, Esc ends")
#define HINT_FROM 72 /* cells of the dialog from which it has room beside the buttons */

enum question { SCOPE, PER, FORMAT, TARGETS, COLUMNS, SAFETY, TRUST, FILE_NAME, BUTTONS };
enum scope { SCOPE_CHOSEN, SCOPE_SHOWN, SCOPE_WHOLE };
enum button { BUTTON_EXPORT, BUTTON_COPY, BUTTON_CANCEL };
enum safety { SAFE_FORMULAS, SAFE_VERIFIED, SAFE_NAMES };

/* The columns of interface.md section 2, in its order, then what else is often asked for. */
static const char *const columns[] = {"address", "original_address", "suggestion", "category",
	"title", "type", "who", "status", "reply", "retry", "state", "date", "subject",
	"diagnostic", "remote_mta", "origin", "trust", "id", "tags", "reporting_mta", NULL};
#define DEFAULT_COLUMNS 18

static const struct {
	enum per per;
	const char *words;
} pers[] = {{PER_RECIPIENT, N_("one per recipient")}, {PER_ADDRESS, N_("one per address")},
	{PER_REPORT, N_("one per report")}};

static const struct {
	enum format format;
	const char *words, *ending;
} formats[] = {{FORMAT_CSV, "CSV", "csv"}, {FORMAT_JSON, "JSON", "json"},
	{FORMAT_JSON_LINES, N_("JSON lines"), "jsonl"}, {FORMAT_TSV, "TSV", "tsv"},
	{FORMAT_ADDRESSES, N_("addresses, one a line"), "txt"},
	{FORMAT_TARGET, N_("for software"), NULL}};

struct dialog {
	struct view view;
	struct form form;
	struct target_book *book; /* NULL: it could not be read */
	GPtrArray *chosen; /* rows of the first scope: the marked ones, the group, or the one under
			      the cursor */
	char *columns_text;
	char *preview, *command; /* NULL: to be made */
	bool named;              /* the user has changed the file name */
};

/* --- what is asked for */

static GPtrArray *rows_of(struct dialog *dialog)
{
	size_t n;
	struct row *const *rows = session_rows(dialog->view.app->session, &n);
	GPtrArray *all;

	switch (form_field(&dialog->form, SCOPE)->at) {
	case SCOPE_CHOSEN:
		return g_ptr_array_ref(dialog->chosen);
	case SCOPE_WHOLE:
		return session_whole(dialog->view.app->session);
	default:
		break;
	}
	all = g_ptr_array_sized_new((guint)n);
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(all, rows[i]);
	return all;
}

static const char *wanted_columns(struct dialog *dialog)
{
	uint32_t on = form_field(&dialog->form, COLUMNS)->on;
	GString *out;

	if (on == (UINT32_C(1) << DEFAULT_COLUMNS) - 1)
		return NULL;
	out = g_string_new(NULL);
	for (int i = 0; columns[i]; i++)
		if (on >> i & 1)
			g_string_append_printf(out, "%s%s", out->len ? "," : "", columns[i]);
	g_free(dialog->columns_text);
	dialog->columns_text = g_string_free(out, FALSE);
	return dialog->columns_text;
}

static enum format format_of(struct dialog *dialog)
{
	return formats[form_field(&dialog->form, FORMAT)->at].format;
}

/* NULL: none is chosen. */
static const struct target *target_of(struct dialog *dialog)
{
	if (format_of(dialog) != FORMAT_TARGET)
		return NULL;
	return target_book_list(dialog->book)->pdata[form_field(&dialog->form, TARGETS)->at];
}

static bool is_table(enum format format)
{
	return format == FORMAT_CSV || format == FORMAT_TSV;
}

/* A target decides what a line is; the others have nothing to ask of it. */
static bool is_asked(struct dialog *dialog, enum question question)
{
	bool target = format_of(dialog) == FORMAT_TARGET;

	switch (question) {
	case TARGETS:
	case TRUST:
		return target;
	case PER:
	case SAFETY:
		return !target;
	case COLUMNS:
		return is_table(format_of(dialog));
	default:
		return true;
	}
}

static struct export_options options_of(struct dialog *dialog)
{
	uint32_t safety = form_field(&dialog->form, SAFETY)->on;
	enum format format = format_of(dialog);

	if (format == FORMAT_TARGET)
		return (struct export_options){
			.format = format,
			.target = target_of(dialog),
			.for_export = true,
			.include_unverified = !(form_field(&dialog->form, TRUST)->on & 1),
		};
	return (struct export_options){
		.format = format,
		.per = pers[form_field(&dialog->form, PER)->at].per,
		.columns = is_table(format) ? wanted_columns(dialog) : NULL,
		.csv_raw = !(safety >> SAFE_FORMULAS & 1),
		.for_export = true,
		.include_unverified = !(safety >> SAFE_VERIFIED & 1),
		.redact = safety >> SAFE_NAMES & 1,
		.texts = true,
	};
}

static const char *typed_path(struct dialog *dialog)
{
	return form_field(&dialog->form, FILE_NAME)->line.text->str;
}

/* As typed, where the shell reads it the same way. */
static char *quote_path(const char *typed)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
	const char *tail = g_str_has_prefix(typed, "~/") ? typed + 2 : typed;

	return *tail && strspn(tail, plain) == strlen(tail) ? g_strdup(typed)
							    : g_shell_quote(typed);
}

/* Rows marked by hand are exported whatever their trust; a command line has no marks. */
static bool any_is_marked(const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++)
		if (((const struct row *)rows->pdata[i])->marked)
			return true;
	return false;
}

/* What is chosen by hand goes to a target that is for good, whatever its type. */
static void add_target(GString *verb, const struct target *target, const GPtrArray *rows)
{
	g_autofree char *types = g_strjoinv(",", (char **)type_names);

	g_string_append_printf(verb, " --for=%s", target->name);
	if (target->permanent && any_is_marked(rows))
		g_string_append_printf(verb, " --type=%s", types);
}

/* NULL when no command line means just these rows. */
static char *command_of(struct dialog *dialog)
{
	struct export_options options = options_of(dialog);
	g_autofree char *file = quote_path(typed_path(dialog));
	g_autoptr(GPtrArray) rows = rows_of(dialog);
	g_autoptr(GString) verb = g_string_new("export");
	/* The titles that go into the file are those that the screen shows. */
	const char *lang = knowledge_lang(session_knowledge(dialog->view.app->session));

	if (lang)
		g_string_append_printf(verb, " --lang=%s", lang);
	if (options.target)
		add_target(verb, options.target, rows);
	else
		g_string_append_printf(verb, " --format=%s --per=%s", format_names[options.format],
			per_names[options.per]);
	if (options.columns)
		g_string_append_printf(verb, " --columns=%s", options.columns);
	if (options.csv_raw && options.format == FORMAT_CSV)
		g_string_append(verb, " --csv-raw");
	if (options.include_unverified || any_is_marked(rows))
		g_string_append(verb, " --include-unverified");
	if (options.redact)
		g_string_append(verb, " --redact");
	g_string_append_printf(verb, " --output %s", file);
	return action_command(dialog->view.app->session, verb->str, rows, false);
}

static void stale(struct dialog *dialog)
{
	g_clear_pointer(&dialog->preview, g_free);
	g_clear_pointer(&dialog->command, g_free);
}

/* --- drawing */

static int draw_lines(struct terminal *term, struct rect area, int row, enum style style,
	const char *text, int most)
{
	struct span rest = span_of(text ? text : ""), line;

	while (most-- > 0 && span_line(&rest, &line))
		term_span(term, area, row++, 2, style, line);
	return row;
}

/* From `row` on. */
static void draw_buttons(struct dialog *dialog, struct rect area, int row)
{
	form_draw(&dialog->form, dialog->view.app->term, area, row, BUTTONS, BUTTONS + 1);
}

/* All but the buttons, from `row` on. */
static void draw_inside(struct dialog *dialog, struct rect inside, int row)
{
	struct terminal *term = dialog->view.app->term;
	const struct target *target = target_of(dialog);
	size_t width = (size_t)MAX(inside.w - 2, 10);
	g_autoptr(GPtrArray) wrapped = text_wrap(dialog->command, width);

	for (int question = SCOPE; question < BUTTONS; question++)
		if (is_asked(dialog, (enum question)question))
			row = form_draw(&dialog->form, term, inside, row, question, question + 1);
	if (target && target->load) {
		g_autoptr(GPtrArray) load = text_wrap(target->load, width);

		term_text(term, inside, row++, 0, STYLE_HEADING, target->title);
		for (guint i = 0; i < load->len; i++)
			term_text(term, inside, row++, 2, STYLE_NORMAL, load->pdata[i]);
	}
	term_text(term, inside, row++, 0, STYLE_HEADING, _("Preview"));
	row = draw_lines(term, inside, row, STYLE_NORMAL, dialog->preview, PREVIEW_LINES);
	term_text(term, inside, row++, 0, STYLE_HEADING, _("Same on the command line"));
	for (guint i = 0; i < wrapped->len; i++)
		term_text(term, inside, row++, 2, STYLE_NORMAL, wrapped->pdata[i]);
}

/* What does not fit moves up until the field that has the keys shows, if it is one of these. */
static void draw_fitted(struct dialog *dialog, struct rect area, bool has_keys,
	void (*draw)(struct dialog *dialog, struct rect area, int row))
{
	int hidden;

	draw(dialog, area, 0);
	hidden = dialog->form.cursor_row - (area.y + area.h - 1);
	if (!has_keys || hidden <= 0)
		return;
	term_clear(dialog->view.app->term, area);
	draw(dialog, area, -hidden);
}

static bool has_room_for_hint(struct dialog *dialog, int width)
{
	const struct terminal *term = dialog->view.app->term;
	const struct form_field *field = form_field(&dialog->form, BUTTONS);
	int used = FORM_LABEL_CELLS;

	for (int i = 0; i < field->n; i++)
		used += term_cells(term, field->options[i]) + (int)strlen("[  ]  ");
	return used + term_cells(term, HINT) <= width;
}

static void dialog_draw(struct view *view, struct rect screen)
{
	struct dialog *dialog = (struct dialog *)view;
	struct terminal *term = view->app->term;
	int w = MIN(WIDTH_MAX, screen.w), h = MIN(22 + (screen.h > 26), screen.h);
	bool on_buttons = dialog->form.focus == BUTTONS;
	struct rect inside = term_frame(
		term, (struct rect){(screen.h - h) / 2, (screen.w - w) / 2, h, w}, _("Export"));
	struct rect buttons = {inside.y + inside.h - 1, inside.x, 1, inside.w};

	if (!dialog->preview) {
		g_autoptr(GPtrArray) rows = rows_of(dialog);
		struct export_options options = options_of(dialog);

		dialog->preview = export_preview(view->app->session, rows, &options, PREVIEW_LINES);
		dialog->command = command_of(dialog);
		if (!dialog->command)
			dialog->command = g_strdup(_("(no single command means just these rows)"));
	}
	inside.h--;
	draw_fitted(dialog, inside, !on_buttons, draw_inside);
	draw_fitted(dialog, buttons, on_buttons, draw_buttons);
	if (buttons.w >= HINT_FROM && has_room_for_hint(dialog, buttons.w))
		term_text(term, buttons, 0, buttons.w - term_cells(term, HINT), STYLE_DIM, HINT);
	view->cursor_y = dialog->form.cursor_row;
	view->cursor_x = dialog->form.cursor_column;
}

/* --- doing it */

/* The notes of the exporter as one sentence. */
static char *notes_text(const GPtrArray *notes)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < notes->len; i++)
		g_string_append_printf(out, "%s%s", out->len ? "; " : "", (char *)notes->pdata[i]);
	return g_string_free(out, FALSE);
}

static bool write_file(
	struct dialog *dialog, const char *path, bool force, GPtrArray *notes, GError **error)
{
	struct session *session = dialog->view.app->session;
	struct export_options options = options_of(dialog);
	g_autoptr(GPtrArray) rows = rows_of(dialog);
	struct file_out *out = file_out_open(path, force, error);
	struct exporter *exporter;
	struct view *busy;
	bool done;

	if (!out)
		return false;
	exporter = exporter_new(
		session_knowledge(session), session_rules(session), &options, out, error);
	if (!exporter) {
		file_out_abandon(out);
		return false;
	}
	busy = busy_push(dialog->view.app, _("Writing the export ...  Esc stops"));
	exporter_stop_when(exporter, busy_stopped(busy));
	done = export_rows(session, rows, exporter, error) &&
	       exporter_finish(exporter, notes, error);
	busy_pop(busy);
	exporter_free(exporter);
	if (!done) {
		file_out_abandon(out);
		return false;
	}
	return file_out_commit(out, error);
}

static void export_now(struct dialog *dialog, bool force)
{
	struct app *app = dialog->view.app;
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = save_path(typed_path(dialog)), *said = NULL;
	GError *error = NULL;

	if (!write_file(dialog, path, force, notes, &error)) {
		app_report(app, error);
		return;
	}
	said = notes_text(notes);
	app_say(app, _("Wrote %s (only you can read it). %s"), typed_path(dialog), said);
	app_pop(app, &dialog->view);
}

static void replace_confirmed(struct app *app, void *user)
{
	(void)app;
	export_now(user, true);
}

static void ask_replace(struct dialog *dialog)
{
	struct doc *doc = doc_new(confirm_width(dialog->view.app));

	doc_pair(doc, _("File"), 9, STYLE_NORMAL, typed_path(dialog));
	doc_text(doc, STYLE_NORMAL, _("It is there already and would be replaced."));
	confirm_push(
		dialog->view.app, _("Replace the file?"), doc, replace_confirmed, NULL, dialog);
}

static void start(struct dialog *dialog)
{
	g_autofree char *path = save_path(typed_path(dialog));

	if (!*path)
		app_complain(dialog->view.app, _("the export needs the name of a file"));
	else if (g_file_test(path, G_FILE_TEST_EXISTS))
		ask_replace(dialog);
	else
		export_now(dialog, false);
}

static void press(struct dialog *dialog)
{
	struct app *app = dialog->view.app;
	int button = dialog->form.focus == BUTTONS ? form_field(&dialog->form, BUTTONS)->at
						   : BUTTON_EXPORT;

	switch (button) {
	case BUTTON_EXPORT:
		start(dialog);
		break;
	case BUTTON_COPY:
		if (app->options.clipboard)
			term_clipboard(app->term, dialog->command);
		app_say(app, "%s", dialog->command);
		app_pop(app, &dialog->view);
		break;
	default:
		app_pop(app, &dialog->view);
	}
}

static void name_file(struct dialog *dialog)
{
	g_autoptr(GDateTime) now = cells_now();
	g_autofree char *day = g_date_time_format(now, "%Y-%m-%d");
	const struct target *target = target_of(dialog);
	g_autofree char *name =
		target ? g_strconcat("~/", target->file, NULL)
		       : g_strdup_printf("~/bounces-%s.%s", day,
				 formats[form_field(&dialog->form, FORMAT)->at].ending);

	if (!dialog->named)
		editline_set(&form_field(&dialog->form, FILE_NAME)->line, name);
}

static bool dialog_key(struct view *view, int key)
{
	struct dialog *dialog = (struct dialog *)view;
	bool pasting = form_is_pasting(&dialog->form);

	if (!pasting && (key == K_ESC || key == KEY_CTRL('c'))) {
		app_pop(view->app, view);
		return true;
	}
	if (!pasting && key == K_ENTER) {
		press(dialog);
		return true;
	}
	if (dialog->form.focus == FILE_NAME && key != K_TAB && key != K_BACKTAB && key != K_UP &&
		key != K_DOWN)
		dialog->named = true;
	if (form_key(&dialog->form, key)) {
		while (!is_asked(dialog, (enum question)dialog->form.focus))
			form_key(&dialog->form, key);
		name_file(dialog);
		stale(dialog);
	}
	return key != K_PASTE_BEGIN || form_is_pasting(&dialog->form);
}

static void dialog_event(struct view *view, enum session_event event)
{
	if (event == SESSION_DETAILS || event == SESSION_ROWS)
		stale((struct dialog *)view);
}

static void dialog_free(struct view *view)
{
	struct dialog *dialog = (struct dialog *)view;

	stale(dialog);
	form_clear(&dialog->form);
	target_book_free(dialog->book);
	g_ptr_array_unref(dialog->chosen);
	g_free(dialog->columns_text);
	g_free(dialog);
}

static const struct view_class dialog_class = {
	.name = "export",
	.overlay = true,
	.draw = dialog_draw,
	.key = dialog_key,
	.event = dialog_event,
	.free = dialog_free,
};

static void add_scope(struct dialog *dialog)
{
	struct session_counts counts = session_counts(dialog->view.app->session);
	bool marked = counts.marked == dialog->chosen->len && any_is_marked(dialog->chosen);
	g_autofree char *chosen =
		g_strdup_printf(marked                     ? _("%u marked")
				: dialog->chosen->len == 1 ? _("this row")
							   : _("%u of this group"),
			dialog->chosen->len);
	g_autofree char *shown = g_strdup_printf(_("%" PRIu64 " shown"), counts.shown);
	const char *options[] = {chosen, shown, NULL, NULL};
	g_autofree char *whole = NULL;

	if (session_limit_text(dialog->view.app->session)) {
		g_autoptr(GPtrArray) all = session_whole(dialog->view.app->session);

		options[SCOPE_WHOLE] = whole = g_strdup_printf(_("whole result %u"), all->len);
	}
	form_add(&dialog->form, _("Scope"), FORM_ONE, options, NULL);
}

/* Without targets there is nothing to choose. */
static void add_formats(struct dialog *dialog)
{
	const char *words[FORM_OPTIONS_MAX + 1] = {NULL};
	const GPtrArray *targets = dialog->book ? target_book_list(dialog->book) : NULL;
	guint n = targets ? MIN(targets->len, FORM_OPTIONS_MAX) : 0;

	for (size_t i = 0; i < G_N_ELEMENTS(formats) - !n; i++)
		words[i] = _(formats[i].words);
	form_add(&dialog->form, _("Format"), FORM_ONE, words, NULL);
	memset(words, 0, sizeof words);
	for (guint i = 0; i < n; i++)
		words[i] = ((struct target *)targets->pdata[i])->name;
	form_add(&dialog->form, _("Software"), FORM_ONE, words, NULL);
}

void dialog_export_open(struct app *app)
{
	const char *const safety[] = {_("neutralise spreadsheet formulas (= + - @ TAB CR)"),
		_("leave out what is not verified"), _("hide names and subjects"), NULL};
	const char *const buttons[] = {_("Export"), _("Show command"), _("Cancel"), NULL};
	struct dialog *dialog = g_new0(struct dialog, 1);
	const char *const trust[] = {_("leave out what is not verified"), NULL};
	const char *words[G_N_ELEMENTS(pers) + 1] = {NULL};

	dialog->view.class = &dialog_class;
	dialog->view.app = app;
	dialog->chosen = app_selection(app);
	dialog->book = target_book_load(knowledge_lang(session_knowledge(app->session)), NULL);
	form_init(&dialog->form);
	add_scope(dialog);
	for (size_t i = 0; i < G_N_ELEMENTS(pers); i++)
		words[i] = _(pers[i].words);
	form_add(&dialog->form, _("Rows"), FORM_ONE, words, NULL);
	add_formats(dialog);
	form_add(&dialog->form, _("Columns"), FORM_ANY, columns, NULL);
	form_field(&dialog->form, COLUMNS)->on = (UINT32_C(1) << DEFAULT_COLUMNS) - 1;
	form_add(&dialog->form, _("Safety"), FORM_ANY, safety, NULL);
	form_field(&dialog->form, SAFETY)->on = 1 << SAFE_FORMULAS | 1 << SAFE_VERIFIED;
	form_add(&dialog->form, _("Safety"), FORM_ANY, trust, NULL);
	form_field(&dialog->form, TRUST)->on = 1;
	form_add(&dialog->form, _("File"), FORM_LINE, NULL, "");
	form_add(&dialog->form, "", FORM_BUTTONS, buttons, NULL);
	name_file(dialog);
	app_push(app, &dialog->view);
}
