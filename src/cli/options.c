/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

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

/* Where the value of an option that takes one is. */
static char **text_of(const struct options *options, const struct option_row *row)
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
	for (const struct setting_row *row = config_settings(); row->key; row++) {
		GOptionEntry one[2] = {
			{row->key, 0, 0, G_OPTION_ARG_CALLBACK, NULL, row->help, row->value_name}};

		if (for_help && is_option(command, row->key))
			continue;
		one[0].arg_data = (void *)take_setting;
		/* `--plain` for `--plain=true`: GLib's optional values would take the next word. */
		one[0].flags = G_OPTION_FLAG_NO_ARG | G_OPTION_FLAG_HIDDEN;
		if (config_is_flag(row->setting) && !for_help)
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
static GPtrArray *option_names(const struct cli_command *command)
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
	for (const struct setting_row *row = config_settings(); row->key; row++)
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

static bool is_given(const struct options *options, const struct option_row *row)
{
	return options_is_text(row) ? *text_of(options, row) != NULL
				    : *(const gboolean *)((const char *)options + row->offset);
}

/* One of the rows that share a field with `row` is an option of the command. */
static bool is_taken(const struct options *options, const struct option_row *row)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].offset == row->offset && options_takes(options->command, &rows[i]))
			return true;
	return false;
}

static bool refuse(const struct options *options, const char *name, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("--%s is no option of %s; `nixie %s --help` lists the options"), name,
		options->command->name, options->command->name);
	return false;
}

/* What stands before the command is read without knowing it: `nixie --limit=5` opens the screen. */
static bool check_taken(const struct options *options, GError **error)
{
	size_t count;
	const struct option_row *row = options_rows(&count);

	if (options->help || options->version)
		return true;
	for (const struct option_row *end = row + count; row < end; row++)
		if (is_given(options, row) && !is_taken(options, row))
			return refuse(options, row->name, error);
	if (options->command->options & OPT_FILTERS)
		return true;
	for (const struct filter_word *word = filter_words(); word->name; word++)
		if (filter_asks(options->filter, word->name))
			return refuse(options, word->name, error);
	return true;
}

/* Index of `value` among those of `names` that have their bit in `may`, or an error that lists
 * them. */
static int choose(const char *option, const char *value, const char *const *names, int count,
	unsigned may, GError **error)
{
	int index = name_index(names, count, span_of(value));
	GString *known;

	if (index >= 0 && may & 1U << index)
		return index;
	known = g_string_new(NULL);
	for (int i = 0; i < count; i++)
		if (may & 1U << i)
			g_string_append_printf(known, "%s%s", known->len ? ", " : "", names[i]);
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("--%s=%s cannot be; it can be %s"), option,
		value, known->str);
	g_string_free(known, TRUE);
	return -1;
}

/* One of a few words that nobody else looks at before they count. */
static bool check_word(const struct option_row *row, const char *value, GError **error)
{
	size_t n;
	const char *const *words = options_words(row, &n);

	return !(g_str_equal(row->name, "exclude") || g_str_equal(row->name, "color")) ||
	       choose(row->name, value, words, (int)n, ~0U, error) >= 0;
}

/* `--output=$FILE` of a script in which FILE is not set. */
static bool check_named(const struct option_row *row, const char *value, GError **error)
{
	if (*value || !(g_str_equal(row->value, "FILE") || g_str_equal(row->value, "PATH") ||
			      g_str_equal(row->value, "DIR")))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("--%s= names nothing; write the name of a file or directory behind it"),
		row->name);
	return false;
}

/* Options whose value is told as N in the table are numbers. */
static bool check_values(const struct options *options, GError **error)
{
	size_t count;
	const struct option_row *row = options_rows(&count);

	for (const struct option_row *end = row + count; row < end; row++) {
		const char *value = options_is_text(row) ? *text_of(options, row) : NULL;
		uint64_t number;

		if (!value)
			continue;
		if (!check_named(row, value, error) || !check_word(row, value, error) ||
			(g_str_equal(row->value, "N") &&
				!options_number(row->name, value, &number, error)))
			return false;
	}
	return true;
}

