/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of groups: a line each, with numbers for all that a bar shows. */
#include "base/text.h"
#include "base/words.h"
#include "rules/wordbook.h"
#include "triage/explain.h"
#include "ui/cells.h"
#include "ui/doc.h"
#include "ui/view-group-parts.h"

#define NAME_CELLS_MIN 16
#define COUNT_CELLS 14
#define TYPE_CELLS 18
#define LAST_CELLS 12
#define SEVERITY_CELLS 5
#define PERCENT_CELLS 5
#define WHO_CELLS 15
#define BAR_CELLS 10
#define BAR_CELLS_MAX 40
#define BAR_FROM 56 /* cells of the screen from which there are bars, */
#define WHO_FROM 72
#define TYPES_FROM 72
#define LAST_FROM 64
#define PERCENT_FROM 100 /* shares in numbers, too, */
#define SHARE_LETTERS N_("SHARE  H hard  s soft  w wait")
#define LETTERS_FROM 110        /* and bars made of letters that tell the types */
#define INCIDENT_FROM 6         /* rows of the view from which one of them is for incidents ... */
#define INCIDENT_FOLDED_FROM 12 /* ... and two where it is long */

/* --- what is grouped by */

static const struct offer {
	enum group_key key;
	const char *name; /* where there is little room */
} offers[] = {
	{GROUP_CATEGORY, N_("category")},
	{GROUP_CAUSE, N_("cause")},
	{GROUP_ADDRESS, N_("address")},
	{GROUP_DOMAIN, N_("domain")},
	{GROUP_STATUS, N_("status")},
	{GROUP_REPORTING_MTA, N_("mta")},
	{GROUP_REMOTE_MTA, N_("remote")},
	{GROUP_DAY, N_("day")},
	{GROUP_WHO, N_("who")},
	{GROUP_TYPE, N_("type")},
	{GROUP_ORIGINAL, N_("original")},
	{GROUP_INCIDENT, N_("incident")},
	{GROUP_REMOTE_DOMAIN, N_("remote-domain")},
};

#define KEYS_LABEL _("group:")

static int cells_of(const char *text)
{
	return (int)text_cells(span_of(text));
}

/* All names in full where they fit. */
static bool have_room_for_names(int width)
{
	int cells = cells_of(KEYS_LABEL);

	for (size_t i = 0; i < G_N_ELEMENTS(offers); i++)
		cells += cells_of(_(group_names[offers[i].key])) + 2;
	return cells <= width;
}

/* The first name to show, so that there is room for the one that is on. */
static size_t first_offer(enum group_key key, int width)
{
	int cells = cells_of(KEYS_LABEL) + 2; /* its brackets */
	size_t i = 0;

	while (i + 1 < G_N_ELEMENTS(offers) && offers[i].key != key)
		i++;
	cells += cells_of(_(offers[i].name)) + 1;
	while (i && cells + cells_of(_(offers[i - 1].name)) + 1 <= width)
		cells += cells_of(_(offers[--i].name)) + 1;
	return i;
}

static void draw_keys(struct group_view *self, struct rect area)
{
	struct terminal *term = self->view.app->term;
	bool full = have_room_for_names(area.w);
	int x = term_text(term, area, 0, 0, STYLE_HEADING, KEYS_LABEL);

	for (size_t i = full ? 0 : first_offer(self->key, area.w); i < G_N_ELEMENTS(offers); i++) {
		bool on = offers[i].key == self->key;
		const char *name = full ? _(group_names[offers[i].key]) : _(offers[i].name);
		g_autofree char *text = g_strdup_printf(
			on ? "%s[%s]" : "%s%s%s", full && on ? "" : " ", name, full ? " " : "");

		if (x + cells_of(text) > area.w)
			break;
		x = term_text(term, area, 0, x, on ? STYLE_STRONG : STYLE_NORMAL, text);
	}
}

static bool tells_incidents(const struct group_view *self)
{
	return self->incidents->groups->len && self->key != GROUP_INCIDENT;
}

/* Folded into as many rows as there is room for; NULL: nothing is told. */
static GPtrArray *incident_lines(const struct group_view *self, struct rect area)
{
	guint n = self->incidents->groups->len, most = area.h < INCIDENT_FOLDED_FROM ? 1 : 2;
	g_autofree char *words = NULL, *line = NULL, *visible = NULL;
	GPtrArray *lines;

	if (!tells_incidents(self) || area.h < INCIDENT_FROM)
		return NULL;
	words = incident_words(
		session_knowledge(self->view.app->session), self->incidents->groups->pdata[0]);
	line = n == 1 ? g_strdup_printf("! %s", words)
		      : g_strdup_printf(_("! %u incidents. %s"), n, words);
	visible = text_visible(line, term_flags(self->view.app->term));
	lines = text_wrap(visible, (size_t)area.w);
	if (lines->len <= most)
		return lines;
	g_ptr_array_set_size(lines, 0);
	g_ptr_array_add(lines, g_steal_pointer(&line)); /* cut where it is drawn */
	return lines;
}

