/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts that were extracted once, in SQLite under $XDG_CACHE_HOME/nixie/UUID.db: keys, and
 * the packed facts apart. Everything in it can be made again: a file that is broken, or of another
 * version, is thrown away; the whole may be deleted at any time.
 */
#ifndef NIXIE_VERDICTS_CACHE_H
#define NIXIE_VERDICTS_CACHE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/file.h"

/*
 * Nine Message-IDs of the corpus stand for 29 different reports, so a report is known by its file,
 * too: the base name without Maildir flags, the size, and the time of the last change.
 */
struct verdict_key {
	const char *id;
	const char *path;
	struct file_stamp stamp;
};
/* Only to be looked for: the file as it is then. It is asked when something is known of its name.
 */
#define VERDICT_STAMP_NOW \
	{ \
		-1, -1 \
	}

struct verdicts;

/*
 * `rules` and `form` name what a cached fact rests on: the rule set and the packed form. With
 * `note` (may be NULL) what was thrown away is told, g_free. NULL with error when there can be no
 * cache.
 */
struct verdicts *verdicts_open(
	const char *uuid, const char *rules, const char *form, char **note, GError **error);
void verdicts_close(struct verdicts *verdicts); /* commits; NULL is legal */

/* The packed facts, until the next call. False when they are not known. */
bool verdicts_get(struct verdicts *verdicts, const struct verdict_key *key, struct span *packed);
/* Kept at the next commit; what cannot be kept is not. */
void verdicts_put(struct verdicts *verdicts, const struct verdict_key *key, struct span packed);
void verdicts_commit(struct verdicts *verdicts);
/* The file, when something in it was found broken since: it goes when it is closed. NULL: sound. */
const char *verdicts_harm(const struct verdicts *verdicts);

#endif
