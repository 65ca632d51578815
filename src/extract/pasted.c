/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/pasted.h"

static const struct pasted_field {
	const char *name;
	bool says; /* its value is what a server said, no name, date or address */
} fields[] = {
	{"Reporting-MTA:", false},
	{"Received-From-MTA:", false},
	{"Arrival-Date:", false},
	{"Original-Recipient:", false},
	{"Final-Recipient:", false},
	{"Action:", false},
	{"Status:", true},
	{"Remote-MTA:", false},
	{"Diagnostic-Code:", true},
	{"Last-Attempt-Date:", false},
	{"Will-Retry-Until:", false},
	{"X-Display-Name:", false},
};

/* The field whose name the text begins with; NULL. */
static const struct pasted_field *field_at(struct span text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (span_starts_nocase(text, fields[i].name))
			return &fields[i];
	return NULL;
}

bool pasted_says_nothing(struct span line)
{
	const struct pasted_field *field = field_at(span_trim(line));

	return field && !field->says;
}

/* Writes the line ends of one line into `copy`, which runs parallel to the text from `base` on. */
static bool split_line(struct span line, const char *base, char *copy)
{
	bool any = false;

	if (!field_at(span_trim(line)))
		return false;
	for (size_t i = 1; i < line.n; i++)
		if (line.p[i - 1] == ' ' && line.p[i] != ' ' && field_at(span_from(line, i))) {
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
