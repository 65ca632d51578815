/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/handover.h"

#include "base/file.h"
#include "base/text.h"
#include "base/words.h"
#include "triage/handover.h"
#include "ui/doc.h"
#include "ui/menu.h"
#include "ui/save.h"
#include "ui/scroll.h"

#define FILE_NAME "words.txt"
#define FRAME_CELLS 4 /* left and right: a line and a blank */

struct words {
	struct view view;
	char *title, *text;
	struct doc *doc;
	struct scroll scroll;
};

/* --- what is done with them */

static void copy(struct words *words)
{
	struct app *app = words->view.app;

	if (!app->options.clipboard) {
		app_say(app, _("Copying is off (clipboard=true under [screen] allows it); s saves "
			       "the words."));
		return;
	}
	term_clipboard(app->term, words->text);
	app_say(app, _("Copied the words."));
}

static bool write_words(const char *path, const void *words, GError **error)
{
	struct file_out *out = file_out_open(path, false, error);

	if (!out)
		return false;
	if (file_out_write(out, span_of(words), error))
		return file_out_commit(out, error);
	file_out_abandon(out);
	return false;
}

/* --- the view */

static unsigned words_context(struct view *view)
{
	(void)view;
	return IN_HELP;
}

static void words_draw(struct view *view, struct rect area)
{
	struct words *words = (struct words *)view;
	struct rect inside, frame = {area.h > 8 ? 2 : 1, area.w >= 60 ? 2 : 0, 0,
				    area.w >= 60 ? area.w - 4 : area.w};

	doc_fit(words->doc, frame.w - FRAME_CELLS);
	frame.h = MAX(MIN((int)words->doc->lines->len + 2, area.h - 2), 3);
	frame.h = MIN(frame.h, area.h - 1 - frame.y);
	inside = term_frame(view->app->term, frame, words->title);
	scroll_fit(&words->scroll, words->doc->lines->len, inside.h);
	doc_draw(words->doc, view->app->term, inside, &words->scroll, NULL);
	view->cursor_y = inside.y + (int)(words->scroll.cursor - words->scroll.top);
	view->cursor_x = inside.x;
}

static bool words_key(struct view *view, int key)
{
	if (key == 'y')
		copy((struct words *)view);
	else if (key == 's')
		save_ask(view->app, _("the words"), FILE_NAME, write_words,
			g_strdup(((struct words *)view)->text));
	else
		return false;
	return true;
}

static bool words_command(struct view *view, int command, const char *argument)
{
	struct words *words = (struct words *)view;

	(void)argument;
	switch (command) {
	case UI_CLOSE:
	case UI_CANCEL:
	case UI_OPEN:
		app_pop(view->app, view);
		return true;
	case UI_DETAIL_DOWN:
	case UI_DETAIL_UP:
		scroll_page(&words->scroll, command == UI_DETAIL_DOWN);
		return true;
	default:
		return scroll_command(&words->scroll, command);
	}
}

static void words_free(struct view *view)
{
	struct words *words = (struct words *)view;

	g_free(words->title);
	g_free(words->text);
	doc_free(words->doc);
	g_free(words);
}

static const struct view_class words_class = {
	.name = "words",
	.overlay = true,
	.context = words_context,
	.draw = words_draw,
	.key = words_key,
	.command = words_command,
	.free = words_free,
};

/* What is copied and saved is what is seen: nothing in it can steer a terminal. */
static void show(struct app *app, const char *title, const char *text)
{
	struct words *words = g_new0(struct words, 1);
	struct span rest, line;

	words->view.class = &words_class;
	words->title = g_strdup_printf(_("%s  y:copy  s:save  q:close"), title);
	words->text = text_visible(text, TEXT_KEEP_LINES);
	words->doc = doc_new(term_rect(app->term).w);
	rest = span_of(words->text);
	while (span_line(&rest, &line)) {
		g_autofree char *one = span_dup(line);

		doc_text(words->doc, STYLE_NORMAL, one);
		if (!line.n)
			doc_blank(words->doc);
	}
	words->scroll.count = words->doc->lines->len;
	app_push(app, &words->view);
}

/* --- asking */

static struct handover_texts *load(struct app *app)
{
	GError *error = NULL;
	struct handover_texts *texts =
		handover_load(file_datadir(), session_knowledge(app->session), &error);

	if (!texts)
		app_report(app, error);
	return texts;
}

static void tell(struct app *app, enum handover whom)
{
	const struct row *row = app_current(app);
	const struct details *details = row ? session_details(app->session, row) : NULL;
	struct handover_texts *texts;
	size_t n;
	struct row *const *rows = session_rows(app->session, &n);
	g_autoptr(GHashTable) affected = NULL;
	g_autofree char *text = NULL, *title = NULL;

	if (!details || !details->report) {
		app_say(app, _("This report is still being read; press p again."));
		return;
	}
	texts = load(app);
	if (!texts)
		return;
	affected = handover_affected(rows, n);
	text = handover_row(texts, whom, session_rules(app->session), row, details,
		handover_affected_by(affected, row));
	title = handover_title(texts, whom);
	show(app, title, text);
	handover_free(texts);
}

static void chosen(void *user, int whom)
{
	tell(user, (enum handover)whom);
}

void handover_ask(struct app *app, const char *whom)
{
	static const char keys[HANDOVER_COUNT] = {'r', 'a', 's'};
	struct handover_texts *texts;
	struct menu *menu;

	for (int i = 0; whom && i < HANDOVER_COUNT; i++)
		if (strcmp(whom, handover_names[i]) == 0) {
			tell(app, (enum handover)i);
			return;
		}
	if (whom) {
		app_complain(app, _("\"%s\" is none of recipient, admin, sender"), whom);
		return;
	}
	if (!app_current(app)) {
		app_say(app, _("There is no report here."));
		return;
	}
	texts = load(app);
	if (!texts)
		return;
	menu = menu_new(_("Words to pass on"), chosen, app);
	for (int i = 0; i < HANDOVER_COUNT; i++) {
		g_autofree char *title = handover_title(texts, (enum handover)i);

		menu_add(menu, keys[i], title, false);
	}
	handover_free(texts);
	menu_push(app, menu);
}
