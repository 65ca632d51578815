/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes through the filter before screen, listing and stderr, and through the JSON writer.
 * What must not come out is told here once more, in ranges and not in the filter's own words.
 */
#include "base/jsonout.h"
#include "base/text.h"
#include "shipped.h"

#define MARKS_MAX 2

static const struct {
	gunichar from, to;
} never[] = {
	{0x00, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad},
	{0x61c, 0x61c}, /* C0, DEL, C1, soft hyphen, ALM */
	{0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},
	{0x2060, 0x206f}, /* zero width, bidi */
	{0xd800, 0xf8ff}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xfffe, 0xffff}, /* private, BOM */
	{0xfe00, 0xfe0f}, {0xe0000, 0xe01ef}, {0xf0000, 0x10ffff}, /* tags, planes of private use */
};

static void check_character(gunichar c, enum text_flags flags)
{
	if (c == '\n' && (flags & TEXT_KEEP_LINES))
		return;
	g_assert_true(g_unichar_isdefined(c));
	g_assert_true(c < 0x7f || !(flags & TEXT_ASCII));
	for (size_t i = 0; i < G_N_ELEMENTS(never); i++)
		g_assert_true(c < never[i].from || c > never[i].to);
}

static void check_visible(struct span in, enum text_flags flags)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GString) again = g_string_new(NULL);
	size_t cells = text_visible_append(out, in, flags);
	const char *last = strrchr(out->str, '\n');
	unsigned marks = 0;

	g_assert_true(g_utf8_validate_len(out->str, out->len, NULL));
	for (const char *at = out->str; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		check_character(c, flags);
		marks = g_unichar_ismark(c) && g_unichar_iszerowidth(c) ? marks + 1 : 0;
		g_assert_cmpuint(marks, <=, MARKS_MAX);
	}
	g_assert_cmpuint(text_cells(span_of(last ? last + 1 : out->str)), ==, cells);
	/* What was made visible within an address can part it from letters that made it honest. */
	if (strchr(out->str, '@'))
		return;
	text_visible_append(again, (struct span){out->str, out->len}, flags);
	g_assert_cmpstr(again->str, ==, out->str);
}

static void check_wrapped(struct span in)
{
	g_autofree char *copy = span_dup(in);
	g_autofree char *visible = text_visible(copy, TEXT_KEEP_LINES);

	for (size_t width = 1; width <= 33; width += 8) {
		g_autoptr(GPtrArray) lines = text_wrap(visible, width);

		for (guint i = 0; i < lines->len; i++) {
			struct span line = span_of(lines->pdata[i]);

			g_assert_true(text_is_utf8(line));
			/* One character that is wider than the line is taken all the same. */
			g_assert_true(text_cells(line) <= MAX(width, 2));
		}
	}
}

static void check_json(struct span in)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *copy = span_dup(in);
	struct json json;

	json_init(&json, out);
	json_string(&json, NULL, copy);
	for (size_t i = 0; i < out->len; i++)
		g_assert_true(out->str[i] >= ' ' && out->str[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {(const char *)data, size};

	for (int flags = TEXT_PLAIN; flags <= (TEXT_KEEP_LINES | TEXT_ASCII); flags++)
		check_visible(bytes, (enum text_flags)flags);
	check_wrapped(bytes);
	check_json(bytes);
	return 0;
}
