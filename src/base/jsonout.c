/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/jsonout.h"

#include "base/text.h"

void json_init(struct json *json, GString *out)
{
	*json = (struct json){.out = out};
	json->first[0] = true;
}

static void put_unit(GString *out, unsigned unit)
{
	static const char hex[] = "0123456789abcdef";
	const char escape[] = {'\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15],
		hex[unit >> 4 & 15], hex[unit & 15]};

	g_string_append_len(out, escape, sizeof escape);
}

/* RFC 8259 section 7, with UTF-16 surrogates beyond the first plane; -1 is a byte that is no UTF-8.
 */
static void put_escaped(GString *out, int32_t c)
{
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* character, letter of its escape */

	for (size_t i = 0; i + 1 < sizeof named; i += 2)
		if (named[i] == c) {
			g_string_append_c(out, '\\');
			g_string_append_c(out, named[i + 1]);
			return;
		}
	if (c < 0)
		put_unit(out, 0xfffd);
	else if (c < 0x10000)
		put_unit(out, (unsigned)c);
	else {
		put_unit(out, 0xd800 + (((unsigned)c - 0x10000) >> 10));
		put_unit(out, 0xdc00 + (((unsigned)c - 0x10000) & 0x3ff));
	}
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void put_string(GString *out, struct span s)
{
	g_string_append_c(out, '"');
	for (size_t at = 0; at < s.n;) {
		size_t plain = at;

		while (plain < s.n && is_plain(s.p[plain]))
			plain++;
		if (plain > at)
			g_string_append_len(out, s.p + at, (gssize)(plain - at));
		at = plain;
		if (at < s.n)
			put_escaped(out, text_next(s, &at));
	}
	g_string_append_c(out, '"');
}

/* The comma before a value that is not the first, and its key. */
static void begin_value(struct json *json, const char *key)
{
	if (!json->first[json->depth])
		g_string_append_c(json->out, ',');
	json->first[json->depth] = false;
	if (key) { /* ours, with nothing in it to escape */
		g_string_append_c(json->out, '"');
		g_string_append(json->out, key);
		g_string_append(json->out, "\":");
	}
}

static void open_nest(struct json *json, const char *key, char bracket)
{
	begin_value(json, key);
	g_string_append_c(json->out, bracket);
	g_assert(json->depth + 1 < JSON_DEPTH);
	json->first[++json->depth] = true;
}

static void close_nest(struct json *json, char bracket)
{
	g_assert(json->depth > 0);
	json->depth--;
	g_string_append_c(json->out, bracket);
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
	if (!value) {
		json_null(json, key);
		return;
	}
	begin_value(json, key);
	put_string(json->out, span_of(value));
}

void json_int(struct json *json, const char *key, int64_t value)
{
	char digits[24], *at = digits + sizeof digits;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	begin_value(json, key);
	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--at = '-';
	g_string_append_len(json->out, at, digits + sizeof digits - at);
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin_value(json, key);
	g_string_append(json->out, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
	begin_value(json, key);
	g_string_append(json->out, "null");
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
		g_string_append_c(list->json.out, '\n');
}

void json_list_end(struct json_list *list)
{
	if (list->lines)
		return;
	json_end_array(&list->json);
	g_string_append_c(list->json.out, '\n');
}
