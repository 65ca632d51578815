/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie rules test: which rule decides. */
#include "base/errors.h"
#include "base/file.h"
#include "cli/oneshot.h"
#include "cli/rules.h"
#include "rules/matchtext.h"

#define MATCHES_SHOWN 8

static bool put_rule(struct cli *cli, struct file_out *out, const struct rule *rule,
	const char *end, GError **error)
{
	g_autofree char *line = g_strdup_printf("%-36s %-22s %3d  %s%s", rule->id,
		rule->category->id, rule->priority, rule->file ? rule->file : "", end);

	return cli_print(cli, out, line, error);
}

/* The one line that the words of a person or the diagnostic of a report make. */
static bool put_matches(struct cli *cli, struct file_out *out, struct span words, GError **error)
{
	struct rule_match matches[MATCHES_SHOWN];
	struct arena *arena = arena_new();
	struct match_text text = match_text_new(words, arena);
	size_t n = rule_match_text(cli->rules, text.text, matches, MATCHES_SHOWN);
	bool done = true;

	if (!n)
		done = cli_print(cli, out,
			"no rule matches this text; a code in it may still decide (nixie "
			"explain)\n",
			error);
	for (size_t i = 0; done && i < n; i++) {
		g_autofree char *matched =
			span_dup((struct span){text.text.p + matches[i].at, matches[i].n});
		g_autofree char *quoted = g_strdup_printf("  \"%s\"\n", matched);

		done = cli_print(cli, out, i == 0 ? "decides:  " : "then:     ", error) &&
		       put_rule(cli, out, matches[i].rule, "\n", error) &&
		       cli_print(cli, out, quoted, error);
	}
	arena_free(arena);
	return done;
}

static int test_file(struct cli *cli, const char *path, struct file_out *out)
{
	GError *error = NULL;
	struct report *report = oneshot_file(cli, path, &error);
	bool done = true;

	if (!report)
		return cli_fail(cli, error);
	for (size_t i = 0; done && i < report->recipients_n; i++) {
		const struct recipient *recipient = &report->recipients[i];
		g_autofree char *head = g_strdup_printf("%s: %s, decided by %s\n%s\n",
			recipient->address ? recipient->address : "(recipient not found)",
			recipient->category, recipient->rule ? recipient->rule : "nothing",
			recipient->diagnostic ? recipient->diagnostic : "");

		done = cli_print(cli, out, head, &error) &&
		       (!recipient->diagnostic ||
			       put_matches(cli, out, span_of(recipient->diagnostic), &error));
	}
	report_free(report);
	return done ? NIXIE_DONE : cli_fail(cli, error);
}

int rules_test(struct cli *cli, char *const *args)
{
	const char *words = args[0];
	GError *error = NULL;
	struct file_out *out = file_out_open(NULL, false, &error);
	int code;

	if (!cli_need_rules(cli, &error))
		return cli_fail(cli, error);
	if (!words)
		code = cli_fail(
			cli, g_error_new(NIXIE_ERROR, NIXIE_USAGE,
				     "rules test needs a report file or a line of text in quotes"));
	else if (g_file_test(words, G_FILE_TEST_EXISTS))
		code = test_file(cli, words, out);
	else
		code = put_matches(cli, out, span_of(words), &error) ? NIXIE_DONE
								     : cli_fail(cli, error);
	error = NULL;
	return file_out_commit(out, &error) ? code : cli_fail(cli, error);
}
