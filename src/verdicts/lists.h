/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole lists as a session last had them, so that the next one need not make each row anew. In
 * SQLite, under $XDG_CACHE_HOME/nixie/UUID-list.db; everything in it can be made again. A list has
 * a name, a state that it holds in, and pages, of which nothing is known here. Where it changed a
 * little, pages are added that tell what.
 */
#ifndef NIXIE_VERDICTS_LISTS_H
#define NIXIE_VERDICTS_LISTS_H

#include <stdbool.h>

#include "base/span.h"

struct lists;

/* What was thrown away is told in `note`, g_free. NULL: none can be had, which is no reason to
 * fail. */
struct lists *lists_open(const char *uuid, char **note);
void lists_close(struct lists *lists); /* NULL is legal; a list that was not committed is gone */

/* In which state there is such a list; NULL: in none. g_free. */
char *lists_state(struct lists *lists, const char *name);
/* How many pages this list has in this state; 0: it is not known so. */
size_t lists_find(struct lists *lists, const char *name, const char *state);
/* One of the list that was found, as it was put; borrowed until the next call. Those that were
 * added come before the others, the last one first. False: it is not what was written, and goes
 * when the file is closed. */
bool lists_page(struct lists *lists, size_t place, struct span *page);
/* What it is for cannot be made of a page: it goes, too. */
void lists_distrust(struct lists *lists);
/* No more pages are wanted. */
void lists_leave(struct lists *lists);

/* A list begins with its first page, or (`onto`, the state that it is in) goes on with it. False
 * when it cannot be kept: then the others need not come. */
bool lists_put(struct lists *lists, const char *name, const char *onto, struct span page);
/* The pages that were put take the place of those that the list had, or are added to them. */
void lists_commit(struct lists *lists, const char *state);
void lists_drop(struct lists *lists);
/* The file, when something in it was found broken. NULL: sound. */
const char *lists_harm(const struct lists *lists);

#endif
