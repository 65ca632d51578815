/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people paste, against what they must be told: the rows of tests/data/seeds.tsv through rules, codes and the
 * fragment reader together.
 */
#include <glib.h>
#include <string.h>

#include "extract/extract.h"

enum column { COLUMN_TEXT, COLUMN_CATEGORY, COLUMN_TYPE, COLUMN_WHO, COLUMN_FACTS, COLUMN_COUNT };

struct engine {
	struct knowledge *knowledge;
	struct rule_set *rules;
	struct extractor *extractor;
};

static const char *srcdir(void)
{
	const char *dir = g_getenv("SRCDIR");

	return dir ? dir : ".";
}

static void engine_open(struct engine *engine)
{
	g_autofree char *data = g_build_filename(srcdir(), "data", NULL);
	g_autofree char *rules = g_build_filename(data, "rules", NULL);
	g_autofree char *formats = g_build_filename(data, "formats", NULL);
	const char *const dirs[] = {rules, NULL};
	g_autoptr(GError) error = NULL;

	engine->knowledge = knowledge_load(data, NULL, &error);
	g_assert_no_error(error);
	engine->rules = rule_set_load(engine->knowledge, dirs, NULL, &error);
	g_assert_no_error(error);
	engine->extractor = extractor_new(engine->knowledge, engine->rules, formats, &error);
	g_assert_no_error(error);
}

static void engine_close(struct engine *engine)
{
	extractor_free(engine->extractor);
	rule_set_free(engine->rules);
	knowledge_free(engine->knowledge);
}

/* `sending_ip=192.0.2.10 token=OU-002`: each must be what the recipient's field of that name holds. */
static gboolean facts_hold(const struct recipient *recipient, const char *facts)
{
	g_auto(GStrv) pairs = g_strsplit(facts, " ", -1);

	for (char **pair = pairs; *pair && strcmp(facts, "-") != 0; pair++) {
		char *value = strchr(*pair, '=');
		const struct field *field;
		g_autofree char *got = NULL;

		*value++ = '\0';
		field = field_by_name(recipient_fields, *pair);
		g_assert_nonnull(field);
		if (field->type == FIELD_INT)
			got = g_strdup_printf("%" G_GINT64_FORMAT,
				G_STRUCT_MEMBER(gint64, recipient, field->offset));
		else
			got = g_strdup(G_STRUCT_MEMBER(const char *, recipient, field->offset));
		if (g_strcmp0(got, value) != 0) {
			g_test_message("%s is %s, not %s", *pair, got ? got : "unknown", value);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean row_holds(const struct engine *engine, char *const *column)
{
	struct report *report = extract_fragment(engine->extractor, (struct span){column[COLUMN_TEXT],
		strlen(column[COLUMN_TEXT])});
	const struct recipient *recipient = report->recipients;
	gboolean holds = report->recipients_n == 1 && recipient->category;

	if (holds) {
		const char *who = recipient->who.count ? actor_names[recipient->who.who[0]] : "";
		const char *type = type_names[recipient->type];

		holds = strcmp(recipient->category, column[COLUMN_CATEGORY]) == 0 &&
			strcmp(type, column[COLUMN_TYPE]) == 0 &&
			(strcmp(column[COLUMN_WHO], "-") == 0 || strcmp(who, column[COLUMN_WHO]) == 0);
		if (!holds)
			g_test_message("%s: %s, %s, %s by %s; wanted %s, %s, %s", column[COLUMN_TEXT],
				recipient->category, type, who, recipient->rule ? recipient->rule : "nothing",
				column[COLUMN_CATEGORY], column[COLUMN_TYPE], column[COLUMN_WHO]);
		else if (!facts_hold(recipient, column[COLUMN_FACTS])) {
			g_test_message("%s: a fact is missing", column[COLUMN_TEXT]);
			holds = FALSE;
		}
	} else {
		g_test_message("%s: %zu recipients", column[COLUMN_TEXT], report->recipients_n);
	}
	report_free(report);
	return holds;
}

static void test_seeds(void)
{
	g_autofree char *path = g_build_filename(srcdir(), "tests", "data", "seeds.tsv", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = NULL;
	struct engine engine;
	unsigned rows = 0, failed = 0;

	g_assert_true(g_file_get_contents(path, &text, NULL, &error));
	g_assert_no_error(error);
	lines = g_strsplit(text, "\n", -1);
	engine_open(&engine);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) column = g_strsplit(*line, "\t", -1);

		if (!**line || g_str_has_prefix(*line, "# ") || g_str_has_prefix(*line, "text\t"))
			continue;
		g_assert_cmpuint(g_strv_length(column), ==, COLUMN_COUNT);
		rows++;
		if (!row_holds(&engine, column))
			failed++;
	}
	engine_close(&engine);
	g_assert_cmpuint(rows, >, 100);
	g_assert_cmpuint(failed, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/extract/seeds", test_seeds);
	return g_test_run();
}
