/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity of the returned message, from whatever of its header the report brings along. */
#ifndef NIXIE_EXTRACT_ORIGINAL_H
#define NIXIE_EXTRACT_ORIGINAL_H

#include "extract/reading.h"

/* Fills report->original: from the returned part, the text behind the separator, or fields that
 * name it. */
void original_read(struct reading *reading);
/* The header of the returned message: of the part that holds it, else at the beginning of the text
 * `after` the report. */
struct span original_header(
	const struct mail_part *returned, struct span after, struct arena *arena);
/* One id, bare of its brackets; NULL when there is none. */
const char *original_id(struct span value, struct arena *arena);
/* Message ids in angle brackets in a field value, without brackets. */
struct strings original_ids(struct span value, struct arena *arena);

#endif
