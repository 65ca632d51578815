/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes under construction: a draft for each message, of what is to be added and removed, nothing
 * twice. */
#ifndef NIXIE_TRIAGE_DRAFTS_H
#define NIXIE_TRIAGE_DRAFTS_H

#include <glib.h>

#include "store/store.h"

enum change_list { ADD_TAG, REMOVE_TAG, ADD_PROPERTY, REMOVE_PROPERTY, CHANGE_LISTS };

struct drafts;
struct drafts *drafts_new(void);
void drafts_free(struct drafts *set); /* NULL is legal */
/* The last word on a tag or property counts: adding takes a removal of the same back, and the other
 * way round. */
void drafts_put(struct drafts *set, const char *id, enum change_list list, const char *value);
/* As the writer takes them, in the order the messages were first named; borrowed until the next
 * put. */
const struct change *drafts_changes(struct drafts *set, size_t *n);
/* Takes in changes made elsewhere (the journal): struct change*. */
void drafts_put_all(struct drafts *set, const GPtrArray *changes);
size_t change_count(const struct change *change); /* tags and properties in it */
/* `words` without those in `remove` and with those in `add`, sorted, each once; all NULL-ended. The
 * words are borrowed, the list is not: g_free. */
char **words_changed(char *const *words, const char *const *add, const char *const *remove);

#endif
