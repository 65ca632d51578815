/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/editline.h"

#include "ui/key.h"

void editline_init(struct editline *line, const char *text)
{
	line->text = g_string_new(text);
	line->cursor = line->text->len;
	line->pasting = false;
}

void editline_clear(struct editline *line)
{
	if (line->text)
		g_string_free(line->text, TRUE);
	line->text = NULL;
}

void editline_set(struct editline *line, const char *text)
{
	g_string_assign(line->text, text);
	line->cursor = line->text->len;
}

static size_t before(const struct editline *line)
{
	return line->cursor ? (size_t)(g_utf8_prev_char(line->text->str + line->cursor) -
				       line->text->str)
			    : 0;
}

static size_t after(const struct editline *line)
{
	return line->cursor < line->text->len
		       ? (size_t)(g_utf8_next_char(line->text->str + line->cursor) -
				  line->text->str)
		       : line->text->len;
}

static void erase(struct editline *line, size_t from, size_t to)
{
	g_string_erase(line->text, (gssize)from, (gssize)(to - from));
	line->cursor = from;
}

static void insert(struct editline *line, int c)
{
	char bytes[6];
	gint n = g_unichar_to_utf8((gunichar)c, bytes);

	g_string_insert_len(line->text, (gssize)line->cursor, bytes, n);
	line->cursor += (size_t)n;
}

size_t editline_word(const struct editline *line)
{
	size_t at = line->cursor;

	while (at && line->text->str[at - 1] != ' ')
		at--;
	return at;
}

static size_t word_before(const struct editline *line)
{
	size_t at = line->cursor;

	while (at && line->text->str[at - 1] == ' ')
		at--;
	while (at && line->text->str[at - 1] != ' ')
		at--;
	return at;
}

void editline_replace_word(struct editline *line, size_t from, const char *word)
{
	erase(line, from, line->cursor);
	g_string_insert(line->text, (gssize)from, word);
	line->cursor = from + strlen(word);
}

bool editline_key(struct editline *line, int key)
{
	if (line->pasting && key < ' ')
		key = ' ';
	switch (key) {
	case K_PASTE_BEGIN:
	case K_PASTE_END:
		line->pasting = key == K_PASTE_BEGIN;
		return true;
	case K_BACKSPACE:
	case KEY_CTRL('h'):
		erase(line, before(line), line->cursor);
		return true;
	case K_DELETE:
	case KEY_CTRL('d'):
		erase(line, line->cursor, after(line));
		return true;
	case K_LEFT:
	case KEY_CTRL('b'):
		line->cursor = before(line);
		return true;
	case K_RIGHT:
	case KEY_CTRL('f'):
		line->cursor = after(line);
		return true;
	case K_HOME:
	case KEY_CTRL('a'):
		line->cursor = 0;
		return true;
	case K_END:
	case KEY_CTRL('e'):
		line->cursor = line->text->len;
		return true;
	case KEY_CTRL('u'):
		erase(line, 0, line->cursor);
		return true;
	case KEY_CTRL('k'):
		erase(line, line->cursor, line->text->len);
		return true;
	case KEY_CTRL('w'):
		erase(line, word_before(line), line->cursor);
		return true;
	default:
		break;
	}
	if (key < ' ' || key >= K_SPECIAL || !g_unichar_validate((gunichar)key))
		return false;
	insert(line, key);
	return true;
}

int editline_draw(
	const struct editline *line, struct terminal *term, struct rect area, int row, int column)
{
	g_autofree char *head = g_strndup(line->text->str, line->cursor);
	int room = area.w - column - 1, cells = term_cells(term, head), skip = 0;
	const char *from = line->text->str;

	/* Whole characters are dropped on the left until the cursor shows. */
	while (cells - skip > room && *from) {
		const char *next = g_utf8_next_char(from);
		g_autofree char *one = g_strndup(from, (gsize)(next - from));

		skip += term_cells(term, one);
		from = next;
	}
	term_fill(term, area, row, column, area.w - column, STYLE_INPUT, ' ');
	term_text(term, area, row, column, STYLE_INPUT, from);
	return column + cells - skip;
}
