/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdicts/cache.h"

#include <inttypes.h>

#include "base/words.h"
#include "verdicts/seal.h"
#include "verdicts/sqlfile.h"

#define SCHEMA_VERSION 4
#define PACKED_MAX ((gsize)16 << 20) /* a larger report is extracted anew each time */
#define BUSY_MILLISECONDS 2000
#define UNUSED_DAYS 60 /* facts of a rule set that nobody asked for so long go */

enum statement { GET, PUT_KEY, PUT_BODY, STATEMENT_COUNT };

static const char *const sql_of[STATEMENT_COUNT] = {
	[GET] = "SELECT size, mtime, packed, seal FROM known JOIN body ON body.number = known.body"
		" WHERE rules = ? AND name = ?",
	[PUT_KEY] = "INSERT OR IGNORE INTO known (rules, name, size, mtime, body)"
		    " VALUES (?, ?, ?, ?, ?)",
	[PUT_BODY] = "INSERT OR REPLACE INTO body (number, packed, seal) VALUES (?, ?, ?)",
};

struct verdicts {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	char *basis;    /* what the facts rest on */
	int64_t rules;  /* row of the rule set */
	bool is_blank;  /* nothing is known under it, in the transaction that is open */
	int64_t bodies; /* the last one, while writing */
	struct sqlfile_harm harm;
	enum { NOTHING, READING, WRITING } open; /* transaction */
};

/* --- keys */

/* The base name without Maildir flags, which readers of mail change at will. */
static struct span base_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path,
		   *flags = strstr(base, ":2,");

	return flags ? span_make(base, flags) : span_of(base);
}

/* --- SQL */

/*
 * Keys lie together, for they are looked for in any order, and are short: a sum stands for the
 * names, which the seal of the body knows. Bodies lie behind each other, as they come.
 */
static bool create(sqlite3 *db)
{
	return sqlfile_run(db,
		"CREATE TABLE rules (number INTEGER PRIMARY KEY, name TEXT UNIQUE, used INTEGER);"
		"CREATE TABLE body (number INTEGER PRIMARY KEY, packed BLOB, seal INTEGER);"
		"CREATE TABLE known (rules INTEGER, name INTEGER, size INTEGER, mtime INTEGER,"
		" body INTEGER, PRIMARY KEY (rules, name, size, mtime)) WITHOUT ROWID;");
}

/* --- opening */

/* Facts under rule sets that are not used any more. */
static void forget_old(sqlite3 *db)
{
	g_autofree char *sql = g_strdup_printf(
		"DELETE FROM rules WHERE used < CAST(strftime('%%s') AS INTEGER) - %d;",
		UNUSED_DAYS * 24 * 3600);
	int64_t orphans = 0;

	sqlfile_run(db, sql);
	if (sqlite3_changes(db) &&
		sqlfile_number(db,
			"SELECT count(*) FROM known WHERE rules NOT IN (SELECT number FROM rules)",
			NULL, &orphans) &&
		orphans)
		sqlfile_run(db,
			"DELETE FROM body WHERE number IN (SELECT body FROM known WHERE rules "
			"NOT IN (SELECT number FROM rules));"
			"DELETE FROM known WHERE rules NOT IN (SELECT number FROM rules);");
}

static bool find_rules(struct verdicts *verdicts, const char *rules)
{
	int64_t none;

	sqlfile_number(verdicts->db, "INSERT OR IGNORE INTO rules (name) VALUES (?)", rules, &none);
	sqlfile_number(verdicts->db,
		"UPDATE rules SET used = CAST(strftime('%s') AS INTEGER) WHERE name = ?", rules,
		&none);
	return sqlfile_number(
		verdicts->db, "SELECT number FROM rules WHERE name = ?", rules, &verdicts->rules);
}

static void clear(void *user)
{
	struct verdicts *verdicts = user;

	sqlfile_finalize(verdicts->statements, STATEMENT_COUNT);
}

static bool ready(sqlite3 *db, void *user)
{
	struct verdicts *verdicts = user;

	verdicts->db = db;
	if (!find_rules(verdicts, verdicts->basis) ||
		!sqlfile_prepare(db, sql_of, verdicts->statements, STATEMENT_COUNT))
		return false;
	forget_old(db);
	return true;
}

static const struct sqlfile_kind kind = {
	.ending = ".db",
	.version = SCHEMA_VERSION,
	.patience = BUSY_MILLISECONDS,
	.create = create,
	.ready = ready,
	.clear = clear,
};

struct verdicts *verdicts_open(
	const char *uuid, const char *rules, const char *form, char **note, GError **error)
{
	struct verdicts *verdicts = g_new0(struct verdicts, 1);

	verdicts->basis = g_strconcat(rules, " ", form, NULL);
	verdicts->db = sqlfile_open(&kind, uuid, verdicts, note, error);
	if (verdicts->db)
		return verdicts;
	g_prefix_error(error, _("what the reports say is not kept for the next start: "));
	g_free(verdicts->basis);
	g_free(verdicts);
	return NULL;
}

void verdicts_commit(struct verdicts *verdicts)
{
	sqlite3_reset(verdicts->statements[GET]);
	if (verdicts->open != NOTHING && !sqlfile_run(verdicts->db, "COMMIT"))
		sqlfile_run(verdicts->db, "ROLLBACK");
	verdicts->open = NOTHING;
}

