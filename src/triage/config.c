/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/config.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "rules/inifile.h"
#include "store/store.h"
#include "triage/command.h"
#include "triage/nearest.h"
#include "triage/ticket.h"

#define SYSTEM_CONFIG "/etc/nixie/config"
#define RESTRICTED_VARIABLE "NIXIE_RESTRICTED"
#define KEYS_GROUP "keys"
#define COLOURS_GROUP "colours"

enum value_type {
	VALUE_TEXT,
	VALUE_LIST,
	VALUE_NUMBER,
	VALUE_FLAG,
	VALUE_CHOICE,
	VALUE_TAG,
	VALUE_ANY_TAG,
	VALUE_PATH,
	VALUE_TEMPLATE
};

static const char *const type_from_values[] = {"address", "smtp", NULL};
static const char *const indexed_values[] = {"auto", "true", "false", NULL};
static const char *const layout_values[] = {"auto", "right", "below", "off", NULL};
static const char *const column_values[] = {"none", "ticket", "subject", NULL};
static const char *const lines_values[] = {"auto", "unicode", "ascii", NULL};

/* The master copy. Order: as in the manual. */
static const struct setting_row rows[] = {
	{SET_BOUNCE_QUERY, "mail", "bounce-query", "QUERY", NULL,
		N_("what counts as a bounce when no query is given (default: tag:bounce once "
		   "`scan` "
		   "has run, "
		   "else data/candidates)")},
	{SET_SENT_QUERY, "mail", "sent-query", "QUERY", NULL,
		N_("mail that was sent from here (default: mail from the addresses of notmuch's "
		   "configuration)")},
	{SET_SENT_INDEXED, "mail", "sent-mail-indexed", "auto|true|false", "auto",
		N_("the index holds the mail that was sent from here; auto: when sent-query finds "
		   "any")},
	{SET_OWN_DOMAINS, "mail", "own-domains", "LIST", NULL,
		N_("our own domains (default: those of the addresses of notmuch's configuration)")},
	{SET_OWN_HOSTS, "mail", "own-hosts", "LIST", "",
		N_("mail servers of ours, with all below the names")},
	{SET_TYPE_FROM, "mail", "type-from", "address|smtp", "address",
		N_("hard means: the address is dead, or: the server refused")},
	{SET_LANG, "mail", "lang", "LANG", "", N_("language of messages and explanations")},
	{SET_TICKET_TEMPLATE, "mail", "ticket-template", "TEMPLATE", NULL,
		N_("how the number of a ticket stands in a subject, such as `[desk {number}]` "
		   "(default: data/tickets.txt)")},

	{SET_TAG_BOUNCE, "tags", "tag-bounce", "TAG", "bounce",
		N_("tag that `scan` gives to bounces")},
	{SET_TAG_RETRY, "tags", "tag-retry", "TAG", "retry",
		N_("tag of messages with a recipient to send to again")},
	{SET_TAG_RETRIED, "tags", "tag-retried", "TAG", "retried",
		N_("tag of messages that were sent again")},
	{SET_TAG_SUPPRESS, "tags", "tag-suppress", "TAG", "suppress",
		N_("tag of messages with a recipient on the suppression list")},
	{SET_TAG_DONE, "tags", "tag-done", "TAG", "inbox", N_("tag that `done` takes away")},

	{SET_RESEND_COMMAND, "retry", "resend-command", "COMMAND", "nixie-resend",
		N_("program that sends again what is due, as the screen starts it")},

	{SET_QUIET_DAYS, "suppression", "quiet-days", "DAYS", "7",
		N_("days without a bounce after which an address counts as quiet")},
	{SET_SOFT_WEEK, "suppression", "soft-week", "N", "3",
		N_("soft bounces in 7 days after which suppression is proposed")},
	{SET_SOFT_MONTH, "suppression", "soft-month", "N", "5",
		N_("soft bounces in 30 days after which suppression is proposed")},
	{SET_PROVEN_REPORTS, "suppression", "proven-reports", "N", "1",
		N_("proven hard reports after which suppression is proposed")},
	{SET_HARD_REPORTS, "suppression", "hard-reports", "N", "2",
		N_("unproven hard reports after which suppression is proposed")},

	{SET_INCIDENT_ADDRESSES, "groups", "incident-addresses", "N", "10",
		N_("addresses that one trouble at one server on one day must meet to be an "
		   "incident")},

	{SET_THEME, "screen", "theme", "NAME", "default",
		N_("colours: default, light, high-contrast, mono, or a theme of your own")},
	{SET_KEYS, "screen", "keys", "NAME", "default",
		N_("keys: default, neomutt, vim, or a set of your own; [keys] changes single "
		   "ones")},
	{SET_LAYOUT, "screen", "layout", "auto|right|below|off", "auto",
		N_("where the detail panes stand")},
	{SET_LINES, "screen", "lines", "auto|unicode|ascii", "auto",
		N_("what lines and bars are drawn with; auto: ascii where the locale is not UTF-8, "
		   "on "
		   "the Linux console and on vt100")},
	{SET_PLAIN, "screen", "plain", "true|false", "false",
		N_("for screen readers: one column, no lines, no bars, the row under the cursor "
		   "first")},
	{SET_MOUSE, "screen", "mouse", "true|false", "false",
		N_("a click chooses, a double click opens, the wheel scrolls")},
	{SET_CLIPBOARD, "screen", "clipboard", "true|false", "false",
		N_("what is copied goes to the terminal's clipboard (OSC 52)")},
	{SET_RESTRICTED, "screen", "restricted", "true|false", "false",
		N_("no shell, no pipe, no editor; files are saved in save-directory only")},
	{SET_SAVE_DIRECTORY, "screen", "save-directory", "DIR", NULL,
		N_("where restricted mode saves files (default: $XDG_DATA_HOME/nixie/saved)")},
	{SET_WATCH_SECONDS, "screen", "watch-seconds", "N", "5",
		N_("seconds between two looks for new bounces; 0: only when asked")},
	{SET_COLUMN, "screen", "column", "none|ticket|subject", "none",
		N_("a column more in the list, about the lost message")},

	{SET_JOBS, "limits", "jobs", "N", "0", N_("extractor processes; 0: one a processor core")},
	{.key = NULL},
};

