/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hash of texts that strangers choose, such as Message-IDs and addresses: with g_str_hash they
 * can make thousands that meet in one place of a table. The order of such a table is another one in
 * every run.
 */
#ifndef NIXIE_BASE_STRHASH_H
#define NIXIE_BASE_STRHASH_H

#include <glib.h>

/* Of a text ending in NUL, in the place of g_str_hash. */
guint strhash(gconstpointer text);
/* The keys of a table in order of their bytes; they stay the table's. g_ptr_array_unref. */
GPtrArray *strhash_keys(GHashTable *table);

#endif
