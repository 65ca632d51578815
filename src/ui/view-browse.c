/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-browse.h"

#include <inttypes.h>

#include "base/errors.h"
#include "base/words.h"
#include "ui/key.h"
#include "ui/look-up.h"
#include "ui/view-explain.h"
#include "ui/view-list.h"
#include "ui/view-report.h"

#define SIDE_BY_SIDE 72 /* cells from which explanation and report stand beside each other */
#define RAW_COLUMNS \
	80 /* a report is shown this wide where there is room: mails are written for it */
#define WHEEL_ROWS 3
#define PANES_FROM 10      /* rows below which the list stands alone */
#define PANE_ROWS 7        /* rows that a pane needs to be of use */
#define EXPLANATION_MIN 44 /* else the panes share the width instead */
#define EXPLANATION_MAX 72 /* cells beyond which running text reads badly */

enum pane { PANE_LIST, PANE_EXPLANATION, PANE_REPORT, PANE_COUNT };
enum layout { LAYOUT_RIGHT, LAYOUT_BELOW, LAYOUT_OFF, LAYOUT_COUNT };
static const char *const layout_names[LAYOUT_COUNT] = {N_("right"), N_("below"), N_("off")};

struct browse {
	struct view view;
	struct list list;
	struct explain_pane explain;
	struct report_pane report;
	enum pane focus;
	enum layout layout;
	bool maximised;
	bool alone;                 /* the last drawing had room for one pane only */
	struct rect at[PANE_COUNT]; /* of the last drawing; empty: not shown */
	bool narrowed;              /* shows one group, on top of the view that opened it */
	char *before, *own;         /* limit to go back to then, NULL: none; limit of the group */
};

/* --- where the panes stand */

static void split_panes(struct browse *b, struct rect area)
{
	bool beside =
		b->layout == LAYOUT_RIGHT && area.w >= SIDE_BY_SIDE && !b->view.app->options.plain;
	struct rect left = area, right = area;

	if (beside) {
		int w = area.w - RAW_COLUMNS - 2;

		if (w < EXPLANATION_MIN)
			w = area.w * 7 / 16;
		left.w = MIN(w, EXPLANATION_MAX);
		right.x += left.w + 1;
		right.w -= left.w + 1;
	} else if (area.h >= 2 * PANE_ROWS) {
		left.h = area.h / 2;
		right.y += left.h;
		right.h -= left.h;
	} else {
		b->at[b->focus == PANE_REPORT ? PANE_REPORT : PANE_EXPLANATION] = area;
		return;
	}
	b->at[PANE_EXPLANATION] = left;
	b->at[PANE_REPORT] = right;
}

static void place_panes(struct browse *b, struct rect area)
{
	bool tall = area.h - area.h / 3 - 1 >= PANE_ROWS && area.h >= PANES_FROM;
	struct rect list = area, panes = area;

	memset(b->at, 0, sizeof b->at);
	b->alone = b->maximised || !tall;
	if (b->alone && (b->maximised || b->focus != PANE_LIST)) {
		b->at[b->focus] = area;
		return;
	}
	if (b->layout == LAYOUT_OFF || !tall) {
		b->at[PANE_LIST] = area;
		return;
	}
	list.h = (b->layout == LAYOUT_BELOW || area.w < SIDE_BY_SIDE ? area.h / 4 : area.h / 3) + 1;
	b->at[PANE_LIST] = list;
	panes.y += list.h;
	panes.h -= list.h;
	split_panes(b, panes);
}

/* The line above a pane; returns what is left of it. */
static struct rect draw_heading(struct browse *b, enum pane pane, const char *title)
{
	struct terminal *term = b->view.app->term;
	struct rect area = b->at[pane];
	enum style style = b->focus == pane ? STYLE_FOCUS : STYLE_HEADING;

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
	struct rect area = b->at[pane];
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

