/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is set: by the configuration file, on the command line, by the machine. */
#ifndef NIXIE_TRIAGE_CONFIG_H
#define NIXIE_TRIAGE_CONFIG_H

#include <glib.h>

#include "rules/knowledge.h"
#include "triage/settings.h"
#include "triage/viewbook.h"

struct config;

/*
 * `path` NULL: $XDG_CONFIG_HOME/nixie/config, then /etc/nixie/config; a missing one is no error.
 * Broken: NIXIE_CONFIG, `file:line: [group] key: ...`.
 */
struct config *config_load(const char *path, GError **error);
/* The defaults, no file read. */
struct config *config_new(void);
void config_free(struct config *config);
/* The file that was read, NULL when there was none. */
const char *config_path(const struct config *config);
const char *config_text(const struct config *config, enum setting setting); /* NULL when unset */
int config_int(const struct config *config, enum setting setting);
bool config_flag(const struct config *config, enum setting setting);
char **config_list(const struct config *config, enum setting setting); /* g_strfreev; never NULL */
/*
 * What the machine says of restricted mode, in /etc/nixie/config or in $NIXIE_RESTRICTED (a
 * directory to save in, or any other word), goes over all that the user's file said and config_set
 * will say.
 */
bool config_bind(struct config *config, GError **error);
/* Enters restricted mode, if it is on, for good (file_confine). */
bool config_confine(const struct config *config, GError **error);
/* From the command line; the same checks as the file. Restricted mode is not left again. */
bool config_set(struct config *config, const char *key, const char *value, GError **error);
/* The saved views, borrowed. */
struct viewbook *config_views(const struct config *config);
/* Groups of free keys: [keys], "key" -> command name, for ui/keymap, and [colours] for ui/theme;
 * borrowed, may be NULL. */
GKeyFile *config_keyfile(const struct config *config);

#endif
