/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-group.h"

#include "base/words.h"
#include "rules/wordbook.h"
#include "ui/cells.h"
#include "ui/menu.h"
#include "ui/view-address.h"
#include "ui/view-browse.h"
#include "ui/view-group-parts.h"

#define HINT_WIDTH 76 /* cells from which there is room for a hint in the status line */
#define NAME_CELLS 16
#define NAMES_MEASURED 1000
#define RECOUNT_US 1000000 /* while rows are still coming */

/* --- order */

static int by_number(size_t a, size_t b)
{
	return (a < b) - (a > b);
}

static int by_date(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

static int compare_bounces(const struct group *a, const struct group *b)
{
	return by_number(a->bounces, b->bounces);
}

static int compare_addresses(const struct group *a, const struct group *b)
{
	return by_number(a->addresses, b->addresses);
}

static int compare_names(const struct group *a, const struct group *b)
{
	return g_utf8_collate(a->title, b->title);
}

static int compare_hard(const struct group *a, const struct group *b)
{
	return by_number(a->by_type[TYPE_HARD], b->by_type[TYPE_HARD]);
}

static int compare_soft(const struct group *a, const struct group *b)
{
	return by_number(a->by_type[TYPE_SOFT], b->by_type[TYPE_SOFT]);
}

static int compare_delays(const struct group *a, const struct group *b)
{
	return by_number(a->delays, b->delays);
}

static int compare_first(const struct group *a, const struct group *b)
{
	return by_date(a->first, b->first);
}

static int compare_last(const struct group *a, const struct group *b)
{
	return by_date(a->last, b->last);
}

static const struct {
	char letter;
	const char *name;
	int (*compare)(const struct group *a, const struct group *b);
} orders[GROUP_ORDERS] = {
	[GROUP_BY_BOUNCES] = {'b', N_("bounces"), compare_bounces},
	[GROUP_BY_ADDRESSES] = {'a', N_("addresses"), compare_addresses},
	[GROUP_BY_NAME] = {'n', N_("name"), compare_names},
	[GROUP_BY_HARD] = {'h', N_("hard"), compare_hard},
	[GROUP_BY_SOFT] = {'s', N_("soft"), compare_soft},
	[GROUP_BY_DELAYS] = {'w', N_("waiting"), compare_delays},
	[GROUP_BY_FIRST] = {'f', N_("first bounce"), compare_first},
	[GROUP_BY_LAST] = {'l', N_("last bounce"), compare_last},
};

/* Among equals the order of the count stays: most bounces first. */
static gint compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct group_view *self = user;
	int order =
		orders[self->order].compare(*(struct group *const *)a, *(struct group *const *)b);

	return self->reversed ? -order : order;
}

static void put_in_order(struct group_view *self)
{
	g_clear_pointer(&self->shown, g_ptr_array_unref);
	self->shown = g_ptr_array_sized_new(self->groups->groups->len);
	for (guint i = 0; i < self->groups->groups->len; i++)
		g_ptr_array_add(self->shown, self->groups->groups->pdata[i]);
	if (self->ordered)
		g_ptr_array_sort_with_data(self->shown, compare, self);
	group_panes_forget(self);
}

/* --- counting */

static const struct group *shown_at(const struct group_view *self, size_t i)
{
	return self->shown->pdata[i];
}

/* NULL: there is no shorter one. Those of two admins would be cut where they begin to differ. */
static const char *short_actor(const struct group_view *self, const struct group *group)
{
	int actor = name_index(actor_names, ACTOR_COUNT, span_of(group->key));

	return actor < 0
		       ? NULL
		       : word(session_knowledge(self->view.app->session), WORDS_ACTOR_SHORT, actor);
}

char *group_view_title(const struct group_view *self, const struct group *group, int cells)
{
	bool fits = term_cells(self->view.app->term, group->title) <= cells;
	enum group_key key = self->by.n > 1 ? GROUP_NONE : self->by.keys[0];
	const char *bracket = fits || key != GROUP_CATEGORY ? NULL : strstr(group->title, " (");
	const char *actor = fits || key != GROUP_WHO ? NULL : short_actor(self, group);

	return bracket ? g_strndup(group->title, (gsize)(bracket - group->title))
		       : g_strdup(actor ? actor : group->title);
}

const struct group *group_view_current(const struct group_view *self)
{
	return self->shown && self->scroll.cursor < self->shown->len
		       ? shown_at(self, self->scroll.cursor)
		       : NULL;
}

static void remember(struct group_view *self)
{
	const struct group *group = group_view_current(self);

	if (group) {
		g_free(self->wanted);
		self->wanted = g_strdup(group->key);
	}
}

