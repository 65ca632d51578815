/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/address.h"
#include "extract/layout.h"
#include "rules/matchtext.h"
#include "rules/status.h"

#define LINES_MAX 200 /* of an unknown text that are tried */

static bool is_own(const struct reading *reading, struct span address)
{
	struct span from =
		address_find(span_of(reading->report->from ? reading->report->from : ""));
	struct span to = span_of(reading->report->to ? reading->report->to : ""), next;
	size_t at = 0;

	if (from.n == address.n && g_ascii_strncasecmp(from.p, address.p, from.n) == 0)
		return true;
	while ((next = address_next(to, &at)).n)
		if (next.n == address.n && g_ascii_strncasecmp(next.p, address.p, next.n) == 0)
			return true;
	return false;
}

static bool has_word(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (g_ascii_isalnum(text.p[i]))
			return true;
	return false;
}

/* `mail from <a@b>`, `please contact a@b`: a label right before the address says that it is
 * another's. */
static bool is_stranger(const struct reading *reading, const struct format *format,
	struct span line, struct span address)
{
	struct span head = span_make(line.p, address.p);

	for (;;) {
		const struct mark_hit *hit = layout_mark_in(reading, format, MARK_STRANGER, head);
		const char *end = hit ? reading->text->text.p + hit->at + hit->n : NULL;

		if (!hit || end > address.p)
			return false;
		head = span_make(end, address.p);
		if (!has_word(head))
			return true;
	}
}

/* Does the line tell a failure? */
static bool is_telling(const struct reading *reading, struct span line)
{
	struct match_text match = match_text_new(line, reading->arena);
	struct rule_subject subject = {.text = match.text};
	struct rule_match rule;
	struct reply reply;

	return reply_find(match.text, &reply) ||
	       rule_match(reading->extractor->rules, &subject, &rule);
}

void layout_stray(struct reading *reading, const struct format *format)
{
	struct span rest = reading->body, line;
	int tried = 0;

	if (reading->found->len)
		return;
	while (tried < LINES_MAX && span_line(&rest, &line)) {
		size_t at = 0;
		struct span address = address_next(line, &at);

		if (!address.n || is_own(reading, address) || address_next(line, &at).n)
			continue;
		tried++;
		if (!is_stranger(reading, format, line, address) && is_telling(reading, line))
			layout_add(reading, address)->near = passage_of(
				reading->text, layout_paragraph_around(reading->body, line.p));
	}
}
