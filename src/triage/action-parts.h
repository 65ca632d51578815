/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the actions: what making and applying them share. Not for other modules. */
#ifndef NIXIE_TRIAGE_ACTION_PARTS_H
#define NIXIE_TRIAGE_ACTION_PARTS_H

#include "triage/drafts.h"
#include "triage/session-parts.h"
#include "triage/state.h"

struct action {
	struct drafts *changes;
	char *kind, *label; /* of the journal entry */
	char *done;         /* "Flagged 2 recipients for retry" */
	uint64_t reverts;   /* the entry of the journal that it takes back, 0: none */
	uint64_t repeats; /* the one that it does again, 0: none */
	bool takes_back;    /* an undo or redo: what others changed since is left and told */
	bool forgets_scan;  /* it takes back what a scan stored: no scan has run then */
	enum { LIST_LEAVE, LIST_ADD, LIST_REMOVE } list; /* what happens to the suppression list */
	GHashTable *suppressed; /* address -> struct suppressed*, whose entries it is about */
	struct action_effect effect;
};
struct action *action_new(const char *kind);
void action_tell(struct action *action, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Counts messages and recipients of `rows`. */
void action_count(struct action *action, const GPtrArray *rows);
/* "1 recipient", "2 recipients" */
char *counted(size_t n, const char *one);

#endif
