/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that a pattern needs: too many of them would lose matches, so doubt must mean none. */
#include <glib.h>

#include "rules/needed.h"
#include "rules/pattern.h"

static const struct {
	const char *pattern, *words; /* joined by `|`; NULL: none */
} rows[] = {
	{"mailbox full", "mailbox full"},
	{"\\bno such users?\\b", "no such user"},
	{"\\bex(?:ceeded|hausted)\\b", "ceeded|hausted"},
	{"(?:ab|mailbox) disabled", " disabled"},
	{"(?:abc|de) f", NULL},
	{"(?:account|user)? (?:is )*locked", "locked"},
	{"(?:account|user)+", "account|user"},
	{"account{0,3}", "accoun"},
	{"(?:account){0,3}", NULL},
	{"(?:account){2}", "account"},
	{"colou?r full", "r full"},
	{"5\\.7\\.1\\b", "5.7.1"},
	{"(?<list>[\\w.-]+) blocked", " blocked"},
	{"(?=.*quota)", NULL},
	{"(?!.*quota)over", "over"},
	{"(?<!no )(?<=a )quota", "quota"},
	{"[]abc]{2}def[^]x]", "def"},
	{"abc|\\d", NULL},
	{"abc|def|", NULL},
	{"gr\xc3\xb6\xc3\x9f"
	 "e",
		NULL},
	{"gr\xc3\xb6\xc3\x9f"
	 "er als",
		"er als"},
	/* What is not known: no word at all. */
	{"abc[[:alpha:]]", NULL},
	{"(?i)abc", NULL},
	{"\\x41bc def", NULL},
	{"\\Qa.b\\E", NULL},
	{"(abc)\\1", NULL},
	{"abc(", NULL},
	{"abc)", NULL},
	{"abc{x", NULL},
	{"*abc", NULL},
	{"", NULL},
};

static char *join(const GPtrArray *words)
{
	GString *out = words ? g_string_new(NULL) : NULL;

	for (guint i = 0; words && i < words->len; i++)
		g_string_append_printf(out, "%s%s", i ? "|" : "", (char *)words->pdata[i]);
	return out ? g_string_free(out, FALSE) : NULL;
}

static void test_words(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GPtrArray *words = needed_words(rows[i].pattern);
		g_autofree char *joined = join(words);

		g_test_message("%s", rows[i].pattern);
		g_assert_cmpstr(joined, ==, rows[i].words);
		g_clear_pointer(&words, g_ptr_array_unref);
	}
}

/* Nested deeper than anybody writes. */
static void test_depth(void)
{
	g_autoptr(GString) pattern = g_string_new(NULL);

	for (int i = 0; i < 10000; i++)
		g_string_append(pattern, "(?:");
	g_assert_null(needed_words(pattern->str));
}

/* U+017F and U+212A are matched by s and k. */
static void test_odd_letters(void)
{
	static const char *const texts[] = {
		"DISK SPACE", "di\xc5\xbfk space", "dis\xe2\x84\xaa space"};
	struct pattern *pattern = pattern_new("\\bdisk (?:space|quota)\\b");
	struct pattern_room *room = pattern_room_new();
	struct sight sight;
	struct span found;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		sight_set(&sight, span_of(texts[i]));
		g_assert_true(pattern_match(pattern, room, &sight, &found));
	}
	sight_set(&sight, SPAN_LIT("disc space"));
	g_assert_false(pattern_match(pattern, room, &sight, &found));
	pattern_room_free(room);
	pattern_free(pattern);
}

/* Each part of a pattern asks for its words. */
static void test_texts(void)
{
	static const struct {
		const char *pattern, *text;
		bool may;
	} texts[] = {
		{"(?:host|domain) (?:is )?unknown", "the HOST mx1 is Unknown here", true},
		{"(?:host|domain) (?:is )?unknown", "a host", false},
		{"(?:host|domain) (?:is )?unknown", "user unknown", false},
		{"\\b(?:hit|reached) (?:its |the )?(?:(?:mail )+limit|quota)", "hit the quota",
			true},
		{"\\b(?:hit|reached) (?:its |the )?(?:(?:mail )+limit|quota)", "hit it", false},
		{"(?:ab|cd)+ef", "cdef", true},
		{"(?:ab|cd)+ef", "ab fe", false},
		{"\\d+", "none", true},
		{"\u0e40\u0e15\u0e47\u0e21", "\u0e40\u0e15\u0e47\u0e21", true},
		{"\u6ee1\u4e86", "\u6ee1", false},
		{"\u043f\u043e\u0447\u0442\u0430 \\d", "\u041f\u041e\u0427\u0422\u0410 1", true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct needed *needed = needed_new(texts[i].pattern);
		struct sight sight;

		sight_set(&sight, span_of(texts[i].text));
		g_test_message("%s: %s", texts[i].pattern, texts[i].text);
		g_assert_cmpint(needed_stand_in(needed, &sight), ==, texts[i].may);
		needed_free(needed);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/needed/words", test_words);
	g_test_add_func("/needed/depth", test_depth);
	g_test_add_func("/needed/texts", test_texts);
	g_test_add_func("/needed/odd-letters", test_odd_letters);
	return g_test_run();
}
