/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/pasted.h"

static const char *const names[] = {"Reporting-MTA:", "Received-From-MTA:", "Arrival-Date:",
	"Original-Recipient:", "Final-Recipient:", "Action:", "Status:", "Remote-MTA:",
	"Diagnostic-Code:", "Last-Attempt-Date:", "Will-Retry-Until:", "X-Display-Name:"};

static bool begins_with_name(struct span text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (span_starts_nocase(text, names[i]))
			return true;
	return false;
}

/* Writes the line ends of one line into `copy`, which runs parallel to the text from `base` on. */
static bool split_line(struct span line, const char *base, char *copy)
{
	bool any = false;

	if (!begins_with_name(span_trim(line)))
		return false;
	for (size_t i = 1; i < line.n; i++)
		if (line.p[i - 1] == ' ' && line.p[i] != ' ' &&
			begins_with_name(span_from(line, i))) {
			copy[line.p + i - 1 - base] = '\n';
			any = true;
		}
	return any;
}

const struct source *pasted_split(const struct source *source, struct arena *arena)
{
	struct span rest = source->text, line;
	struct source *split = arena_make(arena, struct source);
	char *copy = arena_span(arena, source->text);
	bool any = false;

	while (span_line(&rest, &line))
		any |= split_line(line, source->text.p, copy);
	*split = *source;
	split->text.p = copy;
	return any ? split : source;
}
