/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-browse.h"

#include <inttypes.h>

#include "base/errors.h"
#include "base/words.h"
#include "ui/key.h"
#include "ui/look-up.h"
#include "ui/panes.h"
#include "ui/view-explain.h"
#include "ui/view-list.h"
#include "ui/view-report.h"

#define WHEEL_ROWS 3

struct browse {
	struct view view;
	struct list list;
	struct explain_pane explain;
	struct report_pane report;
	struct panes panes;
	bool narrowed;      /* shows one group, on top of the view that opened it */
	char *before, *own; /* limit to go back to then, NULL: none; limit of the group */
};

/* The line above a pane; returns what is left of it. */
static struct rect draw_heading(struct browse *b, enum pane pane, const char *title)
{
	struct terminal *term = b->view.app->term;
	struct rect area = b->panes.at[pane];
	enum style style = b->panes.focus == pane ? STYLE_FOCUS : STYLE_HEADING;

	term_fill(term, area, 0, 0, area.w, STYLE_RULE, '-');
	if (area.x > 0) {
		struct rect rule = {area.y, area.x - 1, area.h, 1};

		for (int row = 0; row < rule.h; row++)
			term_text(term, rule, row, 0, STYLE_RULE, row ? "|" : "+");
	}
	term_text(term, area, 0,
		term_text(
			term, area, 0, term_text(term, area, 0, 2, STYLE_RULE, " "), style, title),
		STYLE_RULE, " ");
	return (struct rect){area.y + 1, area.x, area.h - 1, area.w};
}

/* What stands below the window, and how to get there: "Space:more" at the end of the heading, where
 * that has room behind `used` cells. */
static void draw_more(struct browse *b, enum pane pane, const struct scroll *scroll, int used)
{
	struct app *app = b->view.app;
	struct rect area = b->panes.at[pane];
	g_autofree char *keys = keymap_keys(app->keymap, ui_command_by_name("detail-down"), true);
	g_autofree char *text = g_strdup_printf(_(" %s:more "), keys);
	int cells = term_cells(app->term, text);

	if (*keys && scroll->top + scroll->height < scroll->count && used + cells + 2 <= area.w)
		term_text(app->term, area, 0, area.w - cells - 1, STYLE_HEADING, text);
}

static void draw_explanation(struct browse *b, const struct row *row, int *y, int *x)
{
	const char *title = _("Explanation");

	explain_pane_draw(&b->explain, draw_heading(b, PANE_EXPLANATION, title), row, y, x);
	if (row)
		draw_more(b, PANE_EXPLANATION, &b->explain.scroll,
			term_cells(b->view.app->term, title) + 4);
}

static void browse_draw(struct view *view, struct rect area)
{
	struct browse *b = (struct browse *)view;
	struct row *row;
	int y[PANE_COUNT] = {0}, x[PANE_COUNT] = {0};

	panes_place(&b->panes, area);
	row = list_current(&b->list);
	if (panes_shows(&b->panes, PANE_LIST))
		list_draw(&b->list, b->panes.at[PANE_LIST], &y[PANE_LIST], &x[PANE_LIST]);
	if (panes_shows(&b->panes, PANE_EXPLANATION))
		draw_explanation(b, row, &y[PANE_EXPLANATION], &x[PANE_EXPLANATION]);
	if (panes_shows(&b->panes, PANE_REPORT)) {
		struct rect pane = b->panes.at[PANE_REPORT];
		g_autoptr(GString) title = g_string_new(_("Report"));
		g_autoptr(GString) part = g_string_new(NULL);

		pane.y++;
		pane.h--;
		report_pane_draw(&b->report, pane, row, &y[PANE_REPORT], &x[PANE_REPORT]);
		g_string_append(title, "  ");
		if (row)
			report_pane_heading(&b->report, pane.w - 20, part);
		g_string_append(title, part->str);
		draw_heading(b, PANE_REPORT, title->str);
		if (row)
			draw_more(b, PANE_REPORT, &b->report.scroll,
				term_cells(view->app->term, title->str) + 4);
	}
	view->cursor_y = y[b->panes.focus];
	view->cursor_x = x[b->panes.focus];
}

/* --- status line */

static struct scroll *scroll_of(struct browse *b, enum pane pane)
{
	if (pane == PANE_LIST)
		return &b->list.scroll;
	return pane == PANE_REPORT ? &b->report.scroll : &b->explain.scroll;
}

static void browse_status(struct view *view, GString *left, GString *right)
{
	struct browse *b = (struct browse *)view;
	const struct row *row = list_current(&b->list);
	const struct scroll *scroll = scroll_of(b, b->panes.focus);
	const struct details *details;
	char text[8];

	if (!row)
		return;
	g_string_append_printf(left, "[%zu/%zu]", b->list.scroll.cursor + 1, b->list.scroll.count);
	/* Also where nothing shows them: words to pass on, codes and corrections are made of them.
	 */
	details = row_text(row, ROW_ERROR) ? NULL : session_details(view->app->session, row);
	if (term_rect(view->app->term).w >= 50) {
		if (details && details->report && details->recipient)
			g_string_append_printf(left, _(" rcpt %u/%" PRIu64), row->recipient + 1,
				MAX(details->report->recipients_total,
					details->report->recipients_n));
		if (row_files(row))
			g_string_append_printf(
				left, _("  file %u/%u"), row->file + 1, row_files(row));
	}
	scroll_text(scroll, text, sizeof text);
	g_string_append(right, text);
}