	place_panes(b, area);
	row = list_current(&b->list);
	if (b->at[PANE_LIST].h)
		list_draw(&b->list, b->at[PANE_LIST], &y[PANE_LIST], &x[PANE_LIST]);
	if (b->at[PANE_EXPLANATION].h)
		draw_explanation(b, row, &y[PANE_EXPLANATION], &x[PANE_EXPLANATION]);
	if (b->at[PANE_REPORT].h) {
		struct rect pane = b->at[PANE_REPORT];
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
	view->cursor_y = y[b->focus];
	view->cursor_x = x[b->focus];
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
	const struct scroll *scroll = scroll_of(b, b->focus);
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

static bool is_pane_shown(const struct browse *b, enum pane pane)
{
	return b->at[pane].h > 0;
}

static void next_pane(struct browse *b, int step)
{
	if (b->layout == LAYOUT_OFF && !b->maximised && !b->alone)
		b->layout = LAYOUT_RIGHT;
	b->focus = (enum pane)(((int)b->focus + step + PANE_COUNT) % PANE_COUNT);
}

/* Enter: the panes, then one alone. */
static void open_more(struct browse *b)
{
	if (b->focus == PANE_LIST && b->layout == LAYOUT_OFF && !b->alone) {
		b->layout = LAYOUT_RIGHT;
		return;
	}
	if (b->focus == PANE_LIST)
		b->focus = PANE_EXPLANATION;
	else if (b->maximised)
		b->focus = b->focus == PANE_REPORT ? PANE_EXPLANATION : PANE_REPORT;
	b->maximised = true;
}

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
	if (b->maximised || b->focus != PANE_LIST) {
		b->maximised = false;
		b->focus = PANE_LIST;
	} else if (b->narrowed)
		close_group(b);
	else
		app_quit(b->view.app, NIXIE_DONE);
}

static void change_layout(struct browse *b)
{
	b->layout = (b->layout + 1) % LAYOUT_COUNT;
	b->maximised = false;
	if (b->layout == LAYOUT_OFF)
		b->focus = PANE_LIST;
	app_say(b->view.app, _("panes: %s"), _(layout_names[b->layout]));
}

/* Space in the list: the explanation to its end, then the report; b the same way back. */
static void page_details(struct browse *b, bool down)
{
	struct scroll *first = down ? &b->explain.scroll : &b->report.scroll,
		      *second = down ? &b->report.scroll : &b->explain.scroll;
	bool first_shown = is_pane_shown(b, down ? PANE_EXPLANATION : PANE_REPORT);

	if (b->focus == PANE_EXPLANATION)
		scroll_page(&b->explain.scroll, down);
	else if (b->focus == PANE_REPORT)
		scroll_page(&b->report.scroll, down);
	else if (!is_pane_shown(b, PANE_EXPLANATION) && !is_pane_shown(b, PANE_REPORT))
		scroll_command(&b->list.scroll, down ? UI_PAGE_DOWN : UI_PAGE_UP);
	else if (!first_shown || !scroll_page(first, down))
		scroll_page(second, down);
}

/* Of the pane that has the keys; NULL: none that could be looked up. g_free. */
static char *words_under_cursor(const struct browse *b)
{
	if (b->focus == PANE_REPORT)
		return report_pane_words(&b->report);
	return b->focus == PANE_EXPLANATION ? explain_pane_words(&b->explain) : NULL;
}

static bool browse_command(struct view *view, int command, const char *argument)
{
	struct browse *b = (struct browse *)view;

	(void)argument;
	switch (command) {
	case UI_NEXT_PANE:
	case UI_PREVIOUS_PANE:
		next_pane(b, command == UI_NEXT_PANE ? 1 : -1);
		return true;
	case UI_OPEN:
		if (list_current(&b->list))
			open_more(b);
		return true;
	case UI_CLOSE:
		close_one(b);
		return true;
	case UI_MAXIMISE:
		b->maximised = !b->maximised;
		return true;
	case UI_LAYOUT:
		change_layout(b);
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
		if (!is_pane_shown(b, PANE_REPORT)) {
			b->focus = PANE_REPORT;
			b->maximised = true;
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
		if (b->focus == PANE_EXPLANATION)
			return explain_pane_command(&b->explain, command);
		if (b->focus == PANE_REPORT)
			return report_pane_command(&b->report, command);
		return list_command(&b->list, command);
	}
}

static bool is_inside(struct rect r, int y, int x)
{
	return y >= r.y && y < r.y + r.h && x >= r.x && x < r.x + r.w;
}

static void on_mouse(struct browse *b, enum pane pane, enum mouse mouse, int y)
{
	struct scroll *scroll = scroll_of(b, pane);

	if (mouse == MOUSE_UP || mouse == MOUSE_DOWN) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			scroll_command(scroll, mouse == MOUSE_UP ? UI_PREVIOUS : UI_NEXT);
	} else {
		b->focus = pane;
		if (y > b->at[pane].y)
			scroll_to(scroll, scroll->top + (size_t)(y - b->at[pane].y - 1));
	}
	if (pane == PANE_LIST)
		list_go(&b->list, scroll->cursor);
	if (mouse == MOUSE_DOUBLE)
		open_more(b);
}

static bool browse_key(struct view *view, int key)
{
	struct browse *b = (struct browse *)view;
	enum mouse mouse;
	int y, x;

	if (key != K_MOUSE)
		return false;
	mouse = term_mouse(view->app->term, &y, &x);
	for (int pane = 0; pane < PANE_COUNT; pane++)
		if (is_inside(b->at[pane], y, x)) {
			on_mouse(b, (enum pane)pane, mouse, y);
			break;
		}
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

	return contexts[((struct browse *)view)->focus];
}

static void browse_search(struct view *view, const char *text, bool back, bool again)
{
	struct browse *b = (struct browse *)view;

	if (b->focus == PANE_EXPLANATION)
		explain_pane_search(&b->explain, text, back, again);
	else if (b->focus == PANE_REPORT)
		report_pane_search(&b->report, text, back, again);
	else
		list_search(&b->list, text, back, again);
}

static struct scroll *browse_scroll(struct view *view)
{
	struct browse *b = (struct browse *)view;

	return scroll_of(b, b->focus);
}

static void browse_scrolled(struct view *view)
{
	struct browse *b = (struct browse *)view;

	if (b->focus == PANE_LIST)
		list_go(&b->list, b->list.scroll.cursor);
	else if (b->focus == PANE_REPORT)
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
	list_init(&b->list, app);
	explain_pane_init(&b->explain, app);
	report_pane_init(&b->report, app);
	for (int i = 0; i < LAYOUT_COUNT; i++)
		if (!g_strcmp0(app->options.layout, layout_names[i]))
			b->layout = (enum layout)i;
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
	b->layout = below->layout;
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
