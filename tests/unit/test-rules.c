/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Knowledge and rules: the loader's strictness, the matcher's order, and the shipped data itself. */
#include <glib.h>
#include <glib/gstdio.h>

#include "base/arena.h"
#include "rules/rule.h"

static const char *datadir(void)
{
	static char *dir;

	if (!dir)
		dir = g_build_filename(g_getenv("SRCDIR") ? g_getenv("SRCDIR") : ".", "data", NULL);
	return dir;
}

static void print_all(const GPtrArray *findings)
{
	for (guint i = 0; i < findings->len; i++)
		g_test_message("%s", (char *)g_ptr_array_index(findings, i));
}

static void test_shipped(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *dir = g_build_filename(datadir(), "rules", NULL);
	const char *const dirs[] = {dir, NULL};
	struct knowledge *knowledge = knowledge_load(datadir(), NULL, &error);
	struct rule_set *rules;

	g_assert_no_error(error);
	rules = rule_set_load(knowledge, dirs, NULL, &error);
	g_assert_no_error(error);
	rule_set_check(rules, findings);
	print_all(findings);
	g_assert_cmpuint(findings->len, ==, 0);
	rule_set_free(rules);
	knowledge_free(knowledge);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rules/shipped", test_shipped);
	return g_test_run();
}
