/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "base/words.h"
#include "config.h"
#include "store/database.h"
#include "store/lock.h"
#include "store/querycheck.h"
#include "store/recipients.h"
#include "store/values.h"

#define DOING _("cannot read the index")
#define OWN_PROPERTIES "nixie."
#define COUNTED_AFTER \
	64 /* rows: a screen of them comes first, counting takes as long as finding \
	    */

struct reader {
	notmuch_database_t *database;
	struct values *values;   /* loaded when the first long value is met */
	notmuch_message_t *told; /* the match that is being told, NULL: none */
	bool heads;              /* date, From and Subject are wanted, too */
};

struct reader *reader_open(const struct store_ref *store, bool lock, GError **error)
{
	notmuch_database_t *database = database_open(store, lock, error);
	struct reader *reader;

	if (!database)
		return NULL;
	reader = g_new0(struct reader, 1);
	reader->database = database;
	reader->heads = true;
	return reader;
}

/*
 * libnotmuch tells some failures to its log alone, whose last line stays: then a date is that of a
 * message without one, and a message may seem not to be there. Each slot of a message has blocks of
 * its own, so that the date may fail where the headers do not.
 */
static bool is_sound(const struct reader *reader, GError **error)
{
	const char *told = notmuch_database_status_string(reader->database);

	if (!told || !strstr(told, "Xapian exception"))
		return true;
	database_set_error(reader->database, NOTMUCH_STATUS_XAPIAN_EXCEPTION, DOING, error);
	return false;
}

/* What the log says of it goes before what was seen. */
static bool changed(const struct reader *reader, const char *what, GError **error)
{
	if (is_sound(reader, error))
		g_set_error(error, NIXIE_ERROR, NIXIE_BUSY,
			_("the index is changing: %s; try again"), what);
	return false;
}

/* --- queries */

static bool has_config(notmuch_database_t *database, const char *group, const char *name)
{
	g_autofree char *key = g_strconcat(group, name, NULL);
	notmuch_config_pairs_t *pairs = notmuch_config_get_pairs(database, key);
	bool found = false;

	/* Pairs are asked for by prefix of their key. */
	for (; notmuch_config_pairs_valid(pairs) && !found;
		notmuch_config_pairs_move_to_next(pairs))
		found = g_str_equal(notmuch_config_pairs_key(pairs), key) &&
			*notmuch_config_pairs_value(pairs);
	notmuch_config_pairs_destroy(pairs);
	return found;
}

static bool has_prefix(void *user, const char *name)
{
	return has_config(user, "index.header.", name);
}

static bool has_query(void *user, const char *name)
{
	return has_config(user, "query.", name);
}

/* libnotmuch says what is wrong with a query only once it is run. */
static void set_query_error(notmuch_database_t *database, notmuch_status_t status, GError **error)
{
	static const char mark[] = "parsing query: ";
	const char *text = notmuch_database_status_string(database);
	const char *why = text ? strstr(text, mark) : NULL;
	g_autofree char *line = NULL;

	if (!why) {
		database_set_error(database, status, DOING, error);
		return;
	}
	line = g_strdup(why + strlen(mark));
	line[strcspn(line, "\n")] = '\0';
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("bad query: %s"), line);
}

/* NULL with error when the query is mistyped. */
static notmuch_query_t *query_new(struct reader *reader, const char *text, GError **error)
{
	const struct query_names names = {has_prefix, has_query, reader->database};
	notmuch_query_t *query;

	if (!query_check(text, &names, error))
		return NULL;
	query = notmuch_query_create(reader->database, text && *text ? text : "*");
	if (!query)
		g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL, _("%s: out of memory"), DOING);
	return query;
}

static void query_exclude(notmuch_query_t *query, char *const *tags)
{
	/* A tag that the query itself names is refused, which is what excluding wants. */
	for (; *tags; tags++)
		notmuch_query_add_tag_exclude(query, *tags);
	notmuch_query_set_omit_excluded(query, NOTMUCH_EXCLUDE_TRUE);
}

