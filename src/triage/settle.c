/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What only the whole result tells: copies, earlier reports of the same failure, how often an
 * address bounced, what became of it, what is suggested and proposed. But for copies, all of it
 * stays within one mailbox; so it is worked out mailbox by mailbox, the newest first, a share at a
 * time: no key waits for a hundred thousand of them. Mailboxes are settled anew when anything
 * changed of a message that is about them (entry->unsettled).
 */
#include <malloc.h>

#include "base/clock.h"
#include "base/strhash.h"
#include "triage/outcome.h"
#include "triage/propose.h"
#include "triage/session-parts.h"
#include "triage/state.h"
#include "triage/suggest.h"

#define SHARE_MICROSECONDS 6000
#define UNITS_A_LOOK 16 /* at the clock */
#define STAGES 5

/* A report that counts, and where the next one of its mailbox is. */
struct link {
	struct row_node *node;
	guint next; /* 0: it is the last */
	bool first;
};

struct settling {
	size_t stage;
	guint at; /* the unit that is next in this stage */
	guint source;

	GHashTable
		*pending; /* mailboxes to be settled -> index in `links` of their last, 0: none */
	GArray *links;
	guint gathered_from;  /* messages that were there when gathering began */
	GPtrArray *nodes;     /* of the mailbox in hand */
	GHashTable *returned; /* letters that came back, while the suggester is made */
	GHashTableIter contacts;
	struct suggester *making, *suggester;

	/* as all of it began */
	struct state_words words;
	struct thresholds thresholds;
	int64_t quiet;
};

struct settling *settling_new(void)
{
	struct settling *settling = g_new0(struct settling, 1);
	settling->pending = g_hash_table_new(NULL, NULL);
	settling->links = g_array_new(FALSE, FALSE, sizeof(struct link));
	settling->nodes = g_ptr_array_new();
	settling->stage = STAGES;
	return settling;
}

/* An array that is emptied keeps its memory: 24 bytes a report. */
static void forget_links(struct settling *settling)
{
	g_hash_table_remove_all(settling->pending);
	g_array_unref(settling->links);
	settling->links = g_array_new(FALSE, FALSE, sizeof(struct link));
}

static void forget_suggester(struct settling *settling)
{
	g_clear_pointer(&settling->returned, g_hash_table_unref);
	g_clear_pointer(&settling->making, suggester_free);
	g_clear_pointer(&settling->suggester, suggester_free);
}

void settling_free(struct settling *settling)
{
	g_assert(!settling->source);
	forget_suggester(settling);
	g_hash_table_unref(settling->pending);
	g_array_unref(settling->links);
	g_ptr_array_unref(settling->nodes);
	g_free(settling);
}

/* --- one entry, or one mailbox */

static struct entry *next_entry(const struct session *session)
{
	const GPtrArray *entries = session->rows->entries;
	guint at = session->settling->at++;
	return at < entries->len ? entries->pdata[at] : NULL;
}

static struct state_words state_words_of(const struct session *session)
{
	return (struct state_words){
		.config = session->config,
		.suppression = session->suppression,
		.uses_done_tag = session->about.uses_done_tag,
		.now = clock_now(),
	};
}

static void refresh_state(const struct state_words *words, struct row_node *node)
{
	int64_t retried;
	node->row.state = (unsigned char)row_state(words, &node->row, &retried);
	node->retried = (uint32_t)CLAMP(retried, 0, (int64_t)UINT32_MAX);
}

/* Which mailboxes it is about; rows that are about none are settled by this. */
static bool meet_entry(struct session *session)
{
	struct settling *settling = session->settling;
	struct entry *entry = next_entry(session);
	if (!entry || !entry->unsettled)
		return entry;
	entry->unsettled = false;
	rowstore_find_copies(entry);
	for (struct row_node *node = entry_rows(entry); node; node = node->next) {
		if (row_text(&node->row, ROW_MAILBOX))
			g_hash_table_insert(settling->pending,
				(gpointer)row_text(&node->row, ROW_MAILBOX), GUINT_TO_POINTER(0));
		if (!rowstore_counts(node) && !session->result)
			refresh_state(&settling->words, node);
	}
	return true;
}

