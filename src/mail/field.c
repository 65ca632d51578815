/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Header fields as spans, and words of structured ones. */
#include "mail/field.h"

#include <glib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "mail/line.h"
#include "mail/mail.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

/* RFC 5322 section 3.6.8 */
static const bool is_name_byte[256] = {['!' ... '9'] = true, [';' ... '~'] = true};

/* Bytes of a name at the front. */
static size_t name_length(struct span line)
{
	size_t n = 0;

#ifdef __SSE2__
	const __m128i blank = _mm_set1_epi8(' '), colon = _mm_set1_epi8(':'),
		      delete = _mm_set1_epi8(0x7f);

	for (; line.n - n >= 16; n += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(line.p + n));
		/* Signed: bytes that are not of ASCII lie below the blank. */
		__m128i odd = _mm_or_si128(_mm_cmpeq_epi8(x, colon), _mm_cmpeq_epi8(x, delete));
		unsigned other = ~(unsigned)_mm_movemask_epi8(
					 _mm_andnot_si128(odd, _mm_cmpgt_epi8(x, blank))) &
				 0xffff;

		if (other)
			return n + (size_t)__builtin_ctz(other);
	}
#endif
	while (n < line.n && is_name_byte[(unsigned char)line.p[n]])
		n++;
	return n;
}

bool field_begins(struct span line, struct field *field)
{
	size_t name = name_length(line), colon;

	for (colon = name; colon < line.n && is_blank(line.p[colon]);)
		colon++;
	if (name == 0 || colon == line.n || line.p[colon] != ':')
		return false;
	field->name = (struct span){line.p, name};
	field->value = span_trim(span_from(line, colon + 1));
	return true;
}

/* A value with the folded lines that follow it. */
static struct span with_folds(struct lines *lines, struct span value)
{
	struct span line;

	while (lines->at < lines->end && is_blank(*lines->at) && lines_next(lines, &line))
		value = span_make(value.p, line.p + line.n);
	return span_trim(value);
}

bool mail_field_next(struct span header, size_t *at, struct span *name, struct span *value)
{
	struct lines lines = lines_of(span_from(header, *at));
	struct span line;
	struct field field;
	bool found = false;

	while (!found && lines_next(&lines, &line))
		found = field_begins(line, &field);
	if (found) {
		*name = field.name;
		*value = with_folds(&lines, field.value);
	}
	*at = (size_t)(lines.at - header.p);
	return found;
}

bool mail_field(struct span header, const char *name, unsigned nth, struct span *value)
{
	struct lines lines = lines_of(header);
	struct span line;
	struct field field;

	while (lines_next(&lines, &line)) {
		if (!line.n || g_ascii_tolower(*line.p) != g_ascii_tolower(*name))
			continue; /* most lines, at the cost of one byte */
		if (!field_begins(line, &field) || !span_equal_nocase(field.name, name))
			continue;
		if (nth-- == 0) {
			*value = with_folds(&lines, field.value);
			return true;
		}
	}
	*value = SPAN_NONE;
	return false;
}

/*
 * Blanks, line ends and nested comments from `at` on (RFC 5322 section 3.2.2). A comment that never
 * ends takes the rest with it, so that a flood of parentheses is read once.
 */
static size_t skip_blanks(struct span s, size_t at)
{
	size_t depth = 0;

	for (; at < s.n; at++) {
		char c = s.p[at];

		if (c == '(') {
			depth++;
		} else if (depth && c == ')') {
			depth--;
		} else if (depth && c == '\\') {
			at++;
		} else if (!depth && !is_space(c)) {
			return at;
		}
	}
	return s.n;
}

/* Characters that end a token (RFC 2045 section 5.1), beside blanks and controls. */
static const bool tspecials[256] = {['('] = true,
	[')'] = true,
	['<'] = true,
	['>'] = true,
	['@'] = true,
	[','] = true,
	[';'] = true,
	[':'] = true,
	['\\'] = true,
	['"'] = true,
	['/'] = true,
	['['] = true,
	[']'] = true,
	['?'] = true,
	['='] = true};

static bool is_word(char c)
{
	return (unsigned char)c > ' ' && !tspecials[(unsigned char)c];
}

static struct span word_at(struct span s, size_t *at)
{
	size_t begin = *at;

	while (*at < s.n && is_word(s.p[*at]))
		++*at;
	return (struct span){s.p + begin, *at - begin};
}

struct span field_word(struct span value)
{
	size_t at = skip_blanks(value, 0);

	return word_at(value, &at);
}

bool field_type(struct span value, struct span *type, struct span *subtype)
{
	size_t at = skip_blanks(value, 0);

	*type = word_at(value, &at);
	*subtype = (struct span){value.p + at, 0};
	at = skip_blanks(value, at);
	if (at < value.n && value.p[at] == '/') {
		at = skip_blanks(value, at + 1);
		*subtype = word_at(value, &at);
	}
	return type->n > 0;
}

char *field_lower(struct span s, struct arena *arena)
{
	char *copy = arena_span(arena, s);

	for (char *c = copy; *c; c++)
		*c = ascii_lower(*c);
	return copy;
}

/*
 * A quoted string from its opening quote on; without a closing one it goes to the end of its line.
 */
static struct span quoted_at(struct span s, size_t *at)
{
	size_t begin = *at;
	const char *line;

	for (size_t i = begin + 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"') {
			*at = i + 1;
			return (struct span){s.p + begin, *at - begin};
		}
	}
	line = span_line_stop(s.p + begin, s.p + s.n);
	*at = (size_t)(line - s.p);
	return span_make(s.p + begin, line);
}

/*
 * An unquoted value ends at a semicolon, comment or blank; brokenly unquoted ones hold `/`, `=`,
 * `?` and more.
 */
static struct span bare_at(struct span s, size_t *at)
{
	size_t begin = *at;

	while (*at < s.n && !is_space(s.p[*at]) && s.p[*at] != ';')
		++*at;
	return (struct span){s.p + begin, *at - begin};
}

bool field_param_next(struct span field, size_t *at, struct span *name, struct span *value)
{
	if (*at == 0) {
		struct span type, subtype;

		if (field_type(field, &type, &subtype))
			*at = (size_t)(subtype.p + subtype.n - field.p);
	}
	while (*at < field.n) {
		size_t before = *at = skip_blanks(field, *at);

		*name = word_at(field, at);
		*at = skip_blanks(field, *at);
		if (name->n && *at < field.n && field.p[*at] == '=') {
			*at = skip_blanks(field, *at + 1);
			*value = *at < field.n && field.p[*at] == '"' ? quoted_at(field, at)
								      : bare_at(field, at);
			return true;
		}
		if (*at == before)
			++*at;
	}
	return false;
}
