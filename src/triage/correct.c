/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/correct.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/strhash.h"
#include "base/words.h"
#include "rules/inifile.h"
#include "triage/cause.h"

#define FILE_NAME "local.rules"
#define FILE_HEAD \
	"# Your own rules: corrections made with C or `nixie rules correct`. See " \
	"nixie-rules(5).\n"

/* --- files */

char *correct_file(const char *const *rule_dirs)
{
	size_t n = 0;

	while (rule_dirs[n])
		n++;
	/* The shipped ones and the machine's are not the user's to write. */
	return n > 2 ? g_build_filename(rule_dirs[n - 1], FILE_NAME, NULL) : NULL;
}

/* What the file holds; "" for none. NULL with error. */
static char *read_file(const char *file, GError **error)
{
	g_autoptr(GError) why = NULL;
	char *text = NULL;

	if (g_file_get_contents(file, &text, NULL, &why))
		return text;
	if (g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return g_strdup("");
	g_set_error(
		error, NIXIE_ERROR, NIXIE_IO, _("%s: cannot be read: %s"), file, error_cause(why));
	return NULL;
}

/* The file with the rule of the lesson at its end. */
static char *draft_of(
	const char *before, const struct lesson *lesson, const char *category, const char *was)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(clock_now());
	g_autofree char *day = g_date_time_format(now, "%Y-%m-%d");
	g_autofree char *remark =
		g_strdup_printf("# %s: it was %s\n", day, was ? was : "not known");
	g_autofree char *group = lesson_group(lesson, category, remark);
	const char *gap = *before && !g_str_has_suffix(before, "\n") ? "\n" : "";

	return g_strconcat(*before ? before : FILE_HEAD, gap, "\n", group, NULL);
}

/* --- a correction */

static bool refuse(GError **error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool refuse(GError **error, int code, const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list arguments;

	va_start(arguments, format);
	why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, NIXIE_ERROR, code, why);
	return false;
}

/* Wordings of rows that the rule may change, each once, and at whose place each row's stands. */
struct causes {
	GPtrArray *list;
	GHashTable *places; /* wording -> place + 1 */
};

/* Is the row's verdict another one, by a rule that gives way? */
static bool may_change(const struct correct_ground *ground, const struct lesson *lesson,
	const struct category *category, const struct row *row)
{
	const struct rule *now = row_text(row, ROW_RULE)
					 ? rule_set_find(ground->rules, row_text(row, ROW_RULE))
					 : NULL;

	return row_text(row, ROW_CAUSE) && row->category != category &&
	       !(lesson && now && now->priority > lesson->priority);
}

static void collect(
	struct causes *causes, const struct correct_ground *ground, const struct category *category)
{
	causes->list = g_ptr_array_new();
	causes->places = g_hash_table_new(strhash, g_str_equal);
	for (size_t i = 0; i < ground->rows_n; i++) {
		const struct row *row = ground->rows[i];

		if (!may_change(ground, NULL, category, row) ||
			g_hash_table_contains(causes->places, row_text(row, ROW_CAUSE)))
			continue;
		g_ptr_array_add(causes->list, (gpointer)row_text(row, ROW_CAUSE));
		g_hash_table_insert(causes->places, (gpointer)row_text(row, ROW_CAUSE),
			GUINT_TO_POINTER(causes->list->len));
	}
	g_ptr_array_add(causes->list, NULL);
}

/* Of what decides in the text at hand, its wording may have left out what looks like an id. */
static size_t count_changes(const struct causes *causes, const struct correct_ground *ground,
	const struct correction *correction, const struct wrong_verdict *wrong)
{
	g_autoptr(GString) own = g_string_new(NULL);
	size_t n = 0;

	cause_append(own, wrong->diagnostic);
	for (size_t i = 0; i < ground->rows_n; i++) {
		const struct row *row = ground->rows[i];
		guint place;

		if (!may_change(ground, &correction->lesson, correction->category, row))
			continue;
		place = GPOINTER_TO_UINT(
			g_hash_table_lookup(causes->places, row_text(row, ROW_CAUSE)));
		n += strcmp(row_text(row, ROW_CAUSE), own->str) == 0 ||
		     correction->lesson.changes[place - 1];
	}
	return n;
}

