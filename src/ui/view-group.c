/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-group.h"

#include "triage/explain.h"
#include "ui/cells.h"
#include "ui/menu.h"
#include "ui/scroll.h"
#include "ui/view-browse.h"

#define HINT_WIDTH 76     /* cells from which there is room for a hint in the status line */
#define HISTOGRAM_ROWS 8  /* with the rule and the caption */
#define HISTOGRAM_FROM 18 /* rows of the view from which it has room */
#define BAR_ROWS 5
#define DAYS_MAX 60
#define NAME_CELLS 16
#define NAMES_MEASURED 1000
#define COUNT_CELLS 14
#define WHO_CELLS 15
#define BAR_CELLS 10
#define BAR_CELLS_MAX 40
#define RECOUNT_US 1000000 /* while rows are still coming */

enum order { ORDER_BOUNCES, ORDER_ADDRESSES, ORDER_NAME, ORDER_LAST, ORDER_COUNT };
static const char *const order_names[ORDER_COUNT] = {"bounces", "addresses", "name", "last bounce"};

struct group_view {
	struct view view;
	enum group_key key;
	struct groups *groups; /* NULL: to be counted */
	GPtrArray *shown;      /* struct group* in the order asked for */
	int64_t counted;
	bool stale;
	enum order order;
	bool ordered; /* the user has chosen the order */
	struct scroll scroll;
	char *wanted;   /* the group to put the cursor on */
	size_t days_of; /* index that `days` were counted for; SIZE_MAX: none */
	unsigned days[DAYS_MAX];
	int days_n;
	int name_cells; /* of the longest name */
};

/* --- counting */

static const struct group *shown_at(const struct group_view *self, size_t i)
{
	return self->shown->pdata[i];
}

static gint compare(gconstpointer pa, gconstpointer pb, gpointer user)
{
	const struct group *a = *(struct group *const *)pa, *b = *(struct group *const *)pb;

	switch (*(enum order *)user) {
	case ORDER_ADDRESSES:
		return a->addresses < b->addresses ? 1 : a->addresses > b->addresses ? -1 : 0;
	case ORDER_NAME:
		return g_utf8_collate(a->title, b->title);
	case ORDER_LAST:
		return a->last < b->last ? 1 : a->last > b->last ? -1 : 0;
	default:
		return a->bounces < b->bounces ? 1 : a->bounces > b->bounces ? -1 : 0;
	}
}

static void put_in_order(struct group_view *self)
{
	g_clear_pointer(&self->shown, g_ptr_array_unref);
	self->shown = g_ptr_array_sized_new(self->groups->groups->len);
	for (guint i = 0; i < self->groups->groups->len; i++)
		g_ptr_array_add(self->shown, self->groups->groups->pdata[i]);
	if (self->ordered)
		g_ptr_array_sort_with_data(self->shown, compare, &self->order);
	self->days_of = SIZE_MAX;
	self->name_cells = NAME_CELLS;
	for (guint i = 0; i < MIN(self->shown->len, NAMES_MEASURED); i++)
		self->name_cells = MAX(self->name_cells,
			term_cells(self->view.app->term, shown_at(self, i)->title));
}

static const struct group *current(const struct group_view *self)
{
	return self->shown && self->scroll.cursor < self->shown->len
		       ? self->shown->pdata[self->scroll.cursor]
		       : NULL;
}

static void remember(struct group_view *self)
{
	const struct group *group = current(self);

	if (group) {
		g_free(self->wanted);
		self->wanted = g_strdup(group->key ? group->key : "");
	}
}

static void count(struct group_view *self)
{
	int64_t now = g_get_monotonic_time();

	if (self->groups && (!self->stale || (session_counts(self->view.app->session).loading &&
						     now - self->counted < RECOUNT_US)))
		return;
	remember(self);
	g_clear_pointer(&self->shown, g_ptr_array_unref);
	if (self->groups)
		groups_free(self->groups);
	self->groups = groups_new(self->view.app->session, self->key);
	self->counted = g_get_monotonic_time();
	self->stale = false;
	put_in_order(self);
	scroll_fit(&self->scroll, self->shown->len, (int)self->scroll.height);
	for (guint i = 0; self->wanted && i < self->shown->len; i++) {
		const char *key = shown_at(self, i)->key;

		if (!strcmp(key ? key : "", self->wanted))
			scroll_to(&self->scroll, i);
	}
}

/* --- drawing */

