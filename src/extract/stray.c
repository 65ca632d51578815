/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/address.h"
#include "extract/language.h"
#include "extract/layout.h"
#include "extract/spared.h"
#include "rules/matchtext.h"
#include "rules/status.h"

#define MENTIONED_MAX 20 /* addresses of a paragraph that are looked at */
#define LINES_MAX 1000   /* of an unknown text that are tried */
#define LABEL_MAX 36     /* bytes of what may stand before an address: `To:` */
#define BEFORE_MAX 500   /* bytes before an address that are looked at where lines are long */

static bool is_in_domain_of(struct span address, const char *field)
{
	struct span other = address_domain(address_find(span_of(field)));
	g_autofree char *domain = span_dup(other);

	return domain_is_under(address_domain(address), domain);
}

/* `help@isp.example` in a report of that provider to a customer elsewhere: whom to ask. */
static bool is_at_home(const struct reading *reading, struct span line, struct span address)
{
	return layout_is_ornament(span_make(line.p, address.p)) &&
	       is_in_domain_of(address, reading->report->from) &&
	       !is_in_domain_of(address, reading->report->to);
}

/* `https://isp.example/?u=a@b`: it is said of nobody. */
static bool is_in_link(struct span line, struct span address)
{
	const char *from = address.p;

	while (from > line.p && !g_ascii_isspace(from[-1]))
		from--;
	return span_find(span_make(from, address.p + address.n), "://") != NULL;
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

/* It cannot be that of a recipient. */
static bool is_nobodys(const struct reading *reading, const struct format *format, struct span line,
	struct span address)
{
	return reading_is_own(reading, address) || is_in_link(line, address) ||
	       is_stranger(reading, format, line, address);
}

bool layout_is_nobodys(const struct reading *reading, struct span address)
{
	struct span text = reading->text->text;
	const char *from = address.p - MIN(address.p - text.p, BEFORE_MAX);

	return is_nobodys(reading, format_generic(reading->extractor->formats),
		span_make(from, address.p + address.n), address);
}

/* Does it tell why? In unknown words only where it is `told` that something failed. */
static bool tells_cause(const struct reading *reading, struct span said, bool told)
{
	struct match_text match = match_text_new(said, reading->arena);
	struct rule_subject subject = {.text = match.text, .told = told};
	struct rule_match rule;
	struct reply reply;

	return reply_find(reading->extractor->knowledge, match.text, &reply) ||
	       rule_match(reading->extractor->rules, &subject, &rule);
}

/* Does it tell a failure, in words of a report or of a server? */
static bool is_telling(const struct reading *reading, const struct format *format, struct span said)
{
	return layout_mark_in(reading, format, MARK_SIGN, said) ||
	       tells_cause(reading, said, false);
}

/* `2)`, `3.`: of a list. */
static bool is_number(struct span text)
{
	while (text.n > 1 && g_ascii_isdigit(*text.p)) {
		text.p++;
		text.n--;
	}
	return text.n == 1 && (*text.p == ')' || *text.p == '.');
}

/* `To:`, `Ann <`, a number, or a gap as in a table. */
static bool ends_label(struct span head)
{
	static const char *const ends[] = {
		":", "<", "[", "(", "=", "|", "\t", "  ", "\u3000", "\uff1a", "\uff1c", "\u300c"};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
		if (span_ends_nocase(head, ends[i]) ||
			(strlen(ends[i]) == 1 && span_ends_nocase(span_trim(head), ends[i])))
			return true;
	return is_number(span_trim(head));
}

/* Nothing but addresses, with punctuation, perhaps behind a short label. */
static bool is_alone(struct span line, struct span address)
{
	struct span head = span_make(line.p, address.p), next;
	const char *end = line.p + line.n;

	if (!layout_is_ornament(head) && (span_trim(head).n > LABEL_MAX || !ends_label(head)))
		return false;
	while ((next = layout_address_after(address, end)).n)
		address = next;
	return layout_is_ornament(span_make(address.p + address.n, end));
}

bool layout_leads_line(const struct reading *reading, struct span what)
{
	struct span head;

	if (!what.n) /* found, but at no place of the text */
		return false;
	head = span_make(layout_line_begin(reading->body, what.p), what.p);
	return layout_is_ornament(head) || (span_trim(head).n <= LABEL_MAX && ends_label(head));
}

/* The lines of a paragraph around `line` that name no other address: in a table each has its own.
 */
static struct span own_lines(struct span paragraph, struct span line, struct span address)
{
	struct span rest = paragraph, next;
	const char *from = paragraph.p, *to = paragraph.p + paragraph.n;

	while (span_line(&rest, &next)) {
		size_t at = 0;
		struct span other = address_next(next, &at);

		if (!other.n || (other.n == address.n && memcmp(other.p, address.p, other.n) == 0))
			continue;
		if (next.p < line.p) {
			from = MIN(next.p + next.n, line.p);
		} else if (next.p >= line.p + line.n) {
			to = MIN(to, next.p);
			break;
		}
	}
	return span_trim(span_make(from, to));
}

/* What is said of the address in this line: the paragraph, or the one below a line that holds
 * nothing else. Nothing when no failure is told. */
static struct span said_of(const struct reading *reading, const struct format *format,
	struct span line, struct span address)
{
	struct span next;

	if (is_telling(reading, format, line))
		return own_lines(layout_paragraph_around(reading->body, line.p), line, address);
	if (!is_alone(line, address))
		return SPAN_NONE;
	next = layout_paragraph(line.p + line.n, reading->body.p + reading->body.n);
	next = next.n ? own_lines(next, line, address) : SPAN_NONE;
	return next.n && is_telling(reading, format, next) ? next : SPAN_NONE;
}

/* What follows each of them, up to the next. A lone one of whom nothing is said gets the whole text
 * later. */
static void give_rest(struct reading *reading)
{
	const char *end = reading->body.p + reading->body.n;

	if (reading->found->len == 1 && passage_is_empty(&reading_found(reading, 0)->near))
		return;

	for (guint i = reading->found->len; i-- > 0;) {
		struct found *found = reading_found(reading, i);
		struct span said = passage_is_empty(&found->near) ? found->at : found->near.text;
		const char *from = said.p + said.n;

		if (from < end)
			found->wide = passage_of(reading->text, span_trim(span_make(from, end)));
		end = MIN(end, found->at.p);
	}
}

/* Do all addresses of the line stand in one enumeration, or is it but one? */
static bool is_one_enumeration(struct span line, struct span address)
{
	struct span next, last = address;
	size_t at;

	while ((next = layout_address_after(last, line.p + line.n)).n)
		last = next;
	at = (size_t)(last.p + last.n - line.p);
	return !address_next(line, &at).n;
}

static void take(struct reading *reading, struct span line, struct span address, struct span said)
{
	for (; address.n; address = layout_address_after(address, line.p + line.n)) {
		struct found *found = layout_add(reading, address);

		if (passage_is_empty(&found->near) && said.n && tells_cause(reading, said, true))
			found->near = passage_of(reading->text, said);
	}
}

/* The next address of a line that is not the sender's own: `from me@here to a@b`. */
static struct span next_of_others(const struct reading *reading, struct span line, size_t *at)
{
	struct span address;

	do
		address = address_next(line, at);
	while (address.n && reading_is_own(reading, address));
	return address;
}

/* Adds the addresses of which a failure is told, or those that merely stand alone in a line. */
static void take_lines(struct reading *reading, const struct format *format, bool told)
{
	struct span rest = reading->body, line, said;
	int tried = 0;

	while (span_line(&rest, &line)) {
		size_t at = 0;
		struct span address = next_of_others(reading, line, &at);

		if (!address.n || !is_one_enumeration(line, address))
			continue;
		if (++tried > LINES_MAX) {
			reading->lines_cut = true;
			break;
		}
		if (is_nobodys(reading, format, line, address))
			continue;
		said = told ? said_of(reading, format, line, address) : SPAN_NONE;
		if (told ? said.n > 0
			 : is_alone(line, address) && !is_at_home(reading, line, address))
			take(reading, line, address, said);
	}
}

static void take_rows_of(
	struct reading *reading, const struct format *format, struct span paragraph)
{
	struct span rest = paragraph, line;

	for (int tried = 0; tried < LINES_MAX && span_line(&rest, &line);) {
		size_t at = 0;
		struct span address = next_of_others(reading, line, &at);

		tried += address.n > 0;
		if (layout_leads_line(reading, address) && is_one_enumeration(line, address) &&
			!is_nobodys(reading, format, line, address) &&
			tells_cause(reading, line, true))
			take(reading, line, address, line);
	}
}

/* The rows of a paragraph beside one of which a failure is told: each tells its own, be it in words
 * that no rule knows as a whole. */
static void take_rows(struct reading *reading, const struct format *format)
{
	guint told = reading->found->len;
	const char *done = reading->body.p;

	for (guint i = 0; i < told; i++) {
		struct span row = reading_found(reading, i)->at, paragraph;

		if (row.p < done || !layout_leads_line(reading, row))
			continue;
		paragraph = layout_paragraph_around(reading->body, row.p);
		take_rows_of(reading, format, paragraph);
		done = paragraph.p + paragraph.n;
	}
}

void layout_stray(struct reading *reading, const struct format *format)
{
	if (reading->found->len)
		return;
	take_lines(reading, format, true);
	take_rows(reading, format);
	give_rest(reading);
}

static void take_paragraph(struct reading *reading, const struct format *format,
	struct span paragraph, struct span said)
{
	struct span rest = paragraph, line, address;
	int tried = 0;

	while (span_line(&rest, &line))
		for (size_t at = 0; (address = address_next(line, &at)).n;) {
			if (++tried > MENTIONED_MAX)
				return;
			if (!is_nobodys(reading, format, line, address) &&
				!is_in_domain_of(address, reading->report->from))
				layout_add(reading, address)->wide =
					passage_of(reading->text, said);
		}
}

/*
 * Those that a paragraph mentions that tells of failure in some language; else those of the first
 * one that mentions any. None of the reporting system's own domain.
 */
static void take_mentioned(struct reading *reading, const struct format *format)
{
	const char *end = reading->body.p + reading->body.n;
	struct span paragraph, first = SPAN_NONE;
	int tried = 0;

	for (const char *from = reading->body.p; from < end && tried < LINES_MAX;
		from = paragraph.p + paragraph.n) {
		paragraph = layout_paragraph(from, end);
		if (!paragraph.n)
			break;
		if (!memchr(paragraph.p, '@', paragraph.n))
			continue;
		tried++;
		if (!first.n)
			first = paragraph;
		if (format_told(reading->extractor->formats, paragraph) &
			(TOLD_FAILURE | TOLD_DELAY))
			take_paragraph(reading, format, paragraph, paragraph);
	}
	if (!reading->found->len && first.n)
		take_paragraph(reading, format, first, reading->body);
	else if (reading->found->len == 1)
		reading_found(reading, 0)->wide = passage_of(reading->text, reading->body);
}

void layout_alone(struct reading *reading)
{
	const struct format *generic = format_generic(reading->extractor->formats);

	if (!(reading->marks.areas[generic->index] & (AREA_FROM | AREA_HEADER)))
		return;
	take_lines(reading, generic, false);
	spared_drop(reading, generic);
	if (reading->found->len)
		give_rest(reading);
	else
		take_mentioned(reading, generic);
	layout_reasons(reading, generic);
}
