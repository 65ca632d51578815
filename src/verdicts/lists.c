/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdicts/lists.h"

#include <glib.h>
#include <string.h>

#include "verdicts/seal.h"
#include "verdicts/sqlfile.h"

#define SCHEMA_VERSION 2
#define BUSY_MILLISECONDS 200 /* reading the index itself costs less than a long wait */
/* The ones that were wanted last, as many as have room. */
#define LISTS_MOST "4"
#define BYTES_MOST "536870912"

enum statement { STATE, FIND, USE, GET, PUT, NOTE, FORGET, STATEMENT_COUNT };

static const char *const statements[STATEMENT_COUNT] = {
	[STATE] = "SELECT state FROM list WHERE name = ?",
	[FIND] = "SELECT number, pages, seal, used < (SELECT max(used) FROM list), first, bytes"
		 " FROM list WHERE name = ? AND state = ?",
	[USE] = "UPDATE list SET used = (SELECT max(used) FROM list) + 1 WHERE number = ?",
	[GET] = "SELECT packed, seal FROM page WHERE list = ? AND number = ?",
	[PUT] = "INSERT OR REPLACE INTO page (list, number, packed, seal) VALUES (?, ?, ?, ?)",
	[NOTE] =
		"INSERT OR REPLACE INTO list (number, name, state, pages, first, bytes, seal, used)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(used), 0) FROM list) + 1)",
	[FORGET] = "DELETE FROM list WHERE number IN (SELECT number FROM (SELECT number,"
		   " row_number() OVER latest AS place, sum(bytes) OVER latest AS sum FROM list"
		   " WINDOW latest AS (ORDER BY used DESC))"
		   " WHERE place > " LISTS_MOST " OR sum > " BYTES_MOST ")",
};

struct lists {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	struct sqlfile_harm harm;
	enum { NOTHING, READING, WRITING, REFUSED } open; /* transaction */
	char *name;                                       /* of the list that is read or written */
	int64_t number;                                   /* of it */
	bool is_older;                                    /* another was wanted since */
	bool adds;           /* what is written, to a list that is there */
	size_t pages, first; /* all of them; those that it began with, without what was added */
	int64_t bytes;
};

static bool create(sqlite3 *db)
{
	return sqlfile_run(db,
		"CREATE TABLE list (number INTEGER PRIMARY KEY, name TEXT UNIQUE, state TEXT,"
		" pages INTEGER, first INTEGER, bytes INTEGER, seal INTEGER, used INTEGER);"
		"CREATE TABLE page (list INTEGER, number INTEGER, packed BLOB, seal INTEGER,"
		" PRIMARY KEY (list, number));");
}

static bool ready(sqlite3 *db, void *user)
{
	struct lists *lists = user;

	lists->db = db;
	return sqlfile_prepare(db, statements, lists->statements, STATEMENT_COUNT);
}

