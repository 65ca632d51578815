/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/jsonout.h"

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

static char *put_text(char *at, const char *text, size_t n)
{
	return (char *)memcpy(at, text, n) + n;
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

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

#define EACH(byte) ((uint64_t)0x0101010101010101 * (byte))

/* Of eight bytes at once: is none of them zero? */
static bool none_is_zero(uint64_t bytes)
{
	return !((bytes - EACH(0x01)) & ~bytes & EACH(0x80));
}

static bool all_are_plain(uint64_t bytes)
{
	return !((bytes | (bytes - EACH(' '))) & EACH(0x80)) && none_is_zero(bytes ^ EACH('"')) &&
	       none_is_zero(bytes ^ EACH('\\')) && none_is_zero(bytes ^ EACH(0x7f));
}

static size_t string_most(size_t n)
{
	return n * UNIT_MAX + 2;
}

static char *put_string(char *to, struct span s)
{
	*to++ = '"';
	for (size_t at = 0; at < s.n;) {
		for (uint64_t eight; s.n - at >= sizeof eight; at += sizeof eight) {
			memcpy(&eight, s.p + at, sizeof eight);
			if (!all_are_plain(eight))
				break;
			to = put_text(to, s.p + at, sizeof eight);
		}
		while (at < s.n && is_plain(s.p[at]))
			*to++ = s.p[at++];
		if (at < s.n)
			to = put_escaped(to, text_next(s, &at));
	}
	*to++ = '"';
	return to;
}

/* The comma before a value that is not the first, and its key; room for `most` bytes more. */
static char *value_begin(struct json *json, const char *key, size_t most)
{
	size_t n = key ? strlen(key) : 0;
	char *to = put_begin(json->out, n + 4 + most);

	if (!json->first[json->depth])
		*to++ = ',';
	json->first[json->depth] = false;
	if (key) { /* ours, with nothing in it to escape */
		*to++ = '"';
		to = put_text(to, key, n);
		*to++ = '"';
		*to++ = ':';
	}
	return to;
}

static void put_value(struct json *json, const char *key, const char *value, size_t n)
{
	put_end(json->out, put_text(value_begin(json, key, n), value, n));
}

static void open_nest(struct json *json, const char *key, char bracket)
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

void json_begin_object(struct json *json, const char *key)
{
	open_nest(json, key, '{');
}

void json_end_object(struct json *json)
{
	close_nest(json, '}');
}

void json_begin_array(struct json *json, const char *key)
{
	open_nest(json, key, '[');
}

void json_end_array(struct json *json)
{
	close_nest(json, ']');
}

void json_string(struct json *json, const char *key, const char *value)
{
	struct span text = span_of(value);

	if (!value)
		json_null(json, key);
	else
		put_end(json->out, put_string(value_begin(json, key, string_most(text.n)), text));
}

void json_int(struct json *json, const char *key, int64_t value)
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

void json_bool(struct json *json, const char *key, bool value)
{
	put_value(json, key, value ? "true" : "false", value ? 4 : 5);
}

void json_null(struct json *json, const char *key)
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
