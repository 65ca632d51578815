/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdicts/cache.h"

#include <sys/stat.h>

#include "verdicts/sqlfile.h"

#define SCHEMA_VERSION 1
#define PACKED_MAX ((gsize)16 << 20) /* a larger report is extracted anew each time */
#define BUSY_MILLISECONDS 2000
#define UNUSED_DAYS 60 /* facts of a rule set that nobody asked for so long go */

/* Columns of the narrow tables, by their name in report.def. */
static const char *const report_columns[] = {"kind", "timestamp", "format", "reporting_mta", NULL};
static const char *const recipient_columns[] = {"address", "kind", "status", "reply", "category",
	"type", "finality", "rule", "confidence", "remote_mta", NULL};

enum statement { GET, PUT_REPORT, PUT_BODY, PUT_RECIPIENT, STATEMENT_COUNT };

struct verdicts {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	char *basis;                             /* what the facts rest on */
	int64_t rules;                           /* row of the rule set */
	enum { NOTHING, READING, WRITING } open; /* transaction */
};

/* --- keys */

bool verdict_key_of(struct verdict_key *key, const char *id, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	*key = (struct verdict_key){
		id, path, st.st_size, (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec};
	return true;
}

/* The base name without Maildir flags, which readers of mail change at will. */
static struct span base_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path,
		   *flags = strstr(base, ":2,");

	return flags ? span_make(base, flags) : span_of(base);
}

/* --- SQL */

static void append_columns(GString *sql, const char *const *columns, const char *with)
{
	for (; *columns; columns++)
		g_string_append_printf(sql, ", %s%s", *columns, with);
}

static void append_marks(GString *sql, const char *const *columns)
{
	for (; *columns; columns++)
		g_string_append(sql, ", ?");
}

static bool create(sqlite3 *db)
{
	g_autoptr(GString) sql = g_string_new(NULL);

	g_string_append(sql,
		"CREATE TABLE rules (number INTEGER PRIMARY KEY, name TEXT UNIQUE, used INTEGER);"
		"CREATE TABLE body (report INTEGER PRIMARY KEY, packed BLOB);"
		"CREATE TABLE report (number INTEGER PRIMARY KEY, rules INTEGER, id BLOB, base "
		"BLOB, size INTEGER, mtime INTEGER");
	append_columns(sql, report_columns, "");
	g_string_append(sql, ", UNIQUE (rules, id, base, size, mtime));"
			     "CREATE TABLE recipient (report INTEGER, nth INTEGER");
	append_columns(sql, recipient_columns, "");
	g_string_append(sql, ", PRIMARY KEY (report, nth)) WITHOUT ROWID;");
	return sqlfile_run(db, sql->str);
}

static char *sql_of(enum statement statement)
{
	GString *sql = g_string_new(NULL);

	switch (statement) {
	case GET:
		g_string_append(sql,
			"SELECT packed FROM report JOIN body ON body.report = report.number"
			" WHERE rules = ? AND id = ? AND base = ? AND size = ? AND mtime = ?");
		break;
	case PUT_REPORT:
		g_string_append(sql, "INSERT OR IGNORE INTO report (rules, id, base, size, mtime");
		append_columns(sql, report_columns, "");
		g_string_append(sql, ") VALUES (?, ?, ?, ?, ?");
		append_marks(sql, report_columns);
		g_string_append_c(sql, ')');
		break;
	case PUT_BODY:
		g_string_append(sql, "INSERT OR REPLACE INTO body (report, packed) VALUES (?, ?)");
		break;
	case PUT_RECIPIENT:
		g_string_append(sql, "INSERT OR REPLACE INTO recipient (report, nth");
		append_columns(sql, recipient_columns, "");
		g_string_append(sql, ") VALUES (?, ?");
		append_marks(sql, recipient_columns);
		g_string_append_c(sql, ')');
		break;
	case STATEMENT_COUNT:
		break;
	}
	return g_string_free(sql, FALSE);
}

static bool prepare_all(struct verdicts *verdicts)
{
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		g_autofree char *sql = sql_of((enum statement)i);

		if (sqlite3_prepare_v3(verdicts->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
			    &verdicts->statements[i], NULL))
			return false;
	}
	return true;
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
			"SELECT count(*) FROM report WHERE rules NOT IN (SELECT number FROM rules)",
			NULL, &orphans) &&
		orphans)
		sqlfile_run(db,
			"DELETE FROM body WHERE report IN (SELECT number FROM report WHERE rules "
			"NOT IN (SELECT number FROM rules));"
			"DELETE FROM recipient WHERE report IN"
			" (SELECT number FROM report WHERE rules NOT IN (SELECT number FROM "
			"rules));"
			"DELETE FROM report WHERE rules NOT IN (SELECT number FROM rules);");
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

	for (int i = 0; i < STATEMENT_COUNT; i++)
		g_clear_pointer(&verdicts->statements[i], sqlite3_finalize);
}

static bool ready(sqlite3 *db, void *user)
{
	struct verdicts *verdicts = user;

	verdicts->db = db;
	if (!find_rules(verdicts, verdicts->basis) || !prepare_all(verdicts))
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
	g_free(verdicts->basis);
	g_free(verdicts);
	return NULL;
}

