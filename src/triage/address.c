/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/address.h"

#include "base/address.h"
#include "base/clock.h"
#include "triage/figures.h"
#include "triage/session-parts.h"

/* --- gathering */

/* The rows of one mailbox: struct row_node*, oldest first; g_ptr_array_unref. */
static GPtrArray *rows_of(const struct rowstore *store, const char *mailbox)
{
	g_autoptr(GPtrArray) all = rowstore_by_mailbox(store);
	GPtrArray *nodes = g_ptr_array_new();
	for (guint i = 0; i < all->len; i++)
		if (strcmp(((struct row_node *)all->pdata[i])->row.mailbox, mailbox) == 0)
			g_ptr_array_add(nodes, all->pdata[i]);
	return nodes;
}

static void count_reports(struct address_page *page, const GPtrArray *nodes)
{
	for (guint i = 0; i < nodes->len; i++) {
		const struct row_node *node = nodes->pdata[i];
		page->bounces += !node->leader && node->row.kind == KIND_FAILURE;
		page->delays += !node->leader && node->row.kind == KIND_DELAY;
		page->states |= 1U << node->row.state;
		if (node->row.suggestion)
			page->suggestion = node->row.suggestion;
	}
	page->reports = nodes->len;
	if (nodes->len) {
		page->first = ((struct row_node *)nodes->pdata[0])->row.date;
		page->last = ((struct row_node *)nodes->pdata[nodes->len - 1])->row.date;
	}
}

