/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/database.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"
#include "store/lock.h"

/* libnotmuch's own words, on one line, safe to show. */
static char *one_line(const char *text, const char *fallback)
{
	g_autofree char *copy = g_strdup(text && *text ? text : fallback);
	g_auto(GStrv) words =
		g_strsplit_set(g_str_has_prefix(copy, "Error: ") ? copy + 7 : copy, " \t\r\n", -1);
	GString *line = g_string_new(NULL);
	char *visible;

	for (char **word = words; *word; word++)
		if (**word)
			g_string_append_printf(line, "%s%s", line->len ? " " : "", *word);
	if (line->len && line->str[line->len - 1] == '.') /* more follows */
		g_string_truncate(line, line->len - 1);
	visible = text_visible(line->str, TEXT_PLAIN);
	g_string_free(line, TRUE);
	return visible;
}

#define REBUILD \
	N_("the index is damaged; save its tags with notmuch dump, if that still works, move " \
	   ".notmuch/xapian away, and run notmuch new and notmuch restore")
#define REPEAT N_("it was changed while it was read; try again")
#define LOCKED N_("another process is writing to it; try again")
#define ANY ((notmuch_status_t)-1)

/* An index that is opened for reading is looked at again after 10, 20, 40 ms. */
#define LOOKS_AGAIN 3
#define LOOK_AGAIN_US 10000

/*
 * What its words come to, and what to do then; the first row that fits. Xapian has many words for
 * a writer that changed what was being read: there a fresh look helps. Some of them are those for a
 * damaged index ("Expected block 27 to be level 1", when it is opened, too): that it is, is true
 * only when it stays so.
 */
struct meaning {
	notmuch_status_t status;
	const char *words;
	int code;
	const char *advice; /* NULL: the words say it; with NIXIE_BUSY it says all */
};

static const struct meaning meanings[] = {
	{ANY, "Error writing block", NIXIE_IO,
		N_("the disk is full or broken; make room and try again")},
	{ANY, "revision being read has been discarded", NIXIE_BUSY, REPEAT},
	{ANY, "DatabaseModified", NIXIE_BUSY, REPEAT},
	{ANY, "EOF reading block", NIXIE_BUSY, REPEAT},
	{ANY, "database has been closed", NIXIE_BUSY, REPEAT},
	{ANY, "Rev file", NIXIE_BUSY, REPEAT},
	{ANY, "already locked", NIXIE_BUSY, LOCKED},
	{NOTMUCH_STATUS_READ_ONLY_DATABASE, "", NIXIE_IO, NULL},
	{NOTMUCH_STATUS_FILE_ERROR, "", NIXIE_NOINPUT, NULL},
	{NOTMUCH_STATUS_PATH_ERROR, "", NIXIE_NOINPUT, NULL},
	{NOTMUCH_STATUS_XAPIAN_EXCEPTION, "", NIXIE_IO, NULL},
	{ANY, "", NIXIE_INTERNAL, NULL},
};

static const struct meaning open_meanings[] = {
	{ANY, "revision being read has been discarded", NIXIE_BUSY, REPEAT},
	{ANY, "DatabaseModified", NIXIE_BUSY, REPEAT},
	{ANY, "already locked", NIXIE_BUSY, LOCKED},
	{ANY, "requires features", NIXIE_CONFIG,
		N_("a newer notmuch made it; nixie needs the libnotmuch of that version")},
	{ANY, "database format version", NIXIE_CONFIG,
		N_("a newer notmuch made it; nixie needs the libnotmuch of that version")},
	{ANY, "Permission denied", NIXIE_NOINPUT, N_("it is not yours to read")},
	{ANY, "Couldn't stat", NIXIE_NOINPUT,
		N_("there is no index; run notmuch new, or give --maildir=PATH")},
	{ANY, "No such file or directory", NIXIE_NOINPUT,
		N_("there is no index; run notmuch new, or give --maildir=PATH")},
	{NOTMUCH_STATUS_NO_DATABASE, "", NIXIE_NOINPUT,
		N_("there is no index; run notmuch new, or give --maildir=PATH")},
	{NOTMUCH_STATUS_XAPIAN_EXCEPTION, "", NIXIE_IO, REBUILD},
	{ANY, "Xapian database", NIXIE_IO, REBUILD},
	{NOTMUCH_STATUS_NO_CONFIG, "", NIXIE_NOINPUT, NULL},
	{NOTMUCH_STATUS_NO_MAIL_ROOT, "", NIXIE_NOINPUT, NULL},
	{NOTMUCH_STATUS_FILE_ERROR, "", NIXIE_NOINPUT, NULL},
	{NOTMUCH_STATUS_PATH_ERROR, "", NIXIE_NOINPUT,
		N_("notmuch wants HOME to be set, and paths that begin with /")},
	{ANY, "", NIXIE_INTERNAL, NULL},
};

