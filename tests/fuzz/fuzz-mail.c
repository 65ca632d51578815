/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a mail: every call of src/mail, and what must hold whatever the bytes are. */
#include "mail/decode.h"
#include "mail/field.h"
#include "shipped.h"

#define PARTS 50 /* looked at in each mail, so that a run stays short */

static void check_header(const struct mail_part *part, struct arena *arena)
{
	struct span name, value;
	size_t at = 0;

	for (unsigned n = 0; n < PARTS && mail_field_next(part->header, &at, &name, &value); n++) {
		const char *text = mail_field_text(value, part->charset, arena);

		g_assert_true(is_inside(name, part->header) && is_inside(value, part->header));
		g_assert_true(g_utf8_validate(text, -1, NULL));
		g_assert_null(strpbrk(text, "\r\n"));
		const struct params params = params_of(value);
		params_get(&params, "charset", arena);
		params_get(&params, "filename", arena);
	}
	mail_header_text(part, "Subject", arena);
}

/* With NULs, which GLib does not take for UTF-8. */
static bool is_utf8(struct span s)
{
	const char *at = s.p, *end = s.p + s.n;

	while (at < end && !g_utf8_validate_len(at, (gsize)(end - at), &at) && *at == '\0')
		at++;
	return at == end;
}

static void check_text(const struct mail *mail, const struct mail_part *part, struct arena *arena)
{
	struct mail_text *text = mail_text_decode(part, 0, arena);
	struct mail_html html = mail_html_text(text->text, arena);
	size_t step = text->text.n / 16 + 1;
	bool cut;

	g_assert_true(text->text.n <= MAIL_TEXT_MAX && is_utf8(text->text));
	g_assert_true(!text->identity || text->text.n == 0 || text->text.p == part->body.p);
	for (size_t at = 0; at < text->text.n; at += step) {
		struct mail_range want = {at, MIN(step, text->text.n - at)};
		struct mail_range raw = mail_text_raw(mail, text, want);

		g_assert_true(raw.n > 0);
		g_assert_true(is_inside((struct span){mail->bytes.p + raw.at, raw.n}, part->body));
		g_assert_true(!text->identity || mail->bytes.p + raw.at == text->text.p + at);
	}
	g_assert_true(html.text.n <= text->text.n);
	for (size_t i = 0; i < html.text.n; i++)
		g_assert_true(html.origin[i] <= html.origin[i + 1]);
	mail_body_decode(part, 0, arena, &cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {(const char *)data, size};
	struct arena *arena = arena_new();
	const struct mail *mail = mail_parse(bytes, arena);
	unsigned n = 0;

	for (const struct mail_part *p = mail->root; p && n < PARTS; p = mail_next(p), n++) {
		struct span around = p->parent ? p->parent->body : mail->bytes;

		g_assert_true(p->depth <= MAIL_DEPTH_MAX);
		g_assert_true(is_inside(p->header, around) && is_inside(p->body, around));
		g_assert_true(p->body.p >= p->header.p + p->header.n);
		check_header(p, arena);
		if (!p->child)
			check_text(mail, p, arena);
	}
	arena_free(arena);
	return 0;
}
