/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The saved views of the configuration, [views]: read, and written back into that file without
 * touching anything else in it. A mistake in one view leaves that view out, and is told.
 */
#ifndef NIXIE_TRIAGE_VIEWBOOK_H
#define NIXIE_TRIAGE_VIEWBOOK_H

#include "rules/inifile.h"

#define VIEWBOOK_GROUP "views"

struct viewbook;
struct viewbook *viewbook_new(void);
void viewbook_free(struct viewbook *book); /* NULL is legal */

void viewbook_read(struct viewbook *book, const struct ini *ini);
/* "NAME=QUERY" in the order of the file; NULL-ended, borrowed until the next change. */
char *const *viewbook_lines(const struct viewbook *book);
/* The query of a view, borrowed; NULL: there is none. */
const char *viewbook_query(const struct viewbook *book, const char *name);
/* The same for whom a name is asked of: NIXIE_USAGE with the nearest name. */
const char *viewbook_find(const struct viewbook *book, const char *name, GError **error);
/* Why views were left out, `file:line: [views] name: ...` (char*). */
const GPtrArray *viewbook_faults(const struct viewbook *book);

/* Could a view be called so, and ask that? Filters and words for notmuch, as session_load takes
 * them. NIXIE_USAGE. */
bool viewbook_check(const char *name, const char *query, GError **error);
/*
 * Keeps a view, here and in the user's own configuration file, in place of one of the same name;
 * `query` NULL: forgets it. `path` is the file that was read (NULL: none): where it is not the
 * user's own, what it says is taken over, as it would not be read any more.
 */
bool viewbook_put(struct viewbook *book, const char *path, const char *name, const char *query,
	GError **error);
/* The text of a configuration with that done; all other lines stay as they are. g_free. */
char *viewbook_edit(const char *text, const char *name, const char *query);

#endif