/* --- what the index says of itself */

static char **own_addresses(notmuch_database_t *database)
{
	g_auto(GStrv) primary = database_setting(database, NOTMUCH_CONFIG_PRIMARY_EMAIL);
	g_auto(GStrv) other = database_setting(database, NOTMUCH_CONFIG_OTHER_EMAIL);
	guint first = g_strv_length(primary), n = first + g_strv_length(other);
	char **all = g_new0(char *, n + 1);

	for (guint i = 0; i < n; i++)
		all[i] = g_strdup(i < first ? primary[i] : other[i - first]);
	return all;
}

static void tell_info(
	struct reader *reader, uint64_t count, uint64_t total, reader_on_info *info, void *user)
{
	notmuch_database_t *database = reader->database;
	g_auto(GStrv) own = own_addresses(database);
	g_auto(GStrv) exclude = database_setting(database, NOTMUCH_CONFIG_EXCLUDE_TAGS);
	g_autofree char *xapian = database_xapian_directory(database);
	const char *uuid, *root = notmuch_config_get(database, NOTMUCH_CONFIG_MAIL_ROOT);
	struct store_info told = {
		.revision = notmuch_database_get_revision(database, &uuid),
		.path = root ? root : notmuch_database_get_path(database),
		.count = count,
		.total = total,
		.own_addresses = own,
		.exclude_tags = exclude,
	};
	enum lock_state lock = xapian ? lock_probe(xapian, NULL) : LOCK_READ_ONLY;

	told.uuid = uuid;
	told.synchronize_flags = database_flag(database, NOTMUCH_CONFIG_SYNC_MAILDIR_FLAGS);
	told.writable = lock == LOCK_FREE || lock == LOCK_BUSY;
	info(user, &told);
}

/* --- the fast pass */

static struct message *id_read(notmuch_message_t *message)
{
	const char *id = notmuch_message_get_header(message, "message-id");
	struct message *row = id ? g_new0(struct message, 1) : NULL;

	if (row)
		row->id = g_strdup(id);
	return row;
}

/* From value slots alone; NULL when the revision that is read has gone. */
static struct message *row_read(const struct reader *reader, notmuch_message_t *message)
{
	time_t date = notmuch_message_get_date(message);
	const char *id = notmuch_message_get_header(message, "message-id");
	const char *from = notmuch_message_get_header(message, "from");
	const char *subject = notmuch_message_get_header(message, "subject");
	struct message *row;

	if (!id || !from || !subject || !is_sound(reader, NULL))
		return NULL;
	row = g_new0(struct message, 1);
	row->id = g_strdup(id);
	row->date = date;
	row->from = g_strdup(from);
	row->subject = g_strdup(subject);
	return row;
}

static bool at_end(notmuch_messages_t *messages)
{
#ifdef HAVE_NOTMUCH_MESSAGES_STATUS
	return notmuch_messages_status(messages) == NOTMUCH_STATUS_SUCCESS ||
	       notmuch_messages_status(messages) == NOTMUCH_STATUS_ITERATOR_EXHAUSTED;
#else
	(void)messages;
	return true;
#endif
}

struct listing {
	struct reader *reader;
	const struct reader_request *request;
	notmuch_query_t *query;
	reader_on_info *info;
	reader_on_id *known;
	reader_on_row *row;
	void *user;
	bool counted;
	uint64_t expected; /* rows, when they are counted; before, all that may come */
};

/* False when the revision that is read has gone. */
static bool tell_message(struct listing *listing, notmuch_message_t *message)
{
	const char *id = listing->known ? notmuch_message_get_header(message, "message-id") : NULL;
	struct message *read;

	if (id && listing->known(listing->user, id))
		return true;
	read = listing->reader->heads ? row_read(listing->reader, message) : id_read(message);
	if (!read)
		return false;
	listing->reader->told = message;
	listing->row(listing->user, read);
	listing->reader->told = NULL;
	return true;
}

