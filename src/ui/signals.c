/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a handler may touch has to be static: a handler has no other way to know. Everything here
 * that a handler reads is written before the handler is set.
 */
#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/errors.h"

#define END_SECONDS \
	2 /* for an orderly end; a terminal that takes nothing would let it wait for ever */

static const int deadly[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGTRAP};
static const int ending[] = {SIGTERM, SIGINT, SIGHUP};
static const int watched[] = {SIGTSTP, SIGCONT, SIGTERM, SIGINT, SIGHUP};

static struct {
	int fd;
	char reset[256];
	size_t reset_n;
	struct termios modes;
	struct sigaction before[G_N_ELEMENTS(deadly)];
	void *stack;
	bool on;
} guard;

static struct {
	int pipe[2];
	guint source;
	signals_call *call;
	void *user;
} watch = {.pipe = {-1, -1}};

void signals_restore(void)
{
	if (!guard.on)
		return;
	if (write(guard.fd, guard.reset, guard.reset_n) < 0) {
		/* Nothing is left to be done about it. */
	}
	tcsetattr(guard.fd, TCSANOW, &guard.modes);
}

/* Async-signal-safe calls only. SA_RESETHAND has put the default action back. */
static void die(int number)
{
	signals_restore();
	raise(number);
}

/* The end was asked for, and writing to the terminal does not come to its own. */
static void give_up(int number)
{
	int flags = fcntl(guard.fd, F_GETFL);

	(void)number;
	fcntl(guard.fd, F_SETFL, flags | O_NONBLOCK);
	signals_restore();
	fcntl(guard.fd, F_SETFL, flags);
	_exit(NIXIE_INTERRUPTED);
}

static void handle(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

void signals_guard(int fd, const char *reset, const struct termios *modes)
{
	struct sigaction action = {
		.sa_handler = die, .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND | SA_NODEFER)};
	stack_t stack = {.ss_size = 65536};

	guard.fd = fd;
	guard.reset_n = g_strlcpy(guard.reset, reset, sizeof guard.reset);
	guard.reset_n = MIN(guard.reset_n, sizeof guard.reset - 1);
	guard.modes = *modes;
	if (!guard.stack)
		guard.stack = g_malloc(stack.ss_size);
	stack.ss_sp = guard.stack;
	sigaltstack(&stack, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < G_N_ELEMENTS(deadly); i++)
		sigaction(deadly[i], &action, guard.on ? NULL : &guard.before[i]);
	handle(SIGALRM, give_up);
	guard.on = true;
}

void signals_unguard(void)
{
	stack_t stack = {.ss_flags = SS_DISABLE};

	if (!guard.on)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(deadly); i++)
		sigaction(deadly[i], &guard.before[i], NULL);
	sigaltstack(&stack, NULL);
	g_clear_pointer(&guard.stack, g_free);
	guard.on = false;
	alarm(0);
}

static bool is_ending(int number)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ending); i++)
		if (ending[i] == number)
			return true;
	return false;
}

static void tell(int number)
{
	int saved = errno;
	char c = (char)number;

	if (write(watch.pipe[1], &c, 1) < 0) {
		/* The pipe is full: enough has been told. */
	}
	if (guard.on && is_ending(number))
		alarm(END_SECONDS);
	errno = saved;
}

void signals_hold(bool on)
{
	sigset_t set;

	/* curses ignores SIGTSTP for as long as each drawing takes, and one that comes then is
	 * lost; it does so only where it finds the default action when it opens the terminal. */
	if (on)
		handle(SIGTSTP, tell);
	else if (watch.pipe[0] < 0)
		handle(SIGTSTP, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	for (size_t i = 0; i < G_N_ELEMENTS(ending); i++)
		sigaddset(&set, ending[i]);
	sigprocmask(on ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

static gboolean told(gint fd, GIOCondition condition, gpointer data)
{
	char c;

	(void)condition;
	(void)data;
	while (read(fd, &c, 1) == 1)
		watch.call(watch.user, c);
	return G_SOURCE_CONTINUE;
}

void signals_watch(signals_call *call, void *user)
{
	if (!g_unix_open_pipe(watch.pipe, FD_CLOEXEC, NULL))
		return; /* no descriptor left: then they do what they do to any program */
	g_unix_set_fd_nonblocking(watch.pipe[0], TRUE, NULL);
	g_unix_set_fd_nonblocking(watch.pipe[1], TRUE, NULL);
	watch.call = call;
	watch.user = user;
	watch.source = g_unix_fd_add(watch.pipe[0], G_IO_IN, told, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(watched); i++)
		handle(watched[i], tell);
}

void signals_unwatch(void)
{
	if (watch.pipe[0] < 0)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(watched); i++)
		handle(watched[i], SIG_DFL);
	g_source_remove(watch.source);
	close(watch.pipe[0]);
	close(watch.pipe[1]);
	watch.pipe[0] = watch.pipe[1] = -1;
}

void signals_stop(void)
{
	handle(SIGTSTP, SIG_DFL);
	kill(0, SIGTSTP);
	handle(SIGTSTP, tell);
}
