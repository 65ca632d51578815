/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Back from JSON: lines as `extract` and `list` write them (nixie-json(5)), whole reports or one a
 * recipient, to a report. The lines lay somewhere, in somebody's hands: a line that is not as nixie
 * writes it is an error, and gives nothing. Keys that are not known are left alone.
 */
#ifndef NIXIE_EXTRACT_FROMJSON_H
#define NIXIE_EXTRACT_FROMJSON_H

#include "extract/report.h"

#define FROMJSON_STRING_MAX 65536            /* bytes of one text */
#define FROMJSON_LINE_MAX ((size_t)64 << 20) /* bytes of a line */

/* What a line says beside the report's own facts. */
struct fromjson_recipient {
	int origin, trust, state;
	const char *suggestion;
};

/* One report in the making, of one line or of one line a recipient. */
struct fromjson {
	const struct knowledge *knowledge;
	struct report *report;
	GArray *recipients, *others; /* struct recipient */
	GArray *told;                /* struct fromjson_recipient, one a recipient */
	GPtrArray *tags;             /* of the first line; strings of the report's memory */
	const char *failure;         /* why the file could not be read; NULL */
	unsigned lines;
};

void fromjson_init(struct fromjson *from, const struct knowledge *knowledge);
/* False when the line cannot be used (NIXIE_PARTIAL, a sentence without the line's number). */
bool fromjson_add(struct fromjson *from, struct span line, GError **error);
/*
 * The report of all lines; its memory holds all that was read. The rest stays as it is until
 * fromjson_clear.
 */
struct report *fromjson_end(struct fromjson *from);
void fromjson_clear(struct fromjson *from);

/*
 * Which report a line belongs to: its file, and the place in it. False when it does not say. g_free
 * `*file`.
 */
bool fromjson_place(struct span line, char **file, unsigned *index);

#endif
