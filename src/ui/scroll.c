/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/scroll.h"

#include "base/words.h"

#include <glib.h>

#include "triage/command.h"

static void keep_in_window(struct scroll *s)
{
	size_t last_top = s->count > s->height ? s->count - s->height : 0;

	if (s->cursor < s->top)
		s->top = s->cursor;
	if (s->height && s->cursor >= s->top + s->height)
		s->top = s->cursor - s->height + 1;
	s->top = MIN(s->top, last_top);
}

void scroll_fit(struct scroll *s, size_t count, int height)
{
	s->count = count;
	s->height = (size_t)MAX(height, 0);
	s->cursor = MIN(s->cursor, count ? count - 1 : 0);
	keep_in_window(s);
}

void scroll_to(struct scroll *s, size_t row)
{
	s->cursor = MIN(row, s->count ? s->count - 1 : 0);
	keep_in_window(s);
}

void scroll_follow(struct scroll *s, size_t row)
{
	size_t line = s->cursor - MIN(s->top, s->cursor);

	s->top = row - MIN(line, row);
	scroll_to(s, row);
}

static void move(struct scroll *s, size_t rows, bool down)
{
	if (down)
		scroll_to(s, s->cursor + MIN(rows, s->count));
	else
		scroll_to(s, s->cursor - MIN(rows, s->cursor));
}

/* Window and cursor move together, so that the eye keeps its place. */
static void jump(struct scroll *s, size_t rows, bool down)
{
	s->top = down ? s->top + rows : s->top - MIN(rows, s->top);
	if (s->top >= s->count)
		s->top = s->count ? s->count - 1 : 0;
	move(s, rows, down);
}

bool scroll_command(struct scroll *s, int command)
{
	size_t page = MAX(s->height, 1);

	switch (command) {
	case UI_NEXT:
		move(s, 1, true);
		return true;
	case UI_PREVIOUS:
		move(s, 1, false);
		return true;
	case UI_HALF_DOWN:
		jump(s, (page + 1) / 2, true);
		return true;
	case UI_HALF_UP:
		jump(s, (page + 1) / 2, false);
		return true;
	case UI_PAGE_DOWN:
		jump(s, page, true);
		return true;
	case UI_PAGE_UP:
		jump(s, page, false);
		return true;
	case UI_FIRST:
		scroll_to(s, 0);
		return true;
	case UI_LAST:
		scroll_to(s, s->count);
		return true;
	default:
		return false;
	}
}

bool scroll_list_command(struct scroll *s, int command)
{
	switch (command) {
	case UI_DETAIL_DOWN:
		return scroll_command(s, UI_PAGE_DOWN);
	case UI_DETAIL_UP:
		return scroll_command(s, UI_PAGE_UP);
	default:
		return scroll_command(s, command);
	}
}

bool scroll_search(struct scroll *s, size_t count, bool back, bool again, scroll_holds *holds,
	void *user, const char *text)
{
	for (size_t step = 0; step < count; step++) {
		size_t away = (step + again) % count;
		size_t row = (s->cursor + (back ? count - away : away)) % count;

		if (holds(user, row, text)) {
			scroll_to(s, row);
			return true;
		}
	}
	return false;
}

bool scroll_page(struct scroll *s, bool down)
{
	if (down ? s->top + s->height >= s->count : s->top == 0)
		return false;
	jump(s, MAX(s->height, 2) - 1, down);
	s->cursor = s->top;
	keep_in_window(s);
	return true;
}

void scroll_text(const struct scroll *s, char *buf, size_t n)
{
	if (s->count <= s->height)
		g_strlcpy(buf, _("All"), n);
	else if (s->top == 0)
		g_strlcpy(buf, _("Top"), n);
	else if (s->top + s->height >= s->count)
		g_strlcpy(buf, _("Bot"), n);
	else
		g_snprintf(buf, n, "%zu%%", s->top * 100 / (s->count - s->height));
}