/* --- commands */

static void close_group(struct browse *b)
{
	struct app *app = b->view.app;
	g_autofree char *before = g_steal_pointer(&b->before);
	GError *error = NULL;

	app_pop(app, &b->view);
	if (!session_limit(app->session, before, &error))
		app_report(app, error);
}

static void close_one(struct browse *b)
{
	if (panes_close(&b->panes))
		return;
	if (b->narrowed)
		close_group(b);
	else
		app_quit(b->view.app, NIXIE_DONE);
}

/* Space in the list: the explanation to its end, then the report; b the same way back. */
static void page_details(struct browse *b, bool down)
{
	struct scroll *first = down ? &b->explain.scroll : &b->report.scroll,
		      *second = down ? &b->report.scroll : &b->explain.scroll;
	bool first_shown = panes_shows(&b->panes, down ? PANE_EXPLANATION : PANE_REPORT);

	if (b->panes.focus == PANE_EXPLANATION)
		scroll_page(&b->explain.scroll, down);
	else if (b->panes.focus == PANE_REPORT)
		scroll_page(&b->report.scroll, down);
	else if (!panes_shows(&b->panes, PANE_EXPLANATION) && !panes_shows(&b->panes, PANE_REPORT))
		scroll_command(&b->list.scroll, down ? UI_PAGE_DOWN : UI_PAGE_UP);
	else if (!first_shown || !scroll_page(first, down))
		scroll_page(second, down);
}

/* Of the pane that has the keys; NULL: none that could be looked up. g_free. */
static char *words_under_cursor(const struct browse *b)
{
	if (b->panes.focus == PANE_REPORT)
		return report_pane_words(&b->report);
	return b->panes.focus == PANE_EXPLANATION ? explain_pane_words(&b->explain) : NULL;
}

static bool browse_command(struct view *view, int command, const char *argument)
{
	struct browse *b = (struct browse *)view;

	(void)argument;
	switch (command) {
	case UI_NEXT_PANE:
	case UI_PREVIOUS_PANE:
		panes_step(&b->panes, command == UI_NEXT_PANE ? 1 : -1);
		return true;
	case UI_OPEN:
		if (list_current(&b->list))
			panes_open(&b->panes);
		return true;
	case UI_CLOSE:
		close_one(b);
		return true;
	case UI_MAXIMISE:
		b->panes.maximised = !b->panes.maximised;
		return true;
	case UI_LAYOUT:
		panes_turn(&b->panes);
		app_say(view->app, _("panes: %s"), _(layout_names[b->panes.layout]));
		return true;
	case UI_DETAIL_DOWN:
	case UI_DETAIL_UP:
		page_details(b, command == UI_DETAIL_DOWN);
		return true;
	case UI_LOOK_UP:
		if (list_current(&b->list))
			look_up_open(view->app, list_current(&b->list), words_under_cursor(b));
		return true;
	case UI_PARTS:
	case UI_HEADERS:
	case UI_RAW:
	case UI_WRAP:
	case UI_NEXT_EVIDENCE:
	case UI_PREVIOUS_EVIDENCE:
		if (!panes_shows(&b->panes, PANE_REPORT)) {
			b->panes.focus = PANE_REPORT;
			b->panes.maximised = true;
		}
		return report_pane_command(&b->report, command);
	case UI_MARK:
	case UI_MARK_RANGE:
	case UI_THIS_ROW_ONLY:
	case UI_NEXT_RECIPIENT:
	case UI_PREVIOUS_RECIPIENT:
	case UI_NEXT_FILE:
	case UI_PREVIOUS_FILE:
	case UI_CANCEL:
		return list_command(&b->list, command);
	default:
		if (b->panes.focus == PANE_EXPLANATION)
			return explain_pane_command(&b->explain, command);
		if (b->panes.focus == PANE_REPORT)
			return report_pane_command(&b->report, command);
		return list_command(&b->list, command);
	}
}

static void on_mouse(struct browse *b, enum pane pane, enum mouse mouse, int y)
{
	struct scroll *scroll = scroll_of(b, pane);

	if (mouse == MOUSE_UP || mouse == MOUSE_DOWN) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			scroll_command(scroll, mouse == MOUSE_UP ? UI_PREVIOUS : UI_NEXT);
	} else {
		b->panes.focus = pane;
		if (y > b->panes.at[pane].y)
			scroll_to(scroll, scroll->top + (size_t)(y - b->panes.at[pane].y - 1));
	}
	if (pane == PANE_LIST)
		list_go(&b->list, scroll->cursor);
	if (mouse == MOUSE_DOUBLE)
		panes_open(&b->panes);
}