static bool count_matches(struct listing *listing, GError **error)
{
	const struct reader_request *request = listing->request;
	unsigned count = 0;
	int64_t total = 0;
	notmuch_status_t status = notmuch_query_count_messages(listing->query, &count);

	if (status != NOTMUCH_STATUS_SUCCESS) {
		set_query_error(listing->reader->database, status, error);
		return false;
	}
	if (request->total && !reader_count(listing->reader, "*", &total, error))
		return false;
	tell_info(listing->reader, count, (uint64_t)total, listing->info, listing->user);
	listing->counted = true;
	listing->expected = count > request->offset ? count - request->offset : 0;
	if (request->limit)
		listing->expected = MIN(listing->expected, request->limit);
	return true;
}

static bool list_messages(struct listing *listing, notmuch_messages_t *messages, GError **error)
{
	uint64_t seen = 0, told = 0;

	for (; told < listing->expected && notmuch_messages_valid(messages);
		notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message;
		bool read;

		if (seen++ < listing->request->offset)
			continue;
		message = notmuch_messages_get(messages);
		read = message && tell_message(listing, message);
		notmuch_message_destroy(message);
		if (!read)
			return changed(listing->reader, _("a message could not be read"), error);
		if (++told == COUNTED_AFTER && !count_matches(listing, error))
			return false;
	}
	if (!listing->counted && !count_matches(listing, error))
		return false;
	if (told < listing->expected || !at_end(messages))
		return changed(listing->reader, _("the list ended early"), error);
	return is_sound(listing->reader, error);
}

static bool list_query(struct listing *listing, GError **error)
{
	struct reader *reader = listing->reader;
	const struct reader_request *request = listing->request;
	g_auto(GStrv) exclude = database_setting(reader->database, NOTMUCH_CONFIG_EXCLUDE_TAGS);
	notmuch_messages_t *messages = NULL;
	notmuch_status_t status;
	bool done = false;

	listing->query = query_new(reader, request->query, error);
	if (!listing->query)
		return false;
	if (request->exclude)
		query_exclude(listing->query, exclude);
	notmuch_query_set_sort(listing->query, request->once           ? NOTMUCH_SORT_UNSORTED
					       : request->oldest_first ? NOTMUCH_SORT_OLDEST_FIRST
								       : NOTMUCH_SORT_NEWEST_FIRST);
	tell_info(reader, 0, 0, listing->info, listing->user);
	status = notmuch_query_search_messages(listing->query, &messages);
	listing->expected = request->limit ? request->limit : UINT64_MAX;
	if (status == NOTMUCH_STATUS_SUCCESS)
		done = list_messages(listing, messages, error);
	else
		set_query_error(reader->database, status, error);
	notmuch_query_destroy(listing->query);
	return done;
}

bool reader_list(struct reader *reader, const struct reader_request *request, reader_on_info *info,
	reader_on_id *known, reader_on_row *row, void *user, GError **error)
{
	struct listing listing = {
		.reader = reader,
		.request = request,
		.info = info,
		.known = known,
		.row = row,
		.user = user,
	};

	reader->heads = !request->once;
	if (!request->ids)
		return list_query(&listing, error);
	tell_info(reader, g_strv_length((char **)request->ids), 0, info, user);
	for (const char *const *id = request->ids; *id; id++) {
		struct message *asked = g_new0(struct message, 1);

		asked->id = g_strdup(*id);
		row(user, asked);
	}
	return true;
}

/* --- the rest of a message */

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **sorted(GPtrArray *list)
{
	char **strings;

	if (list->len)
		qsort(list->pdata, list->len, sizeof *list->pdata, compare);
	g_ptr_array_add(list, NULL);
	strings = (char **)g_ptr_array_free(list, FALSE);
	return strings;
}

