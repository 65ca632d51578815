/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdicts/known.h"

#include <inttypes.h>
#include <string.h>

#include "verdicts/seal.h"
#include "verdicts/sqlfile.h"

#define SCHEMA_VERSION 2
#define BUSY_MILLISECONDS 200 /* asking the index itself costs less than a long wait */
#define PACKED_MAX ((size_t)1 << 20)

enum statement { GET, PUT, DROP, NEXT, STATEMENT_COUNT };

static const char *const statements[STATEMENT_COUNT] = {
	[GET] = "SELECT packed, seal FROM message WHERE id = ?",
	[PUT] = "INSERT OR REPLACE INTO message (id, packed, seal) VALUES (?, ?, ?)",
	[DROP] = "DELETE FROM message WHERE id = ?",
	[NEXT] = "SELECT id FROM message WHERE id > ? ORDER BY id LIMIT ?",
};

struct known {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	char *form;
	int64_t revision;
	struct sqlfile_harm harm;
	enum { NOTHING, READING, WRITING } open; /* transaction */
	bool passed; /* the file is at another revision by now: nothing more is kept */
};

static bool create(sqlite3 *db)
{
	return sqlfile_run(db,
		"CREATE TABLE about (revision INTEGER, form TEXT, seal INTEGER, swept BLOB);"
		"INSERT INTO about VALUES (0, '', 0, x'');"
		"CREATE TABLE message (id BLOB PRIMARY KEY, packed BLOB, seal INTEGER)"
		" WITHOUT ROWID;");
}

static bool read_revision(struct known *known, int64_t *revision)
{
	return sqlfile_number(known->db, "SELECT revision FROM about", NULL, revision);
}

static int64_t seal_of(const struct known *known, const char *what, const void *bytes, size_t n)
{
	uint64_t seal = seal_add(0, known->form, strlen(known->form));

	return (int64_t)seal_add(seal_add(seal, what, strlen(what)), bytes, n);
}

static int64_t seal_of_revision(const struct known *known, int64_t revision)
{
	return seal_of(known, "revision", &revision, sizeof revision);
}

static bool note_revision(const struct known *known, int64_t revision)
{
	g_autofree char *sql = g_strdup_printf("UPDATE about SET form = ?, revision = %" PRId64
					       ", seal = %" PRId64,
		revision, seal_of_revision(known, revision));
	int64_t none;

	sqlfile_number(known->db, sql, known->form, &none);
	return sqlite3_errcode(known->db) == SQLITE_OK;
}

/* Bytes of another form are of no use; false when the note is not what was written. */
static bool settle_form(struct known *known)
{
	int64_t same, seal;

	if (!sqlfile_number(known->db, "SELECT form = ? FROM about", known->form, &same))
		return false;
	if (same)
		return read_revision(known, &known->revision) &&
		       sqlfile_number(known->db, "SELECT seal FROM about", NULL, &seal) &&
		       seal == seal_of_revision(known, known->revision);
	return sqlfile_run(known->db, "BEGIN IMMEDIATE; DELETE FROM message") &&
	       note_revision(known, 0) && sqlfile_run(known->db, "COMMIT");
}

static bool ready(sqlite3 *db, void *user)
{
	struct known *known = user;

	known->db = db;
	return sqlfile_prepare(db, statements, known->statements, STATEMENT_COUNT) &&
	       settle_form(known);
}

static void clear(void *user)
{
	struct known *known = user;

	sqlfile_finalize(known->statements, STATEMENT_COUNT);
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

	known->form = g_strdup(form);
	known->db = sqlfile_open(&kind, uuid, known, NULL, NULL);
	if (known->db)
		return known;
	g_free(known->form);
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
	sqlfile_close(known->db, &known->harm);
	g_free(known->form);
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

static bool step(struct known *known, sqlite3_stmt *statement)
{
	bool done = sqlite3_step(statement) == SQLITE_DONE;

	if (!done)
		sqlfile_look(known->db, &known->harm);
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
		if (!step(known, known->statements[DROP]))
			return false;
	}
	return true;
}

bool known_move(struct known *known, uint64_t revision, const char *const *ids)
{
	if (!begin(known))
		return false;
	known->open = NOTHING;
	if (!drop(known, ids) || !note_revision(known, (int64_t)revision) ||
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
	const void *bytes;

	/* Many lookups in one transaction take and leave the file's locks once. */
	if (known->open == NOTHING && sqlfile_run(known->db, "BEGIN"))
		known->open = READING;
	sqlite3_reset(get);
	bind_id(get, id);
	if (sqlite3_step(get) != SQLITE_ROW) {
		sqlfile_look(known->db, &known->harm);
		return NULL;
	}
	bytes = sqlite3_column_blob(get, 0);
	*n = (size_t)sqlite3_column_bytes(get, 0);
	if (bytes && sqlite3_column_int64(get, 1) == seal_of(known, id, bytes, *n))
		return bytes;
	known->harm.found = true;
	return NULL;
}

void known_put(struct known *known, const char *id, const void *bytes, size_t n)
{
	sqlite3_stmt *put = known->statements[PUT];

	if (n > PACKED_MAX || !begin(known))
		return;
	bind_id(put, id);
	sqlite3_bind_blob64(put, 2, bytes, n, SQLITE_STATIC);
	sqlite3_bind_int64(put, 3, seal_of(known, id, bytes, n));
	step(known, put);
}

/* The ids behind the one that was looked at last. g_ptr_array_unref. */
static GPtrArray *next_ids(struct known *known, unsigned most)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *last = NULL, *next = known->statements[NEXT];

	if (sqlite3_prepare_v2(known->db, "SELECT swept FROM about", -1, &last, NULL) ==
			SQLITE_OK &&
		sqlite3_step(last) == SQLITE_ROW) {
		sqlite3_bind_value(next, 1, sqlite3_column_value(last, 0));
		sqlite3_bind_int64(next, 2, most);
		while (sqlite3_step(next) == SQLITE_ROW)
			g_ptr_array_add(ids, g_strndup(sqlite3_column_blob(next, 0),
						     (gsize)sqlite3_column_bytes(next, 0)));
		sqlite3_reset(next);
	}
	sqlite3_finalize(last);
	return ids;
}

void known_sweep(struct known *known, unsigned most, known_is_there *is_there, void *user)
{
	g_autoptr(GPtrArray) ids = NULL;
	sqlite3_stmt *swept = NULL;
	const char *last;

	if (!begin(known))
		return;
	ids = next_ids(known, most);
	last = ids->len == most ? ids->pdata[most - 1] : ""; /* from the start again */
	for (guint i = 0; i < ids->len; i++) {
		const char *const gone[] = {ids->pdata[i], NULL};

		if (!is_there(user, ids->pdata[i]))
			drop(known, gone);
	}
	if (sqlite3_prepare_v2(known->db, "UPDATE about SET swept = ?", -1, &swept, NULL) ==
		SQLITE_OK) {
		bind_id(swept, last);
		step(known, swept);
	}
	sqlite3_finalize(swept);
	known_commit(known);
}
