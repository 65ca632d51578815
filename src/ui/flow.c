/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/flow.h"

#include "base/text.h"

#define TAB 8
#define HANG 2          /* cells by which a continued row is moved in */
#define LINE_BYTES 8192 /* a longer line is shown in several rows even when nothing is wrapped */

void flow_init(struct flow *flow, enum text_flags flags)
{
	flow->flags = flags;
	flow->rows = g_array_new(FALSE, FALSE, sizeof(struct flow_row));
	flow->evidence = g_array_new(FALSE, FALSE, sizeof(struct flow_range));
	flow->width = -1;
}

void flow_clear(struct flow *flow)
{
	g_array_unref(flow->rows);
	g_array_unref(flow->evidence);
}

void flow_set(struct flow *flow, struct span text)
{
	flow->text = text;
	flow->width = -1;
	flow->left = 0;
	g_array_set_size(flow->rows, 0);
	g_array_set_size(flow->evidence, 0);
}

void flow_add_evidence(struct flow *flow, size_t at, size_t n)
{
	struct flow_range range = {at, n};
	guint i = flow->evidence->len;

	if (at >= flow->text.n || !n)
		return;
	range.n = MIN(n, flow->text.n - at);
	while (i > 0 && g_array_index(flow->evidence, struct flow_range, i - 1).at > at)
		i--;
	g_array_insert_val(flow->evidence, i, range);
}

/* One character at `*at`, moved past: the cells it takes on the screen when `column` is where it
 * begins. */
static int next_cells(
	const struct flow *flow, struct span text, size_t *at, int column, GString *scratch)
{
	size_t from = *at;
	int c = text_next(text, at), cells;

	if (c == '\t')
		return TAB - column % TAB;
	if (c >= ' ' && c < 0x7f)
		return 1;
	cells = c < 0 ? -1 : text_char_cells(c);
	if (cells > 0 && !(flow->flags & TEXT_ASCII))
		return cells;
	/* What the filter makes of it: `^[`, `<U+202E>`, or a mark on the cell before. */
	g_string_truncate(scratch, 0);
	if (cells == 0 && !(flow->flags & TEXT_ASCII))
		return 0;
	return (int)text_visible_append(
		scratch, (struct span){text.p + from, *at - from}, flow->flags);
}

static void add_row(struct flow *flow, size_t at, size_t end, bool continued)
{
	struct flow_row row = {at, end - at, continued};

	g_array_append_val(flow->rows, row);
}

/* Cuts one line into rows: behind the last blank that fits, else where the width ends. */
static void layout_line(struct flow *flow, struct span line, GString *scratch)
{
	size_t base = (size_t)(line.p - flow->text.p), begin = 0, blank = 0, at = 0;
	int column = 0, limit = flow->wrap ? MAX(flow->width, HANG + 4) : G_MAXINT;
	bool continued = false;

	while (at < line.n) {
		size_t from = at;
		int cells = next_cells(flow, line, &at, column, scratch);
		bool full = column + cells > limit || at - begin > LINE_BYTES;

		if (full && from > begin) {
			size_t cut = blank > begin + (from - begin) / 2 ? blank : from;

			add_row(flow, base + begin, base + cut, continued);
			begin = blank = at = cut;
			column = 0;
			continued = true;
			limit = flow->wrap ? MAX(flow->width - HANG, 4) : G_MAXINT;
			continue;
		}
		column += cells;
		if (line.p[from] == ' ' || line.p[from] == '\t')
			blank = at;
	}
	add_row(flow, base + begin, base + line.n, continued);
}

void flow_layout(struct flow *flow, int width, bool wrap)
{
	g_autoptr(GString) scratch = g_string_new(NULL);
	struct span rest = flow->text, line;

	if (width == flow->width && wrap == flow->wrap)
		return;
	flow->width = width;
	flow->wrap = wrap;
	if (wrap)
		flow->left = 0;
	g_array_set_size(flow->rows, 0);
	while (span_line(&rest, &line))
		layout_line(flow, line, scratch);
}

static const struct flow_row *row_at(const struct flow *flow, size_t i)
{
	return &g_array_index(flow->rows, struct flow_row, i);
}

