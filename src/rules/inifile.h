/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A data file in GKeyFile form, read strictly and with line numbers. GKeyFile itself merges groups
 * that stand twice, lets the last of two equal keys win without a word, and forgets where they
 * stood; and it made loading all data take 8 ms instead of 5, which every process pays.
 */
#ifndef NIXIE_RULES_INIFILE_H
#define NIXIE_RULES_INIFILE_H

#include <glib.h>

#include "base/span.h"

struct ini {
	char *path;
	char *bytes; /* of the file; keys and values lie in it */
	size_t n;
	GArray *entries;    /* struct ini_entry, in file order */
	GPtrArray *groups;  /* char*, in file order */
	GHashTable *ranges; /* group -> struct ini_range */
};
typedef struct ini ini_file; /* for g_autoptr */

/* `sum` (may be NULL) takes the file's base name and its lines but for translations. */
struct ini *ini_load(const char *path, GChecksum *sum, GError **error);
/* `sum` alone takes what ini_load would give it. */
bool ini_sum(const char *path, GChecksum *sum, GError **error);
/* The same for text that is not in that file yet; copied. */
struct ini *ini_read(const char *path, struct span text, GChecksum *sum, GError **error);
void ini_free(struct ini *ini);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ini_file, ini_free)

/* Where a group (key NULL) or key stands; 0 when it does not. */
int ini_line(const struct ini *ini, const char *group, const char *key);
/*
 * Names in file order, keys with their `[de]`; g_strfreev. A group that does not exist has no keys.
 */
char **ini_groups(const struct ini *ini);
char **ini_keys(const struct ini *ini, const char *group);

/*
 * Sets `file:line: [group] key: why`; `key` may be NULL. Returns false, for `return ini_fail(...)`.
 */
bool ini_fail(GError **error, const struct ini *ini, const char *group, const char *key,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/*
 * True when the group holds no other keys than `allowed` (NULL-ended). `key.N` allows key.1, key.2,
 * ...; a `[]` at the end allows translations, as `key[de]`.
 */
bool ini_check_keys(
	const struct ini *ini, const char *group, const char *const *allowed, GError **error);

/* The value as written, NULL when absent; g_free. Backslashes mean nothing. */
char *ini_raw(const struct ini *ini, const char *group, const char *key);
/*
 * The value for people in `lang` (NULL: English), `\n` `\t` `\s` `\\` taken out; NULL when absent;
 * g_free.
 */
char *ini_text(const struct ini *ini, const char *group, const char *key, const char *lang);
/* Raw values of `key`, key.1, key.2, ... in file order; never NULL; frees its strings. */
GPtrArray *ini_numbered(const struct ini *ini, const char *group, const char *key);
/*
 * Items between semicolons, blanks at their ends dropped, empty ones left out; `\x20` is a blank,
 * `\;` a semicolon,
 * `\\` a backslash. Never NULL; frees its strings.
 */
GPtrArray *ini_list(const struct ini *ini, const char *group, const char *key);
/* A number 0..max, or `fallback` when absent; -1 with error when it is none. */
int ini_number(const struct ini *ini, const char *group, const char *key, int max, int fallback,
	GError **error);

/* Ids of groups, rules and the like: [a-z0-9-]+ */
bool ini_is_id(const char *id);

#endif
