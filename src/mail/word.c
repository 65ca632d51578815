/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Field values as text: unfolding, encoded words (RFC 2047). Read as senders write them: blanks and
 * question marks inside Q words, characters split between two words of one charset, 8-bit bytes
 * beside words.
 */
#include <glib.h>
#include <gmime/gmime.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "mail/line.h"
#include "mail/mail.h"
#include "mail/utf8.h"

struct word {
	struct span charset; /* without the language of RFC 2231 section 5 */
	char encoding;       /* 'b' or 'q' */
	struct span text;
};

struct writer {
	GString *out;
	GString *
		bytes; /* waiting for their charset: of one word, or of neighbours in one charset */
	struct span charset;
	const char *fallback; /* of bytes outside words */
	struct arena *arena;
};

/*
 * Line ends and NULs that came out of a charset or a word: the result is one line, and one string.
 */
static void blank_out(char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\r' || text[i] == '\n' || text[i] == '\0')
			text[i] = ' ';
}

/* One line of text: folds become one blank, other line ends and NULs too. */
static struct span unfold(struct span value, struct arena *arena)
{
	struct lines lines = lines_of(value);
	struct span line;
	GString *out;

	if (span_line_stop(value.p, lines.end) == lines.end && !memchr(value.p, '\0', value.n))
		return value;
	out = g_string_sized_new(value.n);
	while (lines_next(&lines, &line)) {
		line = span_trim(line);
		if (out->len && line.n)
			g_string_append_c(out, ' ');
		g_string_append_len(out, line.p, (gssize)line.n);
	}
	blank_out(out->str, out->len);
	value = (struct span){arena_span(arena, (struct span){out->str, out->len}), out->len};
	g_string_free(out, TRUE);
	return value;
}

/* Reads the encoded word at the head of `s`; returns its length, 0 when there is none. */
static size_t word_read(struct span s, struct word *word)
{
	const char *end = s.p + s.n, *p = s.p + 2, *star;

	word->charset.p = p;
	while (p < end && *p != '?' && (unsigned char)*p > ' ' && p - s.p < 64)
		p++;
	word->charset.n = (size_t)(p - word->charset.p);
	if (end - p < 5 || p[0] != '?' || p[2] != '?' || !word->charset.n)
		return 0;
	star = memchr(word->charset.p, '*', word->charset.n);
	if (star)
		word->charset.n = (size_t)(star - word->charset.p);
	word->encoding = g_ascii_tolower(p[1]);
	p += 3;
	word->text.p = p;
	for (; end - p >= 2; p++) {
		if (p[0] == '?' && p[1] == '=') {
			word->text.n = (size_t)(p - word->text.p);
			return word->encoding == 'b' || word->encoding == 'q'
				       ? (size_t)(p + 2 - s.p)
				       : 0;
		}
		if (p[0] == '=' && p[1] == '?' && (end - p == 2 || p[2] != '='))
			return 0; /* the next one begins, and this one never ended */
	}
	return 0;
}

static void word_decode(const struct word *word, GString *out)
{
	struct span t = word->text;

	if (word->encoding == 'b') {
		gsize before = out->len, made;
		int state = 0;
		guint32 save = 0;

		g_string_set_size(out, before + t.n + 4);
		made = g_mime_encoding_base64_decode_step(
			(const guchar *)t.p, t.n, (guchar *)out->str + before, &state, &save);
		if (state > 1)
			made += g_mime_encoding_base64_decode_step((const guchar *)"=", 1,
				(guchar *)out->str + before + made, &state, &save);
		g_string_set_size(out, before + made);
		return;
	}
	for (size_t i = 0; i < t.n; i++) {
		int high = i + 2 < t.n ? g_ascii_xdigit_value(t.p[i + 1]) : -1;
		int low = high >= 0 ? g_ascii_xdigit_value(t.p[i + 2]) : -1;

		if (t.p[i] == '=' && low >= 0) {
			g_string_append_c(out, (char)(high << 4 | low));
			i += 2;
		} else {
			g_string_append_c(out, t.p[i] == '_' ? ' ' : t.p[i]);
		}
	}
}

