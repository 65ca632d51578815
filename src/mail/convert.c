/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stateless charsets are converted in chunks, those with shifts line by line, each line from the
 * initial state (RFC 1468 and RFC 1922 demand that of the sender, and it keeps one broken escape
 * from spoiling the rest). A mark is set at each beginning, and the way back begins at the mark
 * before.
 */
#include "mail/convert.h"

#include <errno.h>
#include <gmime/gmime.h>

#include "base/text.h"

#define CHUNK 128
#define LINE_MAX_BYTES ((size_t)1 << 16) /* longer lines are cut for charsets with shifts */
#define CHAR_MAX_BYTES 16
#define REPLACEMENT "\xEF\xBF\xBD"

/* Is all that is left the head of a character? */
static bool is_head(const char *p, size_t left)
{
	return *p && g_utf8_get_char_validated(p, (gssize)left) == (gunichar)-2;
}

/* What iconv() does, for UTF-8 read strictly: glibc lets pass what lies beyond the last plane. */
static size_t utf8_check(char **in, size_t *left, char **out, size_t *room)
{
	struct span bytes = {*in, *left};
	size_t at = 0;

	while (at < bytes.n) {
		size_t begin = at;
		bool valid = text_next(bytes, &at) >= 0;

		if (!valid || *room < at - begin) {
			errno = valid ? E2BIG : is_head(*in, *left) ? EINVAL : EILSEQ;
			return (size_t)-1;
		}
		memcpy(*out, *in, at - begin);
		*in += at - begin;
		*left -= at - begin;
		*out += at - begin;
		*room -= at - begin;
	}
	return 0;
}

static size_t transcode(const struct charset *charset, iconv_t cd, char **in, size_t *left,
	char **out, size_t *room)
{
	return charset->kind == CHARSET_UTF8 ? utf8_check(in, left, out, room)
					     : iconv(cd, in, left, out, room);
}

/* Back to the initial state; some decoders hold the last character back, and give it now. */
static void reset(const struct charset *charset, iconv_t cd, char **out, size_t *room)
{
	if (charset->kind != CHARSET_UTF8)
		iconv(cd, NULL, NULL, out, room);
}

static bool is_linewise(const struct charset *charset)
{
	return charset->kind == CHARSET_SHIFT || charset->kind == CHARSET_UTF7 ||
	       charset->kind == CHARSET_LINE;
}

/* Length of the chunk that begins here. */
static size_t chunk_length(const struct charset *charset, struct span rest)
{
	size_t most = MIN(rest.n, is_linewise(charset) ? LINE_MAX_BYTES : CHUNK);
	const char *lf = is_linewise(charset) ? memchr(rest.p, '\n', most) : NULL;

	return lf ? (size_t)(lf - rest.p) + 1 : most;
}

/*
 * Converts one chunk; what remains of it is the head of a character, unless the chunk is `whole`.
 */
static size_t chunk_convert(struct conversion *c, iconv_t cd, struct span chunk, bool whole)
{
	size_t unit = charset_unit(c->charset), room = chunk.n * 4 + CHAR_MAX_BYTES;
	gsize before = c->text->len;
	char *in = (char *)chunk.p, *out;
	size_t left = chunk.n;
	g_autoptr(GString) plain = NULL;

	if (c->charset->shifts) {
		plain = g_string_sized_new(chunk.n * 2);
		shift_expand(c->charset->shifts, chunk, plain);
		in = plain->str;
		left = plain->len;
		room = left * 4 + CHAR_MAX_BYTES;
	}
	g_string_set_size(c->text, before + room);
	out = c->text->str + before;
	reset(c->charset, cd, &out, &room);
	while (left && transcode(c->charset, cd, &in, &left, &out, &room) == (size_t)-1) {
		size_t skip = MIN(errno == EINVAL ? left : unit, left);

		if (errno == E2BIG || (errno == EINVAL && !whole) || room < strlen(REPLACEMENT))
			break;
		c->bad++;
		memcpy(out, REPLACEMENT, strlen(REPLACEMENT));
		out += strlen(REPLACEMENT);
		room -= strlen(REPLACEMENT);
		in += skip;
		left -= skip;
	}
	reset(c->charset, cd, &out, &room);
	g_string_set_size(c->text, (gsize)(out - c->text->str));
	return plain ? chunk.n : chunk.n - left;
}

static void convert(struct conversion *c, iconv_t cd, struct span bytes, size_t max)
{
	while (c->used < bytes.n && c->text->len <= max) {
		struct convert_mark mark = {c->used, c->text->len};
		struct span rest = span_from(bytes, c->used);
		size_t n = chunk_length(c->charset, rest), used;

		g_array_append_val(c->marks, mark);
		used = chunk_convert(
			c, cd, (struct span){rest.p, n}, n == rest.n || is_linewise(c->charset));
		if (used == 0)
			break;
		c->used += used;
	}
}

bool convert_init(
	struct conversion *c, const struct charset *charset, struct span bytes, size_t max)
{
	iconv_t cd = charset_open(charset);

