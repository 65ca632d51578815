/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who writes to the index? Opening one for writing under another's lock would wait without limit
 * and deaf to signals, so nixie looks first: Xapian locks the file `flintlock` with an open file
 * description lock, which can be asked for. No libnotmuch here: the status line asks too.
 */
#ifndef NIXIE_STORE_LOCK_H
#define NIXIE_STORE_LOCK_H

#include "store/store.h"

enum lock_state { LOCK_FREE, LOCK_BUSY, LOCK_READ_ONLY, LOCK_MISSING };

/*
 * The directory that holds Xapian's files of a notmuch database (database.path); NULL when there is
 * none. g_free.
 */
char *lock_xapian_directory(const char *database_path);
/*
 * Where that is for `store`, found as notmuch would: the argument, NOTMUCH_DATABASE, database.path
 * of the configuration, the default places. NULL when there is none. g_free.
 */
char *lock_find_directory(const struct store_ref *store);

/* `holder` (may be NULL) is set when busy: "notmuch (pid 123)" or "another process". g_free. */
enum lock_state lock_probe(const char *xapian_directory, char **holder);

#endif
