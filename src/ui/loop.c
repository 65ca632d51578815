/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/loop.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/errors.h"
#include "ui/signals.h"

#define DRAW_EVERY_US 40000
#define KEYS_A_TURN 256 /* then other sources get theirs, whatever is being pasted */

enum { PRIORITY_KEYS = G_PRIORITY_HIGH, PRIORITY_DRAW = G_PRIORITY_HIGH + 10 };

struct loop {
	struct terminal *term;
	struct loop_calls calls;
	void *user;
	GMainLoop *main;
	GSource *keys, *draw;
	guint resized;
	int64_t drawn; /* g_get_monotonic_time() of the last drawing */
	int code;
	bool quitting, paused;
	bool drawing, redraw; /* something changed meanwhile */
};

struct source {
	GSource base;
	struct loop *loop;
	gpointer keys, screen; /* tags of the descriptors */
};

/* Readable, and yet nothing to read: the other end of the terminal is closed. */
static bool is_at_end(void)
{
	int waiting = 0;

	return ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0 || waiting == 0;
}

static gboolean keys_dispatch(GSource *base, GSourceFunc unused, gpointer user)
{
	struct source *source = (struct source *)base;
	struct loop *loop = source->loop;
	GIOCondition condition = g_source_query_unix_fd(base, source->keys);
	int key, taken = 0;

	(void)unused;
	(void)user;
	if (condition & G_IO_IN && !(condition & G_IO_HUP) && is_at_end())
		condition |= G_IO_HUP;
	while (taken < KEYS_A_TURN && !loop->quitting && term_key(loop->term, &key)) {
		taken++;
		loop->calls.key(loop->user, key);
	}
	condition |= g_source_query_unix_fd(base, source->screen);
	if (condition & (G_IO_HUP | G_IO_ERR) && !taken)
		loop_quit(loop, NIXIE_INTERRUPTED);
	if (taken)
		loop_want_draw(loop, true);
	return G_SOURCE_CONTINUE;
}

/* A drawing may wait for a report, and runs the context meanwhile: a key that came then would close
 * the view that is being drawn. */
static void hold_keys(struct loop *loop, bool on)
{
	if (loop->keys)
		g_source_modify_unix_fd(loop->keys, ((struct source *)loop->keys)->keys,
			on ? 0 : G_IO_IN | G_IO_HUP | G_IO_ERR);
}

static gboolean draw_dispatch(GSource *base, GSourceFunc unused, gpointer user)
{
	struct loop *loop = ((struct source *)base)->loop;

	(void)unused;
	(void)user;
	g_source_set_ready_time(base, -1);
	if (loop->quitting || loop->paused)
		return G_SOURCE_CONTINUE;
	/* What is half drawn is drawn to its end first, with the keys held. */
	loop->redraw = loop->drawing;
	if (loop->drawing)
		return G_SOURCE_CONTINUE;
	loop->drawing = true;
	hold_keys(loop, true);
	loop->calls.draw(loop->user);
	hold_keys(loop, false);
	loop->drawing = false;
	loop->drawn = g_get_monotonic_time();
	if (loop->redraw)
		loop_want_draw(loop, false);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs keys_funcs = {.dispatch = keys_dispatch};
static GSourceFuncs draw_funcs = {.dispatch = draw_dispatch};

static GSource *add_source(struct loop *loop, GSourceFuncs *funcs, int priority)
{
	GSource *base = g_source_new(funcs, sizeof(struct source));

	((struct source *)base)->loop = loop;
	g_source_set_priority(base, priority);
	g_source_set_can_recurse(
		base, TRUE); /* an export runs the context inside a key's dispatch */
	g_source_attach(base, NULL);
	return base;
}

static void watch_keys(struct loop *loop)
{
	struct source *source;

	loop->keys = add_source(loop, &keys_funcs, PRIORITY_KEYS);
	source = (struct source *)loop->keys;
	source->keys =
		g_source_add_unix_fd(loop->keys, STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR);
	source->screen = g_source_add_unix_fd(loop->keys, STDOUT_FILENO, G_IO_HUP | G_IO_ERR);
}

static void drop_source(GSource **source)
{
	if (*source) {
		g_source_destroy(*source);
		g_clear_pointer(source, g_source_unref);
	}
}

static gboolean on_resize(gpointer user)
{
	struct loop *loop = user;

	if (!loop->paused) {
		term_resize(loop->term);
		loop_want_draw(loop, true);
	}
	return G_SOURCE_CONTINUE;
}

static void on_signal(void *user, int number)
{
	struct loop *loop = user;

	switch (number) {
	case SIGTSTP:
		loop->calls.suspend(loop->user);
		break;
	case SIGCONT:
		if (loop->paused)
			break;
		term_return(loop->term);
		loop_want_draw(loop, true);
		break;
	case SIGINT:
		if (loop->paused) /* C-c is meant for the program that has the terminal */
			break;
		/* fallthrough */
	default:
		loop_quit(loop, NIXIE_INTERRUPTED);
	}
}

struct loop *loop_new(struct terminal *term, const struct loop_calls *calls, void *user)
{
	struct loop *loop = g_new0(struct loop, 1);

	loop->term = term;
	loop->calls = *calls;
	loop->user = user;
	loop->main = g_main_loop_new(NULL, FALSE);
	loop->draw = add_source(loop, &draw_funcs, PRIORITY_DRAW);
	watch_keys(loop);
	loop->resized = g_unix_signal_add_full(PRIORITY_DRAW, SIGWINCH, on_resize, loop, NULL);
	signals_watch(on_signal, loop);
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	signals_unwatch();
	g_source_remove(loop->resized);
	drop_source(&loop->keys);
	drop_source(&loop->draw);
	g_main_loop_unref(loop->main);
	g_free(loop);
}

int loop_run(struct loop *loop)
{
	loop_want_draw(loop, true);
	if (!loop->quitting)
		g_main_loop_run(loop->main);
	return loop->code;
}

void loop_quit(struct loop *loop, int code)
{
	if (loop->quitting)
		return;
	loop->quitting = true;
	loop->code = code;
	g_main_loop_quit(loop->main);
}

void loop_want_draw(struct loop *loop, bool now)
{
	int64_t when = now ? 0 : loop->drawn + DRAW_EVERY_US;
	int64_t set = g_source_get_ready_time(loop->draw);

	if (set < 0 || when < set)
		g_source_set_ready_time(loop->draw, when);
}

void loop_pause(struct loop *loop, bool on)
{
	loop->paused = on;
	drop_source(&loop->keys);
	if (!on) {
		watch_keys(loop);
		loop_want_draw(loop, true);
	}
}

bool loop_is_quitting(const struct loop *loop)
{
	return loop->quitting;
}

bool loop_is_paused(const struct loop *loop)
{
	return loop->paused;
}
