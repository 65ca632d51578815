/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the interface that need no terminal: keys, the line being typed, rows of a report.
 */
#include <glib.h>

#include "base/errors.h"
#include "ui/editline.h"
#include "ui/flow.h"
#include "ui/key.h"
#include "ui/keymap.h"
#include "ui/named.h"
#include "ui/scroll.h"
#include "ui/theme.h"

/* --- keys */

static void test_keys(void)
{
	static const struct {
		const char *sequence;
		int keys[KEYS_MAX];
		unsigned n;
	} cases[] = {
		{"j", {'j'}, 1},
		{"gg", {'g', 'g'}, 2},
		{"C-d", {4}, 1},
		{"PageDown", {K_PAGE_DOWN}, 1},
		{"C-x C-s", {24, 19}, 2},
		{"F10", {K_F1 + 9}, 1},
		{"F1", {K_F1}, 1},
		{"S-Tab", {K_BACKTAB}, 1},
		{"\303\266", {0xf6}, 1},
		{"Space", {' '}, 1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t at = 0;
		char name[KEY_NAME];

		g_test_message("%s", cases[i].sequence);
		for (unsigned k = 0; k < cases[i].n; k++)
			g_assert_cmpint(
				key_parse(span_of(cases[i].sequence), &at), ==, cases[i].keys[k]);
		g_assert_cmpint(key_parse(span_of(cases[i].sequence), &at), ==, -1);
		if (cases[i].n == 1)
			g_assert_cmpstr(key_text(cases[i].keys[0], name), ==, cases[i].sequence);
	}
}

static GKeyFile *config(const char *text)
{
	GKeyFile *file = g_key_file_new();

	g_assert_true(g_key_file_load_from_data(file, text, strlen(text), 0, NULL));
	return file;
}

/* What a key does under a configuration: the command, "-" for nothing, "..." for a prefix. */
static void test_keymap(void)
{
	static const struct {
		const char *config, *keys;
		unsigned context;
		const char *does;
	} cases[] = {
		{"", "j", IN_LIST, "next"},
		{"", "g", IN_LIST, "..."},
		{"", "gc", IN_LIST, "group"},
		{"", "gz", IN_LIST, "-"},
		{"", "t", IN_HELP, "-"},
		{"[keys]\nx=retry\n", "x", IN_LIST, "retry"},
		{"[keys]\nr=\n", "r", IN_LIST, "-"},
		{"[keys]\nC-x=tag +seen\n", "C-x", IN_LIST, "tag"},
		{"[keys]\ng=next\n", "g", IN_LIST, "next"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GKeyFile) file = config(cases[i].config);
		struct keymap *keymap = keymap_new(NULL, file, NULL);
		const struct binding *binding = NULL;
		int keys[KEYS_MAX];
		unsigned n = 0;
		enum keymap_result result;

		for (size_t at = 0; at < strlen(cases[i].keys);)
			keys[n++] = key_parse(span_of(cases[i].keys), &at);
		result = keymap_find(keymap, keys, n, cases[i].context, &binding);
		g_test_message("%s in %u", cases[i].keys, cases[i].context);
		g_assert_cmpstr(result == KEYMAP_BOUND    ? binding->command->name
				: result == KEYMAP_PREFIX ? "..."
							  : "-",
			==, cases[i].does);
		keymap_free(keymap);
	}
}

static void test_keymap_wrong(void)
{
	static const char *const wrong[] = {"[keys]\nx=no-such-thing\n", "[keys]\nabcdef=next\n"};

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GKeyFile) file = config(wrong[i]);
		g_autoptr(GError) error = NULL;

		g_assert_null(keymap_new(NULL, file, &error));
		g_assert_error(error, NIXIE_ERROR, NIXIE_CONFIG);
		g_assert_true(g_str_has_prefix(error->message, "[keys] "));
	}
}

/* What own keys do to each other and to the table. */
static void test_keymap_conflicts(void)
{
	static const struct {
		const char *config;
		const char *told[3]; /* beginnings */
	} cases[] = {
		{"", {NULL}},
		{"[keys]\nC-x=retry\nC-g=export\n", {NULL}},
		{"[keys]\nx=\n", {NULL}}, /* taken away on purpose */
		{"[keys]\ng=next\n", {"[keys] g: hides what begins with it: gg, gc"}},
		{"[keys]\njk=retry\n", {"[keys] jk: cannot be typed: j alone means next"}},
		{"[keys]\nPgDn=retry\nPageDown=export\n",
			{"[keys] PageDown: the same key as PgDn; it means export, and retry is "
			 "lost"}},
		{"[keys]\nr=export\n", {"[keys] r: no key is left for retry"}},
		{"[keys]\nr=export\nC-x=retry\n", {NULL}},
		{"[keys]\nC-x=retry\nC-x a=export\n",
			{"[keys] C-x: hides what begins with it: C-xa",
				"[keys] C-x a: cannot be typed: C-x alone means retry"}},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GKeyFile) file = config(cases[i].config);
		struct keymap *keymap = keymap_new(NULL, file, NULL);
		g_autoptr(GPtrArray) told = keymap_conflicts(keymap);
		guint n = 0;

		for (; cases[i].told[n]; n++) {
			g_assert_cmpuint(told->len, >, n);
			g_test_message("%s", (char *)told->pdata[n]);
			g_assert_true(g_str_has_prefix(told->pdata[n], cases[i].told[n]));
		}
		g_assert_cmpuint(told->len, ==, n);
		keymap_free(keymap);
	}
}

