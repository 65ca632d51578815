/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The least work that a thing can be: bare loops over libnotmuch, files, GMime and SQLite, which
 * `make bench` runs beside nixie. Each command does one and prints how many it went over.
 *
 *   references slots CONFIG QUERY      date, Message-ID, From and Subject of each message
 *   references filenames CONFIG QUERY  the names of each message's files, to stdout
 *   references read < LIST             reads each file of the list
 *   references lines < LIST            the same, and looks for the end of each line
 *   references parse < LIST            GMime parses each file of the list
 *   references tag CONFIG QUERY TAG    adds the tag to each message, in one transaction
 *   references untag CONFIG QUERY TAG
 *   references rows FILE N             makes an SQLite table of N verdicts
 *   references groups FILE             counts them by category
 */
#include <fcntl.h>
#include <glib.h>
#include <gmime/gmime.h>
#include <notmuch.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 8192

static void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "references: %s\n", what);
	exit(1);
}

/* --- libnotmuch */

typedef bool (*each_message)(notmuch_message_t *message, void *data);

static bool see_slots(notmuch_message_t *message, void *data)
{
	size_t *bytes = data;

	/* notmuch_message_get_message_id() is no slot: it goes through all terms. */
	*bytes += strlen(notmuch_message_get_header(message, "message-id"));
	*bytes += strlen(notmuch_message_get_header(message, "from"));
	*bytes += strlen(notmuch_message_get_header(message, "subject"));
	*bytes += notmuch_message_get_date(message) != 0;
	return true;
}

static bool see_filenames(notmuch_message_t *message, void *data)
{
	notmuch_filenames_t *names = notmuch_message_get_filenames(message);

	(void)data;
	for (; notmuch_filenames_valid(names); notmuch_filenames_move_to_next(names))
		puts(notmuch_filenames_get(names));
	notmuch_filenames_destroy(names);
	return true;
}

static bool add_tag(notmuch_message_t *message, void *tag)
{
	return notmuch_message_add_tag(message, tag) == NOTMUCH_STATUS_SUCCESS;
}

static bool remove_tag(notmuch_message_t *message, void *tag)
{
	return notmuch_message_remove_tag(message, tag) == NOTMUCH_STATUS_SUCCESS;
}

static size_t over_messages(const char *config, const char *words, each_message each, void *data,
	notmuch_database_mode_t mode)
{
	notmuch_database_t *database = NULL;
	notmuch_messages_t *messages = NULL;
	notmuch_query_t *query;
	char *why = NULL;
	size_t n = 0;

	need(notmuch_database_open_with_config(NULL, mode, config, NULL, &database, &why) ==
			NOTMUCH_STATUS_SUCCESS,
		"the index cannot be opened");
	query = notmuch_query_create(database, words);
	need(notmuch_query_search_messages(query, &messages) == NOTMUCH_STATUS_SUCCESS,
		"the query fails");
	if (mode == NOTMUCH_DATABASE_MODE_READ_WRITE)
		notmuch_database_begin_atomic(database);
	for (; notmuch_messages_valid(messages); notmuch_messages_move_to_next(messages), n++) {
		notmuch_message_t *message = notmuch_messages_get(messages);

		need(each(message, data), "a message cannot be changed");
		notmuch_message_destroy(message);
	}
	if (mode == NOTMUCH_DATABASE_MODE_READ_WRITE)
		notmuch_database_end_atomic(database);
	need(notmuch_database_destroy(database) == NOTMUCH_STATUS_SUCCESS,
		"the changes could not be written");
	return n;
}

/* --- Files */

static size_t over_files(void (*each)(const char *path))
{
	char line[LINE_MAX_BYTES];
	size_t n = 0;

	for (; fgets(line, sizeof line, stdin); n++) {
		line[strcspn(line, "\n")] = '\0';
		each(line);
	}
	return n;
}

