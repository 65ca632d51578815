/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie explain: plain words for a code, a reply, a pasted fragment or a report; needs no mailbox.
 */
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/oneshot.h"
#include "extract/coderow.h"
#include "extract/language.h"
#include "rules/question.h"
#include "rules/status.h"
#include "rules/wordbook.h"

#define LINE_CELLS 79
#define REPLY_MAX 1000 /* bytes: what is longer, and no mail, is no reply of a server */

/* What was asked about. */
struct subject {
	const char *words;
	const char *file;       /* NULL: the words themselves */
	char class;             /* first digit of a code that stands alone, 0: something else */
	const struct code *row; /* of codes.tsv, when it is asked for by name; else NULL */
};

/* 5.7.26 or 550, and nothing else. */
static char class_of_code(const char *words)
{
	g_auto(GStrv) parts = g_strsplit(words, ".", 4);
	unsigned n = g_strv_length(parts);

	if (words[strspn(words, "0123456789.")] || (n != 1 && n != 3))
		return 0;
	for (unsigned i = 0; i < n; i++)
		if (!*parts[i] || strlen(parts[i]) > 3)
			return 0;
	return strlen(parts[0]) == (n == 1 ? 3 : 1) ? words[0] : 0;
}

/* A provider without a row of its own for the code means what the registry says. */
static const struct code *row_at(const struct knowledge *knowledge, const struct question *question)
{
	struct status status = {0};
	struct reply reply = {0};

	if (!status_parse(question->words, &status))
		reply_find(knowledge, question->words, &reply);
	return code_lookup(
		knowledge, status.v, reply.code, provider_by_id(knowledge, question->scope));
}

static bool read_subject(const struct knowledge *knowledge, const char *words,
	struct subject *subject, GError **error)
{
	struct question question = question_read(knowledge, span_of(words));

	*subject = (struct subject){words, NULL, class_of_code(words), NULL};
	subject->row = question_answer(knowledge, &question);
	if (!subject->row && question.scope && class_of_code(question.words.p))
		subject->row = row_at(knowledge, &question);
	if (subject->row) {
		subject->words = question.words.p;
		subject->class = class_of_code(question.words.p);
		return true;
	}
	if (!*words) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_USAGE,
			_("explain needs something: a code (5.7.26), a server's reply in quotes, a "
			  "report file, or `-`"));
		return false;
	}
	if (subject->class && !strchr("2345", subject->class)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("%s is no code of a mail server: those begin with 2, 3, 4 or 5"), words);
		return false;
	}
	if (!subject->class && g_ascii_isdigit(*words) && !words[strspn(words, "0123456789.,")]) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("%s is no code of a mail server: those are written 5.7.26 or 550"),
			words);
		return false;
	}
	if (oneshot_is_path(words) ||
		(g_file_test(words, G_FILE_TEST_EXISTS) && !strpbrk(words, " \n")))
		subject->file = words;
	return true;
}

/* A receipt and the like is a whole report, though nobody failed. */
static bool is_other_report(const struct report *report)
{
	return report->kind != KIND_FAILURE && report->kind != KIND_DELAY &&
	       report->kind != KIND_NOT_A_BOUNCE;
}

/* A whole report first; what is none is read as a fragment. */
static struct report *extract_any(
	struct cli *cli, const char *name, struct span bytes, GError **error)
{
	struct report *report = oneshot_bytes(cli, name, bytes, false, error);
	struct reply reply;

	if (!report || report->recipients_n || is_other_report(report))
		return report;
	if (bytes.n > REPLY_MAX && !report->from && !report->id &&
		!reply_find(cli->knowledge, bytes, &reply)) {
		report_free(report);
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_NOINPUT,
			_("this is no report, and too long for a server's reply"));
		return NULL;
	}
	report_free(report);
	return oneshot_bytes(cli, name, bytes, true, error);
}

/* Does nothing in the words speak of mail that did not arrive: no code, no rule, no language? */
static bool speaks_of_no_bounce(const struct report *report)
{
	const struct recipient *recipient = report->recipients;
	g_autofree char *path = g_build_filename(file_datadir(), "formats", "languages.ini", NULL);
	struct language_set *languages;
	bool told;

	if (report->recipients_n != 1 || recipient->rule || recipient->status || recipient->reply ||
		recipient->address || g_strcmp0(recipient->category, "unclassified") != 0)
		return false;
	if (!recipient->diagnostic)
		return true;
	languages = language_set_load(path, NULL);
	told = languages && language_told(languages, span_of(recipient->diagnostic)) &
				    (TOLD_FAILURE | TOLD_DELAY);
	language_set_free(languages);
	return !told;
}

