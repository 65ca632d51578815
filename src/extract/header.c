/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/header.h"

#include <stddef.h>

#include "extract/date.h"
#include "extract/format.h"
#include "extract/original.h"

#define FIELDS_MAX 1000 /* in which signs are looked for */

/* Where the value of a name goes. */
static const size_t slots[MAIL_NAME_COUNT] = {
	[MAIL_FROM] = offsetof(struct header, from),
	[MAIL_TO] = offsetof(struct header, to),
	[MAIL_CC] = offsetof(struct header, cc),
	[MAIL_BCC] = offsetof(struct header, bcc),
	[MAIL_SUBJECT] = offsetof(struct header, subject),
	[MAIL_MESSAGE_ID] = offsetof(struct header, id),
	[MAIL_DATE] = offsetof(struct header, date),
	[MAIL_RECEIVED] = offsetof(struct header, received),
	[MAIL_REFERENCES] = offsetof(struct header, references),
	[MAIL_IN_REPLY_TO] = offsetof(struct header, in_reply_to),
	[MAIL_RETURN_PATH] = offsetof(struct header, return_path),
	[MAIL_X_FAILED_RECIPIENTS] = offsetof(struct header, failed_recipients),
	[MAIL_AUTO_SUBMITTED] = offsetof(struct header, auto_submitted),
	[MAIL_LIST_ID] = offsetof(struct header, list_id),
	[MAIL_LIST_POST] = offsetof(struct header, list_post),
	[MAIL_X_BEENTHERE] = offsetof(struct header, been_there),
	[MAIL_LIST_UNSUBSCRIBE] = offsetof(struct header, unsubscribe),
};

/* Long fields of signatures and filters: nothing in them tells a family. */
static const struct span noise[] = {
	SPAN_INIT("arc-"),
	SPAN_INIT("dkim-"),
	SPAN_INIT("domainkey-"),
	SPAN_INIT("authentication-results"),
	SPAN_INIT("received-spf"),
	SPAN_INIT("x-google-dkim"),
	SPAN_INIT("x-gm-"),
	SPAN_INIT("x-spam"),
	SPAN_INIT("x-ms-exchange-antispam"),
	SPAN_INIT("x-microsoft-antispam"),
	SPAN_INIT("x-forefront-antispam"),
};

static bool is_noise(const struct mail_field *field)
{
	struct span name = field->name;

	if (field->known != MAIL_OTHER && field->known != MAIL_DKIM_SIGNATURE)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(noise); i++) {
		size_t n = noise[i].n;

		if (name.n >= n && !((name.p[0] ^ noise[i].p[0]) & 0xdf) &&
			span_same_nocase((struct span){name.p, n}, noise[i]))
			return true;
	}
	return false;
}

static void take(struct header *header, const struct mail_field *field)
{
	struct span *slot;

	if (field->known == MAIL_OTHER || !slots[field->known])
		return;
	slot = (struct span *)((char *)header + slots[field->known]);
	if (!slot->p)
		*slot = field->value.p ? field->value : SPAN_LIT("");
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
	struct span run = {message->header.p, 0}; /* of fields that may hold signs */

	*header = (struct header){.fields = message->fields};
	for (size_t i = 0; i < header->fields.n; i++) {
		const struct mail_field *field = &header->fields.v[i];

		take(header, field);
		if (i < FIELDS_MAX && !is_noise(field)) {
			run = span_make(run.p, field->end);
			continue;
		}
		format_scan(formats, AREA_HEADER, run, marks);
		run = span_make(field->end, field->end);
	}
	format_scan(formats, AREA_HEADER, run, marks);
	describe(header, message, report);
	format_scan(formats, AREA_FROM, span_of(report->from), marks);
	format_scan(formats, AREA_SUBJECT, span_of(report->subject), marks);
}
