/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/plaintext.h"

#include "base/strhash.h"

#include <stdint.h>

#define DEPTH_MAX 64 /* objects whose values are told apart; deeper ones count as one */
#define TOKEN_MAX 10000

struct token {
	uint32_t at, n;  /* in the plain text */
	uint32_t object; /* number of the object that it stands in */
	uint32_t next;   /* token of the same value + 1; 0: none */
};

/* The plain text while it grows; never longer than what it is made of. */
struct writer {
	struct plaintext *plain;
	const struct source *base;
	struct span in;
	size_t from; /* of `in` in the source's text */
	char *out;
	uint32_t *map;
	size_t n;
	GHashTable *last; /* value -> its last token + 1; the keys are those of plain->first */
};

static struct plaintext *plain_new(void)
{
	struct plaintext *plain = g_new0(struct plaintext, 1);

	plain->tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	plain->first = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	return plain;
}

void plaintext_free(struct plaintext *plain)
{
	if (!plain)
		return;
	g_array_unref(plain->tokens);
	g_hash_table_unref(plain->first);
	g_free(plain);
}

static void writer_init(struct writer *w, const struct source *base, struct span in,
	struct plaintext *plain, struct arena *arena)
{
	*w = (struct writer){
		.plain = plain,
		.base = base,
		.in = in,
		.from = (size_t)(in.p - base->text.p),
		.out = arena_alloc(arena, in.n + 1),
		.map = arena_alloc(arena, (in.n + 2) * sizeof *w->map),
		.last = g_hash_table_new(strhash, g_str_equal),
	};
}

/* Where byte `at` of what is read stands in the decoded text. */
static uint32_t origin_of(const struct writer *w, size_t at)
{
	at += w->from;
	return w->base->map ? w->base->map[at] : (uint32_t)(w->base->base + at);
}

static void put(struct writer *w, char c, size_t at)
{
	w->out[w->n] = c;
	w->map[w->n++] = origin_of(w, at);
}

static void writer_end(struct writer *w, struct arena *arena)
{
	struct source *source = arena_make(arena, struct source);

	w->out[w->n] = '\0';
	w->map[w->n] = origin_of(w, w->in.n);
	*source = *w->base;
	source->text = (struct span){w->out, w->n};
	source->map = w->map;
	source->mapping = w->base->mapping == MAP_HTML ? MAP_HTML : MAP_EXACT;
	source->base = 0;
	w->plain->source = source;
	g_hash_table_unref(w->last);
}

static void add_token(struct writer *w, size_t from, uint32_t object)
{
	GArray *tokens = w->plain->tokens;
	struct token token = {(uint32_t)from, (uint32_t)(w->n - from), object, 0};
	gpointer last;
	char *value;

	if (!token.n || token.n > TOKEN_MAX || memchr(w->out + from, '\0', token.n))
		return;
	g_array_append_val(tokens, token);
	value = g_strndup(w->out + from, token.n);
	last = g_hash_table_lookup(w->last, value);
	if (last) {
		g_array_index(tokens, struct token, GPOINTER_TO_UINT(last) - 1).next = tokens->len;
		g_hash_table_insert(w->last, value, GUINT_TO_POINTER(tokens->len));
		g_free(value); /* the table keeps the key that it has */
	} else {
		g_hash_table_insert(w->plain->first, value, GUINT_TO_POINTER(tokens->len));
		g_hash_table_insert(w->last, value, GUINT_TO_POINTER(tokens->len));
	}
}

/* --- JSON (RFC 8259) */

