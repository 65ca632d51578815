/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What only the whole result tells: copies of a report, delays and reports that a later one of the
 * same failure followed (H5, H7), how often an address bounced, which addresses should be
 * suppressed.
 */
#include <stdlib.h>

#include "triage/rowstore.h"

/* --- copies: two files of one message that hold the same report */

static bool same_report(const struct row_node *a, const struct row_node *b)
{
	unsigned file_a = a->row.file, file_b = b->row.file;
	while (a && b && a->row.file == file_a && b->row.file == file_b) {
		if (a->fingerprint != b->fingerprint ||
			row_text(&a->row, ROW_ADDRESS) != row_text(&b->row, ROW_ADDRESS) ||
			row_text(&a->row, ROW_STATUS) != row_text(&b->row, ROW_STATUS) ||
			row_text(&a->row, ROW_RULE) != row_text(&b->row, ROW_RULE) ||
			row_text(&a->row, ROW_CAUSE) != row_text(&b->row, ROW_CAUSE) ||
			a->row.kind != b->row.kind ||
			row_text(&a->row, ROW_REPORTING_MTA) !=
				row_text(&b->row, ROW_REPORTING_MTA) ||
			row_text(&a->row, ROW_REMOTE_MTA) != row_text(&b->row, ROW_REMOTE_MTA) ||
			row_text(&a->row, ROW_ORIGINAL) != row_text(&b->row, ROW_ORIGINAL))
			return false;
		a = a->next;
		b = b->next;
	}
	return (!a || a->row.file != file_a) && (!b || b->row.file != file_b);
}

static struct row_node *next_file(const struct row_node *node)
{
	unsigned file = node->row.file;
	struct row_node *next = node->next;
	while (next && next->row.file == file)
		next = next->next;
	return next;
}

/* Of the report that begins here. */
static guint hash_report(gconstpointer data)
{
	const struct row_node *node = data;
	unsigned file = node->row.file;
	guint hash = 0;
	for (; node && node->row.file == file; node = node->next)
		hash = hash * 31 + node->fingerprint +
		       g_direct_hash(row_text(&node->row, ROW_ADDRESS));
	return hash;
}

static gboolean equal_reports(gconstpointer a, gconstpointer b)
{
	return same_report(a, b);
}

void rowstore_find_copies(struct entry *entry)
{
	if (entry->files_n < 2)
		return;
	g_autoptr(GHashTable) seen = g_hash_table_new(hash_report, equal_reports);
	for (struct row_node *first = entry_rows(entry); first; first = next_file(first)) {
		bool known = !first->row.unread_facts && !row_text(&first->row, ROW_ERROR);
		bool copy = known && g_hash_table_contains(seen, first);
		if (known && !copy)
			g_hash_table_add(seen, first);
		for (struct row_node *node = first; node && node->row.file == first->row.file;
			node = node->next)
			node->row.copy = copy;
	}
}

/* --- folding */

bool rowstore_counts(const struct row_node *node)
{
	return !node->row.hidden_kind && !node->row.copy && !node->row.unread_facts &&
	       row_text(&node->row, ROW_MAILBOX);
}

static GPtrArray *failures_of(const struct rowstore *store)
{
	GPtrArray *nodes = g_ptr_array_new();
	for (guint i = 0; i < store->entries->len; i++)
		for (struct row_node *node = entry_rows(store->entries->pdata[i]); node;
			node = node->next)
			if (rowstore_counts(node))
				g_ptr_array_add(nodes, node);
	return nodes;
}

static int compare_pointers(const void *a, const void *b)
{
	return (a > b) - (a < b);
}

/* By message; final reports first, of these the one that can be trusted most, then the newest. */
static gint by_case(gconstpointer a, gconstpointer b)
{
	const struct row_node *x = *(struct row_node *const *)a, *y = *(struct row_node *const *)b;
	int order =
		compare_pointers(row_text(&x->row, ROW_ORIGINAL), row_text(&y->row, ROW_ORIGINAL));
	if (order == 0)
		order = (x->row.kind == KIND_DELAY) - (y->row.kind == KIND_DELAY);
	if (order == 0)
		order = x->row.trust - y->row.trust;
	return order ? order : (x->row.date < y->row.date) - (x->row.date > y->row.date);
}

/* A delay that ended, or another report of the same failure. A report that is contradicted tells of
 * something else than it says. */
static bool is_told_already(const struct row_node *node, const struct row_node *leader)
{
	return node->row.kind == KIND_DELAY ||
	       (leader->row.kind != KIND_DELAY && node->row.trust != TRUST_CONTRADICTED);
}

struct row_node *row_leader(const struct row_node *node)
{
	struct row_node *leader = node->row.told_already ? node->told : NULL;
	while (leader && leader->row.told_already)
		leader = leader->told;
	return leader;
}

static void fold_cases(GPtrArray *nodes)
{
	struct row_node *leader = NULL;
	g_ptr_array_sort(nodes, by_case);
	for (guint i = 0; i < nodes->len; i++) {
		struct row_node *node = nodes->pdata[i];
		node->told = NULL;
		node->row.told_already = false;
		node->row.folded = 0;
		if (!leader || !row_text(&node->row, ROW_ORIGINAL) ||
			row_text(&node->row, ROW_ORIGINAL) !=
				row_text(&leader->row, ROW_ORIGINAL)) {
			leader = node;
		} else if (is_told_already(node, leader)) {
			node->row.told_already = true;
			node->told = leader->told ? leader->told : leader;
			leader->told = node;
			leader->row.folded++;
		}
	}
}

/* --- per mailbox */

static gint by_mailbox(gconstpointer a, gconstpointer b)
{
	const struct row_node *x = *(struct row_node *const *)a, *y = *(struct row_node *const *)b;
	int order =
		compare_pointers(row_text(&x->row, ROW_MAILBOX), row_text(&y->row, ROW_MAILBOX));
	return order ? order : (x->row.date > y->row.date) - (x->row.date < y->row.date);
}

guint rowstore_end_of_mailbox(const GPtrArray *nodes, guint from)
{
	guint end = from;
	while (end < nodes->len &&
		row_text(&((struct row_node *)nodes->pdata[end])->row, ROW_MAILBOX) ==
			row_text(&((struct row_node *)nodes->pdata[from])->row, ROW_MAILBOX))
		end++;
	return end;
}

GPtrArray *rowstore_by_mailbox(const struct rowstore *store)
{
	GPtrArray *nodes = failures_of(store);
	g_ptr_array_sort(nodes, by_mailbox);
	return nodes;
}

GPtrArray *rowstore_of_mailbox(const struct rowstore *store, const char *mailbox)
{
	g_autoptr(GPtrArray) all = failures_of(store);
	GPtrArray *nodes = g_ptr_array_new();
	for (guint i = 0; i < all->len; i++)
		if (strcmp(row_text(&((struct row_node *)all->pdata[i])->row, ROW_MAILBOX),
			    mailbox) == 0)
			g_ptr_array_add(nodes, all->pdata[i]);
	g_ptr_array_sort(nodes, by_mailbox);
	return nodes;
}

void reports_fold(GPtrArray *nodes)
{
	g_autoptr(GPtrArray) cases = g_ptr_array_copy(nodes, NULL, NULL);
	unsigned count = 0;
	fold_cases(cases);
	g_ptr_array_sort(nodes, by_mailbox);
	for (guint i = 0; i < nodes->len; i++)
		count += !((struct row *)nodes->pdata[i])->told_already;
	for (guint i = 0; i < nodes->len; i++)
		((struct row_node *)nodes->pdata[i])->row.bounces_of_address = count;
}
