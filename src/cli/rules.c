/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie rules check, list and so on: are the rules sound, which are there, which one decides. */
#include "cli/rules.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "cli/language.h"

/* --- answers */

bool rules_out_open(struct rules_out *out, struct cli *cli, GError **error)
{
	enum format format = FORMAT_TEXT;

	*out = (struct rules_out){.cli = cli};
	if (!options_format(cli->options, 1U << FORMAT_TEXT | 1U << FORMAT_JSON, &format, error))
		return false;
	out->file = file_out_open(cli->options->output, cli->options->force, error);
	out->is_json = format == FORMAT_JSON;
	out->text = g_string_new(NULL);
	json_init(&out->json, out->text);
	return out->file != NULL;
}

void rules_out_text(struct rules_out *out, const char *format, ...)
{
	va_list arguments;

	if (out->is_json)
		return;
	va_start(arguments, format);
	g_string_append_vprintf(out->text, format, arguments);
	va_end(arguments);
}

int rules_out_end(struct rules_out *out, int code)
{
	GError *error = NULL;
	bool done;

	if (out->is_json) {
		g_string_append_c(out->text, '\n');
		done = file_out_write(
			out->file, (struct span){out->text->str, out->text->len}, &error);
	} else {
		done = cli_print(out->cli, out->file, out->text->str, &error);
	}
	g_string_free(out->text, TRUE);
	if (done)
		return file_out_commit(out->file, &error) ? code : cli_fail(out->cli, error);
	file_out_abandon(out->file);
	return cli_fail(out->cli, error);
}

/* --- check */

static void put_finding(struct rules_out *out, const struct rule_finding *finding)
{
	g_autofree char *line = rule_finding_line(finding);

	rules_out_text(out, "%s\n", line);
	if (!out->is_json)
		return;
	json_begin_object(&out->json, NULL);
	json_string(&out->json, "file", finding->file);
	json_int(&out->json, "line", finding->line);
	json_string(&out->json, "rule", finding->rule);
	json_string(&out->json, "kind", finding->kind);
	json_bool(&out->json, "note", finding->is_note);
	json_string(&out->json, "text", finding->text);
	json_end_object(&out->json);
}

/*
 * Is the finding about one of the files asked about? With none, all are; notes on what is shipped
 * are for those who ship it.
 */
static bool is_asked(const struct rule_finding *finding, const char *shipped, char *const *files)
{
	g_autofree char *about = g_canonicalize_filename(finding->file ? finding->file : "", NULL);

	if (!*files)
		return !finding->is_note || !finding->file ||
		       !g_str_has_prefix(finding->file, shipped);
	for (char *const *file = files; *file; file++) {
		g_autofree char *path = g_canonicalize_filename(*file, NULL);

		if (strcmp(path, about) == 0)
			return true;
	}
	return false;
}

/* Those that are asked about, in the order of files and lines. */
static gint by_place(gconstpointer a, gconstpointer b)
{
	const struct rule_finding *x = *(struct rule_finding *const *)a;
	const struct rule_finding *y = *(struct rule_finding *const *)b;
	int files = g_strcmp0(x->file, y->file);

	return files ? files : x->line - y->line;
}

static unsigned put_findings(struct rules_out *out, GPtrArray *findings, char *const *files)
{
	unsigned wrong = 0;

	g_ptr_array_sort(findings, by_place);
	if (out->is_json)
		json_begin_array(&out->json, NULL);
	for (guint i = 0; i < findings->len; i++) {
		const struct rule_finding *finding = findings->pdata[i];

		if (!is_asked(finding, out->cli->rule_dirs[0], files))
			continue;
		put_finding(out, finding);
		wrong += !finding->is_note;
	}
	if (out->is_json)
		json_end_array(&out->json);
	return wrong;
}

static bool are_there(char *const *files, GError **error)
{
	for (; *files; files++)
		if (!g_file_test(*files, G_FILE_TEST_IS_REGULAR)) {
			g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT, _("there is no file %s"),
				*files);
			return false;
		}
	return true;
}