static const struct meaning *meaning_of(
	const struct meaning *meaning, notmuch_status_t status, const char *text)
{
	for (;; meaning++)
		if ((meaning->status == ANY || meaning->status == status) &&
			strstr(text, meaning->words))
			return meaning;
}

static void set_meant(
	GError **error, const char *doing, const char *line, const struct meaning *meaning)
{
	bool all = meaning->code == NIXIE_BUSY;

	g_set_error(error, NIXIE_ERROR, meaning->code, "%s: %s%s%s", doing, all ? "" : line,
		all || !meaning->advice ? "" : "; ", meaning->advice ? _(meaning->advice) : "");
}

void database_set_error(
	notmuch_database_t *database, notmuch_status_t status, const char *doing, GError **error)
{
	const char *text = database ? notmuch_database_status_string(database) : NULL;
	g_autofree char *line = one_line(text, notmuch_status_to_string(status));
	const struct meaning *meaning = meaning_of(meanings, status, line);

	set_meant(error, doing, line, meaning);
}

/* To libnotmuch a configuration that it cannot read is the same as none. */
static char *advice_on_config(const struct store_ref *store)
{
	const char *path = store->config ? store->config : g_getenv("NOTMUCH_CONFIG");

	if (path && *path && g_file_test(path, G_FILE_TEST_EXISTS))
		return g_strdup_printf(_("%s cannot be read as a notmuch configuration; mend it "
					 "(notmuch-config(1))"),
			path);
	return g_strdup_printf(
		_("there is no notmuch configuration%s%s; run notmuch setup, or give "
		  "--maildir=PATH"),
		path && *path ? " " : "", path ? path : "");
}

/* Xapian says what it cannot look at, but not why. */
static char *with_reason(char *line)
{
	const char *quote = strstr(line, "Couldn't stat '");
	g_autofree char *path = quote ? g_strdup(quote + strlen("Couldn't stat '")) : NULL;
	char *end = path ? strrchr(path, '\'') : NULL;
	char *whole;

	if (!end)
		return line;
	*end = '\0';
	if (access(path, F_OK) == 0)
		return line;
	whole = g_strdup_printf("%s: %s", line, g_strerror(errno));
	g_free(line);
	return whole;
}

static void set_open_error(
	const struct store_ref *store, notmuch_status_t status, const char *text, GError **error)
{
	g_autofree char *line =
		status == NOTMUCH_STATUS_NO_CONFIG
			? advice_on_config(store)
			: with_reason(one_line(text, notmuch_status_to_string(status)));
	const struct meaning *meaning = meaning_of(open_meanings, status, line);

	set_meant(error, _("cannot open the notmuch index"), line, meaning);
}

static notmuch_database_t *open_once(const struct store_ref *store, bool write, GError **error)
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
			_("the notmuch index is of an older format and is not changed; run notmuch "
			  "new once"));
		notmuch_database_destroy(database);
		database = NULL;
	}
	free(text);
	return database;
}

/* What a writer beside us may have caused. */
static bool may_pass(const GError *why)
{
	return g_error_matches(why, NIXIE_ERROR, NIXIE_BUSY) ||
	       g_error_matches(why, NIXIE_ERROR, NIXIE_IO);
}

notmuch_database_t *database_open(const struct store_ref *store, bool write, GError **error)
{
	notmuch_database_t *database = NULL;
	GError *why = NULL;

	for (unsigned n = 0;; n++) {
		database = open_once(store, write, &why);
		if (database || write || n == LOOKS_AGAIN || !may_pass(why))
			break;
		g_clear_error(&why);
		g_usleep((gulong)LOOK_AGAIN_US << n);
	}
	if (why)
		g_propagate_error(error, why);
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
