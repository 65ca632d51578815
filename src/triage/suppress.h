/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The suppression list of one database: $XDG_DATA_HOME/nixie/suppress/UUID, append-only, 0600. A
 * line adds an address or takes one off:
 *
 *   + ADDRESS<TAB>CATEGORY<TAB>FIRST<TAB>LAST<TAB>COUNT<TAB>IDS<TAB>TIME<TAB>WHO<TAB>ENTRY
 *   - ADDRESS<TAB>TIME<TAB>WHO<TAB>ENTRY
 *
 * times in seconds since 1970, ENTRY the number in the journal, IDS Message-IDs parted by blanks;
 * TAB, LF, % and bytes that are no text as %XX. The last line of an address counts.
 */
#ifndef NIXIE_TRIAGE_SUPPRESS_H
#define NIXIE_TRIAGE_SUPPRESS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct suppressed {
	char *address, *category, *ids;
	int64_t first, last; /* bounces */
	unsigned count;
	int64_t time; /* when it was put there */
	char *who;    /* login name */
};

struct suppression;
/* A missing file is an empty list; broken lines are skipped. */
struct suppression *suppression_load(const char *uuid, GError **error);
void suppression_free(struct suppression *list); /* NULL is legal */
bool suppression_has(const struct suppression *list, const char *address);
/* struct suppressed*, by address; borrowed, array g_ptr_array_unref. */
GPtrArray *suppression_list(const struct suppression *list);

/* What is so already costs no line. Nothing is on disk before suppression_flush. */
void suppression_add(struct suppression *list, const struct suppressed *entry, uint64_t by);
void suppression_remove(struct suppression *list, const char *address, uint64_t by);
/* Takes back, or does again, what the journal's entry `done` did to the list; as `by`. */
void suppression_revert(struct suppression *list, uint64_t done, uint64_t by);
void suppression_repeat(struct suppression *list, uint64_t done, uint64_t by);
/* Appends what was changed since the last flush, under flock; it is on disk when this returns true.
 */
bool suppression_flush(struct suppression *list, GError **error);

#endif
