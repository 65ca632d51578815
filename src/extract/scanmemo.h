/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which words stood in a short text before: servers sign thousands of reports with the same names
 * and subjects. Texts are compared byte by byte, so that the answer is the one that a scan would
 * give. A fixed number is remembered; a new one takes the place of an older one.
 */
#ifndef NIXIE_EXTRACT_SCANMEMO_H
#define NIXIE_EXTRACT_SCANMEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define SCANNED_MAX 24 /* words; a text that holds more is not remembered */

struct scanned {
	uint32_t words[SCANNED_MAX];
	unsigned n;
};

struct scan_memo;

struct scan_memo *scan_memo_new(void);
void scan_memo_free(struct scan_memo *memo); /* NULL is legal */

/* Of a scan of that kind, which is the caller's number; NULL: not known. Valid until one is kept.
 */
const struct scanned *scan_memo_find(const struct scan_memo *memo, unsigned kind, struct span text);
void scan_memo_keep(
	struct scan_memo *memo, unsigned kind, struct span text, const struct scanned *scanned);

#endif