/* --- looks */

static void test_look(void)
{
	static const struct {
		const char *text;
		struct look look;
	} good[] = {
		{"default", {-1, -1, 0}},
		{"red", {1, -1, 0}},
		{"red bold", {1, -1, LOOK_BOLD}},
		{"white on blue", {7, 4, 0}},
		{"bright-yellow on 236 underline", {11, 236, LOOK_UNDERLINE}},
		{"reverse dim", {-1, -1, LOOK_REVERSE | LOOK_DIM}},
		{"on 17", {-1, 17, 0}},
		{"default on black", {-1, 0, 0}},
	};
	static const char *const bad[] = {
		"", "reddish", "red on", "256", "red blue", "red on blue on green", "on on red"};
	struct look look;

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_test_message("%s", good[i].text);
		g_assert_true(look_parse(good[i].text, &look));
		g_assert_cmpint(look.foreground, ==, good[i].look.foreground);
		g_assert_cmpint(look.background, ==, good[i].look.background);
		g_assert_cmpuint(look.attributes, ==, good[i].look.attributes);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_test_message("%s", bad[i]);
		g_assert_false(look_parse(bad[i], &look));
	}
}

static void test_themes(void)
{
	g_auto(GStrv) names = named_all("themes");
	struct theme theme;

	g_assert_cmpuint(g_strv_length(names), >=, 4);
	for (char **name = names; *name; name++) {
		g_autoptr(GError) error = NULL;
		bool coloured = false;

		g_assert_true(theme_load(*name, NULL, &theme, &error));
		for (int i = 0; i < STYLE_COUNT; i++)
			coloured |=
				theme.looks[i].foreground >= 0 || theme.looks[i].background >= 0;
		g_assert_cmpint(coloured, ==, strcmp(*name, "mono") != 0);
		g_assert_cmpuint(theme.looks[STYLE_CURSOR].attributes & LOOK_REVERSE ||
					 theme.looks[STYLE_CURSOR].background >= 0,
			==, 1);
	}
}

static void test_theme_colours(void)
{
	static const struct {
		const char *theme, *config, *trouble;
	} wrong[] = {
		{"nosuch", "", "there is no theme `nosuch`; there are default, high-contrast"},
		{"../mono", "", "there is no theme"},
		{"default", "[colours]\nhard=reddish\n", "[colours] hard: `reddish` is no look"},
		{"default", "[colours]\nhart=red\n", "[colours] hart: nothing on the screen"},
	};
	g_autoptr(GKeyFile) own = config("[colours]\nhard=208 on black underline\n");
	struct theme theme;

	g_assert_true(theme_load(NULL, own, &theme, NULL));
	g_assert_cmpint(theme.looks[STYLE_HARD].foreground, ==, 208);
	g_assert_cmpint(theme.looks[STYLE_SOFT].foreground, ==, 3); /* the others are left */
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GKeyFile) file = config(wrong[i].config);
		g_autoptr(GError) error = NULL;

		g_assert_false(theme_load(wrong[i].theme, file, &theme, &error));
		g_assert_error(error, NIXIE_ERROR, NIXIE_CONFIG);
		g_assert_nonnull(strstr(error->message, wrong[i].trouble));
	}
}

/* In one context no sequence may mean two things, nor be the beginning of another. */
static void test_no_double_use(void)
{
	struct keymap *keymap = keymap_new(NULL, NULL, NULL);
	static const int nothing_typed[1];

	for (unsigned context = 1; context & IN_ALL; context <<= 1) {
		g_autoptr(GPtrArray) all = keymap_after(keymap, nothing_typed, 0, context);

		for (guint i = 0; i < all->len; i++)
			for (guint k = 0; k < all->len; k++) {
				const struct binding *a = all->pdata[i], *b = all->pdata[k];

				if (i != k && a->n <= b->n)
					g_assert_cmpint(
						memcmp(a->keys, b->keys, a->n * sizeof *a->keys),
						!=, 0);
			}
		g_assert_cmpuint(all->len, >, context == IN_ADDRESS ? 0 : 10);
	}
	keymap_free(keymap);
}

