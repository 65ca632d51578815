/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTML reduced to its text in one pass. Blanks collapse as a browser shows them (outside <pre>),
 * block ends become LF, paragraphs an empty line, cells a blank. What never ends (a tag, a comment,
 * a script) is looked for once: after that the search is known to be in vain.
 *
 * The text is never longer than the source: a tag is at least three bytes and makes at most two, a
 * reference is never shorter than its character.
 */
#include <glib.h>

#include "mail/decode.h"
#include "mail/entity.h"

enum effect {
	EFFECT_BLANK,     /* between cells */
	EFFECT_LINE,      /* a line ends */
	EFFECT_BREAK,     /* <br>: also an empty line, when the line is empty */
	EFFECT_PARAGRAPH, /* an empty line */
	EFFECT_HIDDEN,    /* the contents are no text */
};

static const struct tag {
	const char *name;
	enum effect effect;
} tags[] = {
	{"address", EFFECT_LINE},
	{"article", EFFECT_LINE},
	{"blockquote", EFFECT_PARAGRAPH},
	{"body", EFFECT_LINE},
	{"br", EFFECT_BREAK},
	{"center", EFFECT_LINE},
	{"dd", EFFECT_LINE},
	{"div", EFFECT_LINE},
	{"dl", EFFECT_PARAGRAPH},
	{"dt", EFFECT_LINE},
	{"fieldset", EFFECT_LINE},
	{"form", EFFECT_LINE},
	{"h1", EFFECT_PARAGRAPH},
	{"h2", EFFECT_PARAGRAPH},
	{"h3", EFFECT_PARAGRAPH},
	{"h4", EFFECT_PARAGRAPH},
	{"h5", EFFECT_PARAGRAPH},
	{"h6", EFFECT_PARAGRAPH},
	{"head", EFFECT_LINE},
	{"hr", EFFECT_LINE},
	{"li", EFFECT_LINE},
	{"ol", EFFECT_PARAGRAPH},
	{"p", EFFECT_PARAGRAPH},
	{"pre", EFFECT_PARAGRAPH},
	{"script", EFFECT_HIDDEN},
	{"section", EFFECT_LINE},
	{"style", EFFECT_HIDDEN},
	{"table", EFFECT_PARAGRAPH},
	{"td", EFFECT_BLANK},
	{"th", EFFECT_BLANK},
	{"title", EFFECT_HIDDEN},
	{"tr", EFFECT_LINE},
	{"ul", EFFECT_PARAGRAPH},
};
#define TAG_NAME_MAX 10

struct reader {
	struct span in;
	size_t at;
	char *out;
	uint32_t *origin;
	size_t n;
	unsigned breaks; /* LFs at the end of the text; a start counts as two */
	size_t blank;    /* offset + 1 of a blank that waits for text, 0 for none */
	unsigned pre;    /* inside <pre> */
	bool no_tag_end, no_comment_end, no_quotes;
	bool no_hidden_end[G_N_ELEMENTS(tags)];
};

static void put(struct reader *r, const char *bytes, size_t n, size_t origin)
{
	if (r->blank) {
		r->out[r->n] = ' ';
		r->origin[r->n++] = (uint32_t)(r->blank - 1);
		r->blank = 0;
	}
	for (size_t i = 0; i < n; i++) {
		r->out[r->n] = bytes[i];
		r->origin[r->n++] = (uint32_t)origin;
	}
	r->breaks = 0;
}

static void put_break(struct reader *r, unsigned breaks, size_t origin)
{
	r->blank = 0;
	for (; r->breaks < breaks; r->breaks++) {
		r->out[r->n] = '\n';
		r->origin[r->n++] = (uint32_t)origin;
	}
}

static void put_blank(struct reader *r, size_t origin)
{
	if (!r->breaks && !r->blank)
		r->blank = origin + 1;
}

/*
 * The place behind the next `needle` from `from` on; 0 when there is none, which `*none`
 * remembers.
 */
static size_t behind(const struct reader *r, size_t from, const char *needle, bool *none)
{
	struct span rest = span_from(r->in, from);
	const char *found = *none ? NULL : span_find_nocase(rest, needle);

	*none = !found;
	return found ? (size_t)(found - r->in.p) + strlen(needle) : 0;
}

/*
 * The place behind the `>` of a tag; quoted attribute values may hold one. A quote that never ends
 * makes quotes count for nothing from there on.
 */
