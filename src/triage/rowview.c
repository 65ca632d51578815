/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of the rows is shown, and in which order. */
#include "base/words.h"
#include "triage/rowstore.h"

const char *const sort_names[SORT_COUNT] = {
	[SORT_DATE] = N_("date"),
	[SORT_ADDRESS] = N_("address"),
	[SORT_DOMAIN] = N_("domain"),
	[SORT_STATUS] = N_("status"),
	[SORT_CATEGORY] = N_("category"),
	[SORT_TYPE] = N_("type"),
	[SORT_MTA] = N_("mta"),
};

/* Unknown values stand last. */
static int compare_text(const char *a, const char *b)
{
	if (a == b)
		return 0;
	if (!a || !b)
		return a ? -1 : 1;
	return strcmp(a, b);
}

static int compare_status(const char *a, const char *b)
{
	while (a && b && *a && *b) {
		if (g_ascii_isdigit(*a) && g_ascii_isdigit(*b)) {
			char *end_a, *end_b;
			guint64 x = g_ascii_strtoull(a, &end_a, 10),
				y = g_ascii_strtoull(b, &end_b, 10);
			if (x != y)
				return x < y ? -1 : 1;
			a = end_a;
			b = end_b;
		} else if (*a++ != *b++) {
			return a[-1] < b[-1] ? -1 : 1;
		}
	}
	return compare_text(a, b);
}

static int compare_key(enum sort_key key, const struct row *a, const struct row *b)
{
	switch (key) {
	case SORT_ADDRESS:
		return compare_text(row_text(a, ROW_MAILBOX), row_text(b, ROW_MAILBOX));
	case SORT_DOMAIN:
		return compare_text(row_text(a, ROW_DOMAIN), row_text(b, ROW_DOMAIN));
	case SORT_STATUS:
		return compare_status(row_text(a, ROW_STATUS), row_text(b, ROW_STATUS));
	case SORT_CATEGORY:
		return (a->category ? a->category->index : INT_MAX) -
		       (b->category ? b->category->index : INT_MAX);
	case SORT_TYPE:
		return a->type - b->type;
	case SORT_MTA:
		return compare_text(row_text(a, ROW_REMOTE_MTA), row_text(b, ROW_REMOTE_MTA));
	case SORT_DATE:
	case SORT_COUNT:
		break;
	}
	return 0;
}

/* Newest first among equals; then file and recipient, so that the order is the same every time. */
static int compare_rows(const struct row *a, const struct row *b, const struct rowview *view)
{
	int order = compare_key(view->key, a, b);
	if (order == 0)
		order = (a->date < b->date) - (a->date > b->date);
	if (order == 0)
		order = a->entry == b->entry ? 0 : strcmp(row_id(a), row_id(b));
	if (order)
		return view->reverse ? -order : order;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return (a->recipient > b->recipient) - (a->recipient < b->recipient);
}

static gint compare(gconstpointer a, gconstpointer b, gpointer view)
{
	return compare_rows(*(struct row *const *)a, *(struct row *const *)b, view);
}

/* The store's own order is the usual one. */
static bool keeps_order(const struct rowview *view)
{
	return view->key == SORT_DATE && !view->reverse;
}

static bool is_behind(const struct rowview *view, const struct row *row)
{
	const GPtrArray *rows = view->rows;
	return !rows->len || compare_rows(rows->pdata[rows->len - 1], row, view) <= 0;
}

static bool is_filtered(const struct rowview *view)
{
	return view->filters[0] || view->filters[1] || view->filters[2];
}

static bool asks(const struct rowview *view, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(view->filters); i++)
		if (view->filters[i] && filter_asks(view->filters[i], name))
			return true;
	return false;
}

static bool matches(const struct rowview *view, const struct row *row)
{
	for (size_t i = 0; i < G_N_ELEMENTS(view->filters); i++)
		if (view->filters[i] && !filter_matches(view->filters[i], row))
			return false;
	return true;
}

/* Rows whose facts are not known yet are shown where nothing is asked of them. */
static bool is_shown(const struct rowview *view, const struct row_node *node, bool all_kinds)
{
	if (node->row.copy || node->row.told_already || (node->row.hidden_kind && !all_kinds))
		return false;
	if (node->row.unread_facts || row_text(&node->row, ROW_ERROR))
		return !is_filtered(view);
	return matches(view, &node->row);
}

void rowview_build(struct rowview *view, const struct rowstore *store)
{
	bool all_kinds = asks(view, "kind"), sorted = true;
	g_ptr_array_set_size(view->rows, 0);
	view->hidden = 0;
	view->marked = 0;
	view->fresh = view->gone = 0;
	for (guint i = 0; i < store->entries->len; i++) {
		const struct entry *entry = store->entries->pdata[i];
		for (struct row_node *node = entry_rows(entry); node; node = node->next) {
			if (node->row.coming)
				continue;
			node->row.hidden = node->row.copy || node->row.told_already ||
					   (node->row.hidden_kind && !all_kinds);
			view->hidden += node->row.hidden;
			if (!is_shown(view, node, all_kinds))
				continue;
			view->marked += node->row.marked;
			view->fresh += node->row.fresh;
			view->gone += node->row.gone;
			sorted = sorted && (keeps_order(view) || is_behind(view, &node->row));
			g_ptr_array_add(view->rows, &node->row);
		}
	}
	if (!sorted)
		g_ptr_array_sort_with_data(view->rows, compare, view);
}