static void draw_keys(struct group_view *self, struct rect area)
{
	struct terminal *term = self->view.app->term;
	static const enum group_key offered[] = {GROUP_CATEGORY, GROUP_ADDRESS, GROUP_DOMAIN,
		GROUP_STATUS, GROUP_REPORTING_MTA, GROUP_REMOTE_MTA, GROUP_DAY, GROUP_CAUSE};
	int x = term_text(term, area, 0, 0, STYLE_HEADING, "group: ");

	for (size_t i = 0; i < G_N_ELEMENTS(offered); i++) {
		bool on = offered[i] == self->key;
		g_autofree char *text =
			g_strdup_printf(on ? "[%s]" : " %s ", group_names[offered[i]]);

		x = term_text(term, area, 0, x, on ? STYLE_STRONG : STYLE_NORMAL, text);
	}
}

struct columns {
	int name, bar, who;
	bool severity, types, last;
};

/* What has room beside the names and the counts; the bar takes what the names leave. */
static struct columns columns_for(const struct group_view *self, int width)
{
	bool category = self->key == GROUP_CATEGORY;
	struct columns c = {
		.severity = category && width >= 40,
		.types = !category && width >= 72,
		.last = !category && width >= 64 && self->key != GROUP_DAY,
		.who = category && width >= 72 ? WHO_CELLS : 0,
	};
	int rest = width - 2 - COUNT_CELLS - (c.severity ? 5 : 0) - (c.types ? 18 : 0) -
		   (c.last ? 12 : 0) - (c.who ? c.who + 1 : 0);

	c.name = MIN(self->name_cells, rest);
	c.bar = MIN(rest - c.name - 1, BAR_CELLS_MAX);
	if (c.bar < BAR_CELLS) { /* names are cut before the bar is */
		c.bar = width >= 56 && rest - BAR_CELLS - 1 >= NAME_CELLS ? BAR_CELLS : 0;
		c.name = rest - (c.bar ? c.bar + 1 : 0);
	}
	return c;
}

static void draw_headings(struct group_view *self, struct rect area, int row, struct columns c)
{
	struct terminal *term = self->view.app->term;
	g_autofree char *name = g_ascii_strup(group_names[self->key], -1);
	int x = 2;

	term_field(term, area, row, x, c.name, STYLE_HEADING, name);
	x += c.name;
	if (c.severity)
		x = term_text(term, area, row, x, STYLE_HEADING, " SEV ");
	x = term_text(term, area, row, x, STYLE_HEADING, " BOUNCES");
	x = term_text(term, area, row, x, STYLE_HEADING, "  ADDR");
	if (c.types)
		x = term_text(term, area, row, x, STYLE_HEADING, "  HARD  SOFT  WAIT");
	if (c.last)
		x = term_text(term, area, row, x, STYLE_HEADING, " LAST       ");
	if (c.bar) {
		term_field(term, area, row, x + 1, c.bar, STYLE_HEADING, "SHARE");
		x += c.bar + 1;
	}
	if (c.who)
		term_text(term, area, row, x + 1, STYLE_HEADING, "WHO ACTS FIRST");
}

static void draw_group(
	struct group_view *self, struct rect area, int row, size_t i, struct columns c, size_t most)
{
	struct terminal *term = self->view.app->term;
	const struct group *group = shown_at(self, i);
	bool focused = i == self->scroll.cursor;
	enum style style = focused ? STYLE_CURSOR : STYLE_NORMAL;
	int type = group->category ? group->category->advice.type : TYPE_UNDETERMINED;
	char number[80];
	g_autoptr(GString) last = g_string_new(NULL);
	int x = 2;

	term_fill(term, area, row, 0, area.w, style, ' ');
	term_text(term, area, row, 0, style, focused ? ">" : " ");
	term_field(term, area, row, x, c.name, style, group->title);
	x += c.name;
	if (c.severity) {
		int kind = group->delays == group->bounces ? KIND_DELAY : KIND_FAILURE;

		term_text(term, area, row, x + 1, focused ? style : severity_style(kind, type),
			severity_word(kind, type));
		x += 5;
	}
	g_snprintf(number, sizeof number, "%8zu%6zu", group->bounces, group->addresses);
	x = term_text(term, area, row, x, style, number);
	if (c.types) {
		g_snprintf(number, sizeof number, "%6zu%6zu%6zu", group->by_type[TYPE_HARD],
			group->by_type[TYPE_SOFT], group->delays);
		x = term_text(term, area, row, x, style, number);
	}
	if (c.last) {
		cells_date(group->last, last);
		term_field(term, area, row, x + 1, 11, style, last->str);
		x += 12;
	}
	if (c.bar) {
		int cells = most ? (int)((group->bounces * (size_t)c.bar + most - 1) / most) : 0;

		term_fill(term, area, row, x + 1, cells, style, '#');
		x += c.bar + 1;
	}
	if (c.who && group->category && group->category->advice.who.count)
		term_field(term, area, row, x + 1, c.who, style,
			actor_names[group->category->advice.who.who[0]]);
}

