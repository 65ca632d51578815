/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every row of codes.tsv is found again by the words it is written in, and answers in full. */
#include <glib.h>

#include "base/file.h"
#include "extract/coderow.h"
#include "extract/extract.h"
#include "rules/question.h"
#include "rules/status.h"
#include "triage/explain.h"

static struct knowledge *knowledge;
static struct rule_set *rules;

/* "550 5.1.1 User unknown", as the table writes the row; g_free. */
static char *key_of(const struct code *row)
{
	GString *out = g_string_new(NULL);
	char buf[STATUS_TEXT];

	if (row->reply)
		g_string_append_printf(out, "%d", row->reply);
	if (row->status[0])
		g_string_append_printf(
			out, "%s%s", out->len ? " " : "", status_text(row->status, buf));
	if (row->status_to > row->status[2])
		g_string_append_printf(out, "-%d", row->status_to);
	if (row->phrase) {
		g_auto(GStrv) parts = g_strsplit(row->phrase + (*row->phrase == '='), " ... ", -1);
		g_autofree char *phrase = g_strjoinv(" with ", parts);

		g_string_append_printf(out, "%s%s", out->len ? " " : "", phrase);
	}
	return g_string_free(out, FALSE);
}

/* What happened, who acts, what to do, and whether to send again. */
static void check_answer(const struct code *row, const char *words)
{
	struct report *report = report_new();
	code_row_take(knowledge, report, row, span_of(words));
	const struct recipient *recipient = report->recipients;
	struct context context = context_neutral(report, recipient);
	struct explanation *explanation = explain(knowledge, rules, report, recipient, &context);

	g_assert_cmpstr(recipient->category, ==, row->category ? row->category->id : NULL);
	g_assert_cmpint(recipient->kind, ==, row->category ? KIND_FAILURE : KIND_DELIVERED);
	g_assert_true(*explanation->title && *explanation->text && *explanation->who_words);
	g_assert_true(*explanation->retry_words);
	g_assert_true(!row->category || explanation->next.n > 0);
	if (row->category && row->who.count)
		g_assert_cmpint(recipient->who.who[0], ==, row->who.who[0]);
	explanation_free(explanation);
	report_free(report);
}

static void test_rows(void)
{
	size_t n;
	const struct code *const *rows = knowledge_codes(knowledge, &n);

	g_assert_cmpuint(n, >, 800);
	for (size_t i = 0; i < n; i++) {
		g_autofree char *key = key_of(rows[i]);
		g_autofree char *words = g_strdup_printf("%s: %s", rows[i]->scope, key);
		struct question question = question_read(knowledge, span_of(words));
		const struct code *row = question_answer(knowledge, &question);

		g_test_message("%s", words);
		g_assert_cmpstr(question.scope, ==, rows[i]->scope);
		g_assert_nonnull(row);
		g_assert_true(row->category == rows[i]->category);
		check_answer(row, key);
	}
}

/* One line of the shared reference: code, scope, meaning, category. What no row answers is read as
 * the words of a server. */
static void check_reference(struct extractor *extractor, char *const *cell)
{
	g_autofree char *words = g_strdup_printf("%s: %s", cell[1], cell[0]);
	struct question question = question_read(knowledge, span_of(words));
	const struct code *row = question_answer(knowledge, &question);
	const char *want = strcmp(cell[3], "none") == 0 ? NULL : cell[3];

	if (row) {
		g_assert_cmpstr(row->category ? row->category->id : NULL, ==, want);
		return;
	}
	struct report *report = extract_fragment(extractor, span_of(words));
	g_assert_cmpstr(report->recipients[0].category, ==, want);
	report_free(report);
}

static void test_reference(void)
{
	g_autofree char *path = g_build_filename(g_getenv("SRCDIR") ? g_getenv("SRCDIR") : ".",
		"..", "shared", "reference", "status-codes.tsv", NULL);
	g_autofree char *formats = g_build_filename(file_datadir(), "formats", NULL);
	g_autofree char *text = NULL;
	unsigned rows = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		g_test_skip("no shared reference beside the project");
		return;
	}
	struct extractor *extractor = extractor_new(knowledge, rules, formats, NULL);
	g_assert_nonnull(extractor);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines + 1; *line && **line; line++, rows++) {
		g_auto(GStrv) cell = g_strsplit(*line, "\t", -1);

		g_test_message("%s: %s", cell[1], cell[0]);
		check_reference(extractor, cell);
	}
	g_assert_cmpuint(rows, >=, 796);
	extractor_free(extractor);
}

static void test_names(void)
{
	static const struct {
		const char *words, *scope, *rest, *category;
	} rows[] = {
		{"microsoft 5.7.12", "microsoft", "5.7.12", "recipient-restricted"},
		{"Microsoft 365: 5.7.12", "microsoft", "5.7.12", "recipient-restricted"},
		{"Gmail 5.7.30", "google", "5.7.30", "sender-auth-failed"},
		{"gmail.com 5.7.30", "google", "5.7.30", "sender-auth-failed"},
		{"rfc 5.1.10", "rfc", "5.1.10", "no-such-domain"},
		{"Yahoo TSS04", "yahoo", "TSS04", "blocklisted"},
		{"Permanent/General", NULL, "Permanent/General", "no-such-user"},
		{"606", NULL, "606", "suppressed"},
		{"err/4", NULL, "err/4", "mailbox-full"},
		{"microsoft 4.7.500-699", "microsoft", "4.7.500-699", "blocklisted"},
		/* An end that no number holds: all rows are as far off. */
		{"microsoft 4.7.500-2147484347", "microsoft", "4.7.500-2147484347", "rate-limited"},
		/* All else is for those who read the words. */
		{"5.1.1", NULL, "5.1.1", NULL},
		{"550", NULL, "550", NULL},
		{"google", NULL, "google", NULL},
		{"", NULL, "", NULL},
		{"Google tried to deliver your message, but it was rejected by the server: 554 "
		 "5.7.1 "
		 "Relay access denied",
			"google", NULL, NULL},
		{"googled 5.7.30", NULL, "googled 5.7.30", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct question question = question_read(knowledge, span_of(rows[i].words));
		const struct code *row = question_answer(knowledge, &question);
		g_autofree char *rest = g_strndup(question.words.p, question.words.n);

		g_test_message("%s", rows[i].words);
		g_assert_cmpstr(question.scope, ==, rows[i].scope);
		if (rows[i].rest)
			g_assert_cmpstr(rest, ==, rows[i].rest);
		g_assert_cmpstr(row ? row->category->id : NULL, ==, rows[i].category);
	}
}

int main(int argc, char **argv)
{
	const char *dirs[] = {NULL, NULL};
	g_autofree char *shipped = g_build_filename(file_datadir(), "rules", NULL);
	GError *error = NULL;
	int failed;

	g_test_init(&argc, &argv, NULL);
	dirs[0] = shipped;
	knowledge = knowledge_load(file_datadir(), NULL, &error);
	g_assert_no_error(error);
	rules = rule_set_load(knowledge, dirs, NULL, &error);
	g_assert_no_error(error);
	g_test_add_func("/question/rows", test_rows);
	g_test_add_func("/question/reference", test_reference);
	g_test_add_func("/question/names", test_names);
	failed = g_test_run();
	rule_set_free(rules);
	knowledge_free(knowledge);
	return failed;
}
