/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A body is decoded in small steps, and the state is kept now and then: the way back starts at the
 * mark before and reads again unit by unit, watching what comes out. Base64 and uuencode are
 * GMime's. Quoted-printable is read here, because GMime's decoder takes neither `=` before a bare
 * CR nor blanks between `=` and the line end (RFC 2045 section 6.7, rule 3) for a soft line break.
 */
#include "mail/transfer.h"

#include <gmime/gmime.h>

#include "mail/line.h"

#define STEP 256
#define SHORTLY 64
#define SPILL 8 /* what a step may put out beyond the bytes it was given */

struct transfer_mark {
	size_t in, out;
	int state;
	guint32 save;
};

/* Reads `n` bytes or a little more, at least a unit; says how many bytes it put out. */
typedef size_t (*stepper)(struct span body, struct transfer_mark *at, size_t n, char *out);

static size_t step_base64(struct span body, struct transfer_mark *at, size_t n, char *out)
{
	const guchar *in = (const guchar *)body.p;
	guchar *o = (guchar *)out;

	for (; n; n = at->state > 0 && at->in < body.n) { /* to the end of a quartet */
		o += g_mime_encoding_base64_decode_step(in + at->in, n, o, &at->state, &at->save);
		at->in += n;
	}
	if (at->state > 1) /* cut off within the last one: as if it were padded */
		o += g_mime_encoding_base64_decode_step(
			(const guchar *)"=", 1, o, &at->state, &at->save);
	return (size_t)(o - (guchar *)out);
}

static size_t step_uuencode(struct span body, struct transfer_mark *at, size_t n, char *out)
{
	size_t made = g_mime_encoding_uudecode_step(
		(const guchar *)body.p + at->in, n, (guchar *)out, &at->state, &at->save);

	at->in += n;
	return made;
}

/* Length of the soft line break at `at`, where an `=` stands; 0 when it is none. */
static size_t soft_break(struct span body, size_t at)
{
	size_t next = at + 1, end;

	while (next < body.n && (body.p[next] == ' ' || body.p[next] == '\t'))
		next++;
	end = line_end(body.p + next, body.p + body.n);
	return end || next == body.n ? next + end - at : 0;
}

static size_t step_quoted(struct span body, struct transfer_mark *at, size_t n, char *out)
{
	size_t made = 0, stop = at->in + n;

	while (at->in < stop) {
		const char *p = body.p + at->in, *escape = memchr(p, '=', stop - at->in);
		size_t run = escape ? (size_t)(escape - p) : stop - at->in, gap;
		int high, low;

		memcpy(out + made, p, run);
		made += run;
		at->in += run;
		if (!escape)
			break;
		high = body.n - at->in > 2 ? g_ascii_xdigit_value(escape[1]) : -1;
		low = high >= 0 ? g_ascii_xdigit_value(escape[2]) : -1;
		if (low >= 0) {
			out[made++] = (char)(high << 4 | low);
			at->in += 3;
		} else if ((gap = soft_break(body, at->in))) {
			at->in += gap;
		} else {
			out[made++] = '=';
			at->in++;
		}
	}
	return made;
}

static const stepper steppers[] = {
	[MAIL_BASE64] = step_base64,
	[MAIL_QUOTED_PRINTABLE] = step_quoted,
	[MAIL_UUENCODE] = step_uuencode,
};

/* The data between `begin` and `end`; all of the body where neither is. */
static struct span uuencoded_part(struct span body)
{
	struct lines lines = lines_of(body);
	struct span line, part = body;

	while (lines_next(&lines, &line))
		if (span_starts_nocase(line, "begin ")) {
			part = span_make(lines.at, lines.end);
			break;
		}
	lines = lines_of(part);
	while (lines_next(&lines, &line))
		if (span_equal_nocase(line, "end"))
			return span_make(part.p, line.p);
	return part;
}

/* Labelled base64, and written plainly: some gateways change the label alone. */
static bool is_mislabelled(struct span body)
{
	struct lines lines = lines_of(body);
	struct span line = {body.p, 0};

	while (!(line = span_trim(line)).n)
		if (!lines_next(&lines, &line))
			return false;
	for (size_t i = 0; i < line.n; i++)
		if (!g_ascii_isalnum(line.p[i]) && !strchr("+/=", line.p[i]))
			return true;
	return false;
}

