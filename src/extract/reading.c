/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order in which one message is read: parts, header, fields for machines, text for people; then
 * the recipients are joined, the kind is decided, and the returned message is identified.
 */
#include "extract/reading.h"

#include "base/address.h"
#include "extract/date.h"
#include "extract/kind.h"
#include "extract/language.h"
#include "extract/layout.h"
#include "extract/notify.h"
#include "extract/original.h"
#include "extract/parts.h"
#include "extract/pasted.h"
#include "extract/recipients.h"
#include "extract/verdict.h"
#include "rules/lexicon.h"
#include "rules/status.h"

#define ADDRESSEES_MAX 50      /* of the report, which mostly has one */
#define TEXTS_MAX 4            /* parts for people that are read before giving up */
#define LABEL_MAX ((size_t)32) /* bytes of a line that hold its label */
#define WIDE_COLON "\uff1a"
#define FIELD_OF_REPORT "\nFinal-Recipient:"

void reading_init(struct reading *reading, struct extractor *extractor, struct report *report,
	const struct mail *mail)
{
	*reading = (struct reading){
		.extractor = extractor,
		.report = report,
		.arena = report->arena,
		.mail = mail,
		.found = g_array_new(FALSE, FALSE, sizeof(struct found)),
	};
	marks_init(&reading->marks, extractor->formats, reading->arena);
}

struct found *reading_found(const struct reading *reading, size_t index)
{
	return &g_array_index(reading->found, struct found, index);
}

void reading_clear(struct reading *reading)
{
	g_array_unref(reading->found);
	dsn_clear(&reading->dsn);
}

static void read_fields(struct reading *reading)
{
	const struct part_list *reports = &reading->parts.reports;

	for (size_t i = 0; i < reports->n && i < READING_REPORTS_MAX; i++) {
		const struct source *source =
			source_of_part(reports->v[i], SIZE_MAX, reading->arena);

		dsn_read(&reading->dsn, source, source->text, false);
	}
	if (reading->parts.disposition && !reports->n) {
		const struct source *source =
			source_of_part(reading->parts.disposition, 0, reading->arena);

		dsn_read(&reading->dsn, source, source->text, false);
	}
	format_scan(
		reading->extractor->formats, AREA_MTA, reading->dsn.reporting_mta, &reading->marks);
	if (reading->dsn.recipients)
		recipients_from_fields(reading);
}

/* Delays and ends that the words of a family tell, wherever they stand. */
static void read_marks_of(struct reading *reading, const struct format *format)
{
	size_t end = (size_t)(reading->body.p + reading->body.n - reading->text->text.p), delay = 0,
	       final = 0;

	reading->delay |= layout_mark(reading, format, MARK_DELAY, &delay, end) != NULL;
	reading->final |= layout_mark(reading, format, MARK_FINAL, &final, end) != NULL;
}

/* Marks of the family and of the generic one that hold for the whole text. */
static void read_marks(struct reading *reading)
{
	read_marks_of(reading, format_generic(reading->extractor->formats));
	if (reading->format)
		read_marks_of(reading, reading->format);
}

static void read_host(struct reading *reading)
{
	const char *text = reading->text->text.p, *end = reading->body.p + reading->body.n;
	size_t index = 0;
	const struct mark_hit *hit = reading->format
					     ? layout_mark(reading, reading->format, MARK_HOST,
						       &index, (size_t)(end - text))
					     : NULL;
	struct span host;

	if (!hit || reading->report->reporting_mta)
		return;
	host = span_trim(
		span_make(text + hit->at + hit->n, MIN(end, text + hit->at + hit->n + 256)));
	for (size_t n = 0; n <= host.n; n++)
		if (n == host.n ||
			!(g_ascii_isalnum(host.p[n]) || host.p[n] == '.' || host.p[n] == '-')) {
			host.n = n;
			break;
		}
	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n)
		reading->report->reporting_mta = arena_span(reading->arena, host);
}

/* Fields of RFC 3464 within the text: Amazon WorkMail, broken boundaries, pasted reports. */
static void read_pasted_fields(struct reading *reading)
{
	const struct format *generic = format_generic(reading->extractor->formats);
	const struct source *source;

	if (reading->dsn.recipients ||
		!layout_mark_in(reading, generic, MARK_FIELDS, reading->body))
		return;
	source = pasted_split(reading->text, reading->arena);
	dsn_read(&reading->dsn, source, (struct span){source->text.p, reading->body.n}, true);
	recipients_from_fields(reading);
}

