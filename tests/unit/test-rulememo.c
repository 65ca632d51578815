/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is remembered of texts: never another answer than was given, whatever falls out. */
#include <glib.h>

#include "extract/scanmemo.h"
#include "rules/rulememo.h"

#define MANY 20000

static struct rule_match match_at(size_t at, size_t n, struct span text)
{
	struct rule_match match = {.at = at, .n = n};

	match.fact[FACT_IP] = (struct span){text.p + at, n};
	return match;
}

/* Facts are places of the text that is asked about, not of the one that was kept. */
static void test_found(void)
{
	struct rule_memo *memo = rule_memo_new();
	struct rule_subject subject = {.reply = 550};
	g_autofree char *first = g_strdup("blocked 192.0.2.1"), *second = g_strdup(first);
	struct span a = span_of(first), b = span_of(second);
	struct rule_match match = match_at(8, 9, a), found;
	bool any;

	g_assert_false(rule_memo_find(memo, &subject, a, &any, &found));
	rule_memo_keep(memo, &subject, a, true, &match);
	memset(first, 'x', a.n);
	g_assert_true(rule_memo_find(memo, &subject, b, &any, &found));
	g_assert_true(any);
	g_assert_cmpuint(found.at, ==, 8);
	g_assert_true(found.fact[FACT_IP].p == second + 8 && found.fact[FACT_IP].n == 9);
	g_assert_null(found.fact[FACT_LINK].p);
	rule_memo_free(memo);
}

/* Whatever a rule may ask for makes it another question. */
static void test_asked(void)
{
	static const struct rule_subject others[] = {
		{.reply = 551},
		{.reply = 550, .told = true},
		{.reply = 550, .outgoing = true},
		{.reply = 550, .phase = 1},
		{.reply = 550, .status = {5, 1, 1}},
		{.reply = 550, .provider = (const struct provider *)"p"},
	};
	struct rule_memo *memo = rule_memo_new();
	struct rule_subject subject = {.reply = 550};
	struct span text = SPAN_LIT("no such user");
	struct rule_match match = {.n = 2}, found;
	bool any;

	rule_memo_keep(memo, &subject, text, false, &match);
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		g_assert_false(rule_memo_find(memo, &others[i], text, &any, &found));
	g_assert_false(rule_memo_find(memo, &subject, SPAN_LIT("no such User"), &any, &found));
	g_assert_false(rule_memo_find(memo, &subject, SPAN_LIT("no such"), &any, &found));
	g_assert_true(rule_memo_find(memo, &subject, text, &any, &found));
	g_assert_false(any);
	rule_memo_free(memo);
}

/* Room is bounded: of many texts the last ones are there, with their own answers. */
static void test_many(void)
{
	struct rule_memo *memo = rule_memo_new();
	struct rule_subject subject = {.reply = 550};
	size_t there = 0;

	for (size_t i = 0; i < MANY; i++) {
		g_autofree char *text = g_strdup_printf("text %zu", i);
		struct rule_match match = match_at(i, 1, span_of(text));

		rule_memo_keep(memo, &subject, span_of(text), true, &match);
	}
	for (size_t i = 0; i < MANY; i++) {
		g_autofree char *text = g_strdup_printf("text %zu", i);
		struct rule_match found;
		bool any, known = rule_memo_find(memo, &subject, span_of(text), &any, &found);

		there += known;
		g_assert_true(!known || (any && found.at == i));
		g_assert_true(known || i < MANY - 1);
	}
	g_assert_cmpuint(there, >, 0);
	g_assert_cmpuint(there, <, MANY / 2);
	rule_memo_free(memo);
}

/* The words of a short text, by the kind of scan; a long text is not kept. */
static void test_scans(void)
{
	struct scan_memo *memo = scan_memo_new();
	const struct scanned words = {{7, 9}, 2}, none = {.n = 0};
	g_autofree char *long_text = g_strnfill(500, 'x');
	size_t there = 0;

	scan_memo_keep(memo, 1, SPAN_LIT("failure notice"), &words);
	scan_memo_keep(memo, 2, SPAN_LIT("failure notice"), &none);
	g_assert_cmpuint(scan_memo_find(memo, 1, SPAN_LIT("failure notice"))->n, ==, 2);
	g_assert_cmpuint(scan_memo_find(memo, 1, SPAN_LIT("failure notice"))->words[1], ==, 9);
	g_assert_cmpuint(scan_memo_find(memo, 2, SPAN_LIT("failure notice"))->n, ==, 0);
	g_assert_null(scan_memo_find(memo, 1, SPAN_LIT("failure")));
	g_assert_null(scan_memo_find(memo, 1, SPAN_NONE));
	scan_memo_keep(memo, 1, span_of(long_text), &words);
	g_assert_null(scan_memo_find(memo, 1, span_of(long_text)));
	for (uint32_t i = 0; i < 2 * MANY; i++) {
		g_autofree char *text = g_strdup_printf("text %u", i % MANY);
		struct scanned scanned = {{i}, 1};
		const struct scanned *known = scan_memo_find(memo, 1, span_of(text));

		if (i < MANY)
			scan_memo_keep(memo, 1, span_of(text), &scanned);
		g_assert_true(!known || known->words[0] == i % MANY);
		there += known != NULL;
	}
	g_assert_cmpuint(there, >, 0);
	g_assert_cmpuint(there, <, MANY / 2);
	scan_memo_free(memo);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rulememo/found", test_found);
	g_test_add_func("/rulememo/asked", test_asked);
	g_test_add_func("/rulememo/many", test_many);
	g_test_add_func("/rulememo/scans", test_scans);
	return g_test_run();
}