static void count_days(struct group_view *self, int days)
{
	if (self->days_of == self->scroll.cursor && self->days_n == days)
		return;
	memset(self->days, 0, sizeof self->days);
	group_histogram(
		self->view.app->session, self->key, current(self), self->days, (size_t)days);
	self->days_of = self->scroll.cursor;
	self->days_n = days;
}

static void draw_days(struct group_view *self, struct rect area)
{
	struct terminal *term = self->view.app->term;
	const struct group *group = current(self);
	int days = area.w >= 100 ? DAYS_MAX : CLAMP(area.w - 24, 7, DAYS_MAX / 2);
	unsigned most = 0;
	g_autofree char *title = NULL;
	g_autoptr(GDateTime) today = cells_now();
	g_autoptr(GDateTime) first = g_date_time_add_days(today, 1 - days);
	g_autofree char *from = g_date_time_format(first, "%m-%d");
	g_autofree char *to = g_date_time_format(today, "%m-%d");

	if (!group)
		return;
	count_days(self, days);
	for (int i = 0; i < days; i++)
		most = MAX(most, self->days[i]);
	term_fill(term, area, 0, 0, area.w, STYLE_RULE, '-');
	title = g_strdup_printf(
		"  %s by day (%d days, most in one day: %u)", group->title, days, most);
	term_text(term, area, 1, 0, STYLE_HEADING, title);
	for (int row = 0; row < BAR_ROWS; row++) {
		unsigned step = (unsigned)(BAR_ROWS - row);
		g_autofree char *label =
			row == 0 ? g_strdup_printf("%5u |", most) : g_strdup("      |");

		term_text(term, area, 2 + row, 0, STYLE_NORMAL, label);
		for (int i = 0; i < days; i++)
			if (most && self->days[i] &&
				(self->days[i] * BAR_ROWS + most - 1) / most >= step)
				term_text(term, area, 2 + row, 7 + i, STYLE_NORMAL, "#");
	}
	term_text(term, area, 2 + BAR_ROWS, 0, STYLE_NORMAL, "    0 +");
	term_fill(term, area, 2 + BAR_ROWS, 7, days, STYLE_NORMAL, '-');
	g_free(title);
	title = g_strdup_printf("  %s .. %s", from, to);
	term_text(term, area, 2 + BAR_ROWS, 7 + days, STYLE_NORMAL, title);
}

static void group_draw(struct view *view, struct rect area)
{
	struct group_view *self = (struct group_view *)view;
	struct columns c;
	bool histogram = area.h >= HISTOGRAM_FROM;
	size_t most = 0;
	int rows;

	count(self);
	c = columns_for(self, area.w);
	draw_keys(self, area);
	draw_headings(self, area, 1, c);
	rows = area.h - 2 - (histogram ? HISTOGRAM_ROWS : 0);
	scroll_fit(&self->scroll, self->shown->len, rows);
	for (guint i = 0; i < self->shown->len; i++)
		most = MAX(most, shown_at(self, i)->bounces);
	for (int row = 0; row < rows && self->scroll.top + (size_t)row < self->shown->len; row++)
		draw_group(self, area, row + 2, self->scroll.top + (size_t)row, c, most);
	if (!self->shown->len)
		term_text(view->app->term, area, 2, 2, STYLE_NORMAL, "There is nothing to group.");
	if (histogram)
		draw_days(self, (struct rect){area.y + area.h - HISTOGRAM_ROWS, area.x,
					HISTOGRAM_ROWS, area.w});
	view->cursor_y = area.y + 2 + (int)(self->scroll.cursor - self->scroll.top);
	view->cursor_x = area.x;
}

/* The group of what nobody understands is under the cursor: the user can do something about it. */
static bool is_unclassified(const struct group_view *self)
{
	const struct group *group = current(self);

	return self->key == GROUP_CATEGORY && group && g_strcmp0(group->key, "unclassified") == 0;
}

static void group_status(struct view *view, GString *left, GString *right)
{
	struct group_view *self = (struct group_view *)view;
	char text[8];

	if (!self->groups)
		return;
	g_string_append_printf(left, "[%zu/%zu]", self->shown->len ? self->scroll.cursor + 1 : 0,
		(size_t)self->shown->len);
	if (is_unclassified(self) && term_rect(view->app->term).w >= HINT_WIDTH)
		g_string_append(left, " Enter, then C corrects one; `nixie rules bundle` collects");
	else if (term_rect(view->app->term).w >= 60)
		g_string_append_printf(left, " %zu bounces  %zu addresses", self->groups->bounces,
			self->groups->addresses);
	scroll_text(&self->scroll, text, sizeof text);
	g_string_append(right, text);
}

/* --- commands */

static void come_back(struct app *app)
{
	view_group_show(app, (enum group_key)app->group_key);
}

