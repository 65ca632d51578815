/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/menu.h"

#include "ui/key.h"
#include "ui/scroll.h"

struct item {
	int key;
	char *text;
	bool is_current;
};

struct menu {
	struct view view;
	char *title;
	menu_chosen *chosen;
	void *user;
	void (*fill)(struct menu *menu, void *user); /* NULL: the items stay what they are */
	GArray *items;                               /* struct item */
	struct scroll scroll;
	GString *typed; /* so far, to jump by; NULL: keys do not jump */
	bool pushed;
};

static void item_clear(gpointer item)
{
	g_free(((struct item *)item)->text);
}

static void menu_draw(struct view *view, struct rect area)
{
	struct menu *menu = (struct menu *)view;
	struct terminal *term = view->app->term;
	int w = term_cells(term, menu->title) + 8, h = MIN((int)menu->items->len + 2, area.h);
	struct rect inside;

	for (guint i = 0; i < menu->items->len; i++)
		w = MAX(w, term_cells(term, g_array_index(menu->items, struct item, i).text) + 10);
	w = MIN(w, area.w);
	inside = term_frame(
		term, (struct rect){MAX((area.h - h) / 2, 0), (area.w - w) / 2, h, w}, menu->title);
	scroll_fit(&menu->scroll, menu->items->len, inside.h);
	for (int line = 0; line < inside.h && menu->scroll.top + (size_t)line < menu->items->len;
		line++) {
		size_t i = menu->scroll.top + (size_t)line;
		const struct item *item = &g_array_index(menu->items, struct item, i);
		enum style style = i == menu->scroll.cursor ? STYLE_CURSOR : STYLE_NORMAL;
		char name[KEY_NAME];
		g_autofree char *text = g_strdup_printf("%s%s %s %s",
			i == menu->scroll.cursor ? ">" : " ", item->is_current ? "*" : " ",
			item->key ? key_text(item->key, name) : " ", item->text);

		term_field(term, inside, line, 0, inside.w, style, text);
	}
	view->cursor_y = inside.y + (int)(menu->scroll.cursor - menu->scroll.top);
	view->cursor_x = inside.x;
}

static void choose(struct menu *menu, size_t i)
{
	struct app *app = menu->view.app;
	menu_chosen *chosen = menu->chosen;
	void *user = menu->user;

	app_pop(app, &menu->view);
	chosen(user, (int)i);
	app_redraw(app);
}

static bool begins(const struct item *item, const char *typed)
{
	g_autofree char *text = g_utf8_casefold(item->text, -1);
	g_autofree char *head = g_utf8_casefold(typed, -1);

	return g_str_has_prefix(text, head);
}

static bool jump_to(struct menu *menu, const char *typed)
{
	for (guint i = 0; i < menu->items->len; i++)
		if (begins(&g_array_index(menu->items, struct item, i), typed)) {
			menu->scroll.cursor = i;
			return true;
		}
	return false;
}

/* A sign that leads nowhere begins anew. */
static void jump(struct menu *menu, gunichar sign)
{
	g_string_append_unichar(menu->typed, sign);
	if (!jump_to(menu, menu->typed->str)) {
		g_string_truncate(menu->typed, 0);
		g_string_append_unichar(menu->typed, sign);
		if (!jump_to(menu, menu->typed->str))
			g_string_truncate(menu->typed, 0);
	}
	app_redraw(menu->view.app);
}

static bool menu_key(struct view *view, int key)
{
	struct menu *menu = (struct menu *)view;

	if (menu->typed && key > ' ' && key < K_SPECIAL && g_unichar_isprint((gunichar)key)) {
		jump(menu, (gunichar)key);
		return true;
	}

	for (guint i = 0; i < menu->items->len; i++)
		if (g_array_index(menu->items, struct item, i).key == key && key) {
			choose(menu, i);
			return true;
		}
	return false;
}

static bool menu_command(struct view *view, int command, const char *argument)
{
	struct menu *menu = (struct menu *)view;

	(void)argument;
	if (menu->typed)
		g_string_truncate(menu->typed, 0);
	switch (command) {
	case UI_OPEN:
	case UI_SORT:
	case UI_PARTS:
		choose(menu, menu->scroll.cursor);
		return true;
	case UI_CLOSE:
	case UI_CANCEL:
		app_pop(view->app, view);
		return true;
	case UI_QUIT:
		return false;
	default:
		scroll_command(&menu->scroll, command);
		return true;
	}
}

static void refill(struct menu *menu);

static void menu_event(struct view *view, enum session_event event)
{
	if (event != SESSION_PROGRESS)
		refill((struct menu *)view);
}

static unsigned menu_context(struct view *view)
{
	(void)view;
	return IN_LIST;
}

static void menu_free(struct view *view)
{
	struct menu *menu = (struct menu *)view;

	g_free(menu->title);
	if (menu->typed)
		g_string_free(menu->typed, TRUE);
	g_array_unref(menu->items);
	g_free(menu);
}

static const struct view_class menu_class = {
	.name = "menu",
	.overlay = true,
	.context = menu_context,
	.draw = menu_draw,
	.key = menu_key,
	.command = menu_command,
	.event = menu_event,
	.free = menu_free,
};

struct menu *menu_new(const char *title, menu_chosen *chosen, void *user)
{
	struct menu *menu = g_new0(struct menu, 1);

	menu->view.class = &menu_class;
	menu->title = g_strdup(title);
	menu->chosen = chosen;
	menu->user = user;
	menu->items = g_array_new(FALSE, FALSE, sizeof(struct item));
	g_array_set_clear_func(menu->items, item_clear);
	return menu;
}

void menu_add(struct menu *menu, int key, const char *text, bool is_current)
{
	struct item item = {key, g_strdup(text), is_current};

	if (is_current && !menu->pushed)
		menu->scroll.cursor = menu->items->len;
	g_array_append_val(menu->items, item);
}

void menu_jump(struct menu *menu)
{
	menu->typed = g_string_new(NULL);
}

static void refill(struct menu *menu)
{
	if (!menu->fill)
		return;
	g_array_set_size(menu->items, 0);
	menu->fill(menu, menu->user);
	menu->scroll.count = menu->items->len;
}

void menu_fill_with(struct menu *menu, void (*fill)(struct menu *menu, void *user))
{
	menu->fill = fill;
	refill(menu);
}

void menu_push(struct app *app, struct menu *menu)
{
	menu->pushed = true;
	menu->scroll.count = menu->items->len;
	app_push(app, &menu->view);
}
