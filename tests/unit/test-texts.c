/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that are kept once: equal ones are one, whatever their length and number. */
#include <glib.h>

#include "triage/texts.h"

#define MANY 100000

static uint32_t add(struct texts *texts, const char *text)
{
	return texts_add(texts, span_of(text));
}

static void test_equal(void)
{
	struct texts *texts = texts_new();
	uint32_t neko = add(texts, "neko@cat.example"), empty = add(texts, "");
	const char *kept = texts_get(texts, neko);

	g_assert_cmpstr(kept, ==, "neko@cat.example");
	g_assert_cmpstr(texts_get(texts, empty), ==, "");
	g_assert_null(texts_get(texts, 0));
	g_assert_cmpuint(empty, !=, 0);
	g_assert_cmpuint(add(texts, "neko@cat.example"), ==, neko);
	g_assert_cmpuint(add(texts, "neko@cat"), !=, neko);
	g_assert_cmpuint(texts_add(texts, (struct span){"neko@cat.example.org", 16}), ==, neko);
	g_assert_cmpuint(texts_put(texts, span_of("neko@cat.example")), !=, neko);
	g_assert_true(texts_get(texts, neko) == kept);
	texts_unref(texts);
}

/* Texts of each length around that of a block, short ones between them. */
static void test_lengths(void)
{
	struct texts *texts = texts_new();
	g_autofree char *long_one = g_strnfill(200000, 'x');
	static const size_t lengths[] = {
		65534, 1, 65535, 2, 65536, 65537, 3, 131071, 131072, 199999};
	uint32_t numbers[G_N_ELEMENTS(lengths)];

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++)
		numbers[i] = texts_add(texts, (struct span){long_one, lengths[i]});
	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_assert_cmpuint(strlen(texts_get(texts, numbers[i])), ==, lengths[i]);
		g_assert_cmpuint(
			texts_add(texts, (struct span){long_one, lengths[i]}), ==, numbers[i]);
	}
	texts_unref(texts);
}

static void test_many(void)
{
	struct texts *texts = texts_new();
	g_autofree uint32_t *numbers = g_new(uint32_t, MANY);

	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *text = g_strdup_printf("%u@cat.example", i);
		numbers[i] = add(texts, text);
	}
	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *text = g_strdup_printf("%u@cat.example", i);
		g_assert_cmpstr(texts_get(texts, numbers[i]), ==, text);
		g_assert_cmpuint(add(texts, text), ==, numbers[i]);
	}
	texts_unref(texts);
}

static void test_lists(void)
{
	struct texts *texts = texts_new();
	char *const both[] = {"inbox", "vip", NULL}, *const again[] = {"inbox", "vip", NULL},
		    *const turned[] = {"vip", "inbox", NULL}, *const one[] = {"inbox", NULL},
		    *const none[] = {NULL};
	uint32_t list = texts_add_list(texts, both);

	g_assert_cmpuint(texts_add_list(texts, again), ==, list);
	g_assert_cmpuint(texts_add_list(texts, turned), !=, list);
	g_assert_cmpuint(texts_add_list(texts, one), !=, list);
	g_assert_cmpuint(texts_add_list(texts, none), ==, 0);
	g_assert_cmpuint(texts_add_list(texts, NULL), ==, 0);
	g_assert_true(g_strv_equal(
		(const char *const *)texts_get_list(texts, list), (const char *const *)both));
	g_assert_null(*texts_get_list(texts, 0));
	texts_unref(texts);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/texts/equal", test_equal);
	g_test_add_func("/texts/lengths", test_lengths);
	g_test_add_func("/texts/many", test_many);
	g_test_add_func("/texts/lists", test_lists);
	return g_test_run();
}
