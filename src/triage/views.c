/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/views.h"

#include "triage/queryterms.h"
#include "triage/session-parts.h"

struct view_shelf {
	GPtrArray *views;   /* struct saved_view */
	GHashTable *counts; /* notmuch query -> int64_t*, as far as known */
	struct job *job;    /* under way, NULL: not */
	GPtrArray *asked;   /* queries of that job */
	bool stale;         /* counts are to be asked for again */
};

static void saved_view_free(gpointer data)
{
	struct saved_view *view = data;
	g_free(view->name);
	g_free(view->query);
	g_free(view);
}

struct view_shelf *view_shelf_new(void)
{
	struct view_shelf *shelf = g_new0(struct view_shelf, 1);
	shelf->views = g_ptr_array_new_with_free_func(saved_view_free);
	shelf->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	shelf->stale = true;
	return shelf;
}

void view_shelf_free(struct view_shelf *shelf)
{
	g_assert(!shelf->job);
	g_ptr_array_unref(shelf->views);
	g_hash_table_unref(shelf->counts);
	g_clear_pointer(&shelf->asked, g_ptr_array_unref);
	g_free(shelf);
}

void view_shelf_drop(struct session *session)
{
	session->saved->stale = true;
	if (session->saved->job)
		job_cancel(session->saved->job);
}

void session_views_stale(struct session *session)
{
	session->saved->stale = true;
}

/* --- counts of the index */

static void on_counts(void *user, const int64_t *counts, size_t n, uint64_t revision)
{
	struct view_shelf *shelf = ((struct session *)user)->saved;
	(void)revision;
	for (size_t i = 0; i < MIN(n, shelf->asked->len); i++)
		g_hash_table_replace(shelf->counts, g_strdup(shelf->asked->pdata[i]),
			g_memdup2(&counts[i], sizeof counts[i]));
}

static void on_done(void *user, const GError *error)
{
	struct session *session = user;
	(void)error; /* then the counts stay unknown */
	session->saved->job = NULL;
	session->jobs--;
	session_tell(session, SESSION_DETAILS);
}

/* The part of a view that notmuch is asked; NULL when the index is not known yet. g_free. */
static char *index_query(const struct session *session, const char *query)
{
	return *query ? g_strdup(query) : session_scope(session);
}

static int64_t count_of(const struct session *session, const char *query)
{
	g_autofree char *asked = index_query(session, query);
	const int64_t *count = asked ? g_hash_table_lookup(session->saved->counts, asked) : NULL;
	return count ? *count : -1;
}

/* Has a query come that was not asked, such as a named one? */
static bool is_new(const struct view_shelf *shelf, const GPtrArray *queries)
{
	for (guint i = 0; shelf->asked && i < queries->len; i++)
		if (!g_ptr_array_find_with_equal_func(
			    shelf->asked, queries->pdata[i], g_str_equal, NULL))
			return true;
	return false;
}

static void ask(struct session *session, GPtrArray *queries)
{
	struct view_shelf *shelf = session->saved;
	if (!queries->len || shelf->job || session->result ||
		(!shelf->stale && !is_new(shelf, queries))) {
		g_ptr_array_unref(queries);
		return;
	}
	g_ptr_array_add(queries, NULL);
	g_clear_pointer(&shelf->asked, g_ptr_array_unref);
	shelf->asked = queries;
	shelf->stale = false;
	session->jobs++;
	shelf->job = reader_count_start(session->spawner, session->store,
		(const char *const *)queries->pdata, on_counts, on_done, session);
	g_ptr_array_set_size(queries, (gint)queries->len - 1);
}

/* --- the views */

static int64_t count_rows(const struct session *session, const struct filter *filter)
{
	int64_t n = 0;
	bool all_kinds = filter_asks(filter, "kind");
	for (guint i = 0; i < session->rows->entries->len; i++) {
		const struct entry *entry = session->rows->entries->pdata[i];
		for (const struct row_node *node = entry_rows(entry); node; node = node->next)
			n += !node->row.copy && !node->row.told_already && !node->row.coming &&
			     !node->row.unread_facts && !row_text(&node->row, ROW_ERROR) &&
			     (!node->row.hidden_kind || all_kinds) &&
			     filter_matches(filter, &node->row);
	}
	return n;
}

/* Are all rows that the view chooses from loaded? */
static bool is_loaded(const struct session *session, const char *query)
{
	return !session->load && session->query && strcmp(session->query, query) == 0 &&
	       filter_is_empty(session->filter) &&
	       (!session->also_filter || filter_is_empty(session->also_filter));
}

static void count(const struct session *session, struct saved_view *view, GPtrArray *queries)
{
	struct filter *filter = filter_new();
	g_autofree char *query = NULL;
	view->matches = -1;
	if (filter_parse(filter, view->query, &query, NULL)) {
		view->rows = is_loaded(session, query);
		view->filtered = !filter_is_empty(filter);
		view->matches = view->rows ? count_rows(session, filter) : count_of(session, query);
		char *asked = view->rows ? NULL : index_query(session, query);
		if (asked)
			g_ptr_array_add(queries, asked);
	}
	filter_free(filter);
}

static void add(struct session *session, const char *line, bool is_named, GPtrArray *queries)
{
	const char *end = strchr(line, '=');
	struct saved_view *view = g_new0(struct saved_view, 1);
	view->name = end ? g_strndup(line, (gsize)(end - line)) : g_strdup(line);
	view->query = is_named ? g_strdup_printf(strpbrk(view->name, " \t()\"") ? "query:\"%s\""
										: "query:%s",
					 view->name)
			       : g_strdup(end ? end + 1 : "");
	view->is_named = is_named;
	count(session, view, queries);
	g_ptr_array_add(session->saved->views, view);
}

int64_t session_scope_count(const struct session *session)
{
	return count_of(session, "");
}

const GPtrArray *session_views(struct session *session)
{
	GPtrArray *queries = g_ptr_array_new_with_free_func(g_free);
	char *const *own = viewbook_lines(config_views(session->config));
	char *const *named = session_named_queries(session);
	g_ptr_array_set_size(session->saved->views, 0);
	char *scope = index_query(session, "");
	if (scope)
		g_ptr_array_add(queries, scope);
	for (; *own; own++)
		add(session, *own, false, queries);
	for (; named && *named; named++)
		add(session, *named, true, queries);
	ask(session, queries);
	return session->saved->views;
}

char *session_view_text(const struct session *session)
{
	g_autofree char *also = session->also_filter ? filter_text(session->also_filter) : NULL;
	g_autofree char *filters = query_join(also, session_limit_text(session));
	return query_join(filters, session->query);
}