static void read_layouts_of_text(struct reading *reading)
{
	if (!reading->format || !layout_read(reading, reading->format))
		layout_read(reading, format_generic(reading->extractor->formats));
}

static void read_layouts(struct reading *reading)
{
	GArray *of_fields = reading->found, *of_text;

	if (!of_fields->len) {
		read_layouts_of_text(reading);
		return;
	}
	of_text = reading->found = g_array_new(FALSE, FALSE, sizeof(struct found));
	read_layouts_of_text(reading);
	reading->found = of_fields;
	recipients_join(reading, of_text);
	g_array_unref(of_text);
}

/* What a family takes for the returned message may be all that names the recipient (carriers). */
static void read_below(struct reading *reading)
{
	const struct format_set *formats = reading->extractor->formats;
	struct span after = reading->after, body = reading->body;
	const struct mark_list *hits;
	struct marks marks;

	if (reading->found->len || !reading->format || !after.n)
		return;
	marks_init(&marks, formats, reading->arena);
	format_scan(formats, AREA_BODY, after, &marks);
	hits = format_marks(formats, reading->format, MARK_RECIPIENT, &marks);
	for (uint32_t i = 0; i < hits->n && !reading->found->len; i++) {
		const struct mark_hit *hit = &hits->v[i];
		struct span address =
			layout_address_at(after.p + hit->at + hit->n, after.p + after.n);

		if (hit->mark == MARK_RECIPIENT && address.n && !reading_is_own(reading, address))
			layout_add(reading, address);
	}
	reading->body = reading->text->text; /* so may the reason */
	layout_reasons(reading, reading->format);
	reading->body = body;
}

/* One text whose marks are not known yet: family, returned message, recipients. */
static void read_prose(struct reading *reading, const struct source *source)
{
	const struct format_set *formats = reading->extractor->formats;

	reading->text = source;
	reading->body = source->text;
	format_scan(formats, AREA_BODY, source->text, &reading->marks);
	reading->format = NULL;
	layout_cut(reading);
	marks_count_signs(&reading->marks,
		reading->after.p ? (size_t)(reading->after.p - source->text.p) : source->text.n);
	reading->format = format_recognise(formats, &reading->marks);
	layout_cut(reading);
	read_marks(reading);
	read_host(reading);
	read_pasted_fields(reading);
	read_layouts(reading);
	read_below(reading);
}

/*
 * A mail system that nests its report in a text of its own: where nobody is named and the mail that
 * comes back holds fields of a report, that one is read, below its header (H13).
 */
static void read_nested(struct reading *reading, const struct source *source)
{
	struct span rest = reading->after, line;

	if (reading->found->len || !span_find_nocase(rest, FIELD_OF_REPORT))
		return;
	while (span_line(&rest, &line) && line.n)
		;
	if (rest.n)
		read_prose(reading, source_tail(source, rest.p, reading->arena));
}

/* Is what follows the line of a separator the header of a mail system's letter? */
static bool is_from_daemon(const struct reading *reading, struct span after)
{
	const struct format_set *formats = reading->extractor->formats;
	struct span rest = after, line, header = {after.p, 0};
	struct marks marks;
	bool found;

	while (span_line(&rest, &line) && (line.n || !header.n))
		header = span_make(after.p, line.p + line.n);
	marks_init(&marks, formats, reading->arena);
	format_scan(formats, AREA_FROM, header, &marks);
	found = marks.areas[format_generic(formats)->index] & AREA_FROM;
	return found;
}

/* `Von: Mail Delivery System <...>`, `*From:* ...` */
static bool names_daemon(const struct reading *reading, struct span line, struct marks *marks)
{
	const struct format_set *formats = reading->extractor->formats;
	size_t n;

	while (line.n && strchr(" \t*", line.p[0]))
		line = span_from(line, 1);
	n = lexicon_begins(reading->extractor->knowledge, LEXICON_FROM, line);
	line = span_from(line, n);
	while (n && line.n && strchr(" *", line.p[0]))
		line = span_from(line, 1);
	if (!n || !line.n || (line.p[0] != ':' && !span_starts_nocase(line, WIDE_COLON)))
		return false;
	format_scan(formats, AREA_FROM, line, marks);
	return marks->areas[format_generic(formats)->index] & AREA_FROM;
}