static void find_wanted(struct group_view *self)
{
	scroll_fit(&self->scroll, self->shown->len, (int)self->scroll.height);
	for (guint i = 0; self->wanted && i < self->shown->len; i++)
		if (!strcmp(shown_at(self, i)->key, self->wanted))
			scroll_to(&self->scroll, i);
}

static void measure_names(struct group_view *self)
{
	self->name_cells = NAME_CELLS;
	for (guint i = 0; i < MIN(self->shown->len, NAMES_MEASURED); i++)
		self->name_cells = MAX(self->name_cells,
			term_cells(self->view.app->term, shown_at(self, i)->title));
}

static bool must_count(const struct group_view *self)
{
	struct session_counts counts = session_counts(self->view.app->session);

	if (!self->groups || counts.marked != self->marked)
		return true;
	return self->stale &&
	       (!counts.loading || g_get_monotonic_time() - self->counted >= RECOUNT_US);
}

static void count(struct group_view *self)
{
	struct session *session = self->view.app->session;

	if (!must_count(self))
		return;
	remember(self);
	group_panes_forget(self);
	g_clear_pointer(&self->shown, g_ptr_array_unref);
	groups_free(self->groups);
	groups_free(self->incidents);
	self->groups = groups_new(session, self->by);
	self->incidents = incidents_new(session);
	if (self->incidents->groups->len)
		groups_examine(session, self->groups, self->incidents);
	self->counted = g_get_monotonic_time();
	self->marked = session_counts(session).marked;
	self->stale = false;
	put_in_order(self);
	measure_names(self);
	find_wanted(self);
}

/* --- drawing */

static void group_draw(struct view *view, struct rect area)
{
	struct group_view *self = (struct group_view *)view;
	int below = group_panes_height(area);
	struct rect rows = {area.y, area.x, area.h - below, area.w};

	count(self);
	if (!group_panes_have_room(area)) {
		self->in_parts = false;
		self->parts = (struct scroll){0};
	}
	group_rows_draw(self, rows);
	if (below)
		group_panes_draw(self, (struct rect){area.y + rows.h, area.x, below, area.w});
}

/* The group of what nobody understands is under the cursor: the user can do something about it. */
static bool is_unclassified(const struct group_view *self)
{
	const struct group *group = group_view_current(self);

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
		g_string_append(
			left, _(" Enter, then C corrects one; `nixie rules bundle` collects"));
	else if (term_rect(view->app->term).w >= 60)
		g_string_append_printf(left, _(" %zu bounces  %zu addresses"),
			self->groups->bounces, self->groups->addresses);
	scroll_text(&self->scroll, text, sizeof text);
	g_string_append(right, text);
}

/* --- commands */

/* What keys are about: the group, or in the pane one part of it; `key` NULL: there is none. */
struct chosen {
	struct group_by by;
	struct group group; /* its key alone; g_free it */
};

static struct chosen choose(const struct group_view *self)
{
	const struct group *group = group_view_current(self);
	const struct digest_part *part = self->in_parts ? group_panes_part(self) : NULL;
	struct chosen chosen = {.by = self->by};

	if (group && part && self->by.n < GROUP_KEYS_MAX) {
		chosen.by.keys[chosen.by.n++] = group_panes_key(self);
		chosen.group.key = group_key_within(group, part->text);
	} else if (group)
		chosen.group.key = g_strdup(group->key);
	return chosen;
}

/* g_ptr_array_unref. */
static GPtrArray *chosen_rows(const struct group_view *self)
{
	struct chosen chosen = choose(self);
	GPtrArray *rows = chosen.group.key
				  ? group_rows(self->view.app->session, &chosen.by, &chosen.group)
				  : g_ptr_array_new();

	g_free(chosen.group.key);
	return rows;
}

/* A list of the group's rows on top of this view; closing it comes back here. */
static void open_group(struct group_view *self)
{
	struct app *app = self->view.app;
	struct chosen chosen = choose(self);
	const char *limit = session_limit_text(app->session);
	g_autofree char *filter = NULL, *both = NULL;

	if (!chosen.group.key)
		return;
	filter = group_filter_text(&chosen.by, &chosen.group);
	g_free(chosen.group.key);
	if (!filter) {
		app_say(app, _("No filter tells these rows from others; they are in the list."));
		return;
	}
	both = limit ? g_strdup_printf("%s %s", limit, filter) : g_strdup(filter);
	view_browse_narrow(app, both);
}

static GPtrArray *group_selection(struct view *view)
{
	struct group_view *self = (struct group_view *)view;
	bool this_only = self->this_only;

	self->this_only = false;
	if (!this_only && session_counts(view->app->session).marked)
		return session_selection(view->app->session, NULL);
	return chosen_rows(self);
}

