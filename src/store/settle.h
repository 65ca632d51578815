/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a killed writer left in the journal, settled by the next one that holds the lock. */
#ifndef NIXIE_STORE_SETTLE_H
#define NIXIE_STORE_SETTLE_H

#include <notmuch.h>

#include "store/journal.h"

/*
 * Finds out for each begun transaction whether it was applied (a transaction is all or nothing, so
 * one message that others left alone tells) and writes the record that is missing.
 */
bool settle_begun(notmuch_database_t *database, struct journal_log *log, GError **error);

/* The oldest entry whose plan waits to be completed; 0: none. */
uint64_t settle_unfinished(const struct journal *journal);

#endif