static bool is_labelled(struct span line)
{
	line.n = MIN(line.n, LABEL_MAX);
	return line.n && (memchr(line.p, ':', line.n) || span_find_nocase(line, WIDE_COLON));
}

/* Where a mail system's letter stands in the mail of a person: two lines of its header. */
static struct span letter_in(const struct reading *reading, struct span text)
{
	struct span rest = text, line, next;
	struct marks marks;

	if (!span_line(&rest, &line))
		return SPAN_NONE;
	marks_init(&marks, reading->extractor->formats, reading->arena);
	for (; span_line(&rest, &next); line = next)
		if (is_labelled(line) && is_labelled(next) && names_daemon(reading, line, &marks))
			return span_make(line.p, text.p + text.n);
	return SPAN_NONE;
}

/* A person passed a report on: the words that begin a returned message elsewhere stand above it, or
 * nothing but its header. */
static void read_forwarded(struct reading *reading, const struct source *source)
{
	unsigned areas = reading->marks.areas[format_generic(reading->extractor->formats)->index];
	struct span letter = reading->after;

	if (reading->found->len || !letter.n || !is_from_daemon(reading, letter))
		letter = areas & AREA_BODY && !(areas & AREA_FROM)
				 ? letter_in(reading, source->text)
				 : SPAN_NONE;
	if (!letter.n)
		return;
	read_prose(reading, source_tail(source, letter.p, reading->arena));
	reading->passed_on = reading->found->len;
	if (!reading->passed_on)
		read_prose(reading, source);
}

bool reading_text(struct reading *reading, const struct source *source, int *kind)
{
	reading->text = source;
	reading->body = source->text;
	if (notify_read(reading, kind)) {
		reading->format = format_recognise(reading->extractor->formats, &reading->marks);
		return true;
	}
	read_prose(reading, source);
	read_nested(reading, source);
	read_forwarded(reading, source);
	if (!reading->found->len)
		layout_alone(reading);
	return reading->found->len && (reading->format || span_trim(reading->body).n);
}

/* A server's answer stands in what was read last. */
static bool quotes_answer(const struct reading *reading)
{
	struct status status;
	struct reply reply;

	return reply_find(reading->extractor->knowledge, reading->body, &reply) ||
	       status_find(reading->body, &status);
}

/* The parts for people, until one names recipients; else the first that quotes an answer, else the
 * last. Returns the kind that a notification states, or -1. */
static int read_texts(struct reading *reading)
{
	const struct part_list *texts = &reading->parts.texts;
	const struct source *telling = NULL;
	int kind = -1;

	for (size_t i = 0; i < texts->n && i < TEXTS_MAX; i++) {
		const struct source *source = source_of_part(texts->v[i], 0, reading->arena);

		if (reading_text(reading, source, &kind))
			return kind;
		if (!telling && quotes_answer(reading))
			telling = source;
	}
	if (telling && telling != reading->text)
		reading_text(reading, telling, &kind);
	return kind;
}

/* What the words of languages tell, where those of families leave it open and a mail system may
 * have written. */
static void read_languages(struct reading *reading)
{
	const unsigned problem = TOLD_FAILURE | TOLD_DELAY, both = AREA_SUBJECT | AREA_BODY;
	const struct format_set *formats = reading->extractor->formats;
	unsigned areas = reading->marks.areas[format_generic(formats)->index], subject, body;
	struct span from = span_of(reading->report->from);

	if (reading->parts.reports.n || (reading->format && reading->format->kind == KIND_FAILURE))
		return;
	if (!(areas & AREA_FROM) && !span_is_ascii(from) &&
		format_told(formats, from) & TOLD_DAEMON)
		areas |= reading->told = AREA_FROM;
	if (!(areas & (AREA_FROM | AREA_HEADER)) || (areas & both) == both)
		return;
	subject = format_told(formats, span_of(reading->report->subject));
	body = format_told(formats, reading->body);
	reading->told |= subject & problem ? AREA_SUBJECT : 0;
	reading->told |= body & problem ? AREA_BODY : 0;
	reading->delay |= ((subject | body) & TOLD_DELAY) != 0;
	reading->arrived = body & TOLD_DELIVERY && !((subject | body) & TOLD_TROUBLE);
	/* An answer comes without an envelope sender as well: both places must tell of failure. */
	if (!(areas & AREA_FROM) && ((areas | reading->told) & both) != both)
		reading->told = 0;
}

