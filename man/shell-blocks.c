/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Completion: which options a command takes, and which words an option, a filter or a setting does.
 * Where the words are not known here a kind stands for them: @file, @directory, @tag, @view,
 * @query.
 */
#include <string.h>

#include "base/text.h"
#include "blocks.h"
#include "cli/options.h"
#include "rules/wordbook.h"
#include "triage/config.h"
#include "triage/filter.h"
#include "triage/propose.h"

/* It is no command of the table: `nixie help list` is `nixie list --help`. */
#define HELP_HELP "what a command does"

/* An option, a filter or a setting. */
struct choice {
	const char *name, *value, *help;
	GPtrArray *words; /* char*; a kind begins with @ */
	bool many;        /* several, with commas between */
};

static void choice_free(gpointer data)
{
	struct choice *choice = data;

	g_ptr_array_unref(choice->words);
	g_free(choice);
}

static void add(GPtrArray *words, const char *word)
{
	g_ptr_array_add(words, g_strdup(word));
}

static void add_all(GPtrArray *words, char **names)
{
	for (char **name = names; name && *name; name++)
		add(words, *name);
	g_strfreev(names);
}

/* The names of the .ini files of a folder of data/. */
static void add_files(GPtrArray *words, const char *datadir, const char *folder)
{
	g_autofree char *path = g_build_filename(datadir, folder, NULL);
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".ini"))
			g_ptr_array_add(words, g_strndup(name, strlen(name) - strlen(".ini")));
	if (dir)
		g_dir_close(dir);
	g_ptr_array_sort(words, text_order);
}

static void add_categories(GPtrArray *words, const struct knowledge *knowledge)
{
	const struct category *category;

	for (int i = 0; (category = category_at(knowledge, i)); i++)
		add(words, category->id);
}

/* What a value of this name in the help is. */
static void add_kind(GPtrArray *words, const char *name, const char *value)
{
	static const char *const kinds[][2] = {{"FILE", "@file"}, {"PATH", "@file"},
		{"DIR", "@directory"}, {"TAG", "@tag"}, {"QUERY", "@query"}};

	if (strcmp(name, "files-from") == 0)
		add(words, "@file");
	if (strcmp(name, "view") == 0 || strcmp(name, "save") == 0)
		add(words, "@view");
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(value, kinds[i][0]) == 0)
			add(words, kinds[i][1]);
}

/* Words of what only data/ or other tables know, by name and value. */
static void add_known(
	GPtrArray *words, const char *name, const char *value, const struct source *source)
{
	if (strcmp(value, "CATEGORY") == 0)
		add_categories(words, source->knowledge);
	else if (strcmp(value, "SOFTWARE") == 0)
		add_files(words, source->datadir, "exports");
	else if (strcmp(name, "theme") == 0)
		add_files(words, source->datadir, "themes");
	else if (strcmp(name, "keys") == 0) {
		add(words, "default");
		add_files(words, source->datadir, "keys");
	} else if (strcmp(name, "lang") == 0)
		add_all(words, wordbook_languages(source->datadir, NULL));
	else if (strcmp(name, "only") == 0)
		add_all(words, proposal_words());
	else if (strcmp(name, "columns") == 0)
		add_all(words, export_column_names());
	else if (strchr(value, '|'))
		add_all(words, g_strsplit(value, "|", -1));
	else
		add_kind(words, name, value);
}

static struct choice *choice_new(
	const char *name, const char *value, const char *help, const struct source *source)
{
	struct choice *choice = g_new0(struct choice, 1);

	*choice = (struct choice){.name = name,
		.value = value,
		.help = help,
		.words = g_ptr_array_new_with_free_func(g_free),
		.many = strcmp(name, "columns") == 0 || strcmp(name, "by") == 0 ||
			strcmp(name, "only") == 0};
	if (value)
		add_known(choice->words, name, value, source);
	return choice;
}

static struct choice *of_option(const struct option_row *row, const struct source *source)
{
	struct choice *choice = choice_new(row->name, row->value, row->help, source);
	size_t n;
	const char *const *words = options_words(row, &n);

	if (n)
		g_ptr_array_set_size(choice->words, 0);
	for (size_t i = 0; i < n; i++)
		add(choice->words, words[i]);
	return choice;
}

static struct choice *of_filter(const struct filter_word *word, const struct source *source)
{
	struct choice *choice = choice_new(word->name, "VALUES", word->help, source);

