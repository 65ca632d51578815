/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The running screen: what all views share. Inside src/ui only. */
#ifndef NIXIE_UI_APP_H
#define NIXIE_UI_APP_H

#include "triage/action.h"
#include "triage/session.h"
#include "ui/history.h"
#include "ui/keymap.h"
#include "ui/loop.h"
#include "ui/term.h"
#include "ui/ui.h"
#include "ui/view.h"

/* Between the brackets of a paste: it goes to a line that is being typed, or nowhere. */
enum paste { PASTE_NONE, PASTE_TYPED, PASTE_DROPPED };

struct app {
	struct session *session;
	struct terminal *term;
	struct loop *loop;
	struct keymap *keymap;
	struct ui_options options;
	GPtrArray *views; /* struct view*, the topmost last */
	struct histories *histories;
	int keys[KEYS_MAX]; /* typed so far of a sequence */
	unsigned keys_n;
	char *message; /* instead of the status line until the next key; NULL: none */
	bool message_is_trouble;
	char *found;      /* what was searched for last */
	char *last_words; /* the last action as a command line, for `repeat` */
	GArray *typed;    /* int, keys that wait for the end of a change, see ui/typeahead */
	bool typed_waits; /* the first of them does */
	guint typing;     /* source that types them; 0: none */
	enum paste paste;
	int64_t pasted; /* when the last of it came; g_get_monotonic_time() */
	enum sort_key sort;
	bool reversed;
	struct correcting *correcting; /* of ui/correct.c; NULL: nothing */
	char *query_before; /* to go back to when the index refuses the new one; NULL: none */
	guint clock;        /* source that draws while something loads; 0: none */
	bool rows_seen;     /* the first rows of what loads were drawn */
	bool restoring;     /* what that query shows is being loaded again: nothing stops it */
};

/* --- views */
void app_push(struct app *app, struct view *view); /* owns it */
void app_pop(struct app *app, struct view *view);  /* frees it; anywhere in the stack */
struct view *app_top(const struct app *app);
/* The topmost view that is no overlay. */
struct view *app_ground(const struct app *app);

/* --- what is said: a sentence on the status line */
void app_say(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
void app_complain(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Takes the error. */
void app_report(struct app *app, GError *error);
void app_redraw(struct app *app);

/* --- doing */
void app_act(struct app *app, int key); /* on a key */
void app_do(struct app *app, const struct ui_command *command, const char *argument);
/* As typed behind `:`. */
void app_do_text(struct app *app, const char *text);
/* The rows an action works on; empty when there are none. g_ptr_array_unref. */
GPtrArray *app_selection(struct app *app);
struct row *app_current(struct app *app); /* NULL: none */
void app_quit(struct app *app, int code);
/* Loads another query; broken ones are told. */
void app_load(struct app *app, const char *text);
/* Says which rules of the user's own were left out (struct rule_finding); NULL: none. */
void app_tell_broken_rules(struct app *app, const GPtrArray *broken);
/* Back to the shell until it continues us. */
void app_suspend(struct app *app);

#endif