static void gather_node(struct settling *settling, struct row_node *node)
{
	const struct link link = {.node = node};
	guint at = settling->links->len;
	gpointer last;
	if (!g_hash_table_lookup_extended(
		    settling->pending, row_text(&node->row, ROW_MAILBOX), NULL, &last))
		return;
	g_array_append_val(settling->links, link);
	if (last)
		g_array_index(settling->links, struct link, GPOINTER_TO_UINT(last)).next = at;
	else
		g_array_index(settling->links, struct link, at).first = true;
	g_hash_table_insert(settling->pending, (gpointer)row_text(&node->row, ROW_MAILBOX),
		GUINT_TO_POINTER(at));
}

/* What was begun anew half-way left mailboxes behind, and places in links that are no more. */
static void begin_gathering(struct session *session)
{
	struct settling *settling = session->settling;
	GHashTableIter iter;
	g_hash_table_iter_init(&iter, settling->pending);
	while (g_hash_table_iter_next(&iter, NULL, NULL))
		g_hash_table_iter_replace(&iter, GUINT_TO_POINTER(0));
	/* Place 0 is nobody's: it says "none". */
	g_array_set_size(settling->links, 1);
	settling->gathered_from = session->rows->entries->len;
	settling->at = 0;
}

static bool gather_entry(struct session *session)
{
	struct settling *settling = session->settling;
	struct entry *entry;
	/* One that came between two shares moved the others: one of them would be met twice. */
	if (settling->at == 0 || settling->gathered_from != session->rows->entries->len)
		begin_gathering(session);
	entry = next_entry(session);
	for (struct row_node *node = entry ? entry_rows(entry) : NULL; node; node = node->next)
		if (rowstore_counts(node))
			gather_node(settling, node);
	return entry;
}

/* A query of one's own may leave out what else came back: then nothing is known to have arrived. */
static bool note_returned(struct session *session)
{
	struct settling *settling = session->settling;
	struct entry *entry;
	if (settling->suggester || !session_contacts(session) || *session->query)
		return false;
	if (!settling->returned)
		settling->returned = g_hash_table_new(strhash, g_str_equal);
	entry = next_entry(session);
	for (struct row_node *node = entry ? entry_rows(entry) : NULL; node; node = node->next)
		if (row_text(&node->row, ROW_ORIGINAL) && rowstore_counts(node))
			g_hash_table_add(
				settling->returned, (gpointer)row_text(&node->row, ROW_ORIGINAL));
	return entry;
}

static bool take_contact(struct session *session)
{
	struct settling *settling = session->settling;
	const struct contacts *contacts = session_contacts(session);
	const struct contact *contact;
	if (settling->suggester)
		return false;
	if (settling->at++ == 0) {
		suggester_free(settling->making);
		settling->making = suggester_new(settling->words.now - settling->quiet);
		if (contacts)
			contacts_walk(contacts, &settling->contacts);
	}
	contact = contacts ? contacts_next(&settling->contacts) : NULL;
	if (contact) {
		suggester_take(settling->making, contact, settling->returned);
		return true;
	}
	g_clear_pointer(&settling->returned, g_hash_table_unref);
	settling->suggester = g_steal_pointer(&settling->making);
	return false;
}

static void suggest(struct session *session, const GPtrArray *nodes)
{
	const struct row *oldest = nodes->pdata[0];
	g_autofree char *found = suggester_find(
		session->settling->suggester, row_text(oldest, ROW_MAILBOX), oldest->category);
	for (guint i = 0; i < nodes->len; i++)
		row_set_text(nodes->pdata[i], ROW_SUGGESTION, found);
}