	for (const char *const *value = word->values; value && *value; value++)
		add(choice->words, *value);
	choice->many = true;
	return choice;
}

static bool option_named(const char *name)
{
	size_t n;
	const struct option_row *rows = options_rows(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].name, name) == 0)
			return true;
	return false;
}

/* All that `command` takes. g_ptr_array_unref. */
static GPtrArray *choices_of(const struct cli_command *command, const struct source *source)
{
	GPtrArray *choices = g_ptr_array_new_with_free_func(choice_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	size_t n;
	const struct option_row *rows = options_rows(&n);

	for (size_t i = 0; i < n; i++)
		if (options_takes(command, &rows[i]) &&
			g_hash_table_add(seen, (char *)rows[i].name))
			g_ptr_array_add(choices, of_option(&rows[i], source));
	for (const struct filter_word *word = filter_words(); word->name; word++)
		if ((command->options & OPT_FILTERS) && g_hash_table_add(seen, (char *)word->name))
			g_ptr_array_add(choices, of_filter(word, source));
	for (const struct setting_row *row = setting_rows(); row->key; row++)
		if (g_hash_table_add(seen, (char *)row->key))
			g_ptr_array_add(
				choices, choice_new(row->key, row->value_name, row->help, source));
	return choices;
}

/* What stands where `command` takes words, as it is told in its arguments. g_ptr_array_unref. */
static GPtrArray *places_of(const struct cli_command *command)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) tokens = g_strsplit_set(command->arguments, " []|.", -1);
	bool has_names;

	for (char **token = tokens; *token; token++)
		if (g_ascii_islower(**token) &&
			!g_ptr_array_find_with_equal_func(words, *token, g_str_equal, NULL))
			add(words, *token);
	has_names = words->len > 0;
	if (strstr(command->arguments, "+TAG"))
		add(words, "@tags");
	if (strstr(command->arguments, "FILE"))
		add(words, "@file");
	/* Behind the name of what is to be done few take one; `--` tells that it comes. */
	if (strstr(command->arguments, "QUERY") && !has_names)
		add(words, "@query");
	return words;
}

/* `text` between quotes of a shell. */
static void put_quoted(GString *out, const char *text)
{
	bool open = false;

	g_string_append_c(out, '\'');
	for (; *text; text++) {
		if (*text == '`')
			open = !open;
		if (*text == '\'' || *text == '`')
			g_string_append(out, *text == '`' && open ? "‘" : "’");
		else
			g_string_append_c(out, *text);
	}
	g_string_append_c(out, '\'');
}

static void put_joined(GString *out, const GPtrArray *words)
{
	for (guint i = 0; i < words->len; i++)
		g_string_append_printf(out, " %s", (char *)words->pdata[i]);
}

/* --- for bash and zsh: functions that print words, one a line */

static void put_case(GString *out, const char *key, const GPtrArray *words)
{
	if (!words->len)
		return;
	g_string_append_printf(out, "\t%s) printf '%%s\\n'", key);
	put_joined(out, words);
	g_string_append(out, " ;;\n");
}

static void begin_cases(GString *out, const char *name, const char *about, const char *what)
{
	g_string_append_printf(out, "# %s\n%s() {\n\tcase %s in\n", about, name, what);
}

static void end_cases(GString *out)
{
	g_string_append(out, "\tesac\n}\n\n");
}

static void put_options_of(
	GString *out, const struct cli_command *command, const struct source *source)
{
	g_autoptr(GPtrArray) choices = choices_of(command, source);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < choices->len; i++) {
		const struct choice *choice = choices->pdata[i];

		g_ptr_array_add(
			names, g_strdup_printf("--%s%s", choice->name, choice->value ? "=" : ""));
	}
	put_case(out, command->name, names);
}

/* A choice that differs from command to command stands once for each. */
static void put_values(GString *out, const struct source *source)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (const struct cli_command *command = cli_commands; command->name; command++) {
		g_autoptr(GPtrArray) choices = choices_of(command, source);

		for (guint i = 0; i < choices->len; i++) {
			const struct choice *choice = choices->pdata[i];
			bool differs = strcmp(choice->name, "for") == 0;
			g_autofree char *key =
				differs ? g_strdup_printf("\"%s %s\"", command->name, choice->name)
					: g_strdup_printf("*\" %s\"", choice->name);

			if (g_hash_table_add(seen, g_strdup(key)))
				put_case(out, key, choice->words);
		}
	}
}