/* --- columns */

struct columns {
	int name, percent, bar, who;
	bool severity, types, last, letters, incident;
};

/* What has room beside the names and the counts; the bar takes what the names leave. */
static struct columns columns_for(const struct group_view *self, int width)
{
	bool category = self->key == GROUP_CATEGORY, plain = self->view.app->options.plain;
	bool narrow = width < PERCENT_FROM;
	/* Addresses are long, and seldom of two types. */
	bool one_type = category || (self->key == GROUP_ADDRESS && narrow);
	/* These begin alike: they are told apart by how they go on. */
	bool wordy = narrow && (self->key == GROUP_CAUSE || self->key == GROUP_INCIDENT ||
				       self->key == GROUP_ORIGINAL);
	struct columns c = {
		.severity = one_type && width >= 40,
		.types = !one_type && !wordy && width >= TYPES_FROM,
		.last = !category && width >= LAST_FROM && self->key != GROUP_DAY,
		.who = category && width >= WHO_FROM ? WHO_CELLS : 0,
		.percent = width >= PERCENT_FROM || plain ? PERCENT_CELLS : 0,
		.letters = !category && !plain && width >= LETTERS_FROM,
		.incident = tells_incidents(self),
	};
	int rest = width - 2 - COUNT_CELLS - (c.severity ? SEVERITY_CELLS : 0) -
		   (c.types ? TYPE_CELLS : 0) - (c.last ? LAST_CELLS : 0) -
		   (c.who ? c.who + 1 : 0) - c.percent - (c.incident ? 2 : 0);

	c.name = MIN(self->name_cells, rest);
	c.bar = MIN(rest - c.name - 1, BAR_CELLS_MAX);
	if (c.bar < BAR_CELLS && wordy)
		c.bar = 0;
	else if (c.bar < BAR_CELLS) { /* names are cut before the bar is */
		c.bar = width >= BAR_FROM && rest - BAR_CELLS - 1 >= NAME_CELLS_MIN ? BAR_CELLS : 0;
		c.name = rest - (c.bar ? c.bar + 1 : 0);
	}
	return c;
}

static void draw_headings(struct group_view *self, struct rect area, int row, struct columns c)
{
	struct terminal *term = self->view.app->term;
	g_autofree char *name = g_utf8_strup(_(group_names[self->key]), -1);
	int x = 2;

	term_field(term, area, row, x, c.name, STYLE_HEADING, name);
	x += c.name;
	if (c.severity)
		x = term_text(term, area, row, x, STYLE_HEADING, " SEV ");
	x = term_text(term, area, row, x, STYLE_HEADING, _(" BOUNCES"));
	x = term_text(term, area, row, x, STYLE_HEADING, _("  ADDR")) + (c.incident ? 2 : 0);
	if (c.types)
		x = term_text(term, area, row, x, STYLE_HEADING, "  HARD  SOFT  WAIT");
	if (c.last)
		x = term_text(term, area, row, x, STYLE_HEADING, _(" LAST       "));
	if (c.bar) {
		term_field(term, area, row, x + 1, c.percent + c.bar, STYLE_HEADING,
			c.letters && c.bar >= cells_of(_(SHARE_LETTERS)) ? _(SHARE_LETTERS)
									 : _("SHARE"));
		x += c.percent + c.bar + 1;
	}
	if (c.who)
		term_text(term, area, row, x + 1, STYLE_HEADING, _("WHO ACTS FIRST"));
}

/* --- a group */

static int part_of(size_t n, size_t most, int cells)
{
	return most ? (int)((n * (size_t)cells + most - 1) / most) : 0;
}

/* A bar of letters: as many of each as its type has of the bounces. */
static void draw_letters(struct terminal *term, struct rect area, int row, int x, enum style style,
	const struct group *group, int cells)
{
	const struct {
		size_t n;
		char letter;
	} types[] = {{group->by_type[TYPE_HARD], 'H'}, {group->by_type[TYPE_SOFT], 's'},
		{group->by_type[TYPE_UNDETERMINED], '?'}, {group->delays, 'w'}};
	size_t before = 0;
	int drawn = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		int end;

		before += types[i].n;
		end = (int)(before * (size_t)cells / MAX(group->bounces, 1));
		if (types[i].n && end == drawn && end < cells)
			end++;
		term_fill(term, area, row, x + drawn, end - drawn, style, types[i].letter);
		drawn = MAX(drawn, end);
	}
}

