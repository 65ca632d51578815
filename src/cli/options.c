/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include <inttypes.h>

#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"
#include "triage/config.h"
#include "triage/group.h"
#include "triage/nearest.h"

#define AT(field) offsetof(struct options, field)
#define TEXT G_OPTION_ARG_FILENAME /* bytes as they are: nothing is converted from the locale */
#define FLAG G_OPTION_ARG_NONE
#define TAG_DASH '\001'

static const struct option_row rows[] = {
	{"config", 0, TEXT, AT(config), OPT_STORE, N_("notmuch configuration to use"), "FILE"},
	{"profile", 0, TEXT, AT(profile), OPT_STORE, N_("notmuch profile to use"), "NAME"},
	{"database", 0, TEXT, AT(database), OPT_STORE, N_("mail root or database directory"),
		"DIR"},
	{"maildir", 0, TEXT, AT(maildir), OPT_STORE,
		N_("a Maildir, MH folder, directory of .eml files or mbox; nixie keeps an index of "
		   "its own"),
		"PATH"},
	{"from-json", 0, TEXT, AT(from_json), OPT_RESULT,
		N_("no index, but the JSON lines that extract or list wrote"), "FILE"},
	{"exclude", 0, TEXT, AT(exclude), OPT_STORE,
		N_("honour search.exclude_tags (default true)"), "true|false"},
	{"limit", 0, TEXT, AT(limit), OPT_WINDOW, N_("at most N rows"), "N"},
	{"offset", 0, TEXT, AT(offset), OPT_WINDOW, N_("leave out the first N rows"), "N"},
	{"sort", 0, TEXT, AT(sort), OPT_SORT,
		N_("date, address, domain, status, category, type, mta; -KEY reverses"), "KEY"},
	{"view", 0, TEXT, AT(view), OPT_FILTERS, N_("what the saved view NAME selects"), "NAME"},
	{"message", 0, TEXT, AT(message), OPT_FILTERS,
		N_("the mail in FILE, or - for standard input, found in the index by its "
		   "Message-ID"),
		"FILE"},
	{"save", 0, TEXT, AT(save), OPT_SAVE, N_("keep the query as the view NAME"), "NAME"},
	{"format", 0, TEXT, AT(format), OPT_FORMAT,
		N_("text, json, json-lines, csv, tsv, text0, addresses"), "FORMAT"},
	{"format-version", 0, TEXT, AT(format_version), OPT_FORMAT,
		N_("version of the machine formats"), "N"},
	{"per", 0, TEXT, AT(per), OPT_EXPORT, N_("a row for each recipient, address or message"),
		"WHAT"},
	{"columns", 0, TEXT, AT(columns), OPT_EXPORT, N_("columns of csv and tsv, comma-separated"),
		"LIST"},
	{"output", 'o', TEXT, AT(output), OPT_OUTPUT,
		N_("write to FILE, whole or not at all (mode 0600)"), "FILE"},
	{"force", 0, FLAG, AT(force), OPT_OUTPUT, N_("replace FILE if it exists"), NULL},
	{"csv-raw", 0, FLAG, AT(csv_raw), OPT_EXPORT,
		N_("leave spreadsheet formulas in CSV cells as they are"), NULL},
	{"bom", 0, FLAG, AT(bom), OPT_EXPORT, N_("begin CSV with a byte order mark (for Excel)"),
		NULL},
	{"odd", 0, FLAG, AT(odd), OPT_EXPORT, N_("also addresses that are no valid mailboxes"),
		NULL},
	{"include-unverified", 0, FLAG, AT(include_unverified), OPT_EXPORT,
		N_("also reports that nothing confirms"), NULL},
	{"redact", 0, FLAG, AT(redact), OPT_EXPORT,
		N_("leave out names, subjects and what stands before the @ of addresses"), NULL},
	{"by", 0, TEXT, AT(by), OPT_BY, N_("what to count by (default category)"), "KEY"},
	{"jobs", 'j', TEXT, AT(jobs), OPT_JOBS, N_("extractor processes (default: one a core)"),
		"N"},
	{"files-from", 0, TEXT, AT(files_from), OPT_FILES_FROM,
		N_("read file names, one a line, from LIST or -"), "LIST"},
	{"as", 0, TEXT, AT(as), OPT_CORRECT, N_("the category that is right"), "CATEGORY"},
	{"words", 0, TEXT, AT(say), OPT_CORRECT,
		N_("the words that shall decide, with ... for what differs"), "WORDS"},
	{"original", 0, FLAG, AT(original), OPT_ORIGINAL,
		N_("the message that each report is about, in its conversation"), NULL},
	{"hops", 0, FLAG, AT(hops), OPT_HOPS,
		N_("the way of each message from server to server, with the delays"), NULL},
	{"for", 0, TEXT, AT(whom), OPT_FOR, N_("words to pass on to recipient, admin or sender"),
		"WHOM"},
	{"for", 0, TEXT, AT(whom), OPT_TARGET,
		N_("write what other software reads; help lists what there is"), "SOFTWARE"},
	{"due", 0, FLAG, AT(due), OPT_RETRY, N_("list what may be sent again by now"), NULL},
	{"sent", 0, FLAG, AT(sent), OPT_RETRY, N_("note that it was sent again, just now"), NULL},
	{"status", 0, FLAG, AT(status), OPT_RETRY, N_("count what became of what was flagged"),
		NULL},
	{"proposed", 0, FLAG, AT(proposed), OPT_PROPOSED,
		N_("list the addresses that should be on it, with their evidence"), NULL},
	{"accept", 0, FLAG, AT(accept), OPT_PROPOSED, N_("do what is proposed, in one step"), NULL},
	{"removed", 0, FLAG, AT(removed), OPT_PROPOSED,
		N_("list the addresses that were taken off, with who and why"), NULL},
	{"note", 0, TEXT, AT(note), OPT_PROPOSED, N_("keep TEXT beside the entry"), "TEXT"},
	{"unset", 0, FLAG, AT(unset), OPT_UNSET, N_("take it off again, or back"), NULL},
	{"list", 0, FLAG, AT(list), OPT_LIST, N_("print it instead"), NULL},
	{"color", 0, TEXT, AT(color), 0, N_("colours: auto, always, never"), "WHEN"},
	{"exit-code", 0, FLAG, AT(exit_code), 0, N_("exit 1 when something matched"), NULL},
	{"quiet", 'q', FLAG, AT(quiet), 0, N_("no counts and notes on stderr"), NULL},
	{"verbose", 'v', FLAG, AT(verbose), 0, N_("say more on stderr"), NULL},
	{"help", 'h', FLAG, AT(help), 0, N_("this help"), NULL},
	{"version", 0, FLAG, AT(version), 0, N_("version and what protects the children"), NULL},
};