static struct report *extract_file(struct cli *cli, int fd, const char *name, GError **error)
{
	struct file_bytes file;
	struct report *report = NULL;

	if (!file_read_fd(fd, &file, error))
		return NULL;
	if (file.bytes.n)
		report = extract_any(cli, name, file.bytes, error);
	else
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT,
			_("there is nothing to explain: %s is empty"), name);
	file_bytes_clear(&file);
	return report;
}

static struct report *extract_subject(
	struct cli *cli, const struct subject *subject, GError **error)
{
	struct report *report;
	int fd;

	if (subject->row || subject->class == '2' || subject->class == '3') {
		static const struct code no_failure = {.category = NULL};

		report = report_new();
		code_row_take(cli->knowledge, report, subject->row ? subject->row : &no_failure,
			span_of(subject->words));
		return report;
	}
	if (g_str_equal(subject->words, "-"))
		return extract_file(cli, STDIN_FILENO, _("standard input"), error);
	if (!subject->file)
		return oneshot_bytes(cli, subject->words, span_of(subject->words), true, error);
	if (!g_file_test(subject->file, G_FILE_TEST_EXISTS)) {
		oneshot_no_file(subject->file, error);
		return NULL;
	}
	fd = file_open_mail(subject->file, error);
	if (fd < 0)
		return NULL;
	report = extract_file(cli, fd, subject->file, error);
	close(fd);
	return report;
}

static bool has_code(const struct code *row, const struct status *status, int reply)
{
	if (row->phrase)
		return false;
	if (!status->v[0])
		return reply && !row->status[0] && row->reply == reply;
	return row->status[0] == status->v[0] && row->status[1] == status->v[1] &&
	       status->v[2] >= row->status[2] && status->v[2] <= row->status_to;
}

/* What the tables say of a code beside the verdict: the registry's meaning and each provider's own,
 * with the verdict that it leads to there. */
static void put_meanings(
	GString *out, const struct knowledge *knowledge, const char *code, const char *category)
{
	struct status status = {0};
	struct reply reply = {0};
	size_t count, before = out->len;
	const struct code *const *codes = knowledge_codes(knowledge, &count);

	if (!status_parse(span_of(code), &status))
		reply_find(knowledge, span_of(code), &reply);
	for (size_t i = 0; i < count; i++) {
		const struct code *row = codes[i];
		bool differs = row->category && g_strcmp0(row->category->id, category) != 0;

		if (!has_code(row, &status, reply.code))
			continue;
		g_autofree char *says =
			words_colon(knowledge, scope_title(knowledge, row->scope), row->meaning);
		g_autofree char *text = g_strdup_printf("%s%s%s%s", says, differs ? " (" : "",
			differs ? row->category->advice.title : "", differs ? ")" : "");
		g_autoptr(GPtrArray) lines = text_wrap(text, LINE_CELLS - 4);
		for (guint line = 0; line < lines->len; line++)
			g_string_append_printf(out, "  %s%s\n", line ? "  " : "",
				(const char *)lines->pdata[line]);
	}
	if (out->len > before) {
		g_autofree char *head =
			g_strdup_printf("\n%s\n", sentence(knowledge, SENTENCE_CODE_MEANINGS));
		g_string_insert(out, (gssize)before, head);
	}
}

