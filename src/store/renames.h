/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Five tags stand for flags in Maildir file names (maildir.synchronize_flags). Setting one renames
 * files; libnotmuch reports success even when the rename failed, so the disk is looked at
 * afterwards.
 */
#ifndef NIXIE_STORE_RENAMES_H
#define NIXIE_STORE_RENAMES_H

#include <notmuch.h>

#include "store/store.h"

struct renames;

struct renames *renames_new(void);
void renames_free(struct renames *renames);
/* Remembers the message when the delta touches one of the five tags. */
void renames_note(struct renames *renames, const struct change *delta);
bool renames_is_empty(const struct renames *renames);
/*
 * Brings the file names of the remembered messages in line. NIXIE_PARTIAL names the first file that
 * did not follow.
 */
bool renames_apply(const struct renames *renames, notmuch_database_t *database, GError **error);

#endif
