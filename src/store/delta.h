/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes against what a message of the index has: what truly changes, and applying just that. */
#ifndef NIXIE_STORE_DELTA_H
#define NIXIE_STORE_DELTA_H

#include <notmuch.h>

#include "store/store.h"
#include "store/values.h"

enum presence {
	PRESENCE_BEFORE, /* nothing of the delta is in the message */
	PRESENCE_AFTER,  /* all of it is */
	PRESENCE_MIXED,  /* others have changed it since */
	PRESENCE_GONE,   /* there is no such message */
};

/*
 * The message with this id; NULL without error when there is none (one that is only referred to
 * counts as none).
 */
notmuch_message_t *delta_find(notmuch_database_t *database, const char *id, GError **error);
/*
 * The same once more under the same lock: to be changed a message must be the last that was looked
 * up, or Xapian writes each of its terms anew. An error when there is none.
 */
notmuch_message_t *delta_find_again(notmuch_database_t *database, const char *id, GError **error);

/* The part of `change` that `message` does not have already. change_free it. NULL with error. */
struct change *delta_true(notmuch_database_t *database, notmuch_message_t *message,
	const struct change *change, GError **error);
/*
 * Adds and removes exactly this; every status is checked. Long values were kept before
 * (delta_keep_values).
 */
bool delta_apply(notmuch_database_t *database, notmuch_message_t *message,
	const struct change *delta, GError **error);
/* Remembers the plain forms of long property values. */
bool delta_keep_values(struct values *values, const struct change *delta, GError **error);
/* Is a delta applied? */
enum presence delta_presence(
	notmuch_database_t *database, const struct change *delta, GError **error);

/* A property as KEY=VALUE in its two parts, the value as stored. False when there is no key. */
bool property_split(const char *property, char **key, char **stored);

#endif
