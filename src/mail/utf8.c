/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which charset it is: the label where it fits, else what the bytes themselves say. */
#include "mail/utf8.h"

#include <glib.h>

#include "mail/charset.h"
#include "mail/convert.h"

static bool has(struct span s, char c)
{
	return s.n && memchr(s.p, c, s.n);
}

/* Are these bytes, all below 128, the text itself? */
static bool ascii_is_text(const struct charset *charset, struct span bytes)
{
	switch (charset->kind) {
	case CHARSET_ASCII:
	case CHARSET_UTF8:
	case CHARSET_BYTES:
		return true;
	case CHARSET_SHIFT:
		return !has(bytes, '\x1B') && !has(bytes, '\x0E');
	case CHARSET_UTF7:
		return !has(bytes, '+');
	default:
		return false;
	}
}

/*
 * Does every `+` of UTF-7 begin something (RFC 2152)? iconv would eat the plus of a sum in a text
 * that bears the label but not the encoding.
 */
static bool utf7_is_sound(struct span bytes)
{
	const char *end = bytes.p + bytes.n, *p = bytes.p;

	while ((p = memchr(p, '+', (size_t)(end - p)))) {
		const char *run = ++p;

		while (p < end && (g_ascii_isalnum(*p) || *p == '+' || *p == '/'))
			p++;
		if (p == run && (p == end || *p != '-'))
			return false;
	}
	return true;
}

/* Shortens UTF-8 text to at most `max` bytes, between two characters. */
static size_t utf8_head(const char *text, size_t n, size_t max)
{
	if (n <= max)
		return n;
	for (n = max; n && ((unsigned char)text[n] & 0xC0) == 0x80;)
		n--;
	return n;
}

/* Decodes by one charset. False, and nothing done, when it does not fit and `force` is not set. */
static bool decode_by(struct utf8_text *text, const struct charset *charset, struct span bytes,
	size_t max, bool force, struct arena *arena)
{
	struct span rest = span_from(bytes, text->skip);
	struct conversion c;
	bool fits;

	if (!convert_init(&c, charset, rest, max))
		return false;
	fits = force || convert_fits(&c);
	if (fits) {
		size_t n = utf8_head(c.text->str, c.text->len, max);

		text->name = charset->name;
		text->charset = charset;
		text->cut = n < c.text->len || c.used < rest.n;
		/* In UTF-16 a line end alone begins with what it becomes. */
		text->copied = c.used != c.text->len || memcmp(c.text->str, rest.p, n) != 0;
		text->text = (struct span){rest.p, n};
		if (text->copied) {
			text->text.p = arena_span(arena, (struct span){c.text->str, n});
			text->n_marks = c.marks->len;
			text->marks = arena_alloc(arena, text->n_marks * sizeof *text->marks);
			memcpy(text->marks, c.marks->data, text->n_marks * sizeof *text->marks);
		}
	}
	convert_clear(&c);
	return fits;
}

/* The bytes are the text. */
static void decode_as_is(struct utf8_text *text, const char *name, struct span bytes, size_t max)
{
	struct span rest = span_from(bytes, text->skip);

	text->name = name;
	text->text = (struct span){rest.p, utf8_head(rest.p, rest.n, max)};
	text->cut = text->text.n < rest.n;
}

/* The first byte that is no UTF-8; a NUL is. */
static const char *utf8_end(struct span s)
{
	const char *at = s.p, *end = s.p + s.n;

	while (at < end && !g_utf8_validate_len(at, (gsize)(end - at), &at) && *at == '\0')
		at++;
	return at;
}

/* Is the rest one character that was cut off? Reports are cut anywhere. */
static bool is_cut_off(struct span rest)
{
	return rest.n < 4 && g_utf8_get_char_validated(rest.p, (gssize)rest.n) == (gunichar)-2;
}

/*
 * A character cut off at the very end is left out; without a label, only where others speak
 * for UTF-8.
 */
static bool decode_utf8(
	struct utf8_text *text, struct span bytes, size_t max, bool labelled, struct arena *arena)
{
	const char *valid = utf8_end(bytes);
	struct span head = span_make(bytes.p, valid), rest = span_from(bytes, head.n);