static bool browse_key(struct view *view, int key)
{
	struct browse *b = (struct browse *)view;
	enum mouse mouse;
	enum pane pane;
	int y, x;

	if (key != K_MOUSE)
		return false;
	mouse = term_mouse(view->app->term, &y, &x);
	pane = panes_find(&b->panes, y, x);
	if (pane != PANE_COUNT)
		on_mouse(b, pane, mouse, y);
	return true;
}

static const struct view_class browse_class;

/* The topmost list. */
static struct browse *top_browse(const struct app *app)
{
	for (guint i = app->views->len; i-- > 0;) {
		struct view *view = app->views->pdata[i];

		if (view->class == &browse_class)
			return (struct browse *)view;
	}
	return NULL;
}

static void browse_event(struct view *view, enum session_event event)
{
	struct browse *b = (struct browse *)view;

	switch (event) {
	case SESSION_ROWS:
	case SESSION_LOADED:
		if (b == top_browse(view->app)) /* the rows are not those of a list below */
			list_sync(&b->list);
		explain_pane_stale(&b->explain);
		break;
	case SESSION_DETAILS:
	case SESSION_DONE:
		explain_pane_stale(&b->explain);
		break;
	case SESSION_PROGRESS:
	case SESSION_ERROR:
	case SESSION_NEWS:
		break;
	}
}

static void browse_reload(struct view *view)
{
	struct browse *b = (struct browse *)view;

	if (b == top_browse(view->app))
		list_remember(&b->list);
	explain_pane_forget(&b->explain);
	report_pane_forget(&b->report);
}

static unsigned browse_context(struct view *view)
{
	static const unsigned contexts[PANE_COUNT] = {IN_LIST, IN_EXPLANATION, IN_REPORT};

	return contexts[((struct browse *)view)->panes.focus];
}

static void browse_search(struct view *view, const char *text, bool back, bool again)
{
	struct browse *b = (struct browse *)view;

	if (b->panes.focus == PANE_EXPLANATION)
		explain_pane_search(&b->explain, text, back, again);
	else if (b->panes.focus == PANE_REPORT)
		report_pane_search(&b->report, text, back, again);
	else
		list_search(&b->list, text, back, again);
}

static struct scroll *browse_scroll(struct view *view)
{
	struct browse *b = (struct browse *)view;

	return scroll_of(b, b->panes.focus);
}

static void browse_scrolled(struct view *view)
{
	struct browse *b = (struct browse *)view;

	if (b->panes.focus == PANE_LIST)
		list_go(&b->list, b->list.scroll.cursor);
	else if (b->panes.focus == PANE_REPORT)
		b->report.flow.left = 0;
}

static GPtrArray *browse_selection(struct view *view)
{
	return list_selection(&((struct browse *)view)->list);
}

static struct row *browse_current(struct view *view)
{
	return list_current(&((struct browse *)view)->list);
}

static void browse_jump(struct view *view, size_t row)
{
	list_go(&((struct browse *)view)->list, row);
}

static void browse_free(struct view *view)
{
	struct browse *b = (struct browse *)view;

	list_clear(&b->list);
	explain_pane_clear(&b->explain);
	report_pane_clear(&b->report);
	g_free(b->before);
	g_free(b->own);
	g_free(b);
}

static const struct view_class browse_class = {
	.name = "browse",
	.context = browse_context,
	.draw = browse_draw,
	.key = browse_key,
	.command = browse_command,
	.event = browse_event,
	.reload = browse_reload,
	.status = browse_status,
	.selection = browse_selection,
	.current = browse_current,
	.search = browse_search,
	.scroll = browse_scroll,
	.scrolled = browse_scrolled,
	.jump = browse_jump,
	.free = browse_free,
};

struct view *view_browse_new(struct app *app)
{
	struct browse *b = g_new0(struct browse, 1);

	b->view.class = &browse_class;
	b->view.app = app;
	b->panes.plain = app->options.plain;
	list_init(&b->list, app);
	explain_pane_init(&b->explain, app);
	report_pane_init(&b->report, app);
	for (int i = 0; i < LAYOUT_COUNT; i++)
		if (!g_strcmp0(app->options.layout, layout_names[i]))
			b->panes.layout = (enum layout)i;
	return &b->view;
}

void view_browse_narrow(struct app *app, const char *filter)
{
	struct browse *below = top_browse(app), *b;
	g_autofree char *before = g_strdup(session_limit_text(app->session));
	GError *error = NULL;

	g_assert(below);
	list_remember(&below->list);
	if (!session_limit(app->session, filter, &error)) {
		app_report(app, error);
		return;
	}
	b = (struct browse *)view_browse_new(app);
	b->panes.layout = below->panes.layout;
	b->narrowed = true;
	b->before = g_steal_pointer(&before);
	b->own = g_strdup(filter);
	app_push(app, &b->view);
}

void view_browse_widen(struct app *app)
{
	struct browse *b = top_browse(app);
	struct view *ground = app_ground(app);

	g_assert(b);
	if (!b->narrowed)
		session_limit(app->session, NULL, NULL);
	else if (g_strcmp0(session_limit_text(app->session), b->own) != 0)
		session_limit(app->session, b->own, NULL);
	else if (ground == &b->view)
		close_group(b);
	else
		app_pop(app, ground);
}
