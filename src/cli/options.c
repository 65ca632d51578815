/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/option-parts.h"

#include <inttypes.h>

#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"
#include "triage/config.h"
#include "triage/nearest.h"

#define TAG_DASH '\001'

/* `--category=...` and the like: the name comes with the call. */
static gboolean take_filter(const char *name, const char *value, void *user, GError **error)
{
	struct options *options = user;

	return filter_add(options->filter, name + strspn(name, "-"), value, error);
}

static gboolean take_setting(const char *name, const char *value, void *user, GError **error)
{
	struct options *options = user;

	(void)error;
	g_ptr_array_add(options->settings, g_strdup(name + strspn(name, "-")));
	g_ptr_array_add(options->settings, g_strdup(value ? value : "true"));
	return TRUE;
}

char **option_text(const struct options *options, const struct option_row *row)
{
	return (char **)((char *)options + row->offset);
}

static GOptionEntry entry(const struct option_row *row, struct options *options)
{
	return (GOptionEntry){row->name, row->letter, 0, row->type, (char *)options + row->offset,
		row->help, row->value};
}

static void add_entry(GOptionContext *context, GOptionEntry made)
{
	GOptionEntry pair[2] = {made};

	g_option_context_add_main_entries(context, pair, NULL);
}

static bool is_option(const struct cli_command *command, const char *name)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (g_str_equal(rows[i].name, name) && options_takes(command, &rows[i]))
			return true;
	return false;
}

/* In the help each stands once, and an option of the same name stands for the setting. */
static void add_settings(GOptionGroup *settings, const struct cli_command *command, bool for_help)
{
	for (const struct setting_row *row = setting_rows(); row->key; row++) {
		GOptionEntry one[2] = {
			{row->key, 0, 0, G_OPTION_ARG_CALLBACK, NULL, row->help, row->value_name}};

		if (for_help && is_option(command, row->key))
			continue;
		one[0].arg_data = (void *)take_setting;
		/* `--plain` for `--plain=true`: GLib's optional values would take the next word. */
		one[0].flags = G_OPTION_FLAG_NO_ARG | G_OPTION_FLAG_HIDDEN;
		if (setting_is_flag(row->setting) && !for_help)
			g_option_group_add_entries(settings, one);
		one[0].flags = 0;
		g_option_group_add_entries(settings, one);
	}
}

/* gettext's answer to "" is what a catalogue says about itself. */
static const char *translated(const char *text, void *user)
{
	(void)user;
	return *text ? gettext(text) : text;
}

/* What the context is made for: to read words, or to be printed without or with all settings. */
enum purpose { TO_PARSE, TO_HELP, TO_HELP_ALL };

/* Everything `command` takes; with NULL everything that any command takes (options before the
 * command). */
static GOptionContext *context_new(
	const struct cli_command *command, enum purpose purpose, struct options *options)
{
	GOptionContext *context =
		g_option_context_new(command ? command->arguments : "[COMMAND] [ARGUMENTS]");
	GOptionGroup *filters = g_option_group_new(
		"filters", _("Filters (comma: or; several: and)"), "", options, NULL);
	GOptionGroup *settings = g_option_group_new(
		"settings", _("Settings for this run (nixie-config)"), "", options, NULL);
	GOptionGroup *main = g_option_group_new("main", "", "", options, NULL);
	GOptionGroup *const groups[] = {main, filters, settings};
	size_t count;
	const struct option_row *rows = options_rows(&count);

	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
		g_option_group_set_translate_func(groups[i], translated, NULL, NULL);
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_main_group(context, main);
	for (size_t i = 0; i < count; i++)
		if (options_takes(command, &rows[i]))
			add_entry(context, entry(&rows[i], options));
	for (const struct filter_word *word = filter_words(); word->name; word++) {
		GOptionEntry one[2] = {
			{word->name, 0, 0, G_OPTION_ARG_CALLBACK, NULL, word->help, "VALUES"}};

		one[0].arg_data = (void *)take_filter;
		if (!command || command->options & OPT_FILTERS)
			g_option_group_add_entries(filters, one);
	}
	if (purpose != TO_HELP)
		add_settings(settings, command, purpose == TO_HELP_ALL);
	g_option_context_add_group(context, filters);
	g_option_context_add_group(context, settings);
	return context;
}

