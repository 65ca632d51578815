/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people paste, against what they must be told: the rows of tests/data/seeds.tsv, a test
 * each, through rules, codes and the fragment reader together.
 */
#include <glib.h>
#include <string.h>

#include "extract/extract.h"

enum column {
	COLUMN_NUMBER,
	COLUMN_TEXT,
	COLUMN_CATEGORY,
	COLUMN_TYPE,
	COLUMN_WHO,
	COLUMN_FACTS,
	COLUMN_COUNT
};

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

/* A field as text: names of an enum, items of a list joined by commas, `-` for what is unknown;
 * g_free. */
static char *field_text(const struct recipient *recipient, const struct field *field)
{
	const struct strings *list;
	GString *out;
	int64_t number;
	int name;

	switch (field->type) {
	case FIELD_INT:
		number = G_STRUCT_MEMBER(int64_t, recipient, field->offset);
		return number < 0 ? g_strdup("-") : g_strdup_printf("%" G_GINT64_FORMAT, number);
	case FIELD_ENUM:
		name = G_STRUCT_MEMBER(int, recipient, field->offset);
		return g_strdup(field->names[name] ? field->names[name] : "-");
	case FIELD_LIST:
		list = &G_STRUCT_MEMBER(struct strings, recipient, field->offset);
		out = g_string_new(list->n ? list->v[0] : "-");
		for (size_t i = 1; i < list->n; i++)
			g_string_append_printf(out, ",%s", list->v[i]);
		return g_string_free(out, FALSE);
	case FIELD_FLAG:
		return g_strdup(G_STRUCT_MEMBER(bool, recipient, field->offset) ? "yes" : "no");
	case FIELD_STR:
		break;
	}
	return g_strdup(G_STRUCT_MEMBER(const char *, recipient, field->offset)
				? G_STRUCT_MEMBER(const char *, recipient, field->offset)
				: "-");
}

/* `sending_ip=192.0.2.10; token=OU-002`: each must be what the recipient's field of that name
 * holds. */
static void facts_check(const struct recipient *recipient, const char *facts)
{
	g_auto(GStrv) pairs = g_strsplit(facts, "; ", -1);

	for (char **pair = pairs; *pair && strcmp(facts, "-") != 0; pair++) {
		char *value = strchr(*pair, '=');
		const struct field *field;
		g_autofree char *got = NULL;

		g_assert_nonnull(value);
		*value++ = '\0';
		field = field_by_name(recipient_fields, *pair);
		g_assert_nonnull(field);
		got = field_text(recipient, field);
		if (strcmp(got, value) != 0) {
			g_test_message("%s is %s, not %s", *pair, got, value);
			g_test_fail();
		}
	}
}

static void same(const char *what, const char *got, const char *want)
{
	if (g_strcmp0(got, want) == 0)
		return;
	g_test_message("%s: %s, not %s", what, got ? got : "unknown", want);
	g_test_fail();
}

static char *who_text(const struct actors *who)
{
	GString *out = g_string_new(NULL);

	for (unsigned i = 0; i < who->count; i++)
		g_string_append_printf(out, "%s%s", i ? ";" : "", actor_names[who->who[i]]);
	return g_string_free(out, FALSE);
}

static struct engine engine;

static void test_row(gconstpointer data)
{
	char *const *column = data;
	g_autofree char *text = g_strcompress(column[COLUMN_TEXT]);
	struct report *report =
		extract_fragment(engine.extractor, (struct span){text, strlen(text)});
	const struct recipient *recipient = report->recipients;
	g_autofree char *who = NULL;

	g_assert_cmpuint(report->recipients_n, ==, 1);
	who = who_text(&recipient->who);
	same("category", recipient->category, column[COLUMN_CATEGORY]);
	same("type", type_names[recipient->type], column[COLUMN_TYPE]);
	same("who", who, column[COLUMN_WHO]);
	facts_check(recipient, column[COLUMN_FACTS]);
	if (g_test_failed())
		g_test_message("%s: by %s", text, recipient->rule ? recipient->rule : "nothing");
	report_free(report);
}

/* A test a row; rows live as long as the program. */
static unsigned add_rows(char **lines)
{
	unsigned rows = 0;

	for (char **line = lines; *line; line++) {
		char **column;
		g_autofree char *path = NULL;

		if (!**line || g_str_has_prefix(*line, "# ") || g_str_has_prefix(*line, "number\t"))
			continue;
		column = g_strsplit(*line, "\t", -1);
		g_assert_cmpuint(g_strv_length(column), ==, COLUMN_COUNT);
		path = g_strconcat("/seeds/", column[COLUMN_NUMBER], NULL);
		g_test_add_data_func_full(path, column, test_row, (GDestroyNotify)g_strfreev);
		rows++;
	}
	return rows;
}

int main(int argc, char **argv)
{
	g_autofree char *path = g_build_filename(srcdir(), "tests", "data", "seeds.tsv", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = NULL;
	int failed;

	g_test_init(&argc, &argv, NULL);
	g_assert_true(g_file_get_contents(path, &text, NULL, &error));
	g_assert_no_error(error);
	lines = g_strsplit(text, "\n", -1);
	g_assert_cmpuint(add_rows(lines), >=, 63 + 32 + 8);
	g_test_set_nonfatal_assertions(); /* one row after the other, whatever the first says */
	engine_open(&engine);
	failed = g_test_run();
	engine_close(&engine);
	return failed;
}