static bool is_blank(const struct verdicts *verdicts)
{
	g_autofree char *sql = g_strdup_printf(
		"SELECT 1 FROM known WHERE rules = %" PRId64 " LIMIT 1", verdicts->rules);
	int64_t one;

	return !sqlfile_number(verdicts->db, sql, NULL, &one) &&
	       sqlite3_errcode(verdicts->db) == SQLITE_OK;
}

/* Many lookups in one transaction take and leave the file's locks once. */
static void begin_reading(struct verdicts *verdicts)
{
	if (verdicts->open != NOTHING || !sqlfile_run(verdicts->db, "BEGIN"))
		return;
	verdicts->open = READING;
	verdicts->is_blank = is_blank(verdicts);
}

static bool begin_writing(struct verdicts *verdicts)
{
	if (verdicts->open == READING)
		verdicts_commit(verdicts);
	if (verdicts->open == NOTHING && sqlfile_run(verdicts->db, "BEGIN IMMEDIATE") &&
		sqlfile_number(verdicts->db, "SELECT coalesce(max(number), 0) FROM body", NULL,
			&verdicts->bodies))
		verdicts->open = WRITING;
	sqlfile_look(verdicts->db, &verdicts->harm);
	return verdicts->open == WRITING;
}

void verdicts_close(struct verdicts *verdicts)
{
	if (!verdicts)
		return;
	verdicts_commit(verdicts);
	clear(verdicts);
	sqlfile_close(verdicts->db, &verdicts->harm);
	g_free(verdicts->basis);
	g_free(verdicts);
}

/* --- getting and putting */

static uint64_t seal_names(uint64_t seal, const struct verdict_key *key)
{
	struct span base = base_name(key->path);

	return seal_add(seal_add(seal, key->id, strlen(key->id)), base.p, base.n);
}

static int bind_key(
	struct verdicts *verdicts, sqlite3_stmt *statement, const struct verdict_key *key)
{
	sqlite3_bind_int64(statement, 1, verdicts->rules);
	sqlite3_bind_int64(statement, 2, (int64_t)seal_names(0, key));
	return 3;
}

/* Of a body and all that it is found by: one that stands under another's key is none. */
static uint64_t seal_of(
	const struct verdicts *verdicts, const struct verdict_key *key, struct span packed)
{
	uint64_t seal = seal_add(0, verdicts->basis, strlen(verdicts->basis));

	seal = seal_names(seal, key);
	seal = seal_number(
		seal_number(seal, (uint64_t)key->stamp.size), (uint64_t)key->stamp.mtime);
	return seal_add(seal, packed.p, packed.n);
}

/* The rows of one name are the states that its file was in. */
static bool find_state(sqlite3_stmt *get, struct verdict_key *key)
{
	while (sqlite3_step(get) == SQLITE_ROW) {
		if (key->stamp.size < 0 && !file_stamp(key->path, &key->stamp))
			return false;
		if (sqlite3_column_int64(get, 0) == key->stamp.size &&
			sqlite3_column_int64(get, 1) == key->stamp.mtime)
			return true;
	}
	return false;
}

bool verdicts_get(struct verdicts *verdicts, const struct verdict_key *wanted, struct span *packed)
{
	sqlite3_stmt *get = verdicts->statements[GET];
	struct verdict_key key = *wanted;

	begin_reading(verdicts);
	if (verdicts->is_blank)
		return false;
	sqlite3_reset(get);
	bind_key(verdicts, get, &key);
	if (!find_state(get, &key)) {
		sqlfile_look(verdicts->db, &verdicts->harm);
		return false;
	}
	*packed = (struct span){sqlite3_column_blob(get, 2), (size_t)sqlite3_column_bytes(get, 2)};
	if (packed->p && sqlite3_column_int64(get, 3) == (int64_t)seal_of(verdicts, &key, *packed))
		return true;
	verdicts->harm.found = true;
	return false;
}

const char *verdicts_harm(const struct verdicts *verdicts)
{
	return verdicts->harm.found ? sqlite3_db_filename(verdicts->db, NULL) : NULL;
}

static bool step(struct verdicts *verdicts, sqlite3_stmt *statement)
{
	bool done = sqlite3_step(statement) == SQLITE_DONE;

	if (!done)
		sqlfile_look(verdicts->db, &verdicts->harm);
	sqlite3_reset(statement);
	return done;
}

void verdicts_put(struct verdicts *verdicts, const struct verdict_key *key, struct span packed)
{
	sqlite3_stmt *put = verdicts->statements[PUT_KEY], *body = verdicts->statements[PUT_BODY];

	int at;

	if (packed.n > PACKED_MAX || !begin_writing(verdicts))
		return;
	verdicts->is_blank = false;
	at = bind_key(verdicts, put, key);
	sqlite3_bind_int64(put, at, key->stamp.size);
	sqlite3_bind_int64(put, at + 1, key->stamp.mtime);
	sqlite3_bind_int64(put, at + 2, verdicts->bodies + 1);
	/* Facts that are known under the same key are the same. */
	if (!step(verdicts, put) || !sqlite3_changes(verdicts->db))
		return;
	/* A key without its body is not found, which is what an incomplete one should be. */
	sqlite3_bind_int64(body, 1, ++verdicts->bodies);
	sqlite3_bind_blob64(body, 2, packed.n ? packed.p : "", packed.n, SQLITE_STATIC);
	sqlite3_bind_int64(body, 3, (int64_t)seal_of(verdicts, key, packed));
	step(verdicts, body);
}
