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

#define SYSTEM_CONFIG "/etc/nixie/config"
#define RESTRICTED_VARIABLE "NIXIE_RESTRICTED"
#define KEYS_GROUP "keys"
#define COLOURS_GROUP "colours"

struct config {
	struct ini *file; /* NULL: none */
	GKeyFile *keys;   /* its key bindings and colours, NULL: none */
	struct viewbook *views;
	char *values[SET_COUNT];   /* NULL: the default */
	bool save_directory_given; /* on the command line */
	const char *restricted_by; /* what the user cannot undo, NULL: nothing */
};

/* --- the file */

static bool no_group(const struct ini *ini, const char *group, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);
	for (const struct setting_row *row = setting_rows(); row->key; row++)
		if (row == setting_rows() || strcmp(row->group, row[-1].group) != 0)
			g_string_append_printf(known, "%s, ", row->group);
	g_string_append(known, KEYS_GROUP ", " VIEWBOOK_GROUP ", " COLOURS_GROUP);
	return ini_fail(error, ini, group, NULL,
		_("there is no such group of settings; there are %s"), known->str);
}

static bool check_groups(const struct ini *ini, GError **error)
{
	g_auto(GStrv) groups = ini_groups(ini);
	for (char **group = groups; *group; group++) {
		const char *known[SET_COUNT + 2];
		size_t n = 0;
		if (strcmp(*group, KEYS_GROUP) == 0 || strcmp(*group, VIEWBOOK_GROUP) == 0 ||
			strcmp(*group, COLOURS_GROUP) == 0)
			continue;
		for (const struct setting_row *row = setting_rows(); row->key; row++)
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
	for (const struct setting_row *row = setting_rows(); row->key; row++) {
		g_autofree char *value = ini_raw(config->file, row->group, row->key);
		if (!value)
			continue;
		g_autofree char *trouble = setting_trouble(row->setting, g_strstrip(value));
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
	const char *value = config->values[setting] ? config->values[setting]
						    : setting_row_of(setting)->fallback;
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

bool config_set(struct config *config, const char *key, const char *value, GError **error)
{
	const char *names[SET_COUNT + 1];
	const struct setting_row *row = setting_rows();
	for (size_t i = 0; i <= SET_COUNT; i++) /* the last one is the end */
		names[i] = row[i].key;
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
	g_autofree char *trouble = setting_trouble(row->setting, value);
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