/* NULL-ended names of all that `command` takes. g_ptr_array_unref. */
GPtrArray *option_names(const struct cli_command *command)
{
	GPtrArray *names = g_ptr_array_new();
	size_t count;
	const struct option_row *rows = options_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (options_takes(command, &rows[i]))
			g_ptr_array_add(names, (char *)rows[i].name);
	for (const struct filter_word *word = filter_words(); word->name; word++)
		if (!command || command->options & OPT_FILTERS)
			g_ptr_array_add(names, (char *)word->name);
	for (const struct setting_row *row = setting_rows(); row->key; row++)
		g_ptr_array_add(names, (char *)row->key);
	g_ptr_array_add(names, NULL);
	return names;
}

/* "address" for "Unknown option --adress=x"; NULL when nothing is near. */
static const char *option_meant(const char *message, const struct cli_command *command)
{
	const char *dashes = strstr(message, " --");
	g_autoptr(GPtrArray) names = option_names(command);
	g_autofree char *word = NULL;
	const char *near;

	if (!dashes)
		return NULL;
	word = g_strndup(dashes + 3, strcspn(dashes + 3, "= "));
	near = nearest_word(word, (const char *const *)names->pdata);
	return near && strcmp(near, word) != 0 ? near : NULL;
}

/* GLib's message ("Unknown option --foo") with what to do. */
static bool set_usage(GError **error, GError *cause, const struct cli_command *command)
{
	const char *name = command ? command->name : "", *blank = command ? " " : "", *meant;

	if (cause->domain == NIXIE_ERROR) {
		g_propagate_error(error, cause);
		return false;
	}
	meant = option_meant(cause->message, command);
	if (meant)
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("%s; did you mean `--%s`? `nixie %s%s--help` lists the options"),
			cause->message, meant, name, blank);
	else
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("%s; `nixie %s%s--help` lists the options"), cause->message, name, blank);
	g_error_free(cause);
	return false;
}

static bool parse(struct options *options, const struct cli_command *command, bool strict,
	char ***argv, GError **error)
{
	GOptionContext *context = context_new(command, TO_PARSE, options);
	GError *cause = NULL;
	int argc = (int)g_strv_length(*argv);
	bool done;

	g_option_context_set_strict_posix(context, strict);
	done = g_option_context_parse(
		context, &argc, argv, &cause); /* the _strv form frees words */
	g_option_context_free(context);
	return done || set_usage(error, cause, command);
}

/*
 * `nixie tag +x -y -- QUERY`: a removed tag looks like an option. While GLib reads the options such
 * words begin with a byte that no option begins with.
 */
static void swap_first(char **argv, char from, char to)
{
	for (; *argv; argv++)
		if (argv[0][0] == from && argv[0][1] && argv[0][1] != '-')
			argv[0][0] = to;
}

static bool is_query(const char *word)
{
	return strpbrk(word, ":* ") != NULL;
}

/* The command that `words` begin with; NULL with error. `*taken` tells whether the first word names
 * it. */
static const struct cli_command *find_command(const char *word, bool *taken, GError **error)
{
	const struct cli_command *command = word ? cli_command_by_name(word) : NULL;
	const char *nearest;

	*taken = command != NULL;
	if (command)
		return command;
	if (!word || is_query(word))
		return cli_command_by_name("tui");
	nearest = command_nearest(word);
	if (nearest)
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("`%s` is no command; did you mean `%s`? For a search write `nixie -- "
			  "%s`, for the commands `nixie --help`"),
			word, nearest, word);
	else
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("`%s` is no command; for a search write `nixie -- %s`, for the commands "
			  "`nixie --help`"),
			word, word);
	return NULL;
}