/* The sets of keys that come along: nothing in them takes the last key of anything, or hides
 * another. */
static void test_presets(void)
{
	g_auto(GStrv) names = named_all("keys");

	g_assert_true(g_strv_contains((const char *const *)names, "neomutt"));
	g_assert_true(g_strv_contains((const char *const *)names, "vim"));
	for (char **name = names; *name; name++) {
		g_autofree char *path = named_find("keys", *name);
		g_autoptr(GKeyFile) file = g_key_file_new();
		g_autoptr(GError) error = NULL;
		struct keymap *preset = keymap_new(*name, NULL, &error), *own;
		g_autoptr(GPtrArray) told = NULL, untold = NULL;

		g_assert_no_error(error);
		g_assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
		own = keymap_new(NULL, file, &error);
		g_assert_no_error(error);
		told = keymap_conflicts(own);
		untold = keymap_conflicts(preset);
		g_assert_cmpstr(told->len ? told->pdata[0] : NULL, ==, NULL);
		g_assert_cmpuint(untold->len, ==, 0);
		for (const struct ui_command *c = ui_commands; c->name; c++) {
			g_autofree char *keys = keymap_keys(preset, c, false);

			g_test_message("%s: %s %s", *name, c->name, keys);
			g_assert_true(*keys || !*c->keys);
		}
		keymap_free(own);
		keymap_free(preset);
	}
}

static void test_preset_wrong(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(keymap_new("emacs", NULL, &error));
	g_assert_error(error, NIXIE_ERROR, NIXIE_CONFIG);
	g_assert_nonnull(strstr(error->message, "there are default, neomutt, vim"));
}

/* Nothing needs a mouse: what has no key has a name for `:` that stands for it alone. */
static void test_all_by_keyboard(void)
{
	for (const struct ui_command *c = ui_commands; c->name; c++)
		g_assert_true(*c->keys || ui_command_by_name(c->name) == c);
}

/* --- the line */

