/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates as mail writes them (RFC 5322 section 3.3, obsolete zones too), without clock or locale. */
#ifndef NIXIE_EXTRACT_DATE_H
#define NIXIE_EXTRACT_DATE_H

#include <stdint.h>

#include "base/arena.h"

/*
 * Reads a date. `*rfc3339` (may be NULL) takes it with the zone as written, `*epoch` (may be
 * NULL) the seconds since 1970. False when it cannot be read; then neither is touched.
 */
bool date_read(struct span in, const char **rfc3339, int64_t *epoch, struct arena *arena);
/* RFC 3339 where readable, else one line as written; NULL when empty. */
const char *date_text(struct span in, struct arena *arena);

#endif