static void mark_group(struct group_view *self)
{
	struct session *session = self->view.app->session;
	g_autoptr(GPtrArray) rows = chosen_rows(self);
	bool on = false;

	for (guint i = 0; i < rows->len; i++)
		on |= !((struct row *)rows->pdata[i])->marked;
	for (guint i = 0; i < rows->len; i++)
		session_mark(session, rows->pdata[i], on);
	app_say(self->view.app,
		on ? ngettext("Marked %u row.", "Marked %u rows.", rows->len)
		   : ngettext("Took the marks off %u row.", "Took the marks off %u rows.",
			     rows->len),
		rows->len);
	scroll_command(self->in_parts ? &self->parts : &self->scroll, UI_NEXT);
}

static void sort_by(struct group_view *self, enum group_order order, bool reversed)
{
	remember(self);
	self->order = order;
	self->reversed = reversed;
	self->ordered = true;
	put_in_order(self);
	scroll_to(&self->scroll, 0);
	app_say(self->view.app, reversed ? _("sorted by %s, reversed") : _("sorted by %s"),
		_(orders[order].name));
}

static void order_chosen(void *user, int chosen)
{
	struct group_view *self = user;
	enum group_order order = (enum group_order)chosen;

	sort_by(self, order, self->ordered && order == self->order && !self->reversed);
}

static void ask_order(struct group_view *self)
{
	struct menu *menu = menu_new(_("Sort groups by (same again: reverse)"), order_chosen, self);

	for (int i = 0; i < GROUP_ORDERS; i++)
		menu_add(menu, orders[i].letter, _(orders[i].name), i == (int)self->order);
	menu_push(self->view.app, menu);
}

static void open_address(struct group_view *self)
{
	const struct group *group = group_view_current(self);

	if (group && *group->key)
		view_address_open(self->view.app, group->title);
	else
		app_say(self->view.app, _("These reports name no address."));
}

/* To the pane of causes, or back. */
static void change_pane(struct group_view *self)
{
	self->in_parts = !self->in_parts && self->parts.count && self->by.n < GROUP_KEYS_MAX;
	if (!self->in_parts && !self->parts.count)
		app_say(self->view.app, _("There is no other pane here."));
}

static bool group_command(struct view *view, int command, const char *argument)
{
	struct group_view *self = (struct group_view *)view;

	(void)argument;
	switch (command) {
	case UI_OPEN:
		open_group(self);
		return true;
	case UI_NEXT_PANE:
	case UI_PREVIOUS_PANE:
		change_pane(self);
		return true;
	case UI_CANCEL:
		if (!self->in_parts)
			return false;
		self->in_parts = false;
		return true;
	case UI_CLOSE:
		if (self->in_parts)
			self->in_parts = false;
		else
			app_pop(view->app, view);
		return true;
	case UI_MARK:
		mark_group(self);
		return true;
	case UI_THIS_ROW_ONLY:
		self->this_only = true;
		app_say(view->app, _("The next action works on this group alone."));
		return true;
	case UI_SORT:
		ask_order(self);
		return true;
	case UI_REVERSE:
		sort_by(self, self->order, !self->reversed);
		return true;
	case UI_HISTORY:
		if (self->key == GROUP_ADDRESS)
			open_address(self);
		else
			app_say(view->app, _("A group is no address; ga groups by address, Enter "
					     "shows the rows."));
		return true;
	default:
		return scroll_list_command(self->in_parts ? &self->parts : &self->scroll, command);
	}
}

static struct scroll *group_scroll(struct view *view)
{
	return &((struct group_view *)view)->scroll;
}

static bool group_holds(void *user, size_t i, const char *text)
{
	return span_find_nocase(span_of(shown_at(user, i)->title), text);
}

static void group_search(struct view *view, const char *text, bool back, bool again)
{
	struct group_view *self = (struct group_view *)view;
	size_t n = self->shown ? self->shown->len : 0;

	if (!scroll_search(&self->scroll, n, back, again, group_holds, self, text))
		app_complain(view->app, _("no group holds \"%s\""), text);
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
	groups_free(self->groups);
	groups_free(self->incidents);
	group_panes_forget(self);
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
	.scroll = group_scroll,
	.jump = group_jump,
	.free = group_free,
};

void view_group_show(struct app *app, enum group_key key)
{
	struct view *ground = app_ground(app);
	struct group_view *self;
	int least = config_int(session_config(app->session), SET_INCIDENT_ADDRESSES);

	if (ground->class == &group_class)
		app_pop(app, ground);
	if (key == GROUP_NONE)
		return;
	self = g_new0(struct group_view, 1);
	self->view.class = &group_class;
	self->key = key;
	self->by = group_by_key(key, (unsigned)MAX(least, 1));
	self->told_of = SIZE_MAX;
	app_push(app, &self->view);
	count(self); /* keys typed ahead move in it before it is drawn */
}
