/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/matchtext.h"

#include <glib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"

#define STEPS_FEW 8

/* What servers and mail programs write for ASCII characters. An empty string: drawn as nothing. */
static const struct folding {
	int32_t from, to;
	const char *ascii;
} foldings[] = {
	{0x0085, 0x0085, " "},
	{0x00a0, 0x00a0, " "}, /* NBSP */
	{0x00ad, 0x00ad, ""},  /* soft hyphen */
	{0x00b4, 0x00b4, "'"},
	{0x1680, 0x1680, " "},
	{0x2000, 0x200a, " "},
	{0x200b, 0x200f, ""}, /* zero width, direction marks */
	{0x2010, 0x2015, "-"},
	{0x2018, 0x201b, "'"},
	{0x201c, 0x201f, "\""},
	{0x2026, 0x2026, "..."},
	{0x2028, 0x2029, " "},
	{0x202a, 0x202e, ""}, /* bidi controls */
	{0x202f, 0x202f, " "},
	{0x205f, 0x205f, " "},
	{0x2060, 0x2064, ""},
	{0x2212, 0x2212, "-"},
	{0x3000, 0x3000, " "}, /* ideographic space */
	{0xfeff, 0xfeff, ""},
	{0xff08, 0xff08, " ("}, /* brackets and the like that bring a blank of their own */
	{0xff09, 0xff09, ") "},
	{0xff0c, 0xff0c, ", "},
	{0xff1a, 0xff1a, ": "},
	{0xff1b, 0xff1b, "; "},
};

/* The ASCII for a character, or NULL when it stays. */
static const char *folded(int32_t c)
{
	size_t low = 0, high = G_N_ELEMENTS(foldings);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (c > foldings[middle].to)
			low = middle + 1;
		else if (c < foldings[middle].from)
			high = middle;
		else
			return foldings[middle].ascii;
	}
	return NULL;
}

struct writer {
	char *out;
	size_t n;
	struct match_step *steps;
	size_t steps_n, steps_room;
	size_t next; /* where the next byte comes from, if it follows */
	struct arena *arena;
	/* The reply whose lines are being read. */
	char prefix[24]; /* `550-5.1.1`, or `550-` */
	size_t prefix_n;
};

/* The bytes from here on come from there on. */
static void step_to(struct writer *w, size_t from)
{
	struct match_step step = {(uint32_t)w->n, (uint32_t)from};

	if (from == w->next && w->steps_n)
		return;
	w->next = from;
	if (w->steps_n && w->steps[w->steps_n - 1].at == step.at)
		w->steps_n--;
	if (w->steps_n == w->steps_room) {
		struct match_step *more;

		w->steps_room = MAX(2 * w->steps_room, STEPS_FEW);
		more = arena_alloc(w->arena, w->steps_room * sizeof *more);
		if (w->steps_n)
			memcpy(more, w->steps, w->steps_n * sizeof *more);
		w->steps = more;
	}
	w->steps[w->steps_n++] = step;
}

static void put(struct writer *w, char c, size_t from)
{
	if (c == ' ' && (w->n == 0 || w->out[w->n - 1] == ' '))
		return;
	step_to(w, from);
	w->out[w->n++] = c;
	w->next++;
}

/* What has to be known of a byte for it to stay as it is. */
enum byte_kind {
	BYTE_OTHER, /* it does not, or its neighbours count */
	BYTE_PLAIN,
	BYTE_DIGIT, /* within a word */
	BYTE_BLANK, /* behind anything but a blank */
};
static const unsigned char byte_kinds[256] = {
	[' '] = BYTE_BLANK,
	['!' ... '/'] = BYTE_PLAIN,
	['0' ... '9'] = BYTE_DIGIT,
	[':' ... '~'] = BYTE_PLAIN,
};

static inline bool goes_on(char last)
{
	return g_ascii_isalnum(last) || last == '.' || last == '-';
}

#ifdef __SSE2__
static inline __m128i same(__m128i x, char c)
{
	return _mm_cmpeq_epi8(x, _mm_set1_epi8(c));
}

/* Signed: what is no ASCII lies between nothing. */
static inline __m128i between(__m128i x, char low, char high)
{
	return _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8((char)(low - 1))),
		_mm_cmplt_epi8(x, _mm_set1_epi8((char)(high + 1))));
}

/* Bits: which of sixteen bytes do not stay as they are behind the one that precedes each. */
static inline unsigned not_plain(__m128i x, char last)
{
	const __m128i blanks = same(x, ' '), digits = between(x, '0', '9'),
		      letters = between(_mm_or_si128(x, _mm_set1_epi8(0x20)), 'a', 'z');
	const __m128i words = _mm_or_si128(
		_mm_or_si128(letters, digits), _mm_or_si128(same(x, '.'), same(x, '-')));
	const __m128i plain = between(x, ' ', '~');
	const unsigned blank = (unsigned)_mm_movemask_epi8(blanks),
		       word = (unsigned)_mm_movemask_epi8(words),
		       digit = (unsigned)_mm_movemask_epi8(digits);

	return (~(unsigned)_mm_movemask_epi8(plain) | (blank & (blank << 1 | (last == ' '))) |
		       (digit & ~(word << 1 | goes_on(last)))) &
	       0xffff;
}
#endif

