/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a file of rules that somebody was sent: it is refused in a sentence, or its rules
 * are matched under their limits.
 */
#include "rules/inifile.h"
#include "rules/rule.h"
#include "shipped.h"

#define SUBJECT \
	"550 5.1.1 <lea@example.net>: Recipient address rejected: User unknown in virtual " \
	"mailbox table (in reply to RCPT TO command) aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"

static void check_sentence(const GError *error)
{
	g_assert_true(error && *error->message);
	g_assert_true(g_str_has_prefix(error->message, "fuzz.rules"));
}

static void check_lines(const struct ini *ini)
{
	g_auto(GStrv) groups = ini_groups(ini);

	for (char **group = groups; *group; group++) {
		g_auto(GStrv) keys = ini_keys(ini, *group);

		g_assert_cmpint(ini_line(ini, *group, NULL), >, 0);
		for (char **key = keys; *key; key++) {
			g_autofree char *raw = ini_raw(ini, *group, *key);
			g_autofree char *text = ini_text(ini, *group, *key, "de");
			g_autoptr(GPtrArray) list = ini_list(ini, *group, *key);

			g_assert_cmpint(ini_line(ini, *group, *key), >, 0);
			g_assert_true(raw && text && list);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* No rule lies in there: what is in the set is what the bytes put there. */
	g_autofree char *none = source_path("tests/fuzz");
	g_autofree char *text = g_strndup((const char *)data, size);
	const char *const dirs[] = {none, NULL};
	g_autoptr(GError) error = NULL, refused = NULL;
	g_autoptr(ini_file) ini =
		ini_read("fuzz.rules", (struct span){(const char *)data, size}, NULL, &refused);
	struct rule_set *rules = rule_set_load(shipped_knowledge(), dirs, NULL, &error);
	struct rule_match match;

	g_assert_no_error(error);
	if (ini)
		check_lines(ini);
	else
		check_sentence(refused);
	if (!rule_set_extend(rules, "fuzz.rules", text, &error))
		check_sentence(error);
	if (rule_match_text(rules, span_of(SUBJECT), &match, 1))
		g_assert_true(match.rule && match.at + match.n <= strlen(SUBJECT));
	rule_set_free(rules);
	return 0;
}
