/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie rules correct: a wrong verdict becomes a rule of one's own. */
#include <unistd.h>

#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/oneshot.h"
#include "cli/rules.h"
#include "triage/correct.h"

/* The verdict to correct, and the rows beside it that it may change. */
struct wrong {
	struct wrong_verdict verdict; /* its strings: of the report or the session */
	struct report *report;        /* NULL: the session's */
	struct row *const *rows;      /* NULL: of no session */
	size_t rows_n;
};

static void set_verdict(struct wrong *wrong, const struct recipient *recipient)
{
	wrong->verdict =
		(struct wrong_verdict){recipient->diagnostic, recipient->category, recipient->rule};
}

/* The first recipient of whom something is said. */
static bool take_report(struct wrong *wrong, const struct report *report, GError **error)
{
	for (size_t i = 0; i < report->recipients_n && !wrong->verdict.diagnostic; i++)
		set_verdict(wrong, &report->recipients[i]);
	if (wrong->verdict.diagnostic)
		return true;
	g_set_error_literal(error, NIXIE_ERROR, NIXIE_USAGE,
		_("there is no server's reply in this; only words can be corrected"));
	return false;
}

static bool from_argument(
	struct cli *cli, const char *argument, struct wrong *wrong, GError **error)
{
	struct oneshot_input input;
	const struct trial *trials;

	if (!cli_need_rules(cli, error) || !oneshot_open(argument, &input, error))
		return false;
	wrong->report = oneshot_trial(cli, &input, NULL, &trials, error);
	close(input.fd);
	return wrong->report && take_report(wrong, wrong->report, error);
}

/* The newest of the reports that match. */
static bool from_query(struct cli *cli, const char *query, struct wrong *wrong, GError **error)
{
	const struct details *details;
	bool partial;

	if (!cli_need_session(cli, error) || !cli_load_facts(cli, query, &partial, error))
		return false;
	wrong->rows = session_rows(cli->session, &wrong->rows_n);
	for (size_t i = 0; i < wrong->rows_n && !wrong->verdict.diagnostic; i++) {
		details = session_details_wait(cli->session, wrong->rows[i], error);
		if (!details)
			return false;
		if (details->recipient)
			set_verdict(wrong, details->recipient);
	}
	if (wrong->verdict.diagnostic)
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("no report matches that has a server's reply to correct"));
	return false;
}

/* A query holds `:` or `*`, as everywhere; a reply that does has blanks, too. */
static bool find_wrong(struct cli *cli, const char *words, struct wrong *wrong, GError **error)
{
	bool is_file = g_str_equal(words, "-") || g_file_test(words, G_FILE_TEST_EXISTS);

	if (!*words) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_USAGE,
			_("rules correct needs the report whose verdict is wrong: a file, a reply "
			  "in "
			  "quotes, `-`, or a query"));
		return false;
	}
	if (!is_file && oneshot_is_path(words) && !strchr(words, ':'))
		return oneshot_no_file(words, error);
	if (is_file || g_ascii_isdigit(*words))
		return from_argument(cli, words, wrong, error);
	return from_query(cli, words, wrong, error);
}

static const struct category *wanted(struct cli *cli, GError **error)
{
	const char *id = cli->options->as;
	const struct category *category = NULL;
	GString *known;

	if (!cli_need_knowledge(cli, error))
		return NULL;
	if (id && (category = category_by_id(cli->knowledge, id)))
		return category;
	known = g_string_new(NULL);
	for (int i = 0; category_at(cli->knowledge, i); i++)
		g_string_append_printf(
			known, "%s%s", i ? ", " : "", category_at(cli->knowledge, i)->id);
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("--as=%s: it can be %s"),
		id ? id : "CATEGORY", known->str);
	g_string_free(known, TRUE);
	return NULL;
}

static int tell(struct cli *cli, const struct correction *correction, const struct wrong *wrong)
{
	const struct lesson *lesson = &correction->lesson;
	struct rules_out out;
	GError *error = NULL;

	if (!rules_out_open(&out, cli, &error))
		return cli_fail(cli, error);
	rules_out_text(&out,
		_("%s -> %s\n  rule      [%s] in %s\n  pattern   %s\n  example   %s\n"),
		wrong->verdict.category, correction->category->id, lesson->id, correction->file,
		lesson->pattern, lesson->example);
	if (wrong->rows)
		rules_out_text(&out, _("  changes   %zu of the %zu that match\n"),
			correction->changes, wrong->rows_n);
	rules_out_text(&out, _("  back      nixie rules correct --unset %s\n"), lesson->id);
	if (out.is_json) {
		json_begin_object(&out.json, NULL);
		json_string(&out.json, "was", wrong->verdict.category);
		json_string(&out.json, "category", correction->category->id);
		json_string(&out.json, "rule", lesson->id);
		json_string(&out.json, "file", correction->file);
		json_string(&out.json, "pattern", lesson->pattern);
		json_string(&out.json, "example", lesson->example);
		json_int(&out.json, "changes", wrong->rows ? (int64_t)correction->changes : -1);
		json_end_object(&out.json);
	}
	return rules_out_end(&out, NIXIE_DONE);
}

static int correct(struct cli *cli, const struct wrong *wrong, const struct category *category)
{
	const struct correct_ground ground = {cli->spawner, (const char *const *)cli->rule_dirs,
		cli->rules, wrong->rows, wrong->rows_n};
	GError *error = NULL;
	g_autofree char *words =
		cli->options->say ? g_strdup(cli->options->say)
				  : correction_propose(&ground, wrong->verdict.diagnostic, &error);
	struct correction *correction;
	int code;

	if (words && !*words)
		g_set_error(&error, NIXIE_ERROR, NIXIE_USAGE,
			_("what was said holds no words to tell such a report by, or too few: %s; "
			  "say with --words=... which shall decide"),
			wrong->verdict.diagnostic);
	if (error)
		return cli_fail(cli, error);
	correction = correction_new(&ground, &wrong->verdict, category, words, &error);
	if (!correction) {
		g_autofree char *said = text_quoted(span_of(words));

		g_prefix_error(&error, "%s: ", said);
		return cli_fail(cli, error);
	}
	if (correction_write(correction, &error))
		code = tell(cli, correction, wrong);
	else
		code = cli_fail(cli, error);
	correction_free(correction);
	return code;
}

static int take_back(struct cli *cli, const char *id)
{
	g_autofree char *file = correct_file((const char *const *)cli->rule_dirs);
	GError *error = NULL;

	if (!*id || !file)
		g_set_error_literal(&error, NIXIE_ERROR, NIXIE_USAGE,
			_("rules correct --unset needs the name of the rule to take back"));
	if (error || !correction_take_back(file, id, &error))
		return cli_fail(cli, error);
	if (!cli->options->quiet)
		cli_say(cli, _("took [%s] out of %s"), id, file);
	return NIXIE_DONE;
}

int rules_correct(struct cli *cli, char *const *words)
{
	g_autofree char *argument = g_strjoinv(" ", (char **)words);
	const struct category *category;
	struct wrong wrong = {.report = NULL};
	GError *error = NULL;
	int code;

	if (cli->options->unset)
		return take_back(cli, argument);
	if (!(category = wanted(cli, &error)) || !find_wrong(cli, argument, &wrong, &error))
		code = cli_fail(cli, error);
	else
		code = correct(cli, &wrong, category);
	report_free(wrong.report);
	return code;
}
