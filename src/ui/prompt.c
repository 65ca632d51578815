/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/prompt.h"

#include <time.h>

#include "base/words.h"
#include "triage/caret.h"
#include "ui/editline.h"
#include "ui/key.h"

#define HINT_GAP 3
#define FRAME_WIDTH 76
#define SLOW (CLOCKS_PER_SEC / 30)
#define PAUSE_MS 150
#define FRAME_FROM 9 /* rows of the screen from which effects have room */

struct prompt {
	struct view view;
	const struct prompt_spec *spec;
	void *user;
	struct editline line;
	char *typed;           /* what stood there before the history was looked through */
	guint back;            /* steps into the history, 0: what is typed */
	GPtrArray *candidates; /* of the last Tab; NULL: none */
	size_t candidate, word_at;
	struct doc *doc;      /* candidates and effect; NULL: to be made */
	struct scroll scroll; /* of the doc */
	bool slow;            /* the last effect took long to tell */
	bool paused;          /* nothing was typed for a while */
	guint pause;          /* timer that waits for that; 0: none */
	char *refused, *why;  /* a text that was entered before, and why it was not taken; NULL */
	size_t caret_at, caret_n; /* the token in it that is meant; 0 bytes: none */
	bool lost;                /* what was typed leads nowhere */
};

/* --- drawing */

/* As much as all candidates begin with. */
static char *common_head(const GPtrArray *words)
{
	char *head = g_strdup(words->pdata[0]);

	for (guint i = 1; i < words->len; i++) {
		const char *word = words->pdata[i];
		size_t n = 0;

		while (head[n] && head[n] == word[n])
			n++;
		head[n] = '\0';
	}
	/* Never half a character. */
	while (*head && !g_utf8_validate(head, -1, NULL))
		head[strlen(head) - 1] = '\0';
	return head;
}

/* Bytes of a prefix that all candidates have, and nobody needs to read each time. */
static size_t prefix_of(const GPtrArray *candidates)
{
	g_autofree char *head = common_head(candidates);
	size_t n = strlen(head);

	while (n && head[n - 1] != ':' && head[n - 1] != ',')
		n--;
	return n;
}

/* "" for none; g_free. */
static char *more_text(guint n)
{
	return n ? g_strdup_printf(_("(%u more)"), n) : g_strdup("");
}

/* As many as fit into a line, the next one first, and how many more there are. */
static char *candidates_text(const struct prompt *prompt, int width)
{
	const struct terminal *term = prompt->view.app->term;
	const GPtrArray *all = prompt->candidates;
	size_t skip = prefix_of(all);
	GString *out = g_string_new(NULL);
	g_autofree char *left = NULL;
	guint shown = 0;

	for (; shown < all->len; shown++) {
		const char *next =
			(char *)all->pdata[(prompt->candidate + shown) % all->len] + skip;
		g_autofree char *rest = more_text(all->len - shown - 1);
		int cells = term_cells(term, out->str) + term_cells(term, next) +
			    term_cells(term, rest);

		if (shown && cells > width)
			break;
		g_string_append_printf(out, "%s  ", next);
	}
	left = more_text(all->len - shown);
	g_string_append(out, left);
	return g_string_free(out, FALSE);
}

static void stop_waiting(struct prompt *prompt)
{
	if (prompt->pause)
		g_source_remove(prompt->pause);
	prompt->pause = 0;
	prompt->paused = false;
}

static void wait_for_pause(struct prompt *prompt);

/* Where following takes long, it waits for a pause in the typing. */
static void follow(struct prompt *prompt)
{
	clock_t begin = clock(); /* work, not waiting: a busy machine is no reason */

	if (!prompt->spec->changed)
		return;
	if (prompt->slow && !prompt->paused) {
		wait_for_pause(prompt);
		return;
	}
	prompt->lost =
		!prompt->spec->changed(prompt->view.app, prompt->user, prompt->line.text->str);
	prompt->slow = clock() - begin > SLOW;
}

static gboolean on_pause(gpointer user)
{
	struct prompt *prompt = user;

	prompt->pause = 0;
	prompt->paused = true;
	g_clear_pointer(&prompt->doc, doc_free);
	follow(prompt);
	app_redraw(prompt->view.app);
	return G_SOURCE_REMOVE;
}