/* How a value is checked: by setting, as the rows above are for people. */
static const struct {
	enum value_type type;
	const char *const *choices;
	int max;
} checks[SET_COUNT] = {
	[SET_BOUNCE_QUERY] = {VALUE_TEXT},
	[SET_SENT_QUERY] = {VALUE_TEXT},
	[SET_SENT_INDEXED] = {VALUE_CHOICE, indexed_values},
	[SET_OWN_DOMAINS] = {VALUE_LIST},
	[SET_OWN_HOSTS] = {VALUE_LIST},
	[SET_TYPE_FROM] = {VALUE_CHOICE, type_from_values},
	[SET_LANG] = {VALUE_TEXT},
	[SET_TICKET_TEMPLATE] = {VALUE_TEMPLATE},
	[SET_TAG_BOUNCE] = {VALUE_TAG},
	[SET_TAG_RETRY] = {VALUE_TAG},
	[SET_TAG_RETRIED] = {VALUE_TAG},
	[SET_TAG_SUPPRESS] = {VALUE_TAG},
	[SET_TAG_DONE] = {VALUE_ANY_TAG},
	[SET_RESEND_COMMAND] = {VALUE_TEXT},
	[SET_QUIET_DAYS] = {VALUE_NUMBER, .max = 3650},
	[SET_SOFT_WEEK] = {VALUE_NUMBER, .max = 1000000},
	[SET_SOFT_MONTH] = {VALUE_NUMBER, .max = 1000000},
	[SET_PROVEN_REPORTS] = {VALUE_NUMBER, .max = 1000000},
	[SET_HARD_REPORTS] = {VALUE_NUMBER, .max = 1000000},
	[SET_INCIDENT_ADDRESSES] = {VALUE_NUMBER, .max = 1000000},
	[SET_THEME] = {VALUE_TEXT}, /* the themes are data: ui/theme knows them */
	[SET_KEYS] = {VALUE_TEXT},  /* so are these: ui/keymap */
	[SET_LAYOUT] = {VALUE_CHOICE, layout_values},
	[SET_LINES] = {VALUE_CHOICE, lines_values},
	[SET_PLAIN] = {VALUE_FLAG},
	[SET_MOUSE] = {VALUE_FLAG},
	[SET_CLIPBOARD] = {VALUE_FLAG},
	[SET_RESTRICTED] = {VALUE_FLAG},
	[SET_SAVE_DIRECTORY] = {VALUE_PATH},
	[SET_WATCH_SECONDS] = {VALUE_NUMBER, .max = 86400},
	[SET_COLUMN] = {VALUE_CHOICE, column_values},
	[SET_JOBS] = {VALUE_NUMBER, .max = 256},
};

