/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys and drawing as sources of the default GMainContext, beside those of the session: rows load
 * while keys are answered. Keys go first; a drawing follows what asked for it, at most 25 a second.
 */
#ifndef NIXIE_UI_LOOP_H
#define NIXIE_UI_LOOP_H

#include "ui/term.h"

struct loop;

struct loop_calls {
	void (*key)(void *user, int key);
	void (*draw)(void *user);
	void (*suspend)(void *user); /* SIGTSTP */
};

struct loop *loop_new(struct terminal *term, const struct loop_calls *calls, void *user);
void loop_free(struct loop *loop);
/* Runs until loop_quit(); returns its code, or NIXIE_INTERRUPTED when the terminal went away or
 * SIGTERM came. */
int loop_run(struct loop *loop);
void loop_quit(struct loop *loop, int code);
/* `now`: an answer to a key, drawn before anything else is done; else soon. */
void loop_want_draw(struct loop *loop, bool now);
/* While another program has the terminal: no keys, no drawing. */
void loop_pause(struct loop *loop, bool on);
bool loop_is_paused(const struct loop *loop);
/* The end was asked for; what waits for anything else need not. */
bool loop_is_quitting(const struct loop *loop);

#endif
