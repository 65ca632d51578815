/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nixie scan: the verdicts of what is new, stored in the index as the tag `bounce` and nixie.*
 * properties, in one step that undo takes back (interface.md section 4). What it stores rests on
 * the report alone, so that no rows are made, nothing is compared, and no letter is looked up.
 */
#ifndef NIXIE_TRIAGE_SCAN_H
#define NIXIE_TRIAGE_SCAN_H

#include "triage/session.h"

struct scan_result {
	uint64_t messages;   /* looked at */
	uint64_t bounces;    /* of them */
	uint64_t unreadable; /* files */
	uint64_t changed;    /* messages whose tags or properties changed */
	uint64_t entry;      /* of the journal, 0: nothing changed */
};

struct scan;
/* Starts reading what `query` matches (notmuch only); NULL: what came or changed since the last
 * scan. scan_wait() follows. NULL with error. */
struct scan *scan_start(struct session *session, const char *query, GError **error);
/* Messages that are read, and all that are to be. */
void scan_count(const struct scan *scan, uint64_t *done, uint64_t *total);
/* Waits until all is read, stores the verdicts, and remembers how far it came. Frees the scan. */
bool scan_wait(struct scan *scan, struct scan_result *result, GError **error);

#endif