/* Parses what stands before `--`; `words` begins with the program's name, as GLib wants it. */
static bool read_words(struct options *options, char **words, GError **error)
{
	bool taken, tag, done;

	if (!parse(options, NULL, true, &words, error))
		return false;
	if (words[0] && words[1] && g_str_equal(words[1], "help")) { /* as git and notmuch do */
		options->help = true;
		words++;
	}
	options->command = find_command(words[0] ? words[1] : NULL, &taken, error);
	if (!options->command)
		return false;
	options->named = taken;
	words += taken;
	tag = g_str_equal(options->command->name, "tag");
	if (tag)
		swap_first(words, '-', TAG_DASH);
	done = parse(options, options->command, false, &words, error);
	options->args = words[0] ? words + 1 : words;
	if (tag)
		swap_first(options->args, TAG_DASH, '-');
	return done;
}

bool options_read(struct options *options, char **argv, GError **error)
{
	size_t n = 0;

	while (argv[n] && !g_str_equal(argv[n], "--"))
		n++;
	*options = (struct options){
		.filter = filter_new(),
		.settings = g_ptr_array_new_with_free_func(g_free),
		.words = g_new0(char *, n + 2),
		.query = argv[n] ? argv + n + 1 : argv + n,
	};
	options->words[0] = (char *)"nixie";
	memcpy(options->words + 1, argv, n * sizeof *argv);
	return options_check_flags(argv, n, error) && read_words(options, options->words, error) &&
	       options_check(options, error);
}

void options_clear(struct options *options)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (options_is_text(&rows[i]))
			g_clear_pointer(option_text(options, &rows[i]), g_free);
	g_clear_pointer(&options->words, g_free);
	g_clear_pointer(&options->filter, filter_free);
	g_clear_pointer(&options->settings, g_ptr_array_unref);
}

static char *commands_help(void)
{
	GString *help = g_string_new(_("nixie: terminal triage for bounced mail (NDRs)\n\nUsage:\n"
				       "  nixie [OPTIONS] [COMMAND] [ARGUMENTS]\n\nCommands:\n"));

	for (const struct cli_command *command = cli_commands; command->name; command++)
		g_string_append_printf(help, "  %-10s %s\n", command->name, _(command->help));
	g_string_append(help, _("\nWithout a command the terminal interface opens. `nixie COMMAND "
				"--help` tells more.\n"
				"A QUERY is a notmuch query, with words such as "
				"category:mailbox-full type:soft in it.\n"));
	return g_string_free(help, FALSE);
}

char *options_help(const struct cli_command *command, bool all)
{
	struct options none = {0};
	GOptionContext *context;
	g_autofree char *listed = NULL;
	GPtrArray *lines;
	GString *help;

	if (!command)
		return commands_help();
	context = context_new(command, all ? TO_HELP_ALL : TO_HELP, &none);
	listed = g_option_context_get_help(context, FALSE, NULL);
	g_option_context_free(context);
	lines = text_wrap(_(command->paragraph), 78);
	help = g_string_new(NULL);
	g_string_append_printf(help, "%s\n  nixie %s [OPTIONS]%s%s\n\n", _("Usage:"), command->name,
		*command->arguments ? " " : "", command->arguments);
	for (unsigned i = 0; i < lines->len; i++)
		g_string_append_printf(help, "%s\n", (char *)lines->pdata[i]);
	g_ptr_array_unref(lines);
	/* GLib begins with a usage line of its own. */
	g_string_append(help, strstr(listed, "\n\n") ? strstr(listed, "\n\n") + 1 : listed);
	g_string_replace(help, g_dgettext("glib20", "Application Options:"), _("Options:"), 1);
	if (!all)
		g_string_append_printf(help,
			_("Every setting of nixie-config(5) is an option, too, such as --lang=de;\n"
			  "`nixie %s --help --verbose` lists them.\n"),
			command->name);
	return g_string_free(help, FALSE);
}
