/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals that would leave the terminal in the state of the screen. Deadly ones restore it with
 * write() and tcsetattr() alone, then die as they should; SIGTSTP and SIGCONT become callbacks on
 * the main context.
 */
#ifndef NIXIE_UI_SIGNALS_H
#define NIXIE_UI_SIGNALS_H

#include <termios.h>

/* From now on a deadly signal writes `reset` to the terminal `fd` and sets `modes`. */
void signals_guard(int fd, const char *reset, const struct termios *modes);
void signals_unguard(void);
/* Does so now, where there is no time for more; nothing without a guard. */
void signals_restore(void);

/* `suspend` on SIGTSTP, `resume` on SIGCONT. */
typedef void signals_call(void *user);
void signals_watch(signals_call *suspend, signals_call *resume, void *user);
void signals_unwatch(void);
/* Stops this process group as the terminal's own C-z would; returns when it is continued. */
void signals_stop(void);

#endif
