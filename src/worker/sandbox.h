/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an extractor may still do once its rules are loaded: read what it was given, read the
 * modules of iconv, answer. No other file, no network, no program, no file made or changed
 * (design.md section 2).
 */
#ifndef NIXIE_WORKER_SANDBOX_H
#define NIXIE_WORKER_SANDBOX_H

#include <glib.h>

#define SANDBOX_CPU_SECONDS 10 /* of one message */

/*
 * Cannot be undone. Returns what is active, "seccomp, landlock"; "" where the kernel has neither.
 * g_free.
 */
char *sandbox_enter(void);

/*
 * Gives the next message its CPU time, or a second more; who uses it up ends with SIGPROF. `now`:
 * of g_get_monotonic_time.
 */
void sandbox_next_message(gint64 now);

#endif