/* A code alone that the tables do not have, or that tells of no failure, has no verdict. */
static void put_class(
	GString *out, const struct knowledge *knowledge, const struct subject *subject)
{
	bool good = subject->class < '4';
	const char digit[2] = {subject->class, '\0'};
	g_autofree char *head = words_with(
		sentence(knowledge, good ? SENTENCE_CODE_NO_FAILURE : SENTENCE_CODE_UNKNOWN),
		subject->words);
	g_autofree char *success = words_with(sentence(knowledge, SENTENCE_CODE_SUCCESS), digit);
	struct status status = {0};
	bool has_subject =
		!good && status_parse(span_of(subject->words), &status) && status.v[1] <= 7;
	const char *text = good                    ? success
			   : subject->class == '4' ? sentence(knowledge, SENTENCE_CODE_TEMPORARY)
						   : sentence(knowledge, SENTENCE_CODE_FINAL);
	g_autofree char *whole =
		good ? g_strdup(text)
		     : g_strjoin(" ", head, text,
			       has_subject ? word(knowledge, WORDS_SUBJECT, status.v[1]) : NULL,
			       NULL);
	g_autofree char *visible = text_visible(whole, TEXT_PLAIN);
	g_autoptr(GPtrArray) lines = text_wrap(visible, good ? LINE_CELLS - 2 : LINE_CELLS);

	g_string_append_printf(out, "%s\n", good ? head : "");
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(
			out, "%s%s\n", good ? "  " : "", (const char *)lines->pdata[i]);
}

/* What is known beside the facts: of a code alone, that there are no others. g_free. */
static struct context *contexts_for(const struct subject *subject, const struct report *report)
{
	struct context *contexts = g_new0(struct context, report->recipients_n + 1);

	contexts_neutral(report, contexts);
	for (size_t i = 0; i < report->recipients_n; i++)
		contexts[i].code_alone = subject->class || subject->row;
	return contexts;
}

static bool put_text_answer(
	struct cli *cli, const struct subject *subject, const struct report *report, GError **error)
{
	const struct recipient *recipient = report->recipients_n ? report->recipients : NULL;
	g_autofree struct context *contexts = contexts_for(subject, report);
	bool verdict = subject->class != '2' && subject->class != '3', done = true;
	struct output output;
	size_t before;

	if (!cli_output_open(cli, FORMAT_TEXT, PER_REPORT, false, &output, error))
		return false;
	if (verdict)
		done = exporter_report(
			output.exporter, subject->file, 0, report, contexts, NULL, error);
	else
		put_class(output.tail, cli->knowledge, subject);
	before = output.tail->len;
	put_meanings(output.tail, cli->knowledge, subject->words,
		recipient ? recipient->category : NULL);
	if (verdict && subject->class && output.tail->len == before)
		put_class(output.tail, cli->knowledge, subject);
	return cli_output_close(cli, &output, done, error);
}

static bool put_answer(
	struct cli *cli, const struct subject *subject, const struct report *report, GError **error)
{
	const struct options *given = cli->options;
	g_autofree struct context *contexts = contexts_for(subject, report);
	struct options one = *given;
	struct report first = *report;
	struct output output;
	bool done;

	if (!given->format || g_str_equal(given->format, "text"))
		return put_text_answer(cli, subject, report, error);
	if (g_str_equal(given->format, "json")) { /* one object, not a list */
		one.format = (char *)"json-lines";
		first.recipients_n = MIN(first.recipients_n, 1);
	}
	cli->options = &one;
	done = cli_output_open(cli, FORMAT_JSON_LINES, PER_RECIPIENT, false, &output, error);
	if (done) {
		done = exporter_report(
			output.exporter, subject->file, 0, &first, contexts, NULL, error);
		done = cli_output_close(cli, &output, done, error);
	}
	cli->options = given;
	if (first.recipients_n < report->recipients_n)
		cli_say(cli,
			_("one of %zu recipients is shown: --format=json-lines has a line for "
			  "each"),
			report->recipients_n);
	return done;
}

int cli_explain(struct cli *cli)
{
	g_autofree char *words = cli_query(cli);
	struct subject subject;
	GError *error = NULL;
	struct report *report = NULL;
	bool done;

	if (!cli_need_knowledge(cli, &error) ||
		!read_subject(cli->knowledge, words, &subject, &error) ||
		!(report = extract_subject(cli, &subject, &error)))
		return cli_fail(cli, error);
	if (!subject.row && !subject.class && speaks_of_no_bounce(report)) {
		report_free(report);
		g_set_error_literal(&error, NIXIE_ERROR, NIXIE_NOINPUT,
			_("nothing in this is known to speak of a bounce: no code, and no words "
			  "that "
			  "a "
			  "rule knows"));
		return cli_fail(cli, error);
	}
	done = put_answer(cli, &subject, report, &error);
	report_free(report);
	return done ? NIXIE_DONE : cli_fail(cli, error);
}
