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
	uint64_t repeats;   /* the one that it does again, 0: none */
	bool takes_back;    /* an undo or redo: what others changed since is left and told */
	bool forgets_scan;  /* it takes back what a scan stored: no scan has run then */
	GHashTable *put;    /* address -> struct suppressed*, that go on the suppression list */
	GHashTable *take;   /* address -> enum release, that come off */
	char *note;         /* of the suppression list, NULL: none */
	struct action_effect effect;
};
struct action *action_new(const char *kind);
void action_tell(struct action *action, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Counts messages and recipients of `rows`. */
void action_count(struct action *action, const GPtrArray *rows);

/* --- a mark of single recipients: a tag on the message, a property for each address */
struct mark {
	const char *kind, *property;
	const char *due; /* the property that says from when on, NULL: none */
	enum setting tag;
	int64_t stamp; /* stands behind the address, 0: nothing */
};
void action_mark(struct action *action, struct session *session, const GPtrArray *rows,
	const struct mark *mark, bool on);
/* An action on recipients; `named` takes those of `rows` that name an address. NULL with error when
 * none does. */
struct action *action_marking(
	const char *kind, const GPtrArray *rows, GPtrArray **named, GError **error);
/* "3 messages", "3 recipients" in the language of messages; the journal keeps English. g_free. */
char *messages_told(size_t n);
char *recipients_told(size_t n);

#endif
