/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipients that a label or a sentence leads to:
 *
 *	Recipient address: a@b.example
 *	There was an error delivering your mail to <a@b.example>.
 *	Unknown user: a@b.example
 *
 * The words of the label often are the reason, so what is said begins with the label's own line.
 */
#include "base/address.h"
#include "extract/layout.h"
#include "rules/status.h"

static const char *span_end(struct span span)
{
	return span.p + span.n;
}

/* Further addresses behind the first share what is said of it, but for remarks. */
static void take_further(struct reading *reading, struct span address, const char *end)
{
	const struct found first = *reading_found(reading, reading->found->len - 1);
	struct found *found = reading_found(reading, reading->found->len - 1);
	struct passage remark = PASSAGE_NONE;
	struct span next;

	for (; (next = layout_address_after(address, end)).n; address = next) {
		guint n = reading->found->len;

		remark = layout_remark(reading, address, next);
		if (!passage_is_empty(&remark)) {
			found->near = remark;
			found->bare = false;
		}
		found = layout_add(reading, next);
		if (reading->found->len == n)
			continue;
		found->near = first.near;
		found->wide = first.wide;
		found->intro = first.intro;
		found->bare = first.bare;
	}
	if (!passage_is_empty(&remark)) /* the last one has its own as well, most likely */
		found->near =
			passage_of(reading->text, layout_paragraph(address.p + address.n, end));
}

/* A paragraph about one address. */
static bool is_about(struct span paragraph, struct span address)
{
	size_t at = 0;
	struct span other;

	while ((other = address_next(paragraph, &at)).n)
		if (other.n != address.n || memcmp(other.p, address.p, other.n) != 0)
			return false;
	return true;
}

/* The answer stands above a lone label, in the same paragraph. */
static void look_above(
	struct reading *reading, struct found *found, struct span address, const char *from)
{
	struct span around = layout_paragraph_around(reading->body, from);
	struct reply reply;

	if (found->bare && span_end(found->near.text) <= address.p + address.n + 2 &&
		is_about(around, address) &&
		reply_find(reading->extractor->knowledge, around, &reply))
		found->near = passage_of(reading->text, around);
}

static void take(
	struct reading *reading, const struct mark_hit *hit, struct span address, const char *end)
{
	const char *text = reading->text->text.p;
	guint n = reading->found->len;
	struct found *found = layout_add(reading, address);
	const char *from = layout_line_begin(reading->body, text + hit->at);
	struct span near;

	if (reading->found->len == n)
		return;
	near = layout_paragraph(from, end);
	if (near.p + near.n < address.p + address.n) /* the address stands below its label */
		near = layout_paragraph(address.p, end);
	found->bare = span_end(near) <= address.p + address.n + 2;
	if (!memchr(near.p, '\n', near.n)) /* a lone line: what it is about comes next */
		near = span_trim(
			span_make(near.p, span_end(layout_paragraph(near.p + near.n, end))));
	found->near = passage_of(reading->text, near);
	found->wide = passage_of(reading->text, span_trim(span_make(near.p + near.n, end)));
	found->intro = passage_of(reading->text, layout_paragraph_around(reading->body, from));
	look_above(reading, found, address, from);
	take_further(reading, address, end);
}

/* `a@b   unknown user`, and below it the address of the next row: the words end a row of their own.
 */
static bool ends_row(const struct reading *reading, const struct mark_hit *hit, struct span address)
{
	const char *label = reading->text->text.p + hit->at, *end = label + hit->n;
	const char *from = layout_line_begin(reading->body, label);
	size_t at = 0;

	return address.p > end && memchr(end, '\n', (size_t)(address.p - end)) &&
	       address_next(span_make(from, label), &at).n;
}

/* Only one of the labels that lead to the same address counts, and only up to the next address. */
void layout_labelled(struct reading *reading, const struct format *format)
{
	const char *text = reading->text->text.p, *body_end = reading->body.p + reading->body.n;
	size_t limit = (size_t)(body_end - text), index = 0;
	const struct mark_hit *hit = layout_mark(reading, format, MARK_RECIPIENT, &index, limit),
			      *next;

	for (; hit; hit = next) {
		struct span address = layout_address_at(text + hit->at + hit->n, body_end);
		const char *end = body_end;

		do {
			next = layout_mark(reading, format, MARK_RECIPIENT, &index, limit);
		} while (next && address.n && text + next->at < address.p + address.n);
		if (next)
			end = text + next->at;
		if (address.n && !ends_row(reading, hit, address))
			take(reading, hit, address, end);
	}
}
