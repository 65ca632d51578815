/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded by changing.py: to a query that holds the words $CHANGING_QUERY the index has always
 * just been changed ("": to each; a message is looked up by id:, its date by get_date). Not to who
 * holds its write lock, unless $CHANGING_LOCKED is set. $CHANGING_TORN: what is met then looks like
 * a damaged index. $CHANGING_OPEN names a file: so long as it holds a byte, opening the index for
 * reading takes one and fails alike.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <notmuch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define TORN "Expected block 27 to be level 1, not 0"

static int locked;
static const char *changed; /* what libnotmuch's log tells */

static int is_torn(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0 && st.st_size && truncate(path, st.st_size - 1) == 0;
}

notmuch_status_t notmuch_database_open_with_config(const char *path, notmuch_database_mode_t mode,
	const char *config, const char *profile, notmuch_database_t **database, char **error)
{
	locked = mode == NOTMUCH_DATABASE_MODE_READ_WRITE && !getenv("CHANGING_LOCKED");
	if (mode == NOTMUCH_DATABASE_MODE_READ_ONLY && is_torn(getenv("CHANGING_OPEN"))) {
		*error = strdup("A Xapian exception occurred opening database: " TORN);
		*database = NULL;
		return NOTMUCH_STATUS_XAPIAN_EXCEPTION;
	}
	return REAL(notmuch_database_open_with_config)(
		path, mode, config, profile, database, error);
}

static int changes(const char *query)
{
	const char *words = getenv("CHANGING_QUERY");

	if (!words || locked || !strstr(query, words))
		return 0;
	changed = getenv("CHANGING_TORN")
			  ? TORN
			  : "The revision being read has been discarded - you should call "
			    "Xapian::Database::reopen() and retry the operation";
	return 1;
}

notmuch_status_t notmuch_query_search_messages(notmuch_query_t *query, notmuch_messages_t **out)
{
	if (changes(notmuch_query_get_query_string(query)))
		return NOTMUCH_STATUS_XAPIAN_EXCEPTION;
	return REAL(notmuch_query_search_messages)(query, out);
}

notmuch_status_t notmuch_query_count_messages(notmuch_query_t *query, unsigned *count)
{
	if (changes(notmuch_query_get_query_string(query)))
		return NOTMUCH_STATUS_XAPIAN_EXCEPTION;
	return REAL(notmuch_query_count_messages)(query, count);
}

notmuch_status_t notmuch_database_find_message(
	notmuch_database_t *database, const char *id, notmuch_message_t **message)
{
	if (changes("id:"))
		return NOTMUCH_STATUS_XAPIAN_EXCEPTION;
	return REAL(notmuch_database_find_message)(database, id, message);
}

/* It says nothing of it but in the log. */
time_t notmuch_message_get_date(notmuch_message_t *message)
{
	if (!changes("get_date"))
		return REAL(notmuch_message_get_date)(message);
	changed = "A Xapian exception occurred at lib/message.cc:1241: The revision being read has "
		  "been discarded - you should call Xapian::Database::reopen() and retry the "
		  "operation";
	return 0;
}

const char *notmuch_database_status_string(const notmuch_database_t *database)
{
	return changed ? changed : REAL(notmuch_database_status_string)(database);
}
