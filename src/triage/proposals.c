/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "triage/outcome.h"
#include "triage/propose.h"
#include "triage/session-parts.h"

static void proposal_free(gpointer data)
{
	struct proposal *proposal = data;
	g_ptr_array_unref(proposal->ids);
	g_ptr_array_unref(proposal->rows);
	g_free(proposal);
}

static struct proposal *proposal_new(const struct row *row, enum move move, enum ground ground)
{
	struct proposal *proposal = g_new0(struct proposal, 1);
	proposal->address = row_text(row, ROW_ADDRESS);
	proposal->move = move;
	proposal->ground = ground;
	proposal->ids = g_ptr_array_new();
	proposal->rows = g_ptr_array_new();
	return proposal;
}

static gint by_address(gconstpointer a, gconstpointer b)
{
	return strcmp(
		(*(struct proposal *const *)a)->address, (*(struct proposal *const *)b)->address);
}

static gint by_mailbox(gconstpointer a, gconstpointer b)
{
	const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
	int order = strcmp(row_text(x, ROW_MAILBOX), row_text(y, ROW_MAILBOX));
	return order ? order : (x->date > y->date) - (x->date < y->date);
}

/* --- what goes on */

static enum ground ground_of(const struct row *row)
{
	return row->state == STATE_PROPOSED ? (enum ground)row->ground : GROUND_NONE;
}

static void add_evidence(struct proposal *proposal, struct row *row)
{
	if (!proposal->count++)
		proposal->first = row->date;
	proposal->last = row->date;
	proposal->category = row->category;
	g_ptr_array_add(proposal->ids, (gpointer)row_id(row));
	g_ptr_array_add(proposal->rows, row);
}

static struct proposal *put_on(const struct session *session, struct row *const *rows, size_t n)
{
	struct proposal *proposal = NULL;
	for (size_t i = 0; i < n; i++) {
		enum ground ground = ground_of(rows[i]);
		if (ground != GROUND_NONE && !proposal)
			proposal = proposal_new(rows[i], MOVE_ON, ground);
		if (ground != GROUND_NONE)
			add_evidence(proposal, rows[i]);
	}
	if (!proposal)
		return NULL;
	proposal->total = proposal->count;
	proposal->before = suppression_released(session->suppression, proposal->address);
	if (proposal->before) {
		proposal->move = MOVE_BACK;
		proposal->total += proposal->before->entry->count;
	}
	return proposal;
}

/* --- what comes off */

/* Who complained comes off when they ask for it. */
static bool stays(const struct suppressed *entry)
{
	return strcmp(entry->category, "complaint") == 0;
}

/* The last time that the address showed itself alive; `everything`: all that bounced is loaded, so
 * a letter that did not come back arrived. */
static const struct event *last_success(const GArray *events, bool everything)
{
	const struct event *last = NULL;
	for (guint i = 0; i < events->len; i++) {
		const struct event *event = &g_array_index(events, struct event, i);
		if (event->kind == EVENT_ANSWERED || (event->kind == EVENT_QUIET && everything))
			last = event;
	}
	return last;
}

static int64_t last_report(const GArray *events)
{
	int64_t last = 0;
	for (guint i = 0; i < events->len; i++) {
		const struct event *event = &g_array_index(events, struct event, i);
		if (event->row && event->counts)
			last = MAX(last, event->at);
	}
	return last;
}

/* `nodes`: all reports about the address, `n` of `rows` are on show. */
static struct proposal *take_off(const struct session *session, struct row *const *rows, size_t n,
	const GPtrArray *nodes, guint from)
{
	const struct suppressed *entry =
		suppression_find(session->suppression, row_text(rows[0], ROW_ADDRESS));
	if (!entry || stays(entry))
		return NULL;
	g_autoptr(GArray) events = events_of((struct row_node *const *)nodes->pdata + from,
		rowstore_end_of_mailbox(nodes, from) - from,
		contacts_find(session_contacts(session), row_text(rows[0], ROW_MAILBOX)),
		clock_now(), session_quiet(session));
	const struct event *success = last_success(events, !session->query || !*session->query);
	if (!success || success->at <= MAX(last_report(events), entry->last))
		return NULL;
	struct proposal *proposal = proposal_new(rows[n - 1], MOVE_OFF,
		success->kind == EVENT_ANSWERED ? GROUND_ANSWERED : GROUND_QUIET);
	proposal->category = category_by_id(session->knowledge, entry->category);
	proposal->count = proposal->total = entry->count;
	proposal->first = entry->first;
	proposal->last = entry->last;
	proposal->success = success->at;
	g_ptr_array_add(proposal->ids, (gpointer)success->id);
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(proposal->rows, rows[i]);
	return proposal;
}

/* --- all of them */

/* Only what is proposed or on the list; `*listed`: some of it is there. */
static GPtrArray *rows_in_question(const struct session *session, bool *listed)
{
	GPtrArray *found = g_ptr_array_new();
	size_t n;
	struct row *const *rows = session_rows(session, &n);
	*listed = false;
	for (size_t i = 0; i < n; i++) {
		bool is_listed = rows[i]->state == STATE_SUPPRESSED;
		if (!row_text(rows[i], ROW_MAILBOX) ||
			!(is_listed || rows[i]->state == STATE_PROPOSED))
			continue;
		*listed = *listed || is_listed;
		g_ptr_array_add(found, rows[i]);
	}
	g_ptr_array_sort(found, by_mailbox);
	return found;
}

/* Where the reports about each mailbox begin. */
static GHashTable *starts_of(const GPtrArray *nodes)
{
	GHashTable *starts = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < nodes->len; i = rowstore_end_of_mailbox(nodes, i))
		g_hash_table_insert(starts,
			(gpointer)row_text(&((struct row_node *)nodes->pdata[i])->row, ROW_MAILBOX),
			GUINT_TO_POINTER(i));
	return starts;
}

GPtrArray *session_proposals(const struct session *session)
{
	GPtrArray *proposals = g_ptr_array_new_with_free_func(proposal_free);
	bool listed;
	g_autoptr(GPtrArray) found = rows_in_question(session, &listed);
	g_autoptr(GPtrArray) nodes =
		listed ? rowstore_by_mailbox(session->rows) : g_ptr_array_new();
	g_autoptr(GHashTable) starts = starts_of(nodes);
	for (guint i = 0, end; i < found->len; i = end) {
		struct row *const *rows = (struct row *const *)found->pdata + i;
		gpointer from;
		for (end = i; end < found->len &&
			      row_text((struct row *)found->pdata[end], ROW_MAILBOX) ==
				      row_text(rows[0], ROW_MAILBOX);)
			end++;
		struct proposal *proposal = put_on(session, rows, end - i);
		if (!proposal && g_hash_table_lookup_extended(
					 starts, row_text(rows[0], ROW_MAILBOX), NULL, &from))
			proposal = take_off(session, rows, end - i, nodes, GPOINTER_TO_UINT(from));
		if (proposal)
			g_ptr_array_add(proposals, proposal);
	}
	g_ptr_array_sort(proposals, by_address);
	return proposals;
}
