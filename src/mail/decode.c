/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two stages of decoding one after the other, and back. */
#include "mail/decode.h"

#include <glib.h>

#include "mail/transfer.h"
#include "mail/utf8.h"

struct mail_way {
	struct transfer transfer;
	struct utf8_text charset;
};

/* The charset that a text beside the part names: a part message/delivery-status has none to name.
 */
static const char *label_beside(const struct mail_part *part)
{
	const struct mail_part *end = part->parent ? mail_skip(part->parent) : NULL;
	const struct mail_part *p = part->parent ? mail_next(part->parent) : NULL;

	while (p != end && !(mail_is(p, "text", NULL) && p->charset))
		p = mail_is(p, "message", NULL) ? mail_skip(p) : mail_next(p);
	return p != end ? p->charset : NULL;
}

static struct utf8_text decode_charset(
	const struct mail_part *part, struct span bytes, size_t max, struct arena *arena)
{
	struct utf8_text text = utf8_decode(bytes, part->charset, max, arena);
	const char *beside = NULL;

	if (!part->charset && strcmp(text.name, "windows-1252") == 0)
		beside = label_beside(part);
	return beside ? utf8_decode(bytes, beside, max, arena) : text;
}

struct mail_text *mail_text_decode(const struct mail_part *part, size_t max, struct arena *arena)
{
	struct mail_text *text = arena_make(arena, struct mail_text);
	struct mail_way *way = arena_make(arena, struct mail_way);

	if (!max)
		max = MAIL_TEXT_MAX;
	/* No charset takes more than four bytes for what is one byte in UTF-8. */
	way->transfer = transfer_decode(part, max > SIZE_MAX / 4 ? max : max * 4, arena);
	way->charset = decode_charset(part, way->transfer.bytes, max, arena);
	text->part = part;
	text->text = way->charset.text;
	text->charset = way->charset.name;
	text->label = part->charset;
	text->identity = way->transfer.encoding == MAIL_IDENTITY && !way->charset.copied &&
			 !way->charset.skip;
	text->cut = way->transfer.cut || way->charset.cut;
	text->way = way;
	return text;
}

struct span mail_body_decode(
	const struct mail_part *part, size_t max, struct arena *arena, bool *cut)
{
	struct transfer transfer = transfer_decode(part, max ? max : MAIL_TEXT_MAX, arena);

	*cut = transfer.cut;
	return transfer.bytes;
}

static struct mail_range in_file(
	const struct mail *mail, const struct mail_part *part, struct mail_range range)
{
	range.at += (size_t)(part->body.p - mail->bytes.p);
	return range;
}

struct mail_range mail_text_raw(
	const struct mail *mail, const struct mail_text *text, struct mail_range decoded)
{
	const struct mail_way *way = text->way;

	decoded.at = MIN(decoded.at, text->text.n);
	decoded.n = MIN(decoded.n, text->text.n - decoded.at);
	decoded = utf8_source(&way->charset, way->transfer.bytes, decoded);
	return in_file(mail, text->part, transfer_source(&way->transfer, decoded));
}
