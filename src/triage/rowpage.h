/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages with their rows as bytes, some hundred on a page: what reports, their letters and the
 * index said of them. What the rows tell together, marks and what came while the list was on the
 * screen is not there. Whoever reads a page trusts nothing in it but the rules it was made under:
 * a number that is out of its bounds makes the page bad.
 */
#ifndef NIXIE_TRIAGE_ROWPAGE_H
#define NIXIE_TRIAGE_ROWPAGE_H

#include "triage/rowstore.h"
#include "worker/pack.h"

#define ROWPAGE_FORM "3" /* of what is packed: another one cannot be read */

#define ROWPAGE_MESSAGES 400 /* of a page, at most */

struct rowpage_about {
	bool uses_done_tag, sent_indexed; /* counted in the index; rows rest on it, too */
};

/*
 * Messages from `from` on, as many as fit; without those that are `kept`, where `changes` is set.
 * Files whose facts are not known, or not whole, or more than a page has room for, are named
 * without rows. `left` (char*, may be NULL): messages that earlier pages of the list tell of, and
 * that are in it no longer. Returns the first that is not on it.
 */
guint rowpage_pack(const struct rowstore *store, guint from, bool changes, const GPtrArray *left,
	const struct rowpage_about *about, struct pack *page);

/* What is known while the pages of a list come, the latest first. */
struct rowpage_news {
	/* Ids that the index has changed since (-> whether a page told of them), of which those
	 * that match are in the store; NULL: none. */
	GHashTable *changed;
	GHashTable *left;       /* ids that a later page says are in it no longer */
	unsigned known;         /* of `changed`, that pages told of */
	unsigned passed;        /* messages of which a later page told */
	unsigned changed_files; /* that are not what they were */
};

/*
 * Adds what is not there yet. Files that are not what they were (cache_page of worker/client.h)
 * stay without facts, if they have none; what could not be read stays so; the rows of others are as
 * on the page. False: the page is bad; what stood before that was taken.
 */
bool rowpage_unpack(struct rowstore *store, struct unpack *page, struct rowpage_news *news,
	struct rowpage_about *about);

#endif
