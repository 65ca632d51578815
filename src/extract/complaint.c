/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/complaint.h"

#include "base/address.h"

#define NAMED_MAX 100

/* The value of the field that the line begins; no span where it is another one. */
static struct span value_of(struct span line, const char *name)
{
	size_t n = strlen(name);

	if (line.n <= n || line.p[n] != ':' ||
		!span_equal_nocase(span_make(line.p, line.p + n), name))
		return SPAN_NONE;
	return span_trim(span_from(line, n + 1));
}

static bool is_by_person(struct span fields)
{
	struct span line, type;

	while (span_line(&fields, &line))
		if ((type = value_of(line, "Feedback-Type")).n)
			return !span_equal_nocase(type, "auth-failure") &&
			       !span_equal_nocase(type, "not-spam");
	return true;
}

static void add(struct reading *reading, struct span address)
{
	struct report *report = reading->report;
	struct recipient *recipient = &report->others[report->others_n];

	for (size_t i = 0; i < report->others_n; i++)
		if (span_equal_nocase(address, report->others[i].address))
			return;
	recipient_init(recipient);
	recipient->kind = KIND_COMPLAINT;
	recipient->address = arena_span(reading->arena, address);
	recipient->valid = address_class(address) == ADDRESS_OK;
	report->others_n++;
}

void complaint_find(struct reading *reading)
{
	const struct mail_part *part = reading->parts.feedback;
	const struct source *source = part ? source_of_part(part, 0, reading->arena) : NULL;
	struct span rest, line, address;

	if (!source || !is_by_person(source->text))
		return;
	reading->report->others =
		arena_alloc(reading->arena, NAMED_MAX * sizeof *reading->report->others);
	rest = source->text;
	while (reading->report->others_n < NAMED_MAX && span_line(&rest, &line)) {
		address = address_find(value_of(line, "Original-Rcpt-To"));
		if (address.n)
			add(reading, address);
	}
}
