/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/indexer.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/strhash.h"
#include "base/words.h"
#include "store/database.h"
#include "store/lock.h"

#define DOING _("cannot write the index")

struct indexer {
	notmuch_database_t *database;
	notmuch_indexopts_t *options;
};

/* --- making */

/* So that `notmuch --config=DATABASE/config` works by hand. */
static bool write_config(
	const char *database, const char *mail_root, const char *path, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) why = NULL;

	g_key_file_set_string(file, "database", "path", database);
	g_key_file_set_string(file, "database", "mail_root", mail_root);
	g_key_file_set_string(file, "new", "tags", "");
	g_key_file_set_string(file, "search", "exclude_tags", "");
	g_key_file_set_boolean(file, "maildir", "synchronize_flags", FALSE);
	if (g_key_file_save_to_file(file, path, &why))
		return true;
	g_set_error(
		error, NIXIE_ERROR, NIXIE_CANTCREATE, _("cannot write %s: %s"), path, why->message);
	return false;
}

/* The same within the index, for whoever opens it without a configuration. */
static bool keep_config(notmuch_database_t *database, const char *mail_root, GError **error)
{
	const char *const pairs[][2] = {
		{"database.mail_root", mail_root}, {"maildir.synchronize_flags", "false"}};

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		notmuch_status_t status =
			notmuch_database_set_config(database, pairs[i][0], pairs[i][1]);

		if (status != NOTMUCH_STATUS_SUCCESS) {
			database_set_error(database, status, DOING, error);
			return false;
		}
	}
	return true;
}

static notmuch_database_t *create(const char *directory, const char *config, GError **error)
{
	notmuch_database_t *database = NULL;
	char *text = NULL;
	notmuch_status_t status =
		notmuch_database_create_with_config(directory, config, NULL, &database, &text);

	if (status != NOTMUCH_STATUS_SUCCESS) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE,
			_("cannot make an index in %s: %s"), directory,
			text ? g_strstrip(text) : notmuch_status_to_string(status));
		database = NULL;
	}
	free(text);
	return database;
}

static bool is_free(const char *xapian, GError **error)
{
	g_autofree char *holder = NULL;

	if (lock_probe(xapian, &holder) != LOCK_BUSY)
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_BUSY,
		_("the index is being written by %s; try again when that is done"), holder);
	return false;
}

struct indexer *indexer_open(const char *directory, const char *mail_root, GError **error)
{
	g_autofree char *config = g_build_filename(directory, "config", NULL);
	g_autofree char *xapian = lock_xapian_directory(directory);
	struct store_ref store = {directory, config, NULL};
	notmuch_database_t *database;
	struct indexer *indexer;

	if (g_mkdir_with_parents(directory, 0700) < 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE,
			_("cannot make the directory %s: %s"), directory, g_strerror(errno));
		return NULL;
	}
	if ((xapian && !is_free(xapian, error)) ||
		!write_config(directory, mail_root, config, error))
		return NULL;
	database = xapian ? database_open(&store, true, error) : create(directory, config, error);
	if (!database)
		return NULL;
	if (!xapian && !keep_config(database, mail_root, error)) {
		notmuch_database_destroy(database);
		return NULL;
	}
	indexer = g_new(struct indexer, 1);
	indexer->database = database;
	/* No gpg is started for encrypted mail. */
	indexer->options = notmuch_database_get_default_indexopts(database);
	notmuch_indexopts_set_decrypt_policy(indexer->options, NOTMUCH_DECRYPT_FALSE);
	return indexer;
}

bool indexer_close(struct indexer *indexer, GError **error)
{
	notmuch_status_t status;

	notmuch_indexopts_destroy(indexer->options);
	status = notmuch_database_close(indexer->database);
	if (status != NOTMUCH_STATUS_SUCCESS)
		database_set_error(indexer->database, status, DOING, error);
	notmuch_database_destroy(indexer->database);
	g_free(indexer);
	return status == NOTMUCH_STATUS_SUCCESS;
}

/* --- what is known */

bool indexer_exists(const char *directory)
{
	g_autofree char *xapian = lock_xapian_directory(directory);

	return xapian;
}

static void add_names(GPtrArray *paths, const char *directory, notmuch_filenames_t *names)
{
	for (; names && notmuch_filenames_valid(names); notmuch_filenames_move_to_next(names))
		g_ptr_array_add(
			paths, g_build_filename(directory, notmuch_filenames_get(names), NULL));
	if (names)
		notmuch_filenames_destroy(names);
}

/* Files of one directory into the set, its directories behind the others. */
static bool read_directory(notmuch_database_t *database, const char *path, GHashTable *files,
	GPtrArray *directories, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	notmuch_directory_t *directory = NULL;
	notmuch_status_t status = notmuch_database_get_directory(database, path, &directory);

	if (status != NOTMUCH_STATUS_SUCCESS) {
		database_set_error(database, status, _("cannot read the index"), error);
		return false;
	}
	if (!directory)
		return true;
	add_names(names, path, notmuch_directory_get_child_files(directory));
	add_names(directories, path, notmuch_directory_get_child_directories(directory));
	notmuch_directory_destroy(directory);
	for (guint i = 0; i < names->len; i++)
		g_hash_table_add(files, names->pdata[i]);
	return true;
}

GHashTable *indexer_known(const char *directory, GError **error)
{
	g_autoptr(GHashTable) files = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) directories = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *xapian = lock_xapian_directory(directory);
	struct store_ref store = {directory, "", NULL};
	notmuch_database_t *database;
	bool done = true;

	if (!xapian)
		return g_steal_pointer(&files);
	database = database_open(&store, false, error);
	if (!database)
		return NULL;
	g_ptr_array_add(
		directories, g_strdup(notmuch_config_get(database, NOTMUCH_CONFIG_MAIL_ROOT)));
	for (guint i = 0; done && i < directories->len; i++)
		done = read_directory(database, directories->pdata[i], files, directories, error);
	notmuch_database_destroy(database);
	return done ? g_steal_pointer(&files) : NULL;
}

/* --- changing */

static notmuch_status_t add_tags(notmuch_message_t *message, const char *const *tags)
{
	notmuch_status_t status = notmuch_message_freeze(message);

	for (; *tags && status == NOTMUCH_STATUS_SUCCESS; tags++)
		status = notmuch_message_add_tag(message, *tags);
	return status == NOTMUCH_STATUS_SUCCESS ? notmuch_message_thaw(message) : status;
}

bool indexer_add(struct indexer *indexer, const char *path, const char *const *tags, char **why,
	GError **error)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status =
		notmuch_database_index_file(indexer->database, path, indexer->options, &message);

	if (status == NOTMUCH_STATUS_SUCCESS)
		status = add_tags(message, tags);
	if (message)
		notmuch_message_destroy(message);
	switch (status) {
	case NOTMUCH_STATUS_SUCCESS:
	case NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID:
		return true;
	case NOTMUCH_STATUS_FILE_NOT_EMAIL:
		*why = g_strdup("it is no mail");
		return true;
	case NOTMUCH_STATUS_FILE_ERROR:
		*why = g_strdup("it cannot be read");
		return true;
	default:
		database_set_error(indexer->database, status, DOING, error);
		return false;
	}
}

bool indexer_remove(struct indexer *indexer, const char *path, GError **error)
{
	notmuch_status_t status = notmuch_database_remove_message(indexer->database, path);

	if (status == NOTMUCH_STATUS_SUCCESS || status == NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID)
		return true;
	database_set_error(indexer->database, status, DOING, error);
	return false;
}
