/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one filter between mail and people. Widths come from GLib's Unicode tables, not from the
 * locale: the same text takes the same cells everywhere, also under LC_ALL=C.
 */
#include "base/text.h"

#include "base/lookalike.h"

#define COMBINING_MAX 2 /* marks on one cell; more is an attack on the terminal's renderer */
#define TAB_CELLS 8

/* Length of the UTF-8 sequence that `lead` begins, which is no ASCII; 0 for none. */
static unsigned sequence_length(unsigned char lead)
{
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

int32_t text_next_wide(struct span in, size_t *at)
{
	const unsigned char *p = (const unsigned char *)in.p + *at;
	unsigned n = sequence_length(*p);
	int32_t c;

	if (n == 0 || in.n - *at < n)
		goto bad;
	c = *p & (0x7f >> n);
	for (unsigned i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			goto bad;
		c = c << 6 | (p[i] & 0x3f);
	}
	/* Overlong forms, surrogates, beyond the last plane (RFC 3629 section 3). */
	if ((n == 3 && c < 0x800) || (n == 4 && (c < 0x10000 || c > 0x10ffff)) ||
		(c >= 0xd800 && c <= 0xdfff))
		goto bad;
	*at += n;
	return c;
bad:
	(*at)++;
	return -1;
}

/* Letters and marks that draw nothing although their class says otherwise: fillers, variation
 * selectors. */
static bool is_blank_letter(int32_t c)
{
	return c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 ||
	       c == 0x3164 || c == 0xffa0 || c == 0x2800 || (c >= 0x180b && c <= 0x180f) ||
	       (c >= 0xfe00 && c <= 0xfe0f) || c == 0x16fe4 || c == 0x1d159 ||
	       (c >= 0xe0100 && c <= 0xe01ef);
}

int text_char_cells(int32_t c)
{
	if (c >= ' ' && c < 0x7f)
		return 1;
	if (c < 0xa0 || is_blank_letter(c))
		return -1;
	switch (g_unichar_type((gunichar)c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_UNASSIGNED:
	case G_UNICODE_PRIVATE_USE:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		return -1;
	case G_UNICODE_NON_SPACING_MARK:
	case G_UNICODE_ENCLOSING_MARK:
		return 0;
	default:
		return g_unichar_iswide((gunichar)c) ? 2 : 1;
	}
}

/* Writes what stands for a character or byte that must not be sent; returns its cells. */
static size_t put_marked(GString *out, int32_t c, unsigned char byte)
{
	size_t before = out->len;

	if (c < 0)
		g_string_append_printf(out, "\\x%02x", byte);
	else if (c < 0x20 || c == 0x7f)
		g_string_append_printf(out, "^%c", c ^ 0x40);
	else if (c < 0xa0)
		g_string_append_printf(out, "\\x%02x", (unsigned)c);
	else
		g_string_append_printf(out, "<U+%04X>", (unsigned)c);
	return out->len - before;
}

/* Signs that the variation selectors and joiners of emoji follow (UTS #51). */
static bool is_pictograph(int32_t c)
{
	return (c >= 0x1f000 && c <= 0x1faff) || (c >= 0x2190 && c <= 0x2bff) || c == 0xa9 ||
	       c == 0xae || c == 0x203c || c == 0x2049 || c == 0x2122 || c == 0x2139 ||
	       c == 0x3030 || c == 0x303d || c == 0x3297 || c == 0x3299;
}

/*
 * What only asks for another drawing of the emoji before it: selectors, skin tones, and joiners
 * with another emoji behind. Terminals do not agree how wide the drawing is, so it is not sent:
 * each emoji stands in cells of its own.
 */
static bool is_emoji_dressing(int32_t before, int32_t c, struct span rest)
{
	size_t at = 0;
	int32_t after = rest.n ? text_next(rest, &at) : -1;

	if (c == 0xfe0f && after == 0x20e3) /* a keycap: a digit, the selector, the cap */
		return before == '#' || before == '*' || (before >= '0' && before <= '9');
	if (!is_pictograph(before))
		return false;
	return c == 0xfe0e || c == 0xfe0f || (c >= 0x1f3fb && c <= 0x1f3ff) ||
	       (c == 0x200d && is_pictograph(after));
}

size_t text_visible_append(GString *out, struct span in, enum text_flags flags)
{
	size_t cells = 0;
	unsigned marks = COMBINING_MAX; /* a mark needs a cell to stand on */
	int32_t before = -1;
	size_t seen = 0; /* so far addresses were looked at */
	struct span suspect =
		in.n && memchr(in.p, '@', in.n) ? lookalike_next(in, &seen) : SPAN_NONE;

	for (size_t at = 0; at < in.n;) {
		size_t from = at;
		int32_t c = text_next(in, &at);
		int width = c < 0 ? -1 : text_char_cells(c);

		while (suspect.n && in.p + from >= suspect.p + suspect.n)
			suspect = lookalike_next(in, &seen);
		if (suspect.n && in.p + from >= suspect.p && c > 0x7e)
			width = -1;

		if (is_emoji_dressing(before, c, span_from(in, at)) && !(flags & TEXT_ASCII))
			continue;
		before = c;
		if ((flags & TEXT_KEEP_LINES) && (c == '\n' || c == '\t' || c == '\r')) {
			if (c == '\r' && at < in.n && in.p[at] == '\n')
				continue;
			if (c == '\t') {
				do
					g_string_append_c(out, ' ');
				while (++cells % TAB_CELLS);
				marks = 0;
				continue;
			}
			g_string_append_c(out, '\n');
			cells = 0;
			marks = COMBINING_MAX;
			continue;
		}
		if (width < 0 || (width == 0 && marks >= COMBINING_MAX) ||
			(c > 0x7e && (flags & TEXT_ASCII))) {
			cells += put_marked(out, c, (unsigned char)in.p[from]);
			marks = 0;
			continue;
		}
		g_string_append_len(out, in.p + from, (gssize)(at - from));
		marks = width == 0 ? marks + 1 : 0;
		cells += (size_t)width;
	}
	return cells;
}

char *text_visible(const char *in, enum text_flags flags)
{
	GString *out = g_string_new(NULL);

	if (in)
		text_visible_append(out, span_of(in), flags);
	return g_string_free(out, FALSE);
}

static bool is_inside_character(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

char *text_middle(const char *in, size_t bytes)
{
	size_t n = strlen(in), head = (bytes - 2) / 3, tail;

	if (n <= bytes)
		return g_strdup(in);
	tail = n - (bytes - 2 - head);
	while (head && is_inside_character(in[head]))
		head--;
	while (is_inside_character(in[tail]))
		tail++;
	return g_strdup_printf("%.*s..%s", (int)head, in, in + tail);
}

char *text_quoted(struct span in)
{
	const char *mark = in.n && memchr(in.p, '"', in.n) ? "'" : "\"";
	g_autofree char *copy = span_dup(in);

	return g_strconcat(mark, copy, mark, NULL);
}

size_t text_cells(struct span in)
{
	size_t used;

	text_fit(in, SIZE_MAX, &used);
	return used;
}

static int blanks_for(const char *in, size_t cells)
{
	size_t used = text_cells(span_of(in));

	return used < cells ? (int)(cells - used) : 0;
}

char *text_padded(const char *in, size_t cells)
{
	return g_strdup_printf("%s%*s", in, blanks_for(in, cells), "");
}

char *text_flush_right(const char *in, size_t cells)
{
	return g_strdup_printf("%*s%s", blanks_for(in, cells), "", in);
}

struct span text_fit(struct span in, size_t cells, size_t *used)
{
	size_t sum = 0, at = 0;

	while (at < in.n) {
		size_t next = at;
		int32_t c = text_next(in, &next);
		int width = c < 0 ? 1 : MAX(text_char_cells(c), 0);

		if (sum + (size_t)width > cells)
			break;
		sum += (size_t)width;
		at = next;
	}
	if (used)
		*used = sum;
	return (struct span){in.p, at};
}

/*
 * Where a line may end: behind a blank, and beside a wide letter, since Chinese and Japanese put
 * no blanks between words; but what closes begins no line, and what opens ends none.
 */
static bool may_break(int32_t before, int32_t next)
{
	static const char closing[] = ",.;:!?)]}%\"'、。，．）」』】〉》：；！？…ー々"
				      "ぁぃぅぇぉっゃゅょァィゥェォッャュョ";
	static const char opening[] = "([{\"'（「『【〈《";

	if (before == ' ')
		return true;
	if (before <= 0 || next <= 0 || next == ' ' || text_char_cells(next) <= 0)
		return false;
	return (g_unichar_iswide((gunichar)before) || g_unichar_iswide((gunichar)next)) &&
	       !g_utf8_strchr(closing, -1, (gunichar)next) &&
	       !g_utf8_strchr(opening, -1, (gunichar)before);
}

/* The last place up to `end`, which is in it, where the text may be broken; 0: there is none. */
static size_t last_break(struct span in, size_t end)
{
	size_t found = 0, at = 0;
	int32_t before = 0;

	while (at <= end) {
		size_t next = at;
		int32_t c = text_next(in, &next);

		if (at && may_break(before, c))
			found = at;
		before = c;
		at = next;
	}
	return found;
}

/* One line of a paragraph off `*rest`: to the last break that fits, else as much as fits. */
static struct span wrap_line(struct span *rest, size_t cells)
{
	struct span line = text_fit(*rest, cells, NULL);
	size_t cut = line.n;

	if (cut < rest->n && rest->p[cut] != ' ') {
		cut = last_break(*rest, cut);
		if (!cut) /* one long word; a character wider than the line is taken all the same */
			cut = line.n ? line.n : (size_t)(g_utf8_next_char(rest->p) - rest->p);
	}
	line.n = cut;
	*rest = span_from(*rest, cut);
	while (rest->n && rest->p[0] == ' ')
		*rest = span_from(*rest, 1);
	while (line.n && line.p[line.n - 1] == ' ')
		line.n--;
	return line;
}

GPtrArray *text_wrap(const char *in, size_t cells)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	struct span rest = span_of(in), paragraph;

	while (span_line(&rest, &paragraph)) {
		if (!paragraph.n)
			g_ptr_array_add(lines, g_strdup(""));
		while (paragraph.n)
			g_ptr_array_add(lines, span_dup(wrap_line(&paragraph, MAX(cells, 1))));
	}
	return lines;
}

int text_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Most text is ASCII for long stretches, of which GLib would look at each byte. */
bool text_is_utf8(struct span in)
{
	for (size_t at = 0, end; at < in.n; at = end) {
		for (uint64_t eight; in.n - at >= sizeof eight; at += sizeof eight) {
			memcpy(&eight, in.p + at, sizeof eight);
			if (eight & UINT64_C(0x8080808080808080))
				break;
		}
		while (at < in.n && !(in.p[at] & 0x80))
			at++;
		for (end = at; end < in.n && (in.p[end] & 0x80);)
			end++;
		if (end > at && !g_utf8_validate_len(in.p + at, end - at, NULL))
			return false;
	}
	return !in.n || !memchr(in.p, '\0', in.n);
}