static bool check_alone(const struct options *options, GError **error)
{
	const char *word = options->args[0] ? options->args[0] : options->query[0];

	if (!(options->command->options & OPT_ALONE) || !word)
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("%s takes no words, but there is `%s`; `nixie %s --help` lists the options"),
		options->command->name, word, options->command->name);
	return false;
}

/* `nixie retry -- --address=x`: it would be searched for, and match nothing. */
static bool check_query(const struct options *options, GError **error)
{
	g_autoptr(GPtrArray) names = option_names(options->command);

	for (char *const *word = options->query; *word; word++) {
		g_autofree char *name = g_str_has_prefix(*word, "--")
						? g_strndup(*word + 2, strcspn(*word + 2, "="))
						: NULL;

		if (!name || !g_strv_contains((const char *const *)names->pdata, name))
			continue;
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("`%s` is an option, but stands behind --, where the query is; put it "
			  "before "
			  "the --"),
			*word);
		return false;
	}
	return true;
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
	return read_words(options, options->words, error) && check_taken(options, error) &&
	       check_values(options, error) && check_alone(options, error) &&
	       check_query(options, error);
}

void options_clear(struct options *options)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (options_is_text(&rows[i]))
			g_clear_pointer(text_of(options, &rows[i]), g_free);
	g_clear_pointer(&options->words, g_free);
	g_clear_pointer(&options->filter, filter_free);
	g_clear_pointer(&options->settings, g_ptr_array_unref);
}

bool options_format(
	const struct options *options, unsigned formats, enum format *format, GError **error)
{
	int index = options->format ? choose("format", options->format, format_names, FORMAT_COUNT,
					      formats, error)
				    : (int)*format;
	uint64_t version = 1;

	if (index < 0 ||
		(options->format_version && !options_number("format-version",
						    options->format_version, &version, error)))
		return false;
	*format = (enum format)index;
	if (version == 1)
		return true;
	g_set_error(error, NIXIE_ERROR, version < 1 ? NIXIE_FORMAT_TOO_OLD : NIXIE_FORMAT_TOO_NEW,
		version < 1
			? _("format version %" PRIu64 " is too old: this nixie writes version 1")
			: _("format version %" PRIu64 " is too new: this nixie writes version 1"),
		version);
	return false;
}

bool options_per(const struct options *options, enum per *per, GError **error)
{
	int index = options->per ? choose("per", options->per, per_names, PER_COUNT, ~0U, error)
				 : (int)*per;

	if (index >= 0)
		*per = (enum per)index;
	return index >= 0;
}

bool options_whom(const struct options *options, enum handover *whom, GError **error)
{
	int index = choose("for", options->whom, handover_names, HANDOVER_COUNT, ~0U, error);

	*whom = (enum handover)MAX(index, 0);
	return index >= 0;
}

bool options_number(const char *name, const char *value, uint64_t *number, GError **error)
{
	if (g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT64, number, NULL))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("--%s=%s is no number"), name, value);
	return false;
}

void options_window(const struct options *options, size_t count, size_t *from, size_t *to)
{
	uint64_t offset = 0, limit = count;

	if (options->offset)
		options_number("offset", options->offset, &offset, NULL);
	if (options->limit)
		options_number("limit", options->limit, &limit, NULL);
	*from = MIN(offset, count);
	*to = *from + MIN(limit, count - *from);
}

bool options_sort(const struct options *options, enum sort_key *key, bool *reverse, GError **error)
{
	const char *value = options->sort;
	int index;

	*key = SORT_DATE;
	*reverse = false;
	if (!value || g_str_equal(value, "newest-first"))
		return true;
	if (g_str_equal(value, "oldest-first")) {
		*reverse = true;
		return true;
	}
	*reverse = value[0] == '-';
	index = choose("sort", value + *reverse, sort_names, SORT_COUNT, ~0U, error);
	if (index >= 0)
		*key = (enum sort_key)index;
	return index >= 0;
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
