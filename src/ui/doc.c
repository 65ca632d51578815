/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/doc.h"

#include "base/text.h"

/* What was put in, for wrapping it anew. */
struct piece {
	enum style style;
	int indent; /* -1: a line as it is */
	char *label, *text;
};

static void line_free(gpointer data)
{
	struct doc_line *line = data;

	g_free(line->label);
	g_free(line->text);
	g_free(line);
}

static void piece_free(gpointer data)
{
	struct piece *piece = data;

	g_free(piece->label);
	g_free(piece->text);
	g_free(piece);
}

struct doc *doc_new(int width)
{
	struct doc *doc = g_new0(struct doc, 1);

	doc->lines = g_ptr_array_new_with_free_func(line_free);
	doc->pieces = g_ptr_array_new_with_free_func(piece_free);
	doc->width = MAX(width, 8);
	return doc;
}

void doc_free(struct doc *doc)
{
	if (!doc)
		return;
	g_ptr_array_unref(doc->lines);
	g_ptr_array_unref(doc->pieces);
	g_free(doc);
}

/* --- lines */

static void add_line(struct doc *doc, const char *label, enum style style, const char *text)
{
	struct doc_line *line = g_new0(struct doc_line, 1);

	line->label_style = STYLE_STRONG;
	line->style = style;
	line->label = g_strdup(label);
	line->text = g_strdup(text);
	g_ptr_array_add(doc->lines, line);
}

/* Wrapping counts cells of what is shown, so the text is made visible first. */
static GPtrArray *wrap(const char *text, int width)
{
	g_autoptr(GString) shown = g_string_new(NULL);

	text_visible_append(shown, span_of(text), TEXT_PLAIN);
	return text_wrap(shown->str, (size_t)MAX(width, 4));
}

/* The label with blanks up to `indent` cells. */
static char *padded(const char *label, int indent)
{
	int cells = (int)text_cells(span_of(label));

	return g_strdup_printf("%s%*s", label, MAX(indent - cells, 0), "");
}

static void wrap_piece(struct doc *doc, const struct piece *piece)
{
	const char *label = piece->label;
	/* A label longer than the indent stands on the first line with the text behind it. */
	bool runs_in = (int)text_cells(span_of(label)) >= piece->indent && *label;
	g_autofree char *all =
		runs_in ? g_strdup_printf("%s %s", label, piece->text) : g_strdup(piece->text);
	g_autoptr(GPtrArray) lines = wrap(all, doc->width - piece->indent);

	for (guint i = 0; i < MAX(lines->len, 1); i++) {
		const char *line = i < lines->len ? lines->pdata[i] : "";
		g_autofree char *head =
			runs_in && i == 0 ? g_strdup(label) : padded(i ? "" : label, piece->indent);

		add_line(doc, head, piece->style,
			i == 0 && runs_in && g_str_has_prefix(line, label) ? line + strlen(label)
									   : line);
	}
}

static void lay_out(struct doc *doc, const struct piece *piece)
{
	if (piece->indent < 0)
		add_line(doc, piece->label, piece->style, piece->text);
	else if (piece->indent || *piece->label || *piece->text)
		wrap_piece(doc, piece);
}

void doc_fit(struct doc *doc, int width)
{
	width = MAX(width, 8);
	if (width == doc->width)
		return;
	doc->width = width;
	g_ptr_array_set_size(doc->lines, 0);
	for (guint i = 0; i < doc->pieces->len; i++)
		lay_out(doc, doc->pieces->pdata[i]);
}

/* --- what is put in */

static void put(struct doc *doc, const char *label, int indent, enum style style, const char *text)
{
	const struct piece piece = {
		style, indent, g_strdup(label ? label : ""), g_strdup(text ? text : "")};

	g_ptr_array_add(doc->pieces, g_memdup2(&piece, sizeof piece));
	lay_out(doc, &piece);
}

void doc_line(struct doc *doc, enum style style, const char *text)
{
	put(doc, NULL, -1, style, text);
}

void doc_text(struct doc *doc, enum style style, const char *text)
{
	put(doc, NULL, 0, style, text);
}

void doc_pair(struct doc *doc, const char *label, int indent, enum style style, const char *text)
{
	put(doc, label, indent, style, text);
}

void doc_step(struct doc *doc, const char *label, int indent, const char *number, const char *text)
{
	g_autofree char *blanks = padded(label, indent);
	g_autofree char *head = g_strconcat(blanks, number, NULL);

	doc_pair(doc, head, indent + 2, STYLE_NORMAL, text);
}

void doc_blank(struct doc *doc)
{
	const struct doc_line *last =
		doc->lines->len ? doc->lines->pdata[doc->lines->len - 1] : NULL;

	if (last && (*last->text || *last->label))
		doc_line(doc, STYLE_NORMAL, NULL);
}

/* The text with every `found` in it marked. */
static void draw_text(struct terminal *term, struct rect area, int row, int column,
	enum style style, const char *text, const char *found)
{
	struct span rest = span_of(text);
	const char *at;

	while (found && *found && (at = span_find_nocase(rest, found))) {
		struct span match = {at, strlen(found)};

		column = term_span(term, area, row, column, style, span_make(rest.p, at));
		column = term_span(term, area, row, column, STYLE_FOUND, match);
		rest = span_from(rest, (size_t)(at - rest.p) + match.n);
	}
	term_span(term, area, row, column, style, rest);
}

void doc_draw(const struct doc *doc, struct terminal *term, struct rect area,
	const struct scroll *scroll, const char *found)
{
	for (int row = 0; row < area.h && scroll->top + (size_t)row < doc->lines->len; row++) {
		const struct doc_line *line = doc->lines->pdata[scroll->top + (size_t)row];

		draw_text(term, area, row, 0, line->label_style, line->label, found);
		draw_text(term, area, row, term_cells(term, line->label), line->style, line->text,
			found);
	}
}

gssize doc_find(const struct doc *doc, const char *text, size_t from, bool back)
{
	size_t n = doc->lines->len;

	for (size_t step = 0; step < n; step++) {
		size_t i = back ? (from + n - step % n) % n : (from + step) % n;
		const struct doc_line *line = doc->lines->pdata[i];

		if (span_find_nocase(span_of(line->text), text) ||
			span_find_nocase(span_of(line->label), text))
			return (gssize)i;
	}
	return -1;
}

char *doc_plain(const struct doc *doc)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < doc->lines->len; i++) {
		const struct doc_line *line = doc->lines->pdata[i];

		g_string_append_printf(out, "%s%s\n", line->label, line->text);
	}
	return g_string_free(out, FALSE);
}

int doc_say(struct terminal *term, struct rect area, int row, const char *text)
{
	struct rect inside = {area.y + row, area.x + 2, area.h - row, area.w - 2};
	struct doc *doc = doc_new(inside.w);
	struct scroll scroll = {0};

	doc_text(doc, STYLE_NORMAL, text);
	scroll_fit(&scroll, doc->lines->len, inside.h);
	doc_draw(doc, term, inside, &scroll, NULL);
	row += (int)doc->lines->len;
	doc_free(doc);
	return row;
}
