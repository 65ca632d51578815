/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-log.h"

#include <inttypes.h>

#include "base/words.h"
#include "store/journal.h"
#include "triage/label.h"
#include "ui/actions.h"
#include "ui/cells.h"
#include "ui/confirm.h"
#include "ui/doc.h"
#include "ui/scroll.h"

struct log_view {
	struct view view;
	struct journal *journal;
	struct scroll scroll;
};

static const struct journal_entry *entry_at(const struct log_view *self, size_t i)
{
	guint n = self->journal->entries->len;

	return i < n ? self->journal->entries->pdata[n - 1 - i] : NULL;
}

/* g_free. */
static char *label_of(const struct journal_entry *entry)
{
	return label_told(entry->label && *entry->label ? entry->label : entry->kind);
}

static void draw_entry(struct log_view *self, struct rect area, int row, size_t i,
	const struct journal_entry *entry)
{
	struct terminal *term = self->view.app->term;
	bool focused = i == self->scroll.cursor;
	enum style style = focused ? STYLE_CURSOR : STYLE_NORMAL;
	g_autoptr(GString) date = g_string_new(NULL);
	g_autofree char *number = g_strdup_printf("%6" G_GUINT64_FORMAT, entry->number);
	g_autofree char *messages = g_strdup_printf("%7" G_GUINT64_FORMAT, entry->messages);
	g_autofree char *label = label_of(entry);
	int x = 0;

	cells_date(entry->time, date);
	term_fill(term, area, row, 0, area.w, style, ' ');
	x = term_text(term, area, row, x, style, focused ? "> " : "  ");
	x = term_text(term, area, row, x, style, number);
	term_field(term, area, row, x + 1, 11, style, date->str);
	x = term_text(term, area, row, x + 13, style, messages);
	term_field(term, area, row, x + 1, 12, style, _(journal_state_word(entry)));
	term_field(term, area, row, x + 14, area.w, style, label);
}

static void log_draw(struct view *view, struct rect area)
{
	struct log_view *self = (struct log_view *)view;

	term_text(view->app->term, area, 0, 0, STYLE_HEADING,
		_("   ENTRY WHEN        MESSAGES STATE        WHAT"));
	scroll_fit(&self->scroll, self->journal->entries->len, area.h - 1);
	for (int row = 1; row < area.h; row++) {
		size_t i = self->scroll.top + (size_t)row - 1;
		const struct journal_entry *entry = entry_at(self, i);

		if (!entry)
			break;
		draw_entry(self, area, row, i, entry);
	}
	if (!self->journal->entries->len)
		doc_say(view->app->term, area, 1,
			_("nixie has changed nothing in this index yet."));
	view->cursor_y = area.y + 1 + (int)(self->scroll.cursor - self->scroll.top);
	view->cursor_x = area.x;
}

static void log_status(struct view *view, GString *left, GString *right)
{
	struct log_view *self = (struct log_view *)view;
	char text[8];

	if (self->journal->entries->len)
		g_string_append_printf(
			left, "[%zu/%u]", self->scroll.cursor + 1, self->journal->entries->len);
	scroll_text(&self->scroll, text, sizeof text);
	g_string_append(right, text);
}

/* The cursor stays on its entry, whatever came above it. */
static void go_to_entry(struct log_view *self, uint64_t number)
{
	const struct journal_entry *entry;

	for (size_t i = 0; (entry = entry_at(self, i)); i++)
		if (entry->number == number)
			scroll_to(&self->scroll, i);
}

/* False: the log is as it was. */
static bool read_journal(struct log_view *self)
{
	const struct store_info *store = session_store(self->view.app->session);
	const struct journal_entry *entry =
		self->journal ? entry_at(self, self->scroll.cursor) : NULL;
	uint64_t number = entry ? entry->number : 0;
	GError *error = NULL;
	struct journal *journal;

	if (!store || !store->uuid) {
		app_say(self->view.app, _("The index is not known yet."));
		return false;
	}
	journal = journal_read(store->uuid, &error);
	if (!journal) {
		app_report(self->view.app, error);
		return false;
	}
	journal_free(self->journal);
	self->journal = journal;
	self->scroll.count = journal->entries->len;
	go_to_entry(self, number);
	return true;
}

