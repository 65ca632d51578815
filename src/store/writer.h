/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changing an index, in a child: every change is read first (what truly changes), written to the
 * journal and synced, applied in one transaction, and counts as done when `notmuch_database_close`
 * says 0 and the journal has its commit record. Whatever is killed in between leaves all of a
 * transaction or nothing, and the next writer finds out which.
 */
#ifndef NIXIE_STORE_WRITER_H
#define NIXIE_STORE_WRITER_H

#include "store/store.h"

#ifndef WRITER_BATCH       /* tests have a smaller one */
#define WRITER_BATCH 10000 /* messages a transaction: about five seconds under the lock */
#endif

struct writer_request {
	struct store_ref store;
	const char *uuid; /* must be that of the database, else NIXIE_BUSY */
	const struct change *changes;
	size_t n;
	const char *label; /* one line for the log: "tag +retry on 12 messages" */
	const char *kind;  /* "tag", "retry", "suppress", "scan", "undo 7", "redo 7" */
};

struct writer_events {
	void (*progress)(void *user, uint64_t done, uint64_t total);
	/*
	 * One message of a transaction that is on disk, with what truly changed; `missing`: no such
	 * message any more.
	 */
	void (*delta)(void *user, const struct change *delta, bool missing);
	/*
	 * Journal entry number; 0 when there was nothing to change. Also told when only a part was
	 * applied.
	 */
	void (*applied)(void *user, uint64_t entry);
	bool (*cancelled)(void *user); /* asked often */
};

/*
 * False with NIXIE_BUSY (locked; names the holder), NIXIE_INTERRUPTED (cancelled; earlier batches
 * stay), NIXIE_IO (nothing of this batch was changed), NIXIE_USAGE (a tag that cannot be set),
 * NIXIE_PARTIAL (changed, but files could not be renamed).
 */
bool writer_run(const struct writer_request *request, const struct writer_events *events,
	void *user, GError **error);

#endif
