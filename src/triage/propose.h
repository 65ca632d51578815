/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which addresses should be put on the suppression list, and on what evidence (hard-problems.md
 * 2.6): one proven hard report, independent hard ones, or soft ones that follow each other closely.
 * rowstore_propose (rowstore.h) marks the rows.
 */
#ifndef NIXIE_TRIAGE_PROPOSE_H
#define NIXIE_TRIAGE_PROPOSE_H

#include "triage/row.h"

enum ground { GROUND_NONE, GROUND_PROVEN, GROUND_INDEPENDENT, GROUND_SOFT, GROUND_COUNT };
extern const char *const ground_names[GROUND_COUNT]; /* none is "" */

/* An address that is proposed. Strings are borrowed from the rows. */
struct proposal {
	const char *address;
	const struct category *category; /* of the newest report that counts */
	enum ground ground;
	unsigned count; /* reports that count */
	int64_t first, last;
	GPtrArray *ids; /* their Message-IDs, oldest first */
};
/* What `rows` propose, by address: struct proposal*; g_ptr_array_unref. */
GPtrArray *proposals_of(struct row *const *rows, size_t n);

#endif
