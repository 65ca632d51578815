/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/export-questions.h"

#include <inttypes.h>
#include <string.h>

#include "base/words.h"
#include "ui/actions.h"
#include "ui/cells.h"
#include "ui/key.h"

enum scope { SCOPE_CHOSEN, SCOPE_SHOWN, SCOPE_WHOLE };
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

GPtrArray *export_questions_rows(struct export_questions *questions)
{
	size_t n;
	struct row *const *rows = session_rows(questions->session, &n);
	GPtrArray *all;

	switch (form_field(&questions->form, EXPORT_SCOPE)->at) {
	case SCOPE_CHOSEN:
		return g_ptr_array_ref(questions->chosen);
	case SCOPE_WHOLE:
		return session_whole(questions->session);
	default:
		break;
	}
	all = g_ptr_array_sized_new((guint)n);
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(all, rows[i]);
	return all;
}

static const char *wanted_columns(struct export_questions *questions)
{
	uint32_t on = form_field(&questions->form, EXPORT_COLUMNS)->on;
	GString *out;

	if (on == (UINT32_C(1) << DEFAULT_COLUMNS) - 1)
		return NULL;
	out = g_string_new(NULL);
	for (int i = 0; columns[i]; i++)
		if (on >> i & 1)
			g_string_append_printf(out, "%s%s", out->len ? "," : "", columns[i]);
	g_free(questions->columns_text);
	questions->columns_text = g_string_free(out, FALSE);
	return questions->columns_text;
}

static enum format format_of(struct export_questions *questions)
{
	return formats[form_field(&questions->form, EXPORT_FORMAT)->at].format;
}

const struct target *export_questions_target(struct export_questions *questions)
{
	if (format_of(questions) != FORMAT_TARGET)
		return NULL;
	return target_book_list(questions->book)
		->pdata[form_field(&questions->form, EXPORT_TARGETS)->at];
}

static bool is_table(enum format format)
{
	return format == FORMAT_CSV || format == FORMAT_TSV;
}

bool export_question_is_asked(struct export_questions *questions, enum export_question question)
{
	bool target = format_of(questions) == FORMAT_TARGET;

	switch (question) {
	case EXPORT_TARGETS:
	case EXPORT_TRUST:
		return target;
	case EXPORT_PER:
	case EXPORT_SAFETY:
		return !target;
	case EXPORT_COLUMNS:
		return is_table(format_of(questions));
	default:
		return true;
	}
}

struct export_options export_questions_options(struct export_questions *questions)
{
	uint32_t safety = form_field(&questions->form, EXPORT_SAFETY)->on;
	enum format format = format_of(questions);

	if (format == FORMAT_TARGET)
		return (struct export_options){
			.format = format,
			.target = export_questions_target(questions),
			.for_export = true,
			.include_unverified = !(form_field(&questions->form, EXPORT_TRUST)->on & 1),
		};
	return (struct export_options){
		.format = format,
		.per = pers[form_field(&questions->form, EXPORT_PER)->at].per,
		.columns = is_table(format) ? wanted_columns(questions) : NULL,
		.csv_raw = !(safety >> SAFE_FORMULAS & 1),
		.for_export = true,
		.include_unverified = !(safety >> SAFE_VERIFIED & 1),
		.redact = safety >> SAFE_NAMES & 1,
		.texts = true,
	};
}

const char *export_questions_path(struct export_questions *questions)
{
	return form_field(&questions->form, EXPORT_FILE)->line.text->str;
}

static bool any_is_marked(const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++)
		if (((const struct row *)rows->pdata[i])->marked)
			return true;
	return false;
}

static void add_scope(struct export_questions *questions)
{
	struct session_counts counts = session_counts(questions->session);
	bool marked = counts.marked == questions->chosen->len && any_is_marked(questions->chosen);
	g_autofree char *chosen =
		g_strdup_printf(marked                        ? _("%u marked")
				: questions->chosen->len == 1 ? _("this row")
							      : _("%u of this group"),
			questions->chosen->len);
	g_autofree char *shown = g_strdup_printf(_("%" PRIu64 " shown"), counts.shown);
	const char *options[] = {chosen, shown, NULL, NULL};
	g_autofree char *whole = NULL;

	if (session_limit_text(questions->session)) {
		g_autoptr(GPtrArray) all = session_whole(questions->session);

		options[SCOPE_WHOLE] = whole = g_strdup_printf(_("whole result %u"), all->len);
	}
	form_add(&questions->form, _("Scope"), FORM_ONE, options, NULL);
}