	*c = (struct conversion){.charset = charset};
	if (cd == (iconv_t)-1)
		return false;
	c->text = g_string_sized_new(MIN(bytes.n, max) + CHUNK);
	c->marks = g_array_new(FALSE, FALSE, sizeof(struct convert_mark));
	convert(c, cd, bytes, max);
	charset_close(charset, cd);
	return true;
}

void convert_clear(struct conversion *c)
{
	g_string_free(c->text, TRUE);
	g_array_free(c->marks, TRUE);
}

/*
 * One broken character in eight is damage; more is another charset. So is an escape that is still
 * there: glibc's ISO-2022-JP lets those pass that it does not know.
 */
bool convert_fits(const struct conversion *c)
{
	size_t characters = 0;

	if ((c->charset->kind == CHARSET_SHIFT || c->charset->shifts == SHIFTS_JIS) &&
		memchr(c->text->str, '\x1B', c->text->len))
		return false;
	for (size_t i = 0; c->bad && i < c->text->len; i++)
		characters += ((unsigned char)c->text->str[i] & 0xC0) == 0xC0;
	return c->bad == 0 || c->bad * 8 <= characters - c->bad;
}

/* --- The way back */

struct stepper {
	const struct charset *charset;
	const struct convert_mark *marks;
	size_t n_marks;
	struct span bytes;
	iconv_t cd;
	size_t in, out;
	size_t mark;  /* the next one */
	size_t shift; /* where the shift that holds began */
	bool shifted;
};

/* Is this byte, where a character begins, that character, and the same in UTF-8? */
static bool is_itself(const struct charset *charset, char byte)
{
	return !(byte & 0x80) && (charset->kind == CHARSET_BYTES || charset->kind == CHARSET_UTF8);
}

/* Reads one character, or a shift; false at the end. */
static bool step(struct stepper *s)
{
	const struct charset *charset = s->charset;
	const struct convert_mark *marks = s->marks;
	const char *p = s->bytes.p + s->in;
	size_t begin = s->in, most;

	if (s->mark < s->n_marks && s->in >= marks[s->mark].in) {
		reset(charset, s->cd, NULL, NULL);
		s->mark++;
	}
	most = (s->mark < s->n_marks ? marks[s->mark].in : s->bytes.n) - s->in;
	most = MIN(most, CHAR_MAX_BYTES);
	if (most == 0)
		return false;
	if (is_itself(charset, *p)) {
		s->in++;
		s->out++;
		return true;
	}
	for (size_t n = MIN(charset_unit(charset), most);; n += charset_unit(charset)) {
		char room[4 * CHAR_MAX_BYTES], *in = (char *)p, *out = room;
		size_t left = MIN(n, most), free = sizeof room;
		bool done = transcode(charset, s->cd, &in, &left, &out, &free) != (size_t)-1;

		if (!done && errno == EINVAL && in == p && n < most)
			continue;
		s->in += (size_t)(in - p);
		s->out += sizeof room - free;
		if (!done && in == p) {
			s->in += errno == EINVAL ? most : MIN(charset_unit(charset), most);
			s->out += strlen(REPLACEMENT);
		}
		break;
	}
	if (charset->kind == CHARSET_SHIFT && *p == '\x1B') {
		s->shift = begin;
		s->shifted = s->in - begin < 3 || p[1] != '(' || p[2] != 'B';
	} else if (charset->kind == CHARSET_UTF7 && !s->shifted && *p == '+') {
		s->shift = begin;
		s->shifted = true;
	} else if (charset->kind == CHARSET_UTF7 && !g_ascii_isalnum(*p) && *p != '+' &&
		   *p != '/') {
		s->shifted = false;
	}
	return true;
}

/* The last mark at or before byte `out` of the text. */
static size_t mark_before(const struct convert_mark *marks, size_t n_marks, size_t out)
{
	size_t low = 0, high = n_marks;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		*(marks[middle].out <= out ? &low : &high) = middle;
	}
	return low;
}

struct mail_range convert_source(const struct charset *charset, const struct convert_mark *marks,
	size_t n_marks, struct span bytes, struct mail_range range)
{
	struct stepper s = {charset, marks, n_marks, bytes};
	size_t end = range.at + range.n, begin;

	if (!n_marks)
		return (struct mail_range){0, 0};
	s.mark = mark_before(marks, n_marks, range.at);
	begin = s.in = marks[s.mark].in;
	s.out = marks[s.mark].out;
	if (charset->kind == CHARSET_LINE) {
		while (s.mark < n_marks && marks[s.mark].out < end)
			s.mark++;
		s.in = s.mark < n_marks ? marks[s.mark].in : bytes.n;
		return (struct mail_range){begin, range.n ? s.in - begin : 0};
	}
	s.cd = charset_open(charset);
	if (s.cd == (iconv_t)-1)
		return (struct mail_range){begin, bytes.n - begin};
	while (s.out <= range.at) {
		begin = s.shifted ? s.shift : s.in;
		if (!step(&s))
			break;
	}
	while (s.out < end && step(&s))
		;
	charset_close(charset, s.cd);
	return (struct mail_range){begin, range.n ? s.in - begin : 0};
}