int rules_check(struct cli *cli, char *const *files)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
	const struct rule_sources sources = {.dirs = (const char *const *)cli->rule_dirs,
		.files = (const char *const *)files,
		.broken = findings};
	GError *error = NULL;
	struct rules_out out;
	struct rule_set *rules;
	unsigned wrong;
	size_t count;
	int code, end;

	if (!are_there(files, &error) || !cli_need_knowledge(cli, &error) ||
		!(rules = rule_set_load_from(cli->knowledge, &sources, &error)))
		return cli_fail(cli, error);
	rule_set_check(rules, *files ? sources.files : NULL, findings);
	count = rule_set_count(rules);
	rule_set_free(rules);
	if (!rules_out_open(&out, cli, &error))
		return cli_fail(cli, error);
	wrong = put_findings(&out, findings, files);
	code = wrong ? NIXIE_CONFIG : NIXIE_DONE;
	end = rules_out_end(&out, code);
	if (end != code)
		return end;
	/* Where both go to one place, the findings stand above. */
	if (!cli->options->quiet)
		cli_say(cli, _("%zu rules checked: %s"), count,
			wrong ? _("see above") : _("every example is decided as it says"));
	return code;
}

/* --- list */

static void put_rule(struct rules_out *out, const struct rule *rule)
{
	rules_out_text(out, "%-36s %-22s %3d  %s\n", rule->id, rule->category->id, rule->priority,
		rule->file ? rule->file : "");
	if (!out->is_json)
		return;
	json_begin_object(&out->json, NULL);
	json_string(&out->json, "rule", rule->id);
	json_string(&out->json, "category", rule->category->id);
	json_int(&out->json, "priority", rule->priority);
	json_string(&out->json, "file", rule->file);
	json_int(&out->json, "line", rule->line);
	json_bool(&out->json, "own", rule->place > 0);
	json_string(&out->json, "replaces", rule->replaces);
	json_end_object(&out->json);
}

static int list(struct cli *cli)
{
	GError *error = NULL;
	struct rules_out out;

	if (!cli_need_rules(cli, &error) || !rules_out_open(&out, cli, &error))
		return cli_fail(cli, error);
	if (out.is_json)
		json_begin_array(&out.json, NULL);
	for (size_t i = 0; i < rule_set_count(cli->rules); i++)
		put_rule(&out, rule_set_at(cli->rules, i));
	if (out.is_json)
		json_end_array(&out.json);
	return rules_out_end(&out, NIXIE_DONE);
}

/* --- */

static char **words_of(const struct cli *cli)
{
	GPtrArray *words = g_ptr_array_new();

	for (char *const *word = cli->options->args; *word; word++)
		g_ptr_array_add(words, *word);
	for (char *const *word = cli->options->query; *word; word++)
		g_ptr_array_add(words, *word);
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

static int list_words(struct cli *cli, char *const *words)
{
	(void)words;
	return list(cli);
}

static const struct {
	const char *name;
	int (*run)(struct cli *cli, char *const *words);
} verbs[] = {
	{"check", rules_check},
	{"list", list_words},
	{"test", rules_test},
	{"correct", rules_correct},
	{"bundle", rules_bundle},
};

int cli_rules(struct cli *cli)
{
	g_autofree char **words = words_of(cli);
	GString *known;
	GError *error = NULL;

	cli_speak_results(cli);
	if (!words[0])
		return rules_check(cli, words);
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (g_str_equal(words[0], verbs[i].name))
			return verbs[i].run(cli, words + 1);
	known = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		g_string_append_printf(known, "%s%s", i ? ", " : "", verbs[i].name);
	g_set_error(&error, NIXIE_ERROR, NIXIE_USAGE, _("rules %s is not known; it can be %s"),
		words[0], known->str);
	g_string_free(known, TRUE);
	return cli_fail(cli, error);
}