static char **read_tags(notmuch_tags_t *tags)
{
	GPtrArray *list = g_ptr_array_new();

	for (; notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags))
		g_ptr_array_add(list, g_strdup(notmuch_tags_get(tags)));
	notmuch_tags_destroy(tags);
	return sorted(list);
}

static char **read_files(notmuch_filenames_t *files)
{
	GPtrArray *list = g_ptr_array_new();

	for (; notmuch_filenames_valid(files); notmuch_filenames_move_to_next(files))
		g_ptr_array_add(list, g_strdup(notmuch_filenames_get(files)));
	notmuch_filenames_destroy(files);
	return sorted(list);
}

static const char *plain_value(struct reader *reader, const char *stored)
{
	const char *uuid;

	if (!g_str_has_prefix(stored, "sha256:"))
		return stored;
	if (!reader->values) {
		notmuch_database_get_revision(reader->database, &uuid);
		reader->values = values_load(uuid, NULL);
	}
	return value_plain(reader->values, stored);
}

static char **read_properties(struct reader *reader, notmuch_message_t *message)
{
	GPtrArray *list = g_ptr_array_new();
	notmuch_message_properties_t *each =
		notmuch_message_get_properties(message, OWN_PROPERTIES, FALSE);

	for (; notmuch_message_properties_valid(each);
		notmuch_message_properties_move_to_next(each))
		g_ptr_array_add(list,
			g_strconcat(notmuch_message_properties_key(each), "=",
				plain_value(reader, notmuch_message_properties_value(each)), NULL));
	notmuch_message_properties_destroy(each);
	return sorted(list);
}

static bool fill(struct reader *reader, notmuch_message_t *message, struct message *row)
{
	notmuch_tags_t *tags = notmuch_message_get_tags(message);
	notmuch_filenames_t *files = notmuch_message_get_filenames(message);
	const char *thread = notmuch_message_get_thread_id(message);

	if (!tags || !files || !thread)
		return false;
	row->thread = g_strdup(thread);
	row->tags = read_tags(tags);
	row->files = read_files(files);
	row->properties = read_properties(reader, message);
	if (reader->heads && !row->from) {
		struct message *head = row_read(reader, message);

		if (!head)
			return false;
		row->date = head->date;
		row->from = g_steal_pointer(&head->from);
		row->subject = g_steal_pointer(&head->subject);
		message_free(head);
	}
	return is_sound(reader, NULL);
}

/* An id that others refer to, without a message. */
static bool is_ghost(notmuch_message_t *message)
{
	notmuch_bool_t ghost = FALSE;

	return notmuch_message_get_flag_st(message, NOTMUCH_MESSAGE_FLAG_GHOST, &ghost) ==
		       NOTMUCH_STATUS_SUCCESS &&
	       ghost;
}

bool reader_has(struct reader *reader, const char *id, bool *has, GError **error)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status = notmuch_database_find_message(reader->database, id, &message);

	/* A ghost has no date; nor have some messages, and to ask those costs more. */
	*has = message && (notmuch_message_get_date(message) || !is_ghost(message));
	if (message)
		notmuch_message_destroy(message);
	if (status == NOTMUCH_STATUS_SUCCESS)
		return is_sound(reader, error);
	database_set_error(reader->database, status, DOING, error);
	return false;
}

static bool fill_whole(struct reader *reader, notmuch_message_t *message, struct message *row,
	bool recipients, GError **error)
{
	if (!fill(reader, message, row))
		return changed(reader, _("a message could not be read"), error);
	if (recipients && row->files[0])
		row->to = recipients_read(row->files[0], &row->stamp);
	return true;
}

bool reader_fill(
	struct reader *reader, struct message *row, bool recipients, bool *found, GError **error)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status;
	bool done;

	*found = true;
	if (reader->told)
		return fill_whole(reader, reader->told, row, recipients, error);
	status = notmuch_database_find_message(reader->database, row->id, &message);
	*found = message && !is_ghost(message);
	if (status != NOTMUCH_STATUS_SUCCESS) {
		database_set_error(reader->database, status, DOING, error);
		return false;
	}
	done = !*found || fill_whole(reader, message, row, recipients, error);
	if (message)
		notmuch_message_destroy(message);
	return done;
}

