/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local days: the one that a time is of, and how rows spread over the last ones. */
#ifndef NIXIE_TRIAGE_DAYS_H
#define NIXIE_TRIAGE_DAYS_H

#include <glib.h>

#include "triage/row.h"

#define DAY_TEXT 11 /* 2026-07-28 */

/* Days change rarely from row to row, so the last one is kept. */
struct day {
	int64_t begin, end;
	char text[DAY_TEXT];
};
/* "2026-07-28"; NULL when there is no such time. `day` is zeroed at first; borrowed until the next.
 */
const char *day_name(struct day *day, int64_t time);

/* Bounces a day of these rows, `days` ending today (local time). */
void rows_by_day(const GPtrArray *rows, unsigned *counts, size_t days);

#endif
