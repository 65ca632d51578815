/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was marked for a recipient: from the tags and nixie.* properties of the message and the
 * suppression list. */
#ifndef NIXIE_TRIAGE_STATE_H
#define NIXIE_TRIAGE_STATE_H

#include "triage/config.h"
#include "triage/row.h"
#include "triage/suppress.h"

/* The properties of interface.md section 4. */
#define PROPERTY_RETRY "nixie.retry"
#define PROPERTY_RETRY_DUE "nixie.retry-due"
#define PROPERTY_RETRIED "nixie.retried"
#define PROPERTY_SUPPRESS "nixie.suppress"

/* What a scan stores of a bounce, "key=" each; NULL-ended. */
extern const char *const stored_properties[];
bool property_is_stored(const char *line);

struct state_words {
	const struct config *config;
	const struct suppression *suppression; /* may be NULL */
	bool uses_done_tag;                    /* the index has the tag that `done` takes away */
	int64_t now;
};

/*
 * The tag rules, the property names the recipients; a property without its tag is ignored, a tag
 * without any property means all recipients. `*retried` is when it was sent again, 0: never.
 */
enum state row_state(const struct state_words *words, const struct row *row, int64_t *retried);

/* Does the mark `tag` with its `property` mean this row? */
bool row_is_marked(const struct row *row, const char *tag, const char *property);

bool entry_has_tag(const struct entry *entry, const char *tag);
/* The value of a property of this address: "" or what follows the address; NULL when there is none.
 * Borrowed. */
const char *entry_property(const struct entry *entry, const char *property, const char *address);
bool entry_has_property(const struct entry *entry, const char *property);

#endif
