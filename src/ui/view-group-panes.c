/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Below the groups: the days of the one under the cursor; where there is room, its causes, and what
 * is going on there, in words.
 */
#include "base/words.h"
#include "rules/wordbook.h"
#include "triage/cause.h"
#include "triage/days.h"
#include "triage/explain.h"
#include "ui/cells.h"
#include "ui/doc.h"
#include "ui/view-group-parts.h"

#define DAYS_FROM 18   /* lines of the view from which there is room for days, */
#define PANES_FROM 30  /* and for causes and words, */
#define PANES_WIDE 110 /* on so wide a screen */
#define PANES_LINES 20
#define BAR_ROWS 5
#define AXIS_CELLS 7
#define DAYS_LINES (BAR_ROWS + 2) /* with caption and axis */
#define CAUSES_MAX 7
#define SENDERS_SHOWN 3
#define STATUS_CELLS 9
#define NUMBER_CELLS 7
#define LABEL_CELLS 16

/* --- what is told */

void group_panes_forget(struct group_view *self)
{
	g_clear_pointer(&self->digest, digest_free);
}

static int days_shown(int width)
{
	return width >= 86 ? GROUP_DAYS_MAX : CLAMP(width - 24, 7, GROUP_DAYS_MAX / 2);
}

static void look(struct group_view *self, const struct group *group)
{
	struct session *session = self->view.app->session;
	g_autoptr(GPtrArray) rows = NULL;

	if (self->told_of == self->scroll.cursor && self->digest)
		return;
	group_panes_forget(self);
	if (self->told_of != self->scroll.cursor)
		self->parts = (struct scroll){0};
	rows = group_rows(session, &self->by, group);
	rows_by_day(rows, self->days, GROUP_DAYS_MAX);
	self->digest = digest_new(session, rows, self->incidents);
	self->told_of = self->scroll.cursor;
}

/* --- days */

/* "07-28", `back` days before today. g_free. */
static char *day_text(int back)
{
	g_autoptr(GDateTime) today = cells_now();
	g_autoptr(GDateTime) day = g_date_time_add_days(today, -back);

	return g_date_time_format(day, "%m-%d");
}

/* "30 days, most on 07-24: 12". g_free. */
static char *days_caption(const unsigned *days, int n, unsigned *most)
{
	int at = 0;

	for (int i = 0; i < n; i++)
		if (days[i] >= days[at])
			at = i;
	*most = days[at];
	if (!*most)
		return g_strdup_printf(_("%d days, none in them"), n);
	g_autofree char *day = day_text(n - 1 - at);
	return g_strdup_printf(_("%d days, most on %s: %u"), n, day, *most);
}

static void draw_bars(
	struct terminal *term, struct rect area, const unsigned *days, int n, unsigned most)
{
	g_autofree char *from = day_text(n - 1), *to = day_text(0);
	g_autofree char *label = g_strdup_printf("%5u ", most);
	g_autofree char *span = g_strdup_printf("  %s .. %s", from, to);

	term_text(term, area, 0, 0, STYLE_NORMAL, label);
	for (int row = 0; row < BAR_ROWS; row++) {
		unsigned step = (unsigned)(BAR_ROWS - row);

		term_text(term, area, row, AXIS_CELLS - 1, STYLE_RULE, "|");
		for (int i = 0; i < n; i++)
			if (most && (days[i] * BAR_ROWS + most - 1) / most >= step)
				term_bar(term, area, row, AXIS_CELLS + i, 1, STYLE_NORMAL);
	}
	term_text(term, area, BAR_ROWS, 0, STYLE_NORMAL, "    0 ");
	term_text(term, area, BAR_ROWS, AXIS_CELLS - 1, STYLE_RULE, "|");
	term_fill(term, area, BAR_ROWS, AXIS_CELLS, n, STYLE_RULE, '-');
	term_text(term, area, BAR_ROWS, AXIS_CELLS + n, STYLE_NORMAL, span);
}

