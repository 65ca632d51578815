/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdicts/lists.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "verdicts/seal.h"
#include "verdicts/sqlfile.h"

#define SCHEMA_VERSION 1
#define BUSY_MILLISECONDS 200 /* reading the index itself costs less than a long wait */
#define LISTS_MOST 4          /* the ones that were wanted last */
#define BYTES_MOST ((uint64_t)512 << 20)

enum statement { FIND, USE, GET, PUT, NOTE, STATEMENT_COUNT };

static const char *const statements[STATEMENT_COUNT] = {
	[FIND] = "SELECT number, pages, seal, used < (SELECT max(used) FROM list) FROM list"
		 " WHERE name = ? AND state = ?",
	[USE] = "UPDATE list SET used = (SELECT max(used) FROM list) + 1 WHERE number = ?",
	[GET] = "SELECT packed, seal FROM page WHERE list = ? AND number = ?",
	[PUT] = "INSERT OR REPLACE INTO page (list, number, packed, seal) VALUES (?, ?, ?, ?)",
	[NOTE] = "INSERT OR REPLACE INTO list (number, name, state, pages, seal, used)"
		 " VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(used), 0) FROM list) + 1)",
};

struct lists {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	struct sqlfile_harm harm;
	enum { NOTHING, READING, WRITING, REFUSED } open; /* transaction */
	char *name;                                       /* of the list that is read or written */
	int64_t number;                                   /* of it */
	bool is_older;                                    /* another was wanted since */
	size_t pages;                                     /* written */
	uint64_t bytes;
};

static bool create(sqlite3 *db)
{
	return sqlfile_run(db,
		"CREATE TABLE list (number INTEGER PRIMARY KEY, name TEXT UNIQUE, state TEXT,"
		" pages INTEGER, seal INTEGER, used INTEGER);"
		"CREATE TABLE page (list INTEGER, number INTEGER, packed BLOB, seal INTEGER,"
		" PRIMARY KEY (list, number));");
}

static bool ready(sqlite3 *db, void *user)
{
	struct lists *lists = user;

	lists->db = db;
	for (int i = 0; i < STATEMENT_COUNT; i++)
		if (sqlite3_prepare_v3(db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
			    &lists->statements[i], NULL))
			return false;
	return true;
}

static void clear(void *user)
{
	struct lists *lists = user;

	for (int i = 0; i < STATEMENT_COUNT; i++)
		g_clear_pointer(&lists->statements[i], sqlite3_finalize);
}

static const struct sqlfile_kind kind = {
	.ending = "-list.db",
	.version = SCHEMA_VERSION,
	.patience = BUSY_MILLISECONDS,
	.create = create,
	.ready = ready,
	.clear = clear,
};

struct lists *lists_open(const char *uuid, char **note)
{
	struct lists *lists = g_new0(struct lists, 1);

	lists->db = sqlfile_open(&kind, uuid, lists, note, NULL);
	if (lists->db)
		return lists;
	g_free(lists);
	return NULL;
}

static void end(struct lists *lists, const char *how)
{
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_reset(lists->statements[i]);
	if ((lists->open == READING || lists->open == WRITING) && !sqlfile_run(lists->db, how)) {
		sqlfile_look(lists->db, &lists->harm);
		sqlfile_run(lists->db, "ROLLBACK");
	}
	lists->open = NOTHING;
	g_clear_pointer(&lists->name, g_free);
}

void lists_close(struct lists *lists)
{
	if (!lists)
		return;
	end(lists, "ROLLBACK");
	clear(lists);
	sqlfile_close(lists->db, &lists->harm);
	g_free(lists);
}

const char *lists_harm(const struct lists *lists)
{
	return lists->harm.found ? sqlite3_db_filename(lists->db, NULL) : NULL;
}

static uint64_t seal_text(uint64_t seal, const char *text)
{
	return seal_add(seal, text, strlen(text));
}

static int64_t seal_of_list(const char *name, const char *state, size_t pages)
{
	return (int64_t)seal_number(seal_text(seal_text(0, name), state), pages);
}

static int64_t seal_of_page(const char *name, size_t number, struct span page)
{
	return (int64_t)seal_add(seal_number(seal_text(1, name), number), page.p, page.n);
}

/* --- reading */

