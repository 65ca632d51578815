/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nixie scan: the verdicts of what is new, stored in the index as the tag `bounce` and nixie.*
 * properties, in one step that undo takes back (interface.md section 4).
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

/* Starts loading what `query` matches (notmuch only); NULL: what came or changed since the last
 * scan. */
bool scan_start(struct session *session, const char *query, GError **error);
/* Waits until it is read, stores the verdicts, and remembers how far it came. */
bool scan_wait(struct session *session, struct scan_result *result, GError **error);

#endif