static bool put_words(GString *out, const char *argument, const struct source *source)
{
	g_autoptr(GPtrArray) commands = g_ptr_array_new(), filters = g_ptr_array_new();
	const struct cli_command *command;

	(void)argument;
	for (command = cli_commands; command->name; command++)
		g_ptr_array_add(commands, (char *)command->name);
	g_ptr_array_add(commands, (char *)"help");
	for (const struct filter_word *word = filter_words(); word->name; word++)
		g_ptr_array_add(filters, (char *)word->name);
	begin_cases(out, "_nixie_names", "commands, filters", "$1");
	put_case(out, "commands", commands);
	put_case(out, "filters", filters);
	end_cases(out);
	begin_cases(out, "_nixie_options", "COMMAND: its options", "$1");
	for (command = cli_commands; command->name; command++)
		put_options_of(out, command, source);
	end_cases(out);
	begin_cases(out, "_nixie_places", "COMMAND: what it takes besides", "$1");
	for (command = cli_commands; command->name; command++) {
		g_autoptr(GPtrArray) words = places_of(command);

		put_case(out, command->name, words);
	}
	g_ptr_array_set_size(commands, (gint)commands->len - 1);
	put_case(out, "help", commands);
	end_cases(out);
	begin_cases(out, "_nixie_values", "COMMAND OPTION: what the option takes", "\"$1 $2\"");
	put_values(out, source);
	end_cases(out);
	return true;
}

/* --- for zsh: what _arguments wants to know of an option beside its name */

static void put_spec(GString *out, const struct choice *choice)
{
	g_autofree char *value =
		choice->value ? g_strdup_printf(":%s: _nixie_value %s", choice->value, choice->name)
			      : g_strdup("");
	g_autoptr(GString) help = g_string_new(choice->help);
	g_autofree char *spec = NULL;

	g_string_replace(help, "[", "\\[", 0);
	g_string_replace(help, "]", "\\]", 0);
	spec = g_strdup_printf("[%s]%s", help->str, value);
	g_string_append_printf(out, "\t%s ", choice->name);
	put_quoted(out, spec);
	g_string_append_c(out, '\n');
}

static bool put_zsh(GString *out, const char *argument, const struct source *source)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	(void)argument;
	g_string_append(out, "_nixie_commands=(\n");
	for (const struct cli_command *command = cli_commands; command->name; command++) {
		g_autofree char *line = g_strdup_printf("%s:%s", command->name, command->help);

		g_string_append_c(out, '\t');
		put_quoted(out, line);
		g_string_append_c(out, '\n');
	}
	g_string_append(out, "\t'help:" HELP_HELP "'\n)\n_nixie_specs=(\n");
	for (const struct cli_command *command = cli_commands; command->name; command++) {
		g_autoptr(GPtrArray) choices = choices_of(command, source);

		for (guint i = 0; i < choices->len; i++) {
			const struct choice *choice = choices->pdata[i];

			if (g_hash_table_add(seen, (char *)choice->name))
				put_spec(out, choice);
		}
	}
	g_string_append(out, ")\n\n");
	return true;
}

/* --- for fish */

static const char *fish_function(const char *kind)
{
	static const char *const functions[][2] = {{"@tag", "(__nixie_tags)"},
		{"@view", "(__nixie_views)"}, {"@query", "(__nixie_query)"},
		{"@directory", "(__fish_complete_directories)"}};

	for (size_t i = 0; i < G_N_ELEMENTS(functions); i++)
		if (strcmp(functions[i][0], kind) == 0)
			return functions[i][1];
	return NULL; /* files are what fish offers of itself */
}

static void put_fish_value(GString *out, const struct choice *choice)
{
	const char *first = choice->words->len ? choice->words->pdata[0] : "";
	g_autoptr(GString) list = g_string_new(choice->many ? "(__nixie_list" : "");

	if (strcmp(first, "@file") == 0) {
		g_string_append(out, " -r -F");
		return;
	}
	g_string_append(out, " -x");
	if (!*first)
		return;
	put_joined(list, choice->words);
	g_string_append(list, choice->many ? ")" : "");
	g_string_append(out, " -a ");
	put_quoted(out, *first == '@' ? fish_function(first) : g_strstrip(list->str));
}

