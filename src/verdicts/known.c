/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdicts/known.h"

#include <string.h>

#include "verdicts/sqlfile.h"

#define SCHEMA_VERSION 1
#define BUSY_MILLISECONDS 200 /* asking the index itself costs less than a long wait */
#define PACKED_MAX ((size_t)1 << 20)

enum statement { GET, PUT, DROP, STATEMENT_COUNT };

static const char *const statements[STATEMENT_COUNT] = {
	[GET] = "SELECT packed FROM message WHERE id = ?",
	[PUT] = "INSERT OR REPLACE INTO message (id, packed) VALUES (?, ?)",
	[DROP] = "DELETE FROM message WHERE id = ?",
};

struct known {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	const char *form; /* while it is opened */
	int64_t revision;
	enum { NOTHING, READING, WRITING } open; /* transaction */
	bool passed; /* the file is at another revision by now: nothing more is kept */
};

static bool create(sqlite3 *db)
{
	return sqlfile_run(db,
		"CREATE TABLE about (revision INTEGER, form TEXT);"
		"INSERT INTO about VALUES (0, '');"
		"CREATE TABLE message (id BLOB PRIMARY KEY, packed BLOB) WITHOUT ROWID;");
}

static bool read_revision(struct known *known, int64_t *revision)
{
	return sqlfile_number(known->db, "SELECT revision FROM about", NULL, revision);
}

/* Bytes of another form are of no use. */
static bool settle_form(struct known *known)
{
	int64_t same, none;

	if (!sqlfile_number(known->db, "SELECT form = ? FROM about", known->form, &same))
		return false;
	if (same)
		return true;
	if (!sqlfile_run(known->db,
		    "BEGIN IMMEDIATE; DELETE FROM message; UPDATE about SET revision = 0"))
		return false;
	sqlfile_number(known->db, "UPDATE about SET form = ?", known->form, &none);
	return sqlfile_run(known->db, "COMMIT");
}

static bool ready(sqlite3 *db, void *user)
{
	struct known *known = user;

	known->db = db;
	for (int i = 0; i < STATEMENT_COUNT; i++)
		if (sqlite3_prepare_v3(db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
			    &known->statements[i], NULL))
			return false;
	return settle_form(known) && read_revision(known, &known->revision);
}

static void clear(void *user)
{
	struct known *known = user;

	for (int i = 0; i < STATEMENT_COUNT; i++)
		g_clear_pointer(&known->statements[i], sqlite3_finalize);
}

static const struct sqlfile_kind kind = {
	.ending = "-index.db",
	.version = SCHEMA_VERSION,
	.patience = BUSY_MILLISECONDS,
	.create = create,
	.ready = ready,
	.clear = clear,
};

struct known *known_open(const char *uuid, const char *form)
{
	struct known *known = g_new0(struct known, 1);

	known->form = form;
	known->db = sqlfile_open(&kind, uuid, known, NULL, NULL);
	known->form = NULL;
	if (known->db)
		return known;
	g_free(known);
	return NULL;
}

void known_commit(struct known *known)
{
	sqlite3_reset(known->statements[GET]);
	if (known->open != NOTHING && !sqlfile_run(known->db, "COMMIT"))
		sqlfile_run(known->db, "ROLLBACK");
	known->open = NOTHING;
}

void known_close(struct known *known)
{
	if (!known)
		return;
	known_commit(known);
	clear(known);
	sqlite3_close(known->db);
	g_free(known);
}

uint64_t known_revision(const struct known *known)
{
	return (uint64_t)known->revision;
}

/* Message-IDs may hold any byte, so they are blobs. */
static void bind_id(sqlite3_stmt *statement, const char *id)
{
	sqlite3_bind_blob64(statement, 1, id, strlen(id), SQLITE_STATIC);
}

static bool step(sqlite3_stmt *statement)
{
	bool done = sqlite3_step(statement) == SQLITE_DONE;

	sqlite3_reset(statement);
	return done;
}

/* Begins to write, if the file is at our revision. */
static bool begin(struct known *known)
{
	int64_t revision;

	if (known->passed)
		return false;
	if (known->open == WRITING)
		return true;
	known_commit(known);
	if (!sqlfile_run(known->db, "BEGIN IMMEDIATE"))
		return false;
	known->open = WRITING;
	if (read_revision(known, &revision) && revision == known->revision)
		return true;
	known->passed = true;
	known_commit(known);
	return false;
}

static bool drop(struct known *known, const char *const *ids)
{
	if (!ids)
		return sqlfile_run(known->db, "DELETE FROM message");
	for (; *ids; ids++) {
		bind_id(known->statements[DROP], *ids);
		if (!step(known->statements[DROP]))
			return false;
	}
	return true;
}

bool known_move(struct known *known, uint64_t revision, const char *const *ids)
{
	g_autofree char *note = g_strdup_printf(
		"UPDATE about SET revision = %" G_GUINT64_FORMAT, (guint64)revision);

	if (!begin(known))
		return false;
	known->open = NOTHING;
	if (!drop(known, ids) || !sqlfile_run(known->db, note) ||
		!sqlfile_run(known->db, "COMMIT")) {
		sqlfile_run(known->db, "ROLLBACK");
		return false;
	}
	known->revision = (int64_t)revision;
	return true;
}

const void *known_get(struct known *known, const char *id, size_t *n)
{
	sqlite3_stmt *get = known->statements[GET];

	/* Many lookups in one transaction take and leave the file's locks once. */
	if (known->open == NOTHING && sqlfile_run(known->db, "BEGIN"))
		known->open = READING;
	sqlite3_reset(get);
	bind_id(get, id);
	if (sqlite3_step(get) != SQLITE_ROW)
		return NULL;
	*n = (size_t)sqlite3_column_bytes(get, 0);
	return sqlite3_column_blob(get, 0);
}

void known_put(struct known *known, const char *id, const void *bytes, size_t n)
{
	sqlite3_stmt *put = known->statements[PUT];

	if (n > PACKED_MAX || !begin(known))
		return;
	bind_id(put, id);
	sqlite3_bind_blob64(put, 2, bytes, n, SQLITE_STATIC);
	step(put);
}
