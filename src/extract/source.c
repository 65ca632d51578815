/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/source.h"

struct source *source_of_part(const struct mail_part *part, size_t max, struct arena *arena)
{
	struct source *source = arena_make(arena, struct source);

	source->part = part->id;
	source->decoded = mail_text_decode(part, max, arena);
	source->text = source->decoded->text;
	if (mail_is(part, "text", "html")) {
		struct mail_html html = mail_html_text(source->text, arena);

		source->text = html.text;
		source->map = html.origin;
		source->mapping = MAP_HTML;
	}
	return source;
}

struct source *source_tail(const struct source *source, const char *at, struct arena *arena)
{
	struct source *tail = arena_make(arena, struct source);
	size_t skipped = (size_t)(at - source->text.p);

	*tail = *source;
	tail->text = span_from(source->text, skipped);
	if (tail->map)
		tail->map += skipped;
	else
		tail->base += skipped;
	return tail;
}

struct source *source_of_field(struct span raw, const char *text, struct arena *arena)
{
	struct source *source;

	if (!text)
		return NULL;
	source = arena_make(arena, struct source);
	source->part = "header";
	source->raw = raw;
	source->text = span_trim(span_of(text));
	return source;
}

void passage_add(struct passage_builder *builder, struct span piece)
{
	if (!piece.n)
		return;
	if (!builder->pieces)
		builder->pieces = g_array_new(FALSE, FALSE, sizeof piece);
	g_array_append_val(builder->pieces, piece);
}

void passage_add_first(struct passage_builder *builder, struct span piece)
{
	if (builder->pieces && piece.n)
		g_array_prepend_val(builder->pieces, piece);
	else
		passage_add(builder, piece);
}

static struct passage join(const struct passage_builder *builder, struct arena *arena)
{
	const GArray *pieces = builder->pieces;
	const char *base = builder->source->text.p;
	size_t n = 0, at = 0;
	uint32_t *origin;
	char *text;

	for (guint i = 0; i < pieces->len; i++)
		n += g_array_index(pieces, struct span, i).n + 1;
	text = arena_alloc(arena, n);
	origin = arena_alloc(arena, n * sizeof *origin);
	for (guint i = 0; i < pieces->len; i++) {
		struct span piece = g_array_index(pieces, struct span, i);

		memcpy(text + at, piece.p, piece.n);
		for (size_t k = 0; k <= piece.n; k++)
			origin[at + k] = (uint32_t)((size_t)(piece.p - base) + k);
		at += piece.n;
		text[at++] = ' ';
	}
	return (struct passage){builder->source, {text, n - 1}, origin};
}

struct passage passage_end(struct passage_builder *builder, struct arena *arena)
{
	struct passage passage = PASSAGE_NONE;

	if (!builder->pieces)
		return passage;
	if (builder->pieces->len == 1)
		passage =
			passage_of(builder->source, g_array_index(builder->pieces, struct span, 0));
	else
		passage = join(builder, arena);
	g_array_unref(builder->pieces);
	builder->pieces = NULL;
	return passage;
}

/* Behind the character, or in HTML the entity, that starts at `at`. */
static size_t char_end(struct span text, size_t at, bool html)
{
	if (html && text.p[at] == '&')
		for (size_t i = at; i < text.n && i < at + 12; i++)
			if (text.p[i] == ';')
				return i + 1;
	for (at++; at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80;)
		at++;
	return at;
}

static struct evidence part_evidence(const struct mail *mail, const struct source *source,
	size_t from, size_t to, struct arena *arena)
{
	const struct mail_text *decoded = source->decoded;
	struct mail_range range = {source->base + from, to - from}, raw;

	if (source->map) {
		range.at = source->map[from];
		range.n = (source->mapping == MAP_HTML
					  ? char_end(decoded->text, source->map[to - 1], true)
					  : source->map[to]) -
			  range.at;
	}
	raw = mail_text_raw(mail, decoded, range);
	return (struct evidence){
		.raw_at = raw.at,
		.raw_n = raw.n,
		.decoded_at = range.at,
		.decoded_n = range.n,
		.text = arena_span(arena, (struct span){decoded->text.p + range.at, range.n}),
	};
}

/* A field that stands in the file as it reads is pointed at exactly, an encoded one as a whole. */
static struct evidence field_evidence(const struct mail *mail, const struct source *source,
	size_t from, size_t to, struct arena *arena)
{
	struct span text = {source->text.p + from, to - from}, raw = source->raw;
	const char *plain = raw.n ? memmem(raw.p, raw.n, text.p, text.n) : NULL;

	if (plain)
		raw = (struct span){plain, text.n};
	return (struct evidence){
		.raw_at = (uint64_t)(raw.p - mail->bytes.p),
		.raw_n = raw.n,
		.decoded_at = source->base + from,
		.decoded_n = text.n,
		.text = arena_span(arena, text),
	};
}

struct evidence source_evidence(const struct mail *mail, const struct source *source, size_t from,
	size_t to, const char *field, struct arena *arena)
{
	struct evidence evidence = source->decoded ? part_evidence(mail, source, from, to, arena)
						   : field_evidence(mail, source, from, to, arena);

	evidence.part = source->part;
	evidence.field = field;
	return evidence;
}