/* Bytes at the front that stay as they are behind `last`. */
static size_t plain_length(struct span in, char last)
{
	size_t n = 0;

#ifdef __SSE2__
	for (; in.n - n >= 16; n += 16) {
		unsigned stops =
			not_plain(_mm_loadu_si128((const __m128i *)(const void *)(in.p + n)), last);

		if (stops)
			return n + (size_t)__builtin_ctz(stops);
		last = in.p[n + 15];
	}
#endif
	for (; n < in.n; n++) {
		unsigned char kind = byte_kinds[(unsigned char)in.p[n]];

		if (kind == BYTE_OTHER || (kind == BYTE_DIGIT && !goes_on(last)) ||
			(kind == BYTE_BLANK && last == ' '))
			break;
		last = in.p[n];
	}
	return n;
}

/* Takes what stays as it is at the front, and returns how many bytes that are. */
static size_t put_plain(struct writer *w, struct span in, size_t from)
{
	size_t n = plain_length(in, w->n ? w->out[w->n - 1] : ' ');

	if (!n)
		return 0;
	step_to(w, from);
	memcpy(w->out + w->n, in.p, n);
	w->n += n;
	w->next += n;
	return n;
}

static bool begins_word(const struct writer *w)
{
	return !goes_on(w->n ? w->out[w->n - 1] : ' ');
}

/* Length of `550-5.1.1`, `550-` (or, with `last`, `550 5.1.1`, `550 `) at `at`; 0 for none. */
static size_t prefix_at(struct span s, size_t at, bool last)
{
	size_t i = at + 4;

	if (at + 4 > s.n || (s.p[at] != '4' && s.p[at] != '5' && s.p[at] != '2') ||
		!g_ascii_isdigit(s.p[at + 1]) || !g_ascii_isdigit(s.p[at + 2]) ||
		s.p[at + 3] != (last ? ' ' : '-'))
		return 0;
	if (i + 5 > s.n || s.p[i] != s.p[at] || s.p[i + 1] != '.')
		return 4;
	while (i < s.n && i - at < sizeof(((struct writer *)0)->prefix) - 1 &&
		(g_ascii_isdigit(s.p[i]) || s.p[i] == '.'))
		i++;
	return i - at;
}

static bool same_prefix(const struct writer *w, const char *p, size_t n)
{
	return n == w->prefix_n && memcmp(p, w->prefix, 3) == 0 &&
	       memcmp(p + 4, w->prefix + 4, n - 4) == 0;
}

/*
 * Bytes to leave out at `at`, where a word begins: the code that a multi-line reply (RFC 5321
 * section 4.2.1) repeats. Its first line stays, its last one ends the reply.
 */
static size_t repeated_at(struct writer *w, struct span s, size_t at)
{
	size_t n = prefix_at(s, at, false);

	if (n && !w->prefix_n) {
		memcpy(w->prefix, s.p + at, n);
		w->prefix_n = n;
		return 0;
	}
	if (n)
		return same_prefix(w, s.p + at, n) ? n : 0;
	n = w->prefix_n ? prefix_at(s, at, true) : 0;
	if (!n || !same_prefix(w, s.p + at, n))
		return 0;
	w->prefix_n = 0;
	return n;
}

struct match_text match_text_new(struct span source, struct arena *arena)
{
	bool cut = source.n > MATCH_TEXT_MAX;
	size_t limit = cut ? MATCH_TEXT_MAX : source.n;
	struct writer w = {
		.out = arena_room(arena, limit + 1),
		.arena = arena,
	};
	size_t at = 0;

	/* The limit must not split a character. */
	while (cut && limit && (source.p[limit] & 0xc0) == 0x80)
		limit--;
	source.n = limit;
	while (at < limit) {
		size_t from = at += put_plain(&w, span_make(source.p + at, source.p + limit), at);

		if (at == limit)
			break;
		unsigned char byte = (unsigned char)source.p[at];

		if (g_ascii_isdigit((char)byte) && begins_word(&w)) {
			size_t skip = repeated_at(&w, source, at);

			if (skip) {
				at += skip;
				continue;
			}
		}
		if (byte < 0x80) {
			at++;
			put(&w, byte <= ' ' || byte == 0x7f ? ' ' : (char)byte, from);
			continue;
		}
		int32_t c = text_next(source, &at);
		const char *ascii = c < 0 ? "?" : folded(c);

		if (ascii) {
			for (; *ascii; ascii++)
				put(&w, *ascii, from);
		} else {
			for (; from < at; from++)
				put(&w, source.p[from], from);
		}
	}
	if (w.n && w.out[w.n - 1] == ' ') {
		w.n--;
		w.next--;
	}
	w.out[w.n] = '\0';
	step_to(&w, at);
	return (struct match_text){{w.out, w.n}, w.steps, w.steps_n, cut};
}

size_t match_origin(const struct match_text *text, size_t at)
{
	size_t low = 0, high = text->steps_n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (text->steps[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return text->steps[low].from + (at - text->steps[low].at);
}