/* The list, narrowed to the group; closing the list comes back here. */
static void open_group(struct group_view *self)
{
	struct app *app = self->view.app;
	const struct group *group = current(self);
	g_autofree char *filter = group ? group_filter_text(self->key, group) : NULL;
	g_autofree char *both = NULL;
	const char *limit = session_limit_text(app->session);

	if (!filter) {
		app_say(app, "This group has no filter of its own.");
		return;
	}
	both = limit ? g_strdup_printf("%s %s", limit, filter) : g_strdup(filter);
	app->group_key = (int)self->key;
	g_free(app->group);
	app->group = g_strdup(group->key ? group->key : "");
	app_pop(app, &self->view);
	view_browse_narrow(app_ground(app), both, come_back);
}

static GPtrArray *group_selection(struct view *view)
{
	struct group_view *self = (struct group_view *)view;
	const struct group *group = current(self);
	GPtrArray *rows = g_ptr_array_new();
	size_t n;
	struct row *const *all = session_rows(view->app->session, &n);

	for (size_t i = 0; group && i < n; i++)
		if (group_has(self->key, group, all[i]))
			g_ptr_array_add(rows, all[i]);
	return rows;
}

static void mark_group(struct group_view *self)
{
	g_autoptr(GPtrArray) rows = group_selection(&self->view);
	bool on = false;

	for (guint i = 0; i < rows->len; i++)
		on |= !((struct row *)rows->pdata[i])->marked;
	for (guint i = 0; i < rows->len; i++)
		session_mark(self->view.app->session, rows->pdata[i], on);
	app_say(self->view.app, "%s %u row%s.", on ? "Marked" : "Took the marks off", rows->len,
		rows->len == 1 ? "" : "s");
	scroll_to(&self->scroll, self->scroll.cursor + 1);
}

static void order_chosen(void *user, int chosen)
{
	struct group_view *self = user;

	remember(self);
	self->order = (enum order)chosen;
	self->ordered = true;
	put_in_order(self);
	scroll_to(&self->scroll, 0);
}

static void ask_order(struct group_view *self)
{
	struct menu *menu = menu_new("Sort groups by", order_chosen, self);

	for (int i = 0; i < ORDER_COUNT; i++)
		menu_add(menu, order_names[i][0], order_names[i], i == (int)self->order);
	menu_push(self->view.app, menu);
}

static bool group_command(struct view *view, int command, const char *argument)
{
	struct group_view *self = (struct group_view *)view;

	(void)argument;
	switch (command) {
	case UI_OPEN:
		open_group(self);
		return true;
	case UI_CLOSE:
		app_pop(view->app, view);
		return true;
	case UI_MARK:
		mark_group(self);
		return true;
	case UI_SORT:
		ask_order(self);
		return true;
	default:
		return scroll_list_command(&self->scroll, command);
	}
}

static void group_search(struct view *view, const char *text, bool back, bool again)
{
	struct group_view *self = (struct group_view *)view;
	size_t n = self->shown ? self->shown->len : 0;

	for (size_t step = 0, i; scroll_search(&self->scroll, n, back, again, &step, &i);) {
		if (span_find_nocase(span_of(shown_at(self, i)->title), text)) {
			scroll_to(&self->scroll, i);
			return;
		}
	}
	app_complain(view->app, "no group holds \"%s\"", text);
}

static void group_jump(struct view *view, size_t row)
{
	scroll_to(&((struct group_view *)view)->scroll, row);
}

static struct row *group_current(struct view *view)
{
	(void)view;
	return NULL;
}

static unsigned group_context(struct view *view)
{
	(void)view;
	return IN_GROUPS;
}

static void group_event(struct view *view, enum session_event event)
{
	if (event == SESSION_ROWS || event == SESSION_LOADED || event == SESSION_DONE)
		((struct group_view *)view)->stale = true;
}

static void group_free(struct view *view)
{
	struct group_view *self = (struct group_view *)view;

	g_clear_pointer(&self->shown, g_ptr_array_unref);
	if (self->groups)
		groups_free(self->groups);
	g_free(self->wanted);
	g_free(self);
}

static const struct view_class group_class = {
	.name = "groups",
	.context = group_context,
	.draw = group_draw,
	.command = group_command,
	.event = group_event,
	.status = group_status,
	.selection = group_selection,
	.current = group_current,
	.search = group_search,
	.jump = group_jump,
	.free = group_free,
};

void view_group_show(struct app *app, enum group_key key)
{
	struct view *ground = app_ground(app);
	struct group_view *self;

	if (ground->class == &group_class)
		app_pop(app, ground);
	if (key == GROUP_NONE)
		return;
	self = g_new0(struct group_view, 1);
	self->view.class = &group_class;
	self->key = key;
	self->days_of = SIZE_MAX;
	self->wanted = app->group_key == (int)key ? g_strdup(app->group) : NULL;
	app_push(app, &self->view);
}
