/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals that would leave the terminal in the state of the screen. Deadly ones restore it with
 * write() and tcsetattr() alone, then die as they should; those that ask for an end or a stop
 * become a callback on the main context, and an end that the terminal does not let come is made to
 * come.
 */
#ifndef NIXIE_UI_SIGNALS_H
#define NIXIE_UI_SIGNALS_H

#include <stdbool.h>
#include <termios.h>

/* From now on a deadly signal writes `reset` to the terminal `fd` and sets `modes`. */
void signals_guard(int fd, const char *reset, const struct termios *modes);
void signals_unguard(void);
/* Does so now, where there is no time for more; nothing without a guard. */
void signals_restore(void);

/* Keeps those that ask for an end or a stop from coming while the terminal is taken, and lets them
 * come; curses is opened while they are held. */
void signals_hold(bool on);

/* Called with SIGTSTP, SIGCONT, SIGTERM, SIGINT and SIGHUP. */
typedef void signals_call(void *user, int number);
void signals_watch(signals_call *call, void *user);
void signals_unwatch(void);
/* Stops this process group as the terminal's own C-z would; returns when it is continued. */
void signals_stop(void);

#endif