size_t flow_row_of(const struct flow *flow, size_t at)
{
	size_t low = 0, high = flow->rows->len;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (row_at(flow, middle)->at <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Does evidence touch the row? The reader of a bounce may have thousands of recipients, so not all
 * are looked at. */
static bool has_evidence(const struct flow *flow, const struct flow_row *row)
{
	for (guint i = 0; i < flow->evidence->len; i++) {
		const struct flow_range *range =
			&g_array_index(flow->evidence, struct flow_range, i);

		if (range->at >= row->at + row->n)
			return false;
		if (range->at + range->n > row->at)
			return true;
	}
	return false;
}

bool flow_next_evidence(const struct flow *flow, size_t row, bool back, struct flow_range *found)
{
	guint n = flow->evidence->len;

	for (guint i = 0; i < n; i++) {
		size_t at;

		*found = g_array_index(flow->evidence, struct flow_range, back ? n - 1 - i : i);
		at = flow_row_of(flow, found->at);
		if (back ? at < row : at > row)
			return true;
	}
	if (n)
		*found = g_array_index(flow->evidence, struct flow_range, back ? n - 1 : 0);
	return n > 0;
}

/* The last one that begins before `end`; NULL: none. */
static const char *find_last(struct span text, const char *needle)
{
	const char *last = NULL, *at;

	while ((at = span_find_nocase(text, needle))) {
		last = at;
		text = span_from(text, (size_t)(at - text.p) + 1);
	}
	return last;
}

bool flow_find(const struct flow *flow, const char *text, size_t row, bool back, bool again,
	struct flow_range *found)
{
	const struct flow_row *from = row < flow->rows->len ? row_at(flow, row) : NULL;
	const char *at;

	if (!from || !*text)
		return false;
	if (back)
		at = find_last((struct span){flow->text.p, from->at}, text);
	else
		at = span_find_nocase(
			span_from(flow->text, from->at + (again ? from->n : 0)), text);
	if (!at)
		at = back ? find_last(flow->text, text) : span_find_nocase(flow->text, text);
	if (at)
		*found = (struct flow_range){(size_t)(at - flow->text.p), strlen(text)};
	return at != NULL;
}

void flow_show(struct flow *flow, struct flow_range range)
{
	g_autoptr(GString) scratch = g_string_new(NULL);
	const struct flow_row *row;
	int column = 0, begin = 0, end;
	size_t at = 0;

	if (flow->wrap || !flow->rows->len)
		return;
	row = row_at(flow, flow_row_of(flow, range.at));
	struct span line = {flow->text.p + row->at, row->n};

	while (at < line.n && row->at + at < range.at + range.n) {
		if (row->at + at <= range.at)
			begin = column;
		column += next_cells(flow, line, &at, column, scratch);
	}
	end = column;
	if (begin < flow->left || end > flow->left + flow->width)
		flow->left = end <= flow->width ? 0 : MIN(begin, MAX(end - flow->width / 2, 0));
}

/* --- drawing */

struct pen {
	const struct flow *flow;
	struct terminal *term;
	struct rect area;
	int row, column; /* column counts from the beginning of the row, before `left` is taken off
			  */
	GString *visible;
};

/* Draws visible text that begins at the pen, without the cells left of the window. */
static void pen_put(struct pen *pen, enum style style, struct span visible, int cells)
{
	int x = pen->column - pen->flow->left;

	pen->column += cells;
	if (x + cells <= 0)
		return;
	if (x < 0) {
		size_t used;
		struct span hidden = text_fit(visible, (size_t)-x, &used);

		visible = span_from(visible, hidden.n);
		x += (int)used;
		if (x < 0) /* half of a wide character */
			x = 0;
	}
	term_span(pen->term, pen->area, pen->row, x + 1, style, visible);
}

static void pen_bytes(struct pen *pen, enum style style, struct span bytes)
{
	while (bytes.n) {
		const char *tab = memchr(bytes.p, '\t', bytes.n);
		struct span run = tab ? span_make(bytes.p, tab) : bytes;
		int cells;

		g_string_truncate(pen->visible, 0);
		cells = (int)text_visible_append(pen->visible, run, pen->flow->flags);
		pen_put(pen, style, (struct span){pen->visible->str, pen->visible->len}, cells);
		bytes = span_from(bytes, run.n);
		if (tab) {
			pen_put(pen, style,
				(struct span){"        ", (size_t)(TAB - pen->column % TAB)},
				TAB - pen->column % TAB);
			bytes = span_from(bytes, 1);
		}
	}
}

/* Where the style changes next, from `at` on: the end of evidence or of a found text, or the
 * beginning of one. */
static enum style style_at(
	const struct flow *flow, size_t at, size_t end, const char *found, size_t *until)
{
	enum style style = STYLE_NORMAL;
	size_t length = found ? strlen(found) : 0;

	*until = end;
	if (length) {
		/* A found text may have begun on the row before. */
		size_t back = at >= length - 1 ? at - (length - 1) : 0;
		struct span near = {
			flow->text.p + back, MIN(end + length - 1, flow->text.n) - back};
		const char *match;

		while ((match = span_find_nocase(near, found))) {
			size_t from = (size_t)(match - flow->text.p);

			if (from > at) {
				*until = MIN(*until, from);
				break;
			}
			if (from + length > at) {
				*until = MIN(*until, from + length);
				return STYLE_FOUND;
			}
			near = span_from(near, (size_t)(match - near.p) + 1);
		}
	}
	for (guint i = 0; i < flow->evidence->len; i++) {
		const struct flow_range *range =
			&g_array_index(flow->evidence, struct flow_range, i);

		if (range->at >= *until)
			break;
		if (range->at > at) {
			*until = range->at;
			break;
		}
		if (range->at + range->n > at) {
			style = STYLE_EVIDENCE;
			*until = MIN(*until, range->at + range->n);
		}
	}
	return style;
}

void flow_draw(const struct flow *flow, struct terminal *term, struct rect area,
	const struct scroll *scroll, const char *found)
{
	g_autoptr(GString) visible = g_string_new(NULL);

	for (int line = 0; line < area.h && scroll->top + (size_t)line < flow->rows->len; line++) {
		const struct flow_row *row = row_at(flow, scroll->top + (size_t)line);
		struct pen pen = {flow, term, area, line, row->continued ? HANG : 0, visible};
		size_t at = row->at, end = row->at + row->n;

		if (has_evidence(flow, row))
			term_text(term, area, line, 0, STYLE_STRONG, ">");
		while (at < end) {
			size_t until;
			enum style style = style_at(flow, at, end, found, &until);

			pen_bytes(&pen, style, (struct span){flow->text.p + at, until - at});
			at = until;
		}
	}
}