static void clear(void *user)
{
	struct lists *lists = user;

	sqlfile_finalize(lists->statements, STATEMENT_COUNT);
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

static int64_t seal_of_list(const char *name, const char *state, size_t pages, size_t first)
{
	return (int64_t)seal_number(
		seal_number(seal_text(seal_text(0, name), state), pages), first);
}

static int64_t seal_of_page(const char *name, size_t number, struct span page)
{
	return (int64_t)seal_add(seal_number(seal_text(1, name), number), page.p, page.n);
}

/* --- reading */

char *lists_state(struct lists *lists, const char *name)
{
	sqlite3_stmt *get = lists->statements[STATE];
	char *state = NULL;

	end(lists, "ROLLBACK");
	sqlite3_bind_text(get, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_step(get) == SQLITE_ROW)
		state = g_strdup((const char *)sqlite3_column_text(get, 0));
	else
		sqlfile_look(lists->db, &lists->harm);
	sqlite3_reset(get);
	return state;
}

/* In a transaction that is open. False: there is no such list. */
static bool find(struct lists *lists, const char *name, const char *state)
{
	sqlite3_stmt *find = lists->statements[FIND];
	bool found;

	sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_text(find, 2, state, -1, SQLITE_STATIC);
	found = sqlite3_step(find) == SQLITE_ROW;
	if (found) {
		lists->number = sqlite3_column_int64(find, 0);
		lists->pages = (size_t)sqlite3_column_int64(find, 1);
		lists->is_older = sqlite3_column_int(find, 3);
		lists->first = (size_t)sqlite3_column_int64(find, 4);
		lists->bytes = sqlite3_column_int64(find, 5);
		found = sqlite3_column_int64(find, 2) ==
			seal_of_list(name, state, lists->pages, lists->first);
		lists->harm.found |= !found;
	} else {
		sqlfile_look(lists->db, &lists->harm);
	}
	sqlite3_reset(find);
	return found && lists->pages;
}

size_t lists_find(struct lists *lists, const char *name, const char *state)
{
	end(lists, "ROLLBACK");
	if (!sqlfile_run(lists->db, "BEGIN"))
		return 0;
	lists->open = READING;
	if (!find(lists, name, state)) {
		end(lists, "ROLLBACK");
		return 0;
	}
	lists->name = g_strdup(name);
	return lists->pages;
}

/* What was added last goes first. */
static size_t number_of_page(const struct lists *lists, size_t place)
{
	size_t added = lists->pages - lists->first;

	return place < added ? lists->pages - 1 - place : place - added;
}

bool lists_page(struct lists *lists, size_t place, struct span *page)
{
	sqlite3_stmt *get = lists->statements[GET];
	size_t number = number_of_page(lists, place);

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

void lists_distrust(struct lists *lists)
{
	lists->harm.found = true;
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

static bool begin(struct lists *lists, const char *name, const char *onto)
{
	end(lists, "ROLLBACK");
	lists->name = g_strdup(name);
	lists->pages = lists->first = 0;
	lists->bytes = 0;
	lists->open = REFUSED;
	if (!sqlfile_run(lists->db, "BEGIN IMMEDIATE"))
		return false;
	lists->open = WRITING;
	lists->adds = onto != NULL;
	if (onto)
		return find(lists, name, onto);
	return sqlfile_number(
		lists->db, "SELECT coalesce(max(number), 0) + 1 FROM list", NULL, &lists->number);
}

static bool put(struct lists *lists, struct span page)
{
	sqlite3_stmt *put = lists->statements[PUT];
	bool done;

	sqlite3_bind_int64(put, 1, lists->number);
	sqlite3_bind_int64(put, 2, (sqlite3_int64)lists->pages);
	sqlite3_bind_blob64(put, 3, page.p, page.n, SQLITE_STATIC);
	sqlite3_bind_int64(put, 4, seal_of_page(lists->name, lists->pages, page));
	done = sqlite3_step(put) == SQLITE_DONE;
	if (!done)
		sqlfile_look(lists->db, &lists->harm);
	sqlite3_reset(put);
	lists->pages++;
	lists->bytes += (int64_t)page.n;
	return done;
}

bool lists_put(struct lists *lists, const char *name, const char *onto, struct span page)
{
	bool goes_on = lists->name && strcmp(lists->name, name) == 0;
	bool done;

	if (goes_on && lists->open == REFUSED)
		return false;
	done = (goes_on && lists->open == WRITING) || begin(lists, name, onto);
	done = done && put(lists, page);
	if (!done && lists->open == WRITING) {
		sqlfile_run(lists->db, "ROLLBACK");
		lists->open = REFUSED;
	}
	return done;
}

static bool note(struct lists *lists, const char *state)
{
	sqlite3_stmt *note = lists->statements[NOTE];

	if (!lists->adds)
		lists->first = lists->pages;
	sqlite3_bind_int64(note, 1, lists->number);
	sqlite3_bind_text(note, 2, lists->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(note, 3, state, -1, SQLITE_STATIC);
	sqlite3_bind_int64(note, 4, (sqlite3_int64)lists->pages);
	sqlite3_bind_int64(note, 5, (sqlite3_int64)lists->first);
	sqlite3_bind_int64(note, 6, lists->bytes);
	sqlite3_bind_int64(note, 7, seal_of_list(lists->name, state, lists->pages, lists->first));
	return sqlite3_step(note) == SQLITE_DONE;
}

/* The list that it takes the place of went with the note. */
void lists_commit(struct lists *lists, const char *state)
{
	bool done = lists->open == WRITING && note(lists, state) &&
		    sqlite3_step(lists->statements[FORGET]) == SQLITE_DONE &&
		    sqlfile_run(lists->db,
			    "DELETE FROM page WHERE list NOT IN (SELECT number FROM list)");

	end(lists, done ? "COMMIT" : "ROLLBACK");
}

void lists_drop(struct lists *lists)
{
	end(lists, "ROLLBACK");
}
