/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text that patterns see: one line, white space runs folded to a blank, typographic quotes,
 * dashes and NBSP as ASCII, soft hyphens gone, the codes that a multi-line reply repeats on each
 * line removed. Every byte of it remembers where it came from, so that a match leads back to the
 * bytes of the report.
 */
#ifndef NIXIE_RULES_MATCHTEXT_H
#define NIXIE_RULES_MATCHTEXT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

#define MATCH_TEXT_MAX 8192 /* bytes of diagnostic that patterns see */

struct match_text {
	struct span text;
	const uint32_t
		*origin; /* origin[i]: offset in the source of text byte i; text.n + 1 entries */
	bool cut;
};

struct match_text match_text_new(struct span source, struct arena *arena);

#endif
