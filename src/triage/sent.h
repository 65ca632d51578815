/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The book of sent mail: which Message-IDs the index knows as mail that was sent from here, and to
 * whom it went. Asked in batches and remembered, so that each id is looked up once a session.
 */
#ifndef NIXIE_TRIAGE_SENT_H
#define NIXIE_TRIAGE_SENT_H

#include "triage/context.h"
#include "worker/client.h"

struct sent_book;
/*
 * `query` is the setting sent-query, NULL: mail from an own address. `cache` is where a session
 * keeps its cache. All borrowed; must outlive the book.
 */
struct sent_book *sent_book_new(struct spawner *spawner, struct pool *pool,
	struct cache *const *cache, const struct store_ref *store, const struct surroundings *own,
	const char *query);
void sent_book_free(struct sent_book *book); /* no lookup is under way */

/* Looks `ids` up that are not known yet; `done` follows from the main loop in every case. One
 * lookup at a time. */
void sent_book_lookup(
	struct sent_book *book, const char *const *ids, size_t n, job_done *done, void *user);
/* What was found holds for one load. Not while busy. */
void sent_book_forget(struct sent_book *book);
void sent_book_cancel(struct sent_book *book);
bool sent_book_busy(const struct sent_book *book);

/* What is known for the message of a report: by its returned Message-ID, else by what the report
 * refers to. */
struct sent sent_book_of(const struct sent_book *book, const struct report *report);
/* The ids that sent_book_of() will ask for, added to `ids` (char*, borrowed from the report). */
void sent_book_wants(const struct report *report, GPtrArray *ids);

/* The notmuch query for mail sent from here; NULL when nobody knows who we are. g_free. */
char *sent_query(const struct surroundings *own, const char *query);

#endif
