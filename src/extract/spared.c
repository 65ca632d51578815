/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/spared.h"

#include "base/address.h"
#include "extract/language.h"
#include "extract/layout.h"

#define HEAD_MAX 1000 /* bytes before an address that are looked at */
#define JOINT_MAX 3   /* letters of what joins two addresses: `and`, `und` */
#define TROUBLE (TOLD_TROUBLE | TOLD_FAILURE | TOLD_DELAY)

/* Nothing but addresses, in an enumeration or a line each. */
static bool holds_addresses_only(struct span between)
{
	const char *end = between.p + between.n, *p = between.p;
	struct span address;
	size_t at = 0, letters = 0;

	do {
		address = address_next(between, &at);
		for (const char *stop = address.n ? address.p : end; p < stop; p++) {
			letters = g_ascii_isalnum(*p) ? letters + 1 : 0;
			if (letters > JOINT_MAX)
				return false;
		}
		p = address.p + address.n;
	} while (address.n);
	return true;
}

/* Where the words begin that lead to `at`: behind the address before, or the paragraph's start. */
static const char *sentence_begin(const struct reading *reading, const char *at)
{
	struct span paragraph = layout_paragraph_around(reading->body, at), address;
	const char *from = MAX(paragraph.p, at - MIN(at - paragraph.p, HEAD_MAX));
	struct span head = span_make(from, at);
	size_t next = 0;

	while ((address = address_next(head, &next)).n)
		from = address.p + address.n;
	return from;
}

/* A label of that kind (`Delivered to:`) and no word of trouble leads to the address, with no
 * others between but those of the same enumeration. */
static bool is_behind(const struct reading *reading, const struct format *format,
	enum mark label_mark, struct span address)
{
	const char *text = reading->text->text.p, *body = reading->body.p;
	const char *from = address.p - MIN(address.p - body, HEAD_MAX), *label, *end;
	const struct mark_hit *hit = NULL, *next;

	while ((next = layout_mark_in(reading, format, label_mark, span_make(from, address.p)))) {
		hit = next;
		from = text + hit->at + hit->n;
	}
	if (!hit)
		return false;
	label = text + hit->at;
	end = label + hit->n;
	return end <= address.p && holds_addresses_only(span_make(end, address.p)) &&
	       !(format_told(reading->extractor->formats,
			 span_make(sentence_begin(reading, label), end)) &
		       TROUBLE);
}

/* Takes what stands behind such labels; adds it to `aside` unless that is NULL. */
static void take(
	struct reading *reading, const struct format *format, enum mark label_mark, GArray *aside)
{
	const struct span body = reading->body;

	for (guint i = reading->found->len; i-- > 0;) {
		const struct found *found = reading_found(reading, i);
		struct span at = found->at;

		if (!at.n || at.p < body.p || at.p >= body.p + body.n ||
			!is_behind(reading, format, label_mark, at))
			continue;
		if (aside)
			g_array_append_val(aside, *found);
		g_array_remove_index(reading->found, i);
	}
}

void spared_drop(struct reading *reading, const struct format *format)
{
	take(reading, format, MARK_SPARED, NULL);
}

void spared_set_aside(struct reading *reading, const struct format *format, GArray *aside)
{
	take(reading, format, MARK_ADDRESSED, aside);
}
