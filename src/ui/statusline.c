/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/statusline.h"

#include <inttypes.h>

#include "base/text.h"
#include "base/words.h"
#include "ui/commands.h"
#include "ui/key.h"

#define MESSAGE_LINES 4

/* --- title */

/* News while nothing else moves; what is over at once needs none. */
#define CLOCK_FROM_MS 200

static void add_clock(GString *out, const struct session_counts *c)
{
	if (c->loading && c->loading_ms >= CLOCK_FROM_MS)
		g_string_append_printf(out, "  %" G_GINT64_FORMAT ".%d s", c->loading_ms / 1000,
			(int)(c->loading_ms / 100 % 10));
}

/* The counts in full, in short, in one word: the longest that leaves room for the query is shown.
 */
static char *counts_text(const struct session_counts *c, int form)
{
	GString *out = g_string_new(NULL);

	if (form == 0) {
		if (c->loading && c->to_index)
			g_string_append_printf(out, _("indexing %" PRIu64 " of %" PRIu64 "  "),
				c->indexed, c->to_index);
		else if (c->comparing)
			g_string_append_printf(out, _("comparing %" PRIu64 " reports  "), c->read);
		else if (c->loading && c->found)
			g_string_append_printf(
				out, _("reading %" PRIu64 " of %" PRIu64 "  "), c->read, c->found);
		else if (c->loading)
			g_string_append(out, _("asking the index  "));
		else
			g_string_append_printf(out, _("%" PRIu64 " found  "), c->found);
		g_string_append_printf(out, _("%" PRIu64 " shown"), c->shown);
		if (c->fresh)
			g_string_append_printf(out, _("  %" PRIu64 " new"), c->fresh);
		if (c->hidden)
			g_string_append_printf(out, _("  %" PRIu64 " hidden"), c->hidden);
		if (c->unreadable)
			g_string_append_printf(out, _("  %" PRIu64 " unreadable"), c->unreadable);
	} else if (form == 1)
		g_string_append_printf(out, "%s%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
			c->loading ? _("reading ") : "", c->shown, c->found);
	else
		g_string_append_printf(out, "%" G_GUINT64_FORMAT, c->shown);
	if (form < 2)
		add_clock(out, c);
	if (c->marked && form < 2)
		g_string_append_printf(out, _("  %" PRIu64 " marked"), c->marked);
	return g_string_free(out, FALSE);
}

static char *question_text(struct app *app, int width)
{
	const char *query = session_query(app->session), *limit = session_limit_text(app->session);
	const struct store_info *store = session_store(app->session);
	GString *out = g_string_new("nixie");

	if (width >= 120 && store && store->path)
		g_string_append_printf(out, "  %s", store->path);
	if (session_result(app->session))
		g_string_append_printf(out, _("  lines of %s"), session_result(app->session));
	if (query && *query)
		g_string_append_printf(out, "  q: %s", query);
	else if (!limit || !*limit)
		g_string_append(out, _("  all bounced mail"));
	if (limit && *limit)
		g_string_append_printf(out, _("  limit: %s"), limit);
	if (width >= 120)
		g_string_append_printf(
			out, _("  sort: %s%s"), app->reversed ? "-" : "", _(sort_names[app->sort]));
	return g_string_free(out, FALSE);
}

void title_draw(struct app *app, struct rect line)
{
	struct session_counts counts = session_counts(app->session);
	g_autofree char *left = question_text(app, line.w), *right = NULL;
	int cells = 0;

	for (int form = 0; form < 3; form++) {
		g_free(right);
		right = counts_text(&counts, form);
		cells = term_cells(app->term, right);
		if (cells + 8 <= line.w * 2 / 3)
			break;
	}
	term_fill(app->term, line, 0, 0, line.w, STYLE_TITLE, ' ');
	term_field(app->term, line, 0, 0, MAX(line.w - cells - 2, 5), STYLE_TITLE, left);
	term_text(app->term, line, 0, MAX(line.w - cells - 1, 6), STYLE_TITLE, right);
}

/* --- status */

/* What a newcomer is told about, most useful first; as many as fit. The keys are those of the key
 * map. */
static const struct hint {
	unsigned contexts;
	const char *command, *label;
} hints[] = {
	{IN_LIST | IN_GROUPS | IN_PANES, "retry", N_("retry")},
	{IN_LIST | IN_GROUPS | IN_PANES, "tag", N_("tag")},
	{IN_LIST | IN_GROUPS | IN_PANES, "export", N_("export")},
	{IN_LIST, "limit", N_("limit")},
	{IN_LIST | IN_GROUPS, "group", N_("group")},
	{IN_REPORT, "parts", N_("parts")},
	{IN_PANES, "next-evidence", N_("evidence")},
	{IN_ADDRESS, "open", N_("message")},
	{IN_LIST | IN_PANES | IN_HELP | IN_LOG | IN_ADDRESS, "find", N_("find")},
	{IN_LIST | IN_GROUPS, "undo", N_("undo")},
	{IN_LIST | IN_PANES, "next-pane", N_("pane")},
	{IN_LOG, "open", N_("undo this entry")},
	{IN_ALL, "help", N_("help")},
	{IN_GROUPS | IN_PANES | IN_HELP | IN_LOG | IN_ADDRESS, "close", N_("back")},
};