/* Without targets there is nothing to choose. */
static void add_formats(struct export_questions *questions)
{
	const char *words[FORM_OPTIONS_MAX + 1] = {NULL};
	const GPtrArray *targets = questions->book ? target_book_list(questions->book) : NULL;
	guint n = targets ? MIN(targets->len, FORM_OPTIONS_MAX) : 0;

	for (size_t i = 0; i < G_N_ELEMENTS(formats) - !n; i++)
		words[i] = _(formats[i].words);
	form_add(&questions->form, _("Format"), FORM_ONE, words, NULL);
	memset(words, 0, sizeof words);
	for (guint i = 0; i < n; i++)
		words[i] = ((struct target *)targets->pdata[i])->name;
	form_add(&questions->form, _("Software"), FORM_ONE, words, NULL);
}

static void name_file(struct export_questions *questions)
{
	g_autoptr(GDateTime) now = cells_now();
	g_autofree char *day = g_date_time_format(now, "%Y-%m-%d");
	const struct target *target = export_questions_target(questions);
	g_autofree char *name =
		target ? g_strconcat("~/", target->file, NULL)
		       : g_strdup_printf("~/bounces-%s.%s", day,
				 formats[form_field(&questions->form, EXPORT_FORMAT)->at].ending);

	if (!questions->named)
		editline_set(&form_field(&questions->form, EXPORT_FILE)->line, name);
}

bool export_questions_key(struct export_questions *questions, int key)
{
	struct form *form = &questions->form;

	if (form->focus == EXPORT_FILE && key != K_TAB && key != K_BACKTAB && key != K_UP &&
		key != K_DOWN)
		questions->named = true;
	if (!form_key(form, key))
		return false;
	while (!export_question_is_asked(questions, (enum export_question)form->focus))
		form_key(form, key);
	name_file(questions);
	return true;
}

enum export_button export_questions_button(struct export_questions *questions)
{
	if (questions->form.focus != EXPORT_BUTTONS)
		return EXPORT_BUTTON_EXPORT;
	return (enum export_button)form_field(&questions->form, EXPORT_BUTTONS)->at;
}

void export_questions_init(struct export_questions *questions, struct app *app)
{
	const char *const safety[] = {_("neutralise spreadsheet formulas (= + - @ TAB CR)"),
		_("leave out what is not verified"), _("hide names and subjects"), NULL};
	const char *const trust[] = {_("leave out what is not verified"), NULL};
	const char *const buttons[] = {_("Export"), _("Show command"), _("Cancel"), NULL};
	const char *words[G_N_ELEMENTS(pers) + 1] = {NULL};
	struct form *form = &questions->form;

	questions->session = app->session;
	questions->chosen = app_selection(app);
	questions->book = target_book_load(knowledge_lang(session_knowledge(app->session)), NULL);
	form_init(form);
	add_scope(questions);
	for (size_t i = 0; i < G_N_ELEMENTS(pers); i++)
		words[i] = _(pers[i].words);
	form_add(form, _("Rows"), FORM_ONE, words, NULL);
	add_formats(questions);
	form_add(form, _("Columns"), FORM_ANY, columns, NULL);
	form_field(form, EXPORT_COLUMNS)->on = (UINT32_C(1) << DEFAULT_COLUMNS) - 1;
	form_add(form, _("Safety"), FORM_ANY, safety, NULL);
	form_field(form, EXPORT_SAFETY)->on = 1 << SAFE_FORMULAS | 1 << SAFE_VERIFIED;
	form_add(form, _("Safety"), FORM_ANY, trust, NULL);
	form_field(form, EXPORT_TRUST)->on = 1;
	form_add(form, _("File"), FORM_LINE, NULL, "");
	form_add(form, "", FORM_BUTTONS, buttons, NULL);
	name_file(questions);
}

void export_questions_clear(struct export_questions *questions)
{
	form_clear(&questions->form);
	target_book_free(questions->book);
	g_ptr_array_unref(questions->chosen);
	g_free(questions->columns_text);
}
