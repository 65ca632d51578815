/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdicts/sqlfile.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"

/* Read where it lies in the system's cache. Whoever cuts the file meanwhile ends a child. */
#define MAPPED "PRAGMA mmap_size = 1073741824;"
/* Large pages are fewer to write; keys that come in any order stay where they can be changed. */
#define PAGES "PRAGMA page_size = 16384; PRAGMA cache_size = -8192;"

bool sqlfile_run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

bool sqlfile_number(sqlite3 *db, const char *sql, const char *text, int64_t *number)
{
	sqlite3_stmt *statement = NULL;
	bool found = false;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK) {
		if (text)
			sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
		found = sqlite3_step(statement) == SQLITE_ROW;
		if (found)
			*number = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return found;
}

bool sqlfile_prepare(sqlite3 *db, const char *const *texts, sqlite3_stmt **statements, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sqlite3_prepare_v3(
			    db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &statements[i], NULL))
			return false;
	return true;
}

void sqlfile_finalize(sqlite3_stmt **statements, size_t n)
{
	for (size_t i = 0; i < n; i++)
		g_clear_pointer(&statements[i], sqlite3_finalize);
}

/* In a transaction that is open; ends it. */
static bool create(const struct sqlfile_kind *kind, sqlite3 *db)
{
	g_autofree char *version = g_strdup_printf("PRAGMA user_version = %d", kind->version);

	return sqlfile_run(db, version) && kind->create(db) && sqlfile_run(db, "COMMIT");
}

/* The tables are made by one of two that open a new file at once. */
static bool settle_version(const struct sqlfile_kind *kind, sqlite3 *db, int64_t *version)
{
	if (!sqlfile_number(db, "PRAGMA user_version", NULL, version))
		return false;
	if (*version)
		return true;
	if (!sqlfile_run(db, "BEGIN IMMEDIATE") ||
		!sqlfile_number(db, "PRAGMA user_version", NULL, version))
		return false;
	if (*version)
		return sqlfile_run(db, "COMMIT");
	*version = kind->version;
	return create(kind, db);
}

enum opening { OPENED, OTHER_VERSION, BROKEN, LOCKED };

/* `why`: in SQLite's words, where it could not be opened. */
static enum opening open_file(const struct sqlfile_kind *kind, const char *path, void *user,
	sqlite3 **opened, const char **why)
{
	enum opening result = BROKEN;
	int64_t version = -1;
	sqlite3 *db = NULL;
	int code;

	*opened = NULL;
	if (sqlite3_open_v2(path, &db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL))
		goto failed;
	g_chmod(path, 0600);
	sqlite3_busy_timeout(db, kind->patience);
	if (!sqlfile_run(db, PAGES "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" MAPPED) ||
		!settle_version(kind, db, &version))
		goto failed;
	if (version != kind->version) {
		result = OTHER_VERSION;
		goto failed;
	}
	if (!kind->ready(db, user))
		goto failed;
	*opened = db;
	return OPENED;
failed:
	code = sqlite3_errcode(db);
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		result = LOCKED;
	*why = sqlite3_errstr(code ? code : SQLITE_CANTOPEN);
	kind->clear(user);
	sqlite3_close(db);
	return result;
}

static void remove_file(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *file = g_strconcat(path, ends[i], NULL);

		g_unlink(file);
	}
}

void sqlfile_look(sqlite3 *db, struct sqlfile_harm *harm)
{
	int code = sqlite3_errcode(db);

	harm->found |= code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR;
}

void sqlfile_close(sqlite3 *db, const struct sqlfile_harm *harm)
{
	g_autofree char *path = harm->found ? g_strdup(sqlite3_db_filename(db, NULL)) : NULL;

	sqlite3_close(db);
	if (path)
		remove_file(path);
}

/*
 * The file of an index. SQLITE_OPEN_NOFOLLOW refuses a link anywhere in the path, and a home or its
 * .cache may well be one; only the file itself must be none. NULL with error. g_free.
 */
static char *find_path(const char *uuid, const char *ending, GError **error)
{
	g_autofree char *name = g_strconcat(uuid, ending, NULL);
	g_autofree char *wanted = file_home_path(FILE_CACHE, name, error);
	g_autofree char *directory = wanted ? g_path_get_dirname(wanted) : NULL;
	char *real = directory ? realpath(directory, NULL) : NULL, *path;

	if (!real) {
		if (directory)
			g_set_error(error, NIXIE_ERROR, NIXIE_IO,
				_("the cache %s cannot be used: %s"), wanted, g_strerror(errno));
		return NULL;
	}
	path = g_build_filename(real, name, NULL);
	free(real);
	return path;
}

sqlite3 *sqlfile_open(
	const struct sqlfile_kind *kind, const char *uuid, void *user, char **note, GError **error)
{
	g_autofree char *path = find_path(uuid, kind->ending, error);
	const char *why = NULL;
	enum opening opening;
	sqlite3 *db;

	if (!path)
		return NULL;
	opening = open_file(kind, path, user, &db, &why);
	if (opening == BROKEN || opening == OTHER_VERSION) {
		if (note)
			*note = g_strdup_printf(
				opening == BROKEN
					? _("the cache %s was broken and is made anew")
					: _("the cache %s was of another version and is made anew"),
				path);
		remove_file(path);
		opening = open_file(kind, path, user, &db, &why);
	}
	if (opening == LOCKED)
		g_set_error(error, NIXIE_ERROR, NIXIE_IO,
			_("the cache %s cannot be used: another process holds it"), path);
	else if (opening != OPENED)
		g_set_error(error, NIXIE_ERROR, NIXIE_IO, _("the cache %s cannot be used: %s"),
			path, why);
	return db;
}
