/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a set of formats, shared by its loader and its recogniser. */
#ifndef NIXIE_EXTRACT_FORMATSET_H
#define NIXIE_EXTRACT_FORMATSET_H

#include "extract/format.h"
#include "extract/language.h"
#include "extract/scanmemo.h"
#include "rules/literals.h"

/* One word of one family. Its index is its id in the sets of literals. */
struct word {
	char *literal;
	unsigned short format;
	unsigned char mark, area, rank;
};

struct format_set {
	const struct knowledge *knowledge; /* borrowed while loading */
	GPtrArray *formats;                /* struct format */
	GArray *words;                     /* struct word */
	/* The words of each area, its bit being 1 << index; of a text only those for all families.
	 */
	struct literal_set *areas[AREA_COUNT];
	struct literal_set **own;   /* by format: its further words in a text; made when needed */
	struct literal_set *phases; /* ids are enum phase */
	struct literal_set *ends;   /* words for: the time for retries is over */
	struct scan_memo *memo;     /* of names and subjects, by enum area */
	const struct format *generic;
	struct language_set *languages;
};

/* Is a word of that kind looked for in every text, whatever family wrote it? */
bool format_mark_is_common(
	const struct format_set *set, const struct format *format, enum mark mark);

#endif