struct config {
	struct ini *file; /* NULL: none */
	GKeyFile *keys;   /* its key bindings and colours, NULL: none */
	struct viewbook *views;
	char *values[SET_COUNT];   /* NULL: the default */
	bool save_directory_given; /* on the command line */
	const char *restricted_by; /* what the user cannot undo, NULL: nothing */
};

const struct setting_row *config_settings(void)
{
	return rows;
}

static const struct setting_row *row_of(enum setting setting)
{
	const struct setting_row *row = rows;
	while (row->key && row->setting != setting)
		row++;
	return row;
}

/* --- checking */

/* Names of nixie's own tags: what notmuch-tag takes, without a slash, and none that renames files
 * (interface.md section 4). */
static char *tag_trouble(const char *value, bool ours)
{
	g_autoptr(GError) error = NULL;
	if (!tag_check(value, &error))
		return g_strdup(error->message);
	if (ours && tag_renames_files(value))
		return g_strdup_printf(
			_("`%s` stands for a Maildir flag; setting it would rename files"), value);
	if (ours && strchr(value, '/'))
		return g_strdup_printf(_("`%s` holds a slash"), value);
	return NULL;
}

static char *template_trouble(const char *value)
{
	g_autoptr(GError) error = NULL;
	return ticket_template_check(value, &error) ? NULL : g_strdup(error->message);
}

/* What is wrong with `value`, NULL when nothing is; g_free. */
static char *trouble_with(enum setting setting, const char *value)
{
	uint64_t number;
	switch (checks[setting].type) {
	case VALUE_NUMBER:
		if (g_ascii_string_to_unsigned(
			    value, 10, 0, (guint64)checks[setting].max, &number, NULL))
			return NULL;
		return g_strdup_printf(
			_("`%s` is no number between 0 and %d"), value, checks[setting].max);
	case VALUE_FLAG:
		if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
			return NULL;
		return g_strdup_printf(_("`%s` is neither true nor false"), value);
	case VALUE_CHOICE: {
		if (g_strv_contains(checks[setting].choices, value))
			return NULL;
		g_autofree char *all = g_strjoinv(", ", (char **)checks[setting].choices);
		return g_strdup_printf(_("`%s` is not known; it can be %s"), value, all);
	}
	case VALUE_TAG:
	case VALUE_ANY_TAG:
		return tag_trouble(value, checks[setting].type == VALUE_TAG);
	case VALUE_TEMPLATE:
		return template_trouble(value);
	case VALUE_PATH:
		return g_path_is_absolute(value)
			       ? NULL
			       : g_strdup_printf(_("`%s` does not begin with a slash"), value);
	case VALUE_TEXT:
	case VALUE_LIST:
		break;
	}
	return NULL;
}

/* --- the file */

static bool no_group(const struct ini *ini, const char *group, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);
	for (const struct setting_row *row = rows; row->key; row++)
		if (row == rows || strcmp(row->group, row[-1].group) != 0)
			g_string_append_printf(known, "%s, ", row->group);
	g_string_append(known, KEYS_GROUP ", " VIEWBOOK_GROUP ", " COLOURS_GROUP);
	return ini_fail(error, ini, group, NULL,
		_("there is no such group of settings; there are %s"), known->str);
}

