/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of steps: parts, header, fields for machines, text for people; then recipients are joined, the kind is
 * decided, the returned message is identified, and each recipient gets its verdict. A message that turns out to be no
 * report, or one that names nobody, is searched for a report attached to it.
 */
#include "extract/extract.h"

#include <inttypes.h>

#include "base/address.h"
#include "base/text.h"
#include "extract/date.h"
#include "extract/kind.h"
#include "extract/layout.h"
#include "extract/notify.h"
#include "extract/original.h"
#include "extract/parts.h"
#include "extract/pasted.h"
#include "extract/reading.h"
#include "extract/recipients.h"
#include "extract/verdict.h"

#define TEXTS_MAX 4   /* parts for people that are read before giving up */
#define INNER_MAX 10  /* attached messages that are looked into */
#define REPORTS_MAX 64

struct extractor *extractor_new(const struct knowledge *knowledge, struct rule_set *rules,
	const char *formats_dir, GError **error)
{
	struct format_set *formats = format_set_load(formats_dir, error);
	struct extractor *extractor;
	g_autofree char *both = NULL;

	if (!formats)
		return NULL;
	extractor = g_new0(struct extractor, 1);
	extractor->knowledge = knowledge;
	extractor->rules = rules;
	extractor->formats = formats;
	both = g_strconcat(rule_set_hash(rules), format_set_hash(formats), NULL);
	extractor->hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, both, -1);
	return extractor;
}

void extractor_free(struct extractor *extractor)
{
	if (!extractor)
		return;
	format_set_free(extractor->formats);
	g_free(extractor->hash);
	g_free(extractor);
}

const char *extractor_hash(const struct extractor *extractor)
{
	return extractor->hash;
}

/* --- One message */

static void reading_init(struct reading *reading, struct extractor *extractor, struct report *report,
	const struct mail *mail)
{
	*reading = (struct reading){
		.extractor = extractor,
		.report = report,
		.arena = report->arena,
		.mail = mail,
		.found = g_array_new(FALSE, FALSE, sizeof(struct found)),
	};
	marks_init(&reading->marks, extractor->formats);
}

static void reading_clear(struct reading *reading)
{
	g_array_unref(reading->found);
	marks_clear(&reading->marks);
	dsn_clear(&reading->dsn);
	if (reading->parts.texts)
		parts_clear(&reading->parts);
}

static void read_fields(struct reading *reading)
{
	const GPtrArray *reports = reading->parts.reports;

	for (guint i = 0; i < reports->len && i < REPORTS_MAX; i++) {
		const struct source *source = source_of_part(reports->pdata[i], SIZE_MAX, reading->arena);

		dsn_read(&reading->dsn, source, source->text, false);
	}
	if (reading->parts.disposition && !reports->len) {
		const struct source *source = source_of_part(reading->parts.disposition, 0, reading->arena);

		dsn_read(&reading->dsn, source, source->text, false);
	}
	if (reading->dsn.recipients)
		recipients_from_fields(reading);
}

/* Marks of the family and of the generic one that hold for the whole text. */
static void read_marks(struct reading *reading)
{
	const struct format *generic = format_generic(reading->extractor->formats);
	size_t end = (size_t)(reading->body.p + reading->body.n - reading->text->text.p);

	for (guint i = 0; i < reading->marks.hits->len; i++) {
		const struct mark_hit *hit = &g_array_index(reading->marks.hits, struct mark_hit, i);
		bool ours = hit->format == generic->index || (reading->format && hit->format == reading->format->index);

		if (hit->at >= end)
			break;
		if (ours && hit->mark == MARK_DELAY)
			reading->delay = true;
		else if (ours && hit->mark == MARK_FINAL)
			reading->final = true;
	}
}

