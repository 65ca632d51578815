/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/database.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/text.h"
#include "store/lock.h"

/* libnotmuch's own words, on one line, safe to show. */
static char *one_line(const char *text, const char *fallback)
{
	g_autofree char *copy = g_strdup(text && *text ? text : fallback);
	g_autofree char *stripped = g_strdup(g_strstrip(g_strdelimit(copy, "\r\n", ' ')));

	return text_visible(stripped, TEXT_PLAIN);
}

/* A writer changed what was being read: a fresh look helps. Xapian has many words for it. */
static bool is_passing(const char *text)
{
	static const char *const words[] = {"revision being read has been discarded",
		"DatabaseModified", "EOF reading block", "database has been closed", "Rev file",
		"lock"};

	for (size_t i = 0; text && i < G_N_ELEMENTS(words); i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

static int code_of(notmuch_status_t status, const char *text)
{
	switch (status) {
	case NOTMUCH_STATUS_NO_CONFIG:
	case NOTMUCH_STATUS_NO_DATABASE:
	case NOTMUCH_STATUS_FILE_ERROR:
	case NOTMUCH_STATUS_PATH_ERROR:
	case NOTMUCH_STATUS_NO_MAIL_ROOT:
		return NIXIE_NOINPUT;
	case NOTMUCH_STATUS_XAPIAN_EXCEPTION:
		return is_passing(text) ? NIXIE_BUSY : NIXIE_IO;
	case NOTMUCH_STATUS_READ_ONLY_DATABASE:
		return NIXIE_IO;
	default:
		return NIXIE_INTERNAL;
	}
}

void database_set_error(
	notmuch_database_t *database, notmuch_status_t status, const char *doing, GError **error)
{
	const char *text = database ? notmuch_database_status_string(database) : NULL;
	g_autofree char *line = one_line(text, notmuch_status_to_string(status));

	g_set_error(error, NIXIE_ERROR, code_of(status, text), "%s: %s", doing, line);
}

/* What to do about an index that cannot be opened. */
/* To libnotmuch a configuration that it cannot read is the same as none. */
static char *advice_on_config(const struct store_ref *store)
{
	const char *path = store->config ? store->config : g_getenv("NOTMUCH_CONFIG");

	if (path && *path && g_file_test(path, G_FILE_TEST_EXISTS))
		return g_strdup_printf("%s cannot be read as a notmuch configuration", path);
	return g_strdup_printf("there is no notmuch configuration%s%s; run notmuch setup, or give "
			       "--maildir=PATH",
		path && *path ? " " : "", path ? path : "");
}

static char *advice_on(notmuch_status_t status, const struct store_ref *store)
{
	switch (status) {
	case NOTMUCH_STATUS_NO_CONFIG:
		return advice_on_config(store);
	case NOTMUCH_STATUS_NO_DATABASE:
		return g_strdup("there is no index; run notmuch new, or give --maildir=PATH");
	default:
		return NULL;
	}
}

static void set_open_error(
	const struct store_ref *store, notmuch_status_t status, const char *text, GError **error)
{
	g_autofree char *line = one_line(text, notmuch_status_to_string(status));
	g_autofree char *advice = advice_on(status, store);

	g_set_error(error, NIXIE_ERROR, code_of(status, text), "cannot open the notmuch index: %s",
		advice ? advice : line);
}

notmuch_database_t *database_open(const struct store_ref *store, bool write, GError **error)
{
	notmuch_database_mode_t mode =
		write ? NOTMUCH_DATABASE_MODE_READ_WRITE : NOTMUCH_DATABASE_MODE_READ_ONLY;
	g_autofree char *path =
		store->database ? g_canonicalize_filename(store->database, NULL) : NULL;
	notmuch_database_t *database = NULL;
	notmuch_status_t status;
	char *text = NULL;

	if (write)
		alarm(DATABASE_LOCK_SECONDS);
	status = notmuch_database_open_with_config(
		path, mode, store->config, store->profile, &database, &text);
	alarm(0);
	/* After a failed open the pointer means nothing, whatever it holds. */
	if (status != NOTMUCH_STATUS_SUCCESS) {
		set_open_error(store, status, text, error);
		database = NULL;
	} else if (write && notmuch_database_needs_upgrade(database)) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_CONFIG,
			"the notmuch index is of an older format and is not changed; run notmuch "
			"new once");
		notmuch_database_destroy(database);
		database = NULL;
	}
	free(text);
	return database;
}

char *database_xapian_directory(notmuch_database_t *database)
{
	return lock_xapian_directory(notmuch_database_get_path(database));
}

bool database_flag(notmuch_database_t *database, notmuch_config_key_t key)
{
	notmuch_bool_t flag = FALSE;

	return notmuch_config_get_bool(database, key, &flag) == NOTMUCH_STATUS_SUCCESS && flag;
}

char **database_setting(notmuch_database_t *database, notmuch_config_key_t key)
{
	GPtrArray *values = g_ptr_array_new();
	notmuch_config_values_t *value = notmuch_config_get_values(database, key);

	for (; value && notmuch_config_values_valid(value);
		notmuch_config_values_move_to_next(value))
		g_ptr_array_add(values, g_strdup(notmuch_config_values_get(value)));
	notmuch_config_values_destroy(value);
	g_ptr_array_add(values, NULL);
	return (char **)g_ptr_array_free(values, FALSE);
}
