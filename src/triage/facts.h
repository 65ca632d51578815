/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The facts of files, from wherever they are cheapest: the cache, else an extractor child, whose
 * answer the cache then keeps. A file that another mail program renamed meanwhile (flags, new to
 * cur) is looked for under its new name.
 */
#ifndef NIXIE_TRIAGE_FACTS_H
#define NIXIE_TRIAGE_FACTS_H

#include "triage/result.h"
#include "worker/client.h"

struct facts;
/*
 * `cache` may be NULL, `n` is at least 1. Strings are copied. `report` is called once a file in any
 * order (the report is the callee's), `done` once at the end, also after facts_cancel; then the
 * facts are gone.
 */
struct facts *facts_start(struct pool *pool, struct cache *cache, const char *const *ids,
	const char *const *paths, size_t n, pool_report *report, job_done *done, void *user);
/* The same of reports that a result tells of; it and `knowledge` outlive the facts. */
struct facts *facts_start_told(struct result *result, const struct knowledge *knowledge,
	const char *const *paths, size_t n, pool_report *report, job_done *done, void *user);
void facts_cancel(struct facts *facts);

/* Where a Maildir file is now that is no longer at `path`: same name before `:2,`, in new or cur.
 * NULL: gone. g_free. */
char *facts_relocate(const char *path);

#endif