size_t lists_find(struct lists *lists, const char *name, const char *state)
{
	sqlite3_stmt *find = lists->statements[FIND];
	size_t pages = 0;

	end(lists, "ROLLBACK");
	sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_text(find, 2, state, -1, SQLITE_STATIC);
	if (!sqlfile_run(lists->db, "BEGIN"))
		return 0;
	lists->open = READING;
	if (sqlite3_step(find) == SQLITE_ROW) {
		lists->number = sqlite3_column_int64(find, 0);
		pages = (size_t)sqlite3_column_int64(find, 1);
		lists->is_older = sqlite3_column_int(find, 3);
		if (sqlite3_column_int64(find, 2) != seal_of_list(name, state, pages)) {
			lists->harm.found = true;
			pages = 0;
		}
	} else {
		sqlfile_look(lists->db, &lists->harm);
	}
	sqlite3_reset(find);
	if (!pages) {
		end(lists, "ROLLBACK");
		return 0;
	}
	lists->name = g_strdup(name);
	return pages;
}

bool lists_page(struct lists *lists, size_t number, struct span *page)
{
	sqlite3_stmt *get = lists->statements[GET];

	sqlite3_reset(get);
	sqlite3_bind_int64(get, 1, lists->number);
	sqlite3_bind_int64(get, 2, (sqlite3_int64)number);
	if (sqlite3_step(get) == SQLITE_ROW) {
		page->p = sqlite3_column_blob(get, 0);
		page->n = (size_t)sqlite3_column_bytes(get, 0);
		if (page->p &&
			sqlite3_column_int64(get, 1) == seal_of_page(lists->name, number, *page))
			return true;
	}
	lists->harm.found = true;
	return false;
}

void lists_leave(struct lists *lists)
{
	sqlite3_stmt *use = lists->statements[USE];

	/* Where another process writes, it is not noted; that is all. */
	if (lists->open == READING && lists->is_older) {
		sqlite3_bind_int64(use, 1, lists->number);
		sqlite3_step(use);
	}
	end(lists, "COMMIT");
}

/* --- writing */

static bool begin(struct lists *lists, const char *name)
{
	end(lists, "ROLLBACK");
	lists->name = g_strdup(name);
	lists->pages = 0;
	lists->bytes = 0;
	lists->open = REFUSED;
	if (!sqlfile_run(lists->db, "BEGIN IMMEDIATE"))
		return false;
	lists->open = WRITING;
	return sqlfile_number(
		lists->db, "SELECT coalesce(max(number), 0) + 1 FROM list", NULL, &lists->number);
}

bool lists_put(struct lists *lists, const char *name, struct span page)
{
	sqlite3_stmt *put = lists->statements[PUT];
	bool done;

	if (lists->open == REFUSED && strcmp(lists->name, name) == 0)
		return false;
	if (lists->open != WRITING || strcmp(lists->name, name) != 0)
		done = begin(lists, name);
	else
		done = true;
	lists->bytes += page.n;
	if (done) {
		sqlite3_bind_int64(put, 1, lists->number);
		sqlite3_bind_int64(put, 2, (sqlite3_int64)lists->pages);
		sqlite3_bind_blob64(put, 3, page.p, page.n, SQLITE_STATIC);
		sqlite3_bind_int64(put, 4, seal_of_page(name, lists->pages, page));
		done = sqlite3_step(put) == SQLITE_DONE && lists->bytes <= BYTES_MOST;
		if (!done)
			sqlfile_look(lists->db, &lists->harm);
		sqlite3_reset(put);
		lists->pages++;
	}
	if (!done && lists->open == WRITING) {
		sqlfile_run(lists->db, "ROLLBACK");
		lists->open = REFUSED;
	}
	return done;
}

/* The list that it takes the place of, those that nobody wanted for longest, and pages of none. */
static bool forget_others(struct lists *lists)
{
	int64_t none;
	g_autofree char *old =
		g_strdup_printf("DELETE FROM list WHERE number NOT IN"
				" (SELECT number FROM list ORDER BY used DESC LIMIT %d);"
				"DELETE FROM page WHERE list != %" PRId64 " AND list NOT IN"
				" (SELECT number FROM list)",
			LISTS_MOST - 1, lists->number);

	sqlfile_number(lists->db, "DELETE FROM list WHERE name = ?", lists->name, &none);
	return sqlfile_run(lists->db, old);
}

void lists_commit(struct lists *lists, const char *state)
{
	sqlite3_stmt *note = lists->statements[NOTE];
	bool done = lists->open == WRITING && forget_others(lists);

	if (done) {
		sqlite3_bind_int64(note, 1, lists->number);
		sqlite3_bind_text(note, 2, lists->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(note, 3, state, -1, SQLITE_STATIC);
		sqlite3_bind_int64(note, 4, (sqlite3_int64)lists->pages);
		sqlite3_bind_int64(note, 5, seal_of_list(lists->name, state, lists->pages));
		done = sqlite3_step(note) == SQLITE_DONE;
	}
	end(lists, done ? "COMMIT" : "ROLLBACK");
}

void lists_drop(struct lists *lists)
{
	end(lists, "ROLLBACK");
}
