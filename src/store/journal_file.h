/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reading and writing the journal share; for journal.c and journal_log.c alone. */
#ifndef NIXIE_STORE_JOURNAL_FILE_H
#define NIXIE_STORE_JOURNAL_FILE_H

#include "store/journal.h"

/* The directory is made. NULL with error. g_free. */
char *journal_path(const char *uuid, GError **error);
/* Takes `text`, which may be NULL. */
struct journal *journal_parse(char *text, size_t size);

#endif