static void wait_for_pause(struct prompt *prompt)
{
	if (!prompt->pause)
		prompt->pause = g_timeout_add(PAUSE_MS, on_pause, prompt);
}

/* What the text would do. Where telling takes long (a hundred thousand rows), it waits for a pause
 * in the typing. */
static void tell_effect(struct prompt *prompt, struct doc *doc)
{
	clock_t begin = clock(); /* work, not waiting: a busy machine is no reason */

	if (prompt->slow && !prompt->paused) {
		doc_line(doc, STYLE_DIM, _("counting ..."));
		wait_for_pause(prompt);
		return;
	}
	prompt->spec->effect(prompt->view.app, prompt->user, prompt->line.text->str, doc);
	prompt->slow = clock() - begin > SLOW;
}

/* NULL when the text is good. g_free. */
static char *refusal(struct prompt *prompt)
{
	const char *text = prompt->line.text->str;
	g_autoptr(GError) error = NULL;

	if (prompt->refused && !strcmp(text, prompt->refused))
		return g_strdup(prompt->why);
	if (!prompt->spec->check || !*text ||
		prompt->spec->check(prompt->view.app, prompt->user, text, &error))
		return NULL;
	return g_strdup(error->message);
}

/* False: the text is refused, and why is told. */
static bool check(struct prompt *prompt, struct doc *doc)
{
	const char *text = prompt->line.text->str;
	g_autofree char *why = refusal(prompt);
	struct span token;

	prompt->caret_n = 0;
	if (!why)
		return true;
	if (caret_find(text, why, &token)) {
		prompt->caret_at = (size_t)(token.p - text);
		prompt->caret_n = token.n;
	}
	doc_text(doc, STYLE_WARNING, why);
	return false;
}

static const struct doc *effects(struct prompt *prompt, int width)
{
	struct doc *doc = prompt->doc;

	if (doc && doc->width == width)
		return doc;
	doc_free(doc);
	doc = prompt->doc = doc_new(width);
	if (prompt->candidates && prompt->candidates->len > 1) {
		g_autofree char *text = candidates_text(prompt, width);

		doc_line(doc, STYLE_DIM, text);
	}
	if (check(prompt, doc) && prompt->spec->effect)
		tell_effect(prompt, doc);
	return doc;
}

/* Returns the column in which the text would begin, were all of it shown. */
static int draw_line(struct prompt *prompt, struct rect area, int row)
{
	struct terminal *term = prompt->view.app->term;
	int column = term_text(term, area, row, 0, STYLE_STRONG, _(prompt->spec->label)), cursor;
	g_autofree char *head = g_strndup(prompt->line.text->str, prompt->line.cursor);

	cursor = editline_draw(&prompt->line, term, area, row, column);
	prompt->view.cursor_y = area.y + row;
	prompt->view.cursor_x = area.x + cursor;
	if (prompt->lost)
		term_text(term, area, row,
			MAX(area.w - term_cells(term, _(" (not found)")) - 1, cursor + 1),
			STYLE_WARNING, _(" (not found)"));
	return cursor - term_cells(term, head);
}

/* Below the token that is wrong. */
static void draw_caret(struct prompt *prompt, struct rect area, int row, int column)
{
	struct terminal *term = prompt->view.app->term;
	const char *text = prompt->line.text->str;
	g_autofree char *head = g_strndup(text, prompt->caret_at);
	g_autofree char *token = g_strndup(text + prompt->caret_at, prompt->caret_n);
	int from = column + term_cells(term, head), to = from + MAX(term_cells(term, token), 1);

	from = MAX(from, term_cells(term, _(prompt->spec->label)));
	term_fill(term, area, row, from, MIN(to, area.w) - from, STYLE_WARNING, '^');
}

