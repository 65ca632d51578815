/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as lines of a result that is read back: what is taken of a line is as the reader of
 * reports would have told it, and the lines of one report come to one.
 */
#include "base/address.h"
#include "base/text.h"
#include "extract/fromjson.h"
#include "shipped.h"

static void check_texts(const struct field *fields, const void *base)
{
	for (; fields->name; fields++) {
		if (fields->type == FIELD_STR) {
			const char *text = G_STRUCT_MEMBER(const char *, base, fields->offset);

			g_assert_true(text_is_utf8(span_of(text)) &&
				      span_of(text).n <= FROMJSON_STRING_MAX);
		}
		if (fields->type == FIELD_ENUM)
			g_assert_true(name_index(fields->names, fields->count,
					      span_of(fields->names[G_STRUCT_MEMBER(
						      int, base, fields->offset)])) >= 0);
	}
}

static void check_recipient(const struct recipient *recipient)
{
	check_texts(recipient_fields, recipient);
	g_assert_true(
		!recipient->valid || address_class(span_of(recipient->address)) == ADDRESS_OK);
	g_assert_true(
		!recipient->category || category_by_id(shipped_knowledge(), recipient->category));
	for (size_t i = 0; i < recipient->evidence_n; i++) {
		const struct evidence *evidence = &recipient->evidence[i];

		g_assert_true(evidence->part && evidence->field && evidence->text);
		g_assert_true(evidence->raw_at + evidence->raw_n >= evidence->raw_at);
		g_assert_true(evidence->decoded_at + evidence->decoded_n >= evidence->decoded_at);
	}
}

static void check_line(struct span line)
{
	g_autofree char *file = NULL;
	unsigned index;

	if (fromjson_place(line, &file, &index))
		g_assert_true(text_is_utf8(span_of(file)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = {(const char *)data, size}, line;
	struct fromjson from;
	struct report *report;
	unsigned good = 0;

	fromjson_init(&from, shipped_knowledge());
	while (span_line(&rest, &line)) {
		GError *error = NULL;
		guint before = from.recipients->len;

		check_line(line);
		if (fromjson_add(&from, line, &error)) {
			good++;
		} else {
			g_assert_true(error && text_is_utf8(span_of(error->message)));
			g_assert_cmpuint(from.recipients->len, ==, before);
			g_error_free(error);
		}
	}
	report = fromjson_end(&from);
	g_assert_true(!report == !good);
	g_assert_cmpuint(from.told->len, ==, from.recipients->len);
	if (report)
		check_texts(report_fields, report);
	for (size_t i = 0; report && i < report->recipients_n; i++)
		check_recipient(&report->recipients[i]);
	for (size_t i = 0; report && i < report->others_n; i++)
		check_recipient(&report->others[i]);
	report_free(report);
	fromjson_clear(&from);
	return 0;
}