/* For who hears the screen: "07-24 9, 07-25 3". */
static void draw_numbers(struct terminal *term, struct rect area, const unsigned *days, int n)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) lines = NULL;

	for (int i = n - 1; i >= 0; i--) {
		g_autofree char *day = days[i] ? day_text(n - 1 - i) : NULL;

		if (day)
			g_string_append_printf(
				text, "%s%s %u", text->len ? ", " : "", day, days[i]);
	}
	lines = text_wrap(text->str, (size_t)MAX(area.w - 2, 8));
	for (guint i = 0; i < lines->len; i++)
		term_text(term, area, (int)i, 2, STYLE_NORMAL, lines->pdata[i]);
}

static void draw_days(struct group_view *self, struct rect area, const char *title)
{
	struct app *app = self->view.app;
	int n = days_shown(area.w);
	const unsigned *days = self->days + GROUP_DAYS_MAX - n;
	unsigned most;
	g_autofree char *count = days_caption(days, n, &most);
	g_autofree char *tail = g_strdup_printf(_(" by day (%s)"), count);
	struct rect bars = {area.y + 1, area.x, area.h - 1, area.w};
	int room = area.w - 2 - term_cells(app->term, tail),
	    cells = MIN(term_cells(app->term, title), room);

	term_field(app->term, area, 0, 2, MAX(cells, 0), STYLE_HEADING, title);
	term_text(app->term, area, 0, 2 + MAX(cells, 0), STYLE_HEADING, tail);
	if (app->options.plain)
		draw_numbers(app->term, bars, days, n);
	else
		draw_bars(app->term, bars, days, n, most);
}

/* --- causes */

enum group_key group_panes_key(const struct group_view *self)
{
	return self->key == GROUP_CAUSE ? GROUP_DOMAIN : GROUP_CAUSE;
}

static const GArray *parts_of(const struct group_view *self)
{
	return group_panes_key(self) == GROUP_CAUSE ? self->digest->causes : self->digest->domains;
}

const struct digest_part *group_panes_part(const struct group_view *self)
{
	return self->digest && self->parts.cursor < self->parts.count
		       ? &g_array_index(parts_of(self), struct digest_part, self->parts.cursor)
		       : NULL;
}

static void draw_part(struct terminal *term, struct rect area, int row, bool with_status,
	enum style style, const struct digest_part *part)
{
	int from = 2 + (with_status ? STATUS_CELLS : 0);
	char number[24];

	g_snprintf(number, sizeof number, "%7zu", part->bounces);
	term_fill(term, area, row, 0, area.w, style, ' ');
	if (style == STYLE_CURSOR)
		term_text(term, area, row, 0, style, ">");
	if (with_status)
		term_field(term, area, row, 2, STATUS_CELLS - 1, style,
			part->status ? part->status : "-");
	term_field(term, area, row, from, area.w - from - NUMBER_CELLS - 2, style,
		with_status ? cause_words(part->text) : part->text);
	term_text(term, area, row, area.w - 1 - NUMBER_CELLS, style, number);
}

/* What the group is made of: causes, or, of a cause, the domains that it met. */
static void draw_parts(struct group_view *self, struct rect area)
{
	struct terminal *term = self->view.app->term;
	bool causes = group_panes_key(self) == GROUP_CAUSE;
	const GArray *parts = parts_of(self);

	term_text(term, area, 0, 2, STYLE_HEADING, causes ? _("STATUS") : _("DOMAIN"));
	if (causes)
		term_text(term, area, 0, 2 + STATUS_CELLS, STYLE_HEADING,
			_("CAUSE (what differs is masked)"));
	term_text(term, area, 0, area.w - 2, STYLE_HEADING, "N");
	if (!parts->len)
		doc_say(term, area, 1,
			causes ? _("These reports quote no answer of a server.")
			       : _("These reports name no address."));
	scroll_fit(&self->parts, parts->len, MIN(area.h - 1, CAUSES_MAX));
	for (size_t row = 0; row < self->parts.height && self->parts.top + row < parts->len;
		row++) {
		size_t i = self->parts.top + row;
		bool focused = self->in_parts && i == self->parts.cursor;

		draw_part(term, area, (int)row + 1, causes, focused ? STYLE_CURSOR : STYLE_NORMAL,
			&g_array_index(parts, struct digest_part, i));
		if (focused) {
			self->view.cursor_y = area.y + (int)row + 1;
			self->view.cursor_x = area.x;
		}
	}
}

