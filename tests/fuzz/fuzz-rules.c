/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what a server said: codes, replies, the folded text, and the shipped rules. */
#include "base/arena.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/status.h"
#include "shipped.h"

/* Loaded once, and kept for as long as the process lives. */
static struct rule_set *shipped_rules(void)
{
	static struct rule_set *rules;

	if (!rules) {
		g_autofree char *dir = source_path("data/rules");
		const char *const dirs[] = {dir, NULL};
		g_autoptr(GError) error = NULL;

		rules = rule_set_load(shipped_knowledge(), dirs, NULL, &error);
		g_assert_no_error(error);
	}
	return rules;
}

static void check_codes(const struct knowledge *knowledge, struct span text)
{
	struct status status;
	struct reply reply;

	if (status_find(text, &status))
		g_assert_true(is_inside(status.at, text) && status.v[0] >= 2 && status.v[0] <= 5);
	if (status_parse(text, &status))
		g_assert_true(is_inside(status.at, text));
	if (reply_find(knowledge, text, &reply))
		g_assert_true(is_inside(reply.at, text) && reply.code >= 400 && reply.code <= 599);
	g_assert_true(is_inside(reply_innermost(knowledge, text), text));
}

static void check_rules(struct rule_set *rules, const struct knowledge *knowledge, struct span text)
{
	struct rule_match match;

	provider_find(knowledge, text, text, text);
	blocklist_find(knowledge, text);
	if (!rule_match_text(rules, text, &match, 1))
		return;
	g_assert_true(match.at + match.n <= text.n);
	for (int fact = 0; fact < FACT_COUNT; fact++)
		g_assert_true(is_inside(match.fact[fact], text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {(const char *)data, size};
	struct arena *arena = arena_new();
	struct match_text match = match_text_new(bytes, arena);
	struct knowledge *knowledge = shipped_knowledge();
	struct rule_set *rules = shipped_rules();

	g_assert_true(match.text.n <= MATCH_TEXT_MAX && match_origin(&match, match.text.n) <= size);
	g_assert_true(text_is_utf8(match.text));
	for (size_t i = 0; i < match.text.n; i++)
		g_assert_true(match_origin(&match, i) <= match_origin(&match, i + 1) &&
			      match_origin(&match, i) < size);
	check_codes(knowledge, bytes);
	check_rules(rules, knowledge, bytes);
	check_rules(rules, knowledge, match.text);
	arena_free(arena);
	return 0;
}
