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

/* Bytes from `at` on, up to the next step, are those of the source from `from` on. */
struct match_step {
	uint32_t at, from;
};

struct match_text {
	struct span text;
	const struct match_step *steps; /* one at least, that of byte 0 */
	size_t steps_n;
	bool cut;
};

struct match_text match_text_new(struct span source, struct arena *arena);
/* The offset in the source of a byte of the text, or of its end. */
size_t match_origin(const struct match_text *text, size_t at);

#endif
