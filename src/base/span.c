/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/span.h"

#include <glib.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline unsigned char lower(char c)
{
	unsigned char byte = (unsigned char)c;

	return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint64_t eight(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return word;
}

/* Eight bytes with small letters: 0x20 is set where the high bits of the sums say A to Z. */
static inline uint64_t lower_eight(uint64_t word)
{
	uint64_t low = word & ~EACH(0x80);
	uint64_t from_a = low + EACH(128 - 'A'), after_z = low + EACH(127 - 'Z');

	return word | ((from_a ^ after_z) & ~word & EACH(0x80)) >> 2;
}

static inline bool same_eight(uint64_t x, uint64_t y)
{
	return x == y || lower_eight(x) == lower_eight(y);
}

/* Four to eight bytes, some of them twice. */
static inline uint64_t few(const char *p, size_t n)
{
	uint32_t first, last;

	memcpy(&first, p, sizeof first);
	memcpy(&last, p + n - sizeof last, sizeof last);
	return (uint64_t)first << 32 | last;
}

bool span_same_nocase(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	if (a.n < 4) {
		for (size_t i = 0; i < a.n; i++)
			if (lower(a.p[i]) != lower(b.p[i]))
				return false;
		return true;
	}
	if (a.n < 8)
		return same_eight(few(a.p, a.n), few(b.p, a.n));
	for (size_t i = 0; i + 8 < a.n; i += 8)
		if (!same_eight(eight(a.p + i), eight(b.p + i)))
			return false;
	return same_eight(eight(a.p + a.n - 8), eight(b.p + a.n - 8));
}

/* The first place from `at` on whose byte, and the one `n - 1` behind it, might be those of the
 * needle; at most `end`. */
static inline size_t next_place(const char *p, size_t at, size_t end, size_t n, const char *needle)
{
	const unsigned char first = lower(needle[0]), last = lower(needle[n - 1]);

#ifdef __SSE2__
	/* Sixteen places at once. 0x20 makes small letters of capitals, and is no harm elsewhere:
	 * what is found is compared again. */
	const __m128i small = _mm_set1_epi8(0x20);
	const __m128i firsts = _mm_set1_epi8((char)(first | 0x20));
	const __m128i lasts = _mm_set1_epi8((char)(last | 0x20));

	for (; at + 16 <= end; at += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + at));
		__m128i y = _mm_loadu_si128((const __m128i *)(const void *)(p + at + n - 1));
		int hits = _mm_movemask_epi8(
			_mm_and_si128(_mm_cmpeq_epi8(_mm_or_si128(x, small), firsts),
				_mm_cmpeq_epi8(_mm_or_si128(y, small), lasts)));

		if (hits)
			return at + (size_t)__builtin_ctz((unsigned)hits);
	}
#endif
	while (at < end && (lower(p[at]) != first || lower(p[at + n - 1]) != last))
		at++;
	return at;
}

const char *span_find_span_nocase(struct span a, struct span needle)
{
	const size_t n = needle.n;
	size_t end;

	if (n == 0 || n > a.n)
		return n ? NULL : a.p;
	end = a.n - n + 1;
	for (size_t at = 0; (at = next_place(a.p, at, end, n, needle.p)) < end; at++)
		if (span_same_nocase((struct span){a.p + at, n}, needle))
			return a.p + at;
	return NULL;
}

