/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings, one table (config.c): each row carries group, key, type, default, command-line
 * form and one line of help, and feeds loading, `--help`, doctor and nixie-config(5).
 */
#ifndef NIXIE_TRIAGE_CONFIG_H
#define NIXIE_TRIAGE_CONFIG_H

#include <glib.h>

#include "rules/knowledge.h"
#include "triage/viewbook.h"

enum setting {
	SET_BOUNCE_QUERY,
	SET_SENT_QUERY,
	SET_SENT_INDEXED,
	SET_OWN_DOMAINS,
	SET_OWN_HOSTS,
	SET_TYPE_FROM,
	SET_LANG,
	SET_TICKET_TEMPLATE,
	SET_TAG_BOUNCE,
	SET_TAG_RETRY,
	SET_TAG_RETRIED,
	SET_TAG_SUPPRESS,
	SET_TAG_DONE,
	SET_RESEND_COMMAND,
	SET_QUIET_DAYS,
	SET_SOFT_WEEK,
	SET_SOFT_MONTH,
	SET_PROVEN_REPORTS,
	SET_HARD_REPORTS,
	SET_INCIDENT_ADDRESSES,
	SET_THEME,
	SET_KEYS,
	SET_LAYOUT,
	SET_LINES,
	SET_PLAIN,
	SET_MOUSE,
	SET_CLIPBOARD,
	SET_RESTRICTED,
	SET_SAVE_DIRECTORY,
	SET_WATCH_SECONDS,
	SET_COLUMN,
	SET_JOBS,
	SET_COUNT
};

struct config;

/* One row of the table of settings; the command-line form is --KEY=VALUE. */
struct setting_row {
	enum setting setting;
	const char *group, *key;
	const char *value_name; /* "LIST", "DAYS", ... */
	const char *fallback;   /* default as text, NULL: computed, see help */
	const char *help;       /* one line */
};
/* The table, ended by a NULL key; for options, doctor and the manual. */
const struct setting_row *config_settings(void);

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
/* Is it true or false? Then `--KEY` alone means true. */
bool config_is_flag(enum setting setting);
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
