/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line that is asked for, with history and completion; what Enter would do is told above it
 * while it is typed. An overlay.
 */
#ifndef NIXIE_UI_PROMPT_H
#define NIXIE_UI_PROMPT_H

#include "ui/app.h"
#include "ui/doc.h"

struct prompt_spec {
	const char *label;   /* "Limit: " */
	const char *history; /* name of its history; NULL: none */
	const char *title;   /* of the frame */
	/* Instead of `title`, what it is about; g_free. NULL: the title. */
	char *(*heading)(struct app *app, void *user);
	void (*accept)(struct app *app, void *user, const char *text);
	/* What the text would do, as lines; NULL: the prompt is the last line of the screen alone.
	 */
	void (*effect)(struct app *app, void *user, const char *text, struct doc *doc);
	/* Is the text good? What is not cannot be entered; the error is told, with a caret below
	 * the token that it names. NULL: all is good. */
	bool (*check)(struct app *app, void *user, const char *text, GError **error);
	/* The text is another one: follows it at once, false when it leads nowhere. NULL: nothing.
	 */
	bool (*changed)(struct app *app, void *user, const char *text);
	void (*leave)(struct app *app, void *user); /* nothing was entered; NULL: no matter */
	/* Adds what may stand for `word` (g_strdup'ed, beginning with it); NULL: no completion. */
	void (*complete)(struct app *app, void *user, const char *word, GPtrArray *out);
	GDestroyNotify free; /* of user */
};

/* `spec` is static. */
void prompt_push(struct app *app, const struct prompt_spec *spec, void *user, const char *initial);

/* The same once more, after what was entered turned out to be wrong. */
void prompt_push_refused(struct app *app, const struct prompt_spec *spec, void *user,
	const char *text, const char *why);

/* Adds those of `words` that begin with `prefix` + `word`; helps `complete`. */
void prompt_complete_from(
	GPtrArray *out, const char *word, const char *prefix, const char *const *words);

#endif
