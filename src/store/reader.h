/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading an index, in a child: a pass over the matches takes what Xapian keeps in value slots (1.5
 * to 10 us a message); tags, files and properties (about 80 us) are filled within it, or later and
 * one by one, when the index changes too fast for a pass that long. A pass counts only when it
 * yields as many rows as the index said it would, and no NULL: libnotmuch 0.37 cannot tell the end
 * from an error.
 */
#ifndef NIXIE_STORE_READER_H
#define NIXIE_STORE_READER_H

#include "store/store.h"

struct reader_request {
	struct store_ref store;
	/* Checked by the reader: a mistyped one is NIXIE_USAGE and names the token. */
	const char *query;
	bool exclude; /* honour search.exclude_tags */
	bool oldest_first;
	uint64_t limit, offset; /* limit 0: all */
	/* Instead of query: exactly these Message-IDs, looked up, never made into a query. */
	const char *const *ids;
	bool recipients; /* also to whom it went; costs reading the file */
	bool total;      /* with the matches all messages are counted */
	/* For who goes through all of it once: in the order of the index, with id, tags, properties
	 * and files alone, and nothing of it is remembered. */
	bool once;
};

/* NIXIE_BUSY: the index changed meanwhile, a fresh reader may have more luck. */
struct reader;
/* Lives as long as its process. `lock`: holds the write lock so long, so that nothing can change.
 */
struct reader *reader_open(const struct store_ref *store, bool lock, GError **error);

/* Twice for a query: at first without the count, which takes its time. */
typedef void reader_on_info(void *user, const struct store_info *info);
/* A match, in order. Only id, date, from and subject are set. The message is the callee's. */
typedef void reader_on_row(void *user, struct message *row);

/* Is a match known by its id alone? Then nothing else is read of it, and `row` not called. */
typedef bool reader_on_id(void *user, const char *id);

/*
 * The fast pass. With ids the rows have nothing but an id and are told as they were asked for, and
 * `known` (may be NULL) is not asked.
 */
bool reader_list(struct reader *reader, const struct reader_request *request, reader_on_info *info,
	reader_on_id *known, reader_on_row *row, void *user, GError **error);
/*
 * Everything else of one row, with `recipients` those, too. Sets `*found` false when the message is
 * not in the index any more. Of the match that reader_list is telling it need not be looked up.
 */
bool reader_fill(
	struct reader *reader, struct message *row, bool recipients, bool *found, GError **error);

/* Matches of a query, without excluded messages being left out; -1 when the query is broken. */
bool reader_count(struct reader *reader, const char *query, int64_t *count, GError **error);
uint64_t reader_revision(struct reader *reader);
const char *reader_uuid(struct reader *reader); /* borrowed, as is the mail root */
const char *reader_root(struct reader *reader);
/* Message-IDs that changed after a revision and are there, NULL-ended; NULL when they are more than
 * `most`, or the index changed. g_ptr_array_unref. */
GPtrArray *reader_changes(struct reader *reader, uint64_t since, guint most);
/* Is there a message of that id? False with error when that cannot be told. */
bool reader_has(struct reader *reader, const char *id, bool *has, GError **error);
/* All tags; named queries as "query.NAME=text". g_strfreev. */
bool reader_words(struct reader *reader, char ***tags, char ***queries, GError **error);

#endif