static void write_bytes(struct writer *w, struct span bytes, const char *label)
{
	struct span text = utf8_of(bytes, label, w->arena);
	gsize from = w->out->len;

	g_string_append_len(w->out, text.p, (gssize)text.n);
	blank_out(w->out->str + from, w->out->len - from);
}

static void flush(struct writer *w)
{
	char *label = arena_span(w->arena, w->charset);

	if (w->bytes->len)
		write_bytes(w, (struct span){w->bytes->str, w->bytes->len}, label);
	g_string_truncate(w->bytes, 0);
}

static bool same_charset(struct span a, struct span b)
{
	return a.n == b.n && g_ascii_strncasecmp(a.p, b.p, a.n) == 0;
}

static void text_write(struct writer *w, struct span value)
{
	size_t plain = 0, at = 0;
	bool after_word = false;

	while (at < value.n) {
		const char *mark = span_find(span_from(value, at), "=?");
		struct word word;
		struct span between;
		size_t n;

		if (!mark)
			break;
		at = (size_t)(mark - value.p);
		n = word_read(span_from(value, at), &word);
		if (!n) {
			at += 2;
			continue;
		}
		between = (struct span){value.p + plain, at - plain};
		if (!after_word || span_trim(between).n) {
			flush(w);
			write_bytes(w, between, w->fallback);
		} else if (!same_charset(word.charset, w->charset)) {
			flush(w);
		}
		w->charset = word.charset;
		word_decode(&word, w->bytes);
		at += n;
		plain = at;
		after_word = true;
	}
	flush(w);
	write_bytes(w, span_from(value, plain), w->fallback);
}

/* Printed ASCII on one line, without what may be an encoded word: as most values are. */
static bool is_plain(struct span value)
{
	size_t n = 0;

#ifdef __SSE2__
	const __m128i control = _mm_set1_epi8(0x1f), sign = _mm_set1_epi8('=');

	for (; value.n - n >= 16; n += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(value.p + n));

		/* Signed: what is no ASCII is not above, either. */
		if (_mm_movemask_epi8(_mm_andnot_si128(
			    _mm_cmpeq_epi8(x, sign), _mm_cmpgt_epi8(x, control))) != 0xffff)
			return false;
	}
#endif
	while (n < value.n && (signed char)value.p[n] >= ' ' && value.p[n] != '=')
		n++;
	return n == value.n;
}

char *mail_field_text(struct span value, const char *charset, struct arena *arena)
{
	struct writer w = {.fallback = charset, .arena = arena};
	char *text;

	value = span_trim(value);
	if (!charset && is_plain(value))
		return arena_span(arena, value);
	value = unfold(value, arena);
	if (!span_find(value, "=?")) {
		struct span read = utf8_of(value, charset, arena);

		text = arena_span(arena, read);
		if (read.p != value.p)
			blank_out(text, read.n);
		return text;
	}
	w.out = g_string_sized_new(value.n);
	w.bytes = g_string_new(NULL);
	text_write(&w, value);
	text = arena_span(arena, (struct span){w.out->str, w.out->len});
	g_string_free(w.out, TRUE);
	g_string_free(w.bytes, TRUE);
	return text;
}

/*
 * A multipart has no charset of its own: the first part inside that names one speaks for its
 * header.
 */
static const char *header_charset(const struct mail_part *part)
{
	const struct mail_part *end = mail_skip(part);

	while (part != end && !part->charset)
		part = mail_next(part);
	return part != end ? part->charset : NULL;
}

char *mail_header_text(const struct mail_part *part, const char *name, struct arena *arena)
{
	struct span value;

	if (!mail_field(part->header, name, 0, &value))
		return NULL;
	return mail_field_text(value, header_charset(part), arena);
}