static int hex4(struct span in, size_t at)
{
	int value = 0;

	for (size_t i = at; i < at + 4; i++) {
		int digit = i < in.n ? g_ascii_xdigit_value(in.p[i]) : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* `\uXXXX`, or two of them that are one character, at `at`. Returns the bytes read. */
static size_t put_unicode(struct writer *w, size_t at)
{
	int c = hex4(w->in, at + 2), low;
	size_t used = 6;
	char utf8[6];
	int n;

	if (c >= 0xd800 && c < 0xdc00 && at + 12 <= w->in.n && w->in.p[at + 6] == '\\' &&
		w->in.p[at + 7] == 'u' && (low = hex4(w->in, at + 8)) >= 0xdc00 && low < 0xe000) {
		c = 0x10000 + (c - 0xd800) * 0x400 + (low - 0xdc00);
		used = 12;
	}
	n = g_unichar_to_utf8((gunichar)MAX(c, 0), utf8);
	for (int i = 0; i < n; i++)
		put(w, utf8[i], at);
	return used;
}

static size_t put_escape(struct writer *w, size_t at)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *known = strchr(from, w->in.p[at + 1]);

	if (w->in.p[at + 1] == 'u')
		return put_unicode(w, at);
	put(w, known && *known ? to[known - from] : w->in.p[at + 1], at);
	return 2;
}

/* The string whose opening quote stands at `at`. Returns where it ends. */
static size_t put_string(struct writer *w, size_t at, uint32_t object)
{
	size_t from;

	put(w, '"', at++);
	from = w->n;
	while (at < w->in.n && w->in.p[at] != '"') {
		if (w->in.p[at] == '\\' && at + 1 < w->in.n) {
			at += put_escape(w, at);
		} else {
			put(w, w->in.p[at], at);
			at++;
		}
	}
	add_token(w, from, object);
	if (at < w->in.n)
		put(w, '"', at++);
	return at;
}

static bool is_number_char(char c)
{
	return g_ascii_isdigit(c) || c == '.' || c == '-';
}

/* `in` is valid JSON with something behind it. */
static void put_json(struct writer *w)
{
	uint32_t open[DEPTH_MAX] = {0}, objects = 0;
	size_t depth = 0, at = 0;

	while (at < w->in.n) {
		uint32_t object = open[MIN(depth, DEPTH_MAX - 1)];
		size_t from = w->n;

		switch (w->in.p[at]) {
		case '"':
			at = put_string(w, at, object);
			continue;
		case '{':
			depth++;
			if (depth < DEPTH_MAX)
				open[depth] = ++objects;
			break;
		case '}':
			depth -= depth > 0;
			break;
		default:
			break;
		}
		if (!is_number_char(w->in.p[at])) {
			put(w, w->in.p[at], at);
			at++;
			continue;
		}
		for (; at < w->in.n && is_number_char(w->in.p[at]); at++)
			put(w, w->in.p[at], at);
		add_token(w, from, object);
	}
}

#define OPEN_MAX 256 /* brackets that are closed again */

/*
 * A cut document up to its last whole value, and the brackets that are open there closed: `{"a":
 * [1, 2`. Returns its length in `text`, which has room for OPEN_MAX bytes more; 0 where nothing is
 * whole. `*kept` takes the bytes that were there.
 */
static size_t close_json(char *text, size_t n, size_t *kept)
{
	char open[OPEN_MAX], last[OPEN_MAX];
	size_t depth = 0, last_depth = 0;
	bool quoted = false;

	*kept = 0;
	for (size_t at = 0; at < n && depth < OPEN_MAX; at++) {
		char c = text[at];

		if (quoted) {
			if (c == '\\')
				at++;
			else
				quoted = c != '"';
			continue;
		}
		quoted = c == '"';
		if (c == '{' || c == '[')
			open[depth++] = c == '{' ? '}' : ']';
		else if ((c == '}' || c == ']') && (!depth || open[--depth] != c))
			break;
		if (c != ',' && c != '}' && c != ']')
			continue;
		*kept = c == ',' ? at : at + 1;
		last_depth = depth;
		memcpy(last, open, depth);
	}
	for (n = *kept; n && last_depth; n++)
		text[n] = last[--last_depth];
	return n;
}

/* NULL where nothing can be read. `*n` becomes the bytes that the value takes. */
static json_t *parse(char *clean, size_t *n, bool *cut)
{
	json_error_t error;
	json_t *root = json_loadb(clean, *n, JSON_DISABLE_EOF_CHECK, &error);
	size_t whole, kept;

	*cut = !root;
	if (root) {
		*n = MIN(*n, (size_t)MAX(error.position, 0));
		return root;
	}
	whole = close_json(clean, *n, &kept);
	*n = kept;
	return whole ? json_loadb(clean, whole, JSON_DISABLE_EOF_CHECK, &error) : NULL;
}

struct plaintext *plaintext_of_json(
	const struct source *source, struct span part, struct arena *arena, json_t **root)
{
	/* Mails fold long lines inside strings, where JSON allows no line break. */
	char *clean = arena_alloc(arena, part.n + OPEN_MAX);
	struct plaintext *plain;
	struct writer w;
	bool cut;

	for (size_t i = 0; i < part.n; i++)
		clean[i] = (unsigned char)part.p[i] < ' ' ? ' ' : part.p[i];
	*root = parse(clean, &part.n, &cut);
	if (!*root)
		return NULL;
	plain = plain_new();
	plain->cut = cut;
	writer_init(&w, source, part, plain, arena);
	w.in.p = clean; /* the same places */
	put_json(&w);
	writer_end(&w, arena);
	return plain;
}

/* --- Forms */

static void put_form_text(struct writer *w, size_t at, size_t end)
{
	while (at < end) {
		int high = at + 2 < end && w->in.p[at] == '%'
				   ? g_ascii_xdigit_value(w->in.p[at + 1])
				   : -1;
		int low = high >= 0 ? g_ascii_xdigit_value(w->in.p[at + 2]) : -1;

		if (low >= 0) {
			put(w, (char)(high * 16 + low), at);
			at += 3;
		} else {
			put(w, w->in.p[at] == '+' ? ' ' : w->in.p[at], at);
			at++;
		}
	}
}

static size_t find_char(struct span in, char c, size_t at, size_t end)
{
	const char *found = at < end ? memchr(in.p + at, c, end - at) : NULL;

	return found ? (size_t)(found - in.p) : end;
}

struct plaintext *plaintext_of_form(
	const struct source *source, struct span part, struct arena *arena, json_t **root)
{
	struct plaintext *plain = plain_new();
	struct writer w;

	*root = json_object();
	writer_init(&w, source, part, plain, arena);
	for (size_t at = 0, end; at < part.n; at = end + 1) {
		size_t equals, name = w.n, value;

		end = find_char(part, '&', at, part.n);
		equals = find_char(part, '=', at, end);
		put_form_text(&w, at, equals);
		w.out[w.n] = '\0';
		value = w.n;
		if (equals < end) {
			put(&w, '=', equals);
			value = w.n;
			put_form_text(&w, equals + 1, end);
			add_token(&w, value, 0);
			w.out[value - 1] = '\0'; /* for the name */
			json_object_set_new(
				*root, w.out + name, json_stringn(w.out + value, w.n - value));
			w.out[value - 1] = '=';
		}
		if (end < part.n)
			put(&w, '&', end);
	}
	writer_end(&w, arena);
	return plain;
}

/* --- Places */

static struct span span_of_token(const struct plaintext *plain, const struct token *token)
{
	return token ? (struct span){plain->source->text.p + token->at, token->n} : SPAN_NONE;
}

/* The token that holds `near`; NULL. */
static const struct token *token_at(const struct plaintext *plain, struct span near)
{
	size_t at = near.n ? (size_t)(near.p - plain->source->text.p) : 0;
	guint low = 0, high = near.n ? plain->tokens->len : 0;

	while (low < high) {
		guint middle = (low + high) / 2;

		if (g_array_index(plain->tokens, struct token, middle).at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &g_array_index(plain->tokens, struct token, low - 1) : NULL;
}

#define TRIES_MAX 1000 /* equal values that are looked at */

/* Objects are read as they follow each other, so the next search begins where this one ended. */
struct span plaintext_place(struct plaintext *plain, const char *value, struct span near)
{
	const struct token *home = token_at(plain, near), *found = NULL;
	gpointer key, first;
	guint index;

	if (!g_hash_table_lookup_extended(plain->first, value, &key, &first))
		return SPAN_NONE;
	index = GPOINTER_TO_UINT(first);
	for (int tries = 0; index && tries < TRIES_MAX; tries++) {
		const struct token *token = &g_array_index(plain->tokens, struct token, index - 1);

		if (!found || (home && found->at < home->at))
			found = token;
		if (!home || token->object == home->object) {
			found = token;
			break;
		}
		if (token->object > home->object)
			break;
		index = token->next;
	}
	if (home && index)
		g_hash_table_replace(plain->first, g_strdup(key), GUINT_TO_POINTER(index));
	return span_of_token(plain, found);
}
