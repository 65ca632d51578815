/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form.h"

#include "ui/key.h"

static void field_clear(gpointer data)
{
	struct form_field *field = data;

	for (int i = 0; i < field->n; i++)
		g_free(field->options[i]);
	editline_clear(&field->line);
}

void form_init(struct form *form)
{
	form->fields = g_array_new(FALSE, TRUE, sizeof(struct form_field));
	g_array_set_clear_func(form->fields, field_clear);
}

void form_clear(struct form *form)
{
	g_array_unref(form->fields);
}

struct form_field *form_field(struct form *form, int field)
{
	return &g_array_index(form->fields, struct form_field, field);
}

int form_add(struct form *form, const char *label, enum field_kind kind, const char *const *options,
	const char *text)
{
	struct form_field field = {.label = label, .kind = kind};

	for (; options && options[field.n] && field.n < FORM_OPTIONS_MAX; field.n++)
		field.options[field.n] = g_strdup(options[field.n]);
	if (kind == FORM_LINE)
		editline_init(&field.line, text ? text : "");
	g_array_append_val(form->fields, field);
	return (int)form->fields->len - 1;
}

static void move_focus(struct form *form, int step)
{
	int n = (int)form->fields->len;

	form->focus = (form->focus + step + n) % n;
}

bool form_is_pasting(struct form *form)
{
	const struct form_field *field = form_field(form, form->focus);

	return field->kind == FORM_LINE && field->line.pasting;
}

bool form_key(struct form *form, int key)
{
	struct form_field *field = form_field(form, form->focus);

	if (form_is_pasting(form))
		return editline_key(&field->line, key);
	switch (key) {
	case K_TAB:
	case K_DOWN:
		move_focus(form, 1);
		return true;
	case K_BACKTAB:
	case K_UP:
		move_focus(form, -1);
		return true;
	default:
		break;
	}
	if (field->kind == FORM_LINE)
		return editline_key(&field->line, key);
	switch (key) {
	case K_RIGHT:
	case 'l':
		field->at = (field->at + 1) % field->n;
		return true;
	case K_LEFT:
	case 'h':
		field->at = (field->at + field->n - 1) % field->n;
		return true;
	case 'j':
		move_focus(form, 1);
		return true;
	case 'k':
		move_focus(form, -1);
		return true;
	case ' ':
		if (field->kind == FORM_ANY)
			field->on ^= UINT32_C(1) << field->at;
		return field->kind != FORM_BUTTONS;
	default:
		return false;
	}
}

static char *option_text(const struct form_field *field, int i)
{
	bool on = field->kind == FORM_ANY ? field->on >> i & 1 : field->at == i;

	switch (field->kind) {
	case FORM_ONE:
		return g_strdup_printf("(%c) %s", on ? '*' : ' ', field->options[i]);
	case FORM_ANY:
		return g_strdup_printf("[%c] %s", on ? 'x' : ' ', field->options[i]);
	default:
		return g_strdup_printf("[ %s ]", field->options[i]);
	}
}

static int draw_field(
	struct form *form, struct terminal *term, struct rect area, int row, int number)
{
	struct form_field *field = form_field(form, number);
	bool focused = number == form->focus;
	int column = FORM_LABEL_CELLS;

	term_text(term, area, row, 0, focused ? STYLE_STRONG : STYLE_NORMAL, field->label);
	if (field->kind == FORM_LINE) {
		int cursor = editline_draw(&field->line, term, area, row, column);

		if (focused) {
			form->cursor_row = area.y + row;
			form->cursor_column = area.x + cursor;
		}
		return row + 1;
	}
	for (int i = 0; i < field->n; i++) {
		g_autofree char *text = option_text(field, i);
		int cells = term_cells(term, text);
		bool here = focused && i == field->at;

		if (column + cells > area.w && column > FORM_LABEL_CELLS) {
			row++;
			column = FORM_LABEL_CELLS;
		}
		if (here) {
			form->cursor_row = area.y + row;
			form->cursor_column = area.x + column;
		}
		term_text(term, area, row, column, here ? STYLE_CURSOR : STYLE_NORMAL, text);
		column += cells + 2;
	}
	return row + 1;
}

int form_draw(struct form *form, struct terminal *term, struct rect area, int row, int from, int to)
{
	for (int i = from; i < to; i++)
		row = draw_field(form, term, area, row, i);
	return row;
}