static void decide(struct session *session, GPtrArray *nodes)
{
	const struct settling *settling = session->settling;
	const char *mailbox = row_text(&((struct row_node *)nodes->pdata[0])->row, ROW_MAILBOX);
	/* A result tells of states and suggestions itself: it knew the index. */
	if (session->result) {
		reports_fold(nodes);
		return;
	}
	for (guint i = 0; i < nodes->len; i++)
		refresh_state(&settling->words, nodes->pdata[i]);
	reports_fold(nodes);
	reports_find_returned(nodes);
	reports_find_outcomes(nodes, contacts_find(session_contacts(session), mailbox),
		settling->words.now, settling->quiet);
	suggest(session, nodes);
	reports_propose(nodes, &settling->thresholds, session->suppression);
}

static bool decide_mailbox(struct session *session)
{
	struct settling *settling = session->settling;
	const struct link *link;
	if (++settling->at >= settling->links->len)
		return false;
	link = &g_array_index(settling->links, struct link, settling->at);
	if (!link->first)
		return true;
	g_ptr_array_set_size(settling->nodes, 0);
	g_ptr_array_add(settling->nodes, link->node);
	while (link->next) {
		link = &g_array_index(settling->links, struct link, link->next);
		g_ptr_array_add(settling->nodes, link->node);
	}
	decide(session, settling->nodes);
	g_hash_table_remove(settling->pending, row_text(&link->node->row, ROW_MAILBOX));
	return true;
}

/* Each does one unit; false: none was left. */
static bool (*const stages[STAGES])(struct session *session) = {
	meet_entry, gather_entry, note_returned, take_contact, decide_mailbox};

/* --- a share at a time */

bool session_is_settled(const struct session *session)
{
	return session->settling->stage == STAGES;
}

static void settle_share(struct session *session)
{
	struct settling *settling = session->settling;
	int64_t until = g_get_monotonic_time() + SHARE_MICROSECONDS;
	unsigned units = 0;
	while (!session_is_settled(session)) {
		if (++units % UNITS_A_LOOK == 0 && g_get_monotonic_time() >= until)
			break;
		if (!stages[settling->stage](session)) {
			settling->stage++;
			settling->at = 0;
		}
	}
	if (session_is_settled(session)) {
		forget_links(settling);
		session_rows_changed(session);
	} else {
		session_rows_come(session);
	}
}

static gboolean on_idle(gpointer user)
{
	struct session *session = user;
	settle_share(session);
	if (!session_is_settled(session))
		return G_SOURCE_CONTINUE;
	session->settling->source = 0;
	/* What was needed for a while has left holes; a load that ends gives them back itself. */
	if (!load_settled(session))
		malloc_trim(0);
	return G_SOURCE_REMOVE;
}

void session_settle(struct session *session)
{
	const struct config *config = session->config;
	struct settling *settling = session->settling;
	settling->words = state_words_of(session);
	settling->thresholds = (struct thresholds){
		.proven_reports = config_int(config, SET_PROVEN_REPORTS),
		.hard_reports = config_int(config, SET_HARD_REPORTS),
		.soft_week = config_int(config, SET_SOFT_WEEK),
		.soft_month = config_int(config, SET_SOFT_MONTH),
		.proven_only = session_sent_indexed(session),
	};
	settling->quiet = session_quiet(session);
	settling->stage = 0;
	settling->at = 0;
	settle_share(session);
	if (!session_is_settled(session) && !settling->source)
		settling->source = g_idle_add(on_idle, session);
}

void session_settle_all(struct session *session)
{
	forget_suggester(session->settling);
	for (guint i = 0; i < session->rows->entries->len; i++)
		((struct entry *)session->rows->entries->pdata[i])->unsettled = true;
	session_settle(session);
}

void settling_drop(struct session *session)
{
	struct settling *settling = session->settling;
	if (settling->source)
		g_source_remove(settling->source);
	settling->source = 0;
	settling->stage = STAGES;
	forget_links(settling);
	forget_suggester(settling);
}

void session_refresh_states(struct session *session, struct entry *entry)
{
	const struct state_words words = state_words_of(session);
	for (struct row_node *node = entry_rows(entry); node; node = node->next)
		refresh_state(&words, node);
}
