/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an index said of its messages, so that it need not be asked again: tags, files and
 * properties cost libnotmuch about 100 us a message, a look in here 3. In SQLite, under
 * $XDG_CACHE_HOME/nixie/UUID-index.db; everything in it can be made again.
 *
 * The one rule: what is here of a message is right unless the message changed after the revision
 * that is noted here. Who moves the revision on drops what has changed; who finds a later one here
 * than the index has (a backup was put back) drops all; who read at another revision than the one
 * that is noted keeps nothing.
 */
#ifndef NIXIE_VERDICTS_KNOWN_H
#define NIXIE_VERDICTS_KNOWN_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct known;

/* `form` names what the bytes are made of: under another one nothing is known. NULL: none can be
 * had, which is no reason to fail. */
struct known *known_open(const char *uuid, const char *form);
void known_close(struct known *known); /* commits; NULL is legal */

uint64_t known_revision(const struct known *known); /* 0: nothing is known */
/* From its revision to `revision`: forgets the messages `ids` (NULL-ended), which changed between;
 * with NULL all of them. False when another process did the same meanwhile. */
bool known_move(struct known *known, uint64_t revision, const char *const *ids);

/*
 * Messages that left the index are not among those that changed. Looks at `most` of those that are
 * known, each time at others, and forgets which are not there: it costs what it is given.
 */
typedef bool known_is_there(void *user, const char *id);
void known_sweep(struct known *known, unsigned most, known_is_there *is_there, void *user);

/* Borrowed until the next call; NULL: not known. */
const void *known_get(struct known *known, const char *id, size_t *n);
/* What was read of the index at the revision of `known`; kept at the next commit, if it still is
 * that one then. */
void known_put(struct known *known, const char *id, const void *bytes, size_t n);
void known_commit(struct known *known);

#endif