/* As many hints as there is room for, those that matter most here first. */
static void draw_hints(struct prompt *prompt, struct rect area)
{
	struct terminal *term = prompt->view.app->term;
	const struct scroll *scroll = &prompt->scroll;
	const char *const hints[] = {
		scroll->count > scroll->height ? _("PgDn: more") : "",
		_("Enter does it"),
		_("Esc leaves"),
		prompt->spec->complete ? _("Tab completes") : "",
		_("Up: earlier ones"),
	};
	int x = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(hints); i++)
		if (*hints[i] && x + term_cells(term, hints[i]) <= area.w)
			x = term_text(term, area, area.h - 1, x, STYLE_DIM, hints[i]) + HINT_GAP;
}

static void prompt_draw(struct view *view, struct rect screen)
{
	struct prompt *prompt = (struct prompt *)view;
	struct terminal *term = view->app->term;
	int w = MIN(FRAME_WIDTH, screen.w), h;
	const struct doc *doc = effects(prompt, w - 4);
	struct rect inside, last = {screen.h - 1, 0, 1, screen.w};
	struct rect below;
	int caret = prompt->caret_n > 0, column;
	g_autofree char *heading = NULL;

	if (!prompt->spec->effect || screen.h < FRAME_FROM) {
		struct rect above = {screen.h - 2, 0, 1, screen.w};

		if (doc->lines->len) {
			term_clear(term, above);
			doc_draw(doc, term, above, &prompt->scroll, NULL);
		}
		term_clear(term, last);
		draw_line(prompt, last, 0);
		return;
	}
	h = MIN((int)doc->lines->len + 4 + caret, screen.h - 2);
	if (prompt->spec->heading)
		heading = prompt->spec->heading(view->app, prompt->user);
	inside = term_frame(term, (struct rect){screen.h - 1 - h, (screen.w - w) / 2, h, w},
		heading ? heading : _(prompt->spec->title));
	column = draw_line(prompt, inside, 0);
	if (caret)
		draw_caret(prompt, inside, 1, column);
	below = (struct rect){inside.y + 1 + caret, inside.x, inside.h - 2 - caret, inside.w};
	scroll_fit(&prompt->scroll, doc->lines->len, below.h);
	doc_draw(doc, term, below, &prompt->scroll, NULL);
	draw_hints(prompt, inside);
}

/* --- keys */

static void look_back(struct prompt *prompt, int step)
{
	const GPtrArray *texts = prompt->spec->history ? histories_get(prompt->view.app->histories,
								 prompt->spec->history)
						       : NULL;
	guint n = texts ? texts->len : 0;

	if ((step > 0 && prompt->back == n) || (step < 0 && prompt->back == 0))
		return;
	if (prompt->back == 0) {
		g_free(prompt->typed);
		prompt->typed = g_strdup(prompt->line.text->str);
	}
	prompt->back = (guint)((int)prompt->back + step);
	editline_set(&prompt->line,
		texts && prompt->back ? texts->pdata[n - prompt->back] : prompt->typed);
}

/* Tab: as far as it is certain; Tab again: one candidate after the other. */
static void complete(struct prompt *prompt)
{
	g_autofree char *word = NULL, *head = NULL;

	if (prompt->candidates && prompt->candidates->len > 1) {
		editline_replace_word(&prompt->line, prompt->word_at,
			prompt->candidates->pdata[prompt->candidate]);
		prompt->candidate = (prompt->candidate + 1) % prompt->candidates->len;
		return;
	}
	g_clear_pointer(&prompt->candidates, g_ptr_array_unref);
	prompt->word_at = editline_word(&prompt->line);
	word = g_strndup(
		prompt->line.text->str + prompt->word_at, prompt->line.cursor - prompt->word_at);
	prompt->candidates = g_ptr_array_new_with_free_func(g_free);
	prompt->candidate = 0;
	prompt->spec->complete(prompt->view.app, prompt->user, word, prompt->candidates);
	if (!prompt->candidates->len) {
		g_clear_pointer(&prompt->candidates, g_ptr_array_unref);
		app_say(prompt->view.app, _("nothing completes \"%s\""), word);
		return;
	}
	head = common_head(prompt->candidates);
	if (strlen(head) > strlen(word) || prompt->candidates->len == 1)
		editline_replace_word(&prompt->line, prompt->word_at, head);
	if (prompt->candidates->len == 1)
		g_clear_pointer(&prompt->candidates, g_ptr_array_unref);
}