/* --- counts and names */

bool reader_count(struct reader *reader, const char *text, int64_t *count, GError **error)
{
	g_autoptr(GError) why = NULL;
	notmuch_query_t *query = query_new(reader, text, &why);
	unsigned n = 0;
	notmuch_status_t status =
		query ? notmuch_query_count_messages(query, &n) : NOTMUCH_STATUS_SUCCESS;

	*count = (int64_t)n;
	if (status != NOTMUCH_STATUS_SUCCESS)
		set_query_error(reader->database, status, &why);
	if (query)
		notmuch_query_destroy(query);
	if (!why)
		return true;
	*count = -1;
	if (g_error_matches(why, NIXIE_ERROR, NIXIE_USAGE))
		return true;
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

uint64_t reader_revision(struct reader *reader)
{
	const char *uuid;

	return notmuch_database_get_revision(reader->database, &uuid);
}

const char *reader_uuid(struct reader *reader)
{
	const char *uuid;

	notmuch_database_get_revision(reader->database, &uuid);
	return uuid;
}

const char *reader_root(struct reader *reader)
{
	const char *root = notmuch_config_get(reader->database, NOTMUCH_CONFIG_MAIL_ROOT);

	return root ? root : notmuch_database_get_path(reader->database);
}

static bool take_ids(notmuch_query_t *query, GPtrArray *ids)
{
	notmuch_messages_t *messages = NULL;
	bool whole = notmuch_query_search_messages(query, &messages) == NOTMUCH_STATUS_SUCCESS;
	guint expected = ids->len;

	g_ptr_array_set_size(ids, 0);
	for (; whole && notmuch_messages_valid(messages); notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = notmuch_messages_get(messages);
		const char *id = message ? notmuch_message_get_header(message, "message-id") : NULL;

		whole = id != NULL;
		if (id)
			g_ptr_array_add(ids, g_strdup(id));
		notmuch_message_destroy(message);
	}
	return whole && ids->len == expected && at_end(messages);
}

GPtrArray *reader_changes(struct reader *reader, uint64_t since, guint most)
{
	g_autofree char *text =
		g_strdup_printf("lastmod:%" G_GUINT64_FORMAT "..", (guint64)since + 1);
	notmuch_query_t *query = notmuch_query_create(reader->database, text);
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	unsigned count = 0;
	bool whole = query &&
		     notmuch_query_count_messages(query, &count) == NOTMUCH_STATUS_SUCCESS &&
		     count <= most;

	g_ptr_array_set_size(ids, (gint)count);
	if (whole) {
		notmuch_query_set_sort(query, NOTMUCH_SORT_UNSORTED);
		whole = take_ids(query, ids);
	}
	if (query)
		notmuch_query_destroy(query);
	g_ptr_array_add(ids, NULL);
	if (!whole)
		g_clear_pointer(&ids, g_ptr_array_unref);
	return ids;
}

bool reader_words(struct reader *reader, char ***tags, char ***queries, GError **error)
{
	notmuch_tags_t *all = notmuch_database_get_all_tags(reader->database);
	notmuch_config_pairs_t *pairs;
	GPtrArray *list;

	if (!all)
		return changed(reader, _("its tags could not be read"), error);
	*tags = read_tags(all);
	list = g_ptr_array_new();
	pairs = notmuch_config_get_pairs(reader->database, "query.");
	for (; notmuch_config_pairs_valid(pairs); notmuch_config_pairs_move_to_next(pairs))
		g_ptr_array_add(list, g_strconcat(notmuch_config_pairs_key(pairs), "=",
					      notmuch_config_pairs_value(pairs), NULL));
	notmuch_config_pairs_destroy(pairs);
	*queries = sorted(list);
	return is_sound(reader, error);
}
