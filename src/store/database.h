/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening an index and asking it small things, for reader, writer and indexer. In a child process
 * only: libnotmuch may end the process at any call (design.md section 2).
 */
#ifndef NIXIE_STORE_DATABASE_H
#define NIXIE_STORE_DATABASE_H

#include <notmuch.h>

#include "store/store.h"

#define DATABASE_LOCK_SECONDS \
	5 /* a write lock that was free and is taken before we get it: SIGALRM ends the child */

/*
 * NULL with error: NIXIE_NOINPUT (none there), NIXIE_BUSY (changing; try again), NIXIE_IO (broken,
 * or changing in a way that looks so), NIXIE_CONFIG. Opening it for reading is tried a few times
 * before. Close it with notmuch_database_destroy.
 */
notmuch_database_t *database_open(const struct store_ref *store, bool write, GError **error);

/*
 * Sets the error that a failed libnotmuch call on an open database comes to. `doing`: "cannot read
 * the index".
 */
void database_set_error(
	notmuch_database_t *database, notmuch_status_t status, const char *doing, GError **error);

/* Where Xapian's files are; NULL when they are not found. g_free. */
char *database_xapian_directory(notmuch_database_t *database);
bool database_flag(notmuch_database_t *database, notmuch_config_key_t key);
/* The values of a `;`-separated setting, g_strfreev. */
char **database_setting(notmuch_database_t *database, notmuch_config_key_t key);

#endif