static bool take_date(struct reading *reading, struct span date)
{
	struct report *report = reading->report;

	return date.n && date_read(date, &report->date, &report->timestamp, reading->arena);
}

/* H32: a report without a readable Date is of the last attempt, else of when it was received. */
static void find_date(struct reading *reading)
{
	const GArray *recipients = reading->dsn.recipients;
	struct span received = reading->header.received;
	const char *semicolon = received.n ? memrchr(received.p, ';', received.n) : NULL;

	for (guint i = 0; recipients && i < recipients->len; i++)
		if (take_date(reading,
			    g_array_index(recipients, struct dsn_recipient, i).last_attempt))
			return;
	if (semicolon)
		take_date(reading, span_make(semicolon + 1, received.p + received.n));
}

void reading_describe(struct reading *reading)
{
	const struct dsn *dsn = &reading->dsn;
	struct report *report = reading->report;
	struct arena *arena = reading->arena;
	struct span host = dsn_host(dsn->reporting_mta);

	if (host.n)
		report->reporting_mta = arena_span(arena, host);
	if (dsn->queue_id.n)
		report->queue_id = arena_span(arena, dsn->queue_id);
	if (dsn->envelope_id.n)
		report->envelope_id = arena_span(arena, dsn->envelope_id);
	report->arrival = date_text(dsn->arrival, arena);
	if (!report->date)
		find_date(reading);
	report->machine = reading->parts.reports.n;
	if (reading->format)
		report->format = arena_str(arena, reading->format->id);
	else if (reading->notice)
		report->format = reading->notice;
	else if (report->machine)
		report->format = "rfc3464";
}

void reading_message(struct reading *reading, const struct mail_part *message)
{
	int kind;

	parts_sort(&reading->parts, message, reading->arena);
	header_read(&reading->header, message, reading->extractor->formats, &reading->marks,
		reading->report);
	reading->from = address_find(span_of(reading->report->from));
	reading->path = address_find(reading->header.return_path);
	if (reading->marks.areas[format_generic(reading->extractor->formats)->index] &
		(AREA_FROM | AREA_HEADER))
		parts_adopt(&reading->parts, reading->arena);
	read_fields(reading);
	kind = read_texts(reading);
	if (!reading->parts.texts.n && reading->parts.attached_report)
		reading->format = format_recognise(reading->extractor->formats, &reading->marks);
	reading->delay |= reading->marks.delay;
	reading->final |= reading->marks.final;
	if (kind < 0)
		recipients_from_header(reading);
	reading_describe(reading);
	if (kind < 0)
		read_languages(reading);
	if (!reading->report->original.present)
		original_read(reading);
	reading->report->kind = kind >= 0 ? kind : kind_of_message(reading);
	recipients_unique(reading);
}

static bool is_same(struct span a, struct span b)
{
	return a.n == b.n && a.n && g_ascii_strncasecmp(a.p, b.p, a.n) == 0;
}

bool reading_is_own(const struct reading *reading, struct span address)
{
	struct span to = span_of(reading->report->to), next;
	size_t at = 0;

	for (int n = 0; n < ADDRESSEES_MAX && (next = address_next(to, &at)).n; n++)
		if (is_same(next, address))
			return true;
	return is_same(reading->from, address);
}

bool reading_is_daemon(const struct reading *reading)
{
	struct span local = address_local(reading->from);

	return lexicon_begins(reading->extractor->knowledge, LEXICON_DAEMON, local) > 0;
}

void reading_fill(
	struct reading *reading, const struct found *found, struct recipient *recipient, int kind)
{
	recipient_init(recipient);
	recipient->kind = kind;
	recipient->address = found->address;
	recipient->valid = found->address && address_class(span_of(found->address)) == ADDRESS_OK;
	recipient->original_address = found->written;
	verdict_make(reading, found, recipient);
}