static void read_host(struct reading *reading)
{
	const char *text = reading->text->text.p, *end = reading->body.p + reading->body.n;
	size_t index = 0;
	const struct mark_hit *hit = reading->format
		? layout_mark(reading, reading->format, MARK_HOST, &index, (size_t)(end - text)) : NULL;
	struct span host;

	if (!hit || reading->report->reporting_mta)
		return;
	host = span_trim(span_make(text + hit->at + hit->n, MIN(end, text + hit->at + hit->n + 256)));
	for (size_t n = 0; n <= host.n; n++)
		if (n == host.n || !(g_ascii_isalnum(host.p[n]) || host.p[n] == '.' || host.p[n] == '-')) {
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

	if (reading->dsn.recipients || !layout_mark_in(reading, generic, MARK_FIELDS, reading->body))
		return;
	source = pasted_split(reading->text, reading->arena);
	dsn_read(&reading->dsn, source, (struct span){source->text.p, reading->body.n}, true);
	recipients_from_fields(reading);
}

static void read_layouts(struct reading *reading)
{
	GArray *of_fields = reading->found, *of_text = g_array_new(FALSE, FALSE, sizeof(struct found));

	reading->found = of_text;
	if (!reading->format || !layout_read(reading, reading->format))
		layout_read(reading, format_generic(reading->extractor->formats));
	if (of_fields->len) {
		reading->found = of_fields;
		recipients_join(reading, of_text);
		g_array_unref(of_text);
	} else {
		g_array_unref(of_fields);
	}
}

/* One part for people; true when it was worth reading. */
static bool read_text(struct reading *reading, const struct source *source, int *kind)
{
	const struct format_set *formats = reading->extractor->formats;

	reading->text = source;
	reading->body = source->text;
	if (notify_read(reading, kind))
		return true;
	format_scan(formats, AREA_BODY, source->text, &reading->marks);
	reading->format = NULL;
	layout_cut(reading);
	marks_count_signs(&reading->marks, reading->body.n);
	reading->format = format_recognise(formats, &reading->marks);
	layout_cut(reading);
	read_marks(reading);
	read_host(reading);
	read_pasted_fields(reading);
	read_layouts(reading);
	return reading->found->len && (reading->format || span_trim(reading->body).n);
}

/* The parts for people, until one names recipients. Returns the kind that a notification states, or -1. */
static int read_texts(struct reading *reading)
{
	const GPtrArray *texts = reading->parts.texts;
	int kind = -1;

	for (guint i = 0; i < texts->len && i < TEXTS_MAX; i++) {
		const struct mail_part *part = texts->pdata[i];

		if (read_text(reading, source_of_part(part, 0, reading->arena), &kind))
			break;
	}
	return kind;
}

static void take_report_fields(struct reading *reading)
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
	report->machine = reading->parts.reports->len;
	if (reading->format)
		report->format = arena_str(arena, reading->format->id);
	else if (report->machine)
		report->format = "rfc3464";
}

/* Reads one message: what it says, of whom, and of what kind it is. */
static void read_message(struct reading *reading, const struct mail_part *message)
{
	int kind;

	parts_sort(&reading->parts, message);
	header_read(&reading->header, message, reading->extractor->formats, &reading->marks, reading->report);
	read_fields(reading);
	kind = read_texts(reading);
	reading->delay |= reading->marks.delay;
	reading->final |= reading->marks.final;
	recipients_from_header(reading);
	take_report_fields(reading);
	reading->report->kind = kind >= 0 ? kind : kind_of_message(reading);
	if (!reading->report->original.present)
		original_read(reading);
	recipients_unique(reading);
}

/* --- The report */

static void remark(struct reading *reading, const char *sentence)
{
	struct strings *warnings = &reading->report->warnings;

	if (!warnings->v)
		warnings->v = arena_alloc(reading->arena, 8 * sizeof *warnings->v);
	if (warnings->n < 8)
		warnings->v[warnings->n++] = sentence;
}

/* A limit left something unread. */
static void warn_cut(struct reading *reading, const char *sentence)
{
	reading->report->cut = true;
	remark(reading, sentence);
}

static void fill_recipient(struct reading *reading, const struct found *found, struct recipient *recipient, int kind)
{
	recipient_init(recipient);
	recipient->kind = kind;
	recipient->address = found->address;
	recipient->valid = found->address && address_class(span_of(found->address)) == ADDRESS_OK;
	recipient->original_address = found->written;
	verdict_make(reading, found, recipient);
}

static bool is_problem(int kind)
{
	return kind == KIND_FAILURE || kind == KIND_DELAY;
}

/* Failed and delayed ones go to recipients, the rest to others. */
static void fill_recipients(struct reading *reading)
{
	struct report *report = reading->report;
	struct found nobody = {.reply = reading->reply};
	size_t n;

	if (!reading->found->len && is_problem(report->kind))
		g_array_append_val(reading->found, nobody);
	recipients_give_text(reading);
	n = reading->found->len;
	report->recipients = arena_alloc(reading->arena, n * sizeof *report->recipients);
	report->others = arena_alloc(reading->arena, n * sizeof *report->others);
	for (size_t i = 0; i < n; i++) {
		const struct found *found = reading_found(reading, i);
		int kind = kind_of_recipient(reading, found);

		if (is_problem(kind))
			fill_recipient(reading, found, &report->recipients[report->recipients_n++], kind);
		else
			fill_recipient(reading, found, &report->others[report->others_n++], kind);
	}
	report->recipients_total = report->recipients_n + reading->dsn.more;
}

static bool names_somebody(const struct reading *reading)
{
	for (guint i = 0; i < reading->found->len; i++)
		if (reading_found(reading, i)->address)
			return true;
	return false;
}

