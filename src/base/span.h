/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A span is a borrowed run of bytes: of a mapped mail, of a decoded part, of a table.
 * It owns nothing, need not end in NUL, and may hold any byte.
 */
#ifndef NIXIE_BASE_SPAN_H
#define NIXIE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *p;
	size_t n;
};

#define SPAN_NONE ((struct span){NULL, 0})
#define SPAN_LIT(s) ((struct span){(s), sizeof(s) - 1})
#define SPAN_INIT(s) \
	{ \
		(s), sizeof(s) - 1 \
	} /* in tables */

static inline struct span span_of(const char *s)
{
	return (struct span){s, s ? strlen(s) : 0};
}

static inline struct span span_make(const char *begin, const char *end)
{
	return (struct span){begin, (size_t)(end - begin)};
}

/* The rest of `s` from byte `from`; empty when `from` is past the end. */
static inline struct span span_from(struct span s, size_t from)
{
	return from >= s.n ? (struct span){s.p + s.n, 0} : (struct span){s.p + from, s.n - from};
}

/* g_ascii_tolower, without a call. */
static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline bool span_equal(struct span a, const char *b)
{
	return a.n == strlen(b) && (!a.n || memcmp(a.p, b, a.n) == 0);
}

/* ASCII case is folded in all of these; other bytes compare as they are. */
bool span_same_nocase(struct span a, struct span b);

/* Most comparisons end with the first byte: these two bytes are no forms of one letter. */
static inline bool span_differs_soon(struct span a, const char *b)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): without a place it has no bytes */
	return a.n && *b && (a.p[0] ^ *b) & 0xdf;
}

static inline bool span_equal_nocase(struct span a, const char *b)
{
	return !span_differs_soon(a, b) && span_same_nocase(a, span_of(b));
}

static inline bool span_starts_nocase(struct span a, const char *prefix)
{
	size_t n;

	if (span_differs_soon(a, prefix))
		return false;
	n = strlen(prefix);
	return a.n >= n && span_same_nocase((struct span){a.p, n}, (struct span){prefix, n});
}

static inline bool span_ends_nocase(struct span a, const char *suffix)
{
	size_t n = strlen(suffix);

	return a.n >= n && span_same_nocase(span_from(a, a.n - n), (struct span){suffix, n});
}

/* First place of `needle` in `a`, or NULL. */
const char *span_find_span_nocase(struct span a, struct span needle);
const char *span_find_span(struct span a, struct span needle);

/* The length of a literal is known to the compiler. */
static inline const char *span_find_nocase(struct span a, const char *needle)
{
	return span_find_span_nocase(a, span_of(needle));
}

static inline const char *span_find(struct span a, const char *needle)
{
	return span_find_span(a, span_of(needle));
}

bool span_is_ascii(struct span a);

struct span span_trimmed(struct span a);

/* Without blanks (space, TAB, CR, LF) at either end; most have none there. */
static inline struct span span_trim(struct span a)
{
	return a.n && a.p[0] > ' ' && a.p[a.n - 1] > ' ' ? a : span_trimmed(a);
}

/* The first of two bytes from `at` on, or `end`. */
const char *span_either(const char *at, const char *end, char a, char b);
/* The first digit, of ASCII, from `at` on, or `end`. */
const char *span_digit(const char *at, const char *end);
/* The first LF or CR from `at` on, or `end`. */
const char *span_line_stop(const char *at, const char *end);
/* The first line behind an LF or CR, from `at` on, that begins with two dashes, or `end`. */
const char *span_dashed_line(const char *at, const char *end);
/*
 * Cuts the next line off `*rest`: ends are LF, CRLF or a bare CR, and do not belong to `*line`.
 * False when nothing is left.
 */
bool span_line(struct span *rest, struct span *line);

/* A copy ending in NUL; NULs inside are kept (the length is lost). g_free it. */
char *span_dup(struct span a);

#endif
