/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a row of codes.tsv alone means, without any report. */
#ifndef NIXIE_EXTRACT_CODEROW_H
#define NIXIE_EXTRACT_CODEROW_H

#include "extract/report.h"

/* The one recipient of an empty report; `words` are how the row was asked for. */
void code_row_take(const struct knowledge *knowledge, struct report *report,
	const struct code *code, struct span words);
/* The SES pair: the category's, or what a rule says instead (may be NULL), with Transient for what
 * turned out soft. */
void ses_pair_take(const struct advice *advice, const struct advice *special,
	struct recipient *recipient, struct arena *arena);

#endif
