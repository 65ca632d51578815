/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings, one table (settings.c): each row carries group, key, default, command-line form
 * and one line of help, and feeds loading, `--help`, doctor and nixie-config(5).
 */
#ifndef NIXIE_TRIAGE_SETTINGS_H
#define NIXIE_TRIAGE_SETTINGS_H

#include <stdbool.h>

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

/* One row of the table of settings; the command-line form is --KEY=VALUE. */
struct setting_row {
	enum setting setting;
	const char *group, *key;
	const char *value_name; /* "LIST", "N", ...; `a|b` when it is one of a few words */
	const char *fallback;   /* default as text, NULL: computed, see help */
	const char *help;       /* one line */
};
/* The table, ended by a NULL key; for options, doctor and the manual. */
const struct setting_row *setting_rows(void);
const struct setting_row *setting_row_of(enum setting setting);
/* Is it true or false? Then `--KEY` alone means true. */
bool setting_is_flag(enum setting setting);
/* What is wrong with `value`, NULL when nothing is; g_free. */
char *setting_trouble(enum setting setting, const char *value);

#endif
