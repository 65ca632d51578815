/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mistyped query is an error that names the token; a good one passes untouched. */
#include <glib.h>

#include "base/errors.h"
#include "store/querycheck.h"

static bool has_list(void *user, const char *name)
{
	(void)user;
	return g_str_equal(name, "List");
}

static bool has_mine(void *user, const char *name)
{
	(void)user;
	return g_str_equal(name, "mine");
}

static const struct query_names names = {has_list, has_mine, NULL};

/* The token that the error must name; NULL: the query is good. */
static const struct {
	const char *query, *token;
} rows[] = {
	{NULL, NULL},
	{"", NULL},
	{" ", NULL},
	{"*", NULL},
	{"word", NULL},
	{"two words", NULL},
	{"12:30", NULL},
	{"a-b/c.d", NULL},
	{"\"a phrase: with (anything\"", NULL},
	{"a\"b c\"d", NULL},
	{"tag:inbox", NULL},
	{"-tag:x from:y", NULL},
	{"tag:\"a b\"", NULL},
	{"tag:\"a\"\"b\"", NULL},
	{"path:\"\"", NULL},
	{"path:**", NULL},
	{"folder:\"\"", NULL},
	{"from:(a b)", NULL},
	{"from:\"a b\" or to:c", NULL},
	{"subject:/a.*b/", NULL},
	{"subject:a(b or c)", NULL},
	{"subject:a\"b c\"", NULL},
	{"subject:\"/a b/\"", NULL},
	{"thread:{from:a}", NULL},
	{"thread:\"{from:a and not to:b}\"", NULL},
	{"sexp:\"(from a)\"", NULL},
	{"property:nixie.v=1", NULL},
	{"query:mine and List:x", NULL},
	{"lastmod:3..9", NULL},
	{"lastmod:3..", NULL},
	{"date:yesterday..", NULL},
	{"a and not b", NULL},
	{"not (a or b) xor c", NULL},
	{"NOT(a)AND b", NULL},
	{"subject:\351\205\215\344\277\241*", NULL},
	{"subject:\"unknown user\" or (from:a and (b or c))", NULL},

	{"nosuch:abc", "'nosuch:abc'"},
	{"a and nosuch:abc b", "'nosuch:abc'"},
	{"Subject:a", "'Subject:a'"},
	{"http://x.example/", "'http://x.example/'"},
	{"query:other", "'query:other'"},
	{"query:\"other one\"", "'query:\"other one\"'"},
	{"from:", "'from:'"},
	{"from: a", "'from:'"},
	{"(from:)", "'from:'"},
	{"path:", "'path:'"},
	{"tag:\"\"", "'tag:\"\"'"},
	{"id:", "'id:'"},
	{"\"unclosed", "'\"unclosed'"},
	{"a \"b c", "'\"b c'"},
	{"tag:\"a b", "'tag:\"a'"},
	{"from:\"a b", "'from:\"a'"},
	{"(", "'('"},
	{"a (b", "'(b'"},
	{"a or (b and", "'(b and'"},
	{")", "')'"},
	{"a) b", "')'"},
	{"()", "'()'"},
	{"a ( ) b", "'( )'"},
	{"and", "'and'"},
	{"and a", "'and'"},
	{"a and", "'and'"},
	{"a AND OR b", "'OR'"},
	{"(a or)", "'or)'"},
	{"not", "'not'"},
	{"not not a", "'not'"},
	{"a and not", "'not'"},
	{"subject:/(/", "'subject:/(/'"},
	{"subject:/a", "'subject:/a'"},
	{"subject:a(", "'('"},
	{"from:[/(b", "'(b'"},
	{"subject:a\"b", "'\"b'"},
	{"subject:/a b/", "'subject:/a'"},
	{"tag:/[/", "'tag:/[/'"},
	{"sexp:(", "'sexp:('"},
	{"sexp:(from a)", "'sexp:(from'"},
	{"property:a", "'property:a'"},
	{"lastmod:a..b", "'lastmod:a..b'"},
	{"a\377b", "'a\\xffb'"},
	{"nosuch:\033[2J", "'nosuch:'"},
};

static void test_queries(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		bool good = query_check(rows[i].query, &names, &error);

		g_test_message("%s: %s", rows[i].query, error ? error->message : "good");
		g_assert_cmpint(good, ==, rows[i].token == NULL);
		if (good)
			continue;
		g_assert_error(error, NIXIE_ERROR, NIXIE_USAGE);
		g_assert_nonnull(strstr(error->message, rows[i].token));
	}
}

/* Any head of a query is either good or refused; nothing is read behind its end. */
static void test_heads(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		for (size_t n = 0; rows[i].query && n <= strlen(rows[i].query); n++) {
			g_autofree char *head = g_strndup(rows[i].query, n);
			g_autoptr(GError) error = NULL;

			g_assert_cmpint(query_check(head, &names, &error), ==, error == NULL);
		}
}

static void test_depth(void)
{
	g_autofree char *deep = g_strnfill(100000, '(');
	g_autoptr(GError) error = NULL;

	g_assert_false(query_check(deep, NULL, &error));
	g_assert_error(error, NIXIE_ERROR, NIXIE_USAGE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/query/rows", test_queries);
	g_test_add_func("/query/heads", test_heads);
	g_test_add_func("/query/depth", test_depth);
	return g_test_run();
}
