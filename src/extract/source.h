/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where facts are read, with the way back to the bytes of the file. A source is a text: a decoded
 * part of the mail or a field of its header. A passage is a stretch of a source, or several put
 * together, of which each byte still knows its place.
 */
#ifndef NIXIE_EXTRACT_SOURCE_H
#define NIXIE_EXTRACT_SOURCE_H

#include "extract/report.h"
#include "mail/decode.h"

struct source {
	const char *part;                /* section number, or "header" */
	struct span text;                /* UTF-8 */
	const struct mail_text *decoded; /* NULL for a header field */
	size_t base;                     /* where text begins in the decoded one */
	const uint32_t *map; /* text is no part of the decoded one: offsets in it, text.n + 1 */
	enum { MAP_NONE, MAP_HTML, MAP_EXACT } mapping; /* HTML has tags between its words */
	struct span raw; /* of a header field: its value in the file */
};

/* A part as text. HTML is reduced to its words. */
struct source *source_of_part(const struct mail_part *part, size_t max, struct arena *arena);
/* What follows `at`, a place in the source's text. */
struct source *source_tail(const struct source *source, const char *at, struct arena *arena);
/* A field's raw value and what it reads as. NULL where the field is missing. */
struct source *source_of_field(struct span raw, const char *text, struct arena *arena);

struct passage {
	const struct source *source; /* NULL: nothing was said */
	struct span text;
	const uint32_t *origin; /* offsets in source->text; NULL when text lies in it */
};

#define PASSAGE_NONE ((struct passage){NULL, {NULL, 0}, NULL})

static inline struct passage passage_of(const struct source *source, struct span text)
{
	return (struct passage){source, text, NULL};
}

static inline bool passage_is_empty(const struct passage *passage)
{
	return !passage->source || !passage->text.n;
}

/* Where byte `at` of a passage stands in its source. */
static inline size_t passage_origin(const struct passage *passage, size_t at)
{
	return passage->origin ? passage->origin[at]
			       : (size_t)(passage->text.p - passage->source->text.p) + at;
}

/* Pieces of one source put together; a blank goes between them. */
struct passage_builder {
	const struct source *source;
	GArray *pieces; /* struct span */
};
void passage_add(struct passage_builder *builder, struct span piece);
/* The same, before all pieces that are there. */
void passage_add_first(struct passage_builder *builder, struct span piece);
/* The pieces as one passage; empties the builder. */
struct passage passage_end(struct passage_builder *builder, struct arena *arena);

/* Evidence for bytes `from` up to `to` of a source's text. */
struct evidence source_evidence(const struct mail *mail, const struct source *source, size_t from,
	size_t to, const char *field, struct arena *arena);

#endif