/* The options that are one of a few words. */
static const char *const booleans[] = {"true", "false"};
static const char *const whens[] = {"auto", "always", "never"};
static const struct {
	const char *option, *value;
	const char *const *words;
	size_t count;
} choices[] = {
	{"exclude", "true|false", booleans, G_N_ELEMENTS(booleans)},
	{"color", "WHEN", whens, G_N_ELEMENTS(whens)},
	{"format", "FORMAT", format_names, FORMAT_COUNT},
	{"per", "WHAT", per_names, PER_COUNT},
	{"sort", "KEY", sort_names, SORT_COUNT},
	{"by", "KEY", group_names + GROUP_NONE + 1, GROUP_KEY_COUNT - GROUP_NONE - 1},
	{"for", "WHOM", handover_names, HANDOVER_COUNT},
};

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

static bool takes(const struct cli_command *command, unsigned takers)
{
	return !takers || (command->options & takers);
}

const struct option_row *options_rows(size_t *count)
{
	*count = G_N_ELEMENTS(rows);
	return rows;
}

bool options_takes(const struct cli_command *command, const struct option_row *row)
{
	return takes(command, row->takers);
}

const char *const *options_words(const struct option_row *row, size_t *count)
{
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++)
		if (g_str_equal(choices[i].option, row->name) &&
			g_strcmp0(choices[i].value, row->value) == 0) {
			*count = choices[i].count;
			return choices[i].words;
		}
	*count = 0;
	return NULL;
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
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (g_str_equal(rows[i].name, name) && (!command || takes(command, rows[i].takers)))
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

	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
		g_option_group_set_translate_func(groups[i], translated, NULL, NULL);
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_main_group(context, main);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (!command || takes(command, rows[i].takers))
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

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (!command || takes(command, rows[i].takers))
			g_ptr_array_add(names, (char *)rows[i].name);
	for (const struct filter_word *word = filter_words(); word->name; word++)
		if (!command || command->options & OPT_FILTERS)
			g_ptr_array_add(names, (char *)word->name);
	for (const struct setting_row *row = config_settings(); row->key; row++)
		g_ptr_array_add(names, (char *)row->key);
	g_ptr_array_add(names, NULL);
	return names;
}

/* "; did you mean `--address`?" for "Unknown option --adress=x"; "" when nothing is near. g_free.
 */
static char *option_meant(const char *message, const struct cli_command *command)
{
	const char *dashes = strstr(message, " --");
	g_autoptr(GPtrArray) names = option_names(command);
	g_autofree char *word = NULL;
	const char *near;

	if (!dashes)
		return g_strdup("");
	word = g_strndup(dashes + 3, strcspn(dashes + 3, "= "));
	near = nearest_word(word, (const char *const *)names->pdata);
	return near && strcmp(near, word) != 0 ? g_strdup_printf(_("; did you mean `--%s`?"), near)
					       : g_strdup("");
}

/* GLib's message ("Unknown option --foo") with what to do. */
static bool set_usage(GError **error, GError *cause, const struct cli_command *command)
{
	g_autofree char *meant = NULL;

	if (cause->domain == NIXIE_ERROR) {
		g_propagate_error(error, cause);
		return false;
	}
	meant = option_meant(cause->message, command);
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("%s%s; `nixie %s%s--help` lists the options"), cause->message, meant,
		command ? command->name : "", command ? " " : "");
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
			_("`%s` is no command; did you mean `%s`?; for a search write `nixie -- "
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

/* Options of a few words that nobody else looks at before they count. */
static bool check_words(const struct options *options, GError **error)
{
	return (!options->exclude || choose("exclude", options->exclude, booleans,
					     G_N_ELEMENTS(booleans), ~0U, error) >= 0) &&
	       (!options->color || choose("color", options->color, whens, G_N_ELEMENTS(whens), ~0U,
					   error) >= 0);
}

/* Options whose value is told as N in the table. */
static bool check_numbers(const struct options *options, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct option_row *row = &rows[i];
		uint64_t number;

		if (row->type == TEXT && g_str_equal(row->value, "N")) {
			const char *value = *(char *const *)((const char *)options + row->offset);

			if (value && !options_number(row->name, value, &number, error))
				return false;
		}
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
	return read_words(options, options->words, error) && check_words(options, error) &&
	       check_numbers(options, error) && check_alone(options, error) &&
	       check_query(options, error);
}

void options_clear(struct options *options)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].type == TEXT)
			g_clear_pointer((char **)((char *)options + rows[i].offset), g_free);
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
