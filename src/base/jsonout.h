/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A streaming JSON writer. Strings are written with everything outside printable ASCII escaped,
 * so the output is always valid UTF-8 and safe on a terminal; bytes that are no UTF-8 become
 * U+FFFD. Commas and nesting are its business, not the caller's.
 */
#ifndef NIXIE_BASE_JSONOUT_H
#define NIXIE_BASE_JSONOUT_H

#include <glib.h>
#include <stdint.h>

#include "base/span.h"

#define JSON_DEPTH 24

struct json {
	GString *out; /* borrowed: the caller flushes and empties it */
	unsigned depth;
	bool first[JSON_DEPTH];
};

void json_init(struct json *json, GString *out);

/* `key` is SPAN_NONE inside arrays and at top level. A NULL string writes null. */
void json_put_object(struct json *json, struct span key);
void json_put_array(struct json *json, struct span key);
void json_put_string(struct json *json, struct span key, const char *value);
void json_put_int(struct json *json, struct span key, int64_t value);
void json_put_bool(struct json *json, struct span key, bool value);
void json_put_null(struct json *json, struct span key);
void json_end_object(struct json *json);
void json_end_array(struct json *json);

/* The same by a key that ends in NUL, or NULL; the length of one that is written there is known to
 * the compiler. */
static inline void json_begin_object(struct json *json, const char *key)
{
	json_put_object(json, span_of(key));
}

static inline void json_begin_array(struct json *json, const char *key)
{
	json_put_array(json, span_of(key));
}

static inline void json_string(struct json *json, const char *key, const char *value)
{
	json_put_string(json, span_of(key), value);
}

static inline void json_int(struct json *json, const char *key, int64_t value)
{
	json_put_int(json, span_of(key), value);
}

static inline void json_bool(struct json *json, const char *key, bool value)
{
	json_put_bool(json, span_of(key), value);
}

static inline void json_null(struct json *json, const char *key)
{
	json_put_null(json, span_of(key));
}

/* The values that a command prints: the elements of one array, or with `lines` a line each. */
struct json_list {
	struct json json;
	bool lines;
};

void json_list_begin(struct json_list *list, GString *out, bool lines);
/* Where the next value is written. json_list_item_end follows it. */
struct json *json_list_item(struct json_list *list);
void json_list_item_end(struct json_list *list);
void json_list_end(struct json_list *list);

#endif
