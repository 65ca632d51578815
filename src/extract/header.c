/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/header.h"

#include <stddef.h>

#include "extract/date.h"
#include "extract/format.h"
#include "extract/original.h"

#define FIELDS_MAX 1000 /* in which signs are looked for */

static const struct {
	struct span name;
	size_t offset;
} fields[] = {
	{SPAN_INIT("from"), offsetof(struct header, from)},
	{SPAN_INIT("to"), offsetof(struct header, to)},
	{SPAN_INIT("cc"), offsetof(struct header, cc)},
	{SPAN_INIT("bcc"), offsetof(struct header, bcc)},
	{SPAN_INIT("subject"), offsetof(struct header, subject)},
	{SPAN_INIT("message-id"), offsetof(struct header, id)},
	{SPAN_INIT("date"), offsetof(struct header, date)},
	{SPAN_INIT("received"), offsetof(struct header, received)},
	{SPAN_INIT("references"), offsetof(struct header, references)},
	{SPAN_INIT("in-reply-to"), offsetof(struct header, in_reply_to)},
	{SPAN_INIT("return-path"), offsetof(struct header, return_path)},
	{SPAN_INIT("x-failed-recipients"), offsetof(struct header, failed_recipients)},
	{SPAN_INIT("auto-submitted"), offsetof(struct header, auto_submitted)},
	{SPAN_INIT("list-id"), offsetof(struct header, list_id)},
	{SPAN_INIT("list-post"), offsetof(struct header, list_post)},
	{SPAN_INIT("x-beenthere"), offsetof(struct header, been_there)},
	{SPAN_INIT("list-unsubscribe"), offsetof(struct header, unsubscribe)},
};

/* Long fields of signatures and filters: nothing in them tells a family. */
static const char *const noise[] = {
	"arc-",
	"dkim-",
	"domainkey-",
	"authentication-results",
	"received-spf",
	"x-google-dkim",
	"x-gm-",
	"x-spam",
	"x-ms-exchange-antispam",
	"x-microsoft-antispam",
	"x-forefront-antispam",
};

static bool is_noise(struct span name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(noise); i++)
		if (span_starts_nocase(name, noise[i]))
			return true;
	return false;
}

static void take(struct header *header, struct span name, struct span value)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		struct span *slot = (struct span *)((char *)header + fields[i].offset);

		if (name.n == fields[i].name.n && span_same_nocase(name, fields[i].name)) {
			if (!slot->p)
				*slot = value.p ? value : SPAN_LIT("");
			return;
		}
	}
}

/* 8-bit bytes are read by the charset that the mail has somewhere: a search that seldom is needed.
 */
static const char *text_of(
	struct span value, const char *name, const struct mail_part *message, struct arena *arena)
{
	if (!value.p)
		return NULL;
	return span_is_ascii(value) ? mail_field_text(value, NULL, arena)
				    : mail_header_text(message, name, arena);
}

static void describe(
	const struct header *header, const struct mail_part *message, struct report *report)
{
	struct arena *arena = report->arena;
	struct strings ids = original_ids(header->id, arena);

	report->from = text_of(header->from, "From", message, arena);
	report->to = text_of(header->to, "To", message, arena);
	report->cc = text_of(header->cc, "Cc", message, arena);
	report->bcc = text_of(header->bcc, "Bcc", message, arena);
	report->subject = text_of(header->subject, "Subject", message, arena);
	if (ids.n)
		report->id = ids.v[0];
	else if (header->id.n)
		report->id = arena_span(arena, span_trim(header->id));
	date_read(header->date, &report->date, &report->timestamp, arena);
	report->references = original_ids(header->references, arena);
	if (!report->references.n)
		report->references = original_ids(header->in_reply_to, arena);
}

void header_read(struct header *header, const struct mail_part *message,
	const struct format_set *formats, struct marks *marks, struct report *report)
{
	struct span name, value, run = {message->header.p, 0}; /* of fields that may hold signs */
	size_t at = 0;

	*header = (struct header){.from = SPAN_NONE};
	for (int n = 0; mail_field_next(message->header, &at, &name, &value); n++) {
		take(header, name, value);
		if (n >= FIELDS_MAX || is_noise(name)) {
			format_scan(formats, AREA_HEADER, run, marks);
			run = (struct span){message->header.p + at, 0};
		} else {
			run.n = (size_t)(message->header.p + at - run.p);
		}
	}
	format_scan(formats, AREA_HEADER, run, marks);
	describe(header, message, report);
	format_scan(formats, AREA_FROM, span_of(report->from), marks);
	format_scan(formats, AREA_SUBJECT, span_of(report->subject), marks);
}
