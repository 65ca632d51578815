/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/address.h"
#include "extract/layout.h"
#include "rules/matchtext.h"
#include "rules/status.h"

#define LINES_MAX 200 /* of an unknown text that are tried */
#define LABEL_MAX 24  /* bytes of what may stand before an address: `To:` */

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

/* Does the line tell a failure, in words of a report or of a server? */
static bool is_telling(const struct reading *reading, const struct format *format, struct span line)
{
	struct match_text match = match_text_new(line, reading->arena);
	struct rule_subject subject = {.text = match.text};
	struct rule_match rule;
	struct reply reply;

	return layout_mark_in(reading, format, MARK_SIGN, line) || reply_find(match.text, &reply) ||
	       rule_match(reading->extractor->rules, &subject, &rule);
}

/* Nothing but the address, in brackets or with punctuation, perhaps behind a short label. */
static bool is_alone(struct span line, struct span address)
{
	struct span head = span_trim(span_make(line.p, address.p));

	if (head.n && head.n <= LABEL_MAX && head.p[head.n - 1] == ':')
		line = span_make(address.p, line.p + line.n);
	for (size_t i = 0; i < line.n; i++)
		if ((line.p + i < address.p || line.p + i >= address.p + address.n) &&
			!strchr(" \t<>()[]\"',;:.*-", line.p[i]))
			return false;
	return true;
}

/* The next line that is not blank. */
static struct span next_said(struct span rest)
{
	struct span line;

	while (span_line(&rest, &line))
		if (span_trim(line).n)
			return line;
	return SPAN_NONE;
}

/* What is said of the address in this line: the paragraph, or the one below a line that holds
 * nothing else. Nothing when no failure is told. */
static struct span said_of(const struct reading *reading, const struct format *format,
	struct span line, struct span address, struct span rest)
{
	struct span next;

	if (is_telling(reading, format, line))
		return layout_paragraph_around(reading->body, line.p);
	next = is_alone(line, address) ? next_said(rest) : SPAN_NONE;
	if (!next.n || !is_telling(reading, format, next))
		return SPAN_NONE;
	return layout_paragraph(next.p, reading->body.p + reading->body.n);
}

/* What follows each of them, up to the next. */
static void give_rest(struct reading *reading)
{
	const char *end = reading->body.p + reading->body.n;

	for (guint i = reading->found->len; i-- > 0;) {
		struct found *found = reading_found(reading, i);
		const char *from = found->near.text.p + found->near.text.n;

		if (from < end)
			found->wide = passage_of(reading->text, span_trim(span_make(from, end)));
		end = MIN(end, found->at.p);
	}
}

void layout_stray(struct reading *reading, const struct format *format)
{
	struct span rest = reading->body, line, said;
	int tried = 0;

	if (reading->found->len)
		return;
	while (tried < LINES_MAX && span_line(&rest, &line)) {
		size_t at = 0;
		struct span address = address_next(line, &at);

		if (!address.n || address_next(line, &at).n)
			continue;
		tried++;
		if (is_own(reading, address) || is_stranger(reading, format, line, address))
			continue;
		said = said_of(reading, format, line, address, rest);
		if (said.n)
			layout_add(reading, address)->near = passage_of(reading->text, said);
	}
	give_rest(reading);
}
