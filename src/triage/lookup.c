/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/lookup.h"

/* The first soon; then as many as take about this long. */
#define BATCH_LEAST 250
#define BATCH_FIRST 1000
#define BATCH_MOST 2000
#define BATCH_MICROSECONDS 150000

struct waiting {
	struct row_node *node;
	struct report *report;
};

static void waiting_free(gpointer data)
{
	struct waiting *waiting = data;
	report_free(waiting->report);
	g_free(waiting);
}

void lookup_init(struct lookup *lookup, struct sent_book *book, const struct surroundings *own)
{
	*lookup = (struct lookup){.book = book, .own = own, .batch = BATCH_FIRST};
}

void lookup_clear(struct lookup *lookup)
{
	g_queue_clear_full(&lookup->waiting, waiting_free);
	g_queue_clear_full(&lookup->asked, waiting_free);
}

void lookup_leave_kept(struct lookup *lookup)
{
	for (GList *link = lookup->waiting.head, *next; link; link = next) {
		const struct waiting *waiting = link->data;
		next = link->next;
		if (!waiting->node->row.entry->kept)
			continue;
		waiting_free(link->data);
		g_queue_delete_link(&lookup->waiting, link);
	}
}

static void judge(const struct surroundings *own, struct row_node *node,
	const struct report *report, const struct sent *sent)
{
	g_autofree struct context *contexts = g_new(struct context, report->recipients_n + 1);
	struct report_context in;
	report_context_init(&in, own, report, sent);
	for (size_t i = 0; i < report->recipients_n; i++)
		contexts[i] = context_of(own, &in, report, &report->recipients[i], sent);
	report_context_clear(&in);
	rowstore_set_contexts(node, contexts);
	node->row.sent = sent && sent->ours;
	node->row.refers = sent && sent->referred;
}

void lookup_judge(const struct lookup *lookup, struct row_node *node, const struct report *report)
{
	judge(lookup->own, node, report, NULL);
}

/* What the row does not tell as its letter. */
static void keep_references(struct row_node *node, const struct report *report)
{
	const char *letter = row_text(&node->row, ROW_ORIGINAL);
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	guint n = 0;
	sent_book_wants(report, ids);
	for (guint i = 0; i < ids->len; i++)
		if (!letter || strcmp(ids->pdata[i], letter) != 0)
			ids->pdata[n++] = ids->pdata[i];
	g_ptr_array_set_size(ids, (gint)n);
	g_ptr_array_add(ids, NULL);
	row_set_references(node, (char *const *)ids->pdata);
}

void lookup_add(struct lookup *lookup, struct row_node *node, struct report *report)
{
	keep_references(node, report);
	const struct waiting waiting = {node, report};
	g_queue_push_tail(&lookup->waiting, g_memdup2(&waiting, sizeof waiting));
}

size_t lookup_length(const struct lookup *lookup)
{
	return lookup->waiting.length + lookup->asked.length;
}

bool lookup_is_asking(const struct lookup *lookup)
{
	return lookup->asked.length > 0;
}

bool lookup_is_due(const struct lookup *lookup, bool last)
{
	return lookup->waiting.length >= (last ? 1 : lookup->batch);
}

void lookup_ask(struct lookup *lookup, job_done *done, void *user)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	while (lookup->waiting.length && lookup->asked.length < lookup->batch) {
		struct waiting *waiting = g_queue_pop_head(&lookup->waiting);
		g_queue_push_tail(&lookup->asked, waiting);
		sent_book_wants(waiting->report, ids);
	}
	lookup->began = g_get_monotonic_time();
	sent_book_lookup(lookup->book, (const char *const *)ids->pdata, ids->len, done, user);
}

void lookup_take(struct lookup *lookup)
{
	int64_t took = MAX(g_get_monotonic_time() - lookup->began, 1);
	int64_t fits = (int64_t)lookup->asked.length * BATCH_MICROSECONDS / took;
	lookup->batch = (guint)CLAMP(fits, BATCH_LEAST, BATCH_MOST);
	for (GList *link = lookup->asked.head; link; link = link->next) {
		const struct waiting *waiting = link->data;
		struct sent sent = sent_book_of(lookup->book, waiting->report);
		judge(lookup->own, waiting->node, waiting->report, &sent);
	}
	g_queue_clear_full(&lookup->asked, waiting_free);
	sent_book_forget(lookup->book);
}