void verdicts_commit(struct verdicts *verdicts)
{
	if (verdicts->open != NOTHING && !sqlfile_run(verdicts->db, "COMMIT"))
		sqlfile_run(verdicts->db, "ROLLBACK");
	verdicts->open = NOTHING;
}

/* Many lookups in one transaction take and leave the file's locks once. */
static void begin_reading(struct verdicts *verdicts)
{
	if (verdicts->open == NOTHING && sqlfile_run(verdicts->db, "BEGIN"))
		verdicts->open = READING;
}

static bool begin_writing(struct verdicts *verdicts)
{
	if (verdicts->open == READING)
		verdicts_commit(verdicts);
	if (verdicts->open == NOTHING && sqlfile_run(verdicts->db, "BEGIN IMMEDIATE"))
		verdicts->open = WRITING;
	return verdicts->open == WRITING;
}

void verdicts_close(struct verdicts *verdicts)
{
	if (!verdicts)
		return;
	verdicts_commit(verdicts);
	clear(verdicts);
	sqlite3_close(verdicts->db);
	g_free(verdicts->basis);
	g_free(verdicts);
}

/* --- getting and putting */

/* Message-IDs and file names may hold any byte, so they are blobs. */
static void bind_bytes(sqlite3_stmt *statement, int at, struct span bytes)
{
	sqlite3_bind_blob64(statement, at, bytes.n ? bytes.p : "", bytes.n, SQLITE_STATIC);
}

static int bind_key(
	struct verdicts *verdicts, sqlite3_stmt *statement, const struct verdict_key *key)
{
	sqlite3_bind_int64(statement, 1, verdicts->rules);
	bind_bytes(statement, 2, span_of(key->id));
	bind_bytes(statement, 3, base_name(key->path));
	sqlite3_bind_int64(statement, 4, key->size);
	sqlite3_bind_int64(statement, 5, key->mtime);
	return 6;
}

GBytes *verdicts_get(struct verdicts *verdicts, const struct verdict_key *key)
{
	sqlite3_stmt *get = verdicts->statements[GET];
	GBytes *packed = NULL;

	begin_reading(verdicts);
	bind_key(verdicts, get, key);
	if (sqlite3_step(get) == SQLITE_ROW)
		packed = g_bytes_new(
			sqlite3_column_blob(get, 0), (gsize)sqlite3_column_bytes(get, 0));
	sqlite3_reset(get);
	return packed;
}

static void bind_field(sqlite3_stmt *statement, int at, const struct field *field, const void *base)
{
	const void *value = (const char *)base + field->offset;
	const char *text;

	switch (field->type) {
	case FIELD_STR:
		text = *(const char *const *)value;
		sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
		break;
	case FIELD_INT:
		sqlite3_bind_int64(statement, at, *(const int64_t *)value);
		break;
	case FIELD_ENUM:
		sqlite3_bind_int(statement, at, *(const int *)value);
		break;
	case FIELD_FLAG:
		sqlite3_bind_int(statement, at, *(const bool *)value);
		break;
	case FIELD_LIST:
		g_assert_not_reached(); /* no column of a narrow table */
	}
}

static void bind_columns(sqlite3_stmt *statement, int at, const char *const *columns,
	const struct field *fields, const void *base)
{
	for (; *columns; columns++)
		bind_field(statement, at++, field_by_name(fields, *columns), base);
}

static bool step(sqlite3_stmt *statement)
{
	bool done = sqlite3_step(statement) == SQLITE_DONE;

	sqlite3_reset(statement);
	return done;
}

static bool put_recipients(struct verdicts *verdicts, int64_t number, const struct report *report)
{
	sqlite3_stmt *put = verdicts->statements[PUT_RECIPIENT];

	for (size_t i = 0; i < report->recipients_n; i++) {
		sqlite3_bind_int64(put, 1, number);
		sqlite3_bind_int64(put, 2, (int64_t)i);
		bind_columns(put, 3, recipient_columns, recipient_fields, &report->recipients[i]);
		if (!step(put))
			return false;
	}
	return true;
}

void verdicts_put(struct verdicts *verdicts, const struct verdict_key *key,
	const struct report *report, GBytes *packed)
{
	sqlite3_stmt *put = verdicts->statements[PUT_REPORT],
		     *body = verdicts->statements[PUT_BODY];
	int64_t number;
	int at;

	if (g_bytes_get_size(packed) > PACKED_MAX || !begin_writing(verdicts))
		return;
	at = bind_key(verdicts, put, key);
	bind_columns(put, at, report_columns, report_fields, report);
	/* Facts that are known under the same key are the same. */
	if (!step(put) || !sqlite3_changes(verdicts->db))
		return;
	number = sqlite3_last_insert_rowid(verdicts->db);
	sqlite3_bind_int64(body, 1, number);
	sqlite3_bind_blob64(
		body, 2, g_bytes_get_data(packed, NULL), g_bytes_get_size(packed), SQLITE_STATIC);
	/* Without its body the report is not found, which is what an incomplete one should be. */
	if (put_recipients(verdicts, number, report))
		step(body);
}