static bool check_groups(const struct ini *ini, GError **error)
{
	g_auto(GStrv) groups = ini_groups(ini);
	for (char **group = groups; *group; group++) {
		const char *known[G_N_ELEMENTS(rows) + 1];
		size_t n = 0;
		if (strcmp(*group, KEYS_GROUP) == 0 || strcmp(*group, VIEWBOOK_GROUP) == 0 ||
			strcmp(*group, COLOURS_GROUP) == 0)
			continue;
		for (const struct setting_row *row = rows; row->key; row++)
			if (strcmp(row->group, *group) == 0)
				known[n++] = row->key;
		known[n] = NULL;
		if (n == 0)
			return no_group(ini, *group, error);
		if (!ini_check_keys(ini, *group, known, error))
			return false;
	}
	return true;
}

static void keep(struct config *config, const char *group, const char *key, const char *value)
{
	if (!config->keys)
		config->keys = g_key_file_new();
	g_key_file_set_value(config->keys, group, key, value);
}

/* A binding that names no command would silently do nothing; an empty one takes the key away. */
static bool read_keys(struct config *config, GError **error)
{
	const struct ini *ini = config->file;
	g_auto(GStrv) keys = ini_keys(ini, KEYS_GROUP);
	for (char **key = keys; *key; key++) {
		g_autofree char *value = ini_raw(ini, KEYS_GROUP, *key);
		g_auto(GStrv) words = g_strsplit(value, " ", 2);
		if (words[0] && *words[0] && !ui_command_by_name(words[0]))
			return ini_fail(error, ini, KEYS_GROUP, *key, _("there is no command `%s`"),
				words[0]);
		keep(config, KEYS_GROUP, *key, value);
	}
	return true;
}

static void read_colours(struct config *config)
{
	g_auto(GStrv) keys = ini_keys(config->file, COLOURS_GROUP);
	for (char **key = keys; *key; key++) {
		g_autofree char *value = ini_raw(config->file, COLOURS_GROUP, *key);
		keep(config, COLOURS_GROUP, *key, value);
	}
}

static bool read_settings(struct config *config, GError **error)
{
	for (const struct setting_row *row = rows; row->key; row++) {
		g_autofree char *value = ini_raw(config->file, row->group, row->key);
		if (!value)
			continue;
		g_autofree char *trouble = trouble_with(row->setting, g_strstrip(value));
		if (trouble)
			return ini_fail(error, config->file, row->group, row->key, "%s", trouble);
		config->values[row->setting] = g_steal_pointer(&value);
	}
	return true;
}

static bool read_file(struct config *config, const char *path, GError **error)
{
	config->file = ini_load(path, NULL, error);
	if (!config->file || !check_groups(config->file, error) || !read_keys(config, error))
		return false;
	viewbook_read(config->views, config->file);
	read_colours(config);
	return read_settings(config, error);
}

/* The file to read, NULL when there is none; g_free. */
static char *find_file(void)
{
	g_autofree char *own = file_home_path(FILE_CONFIG, "config", NULL);
	/* One that is there and cannot be read is told, not passed over. */
	if (own && (access(own, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)))
		return g_steal_pointer(&own);
	return access(SYSTEM_CONFIG, F_OK) == 0 ? g_strdup(SYSTEM_CONFIG) : NULL;
}

struct config *config_new(void)
{
	struct config *config = g_new0(struct config, 1);
	config->views = viewbook_new();
	return config;
}

struct config *config_load(const char *path, GError **error)
{
	struct config *config = config_new();
	g_autofree char *found = path ? g_strdup(path) : find_file();
	GError *cause = NULL;
	if (found && !read_file(config, found, &cause)) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_CONFIG, cause->message);
		g_error_free(cause);
		config_free(config);
		return NULL;
	}
	return config;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	ini_free(config->file);
	if (config->keys)
		g_key_file_unref(config->keys);
	viewbook_free(config->views);
	for (int i = 0; i < SET_COUNT; i++)
		g_free(config->values[i]);
	g_free(config);
}

/* --- restricted mode */

static void give(struct config *config, enum setting setting, const char *value)
{
	g_free(config->values[setting]);
	config->values[setting] = g_strdup(value);
}