static void accept(struct prompt *prompt)
{
	struct app *app = prompt->view.app;
	const struct prompt_spec *spec = prompt->spec;
	g_autofree char *text = g_strdup(prompt->line.text->str);
	g_autofree char *why = refusal(prompt);
	void *user;

	if (why)
		return; /* it stands there with its error, to be mended */
	user = g_steal_pointer(&prompt->user);

	if (spec->history)
		histories_add(app->histories, spec->history, text);
	app_pop(app, &prompt->view);
	spec->accept(app, user, text);
	if (spec->free)
		spec->free(user);
}

static void leave(struct prompt *prompt)
{
	struct app *app = prompt->view.app;

	if (prompt->spec->leave)
		prompt->spec->leave(app, prompt->user);
	app_pop(app, &prompt->view);
}

static bool prompt_key(struct view *view, int key)
{
	struct prompt *prompt = (struct prompt *)view;

	if (key == K_PAGE_DOWN || key == K_PAGE_UP) {
		scroll_page(&prompt->scroll, key == K_PAGE_DOWN);
		return true;
	}
	g_clear_pointer(&prompt->doc, doc_free);
	scroll_to(&prompt->scroll, 0);
	stop_waiting(prompt);
	if (key == K_TAB && prompt->spec->complete && !prompt->line.pasting) {
		complete(prompt);
		follow(prompt);
		return true;
	}
	g_clear_pointer(&prompt->candidates, g_ptr_array_unref);
	if (editline_key(&prompt->line, key)) {
		follow(prompt);
		return true;
	}
	switch (key) {
	case K_ENTER:
	case KEY_CTRL('j'):
		accept(prompt);
		return true;
	case K_ESC:
	case KEY_CTRL('c'):
	case KEY_CTRL('g'):
		leave(prompt);
		return true;
	case K_UP:
	case KEY_CTRL('p'):
		look_back(prompt, 1);
		follow(prompt);
		return true;
	case K_DOWN:
	case KEY_CTRL('n'):
		look_back(prompt, -1);
		follow(prompt);
		return true;
	default:
		return true;
	}
}

static void prompt_event(struct view *view, enum session_event event)
{
	if (event != SESSION_PROGRESS)
		g_clear_pointer(&((struct prompt *)view)->doc, doc_free);
}

static void prompt_free(struct view *view)
{
	struct prompt *prompt = (struct prompt *)view;

	stop_waiting(prompt);
	if (prompt->user && prompt->spec->free)
		prompt->spec->free(prompt->user);
	editline_clear(&prompt->line);
	doc_free(prompt->doc);
	g_free(prompt->typed);
	g_free(prompt->refused);
	g_free(prompt->why);
	g_clear_pointer(&prompt->candidates, g_ptr_array_unref);
	g_free(prompt);
}

static const struct view_class prompt_class = {
	.name = "prompt",
	.overlay = true,
	.draw = prompt_draw,
	.key = prompt_key,
	.event = prompt_event,
	.free = prompt_free,
};

static struct prompt *prompt_new(const struct prompt_spec *spec, void *user, const char *initial)
{
	struct prompt *prompt = g_new0(struct prompt, 1);

	prompt->view.class = &prompt_class;
	prompt->spec = spec;
	prompt->user = user;
	editline_init(&prompt->line, initial ? initial : "");
	return prompt;
}

void prompt_push(struct app *app, const struct prompt_spec *spec, void *user, const char *initial)
{
	app_push(app, &prompt_new(spec, user, initial)->view);
}

void prompt_push_refused(struct app *app, const struct prompt_spec *spec, void *user,
	const char *text, const char *why)
{
	struct prompt *prompt = prompt_new(spec, user, text);

	prompt->refused = g_strdup(text);
	prompt->why = g_strdup(why);
	app_push(app, &prompt->view);
}

void prompt_complete_from(
	GPtrArray *out, const char *word, const char *prefix, const char *const *words)
{
	for (size_t i = 0; words && words[i]; i++) {
		g_autofree char *whole = g_strconcat(prefix, words[i], NULL);

		if (g_str_has_prefix(whole, word))
			g_ptr_array_add(out, g_steal_pointer(&whole));
	}
}