/* --- words */

static void put_senders(struct doc *doc, const char *label, const GArray *senders)
{
	for (guint i = 0; i < MIN(senders->len, SENDERS_SHOWN); i++) {
		const struct digest_part *part = &g_array_index(senders, struct digest_part, i);
		g_autofree char *text = g_strdup_printf("%s (%zu)", part->text, part->bounces);

		doc_pair(doc, i ? "" : label, LABEL_CELLS, STYLE_NORMAL, text);
	}
}

static void put_date(struct doc *doc, const char *label, int64_t date)
{
	g_autoptr(GDateTime) time = date ? g_date_time_new_from_unix_local(date) : NULL;
	g_autofree char *text = time ? g_date_time_format(time, "%Y-%m-%d %H:%M") : NULL;

	if (text)
		doc_pair(doc, label, LABEL_CELLS, STYLE_NORMAL, text);
}

/* "r  flags these 31 for retry", with the user's own key. Takes the text. */
static void put_key(struct group_view *self, struct doc *doc, const char *command, char *text)
{
	g_autofree char *keys =
		keymap_keys(self->view.app->keymap, ui_command_by_name(command), true);

	if (*keys)
		doc_pair(doc, keys, (int)strlen("Enter "), STYLE_NORMAL, text);
	g_free(text);
}

static void put_keys(struct group_view *self, struct doc *doc)
{
	const struct digest *digest = self->digest;
	const struct category *category = digest->top ? digest->top->category : NULL;

	if (!category || category->advice.retry != RETRY_NEVER)
		put_key(self, doc, "retry",
			g_strdup_printf(ngettext("flags this %zu for retry",
						"flags these %zu for retry", digest->bounces),
				digest->bounces));
	if (digest->dead && digest->dead == digest->addresses)
		put_key(self, doc, "suppress",
			g_strdup(ngettext("puts the address on the suppression list",
				"puts the addresses on the suppression list", digest->addresses)));
	if (digest->addresses)
		put_key(self, doc, "export",
			g_strdup_printf(ngettext("exports %zu address", "exports %zu addresses",
						digest->addresses),
				digest->addresses));
	if (self->parts.count > 1 && self->by.n < GROUP_KEYS_MAX)
		put_key(self, doc, "next-pane",
			g_strdup(group_panes_key(self) == GROUP_CAUSE
					 ? _("goes to one cause alone")
					 : _("goes to one domain alone")));
	put_key(self, doc, "open",
		g_strdup(digest->bounces == 1 ? _("shows it") : _("shows them one by one")));
	if (self->key == GROUP_ADDRESS)
		put_key(self, doc, "history", g_strdup(_("tells all about the address")));
}