static void finish(struct reading *reading)
{
	struct report *report = reading->report;
	int kind = report->kind;

	if (is_problem(kind) || kind == KIND_DELIVERED || kind == KIND_RELAYED || kind == KIND_EXPANDED)
		fill_recipients(reading);
	report->suspicious = is_problem(kind) && kind_is_suspicious(reading);
	if (is_problem(kind) && !names_somebody(reading))
		remark(reading, "The report names no recipient that could be read.");
	if (reading->dsn.more)
		warn_cut(reading, arena_printf(reading->arena,
			"The report names %" PRIu64 " more recipients than are kept.", reading->dsn.more));
	if (reading->mail->cut_depth)
		warn_cut(reading, "Parts are nested too deep; the inner ones were not read.");
	if (reading->mail->cut_parts)
		warn_cut(reading, "The message has too many parts; the last ones were not read.");
	if (reading->text && reading->text->decoded && reading->text->decoded->cut)
		warn_cut(reading, "The text is too long; only its beginning was read.");
}

/* Is the message a report worth having in place of the one that it is attached to? */
static bool is_better(const struct reading *inner)
{
	return is_problem(inner->report->kind) && names_somebody(inner) &&
		(inner->parts.reports->len || inner->format);
}

/* A report inside: forwarded by a person, or wrapped by a list or gateway (H13). */
static bool find_inside(struct reading *outer)
{
	const struct mail_part *end = mail_skip(outer->mail->root);
	int looked = 0;

	for (const struct mail_part *part = outer->mail->root; part && part != end && looked < INNER_MAX;
		part = mail_next(part)) {
		struct reading inner;
		struct report *report;

		if (!mail_is(part, "message", NULL) || !part->child)
			continue;
		looked++;
		report = report_new_in(outer->arena);
		reading_init(&inner, outer->extractor, report, outer->mail);
		read_message(&inner, part->child);
		if (is_better(&inner)) {
			finish(&inner);
			reading_clear(&inner);
			*outer->report = *report;
			return true;
		}
		reading_clear(&inner);
	}
	return false;
}

struct report *extract_report(struct extractor *extractor, struct span bytes)
{
	struct report *report = report_new();
	struct mail *mail = mail_parse(bytes, report->arena);
	struct reading reading;

	reading_init(&reading, extractor, report, mail);
	read_message(&reading, mail->root);
	if (report->kind == KIND_NOT_A_BOUNCE || (is_problem(report->kind) && !names_somebody(&reading))) {
		if (find_inside(&reading)) {
			reading_clear(&reading);
			return report;
		}
	}
	if (is_problem(report->kind))
		recipients_last_resort(&reading);
	finish(&reading);
	reading_clear(&reading);
	return report;
}

/* --- A fragment */

static struct source *fragment_source(struct span bytes, struct arena *arena)
{
	struct source *source = arena_make(arena, struct source);

	source->part = "";
	source->text = source->raw = bytes;
	if (!text_is_utf8(source->text)) {
		g_autofree char *valid = g_utf8_make_valid(source->text.p, (gssize)source->text.n);

		source->text = span_of(arena_str(arena, valid));
	}
	return source;
}

/* The one address in a reply is its recipient, where nothing else says so. */
static void find_only_address(struct reading *reading)
{
	struct found *found = reading_found(reading, 0);
	size_t at = 0;
	struct span first = address_next(reading->body, &at), next = first;

	if (found->address || !first.n)
		return;
	while (next.n) {
		next = address_next(reading->body, &at);
		if (next.n && (next.n != first.n || memcmp(next.p, first.p, next.n) != 0))
			return;
	}
	found->address = arena_span(reading->arena, first);
	found->source = reading->text;
	found->at = first;
}

struct report *extract_fragment(struct extractor *extractor, struct span text)
{
	static const struct mail_part no_message = {.header = {"", 0}, .id = ""};
	struct report *report = report_new();
	struct mail mail = {.bytes = text, .arena = report->arena};
	struct found nobody = {.source = NULL};
	struct reading reading;
	struct found *found;
	int kind = -1;

	reading_init(&reading, extractor, report, &mail);
	reading.parts.message = &no_message;
	reading.parts.reports = g_ptr_array_new();
	reading.parts.texts = g_ptr_array_new();
	read_text(&reading, fragment_source(text, report->arena), &kind);
	if (!reading.found->len)
		g_array_append_val(reading.found, nobody);
	g_array_set_size(reading.found, 1);
	found = reading_found(&reading, 0);
	if (!reading.body.n)
		reading.body = reading.text->text;
	if (passage_is_empty(&found->near))
		found->near = passage_of(reading.text, reading.body);
	find_only_address(&reading);
	take_report_fields(&reading);
	report->kind = kind >= 0 ? kind : kind_of_recipient(&reading, found);
	report->recipients = arena_make(report->arena, struct recipient);
	report->recipients_n = report->recipients_total = 1;
	fill_recipient(&reading, found, report->recipients, report->kind);
	reading_clear(&reading);
	return report;
}