struct transfer transfer_decode(const struct mail_part *part, size_t max, struct arena *arena)
{
	struct transfer t = {.body = part->body, .bytes = part->body, .encoding = part->encoding};
	struct transfer_mark at = {0};
	GArray *marks;
	char *out;

	if (t.encoding == MAIL_BASE64 && is_mislabelled(t.body))
		t.encoding = MAIL_IDENTITY;
	if (t.encoding == MAIL_IDENTITY) {
		t.cut = t.body.n > max;
		t.bytes.n = MIN(t.body.n, max);
		return t;
	}
	if (t.encoding == MAIL_UUENCODE) {
		t.body = uuencoded_part(t.body);
		t.skip = (size_t)(t.body.p - part->body.p);
		at.state = GMIME_UUDECODE_STATE_BEGIN;
	}
	out = arena_room(arena, MIN(t.body.n, max) + STEP + SPILL);
	marks = g_array_new(FALSE, FALSE, sizeof at);
	for (size_t marked = 0; at.in < t.body.n && at.out <= max;) {
		if (!marks->len || at.out - marked >= STEP / 2) {
			marked = at.out;
			g_array_append_val(marks, at);
		}
		at.out += steppers[t.encoding](
			t.body, &at, MIN(STEP, t.body.n - at.in), out + at.out);
	}
	t.cut = at.in < t.body.n || at.out > max;
	t.bytes = (struct span){out, MIN(at.out, max)};
	t.n_marks = marks->len;
	t.marks = arena_alloc(arena, marks->len * sizeof at);
	if (marks->len)
		memcpy(t.marks, marks->data, marks->len * sizeof at);
	g_array_free(marks, TRUE);
	return t;
}

/* The last mark at or before byte `out`. */
static struct transfer_mark mark_before(const struct transfer *t, size_t out)
{
	size_t low = 0, high = t->n_marks;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		*(t->marks[middle].out <= out ? &low : &high) = middle;
	}
	return t->marks[low];
}

/* Leaves out what puts nothing out at the head of a range. */
static size_t skip_idle(const struct transfer *t, size_t begin, size_t end)
{
	if (t->encoding == MAIL_QUOTED_PRINTABLE) {
		for (size_t gap = 1; gap && begin < end && t->body.p[begin] == '='; begin += gap)
			gap = soft_break(t->body, begin);
		return begin;
	}
	while (begin < end && g_ascii_isspace(t->body.p[begin]))
		begin++;
	return begin;
}

/*
 * A quartet with all of its padding; of uuencode the whole lines, whose first byte tells their
 * length.
 */
static struct mail_range whole_units(const struct transfer *t, size_t begin, size_t end)
{
	const char *p = t->body.p;

	if (t->encoding == MAIL_BASE64)
		while (end < t->body.n && p[end] == '=')
			end++;
	if (t->encoding == MAIL_UUENCODE) {
		while (begin > 0 && !line_end(p + begin - 1, p + t->body.n))
			begin--;
		end = (size_t)(span_line_stop(p + end, p + t->body.n) - p);
	}
	return (struct mail_range){begin + t->skip, end - begin};
}

static struct mail_range stepped_source(const struct transfer *t, struct mail_range range)
{
	struct transfer_mark at;
	char out[STEP + SPILL];
	size_t begin;

	at = mark_before(t, range.at);
	begin = at.in;
	while (at.in < t->body.n && at.out < range.at + MAX(range.n, 1)) {
		/* In one go until shortly before it: no byte puts out more than a few. */
		size_t far = at.out + SHORTLY < range.at ? range.at - at.out - SHORTLY : 1;
		size_t made = steppers[t->encoding](
			t->body, &at, MIN(MIN(far, STEP), t->body.n - at.in), out);

		at.out += made;
		if (made && at.out <= range.at)
			begin = at.in;
	}
	begin = skip_idle(t, begin, at.in);
	return range.n ? whole_units(t, begin, at.in) : (struct mail_range){begin + t->skip, 0};
}

struct mail_range transfer_source(const struct transfer *t, struct mail_range range)
{
	if (t->encoding == MAIL_IDENTITY)
		return range;
	return t->n_marks ? stepped_source(t, range) : (struct mail_range){t->skip, 0};
}
