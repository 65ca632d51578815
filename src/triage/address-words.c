/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of an address, and what is told of a report under its letter, in words. */
#include "triage/address.h"
#include "triage/thread.h"

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
	line->thread = contact_thread(mail);
	line->id = mail->id;
}

static void put_counts(struct writing *to, const struct address_page *page)
{
	g_autofree char *first = stamp(page->first, "%Y-%m-%d");
	g_autofree char *last = stamp(page->last, " .. %Y-%m-%d");
	bool one_day = g_str_has_suffix(last, first);
	put(to, label_of(to, PAGE_BOUNCES),
		page->reports
			? g_strdup_printf("%u (%s%s)", page->bounces, first, one_day ? "" : last)
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

/* Who put it on the suppression list; of what came off, since when and until when, and who took it
 * off. */
static void put_list(struct writing *to, const struct address_page *page)
{
	const struct released *off = page->listed ? NULL : page->off;
	const struct suppressed *entry = off ? off->entry : page->listed;
	const char *note = off ? off->note : entry ? entry->note : NULL;
	const struct category *category =
		entry ? category_by_id(to->knowledge, entry->category) : NULL;
	if (!entry)
		return;
	g_autofree char *when = stamp(entry->time, "%Y-%m-%d");
	g_autofree char *until = off ? stamp(off->time, " .. %Y-%m-%d") : g_strdup("");
	put(to, label_of(to, PAGE_SUPPRESSED),
		g_strdup_printf("%s%s  %s  %s%s%s", when, until,
			category ? category->advice.short_title : entry->category,
			off ? off->who : entry->who, note ? "  " : "", note ? note : ""));
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
	put_list(to, page);
}

static void put_event(struct writing *to, const char *label, const struct event *event)
{
	const struct row *row = event->row;
	const char *what = word(to->knowledge, WORDS_EVENT, (int)event->kind);
	g_autofree char *when = stamp(event->at, "%Y-%m-%d %H:%M");
	g_autofree char *facts =
		row ? g_strdup_printf("%s %s",
			      row_text(row, ROW_STATUS) ? row_text(row, ROW_STATUS) : "-",
			      row->category ? row->category->advice.short_title : "")
		    : g_strdup(event->mail->subject);
	struct page_line *line = put(to, label, g_strdup_printf("%s  %s: %s", when, what, facts));
	line->row = row;
	line->thread = contact_thread(event->mail);
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

char *returned_words(const struct knowledge *knowledge, const struct row *row)
{
	const char *what = sentence(knowledge,
		row->kind == KIND_DELAY ? SENTENCE_NOT_YET_ARRIVED : SENTENCE_NOT_ARRIVED);
	g_autofree char *words =
		words_with(what, row_text(row, ROW_ADDRESS) ? row_text(row, ROW_ADDRESS) : "?");
	return g_strdup_printf("%s (%s%s%s)", words,
		row_text(row, ROW_STATUS) ? row_text(row, ROW_STATUS) : "",
		row_text(row, ROW_STATUS) && row->category ? " " : "",
		row->category ? row->category->advice.short_title : "");
}
