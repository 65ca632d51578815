/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The suppression list of one database: $XDG_DATA_HOME/nixie/suppress/UUID, append-only, 0600. A
 * line adds an address or takes one off:
 *
 *   + ADDRESS<TAB>CATEGORY<TAB>FIRST<TAB>LAST<TAB>COUNT<TAB>IDS<TAB>TIME<TAB>WHO<TAB>ENTRY<TAB>NOTE
 *   - ADDRESS<TAB>TIME<TAB>WHO<TAB>ENTRY<TAB>WHY<TAB>NOTE
 *
 * times in seconds since 1970, ENTRY the number in the journal, IDS Message-IDs parted by blanks,
 * WHY a name of release_names; TAB, LF, % and bytes that are no text as %XX. The last line of an
 * address counts. WHY and NOTE may be missing, as older versions wrote it.
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
	char *note;   /* NULL: none */
};

/* Why an address came off the list. What undo took off was never decided. */
enum release { RELEASE_ASKED, RELEASE_ANSWERED, RELEASE_QUIET, RELEASE_UNDONE, RELEASE_COUNT };
extern const char *const release_names[RELEASE_COUNT];

/* An address that was taken off. */
struct released {
	const struct suppressed *entry; /* what it was there for */
	enum release why;
	int64_t time;
	char *who, *note; /* note NULL: none */
};

struct suppression;
/* A missing file is an empty list; broken lines are skipped. */
struct suppression *suppression_load(const char *uuid, GError **error);
void suppression_free(struct suppression *list); /* NULL is legal */
bool suppression_has(const struct suppression *list, const char *address);
/* NULL when it is not there. */
const struct suppressed *suppression_find(const struct suppression *list, const char *address);
/* When it was taken off last, also when it went back since; NULL: never. */
const struct released *suppression_released(const struct suppression *list, const char *address);
/* struct suppressed*, by address; borrowed, array g_ptr_array_unref. */
GPtrArray *suppression_list(const struct suppression *list);
/* struct released*, of those that are not on the list; in the same way. */
GPtrArray *suppression_off(const struct suppression *list);

/* What is so already costs no line. Nothing is on disk before suppression_flush. */
void suppression_add(struct suppression *list, const struct suppressed *entry, uint64_t by);
void suppression_remove(struct suppression *list, const char *address, enum release why,
	const char *note, uint64_t by);
/* Takes back, or does again, what the journal's entry `done` did to the list; as `by`. */
void suppression_revert(struct suppression *list, uint64_t done, uint64_t by);
void suppression_repeat(struct suppression *list, uint64_t done, uint64_t by);
/* Does what the lines say, which suppression_unwritten gave, as `by`. */
void suppression_take(struct suppression *list, const char *lines, uint64_t by);
/* Did this entry of the journal change the list? */
bool suppression_has_step(const struct suppression *list, uint64_t by);
/* The lines that the next flush will write. Borrowed. */
const char *suppression_unwritten(const struct suppression *list);
/* Appends what was changed since the last flush, under flock; it is on disk when this returns true.
 */
bool suppression_is_ahead(const struct suppression *list); /* of what is on disk */
bool suppression_flush(struct suppression *list, GError **error);

#endif
