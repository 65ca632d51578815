/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands, options, filters, settings, keys, exit codes, and the words of results. */
#include <string.h>

#include "base/errors.h"
#include "blocks.h"
#include "cli/options.h"
#include "mdoc.h"
#include "triage/config.h"
#include "triage/filter.h"

static void put_names(GString *out, const char *const *names)
{
	mdoc_words(out, names, g_strv_length((char **)names));
}

/* --- commands */

static bool put_command(GString *out, const char *name, const struct source *source)
{
	const struct cli_command *command = cli_command_by_name(name);

	(void)source;
	if (!command)
		return false;
	g_string_append_printf(out, ".It Cm %s", command->name);
	mdoc_synopsis(out, command->arguments);
	g_string_append_c(out, '\n');
	mdoc_text(out, command->paragraph);
	return true;
}

static GPtrArray *commands(const struct source *source)
{
	GPtrArray *names = g_ptr_array_new();

	(void)source;
	for (const struct cli_command *command = cli_commands; command->name; command++)
		g_ptr_array_add(names, (char *)command->name);
	return names;
}

/* --- options */

/* Who takes it, or who does not, whichever are fewer; nothing when every command does. */
static void put_takers(GString *out, const struct option_row *row)
{
	g_autoptr(GPtrArray) with = g_ptr_array_new(), without = g_ptr_array_new();
	const GPtrArray *fewer;

	for (const struct cli_command *command = cli_commands; command->name; command++)
		g_ptr_array_add(
			options_takes(command, row) ? with : without, (char *)command->name);
	fewer = with->len <= without->len ? with : without;
	if (!fewer->len)
		return;
	g_string_append(out, fewer == with ? "Taken by\n" : "Taken by all but\n");
	mdoc_words(out, (const char *const *)fewer->pdata, fewer->len);
}

/* What it is, and its words where the help does not hold them. */
static void put_help(GString *out, const struct option_row *row)
{
	size_t n;
	const char *const *words = options_words(row, &n);
	g_autoptr(GString) list = g_string_new(NULL);

	for (size_t i = 0; i < n; i++)
		g_string_append_printf(list, "%s%s", i ? ", " : "", words[i]);
	if (n && strcmp(row->help, list->str) == 0) {
		mdoc_words(out, words, n);
		return;
	}
	mdoc_phrase(out, row->help);
	if (!n || strstr(row->help, words[n - 1]) || strchr(row->value, '|'))
		return;
	g_string_append_printf(out, ".Ar %s\nis one of\n", row->value);
	mdoc_words(out, words, n);
}

static void put_option(GString *out, const struct option_row *row)
{
	g_string_append(out, ".It ");
	if (row->letter)
		g_string_append_printf(out, "Fl %c%s%s , ", row->letter, row->value ? " Ar " : "",
			row->value ? row->value : "");
	g_string_append(out, "Fl \\-");
	mdoc_word(out, row->name);
	if (row->value) {
		g_string_append(out, " Ns = Ns Ar ");
		mdoc_word(out, row->value);
	}
	g_string_append_c(out, '\n');
	put_help(out, row);
	put_takers(out, row);
}

static int compare_options(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const struct option_row *const *)a)->name,
		(*(const struct option_row *const *)b)->name);
}

static bool put_options(GString *out, const char *argument, const struct source *source)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	size_t n;
	const struct option_row *rows = options_rows(&n);

	(void)argument, (void)source;
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(sorted, (void *)&rows[i]);
	g_ptr_array_sort(sorted, compare_options);
	for (guint i = 0; i < sorted->len; i++)
		put_option(out, sorted->pdata[i]);
	return true;
}

/* --- filters */

static bool put_filters(GString *out, const char *argument, const struct source *source)
{
	(void)argument, (void)source;
	for (const struct filter_word *word = filter_words(); word->name; word++) {
		g_string_append_printf(out, ".It Cm %s\n", word->name);
		mdoc_phrase(out, word->help);
		if (word->values) {
			g_string_append(out, "One of\n");
			put_names(out, word->values);
		}
	}
	return true;
}

/* --- settings */