static size_t tag_end(struct reader *r)
{
	char quote = '\0', before = '\0';

	for (size_t i = r->at; !r->no_quotes && i < r->in.n; i++) {
		char c = r->in.p[i];

		if (quote) {
			if (c == quote)
				quote = '\0';
		} else if ((c == '"' || c == '\'') && before == '=') {
			quote = c;
		} else if (c == '>') {
			return i + 1;
		}
		if (!g_ascii_isspace(c))
			before = c;
	}
	r->no_quotes = true;
	return behind(r, r->at, ">", &r->no_tag_end);
}

static const struct tag *tag_find(struct span s)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tags); i++)
		if (span_equal_nocase(s, tags[i].name))
			return &tags[i];
	return NULL;
}

/* `<a@b.example>` that nobody escaped: no tag, and what a report is about. */
static bool is_address(struct span inside)
{
	size_t sign = 0;

	for (size_t i = 0; i < inside.n; i++) {
		if (g_ascii_isspace(inside.p[i]) || strchr("=\"'<>/", inside.p[i]))
			return false;
		if (inside.p[i] == '@')
			sign = i;
	}
	return sign > 0 && sign + 1 < inside.n;
}

/* Passes over the contents of a <script> or <style>; one that never ends hides nothing. */
static void hide(struct reader *r, const struct tag *tag)
{
	char end[TAG_NAME_MAX + 3] = "</";
	size_t at;

	g_strlcat(end, tag->name, sizeof end);
	at = behind(r, r->at, end, &r->no_hidden_end[tag - tags]);
	if (at)
		r->at = at - strlen(end);
}

static bool begins_tag(char c)
{
	return g_ascii_isalpha(c) || c == '!' || c == '?';
}

static void tag_read(struct reader *r)
{
	size_t begin = r->at, end, name, n = 0;
	bool closes = begin + 1 < r->in.n && r->in.p[begin + 1] == '/';
	const struct tag *tag;

	name = begin + 1 + closes;
	if (span_starts_nocase(span_from(r->in, begin), "<!--") &&
		(end = behind(r, begin + 4, "-->", &r->no_comment_end))) {
		r->at = end;
		return;
	}
	if (name == r->in.n || !begins_tag(r->in.p[name]) || !(end = tag_end(r)) ||
		is_address(span_make(r->in.p + name, r->in.p + end - 1))) {
		put(r, "<", 1, begin);
		r->at++;
		return;
	}
	while (g_ascii_isalnum(r->in.p[name + n]))
		n++;
	r->at = end;
	tag = tag_find((struct span){r->in.p + name, n});
	if (!tag)
		return;
	if (strcmp(tag->name, "pre") == 0)
		r->pre = closes ? r->pre - (r->pre > 0) : r->pre + 1;
	switch (tag->effect) {
	case EFFECT_BLANK:
		put_blank(r, begin);
		break;
	case EFFECT_LINE:
		put_break(r, 1, begin);
		break;
	case EFFECT_BREAK:
		put_break(r, MIN(r->breaks + 1, 2), begin);
		break;
	case EFFECT_PARAGRAPH:
		put_break(r, 2, begin);
		break;
	case EFFECT_HIDDEN:
		if (!closes)
			hide(r, tag);
		break;
	}
}

static void reference_read(struct reader *r)
{
	uint32_t codepoint;
	char bytes[6];
	size_t n = entity_read(span_from(r->in, r->at), &codepoint);

	if (n)
		put(r, bytes, (size_t)g_unichar_to_utf8(codepoint, bytes), r->at);
	else
		put(r, "&", 1, r->at);
	r->at += n ? n : 1;
}

struct mail_html mail_html_text(struct span html, struct arena *arena)
{
	struct reader r = {.in = {html.p, MIN(html.n, UINT32_MAX)}, .breaks = 2};

	r.out = arena_alloc(arena, r.in.n + 1);
	r.origin = arena_alloc(arena, (r.in.n + 1) * sizeof *r.origin);
	while (r.at < r.in.n) {
		char c = r.in.p[r.at];

		if (c == '<')
			tag_read(&r);
		else if (c == '&')
			reference_read(&r);
		else if (r.pre && c == '\n') {
			r.breaks = 0;
			put_break(&r, 1, r.at++);
		} else if (g_ascii_isspace(c) && (!r.pre || c == '\r'))
			put_blank(&r, r.at++);
		else {
			put(&r, &c, 1, r.at);
			r.at++;
		}
	}
	r.origin[r.n] = (uint32_t)r.in.n;
	return (struct mail_html){{r.out, r.n}, r.origin};
}
