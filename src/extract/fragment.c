/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody pasted: read as the text of a report without header, about one recipient, or about
 * several of whom something is said each. */
#include "base/address.h"
#include "base/text.h"
#include "extract/extract.h"
#include "extract/kind.h"
#include "extract/layout.h"
#include "extract/pasted.h"
#include "extract/reading.h"

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

/* The next address that may be the recipient's: not whom to ask, nor a part of a link. */
static struct span next_address(const struct reading *reading, size_t *at)
{
	struct span address;

	do
		address = address_next(reading->body, at);
	while (address.n && layout_is_nobodys(reading, address));
	return address;
}

/* The one address in a reply is its recipient, where nothing else says so. */
static void find_only_address(struct reading *reading)
{
	struct found *found = reading_found(reading, 0);
	size_t at = 0;
	struct span first, next;

	if (found->address)
		return;
	first = next = next_address(reading, &at);
	while (next.n) {
		next = next_address(reading, &at);
		if (next.n && (next.n != first.n || memcmp(next.p, first.p, next.n) != 0))
			return;
	}
	if (!first.n)
		return;
	found->address = arena_span(reading->arena, first);
	found->source = reading->text;
	found->at = first;
}

/* Of whom nothing is said, or what is said of the first, was but mentioned. */
static void keep_told(struct reading *reading)
{
	const struct passage first = reading_found(reading, 0)->near;
	guint kept = 1;

	for (guint i = 1; i < reading->found->len; i++) {
		const struct found *found = reading_found(reading, i);

		if (found->address && !passage_is_empty(&found->near) &&
			found->near.text.p != first.text.p)
			*reading_found(reading, kept++) = *found;
	}
	g_array_set_size(reading->found, kept);
}

/* All of it, but for fields that say nothing. */
static struct passage words_of(const struct reading *reading)
{
	struct passage_builder words = {.source = reading->text};
	struct span rest = reading->body, line;
	bool skipped = false;

	while (span_line(&rest, &line)) {
		if (pasted_says_nothing(line))
			skipped = true;
		else
			passage_add(&words, line);
	}
	return skipped ? passage_end(&words, reading->arena)
		       : passage_of(reading->text, reading->body);
}

struct report *extract_fragment(struct extractor *extractor, struct span text)
{
	static const struct mail_part no_message = {.header = {"", 0}, .id = ""};
	struct report *report = report_new();
	struct mail mail = {.bytes = text, .arena = report->arena};
	struct found nobody = {.source = NULL};
	struct reading reading;
	struct found *found;
	size_t n;
	int kind = -1;

	reading_init(&reading, extractor, report, &mail);
	reading.parts.message = &no_message;
	reading_text(&reading, fragment_source(text, report->arena), &kind);
	if (!reading.found->len)
		g_array_append_val(reading.found, nobody);
	keep_told(&reading);
	found = reading_found(&reading, 0);
	if (!reading.body.n)
		reading.body = reading.text->text;
	if (passage_is_empty(&found->near))
		found->near = words_of(&reading);
	find_only_address(&reading);
	reading_describe(&reading);
	report->kind = kind >= 0 ? kind : kind_of_recipient(&reading, found);
	n = reading.found->len;
	report->recipients = arena_alloc(report->arena, n * sizeof *report->recipients);
	report->recipients_n = report->recipients_total = n;
	for (size_t i = 0; i < n; i++)
		reading_fill(
			&reading, reading_found(&reading, i), &report->recipients[i], report->kind);
	reading_clear(&reading);
	return report;
}
