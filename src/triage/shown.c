/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows of a session are shown, in which order, how many, and which of them are marked. */
#include "base/errors.h"
#include "base/words.h"
#include "triage/session-parts.h"

void session_rows_changed(struct session *session)
{
	session->view_dirty = true;
	nothing_shelf_stale(session);
	session_tell(session, SESSION_ROWS);
}

void session_rows_come(struct session *session)
{
	session->rows_came = true;
	nothing_shelf_stale(session);
	session_tell(session, SESSION_ROWS);
}

/* `limit`: the one that narrows without asking the index again. */
static void take_filters(
	const struct session *session, struct rowview *view, const struct filter *limit)
{
	const struct filter *all[] = {session->filter, session->also_filter, limit};
	size_t n = 0;
	memset(view->filters, 0, sizeof view->filters);
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		if (all[i] && !filter_is_empty(all[i]))
			view->filters[n++] = all[i];
}

static void rebuild(struct session *session)
{
	int64_t begin = g_get_monotonic_time();
	take_filters(session, &session->view, session->limit);
	rowview_build(&session->view, session->rows);
	session->view_dirty = false;
	session->view_took = g_get_monotonic_time() - begin;
}

struct row *const *session_rows(const struct session *session, size_t *count)
{
	/* What is shown is made when it is looked at; to the caller nothing changes. */
	if (session->view_dirty)
		rebuild((struct session *)session);
	*count = session->view.rows->len;
	return (struct row *const *)session->view.rows->pdata;
}

GPtrArray *session_whole(const struct session *session)
{
	struct rowview whole = {.key = session->view.key,
		.reverse = session->view.reverse,
		.rows = g_ptr_array_new()};
	take_filters(session, &whole, NULL);
	rowview_build(&whole, session->rows);
	/* Which rows count as hidden was told anew. */
	((struct session *)session)->view_dirty = true;
	return whole.rows;
}

void session_sort(struct session *session, enum sort_key key, bool reverse)
{
	session->view.key = key;
	session->view.reverse = reverse;
	session_rows_changed(session);
}

bool session_limit(struct session *session, const char *text, GError **error)
{
	struct filter *limit = filter_new();
	g_autofree char *rest = NULL;
	if (!filter_parse(limit, text ? text : "", &rest, error)) {
		filter_free(limit);
		return false;
	}
	if (*rest) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("`%s` is no filter; a limit takes words such as category:mailbox-full, a "
			  "query asks the index"),
			rest);
		filter_free(limit);
		return false;
	}
	filter_free(session->limit);
	session->limit = limit;
	g_free(session->limit_text);
	session->limit_text = filter_is_empty(limit) ? NULL : g_strdup(text);
	session_rows_changed(session);
	return true;
}

struct session_counts session_counts(const struct session *session)
{
	struct session_counts counts = {
		.found = session->result        ? result_count(session->result)
			 : session->about.known ? session->about.info.count
						: 0,
		.unreadable = session->rows->unreadable,
		.loading = session->load && !load_is_news(session->load),
		.indexed = session->load ? session->indexing_done : 0,
		.to_index = session->load && !session->indexed ? session->indexing_total : 0,
	};
	size_t shown;
	session_rows(session, &shown);
	counts.shown = shown;
	counts.marked = session->view.marked;
	counts.fresh = session->view.fresh;
	counts.gone = session->view.gone;
	counts.hidden = session->view.hidden;
	counts.read = session->rows->read;
	if (counts.loading) {
		counts.comparing = load_is_settling(session->load);
		counts.loading_ms = load_milliseconds(session->load);
	}
	if (session->load)
		counts.read -= MIN(counts.read, load_waits_for(session->load));
	return counts;
}

const char *session_limit_text(const struct session *session)
{
	return session->limit_text;
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
	const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
	return (x->date < y->date) - (x->date > y->date);
}

GPtrArray *session_folded(const struct session *session, const struct row *row)
{
	GPtrArray *folded = g_ptr_array_new();
	struct row_node *node = row->folded ? ((const struct row_node *)row)->told : NULL;
	(void)session;
	for (; node && node->row.told_already; node = node->told)
		g_ptr_array_add(folded, &node->row);
	g_ptr_array_sort(folded, newest_first);
	return folded;
}

/* --- marks: of rows that are shown; those that a limit hides keep theirs and count again when it
 * goes */

void session_mark(struct session *session, struct row *row, bool on)
{
	if (row->marked == on)
		return;
	row->marked = on;
	session->view.marked = on ? session->view.marked + 1 : session->view.marked - 1;
}

void session_mark_all(struct session *session, bool on)
{
	size_t n;
	struct row *const *rows = session_rows(session, &n);
	for (size_t i = 0; on && i < n; i++)
		session_mark(session, rows[i], on);
	for (guint i = 0; !on && i < session->rows->entries->len; i++)
		for (struct row_node *node = entry_rows(session->rows->entries->pdata[i]); node;
			node = node->next)
			node->row.marked = false;
	if (!on)
		session->view.marked = 0;
}

GPtrArray *session_selection(struct session *session, struct row *current)
{
	GPtrArray *selection = g_ptr_array_new();
	size_t n;
	struct row *const *rows = session_rows(session, &n);
	for (size_t i = 0; session->view.marked && i < n; i++)
		if (rows[i]->marked)
			g_ptr_array_add(selection, rows[i]);
	if (selection->len == 0 && current)
		g_ptr_array_add(selection, current);
	return selection;
}