static void undo_confirmed(struct app *app, void *user)
{
	actions_undo(app, *(uint64_t *)user);
	g_free(user);
}

static void ask_undo(struct log_view *self)
{
	const struct journal_entry *entry = entry_at(self, self->scroll.cursor);
	g_autofree char *title = NULL, *command = NULL, *what = NULL, *label = NULL;
	struct doc *doc;

	if (!entry || !journal_is_step(entry) || entry->undone_by ||
		entry->state != JOURNAL_COMMITTED) {
		app_say(self->view.app, _("There is nothing to undo in this entry."));
		return;
	}
	title = g_strdup_printf(_("Undo entry %" PRIu64), entry->number);
	label = label_of(entry);
	what = g_strdup_printf(ngettext("%s, %" PRIu64 " message", "%s, %" PRIu64 " messages",
				       (unsigned long)entry->messages),
		label, entry->messages);
	command = g_strdup_printf("nixie undo %" G_GUINT64_FORMAT, entry->number);
	doc = doc_new(confirm_width(self->view.app));
	doc_pair(doc, _("Undoes"), 9, STYLE_NORMAL, what);
	doc_text(doc, STYLE_NORMAL, _("What others changed since is left as it is."));
	doc_blank(doc);
	doc_line(doc, STYLE_STRONG, _("Same on the command line:"));
	doc_pair(doc, "", 2, STYLE_NORMAL, command);
	confirm_push(self->view.app, title, doc, undo_confirmed, g_free,
		g_memdup2(&entry->number, sizeof entry->number));
}

static bool log_command(struct view *view, int command, const char *argument)
{
	struct log_view *self = (struct log_view *)view;

	(void)argument;
	switch (command) {
	case UI_OPEN:
		ask_undo(self);
		return true;
	case UI_CLOSE:
	case UI_CANCEL:
		app_pop(view->app, view);
		return true;
	case UI_RELOAD:
		read_journal(self);
		return true;
	default:
		return scroll_list_command(&self->scroll, command);
	}
}

static struct scroll *log_scroll(struct view *view)
{
	return &((struct log_view *)view)->scroll;
}

static bool entry_holds(void *user, size_t i, const char *text)
{
	const struct journal_entry *entry = entry_at(user, i);
	g_autofree char *label = entry ? label_of(entry) : NULL;

	return label && span_find_nocase(span_of(label), text);
}

static void log_search(struct view *view, const char *text, bool back, bool again)
{
	struct log_view *self = (struct log_view *)view;
	size_t n = self->journal->entries->len;

	if (!scroll_search(&self->scroll, n, back, again, entry_holds, self, text))
		app_complain(view->app, _("no entry holds \"%s\""), text);
}

static void log_event(struct view *view, enum session_event event)
{
	if (event == SESSION_DONE)
		read_journal((struct log_view *)view);
}

/* Without entries there is nothing to take back: it is a page to read. */
static unsigned log_context(struct view *view)
{
	return ((struct log_view *)view)->journal->entries->len ? IN_LOG : IN_HELP;
}

static void log_free(struct view *view)
{
	struct log_view *self = (struct log_view *)view;

	journal_free(self->journal);
	g_free(self);
}

static const struct view_class log_class = {
	.name = "log",
	.context = log_context,
	.open_changes = true,
	.draw = log_draw,
	.command = log_command,
	.event = log_event,
	.status = log_status,
	.search = log_search,
	.scroll = log_scroll,
	.free = log_free,
};

void view_log_open(struct app *app)
{
	struct log_view *self = g_new0(struct log_view, 1);

	self->view.class = &log_class;
	self->view.app = app;
	if (read_journal(self))
		app_push(app, &self->view);
	else
		g_free(self);
}
