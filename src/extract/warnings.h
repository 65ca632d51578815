/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a report lacks, what was left out of it and what is odd about it, as sentences. */
#ifndef NIXIE_EXTRACT_WARNINGS_H
#define NIXIE_EXTRACT_WARNINGS_H

#include "extract/reading.h"

/* When all has been read. Sets report->cut where a limit left something unread. */
void warnings_add(struct reading *reading);

#endif