/* Of several keys typed one after the other, the first alone. */
static void keep_prefix(char *keys)
{
	size_t first = 0, all;

	key_parse(span_of(keys), &first);
	all = first;
	if (key_parse(span_of(keys), &all) >= 0)
		keys[first] = '\0';
}

/* What the last hint needs behind others. */
static int cells_of_help(struct app *app)
{
	g_autofree char *keys = keymap_keys(app->keymap, ui_command_by_name("help"), true);
	g_autofree char *text = g_strdup_printf("  %s:%s", keys, _("help"));

	return *keys ? term_cells(app->term, text) : 0;
}

static void hint_text(struct app *app, unsigned context, GString *out, int cells)
{
	int help = cells_of_help(app);

	/* `help` is said even when nothing else fits. */
	for (size_t pass = 0; pass < 2; pass++) {
		int room = cells;

		g_string_truncate(out, 0);
		for (size_t i = 0; i < G_N_ELEMENTS(hints); i++) {
			const struct ui_command *command = ui_command_by_name(hints[i].command);
			bool last = !strcmp(hints[i].command, "help");
			g_autofree char *keys = NULL, *text = NULL;
			int wide;

			if (!(hints[i].contexts & context) || (pass == 1 && !last) ||
				commands_refusal(app, command))
				continue;
			keys = keymap_keys(app->keymap, command, true);
			if (!*keys)
				continue;
			if (!strcmp(hints[i].command, "group"))
				keep_prefix(keys);
			text = g_strdup_printf(
				"%s%s:%s", out->len ? "  " : "", keys, _(hints[i].label));
			wide = term_cells(app->term, text);
			if (wide + (last ? 0 : help) > room) {
				if (last)
					break;
				continue;
			}
			room -= wide;
			g_string_append(out, text);
		}
		if (out->len)
			return;
	}
}

/* After a prefix key: what may follow. */
static char *prefix_text(struct app *app, unsigned context)
{
	g_autoptr(GPtrArray) after = keymap_after(app->keymap, app->keys, app->keys_n, context);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < after->len; i++) {
		const struct binding *binding = after->pdata[i];
		g_autofree char *keys = binding_text(binding);

		g_string_append_printf(out, "%s%s:%s", i ? "  " : "", keys,
			binding->argument ? binding->argument : binding->command->name);
	}
	return g_string_free(out, FALSE);
}

static char *progress_text(const struct action_result *action)
{
	if (!action->total)
		return g_strdup(_("Writing to the index ...  Esc cancels"));
	return g_strdup_printf(
		_("Writing to the index: %" PRIu64 " of %" PRIu64 " messages  Esc cancels"),
		action->progress, action->total);
}

/* All of a text, upwards over the view where one line is too short for it. */
static void draw_upwards(struct app *app, struct rect line, enum style style, const char *text)
{
	g_autofree char *shown = text_visible(text, term_flags(app->term));
	g_autoptr(GPtrArray) lines = text_wrap(shown, (size_t)line.w);
	int n = CLAMP((int)lines->len, 1, MIN(MESSAGE_LINES, line.y / 3 + 1));

	line = (struct rect){line.y - n + 1, line.x, n, line.w};
	for (int row = 0; row < n; row++)
		term_field(app->term, line, row, 0, line.w, style,
			row < (int)lines->len ? lines->pdata[row] : "");
}

void status_draw(struct app *app, struct rect line)
{
	const struct action_result *action = session_last_action(app->session);
	struct view *view = app_ground(app);
	unsigned context = view->class->context ? view->class->context(view) : 0;
	g_autoptr(GString) left = g_string_new(NULL);
	g_autoptr(GString) right = g_string_new(NULL);
	g_autoptr(GString) middle = g_string_new(NULL);
	int start, end;

	term_fill(app->term, line, 0, 0, line.w, STYLE_STATUS, ' ');
	if (!app->message && action && action->running) {
		g_autofree char *text = progress_text(action);

		term_field(app->term, line, 0, 0, line.w, STYLE_STATUS, text);
		return;
	}
	if (app->message) {
		draw_upwards(app, line, app->message_is_trouble ? STYLE_WARNING : STYLE_STATUS,
			app->message);
		return;
	}
	if (app->keys_n) {
		g_autofree char *text = prefix_text(app, context);

		draw_upwards(app, line, STYLE_STATUS, text);
		return;
	}
	if (view->class->status)
		view->class->status(view, left, right);
	start = term_text(app->term, line, 0, 0, STYLE_STATUS, left->str);
	end = line.w - term_cells(app->term, right->str);
	if (end > start + 1)
		term_text(app->term, line, 0, end, STYLE_STATUS, right->str);
	hint_text(app, context, middle, end - start - 4);
	if (end - start - 4 >= term_cells(app->term, middle->str))
		term_text(app->term, line, 0, start + 2, STYLE_STATUS, middle->str);
}