static void draw_words(struct group_view *self, struct rect area)
{
	const struct knowledge *knowledge = session_knowledge(self->view.app->session);
	const struct digest *digest = self->digest;
	const struct digest_part *top = digest->top;
	struct doc *doc = doc_new(area.w);
	struct scroll scroll = {0};

	for (guint i = 0; i < digest->sentences->len; i++)
		doc_text(doc, STYLE_NORMAL, digest->sentences->pdata[i]);
	doc_blank(doc);
	if (top && top->who.count) {
		g_autofree char *who = actors_words(knowledge, &top->who);

		doc_pair(doc, word(knowledge, WORDS_PANE, PANE_WHO_CAN_FIX), LABEL_CELLS,
			STYLE_NORMAL, who);
	}
	put_date(doc, word(knowledge, WORDS_DIGEST, DIGEST_FIRST), digest->first);
	put_date(doc, word(knowledge, WORDS_DIGEST, DIGEST_LAST), digest->last);
	put_senders(doc, word(knowledge, WORDS_DIGEST, DIGEST_SENDERS), digest->senders);
	if (top && top->category && top->category->advice.retry_text)
		doc_pair(doc, word(knowledge, WORDS_PANE, PANE_SEND_AGAIN), LABEL_CELLS,
			STYLE_NORMAL, top->category->advice.retry_text);
	doc_blank(doc);
	put_keys(self, doc);
	scroll_fit(&scroll, doc->lines->len, area.h);
	doc_draw(doc, self->view.app->term, area, &scroll, NULL);
	doc_free(doc);
}

/* --- */

bool group_panes_have_room(struct rect area)
{
	return area.h >= PANES_FROM && area.w >= PANES_WIDE;
}

int group_panes_height(struct rect area)
{
	if (area.h < DAYS_FROM)
		return 0;
	if (!group_panes_have_room(area))
		return DAYS_LINES + 1;
	return MIN(area.h / 2, PANES_LINES);
}

static void draw_heading(
	struct terminal *term, struct rect area, enum style style, const char *text)
{
	term_fill(term, area, 0, 0, area.w, STYLE_RULE, '-');
	term_text(term, area, 0, 2, STYLE_RULE, " ");
	term_text(term, area, 0, term_text(term, area, 0, 3, style, text), STYLE_RULE, " ");
}

static void draw_wide(struct group_view *self, struct rect area, const struct group *group)
{
	struct terminal *term = self->view.app->term;
	struct rect left = area, right = area;
	g_autofree char *shown = text_visible(group->title, term_flags(term));
	g_autofree char *heading = NULL, *count = NULL;
	size_t used, room;
	struct span name;

	left.w = area.w * 2 / 3;
	right.x += left.w + 1;
	right.w -= left.w + 1;
	room = (size_t)left.w - 26;
	name = text_fit(span_of(shown), room, &used);
	if (name.n < strlen(shown))
		name = text_fit(span_of(shown), room - 2, &used);
	count = g_strdup_printf(
		ngettext("%zu bounce", "%zu bounces", group->bounces), group->bounces);
	heading = g_strdup_printf(
		"%.*s%s: %s", (int)name.n, name.p, name.n < strlen(shown) ? ".." : "", count);
	draw_heading(term, left, self->in_parts ? STYLE_FOCUS : STYLE_HEADING, heading);
	draw_heading(term, right, STYLE_HEADING, _("What is going on"));
	for (int row = 0; row < area.h; row++)
		term_text(term, area, row, left.w, STYLE_RULE, row ? "|" : "+");
	left.y++;
	left.h--;
	right.y++;
	right.h--;
	draw_parts(self, (struct rect){left.y, left.x, left.h - DAYS_LINES, left.w});
	left.y += left.h - DAYS_LINES;
	left.h = DAYS_LINES;
	draw_days(self, left, _("Bounces"));
	draw_words(self, (struct rect){right.y, right.x + 1, right.h, right.w - 1});
}

void group_panes_draw(struct group_view *self, struct rect area)
{
	const struct group *group = group_view_current(self);

	if (!group)
		return;
	look(self, group);
	if (area.h > DAYS_LINES + 1) {
		draw_wide(self, area, group);
		return;
	}
	g_autofree char *title = group_view_title(self, group, area.w / 2);
	term_fill(self->view.app->term, area, 0, 0, area.w, STYLE_RULE, '-');
	draw_days(self, (struct rect){area.y + 1, area.x, area.h - 1, area.w}, title);
}