/* Nothing that the user set holds beside it: not where files are saved either. */
static void bind(struct config *config, const char *directory, const char *by)
{
	config->restricted_by = by;
	give(config, SET_RESTRICTED, "true");
	give(config, SET_SAVE_DIRECTORY, directory);
}

/* The machine's file counts in this also where the user has one. */
static bool bind_by_system(struct config *config, GError **error)
{
	struct config *system;
	bool good;
	if (access(SYSTEM_CONFIG, F_OK) < 0)
		return true;
	system = config_load(SYSTEM_CONFIG, error);
	good = system != NULL;
	if (good && config_flag(system, SET_RESTRICTED))
		bind(config, config_text(system, SET_SAVE_DIRECTORY), SYSTEM_CONFIG);
	config_free(system);
	return good;
}

bool config_bind(struct config *config, GError **error)
{
	const char *set = g_getenv(RESTRICTED_VARIABLE);
	if (!bind_by_system(config, error))
		return false;
	if (!config->restricted_by && set && *set)
		bind(config, g_path_is_absolute(set) ? set : NULL, "$" RESTRICTED_VARIABLE);
	return true;
}

bool config_confine(const struct config *config, GError **error)
{
	const char *set = config_text(config, SET_SAVE_DIRECTORY);
	if (!config_flag(config, SET_RESTRICTED))
		return true;
	g_autofree char *directory =
		set ? g_strdup(set) : file_home_path(FILE_DATA, "saved/", error);
	return directory && file_confine(directory, error);
}

/* Words that are put behind `nixie --restricted` must not undo it. */
static bool check_stays(const struct config *config, const struct setting_row *row,
	const char *value, GError **error)
{
	const char *by = config->restricted_by;
	bool off = row->setting == SET_RESTRICTED && strcmp(value, "true") != 0;
	bool moves = row->setting == SET_SAVE_DIRECTORY && (by || config->save_directory_given);
	if (!config_flag(config, SET_RESTRICTED) || !(off || moves))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("--%s: restricted mode is on%s%s, and stays as it is"), row->key,
		by ? " by " : "", by ? by : "");
	return false;
}

/* --- asking */

const char *config_path(const struct config *config)
{
	return config->file ? config->file->path : NULL;
}

GKeyFile *config_keyfile(const struct config *config)
{
	return config->keys;
}

struct viewbook *config_views(const struct config *config)
{
	return config->views;
}

const char *config_text(const struct config *config, enum setting setting)
{
	const char *value =
		config->values[setting] ? config->values[setting] : row_of(setting)->fallback;
	return value && *value ? value : NULL;
}

int config_int(const struct config *config, enum setting setting)
{
	const char *value = config_text(config, setting);
	return value ? (int)g_ascii_strtoll(value, NULL, 10) : 0;
}

bool config_flag(const struct config *config, enum setting setting)
{
	return g_strcmp0(config_text(config, setting), "true") == 0;
}

char **config_list(const struct config *config, enum setting setting)
{
	const char *value = config_text(config, setting);
	g_auto(GStrv) words = g_strsplit_set(value ? value : "", ";, ", -1);
	GPtrArray *list = g_ptr_array_new();
	for (char **word = words; *word; word++)
		if (**word)
			g_ptr_array_add(list, g_strdup(*word));
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(list, FALSE);
}

bool config_is_flag(enum setting setting)
{
	return checks[setting].type == VALUE_FLAG;
}

bool config_set(struct config *config, const char *key, const char *value, GError **error)
{
	const char *names[G_N_ELEMENTS(rows)];
	const struct setting_row *row = rows;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		names[i] = rows[i].key;
	while (row->key && strcmp(row->key, key) != 0)
		row++;
	if (!row->key) {
		const char *near = nearest_word(key, names);
		if (near)
			g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
				_("no setting is called `%s`; did you mean `%s`?"), key, near);
		else
			g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("no setting is called `%s`"),
				key);
		return false;
	}
	g_autofree char *trouble = trouble_with(row->setting, value);
	if (trouble) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, "--%s: %s", key, trouble);
		return false;
	}
	if (!check_stays(config, row, value, error))
		return false;
	give(config, row->setting, value);
	config->save_directory_given |= row->setting == SET_SAVE_DIRECTORY;
	return true;
}