static const struct contact_mail *letter_of(const struct contact *contact, const char *id)
{
	for (guint i = 0; contact && contact->to && i < contact->to->len; i++) {
		const struct contact_mail *mail =
			&g_array_index(contact->to, struct contact_mail, i);
		if (strcmp(mail->id, id) == 0)
			return mail;
	}
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
		if (!node->original || has_original(page->originals, node->original))
			continue;
		const struct contact_mail *mail = letter_of(contact, node->original);
		const struct returned returned = {node->original, mail ? mail->subject : NULL,
			mail ? mail->thread : NULL, &node->row};
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

static const struct suppressed *entry_of(const struct suppression *list, const char *address)
{
	if (!suppression_has(list, address))
		return NULL;
	g_autoptr(GPtrArray) all = suppression_list(list);
	for (guint i = 0; i < all->len; i++) {
		const struct suppressed *entry = all->pdata[i];
		if (address_same(entry->address, address))
			return entry;
	}
	return NULL;
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
	g_autoptr(GPtrArray) nodes = rows_of(session->rows, page->address);
	const struct contact *contact = contacts_find(session_contacts(session), page->address);
	count_reports(page, nodes);
	page->events = events_of((struct row_node *const *)nodes->pdata, nodes->len, contact,
		clock_now(), session_quiet(session));
	page->standing = standing_of(
		(const struct event *)page->events->data, page->events->len, clock_now());
	page->why = why_of(session->knowledge, &page->standing);
	if (contact && contact->from)
		page->wrote = &g_array_index(contact->from, struct contact_mail, 0);
	find_originals(page, nodes, contact);
	find_later(page);
	page->listed = entry_of(session->suppression, address);
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

/* --- in words */

struct writing {
	const struct knowledge *knowledge;
	GPtrArray *lines;
};

static void line_free(gpointer data)
{
	struct page_line *line = data;
	g_free(line->label);
	g_free(line->text);
	g_free(line);
}

/* Takes the text. */
static struct page_line *put(struct writing *to, const char *label, char *text)
{
	struct page_line *line = g_new0(struct page_line, 1);
	line->label = g_strdup(label);
	line->text = text;
	g_ptr_array_add(to->lines, line);
	return line;
}

static const char *label_of(const struct writing *to, enum page_label label)
{
	return word(to->knowledge, WORDS_PAGE, (int)label);
}

static char *stamp(int64_t time, const char *format)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(time);
	char *text = date ? g_date_time_format(date, format) : NULL;
	return text ? text : g_strdup("?");
}

static void put_mail(struct writing *to, const char *label, const struct contact_mail *mail)
{
	g_autofree char *when = stamp(mail->date, "%Y-%m-%d %H:%M");
	struct page_line *line = put(to, label, g_strdup_printf("%s  %s", when, mail->subject));
	line->thread = mail->thread;
	line->id = mail->id;
}

static void put_counts(struct writing *to, const struct address_page *page)
{
	g_autofree char *first = stamp(page->first, "%Y-%m-%d");
	g_autofree char *last = stamp(page->last, "%Y-%m-%d");
	put(to, label_of(to, PAGE_BOUNCES),
		page->reports ? g_strdup_printf("%u (%s .. %s)", page->bounces, first, last)
			      : g_strdup("0"));
	if (page->delays)
		put(to, label_of(to, PAGE_DELAYS), g_strdup_printf("%u", page->delays));
}

static void put_letters(struct writing *to, const struct address_page *page)
{
	const char *none = label_of(to, PAGE_NONE);
	if (page->wrote)
		put_mail(to, label_of(to, PAGE_MAIL_FROM), page->wrote);
	else
		put(to, label_of(to, PAGE_MAIL_FROM), g_strdup(none));
	for (guint i = 0; i < page->later->len; i++)
		put_mail(to, i ? "" : label_of(to, PAGE_SENT_SINCE), page->later->pdata[i]);
	if (!page->later->len)
		put(to, label_of(to, PAGE_SENT_SINCE), g_strdup(none));
}

static void put_marks(struct writing *to, const struct address_page *page)
{
	bool first = true;
	for (int state = STATE_NONE + 1; state < STATE_COUNT; state++)
		if (page->states & 1U << state) {
			put(to, first ? label_of(to, PAGE_MARKS) : "",
				g_strdup(word(to->knowledge, WORDS_STATE, state)));
			first = false;
		}
	if (!page->listed)
		return;
	g_autofree char *when = stamp(page->listed->time, "%Y-%m-%d");
	put(to, label_of(to, PAGE_SUPPRESSED),
		g_strdup_printf("%s  %s  %s", when, page->listed->category, page->listed->who));
}

static void put_event(struct writing *to, const char *label, const struct event *event)
{
	const struct row *row = event->row;
	const char *what = word(to->knowledge, WORDS_EVENT, (int)event->kind);
	g_autofree char *when = stamp(event->at, "%Y-%m-%d %H:%M");
	g_autofree char *facts = row ? g_strdup_printf("%s %s", row->status ? row->status : "-",
					       row->category ? row->category->id : "")
				     : g_strdup(event->mail->subject);
	struct page_line *line = put(to, label, g_strdup_printf("%s  %s: %s", when, what, facts));
	line->row = row;
	line->thread = event->mail ? event->mail->thread : NULL;
	line->id = event->id;
}

static void put_original(struct writing *to, const char *label, const struct returned *original)
{
	struct page_line *line = put(to, label,
		original->subject ? g_strdup_printf("%s  <%s>", original->subject, original->id)
				  : g_strdup_printf("<%s>", original->id));
	line->thread = original->thread;
	line->id = original->id;
	line->row = original->row;
}

GPtrArray *address_page_lines(const struct address_page *page, const struct knowledge *knowledge)
{
	struct writing to = {knowledge, g_ptr_array_new_with_free_func(line_free)};
	const char *condition = word(knowledge, WORDS_CONDITION, (int)page->standing.condition);
	put(&to, page->address, g_strdup(condition))->head = true;
	put(&to, label_of(&to, PAGE_STATE), g_strdup(page->why));
	if (page->suggestion)
		put(&to, label_of(&to, PAGE_SUGGESTION), g_strdup(page->suggestion));
	if (page->role != MAILBOX_PERSON)
		put(&to, label_of(&to, PAGE_ROLE),
			g_strdup(word(knowledge, WORDS_ROLE, (int)page->role)));
	put_counts(&to, page);
	put_letters(&to, page);
	put_marks(&to, page);
	for (guint i = page->events->len; i-- > 0;)
		put_event(&to, i + 1 == page->events->len ? label_of(&to, PAGE_HISTORY) : "",
			&g_array_index(page->events, struct event, i));
	for (guint i = 0; i < page->originals->len; i++)
		put_original(&to, i ? "" : label_of(&to, PAGE_ORIGINALS),
			&g_array_index(page->originals, struct returned, i));
	return to.lines;
}