static void read_file(const char *path)
{
	static char buffer[1 << 20];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	need(fd >= 0, "a file cannot be opened");
	while (read(fd, buffer, sizeof buffer) > 0)
		;
	close(fd);
}

static void scan_file(const char *path)
{
	static char buffer[1 << 20];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	need(fd >= 0, "a file cannot be opened");
	while ((got = read(fd, buffer, sizeof buffer)) > 0)
		for (const char *at = buffer, *end = buffer + got;
			(at = memchr(at, '\n', (size_t)(end - at)));)
			at++;
	close(fd);
}

static void parse_file(const char *path)
{
	GMimeStream *stream = g_mime_stream_fs_open(path, O_RDONLY, 0, NULL);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	if (message)
		g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
}

/* --- SQLite */

static void sql(sqlite3 *db, const char *words)
{
	need(sqlite3_exec(db, words, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db));
}

static size_t make_rows(const char *path, const char *count)
{
	g_autofree char *fill = g_strdup_printf(
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
		"INSERT INTO verdicts SELECT 'id' || i || '@example.org', "
		"'user' || (i %% 25013) || '@d' || (i %% 997) || '.example', "
		"'category-' || (i * 7919 %% 28), '5.' || (i %% 7) || '.' || (i %% 9), "
		"1700000000 + i * 37 FROM n",
		atoi(count));
	sqlite3 *db;

	need(sqlite3_open(path, &db) == SQLITE_OK, "the table cannot be made");
	sql(db, "CREATE TABLE verdicts (id TEXT, address TEXT, category TEXT, status TEXT, date "
		"INT)");
	sql(db, "BEGIN");
	sql(db, fill);
	sql(db, "COMMIT");
	sqlite3_close(db);
	return (size_t)atoi(count);
}

static size_t count_groups(const char *path)
{
	sqlite3_stmt *statement;
	sqlite3 *db;
	size_t n = 0;

	need(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK,
		"the table cannot be opened");
	need(sqlite3_prepare_v2(db,
		     "SELECT category, count(*), count(DISTINCT address) FROM verdicts "
		     "GROUP BY category ORDER BY 2 DESC",
		     -1, &statement, NULL) == SQLITE_OK,
		sqlite3_errmsg(db));
	while (sqlite3_step(statement) == SQLITE_ROW)
		n++;
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return n;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	size_t n = 0, bytes = 0;

	if (argc == 4 && strcmp(what, "slots") == 0) {
		n = over_messages(
			argv[2], argv[3], see_slots, &bytes, NOTMUCH_DATABASE_MODE_READ_ONLY);
	} else if (argc == 4 && strcmp(what, "filenames") == 0) {
		n = over_messages(
			argv[2], argv[3], see_filenames, NULL, NOTMUCH_DATABASE_MODE_READ_ONLY);
	} else if (argc == 5 && strcmp(what, "tag") == 0) {
		n = over_messages(
			argv[2], argv[3], add_tag, argv[4], NOTMUCH_DATABASE_MODE_READ_WRITE);
	} else if (argc == 5 && strcmp(what, "untag") == 0) {
		n = over_messages(
			argv[2], argv[3], remove_tag, argv[4], NOTMUCH_DATABASE_MODE_READ_WRITE);
	} else if (argc == 2 && strcmp(what, "read") == 0) {
		n = over_files(read_file);
	} else if (argc == 2 && strcmp(what, "lines") == 0) {
		n = over_files(scan_file);
	} else if (argc == 2 && strcmp(what, "parse") == 0) {
		g_mime_init();
		n = over_files(parse_file);
	} else if (argc == 4 && strcmp(what, "rows") == 0) {
		n = make_rows(argv[2], argv[3]);
	} else if (argc == 3 && strcmp(what, "groups") == 0) {
		n = count_groups(argv[2]);
	} else {
		need(false, "usage: see the head of references.c");
	}
	fprintf(stderr, "%zu\n", n);
	return 0;
}
