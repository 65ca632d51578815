/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each sentence stands in [note] of data/words.ini, too, with its translations. */
#include "extract/warnings.h"

#include <inttypes.h>

#include "extract/kind.h"
#include "extract/recipients.h"
#include "extract/signs.h"
#include "mail/charset.h"

#define PREFIX_MAX 3    /* letters */
#define WARNINGS_MAX 16 /* more than one report can have */
#define END_BYTES 4096  /* of a mail, where its last line is looked for first */

static void remark(struct reading *reading, const char *sentence)
{
	struct strings *warnings = &reading->report->warnings;

	if (!warnings->v)
		warnings->v = arena_alloc(reading->arena, WARNINGS_MAX * sizeof *warnings->v);
	if (warnings->n < WARNINGS_MAX)
		warnings->v[warnings->n++] = sentence;
}

/* A limit left something unread. */
static void remark_cut(struct reading *reading, const char *sentence)
{
	reading->report->cut = true;
	remark(reading, sentence);
}

static bool is_text_cut(const struct reading *reading)
{
	bool in_fields = reading->dsn.recipients && reading->dsn.recipients->len;

	if (reading->lines_cut && !in_fields && kind_is_problem(reading->report->kind))
		return true;
	return reading->text && reading->text->decoded && reading->text->decoded->cut;
}

static void add_limits(struct reading *reading)
{
	if (reading->dsn.more)
		remark_cut(reading,
			arena_printf(reading->arena,
				"The report names %" PRIu64 " more recipients than are kept.",
				reading->dsn.more));
	if (reading->mail->cut_depth)
		remark_cut(reading, "Parts are nested too deep; the inner ones were not read.");
	if (reading->mail->cut_parts || reading->parts.reports.n > READING_REPORTS_MAX)
		remark_cut(reading, "The message has too many parts; the last ones were not read.");
	if (reading->parts.message->fields.cut)
		remark_cut(reading, "The header has too many fields; the last ones were not read.");
	if (is_text_cut(reading))
		remark_cut(reading, "The text is too long; only its beginning was read.");
	if (reading->said_cut)
		remark_cut(reading, "What servers say is too long; only its beginning was read.");
}

/* --- What a report lacks */

/* Nothing follows the header, not even the empty line. */
static bool is_header_only(const struct reading *reading)
{
	const struct mail_part *message = reading->parts.message;

	return !message->child && !span_trim(message->body).n;
}

static bool stands_in(struct span text, const char *words)
{
	return text.n && memmem(text.p, text.n, words, strlen(words));
}

/* So it is with most: that line is the last one. */
static bool ends_with_boundary(struct span bytes, const char *boundary)
{
	struct span end = span_trim(bytes), name = span_of(boundary);

	if (end.n < name.n + 4 || memcmp(end.p + end.n - 2, "--", 2) != 0)
		return false;
	end = span_from((struct span){end.p, end.n - 2}, end.n - name.n - 4);
	return memcmp(end.p, "--", 2) == 0 && memcmp(end.p + 2, name.p, name.n) == 0;
}

/* The message announces parts, and the line that ends them never comes. It mostly is the last one.
 */
static bool breaks_off(const struct reading *reading)
{
	const struct mail_part *message = reading->parts.message;
	struct span bytes = reading->mail->bytes, body;
	g_autofree char *end = NULL;

	if (!message->boundary || !message->child || ends_with_boundary(bytes, message->boundary))
		return false;
	end = g_strdup_printf("--%s--", message->boundary);
	body = message->body.p ? span_make(message->body.p, bytes.p + bytes.n) : SPAN_NONE;
	return !stands_in(span_from(body, body.n - MIN(body.n, END_BYTES)), end) &&
	       !stands_in(body, end);
}

static const struct mail_part *last_part(const struct mail_part *message)
{
	const struct mail_part *last = message->child;

	while (last && last->next)
		last = last->next;
	return last;
}

static void add_gaps(struct reading *reading)
{
	const char *type = reading->parts.message->report_type;
	bool announced = type && strcmp(type, "delivery-status") == 0;
	const bool has_fields = reading->parts.reports.n;

	if (is_header_only(reading))
		remark(reading, "Only the header of the report is there; its text is missing.");
	else if (announced && !has_fields)
		remark(reading,
			"The part for mail programs is missing; the text was read instead.");
	else if (has_fields && reading->dsn.recipients && !reading->dsn.recipients->len)
		remark(reading, "The part for mail programs names no recipient; the text was read "
				"instead.");
	if (!breaks_off(reading))
		return;
	if (last_part(reading->parts.message) == reading->parts.returned)
		remark(reading, "The report breaks off in the message that came back.");
	else
		remark(reading, "The report breaks off before its end; something may be missing.");
}

/* --- What is odd */

/* The label of the text that was read is not that of its letters. */
static void add_charset(struct reading *reading)
{
	const struct mail_text *decoded = reading->text ? reading->text->decoded : NULL;
	const struct charset *labelled;

	if (!decoded || !decoded->label || span_is_ascii(decoded->text))
		return;
	labelled = charset_find(decoded->label, reading->arena);
	if (!labelled)
		remark(reading, "The text has a label that names no charset; it was guessed.");
	else if (labelled->kind != CHARSET_ASCII && strcmp(labelled->name, decoded->charset) != 0)
		remark(reading, "The text is not in the charset of its label; it was guessed.");
}

/* `Fwd:`, `WG:`, `TR:`: what mail programs of any language put before the subject. */
static bool has_prefix(struct span subject)
{
	size_t n = 0;

	while (n < subject.n && g_ascii_isalpha(subject.p[n]))
		n++;
	return n && n <= PREFIX_MAX && n < subject.n && subject.p[n] == ':';
}

/* In a mail that is not a mail system's own: attached, below, or quoted by whoever sent it. */
static bool is_passed_on(const struct reading *reading)
{
	const struct format *generic = format_generic(reading->extractor->formats);
	unsigned areas = reading->marks.areas[generic->index] | reading->told;

	if (reading->passed_on || !reading->format || reading->format->pasted)
		return reading->passed_on;
	areas |= reading->marks.areas[reading->format->index];
	return !reading->parts.reports.n && !(areas & (AREA_FROM | AREA_HEADER)) &&
	       signs_has_own_path(reading) && has_prefix(span_of(reading->report->subject));
}

void warnings_add(struct reading *reading)
{
	const struct report *report = reading->report;
	bool problem = kind_is_problem(report->kind);

	if (!reading->mail->bytes.n)
		remark(reading, "The file is empty.");
	if (report->suspicious)
		remark(reading, "This may be dressed up as a bounce: no mail system sent it, and "
				"it holds a link.");
	if (problem && is_passed_on(reading))
		remark(reading, "This report came inside another mail. It may be about a message "
				"that is not yours.");
	if (reading->format && reading->format->note)
		remark(reading, arena_str(reading->arena, reading->format->note));
	if (problem && !recipients_are_named(reading))
		remark(reading, "The report names no recipient that could be read.");
	if (reading->notice_cut)
		remark(reading, "The notice breaks off; what stands before its end was read.");
	if (problem && !reading->notice) {
		add_gaps(reading);
		add_charset(reading);
	}
	add_limits(reading);
}
