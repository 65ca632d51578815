/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks by query: the index is asked which messages match, and their rows that are shown are
 * marked. */
#include "base/strhash.h"
#include "triage/session-parts.h"

struct marking {
	struct session *session;
	struct filter *filter;
	GHashTable *ids; /* of messages that match */
	session_marked *done;
	void *user;
};

static void on_batch(void *user, GPtrArray *messages)
{
	struct marking *marking = user;
	for (guint i = 0; i < messages->len; i++)
		g_hash_table_add(
			marking->ids, g_strdup(((struct message *)messages->pdata[i])->id));
	g_ptr_array_unref(messages);
}

static size_t mark_rows(struct marking *marking)
{
	size_t n, marked = 0;
	struct row *const *rows = session_rows(marking->session, &n);
	for (size_t i = 0; i < n; i++)
		if (g_hash_table_contains(marking->ids, row_id(rows[i])) &&
			filter_matches(marking->filter, rows[i])) {
			session_mark(marking->session, rows[i], true);
			marked++;
		}
	return marked;
}

static void on_done(void *user, const GError *error)
{
	struct marking *marking = user;
	size_t marked = error ? 0 : mark_rows(marking);
	marking->session->jobs--;
	/* Nobody listens any more when the screen is closed. */
	if (marking->session->listener)
		marking->done(marking->user, marked, error);
	filter_free(marking->filter);
	g_hash_table_unref(marking->ids);
	g_free(marking);
}

bool session_mark_query(
	struct session *session, const char *text, session_marked *done, void *user, GError **error)
{
	struct filter *filter = filter_new();
	g_autofree char *query = NULL;
	if (!filter_parse(filter, text, &query, error)) {
		filter_free(filter);
		return false;
	}
	struct marking *marking = g_new0(struct marking, 1);
	*marking = (struct marking){session, filter,
		g_hash_table_new_full(strhash, g_str_equal, g_free, NULL), done, user};
	const struct reader_request request = {
		.store = session->store, .query = query, .exclude = session->exclude};
	session->jobs++;
	reader_start(session->spawner, &request, NULL, on_batch, on_done, marking);
	return true;
}
