/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries by their Message-IDs. They have numbers of 32 bits, so that a place of the index takes
 * four bytes, where a hash table of GLib takes twelve. */
#ifndef NIXIE_TRIAGE_ROWINDEX_H
#define NIXIE_TRIAGE_ROWINDEX_H

struct arena;
struct entry;
struct rowindex;

struct rowindex *rowindex_new(struct arena *arena); /* of the entries */
void rowindex_free(struct rowindex *index);
/* A new one, blank but for its id, which is borrowed. It never moves. */
struct entry *rowindex_add(struct rowindex *index, const char *id);
/* NULL: there is none. */
struct entry *rowindex_find(const struct rowindex *index, const char *id);

#endif