	if (bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0)
		text->skip = 3;
	if (!rest.n || (is_cut_off(rest) && (labelled || !span_is_ascii(head)))) {
		decode_as_is(text, "UTF-8", head, max);
		return true;
	}
	if (decode_by(text, charset_by_key("utf8"), bytes, max, false, arena))
		return true;
	text->skip = 0;
	return false;
}

/*
 * A byte order mark of UTF-16 or UTF-32 and, with a label that leaves it open, where the
 * zeros stand.
 */
static const struct charset *wide_order(
	struct span bytes, const struct charset *labelled, size_t *mark)
{
	static const struct {
		const char *mark;
		size_t n;
		const char *key;
	} marks[] = {
		{"\xFF\xFE\0\0", 4, "utf32le"},
		{"\0\0\xFE\xFF", 4, "utf32be"},
		{"\xFF\xFE", 2, "utf16le"},
		{"\xFE\xFF", 2, "utf16be"},
	};
	size_t zeros[2] = {0, 0};

	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (bytes.n >= marks[i].n && memcmp(bytes.p, marks[i].mark, marks[i].n) == 0) {
			*mark = marks[i].n;
			return charset_by_key(marks[i].key);
		}
	*mark = 0;
	if (!labelled || strcmp(labelled->key, "utf16") != 0)
		return labelled;
	for (size_t i = 0; i < MIN(bytes.n, 1024); i++)
		zeros[i % 2] += bytes.p[i] == '\0';
	return zeros[1] > zeros[0] ? charset_by_key("utf16le") : labelled;
}

static bool decode_labelled(struct utf8_text *text, const struct charset *charset,
	struct span bytes, size_t max, struct arena *arena)
{
	if (charset->kind == CHARSET_UTF8)
		return decode_utf8(text, bytes, max, true, arena);
	if (charset->kind == CHARSET_WIDE2 || charset->kind == CHARSET_WIDE4)
		charset = wide_order(bytes, charset, &text->skip);
	if (charset_unit(charset) > 1 && !text->skip && !has(bytes, '\0'))
		return false; /* the label is wrong: any text has line ends or blanks */
	if (charset->kind == CHARSET_UTF7 && !utf7_is_sound(bytes))
		return false;
	for (; charset; charset = charset->next ? charset_by_key(charset->next) : NULL)
		if (decode_by(text, charset, bytes, max, false, arena))
			return true;
	text->skip = 0;
	return false;
}

/* No label that helps: byte order mark, escapes of ISO-2022-JP, UTF-8, Windows-1252. */
static void decode_guessed(
	struct utf8_text *text, struct span bytes, size_t max, bool ascii, struct arena *arena)
{
	const struct charset *wide = ascii ? NULL : wide_order(bytes, NULL, &text->skip);

	if (wide && decode_by(text, wide, bytes, max, false, arena))
		return;
	text->skip = 0;
	if (ascii) {
		if (has(bytes, '\x1B') && span_find(bytes, "\x1B$") &&
			decode_by(text, charset_by_key("iso2022jp"), bytes, max, false, arena))
			return;
		decode_as_is(text, "US-ASCII", bytes, max);
		return;
	}
	if (decode_utf8(text, bytes, max, false, arena))
		return;
	if (!decode_by(text, charset_by_key("windows1252"), bytes, max, true, arena))
		decode_by(text, charset_by_key("utf8"), bytes, max, true, arena);
}

struct utf8_text utf8_decode(struct span bytes, const char *label, size_t max, struct arena *arena)
{
	struct utf8_text text = {.text = {bytes.p, 0}, .name = "US-ASCII"};
	const struct charset *charset = charset_find(label, arena);
	bool ascii = span_is_ascii(bytes);

	if (charset && ascii && charset->kind != CHARSET_ASCII && ascii_is_text(charset, bytes))
		decode_as_is(&text, charset->name, bytes, max);
	else if (!charset || charset->kind == CHARSET_ASCII ||
		 !decode_labelled(&text, charset, bytes, max, arena))
		decode_guessed(&text, bytes, max, ascii, arena);
	return text;
}

struct span utf8_of(struct span bytes, const char *label, struct arena *arena)
{
	return utf8_decode(bytes, label, SIZE_MAX, arena).text;
}

struct mail_range utf8_source(
	const struct utf8_text *text, struct span bytes, struct mail_range range)
{
	if (text->copied)
		range = convert_source(text->charset, text->marks, text->n_marks,
			span_from(bytes, text->skip), range);
	range.at += text->skip;
	return range;
}