static bool learn(struct correction *correction, const struct correct_ground *ground,
	const struct wrong_verdict *wrong, const char *words, GError **error)
{
	struct causes causes;
	bool learned;

	collect(&causes, ground, correction->category);
	struct lesson_task task = {wrong->diagnostic, wrong->category, wrong->rule,
		correction->category->id, words, correction->file, (char **)causes.list->pdata};
	learned = lesson_ask(ground->spawner, ground->rule_dirs, &task, &correction->lesson, error);
	if (learned)
		correction->changes = count_changes(&causes, ground, correction, wrong);
	g_hash_table_unref(causes.places);
	g_ptr_array_unref(causes.list);
	return learned;
}

/* Can the file be read, with the rule in it? */
static bool is_sound(const char *file, const char *text, GError **error)
{
	g_autoptr(ini_file) ini = ini_read(file, span_of(text), NULL, error);

	if (!ini)
		g_prefix_error_literal(
			error, _("your own rules cannot be read, mend them first: "));
	return ini != NULL;
}

char *correction_propose(
	const struct correct_ground *ground, const char *diagnostic, GError **error)
{
	const struct lesson_task task = {.diagnostic = diagnostic};
	struct lesson lesson;
	char *words = NULL;

	if (lesson_ask(ground->spawner, ground->rule_dirs, &task, &lesson, error))
		words = g_steal_pointer(&lesson.words);
	lesson_clear(&lesson);
	return words;
}

struct correction *correction_new(const struct correct_ground *ground,
	const struct wrong_verdict *wrong, const struct category *category, const char *words,
	GError **error)
{
	struct correction *correction = g_new0(struct correction, 1);

	correction->category = category;
	correction->file = correct_file(ground->rule_dirs);
	if (!correction->file)
		refuse(error, NIXIE_CANTCREATE,
			_("there is no directory for your own rules; set HOME or XDG_CONFIG_HOME"));
	else if ((correction->before = read_file(correction->file, error)) &&
		 is_sound(correction->file, correction->before, error) &&
		 learn(correction, ground, wrong, words, error)) {
		correction->draft = draft_of(
			correction->before, &correction->lesson, category->id, wrong->category);
		if (is_sound(correction->file, correction->draft, error))
			return correction;
	}
	correction_free(correction);
	return NULL;
}

void correction_free(struct correction *correction)
{
	if (!correction)
		return;
	lesson_clear(&correction->lesson);
	g_free(correction->file);
	g_free(correction->before);
	g_free(correction->draft);
	g_free(correction);
}

/* --- writing, and taking back */

bool correction_write(const struct correction *correction, GError **error)
{
	int lock = file_own_lock(correction->file, error);
	g_autofree char *now = lock >= 0 ? read_file(correction->file, error) : NULL;
	bool done = now != NULL;

	if (done && strcmp(now, correction->before) != 0)
		done = refuse(error, NIXIE_BUSY,
			_("%s has just been changed by somebody else; correct again"),
			correction->file);
	done = done && file_own_write(correction->file, span_of(correction->draft), error);
	if (lock >= 0)
		close(lock);
	return done;
}

/* From the group's heading up to the next one; the blank line before it goes, too. */
static bool cut_group(GString *text, const char *id)
{
	g_autofree char *head = g_strdup_printf("[%s]", id);
	struct span rest = {text->str, text->len}, line;
	gssize from = -1, to = (gssize)text->len;

	for (const char *begin = rest.p; span_line(&rest, &line); begin = rest.p) {
		if (!line.n || *line.p != '[')
			continue;
		if (from >= 0) {
			to = begin - text->str;
			break;
		}
		if (span_equal_nocase(span_trim(line), head))
			from = begin - text->str;
	}
	if (from < 0)
		return false;
	while (from > 1 && text->str[from - 1] == '\n' && text->str[from - 2] == '\n')
		from--;
	g_string_erase(text, from, to - from);
	return true;
}

bool correction_take_back(const char *file, const char *id, GError **error)
{
	int lock = file_own_lock(file, error);
	g_autofree char *before = lock >= 0 ? read_file(file, error) : NULL;
	GString *text = g_string_new(before);
	bool done = before != NULL;

	if (done && !cut_group(text, id))
		done = refuse(error, NIXIE_USAGE, _("%s holds no rule [%s]"), file, id);
	done = done && file_own_write(file, span_of(text->str), error);
	g_string_free(text, TRUE);
	if (lock >= 0)
		close(lock);
	return done;
}