const char *span_find_span(struct span a, struct span needle)
{
	const size_t n = needle.n;
	size_t end;

	if (n == 0 || n > a.n)
		return n || !a.n ? NULL : a.p;
	end = a.n - n + 1;
	for (size_t at = 0; (at = next_place(a.p, at, end, n, needle.p)) < end; at++)
		if (memcmp(a.p + at, needle.p, n) == 0)
			return a.p + at;
	return NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trimmed(struct span a)
{
	const char *begin = a.p, *end = a.p + a.n;

	while (begin < end && is_blank(*begin))
		begin++;
	while (begin < end && is_blank(end[-1]))
		end--;
	return span_make(begin, end);
}

bool span_is_ascii(struct span a)
{
	size_t at = 0;

	for (; at + sizeof(uint64_t) <= a.n; at += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, a.p + at, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			return false;
	}
	for (; at < a.n; at++)
		if (a.p[at] & 0x80)
			return false;
	return true;
}

#ifdef __SSE2__
static inline __m128i sixteen(const char *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}
#endif

#ifdef __SSE2__
/* Bit i: the byte i behind `at` is one of the two. */
static inline uint64_t either_of(const char *at, __m128i as, __m128i bs)
{
	const __m128i x = sixteen(at);

	return (unsigned)_mm_movemask_epi8(
		_mm_or_si128(_mm_cmpeq_epi8(x, as), _mm_cmpeq_epi8(x, bs)));
}
#endif

/* Most lines end within 64 bytes: how many of sixteen they take would be anybody's guess. */
static inline const char *either(const char *at, const char *end, char a, char b)
{
#ifdef __SSE2__
	const __m128i as = _mm_set1_epi8(a), bs = _mm_set1_epi8(b);

	for (; end - at >= 64; at += 64) {
		uint64_t hits = either_of(at, as, bs) | either_of(at + 16, as, bs) << 16 |
				either_of(at + 32, as, bs) << 32 | either_of(at + 48, as, bs) << 48;

		if (hits)
			return at + __builtin_ctzll(hits);
	}
	for (; end - at >= 16; at += 16) {
		uint64_t hits = either_of(at, as, bs);

		if (hits)
			return at + __builtin_ctzll(hits);
	}
#endif
	while (at < end && *at != a && *at != b)
		at++;
	return at;
}

const char *span_either(const char *at, const char *end, char a, char b)
{
	return either(at, end, a, b);
}

/* Both ends in one pass: two searches would read a text of bare CRs to its end for each line. */
const char *span_line_stop(const char *at, const char *end)
{
	return either(at, end, '\n', '\r');
}

const char *span_dashed_line(const char *at, const char *end)
{
#ifdef __SSE2__
	const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'), dash = _mm_set1_epi8('-');

	for (; end - at >= 16 + 2; at += 16) {
		const __m128i x = sixteen(at);
		const __m128i dashes = _mm_and_si128(_mm_cmpeq_epi8(sixteen(at + 1), dash),
			_mm_cmpeq_epi8(sixteen(at + 2), dash));
		int hits = _mm_movemask_epi8(_mm_and_si128(
			dashes, _mm_or_si128(_mm_cmpeq_epi8(x, lf), _mm_cmpeq_epi8(x, cr))));

		if (hits)
			return at + __builtin_ctz((unsigned)hits) + 1;
	}
#endif
	for (; end - at > 2; at++)
		if ((*at == '\n' || *at == '\r') && at[1] == '-' && at[2] == '-')
			return at + 1;
	return end;
}

const char *span_digit(const char *at, const char *end)
{
#ifdef __SSE2__
	/* Moved to the upper end of the signed bytes, where nothing else gets. */
	const __m128i up = _mm_set1_epi8(127 - '9'), below = _mm_set1_epi8(127 - 10);

	for (; end - at >= 16; at += 16) {
		int hits = _mm_movemask_epi8(_mm_cmpgt_epi8(_mm_add_epi8(sixteen(at), up), below));

		if (hits)
			return at + __builtin_ctz((unsigned)hits);
	}
#endif
	while (at < end && !(*at >= '0' && *at <= '9'))
		at++;
	return at;
}

bool span_line(struct span *rest, struct span *line)
{
	const char *end = rest->p + rest->n;
	const char *stop;

	if (!rest->n)
		return false;
	stop = span_line_stop(rest->p, end);
	if (stop == end) {
		*line = *rest;
		*rest = (struct span){end, 0};
		return true;
	}
	*line = span_make(rest->p, stop);
	stop += *stop == '\r' && stop + 1 < end && stop[1] == '\n' ? 2 : 1;
	*rest = span_make(stop, end);
	return true;
}

char *span_dup(struct span a)
{
	char *copy = g_malloc(a.n + 1);

	if (a.n)
		memcpy(copy, a.p, a.n);
	copy[a.n] = '\0';
	return copy;
}