static void test_editline(void)
{
	static const struct {
		const char *text;
		int keys[8];
		const char *after;
	} cases[] = {
		{"ab", {'c'}, "abc"},
		{"ab", {K_LEFT, 'x'}, "axb"},
		{"\303\244\303\266", {K_BACKSPACE}, "\303\244"},
		{"one two", {KEY_CTRL('w')}, "one "},
		{"one two", {KEY_CTRL('a'), KEY_CTRL('k')}, ""},
		{"abc", {K_LEFT, KEY_CTRL('u')}, "c"},
		{"abc", {K_HOME, K_DELETE, K_END, 0xe9}, "bc\303\251"},
		{"", {K_BACKSPACE, K_DELETE, K_LEFT, K_RIGHT, KEY_CTRL('w')}, ""},
		{"", {K_PASTE_BEGIN, 'a', '\r', 'b', K_PASTE_END}, "a b"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct editline line;

		editline_init(&line, cases[i].text);
		for (size_t k = 0; k < 8 && cases[i].keys[k]; k++)
			g_assert_true(editline_key(&line, cases[i].keys[k]));
		g_assert_cmpstr(line.text->str, ==, cases[i].after);
		editline_clear(&line);
	}
}

/* --- rows of a report */

static void test_flow(void)
{
	static const struct {
		const char *text;
		int width;
		bool wrap;
		const char *rows; /* `/` between rows, `+` before continued ones */
	} cases[] = {
		{"a\nb\r\nc\rd", 10, true, "a/b/c/d"}, {"", 10, true, ""},
		{"one two three", 8, true, "one two /+three"},
		{"one two three", 8, false, "one two three"},
		{"abcdefghijklm", 8, true, "abcdefgh/+ijklm"}, {"\tx", 8, true, "\t/+x"},
		{"\347\214\253\347\214\253\347\214\253\347\214\253", 7, true,
			"\347\214\253\347\214\253\347\214\253/+\347\214\253"},
		{"\033\033\033\033", 7, true, "\033\033\033/+\033"}, /* two cells each */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct flow flow = {0};
		g_autoptr(GString) rows = g_string_new(NULL);

		flow_init(&flow, TEXT_PLAIN);
		flow_set(&flow, span_of(cases[i].text));
		flow_layout(&flow, cases[i].width, cases[i].wrap);
		for (guint k = 0; k < flow.rows->len; k++) {
			const struct flow_row *row = &g_array_index(flow.rows, struct flow_row, k);

			g_string_append_printf(
				rows, "%s%s", k ? "/" : "", row->continued ? "+" : "");
			g_string_append_len(rows, cases[i].text + row->at, (gssize)row->n);
		}
		g_assert_cmpstr(rows->str, ==, cases[i].rows);
		flow_clear(&flow);
	}
}

static void test_flow_places(void)
{
	struct flow flow = {0};
	struct flow_range found;

	flow_init(&flow, TEXT_PLAIN);
	flow_set(&flow, SPAN_LIT("aaa\nbbb User unknown\nccc\nuser again\n"));
	flow_add_evidence(&flow, 27, 4);
	flow_add_evidence(&flow, 8, 12);
	flow_add_evidence(&flow, 1000, 5); /* a child may say anything */
	flow_layout(&flow, 80, false);
	g_assert_cmpuint(flow.evidence->len, ==, 2);
	g_assert_true(flow_next_evidence(&flow, 0, false, &found));
	g_assert_cmpuint(found.at, ==, 8);
	g_assert_true(flow_next_evidence(&flow, 1, false, &found));
	g_assert_cmpuint(flow_row_of(&flow, found.at), ==, 3);
	g_assert_true(flow_next_evidence(&flow, 3, false, &found)); /* round the end */
	g_assert_cmpuint(found.at, ==, 8);
	g_assert_true(flow_find(&flow, "user", 1, false, true, &found));
	g_assert_cmpuint(flow_row_of(&flow, found.at), ==, 3);
	g_assert_true(flow_find(&flow, "user", 1, true, true, &found));
	g_assert_cmpuint(flow_row_of(&flow, found.at), ==, 3);
	g_assert_true(flow_find(&flow, "AAA", 3, true, true, &found));
	g_assert_cmpuint(found.at, ==, 0);
	g_assert_false(flow_find(&flow, "nothing", 0, false, false, &found));
	flow_layout(&flow, 8, false);
	flow_show(&flow, (struct flow_range){8, 12});
	g_assert_cmpint(flow.left, >, 0);
	flow_clear(&flow);
}

/* A mail of one line of a megabyte is laid out, and stays in pieces that can be drawn. */
static void test_flow_long(void)
{
	struct flow flow = {0};
	g_autofree char *text = g_strnfill(1 << 20, 'x');

	flow_init(&flow, TEXT_PLAIN);
	flow_set(&flow, (struct span){text, 1 << 20});
	flow_layout(&flow, 80, false);
	g_assert_cmpuint(flow.rows->len, >, 100);
	for (guint i = 0; i < flow.rows->len; i++)
		g_assert_cmpuint(g_array_index(flow.rows, struct flow_row, i).n, <=, 8192);
	flow_clear(&flow);
}

/* --- scrolling */

static void test_scroll(void)
{
	struct scroll scroll = {0};

	scroll_fit(&scroll, 0, 10);
	for (int command = 0; command < UI_COMMAND_COUNT; command++)
		scroll_command(&scroll, command);
	g_assert_cmpuint(scroll.cursor, ==, 0);
	scroll_fit(&scroll, 100, 10);
	scroll_command(&scroll, UI_LAST);
	g_assert_cmpuint(scroll.cursor, ==, 99);
	g_assert_cmpuint(scroll.top, ==, 90);
	scroll_fit(&scroll, 5, 10);
	g_assert_cmpuint(scroll.cursor, ==, 4);
	g_assert_cmpuint(scroll.top, ==, 0);
	scroll_fit(&scroll, 100, 10);
	scroll_command(&scroll, UI_PAGE_DOWN);
	g_assert_cmpuint(scroll.cursor, ==, 14);
	g_assert_true(scroll.top <= scroll.cursor && scroll.cursor < scroll.top + 10);
	g_assert_true(scroll_page(&scroll, true));
	scroll_to(&scroll, 1000);
	g_assert_false(scroll_page(&scroll, true));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ui/keys", test_keys);
	g_test_add_func("/ui/keymap", test_keymap);
	g_test_add_func("/ui/keymap/wrong", test_keymap_wrong);
	g_test_add_func("/ui/keymap/no-double-use", test_no_double_use);
	g_test_add_func("/ui/keymap/presets", test_presets);
	g_test_add_func("/ui/keymap/preset-wrong", test_preset_wrong);
	g_test_add_func("/ui/keymap/all-by-keyboard", test_all_by_keyboard);
	g_test_add_func("/ui/keymap/conflicts", test_keymap_conflicts);
	g_test_add_func("/ui/theme/look", test_look);
	g_test_add_func("/ui/theme/all", test_themes);
	g_test_add_func("/ui/theme/colours", test_theme_colours);
	g_test_add_func("/ui/editline", test_editline);
	g_test_add_func("/ui/flow", test_flow);
	g_test_add_func("/ui/flow/places", test_flow_places);
	g_test_add_func("/ui/flow/long", test_flow_long);
	g_test_add_func("/ui/scroll", test_scroll);
	return g_test_run();
}
