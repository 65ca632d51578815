/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/returned.h"

#include "extract/original.h"
#include "extract/parts.h"

struct span returned_header(const struct mail_part *report, struct span text, struct arena *arena)
{
	struct parts parts;
	struct span line;

	parts_sort(&parts, report, arena);
	if (parts.returned)
		return original_header(parts.returned, SPAN_NONE, arena);
	for (struct span rest = text; span_line(&rest, &line);)
		if (span_starts_nocase(line, "Received:"))
			return original_header(NULL, span_make(line.p, rest.p + rest.n), arena);
	return SPAN_NONE;
}
