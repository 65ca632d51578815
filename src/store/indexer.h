/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An index of nixie's own, split from the mail it is about: DATABASE holds Xapian's files and a
 * `config` for notmuch; nothing is written beside the mail. In a child process, for a mail may end
 * libnotmuch.
 */
#ifndef NIXIE_STORE_INDEXER_H
#define NIXIE_STORE_INDEXER_H

#include "store/store.h"

struct indexer_request {
	const char *mail;               /* Maildir, MH folder, directory of .eml, mbox file */
	const char *database;           /* directory under $XDG_DATA_HOME/nixie or a temporary */
	const char *const *tags_bounce; /* tags for new messages, NULL-ended */
};

struct indexer;

/* Makes the index, or opens it. NIXIE_BUSY when another writes to it. */
struct indexer *indexer_open(const char *database, const char *mail_root, GError **error);
/* Commits. False with error when it is not on disk. */
bool indexer_close(struct indexer *indexer, GError **error);

bool indexer_exists(const char *database);
/*
 * The files that the index of `database` knows, absolute: a set of char*. Empty when there is no
 * index yet.
 */
GHashTable *indexer_known(const char *database, GError **error);

/*
 * False with error when nothing can be done any more; otherwise `*why` (g_free) says why this file
 * was left out.
 */
bool indexer_add(struct indexer *indexer, const char *path, const char *const *tags, char **why,
	GError **error);
bool indexer_remove(struct indexer *indexer, const char *path, GError **error);

#endif
