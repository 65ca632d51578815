/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parameters of structured fields (RFC 2045 section 5.1), with the pieces and charsets of RFC 2231.
 */
#include <glib.h>

#include "mail/field.h"
#include "mail/mail.h"
#include "mail/utf8.h"

struct piece {
	unsigned nth;
	bool extended; /* `*` at the end: percent escapes */
	struct span value;
};

/*
 * Is `found` the parameter `name`, or a piece of it: name, name*, name*3, name*3*? A plain one is
 * told by false in `*pieced`.
 */
static bool piece_read(struct span found, const char *name, struct piece *piece, bool *pieced)
{
	size_t n = strlen(name), digits = 0;

	*pieced = false;
	if (!span_starts_nocase(found, name))
		return false;
	if (found.n == n)
		return true;
	if (found.p[n] != '*')
		return false;
	*pieced = true;
	found = span_from(found, n + 1);
	piece->nth = 0;
	while (digits < found.n && digits < 5 && g_ascii_isdigit(found.p[digits]))
		piece->nth = piece->nth * 10 + (unsigned)(found.p[digits++] - '0');
	found = span_from(found, digits);
	piece->extended = found.n == 1 ? found.p[0] == '*' : digits == 0;
	return found.n == 0 || (found.n == 1 && found.p[0] == '*');
}

static int piece_order(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return (x->nth > y->nth) - (x->nth < y->nth);
}

/*
 * A value without quotes and backslashes, into room for all of it; line ends inside it are folds,
 * and go. Returns its length.
 */
static size_t unquote(struct span value, char *out)
{
	size_t n = 0;
	bool quoted = value.n && value.p[0] == '"';

	for (size_t i = quoted; i < value.n; i++) {
		char c = value.p[i];

		if (quoted && c == '"')
			break;
		if (quoted && c == '\\' && i + 1 < value.n)
			c = value.p[++i];
		if (c != '\r' && c != '\n' && c != '\0')
			out[n++] = c;
	}
	return n;
}

static void unescape(struct span value, GString *out)
{
	for (size_t i = 0; i < value.n; i++) {
		int high = i + 2 < value.n ? g_ascii_xdigit_value(value.p[i + 1]) : -1;
		int low = i + 2 < value.n ? g_ascii_xdigit_value(value.p[i + 2]) : -1;

		if (value.p[i] != '%' || high < 0 || low < 0) {
			g_string_append_c(out, value.p[i]);
			continue;
		}
		if (high || low)
			g_string_append_c(out, (char)(high << 4 | low));
		i += 2;
	}
}

/* Joins the pieces up to the first gap; the first one may begin with charset'language'. */
static char *pieces_join(GArray *pieces, struct arena *arena)
{
	g_autoptr(GString) bytes = g_string_new(NULL);
	g_autofree char *charset = NULL;

	g_array_sort(pieces, piece_order);
	for (unsigned i = 0, nth = 0; i < pieces->len; i++) {
		const struct piece *piece = &g_array_index(pieces, struct piece, i);
		struct span value;
		char *plain;

		if (piece->nth != nth++)
			break;
		plain = arena_alloc(arena, piece->value.n + 1);
		value = (struct span){plain, unquote(piece->value, plain)};
		if (i == 0 && piece->extended) {
			const char *language = memchr(value.p, '\'', value.n);
			const char *text = language ? strchr(language + 1, '\'') : NULL;

			if (text) {
				charset = g_ascii_strdown(value.p, language - value.p);
				value = span_make(text + 1, value.p + value.n);
			}
		}
		if (piece->extended)
			unescape(value, bytes);
		else
			g_string_append_len(bytes, value.p, (gssize)value.n);
	}
	return arena_span(arena, utf8_of((struct span){bytes->str, bytes->len}, charset, arena));
}

struct params params_of(struct span field)
{
	struct params params = {.field = field};

	/* So it is with most. */
	if (!field.n || !memchr(field.p, '=', field.n)) {
		params.rest = field.n;
		return params;
	}
	while (params.n < PARAMS_FEW &&
		field_param_next(
			field, &params.rest, &params.v[params.n].name, &params.v[params.n].value))
		params.n++;
	return params;
}

/* The next one, first of those that were read. */
static bool next(const struct params *params, size_t *nth, size_t *at, struct param *found)
{
	if (*nth < params->n) {
		*found = params->v[(*nth)++];
		return true;
	}
	*at = MAX(*at, params->rest);
	return params->n == PARAMS_FEW &&
	       field_param_next(params->field, at, &found->name, &found->value);
}

char *params_get(const struct params *params, const char *name, struct arena *arena)
{
	g_autoptr(GArray) pieces = NULL;
	struct param found;
	size_t nth = 0, at = 0;

	while (next(params, &nth, &at, &found)) {
		struct piece piece = {.value = found.value};
		bool pieced;

		if (!piece_read(found.name, name, &piece, &pieced))
			continue;
		if (!pieced) {
			char *plain = arena_alloc(arena, found.value.n + 1);

			unquote(found.value, plain);
			return plain;
		}
		if (!pieces)
			pieces = g_array_new(FALSE, FALSE, sizeof piece);
		g_array_append_val(pieces, piece);
	}
	return pieces ? pieces_join(pieces, arena) : NULL;
}
