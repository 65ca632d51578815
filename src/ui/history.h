/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was typed at prompts before, by prompt; kept in $XDG_STATE_HOME/nixie/history (0600). */
#ifndef NIXIE_UI_HISTORY_H
#define NIXIE_UI_HISTORY_H

#include <glib.h>

struct histories;

/* Reads the file; what cannot be read is as if it were empty. */
struct histories *histories_load(void);
/* Writes the file if anything was added; a failure loses the history only. */
void histories_free(struct histories *histories);

/* `name` is that of a prompt: "limit", "query", "tag". A text that is there already moves to the
 * end. */
void histories_add(struct histories *histories, const char *name, const char *text);
/* Oldest first; borrowed until the next add. */
const GPtrArray *histories_get(struct histories *histories, const char *name);

#endif