static int draw_share(struct group_view *self, struct rect area, int row, int x,
	const struct columns *c, const struct group *group, size_t most, enum style style)
{
	struct terminal *term = self->view.app->term;
	int cells = part_of(group->bounces, most, c->bar);
	size_t share = group->bounces * 100 / MAX(self->groups->bounces, 1);
	char percent[24];

	g_snprintf(percent, sizeof percent, share ? "%3zu%%" : " <%zu%%", MAX(share, 1));
	if (c->percent)
		term_text(term, area, row, x, style, percent);
	if (c->letters)
		draw_letters(term, area, row, x + c->percent, style, group, cells);
	else
		term_bar(term, area, row, x + c->percent, cells, style);
	return x + c->percent + c->bar;
}

static void draw_group(struct group_view *self, struct rect area, int row, size_t i,
	const struct columns *c, size_t most)
{
	struct terminal *term = self->view.app->term;
	const struct group *group = self->shown->pdata[i];
	bool focused = i == self->scroll.cursor;
	enum style style = focused && !self->in_parts ? STYLE_CURSOR
			   : group->marked            ? STYLE_MARKED
						      : STYLE_NORMAL;
	int type = group->category ? group->category->advice.type : TYPE_UNDETERMINED;
	g_autofree char *title = group_view_title(self, group, c->name - 1);
	char number[80];
	int x = 2;

	term_fill(term, area, row, 0, area.w, style, ' ');
	term_text(term, area, row, 0, style, focused ? ">" : " ");
	term_text(term, area, row, 1, style, group->marked ? "*" : " ");
	term_field(term, area, row, x, c->name, style, title);
	x += c->name;
	if (c->severity) {
		int kind = group->delays == group->bounces ? KIND_DELAY : KIND_FAILURE;

		term_text(term, area, row, x + 1,
			style == STYLE_NORMAL ? severity_style(kind, type) : style,
			severity_word(kind, type));
		x += SEVERITY_CELLS;
	}
	g_snprintf(number, sizeof number, "%8zu%6zu", group->bounces, group->addresses);
	x = term_text(term, area, row, x, style, number);
	if (c->incident)
		x = term_text(term, area, row, x, style, group->in_incidents ? " !" : "  ");
	if (c->types) {
		g_snprintf(number, sizeof number, "%6zu%6zu%6zu", group->by_type[TYPE_HARD],
			group->by_type[TYPE_SOFT], group->delays);
		x = term_text(term, area, row, x, style, number);
	}
	if (c->last) {
		g_autoptr(GString) last = g_string_new(NULL);

		cells_date(group->last, last);
		term_field(term, area, row, x + 1, LAST_CELLS - 1, style, last->str);
		x += LAST_CELLS;
	}
	if (c->bar)
		x = draw_share(self, area, row, x + 1, c, group, most, style);
	if (c->who && group->category && group->category->advice.who.count)
		term_field(term, area, row, x + 1, c->who, style,
			word(session_knowledge(self->view.app->session), WORDS_ACTOR_SHORT,
				group->category->advice.who.who[0]));
}

void group_rows_draw(struct group_view *self, struct rect area)
{
	struct columns c = columns_for(self, area.w);
	g_autoptr(GPtrArray) incident = incident_lines(self, area);
	int above = 2 + (incident ? (int)incident->len : 0);
	size_t most = 0;

	draw_keys(self, area);
	for (guint i = 0; incident && i < incident->len; i++)
		term_field(self->view.app->term, area, 1 + (int)i, 0, area.w, STYLE_WARNING,
			incident->pdata[i]);
	draw_headings(self, area, above - 1, c);
	scroll_fit(&self->scroll, self->shown->len, area.h - above);
	for (guint i = 0; i < self->shown->len; i++)
		most = MAX(most, ((const struct group *)self->shown->pdata[i])->bounces);
	for (int row = above; row < area.h; row++) {
		size_t i = self->scroll.top + (size_t)(row - above);

		if (i < self->shown->len)
			draw_group(self, area, row, i, &c, most);
	}
	if (!self->shown->len)
		doc_say(self->view.app->term, area, above,
			self->key == GROUP_INCIDENT ? _("No incident: no trouble at one server met "
							"many addresses on one day.")
						    : _("There is nothing to group."));
	self->view.cursor_y = area.y + above + (int)(self->scroll.cursor - self->scroll.top);
	self->view.cursor_x = area.x;
}
