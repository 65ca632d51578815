/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dialog-export.h"

#include "base/words.h"
#include "ui/busy.h"
#include "ui/confirm.h"
#include "ui/doc.h"
#include "ui/export-questions.h"
#include "ui/key.h"
#include "ui/save.h"

#define WIDTH_MAX 84
#define PREVIEW_LINES 3
#define HINT _("Tab moves, Esc ends")
#define HINT_FROM 72 /* cells of the dialog from which it has room beside the buttons */

struct dialog {
	struct view view;
	struct export_questions asked;
	char *preview, *left_out, *command; /* NULL: to be made */
};

static void stale(struct dialog *dialog)
{
	g_clear_pointer(&dialog->preview, g_free);
	g_clear_pointer(&dialog->left_out, g_free);
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
	form_draw(&dialog->asked.form, dialog->view.app->term, area, row, EXPORT_BUTTONS,
		EXPORT_BUTTONS + 1);
}

/* All but the buttons, from `row` on. */
static void draw_inside(struct dialog *dialog, struct rect inside, int row)
{
	struct terminal *term = dialog->view.app->term;
	const struct target *target = export_questions_target(&dialog->asked);
	size_t width = (size_t)MAX(inside.w - 2, 10);
	g_autoptr(GPtrArray) wrapped = text_wrap(dialog->command, width);

	for (int question = EXPORT_SCOPE; question < EXPORT_BUTTONS; question++)
		if (export_question_is_asked(&dialog->asked, (enum export_question)question))
			row = form_draw(
				&dialog->asked.form, term, inside, row, question, question + 1);
	if (target && target->load) {
		g_autoptr(GPtrArray) load = text_wrap(target->load, width);

		term_text(term, inside, row++, 0, STYLE_HEADING, target->title);
		for (guint i = 0; i < load->len; i++)
			term_text(term, inside, row++, 2, STYLE_NORMAL, load->pdata[i]);
	}
	term_text(term, inside, row, 0, STYLE_HEADING, _("Preview"));
	term_text(term, inside, row++, term_cells(term, _("Preview")) + 2, STYLE_DIM,
		dialog->left_out);
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
	hidden = dialog->asked.form.cursor_row - (area.y + area.h - 1);
	if (!has_keys || hidden <= 0)
		return;
	term_clear(dialog->view.app->term, area);
	draw(dialog, area, -hidden);
}

static bool has_room_for_hint(struct dialog *dialog, int width)
{
	const struct terminal *term = dialog->view.app->term;
	const struct form_field *field = form_field(&dialog->asked.form, EXPORT_BUTTONS);
	int used = FORM_LABEL_CELLS;

	for (int i = 0; i < field->n; i++)
		used += term_cells(term, field->options[i]) + (int)strlen("[  ]  ");
	return used + term_cells(term, HINT) <= width;
}

/* What the rules make of the rows; "" when all go out by them. */
static char *rulings_text(const struct export_rulings *rulings, unsigned of)
{
	const struct {
		unsigned n;
		const char *told;
	} sentences[] = {
		{rulings->unverified.out, N_("left out, not verified")},
		{rulings->passing.out, N_("left out, the trouble may pass")},
		{rulings->unverified.marked, N_("marked, though not verified")},
		{rulings->passing.marked, N_("marked, though the trouble may pass")},
	};
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
		if (!sentences[i].n)
			continue;
		g_string_append(out, out->len ? "; " : "");
		g_string_append_printf(
			out, _("%u of %u: %s"), sentences[i].n, of, _(sentences[i].told));
	}
	return g_string_free(out, FALSE);
}

static void look_ahead(struct dialog *dialog)
{
	struct session *session = dialog->view.app->session;
	g_autoptr(GPtrArray) rows = export_questions_rows(&dialog->asked);
	struct export_options options = export_questions_options(&dialog->asked);
	struct export_rulings rulings = export_rulings(session, rows, &options);

	dialog->preview = export_preview(session, rows, &options, PREVIEW_LINES);
	dialog->left_out = rulings_text(&rulings, rows->len);
	dialog->command =
		export_command(session, rows, &options, export_questions_path(&dialog->asked));
	if (!dialog->command)
		dialog->command = g_strdup(_("(no single command means just these rows)"));
}

static void dialog_draw(struct view *view, struct rect screen)
{
	struct dialog *dialog = (struct dialog *)view;
	struct terminal *term = view->app->term;
	int w = MIN(WIDTH_MAX, screen.w), h = MIN(22 + (screen.h > 26), screen.h);
	bool on_buttons = dialog->asked.form.focus == EXPORT_BUTTONS;
	struct rect inside = term_frame(
		term, (struct rect){(screen.h - h) / 2, (screen.w - w) / 2, h, w}, _("Export"));
	struct rect buttons = {inside.y + inside.h - 1, inside.x, 1, inside.w};

	if (!dialog->preview)
		look_ahead(dialog);
	inside.h--;
	draw_fitted(dialog, inside, !on_buttons, draw_inside);
	draw_fitted(dialog, buttons, on_buttons, draw_buttons);
	if (buttons.w >= HINT_FROM && has_room_for_hint(dialog, buttons.w))
		term_text(term, buttons, 0, buttons.w - term_cells(term, HINT), STYLE_DIM, HINT);
	view->cursor_y = dialog->asked.form.cursor_row;
	view->cursor_x = dialog->asked.form.cursor_column;
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
	struct export_options options = export_questions_options(&dialog->asked);
	g_autoptr(GPtrArray) rows = export_questions_rows(&dialog->asked);
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
	g_autofree char *path = save_path(export_questions_path(&dialog->asked)), *said = NULL;
	GError *error = NULL;

	if (!write_file(dialog, path, force, notes, &error)) {
		app_report(app, error);
		return;
	}
	said = notes_text(notes);
	app_say(app, _("Wrote %s (only you can read it). %s"),
		export_questions_path(&dialog->asked), said);
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

	doc_pair(doc, _("File"), 9, STYLE_NORMAL, export_questions_path(&dialog->asked));
	doc_text(doc, STYLE_NORMAL, _("It is there already and would be replaced."));
	confirm_push(
		dialog->view.app, _("Replace the file?"), doc, replace_confirmed, NULL, dialog);
}

static void start(struct dialog *dialog)
{
	g_autofree char *path = save_path(export_questions_path(&dialog->asked));

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

	switch (export_questions_button(&dialog->asked)) {
	case EXPORT_BUTTON_EXPORT:
		start(dialog);
		break;
	case EXPORT_BUTTON_COPY:
		if (app->options.clipboard)
			term_clipboard(app->term, dialog->command);
		app_say(app, "%s", dialog->command);
		app_pop(app, &dialog->view);
		break;
	default:
		app_pop(app, &dialog->view);
	}
}

static bool dialog_key(struct view *view, int key)
{
	struct dialog *dialog = (struct dialog *)view;
	bool pasting = form_is_pasting(&dialog->asked.form);

	if (!pasting && (key == K_ESC || key == KEY_CTRL('c'))) {
		app_pop(view->app, view);
		return true;
	}
	if (!pasting && key == K_ENTER) {
		press(dialog);
		return true;
	}
	if (export_questions_key(&dialog->asked, key))
		stale(dialog);
	return key != K_PASTE_BEGIN || form_is_pasting(&dialog->asked.form);
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
	export_questions_clear(&dialog->asked);
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

void dialog_export_open(struct app *app)
{
	struct dialog *dialog = g_new0(struct dialog, 1);

	dialog->view.class = &dialog_class;
	dialog->view.app = app;
	export_questions_init(&dialog->asked, app);
	app_push(app, &dialog->view);
}
