/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which keys do what: the table of commands, changed by [keys] of the configuration. */
#ifndef NIXIE_UI_KEYMAP_H
#define NIXIE_UI_KEYMAP_H

#include <glib.h>

#include "triage/command.h"

#define KEYS_MAX 3 /* keys in one sequence */

struct keymap;

/* One sequence of keys and what it does. */
struct binding {
	int keys[KEYS_MAX];
	unsigned n;
	const struct ui_command *command; /* NULL: bound to nothing */
	char *argument;                   /* NULL: the command asks, or takes none */
	unsigned contexts;
	char *own; /* as the configuration writes it; NULL: from the table of commands */
};

/*
 * `preset` names keys of the folder keys (ui/named), which change those of the table; NULL or
 * `default`: none. `config` may be NULL, and goes last. [keys] holds `SEQUENCE=COMMAND [ARGUMENT]`,
 * or `SEQUENCE=` to take it away. A wrong one is NIXIE_CONFIG, `[keys] SEQUENCE: ...`.
 */
struct keymap *keymap_new(const char *preset, GKeyFile *config, GError **error);
void keymap_free(struct keymap *keymap);
/*
 * What the user's own bindings do to each other and to those of the table: two for the same keys,
 * sequences that can no longer be typed, commands left without any key. Sentences (char*), `[keys]
 * SEQUENCE: ...`; g_ptr_array_unref.
 */
GPtrArray *keymap_conflicts(const struct keymap *keymap);

enum keymap_result { KEYMAP_NONE, KEYMAP_PREFIX, KEYMAP_BOUND };
/* What the keys typed so far mean in `context` (one bit of enum key_context). */
enum keymap_result keymap_find(const struct keymap *keymap, const int *keys, unsigned n,
	unsigned context, const struct binding **binding);
/* The bindings that begin with these keys, for a hint after a prefix. Borrowed struct binding*;
 * g_ptr_array_unref. */
GPtrArray *keymap_after(const struct keymap *keymap, const int *keys, unsigned n, unsigned context);
/* The sequences of a command, "j Down"; argument NULL: any. "" when none. g_free. */
char *keymap_keys(const struct keymap *keymap, const struct ui_command *command, bool first_only);
/* "gc" */
char *binding_text(const struct binding *binding);

#endif
