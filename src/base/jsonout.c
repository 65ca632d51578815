/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/jsonout.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"

void json_init(struct json *json, GString *out)
{
	*json = (struct json){.out = out};
	json->first[0] = true;
}

/*
 * Room for `n` more bytes behind what is written, so that they can be put without asking for each.
 * put_end says where they ended.
 */
static char *put_begin(GString *out, size_t n)
{
	if (out->allocated_len - out->len <= n) {
		gsize used = out->len;

		g_string_set_size(out, used + n);
		out->len = used;
	}
	return out->str + out->len;
}

static void put_end(GString *out, char *end)
{
	*end = '\0';
	out->len = (gsize)(end - out->str);
}

/* The first bytes and the last, which may be the same ones: with a size that is known to the
 * compiler two loads and two stores. */
static inline void put_ends(char *at, const char *text, size_t n, size_t size)
{
	memcpy(at, text, size);
	memcpy(at + n - size, text + n - size, size);
}

/* Keys and most values are short. */
static inline char *put_text(char *at, const char *text, size_t n)
{
	if (n > 2 * sizeof(uint64_t))
		memcpy(at, text, n);
	else if (n >= sizeof(uint64_t))
		put_ends(at, text, n, sizeof(uint64_t));
	else if (n >= sizeof(uint32_t))
		put_ends(at, text, n, sizeof(uint32_t));
	else
		for (size_t i = 0; i < n; i++)
			at[i] = text[i];
	return at + n;
}

static void put_byte(GString *out, char byte)
{
	char *at = put_begin(out, 1);

	*at++ = byte;
	put_end(out, at);
}

#define UNIT_MAX 6 /* bytes of a unit of UTF-16, escaped */

static char *put_unit(char *at, unsigned unit)
{
	static const char hex[] = "0123456789abcdef";
	const char escape[UNIT_MAX] = {'\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15],
		hex[unit >> 4 & 15], hex[unit & 15]};

	return put_text(at, escape, sizeof escape);
}

/* RFC 8259 section 7, with UTF-16 surrogates beyond the first plane; -1 is a byte that is no UTF-8.
 */
static char *put_escaped(char *at, int32_t c)
{
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* character, letter of its escape */

	for (size_t i = 0; i + 1 < sizeof named; i += 2)
		if (named[i] == c) {
			*at++ = '\\';
			*at++ = named[i + 1];
			return at;
		}
	if (c < 0)
		return put_unit(at, 0xfffd);
	if (c < 0x10000)
		return put_unit(at, (unsigned)c);
	at = put_unit(at, 0xd800 + (((unsigned)c - 0x10000) >> 10));
	return put_unit(at, 0xdc00 + (((unsigned)c - 0x10000) & 0x3ff));
}

/* Bytes that stand for themselves in a string. */
static const bool plain[256] = {
	[' '] = true,
	['!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
};

#ifdef __SSE2__
/* Copies sixteen bytes if none of them needs an escape. */
static inline bool put_sixteen(char *to, const char *from)
{
	const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)from);
	const __m128i bad = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f)),
		_mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
			_mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))));
	/* Signed: what is no ASCII is not above, either. */
	const __m128i printed = _mm_cmpgt_epi8(x, _mm_set1_epi8(0x1f));

	if (_mm_movemask_epi8(_mm_andnot_si128(bad, printed)) != 0xffff)
		return false;
	_mm_storeu_si128((__m128i *)(void *)to, x);
	return true;
}
#endif

/* Copies bytes at the front that need no escape, and says how many; the rest goes byte by byte. */
static size_t put_plain(char *to, struct span s)
{
	size_t n = 0;

#ifdef __SSE2__
	while (s.n - n >= 16 && put_sixteen(to + n, s.p + n))
		n += 16;
	/* The last sixteen, some of them once more. */
	if (n && s.n - n < 16 && put_sixteen(to + s.n - 16, s.p + s.n - 16))
		return s.n;
#endif
	for (; n < s.n && plain[(unsigned char)s.p[n]]; n++)
		to[n] = s.p[n];
	return n;
}

static size_t string_most(size_t n)
{
	return n * UNIT_MAX + 2;
}

static char *put_string(char *to, struct span s)
{
	*to++ = '"';
	for (size_t at = 0; at < s.n;) {
		size_t n = put_plain(to, span_from(s, at));

		to += n;
		at += n;
		if (at < s.n)
			to = put_escaped(to, text_next(s, &at));
	}
	*to++ = '"';
	return to;
}

/* The comma before a value that is not the first, and its key; room for `most` bytes more. */
static char *value_begin(struct json *json, struct span key, size_t most)
{
	char *to = put_begin(json->out, key.n + 4 + most);

	if (!json->first[json->depth])
		*to++ = ',';
	json->first[json->depth] = false;
	if (key.p) { /* ours, with nothing in it to escape */
		*to++ = '"';
		to = put_text(to, key.p, key.n);
		*to++ = '"';
		*to++ = ':';
	}
	return to;
}

static void put_value(struct json *json, struct span key, const char *value, size_t n)
{
	put_end(json->out, put_text(value_begin(json, key, n), value, n));
}

static void open_nest(struct json *json, struct span key, char bracket)
{
	put_value(json, key, &bracket, 1);
	g_assert(json->depth + 1 < JSON_DEPTH);
	json->first[++json->depth] = true;
}

static void close_nest(struct json *json, char bracket)
{
	g_assert(json->depth > 0);
	json->depth--;
	put_byte(json->out, bracket);
}

void json_put_object(struct json *json, struct span key)
{
	open_nest(json, key, '{');
}

void json_end_object(struct json *json)
{
	close_nest(json, '}');
}

void json_put_array(struct json *json, struct span key)
{
	open_nest(json, key, '[');
}

void json_end_array(struct json *json)
{
	close_nest(json, ']');
}

void json_put_string(struct json *json, struct span key, const char *value)
{
	struct span text = span_of(value);

	if (!value)
		json_put_null(json, key);
	else
		put_end(json->out, put_string(value_begin(json, key, string_most(text.n)), text));
}

void json_put_int(struct json *json, struct span key, int64_t value)
{
	char digits[24], *end = digits + sizeof digits, *at = end;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--at = '-';
	put_value(json, key, at, (size_t)(end - at));
}

void json_put_bool(struct json *json, struct span key, bool value)
{
	put_value(json, key, value ? "true" : "false", value ? 4 : 5);
}

void json_put_null(struct json *json, struct span key)
{
	put_value(json, key, "null", 4);
}

void json_list_begin(struct json_list *list, GString *out, bool lines)
{
	list->lines = lines;
	json_init(&list->json, out);
	if (!lines)
		json_begin_array(&list->json, NULL);
}

struct json *json_list_item(struct json_list *list)
{
	if (list->lines)
		json_init(&list->json, list->json.out);
	return &list->json;
}

void json_list_item_end(struct json_list *list)
{
	if (list->lines)
		put_byte(list->json.out, '\n');
}

void json_list_end(struct json_list *list)
{
	if (list->lines)
		return;
	json_end_array(&list->json);
	put_byte(list->json.out, '\n');
}