static void put_fish_option(GString *out, const GPtrArray *takers, const struct choice *choice)
{
	g_string_append(out, "complete -c nixie");
	if (takers) {
		g_string_append(out, " -n '__nixie_takes");
		put_joined(out, takers);
		g_string_append(out, "'");
	}
	g_string_append_printf(out, " -l %s", choice->name);
	if (choice->value)
		put_fish_value(out, choice);
	else
		g_string_append(out, " -f");
	g_string_append(out, " -d ");
	put_quoted(out, choice->help);
	g_string_append_c(out, '\n');
}

static void put_fish_commands(GString *out)
{
	for (const struct cli_command *command = cli_commands; command->name; command++) {
		g_string_append_printf(
			out, "complete -c nixie -n __nixie_first -f -a %s -d ", command->name);
		put_quoted(out, command->help);
		g_string_append_printf(out,
			"\ncomplete -c nixie -n '__nixie_takes help' -f -a %s\n", command->name);
	}
	g_string_append(out, "complete -c nixie -n __nixie_first -f -a help -d '" HELP_HELP "'\n");
}

/* Takes the choice. */
static void put_fish_choice(GString *out, const GPtrArray *takers, struct choice *choice)
{
	put_fish_option(out, takers, choice);
	choice_free(choice);
}

static void put_fish_options(GString *out, const struct source *source)
{
	size_t n;
	const struct option_row *rows = options_rows(&n);
	g_autoptr(GPtrArray) filterers = g_ptr_array_new();

	for (size_t i = 0; i < n; i++) {
		g_autoptr(GPtrArray) takers = g_ptr_array_new();

		for (const struct cli_command *c = cli_commands; c->name; c++)
			if (options_takes(c, &rows[i]))
				g_ptr_array_add(takers, (char *)c->name);
		put_fish_choice(out, rows[i].takers ? takers : NULL, of_option(&rows[i], source));
	}
	for (const struct cli_command *c = cli_commands; c->name; c++)
		if (c->options & OPT_FILTERS)
			g_ptr_array_add(filterers, (char *)c->name);
	for (const struct filter_word *word = filter_words(); word->name; word++)
		put_fish_choice(out, filterers, of_filter(word, source));
	for (const struct setting_row *row = setting_rows(); row->key; row++)
		if (!option_named(row->key))
			put_fish_choice(out, NULL,
				choice_new(row->key, row->value_name, row->help, source));
}

static void put_fish_place(GString *out, const char *command, const char *word)
{
	const char *function = strcmp(word, "@tags") == 0 ? "(__nixie_changes)" : "(__nixie_query)";

	g_string_append_printf(out, "complete -c nixie -n '__nixie_takes %s' ", command);
	if (strcmp(word, "@file") == 0)
		g_string_append(out, "-F\n");
	else
		g_string_append_printf(out, "-f -a '%s'\n", *word == '@' ? function : word);
}

static void put_fish_filters(GString *out)
{
	g_string_append(out, "function __nixie_filters\n\tprintf '%s\\n'");
	for (const struct filter_word *word = filter_words(); word->name; word++)
		g_string_append_printf(out, " %s", word->name);
	g_string_append(out, "\nend\n\nfunction __nixie_values\n\tswitch $argv[1]\n");
	for (const struct filter_word *word = filter_words(); word->name; word++) {
		if (!word->values)
			continue;
		g_string_append_printf(out, "\t\tcase %s\n\t\t\tprintf '%%s\\n'", word->name);
		for (const char *const *value = word->values; *value; value++)
			g_string_append_printf(out, " %s", *value);
		g_string_append_c(out, '\n');
	}
	g_string_append(out, "\tend\nend\n");
}

static bool put_fish(GString *out, const char *argument, const struct source *source)
{
	(void)argument;
	put_fish_commands(out);
	put_fish_options(out, source);
	for (const struct cli_command *command = cli_commands; command->name; command++) {
		g_autoptr(GPtrArray) words = places_of(command);

		for (guint i = 0; i < words->len; i++)
			put_fish_place(out, command->name, words->pdata[i]);
	}
	put_fish_filters(out);
	return true;
}

const struct block shell_blocks[] = {
	{"shell-words", put_words},
	{"zsh-options", put_zsh},
	{"fish-options", put_fish},
	{NULL},
};