static bool put_setting(GString *out, const char *key, const struct source *source)
{
	const struct setting_row *row = setting_rows();

	(void)source;
	while (row->key && strcmp(row->key, key) != 0)
		row++;
	if (!row->key)
		return false;
	g_string_append_printf(out, ".It Cm %s Ns = Ns Ar ", row->key);
	mdoc_word(out, row->value_name);
	g_string_append_c(out, '\n');
	mdoc_phrase(out, row->help);
	if (row->fallback && *row->fallback) {
		g_string_append(out, "Default:\n");
		mdoc_words(out, &row->fallback, 1);
	}
	return true;
}

static GPtrArray *settings(const struct source *source)
{
	GPtrArray *keys = g_ptr_array_new();

	(void)source;
	for (const struct setting_row *row = setting_rows(); row->key; row++)
		g_ptr_array_add(keys, (char *)row->key);
	return keys;
}

/* --- keys */

static const struct {
	unsigned context;
	const char *name;
} places[] = {
	{IN_LIST, "list"},
	{IN_GROUPS, "groups"},
	{IN_EXPLANATION, "explanation"},
	{IN_REPORT, "report"},
	{IN_ADDRESS, "address page"},
	{IN_LOG, "log"},
	{IN_HELP, "help"},
};

static void put_places(GString *out, unsigned contexts)
{
	bool first = true;

	if (contexts == IN_ALL)
		return;
	g_string_append(out, "In:");
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		if (contexts & places[i].context) {
			g_string_append_printf(out, "%s %s", first ? "" : ",", places[i].name);
			first = false;
		}
	g_string_append(out, ".\n");
}

static void put_key(GString *out, const struct ui_command *command)
{
	g_auto(GStrv) keys = g_strsplit(command->keys, " ", -1);

	g_string_append(out, *keys ? ".It" : ".It Ic \\&:");
	for (char **key = keys; *key; key++) {
		g_string_append(out, key == keys ? " Ic " : " , ");
		mdoc_word(out, *key);
	}
	g_string_append_printf(out, " Pq Cm %s%s%s\n", command->name, command->argument ? " " : "",
		command->argument ? command->argument : "");
	mdoc_phrase(out, command->help);
	put_places(out, command->contexts);
	if (command->cli) {
		g_string_append(out, "The same on the command line:\n.Ql ");
		mdoc_word(out, command->cli);
		g_string_append(out, " .\n");
	}
}

static bool put_keys(GString *out, const char *group, const struct source *source)
{
	bool any = false;

	(void)source;
	for (const struct ui_command *command = ui_commands; command->name; command++)
		if (strcmp(command->group, group) == 0) {
			put_key(out, command);
			any = true;
		}
	return any;
}

static GPtrArray *key_groups(const struct source *source)
{
	GPtrArray *groups = g_ptr_array_new();

	(void)source;
	for (const char *const *group = ui_groups; *group; group++)
		g_ptr_array_add(groups, (char *)*group);
	return groups;
}

/* --- exit codes, words of results */

static bool put_exit_codes(GString *out, const char *argument, const struct source *source)
{
	(void)argument, (void)source;
	for (const struct exit_code *code = exit_codes; code->meaning; code++) {
		g_string_append_printf(out, ".It %d\n", code->code);
		mdoc_phrase(out, code->meaning);
	}
	return true;
}

static const struct {
	const char *set;
	const char *const *names;
} sets[] = {
	{"kind", kind_names},
	{"type", type_names},
	{"finality", finality_names},
	{"who", actor_names},
	{"retry", retry_names},
	{"confidence", confidence_names},
	{"phase", phase_names + PHASE_NONE + 1},
	{"origin", origin_names},
	{"trust", trust_names},
	{"state", state_names},
	{"trace", trace_names},
	{"event", event_names},
	{"condition", condition_names},
};

/* The words that a field of a result is one of, or that an option is. */
static bool put_values(GString *out, const char *name, const struct source *source)
{
	size_t n, count;
	const struct option_row *rows = options_rows(&n);

	(void)source;
	for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
		if (strcmp(sets[i].set, name) == 0) {
			put_names(out, sets[i].names);
			return true;
		}
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].name, name) == 0) {
			const char *const *words = options_words(&rows[i], &count);

			mdoc_words(out, words, count);
			return words;
		}
	return false;
}

const struct block program_blocks[] = {
	{"command", put_command, commands},
	{"options", put_options},
	{"filters", put_filters},
	{"setting", put_setting, settings},
	{"keys", put_keys, key_groups},
	{"exit-codes", put_exit_codes},
	{"values", put_values},
	{NULL},
};
