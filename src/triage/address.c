/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/address.h"

#include "base/address.h"
#include "base/clock.h"
#include "triage/figures.h"
#include "triage/session-parts.h"

/* --- gathering */

static void count_reports(struct address_page *page, const GPtrArray *nodes)
{
	for (guint i = 0; i < nodes->len; i++) {
		const struct row_node *node = nodes->pdata[i];
		page->bounces += !node->row.told_already && node->row.kind == KIND_FAILURE;
		page->delays += !node->row.told_already && node->row.kind == KIND_DELAY;
		page->states |= 1U << node->row.state;
		if (row_text(&node->row, ROW_SUGGESTION))
			page->suggestion = row_text(&node->row, ROW_SUGGESTION);
	}
	page->reports = nodes->len;
	if (nodes->len) {
		page->first = ((struct row_node *)nodes->pdata[0])->row.date;
		page->last = ((struct row_node *)nodes->pdata[nodes->len - 1])->row.date;
	}
}

static const struct contact_mail *letter_of(const struct contact *contact, const char *id)
{
	for (const struct contact_mail *mail = contact ? contact->to : NULL; mail;
		mail = mail->next)
		if (strcmp(mail->id, id) == 0)
			return mail;
	return NULL;
}

static bool has_original(const GArray *originals, const char *id)
{
	for (guint i = 0; i < originals->len; i++)
		if (g_array_index(originals, struct returned, i).id == id)
			return true;
	return false;
}

static void find_originals(
	struct address_page *page, const GPtrArray *nodes, const struct contact *contact)
{
	for (guint i = nodes->len; i-- > 0;) {
		const struct row_node *node = nodes->pdata[i];
		if (!row_text(&node->row, ROW_ORIGINAL) ||
			has_original(page->originals, row_text(&node->row, ROW_ORIGINAL)))
			continue;
		const struct contact_mail *mail =
			letter_of(contact, row_text(&node->row, ROW_ORIGINAL));
		const struct returned returned = {row_text(&node->row, ROW_ORIGINAL),
			mail ? mail->subject : NULL, contact_thread(mail), &node->row};
		g_array_append_val(page->originals, returned);
	}
}

static void find_later(struct address_page *page)
{
	int64_t last = 0;
	for (guint i = 0; i < page->events->len; i++) {
		const struct event *event = &g_array_index(page->events, struct event, i);
		if (event->row && event->row->origin != ORIGIN_FORGED &&
			event->row->trust != TRUST_CONTRADICTED)
			last = event->at;
	}
	for (guint i = 0; i < page->events->len; i++) {
		const struct event *event = &g_array_index(page->events, struct event, i);
		if (event->mail && event->kind != EVENT_ANSWERED && event->at > last)
			g_ptr_array_add(page->later, (gpointer)event->mail);
	}
}

/* A day in words; g_free. */
static char *day_of(const struct knowledge *knowledge, int64_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(time);
	g_autofree char *iso = date ? g_date_time_format(date, "%Y-%m-%dT00:00:00") : NULL;
	return iso ? figure_date(knowledge, iso) : g_strdup("?");
}

static char *why_of(const struct knowledge *knowledge, const struct standing *standing)
{
	const char *text = word(knowledge, WORDS_CONDITION_WHY, (int)standing->why);
	g_autofree char *day = standing->by ? day_of(knowledge, standing->by->at) : g_strdup("");
	return words_with(text, day);
}

struct address_page *address_page_new(const struct session *session, const char *address)
{
	struct address_page *page = g_new0(struct address_page, 1);
	g_autofree char *key = address_key(address);
	page->address = g_ascii_strdown(key, -1);
	page->later = g_ptr_array_new();
	page->originals = g_array_new(FALSE, FALSE, sizeof(struct returned));
	g_autoptr(GPtrArray) nodes = rowstore_of_mailbox(session->rows, page->address);
	const struct contact *contact = contacts_find(session_contacts(session), page->address);
	count_reports(page, nodes);
	page->events = events_of((struct row_node *const *)nodes->pdata, nodes->len, contact,
		clock_now(), session_quiet(session));
	page->standing = standing_of(
		(const struct event *)page->events->data, page->events->len, clock_now());
	page->why = why_of(session->knowledge, &page->standing);
	page->wrote = contact ? contact->from : NULL;
	find_originals(page, nodes, contact);
	find_later(page);
	page->listed = suppression_find(session->suppression, address);
	page->off = suppression_released(session->suppression, address);
	page->role = mailbox_role(session->knowledge, page->address);
	return page;
}

void address_page_free(struct address_page *page)
{
	if (!page)
		return;
	g_free(page->address);
	g_free(page->why);
	g_array_unref(page->events);
	g_ptr_array_unref(page->later);
	g_array_unref(page->originals);
	g_free(page);
}
