/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie explain: plain words for a code, a reply, a pasted fragment or a report; needs no mailbox.
 */
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "cli/oneshot.h"
#include "rules/status.h"

/* A whole report first; what is none is read as a fragment. */
static struct report *extract_any(struct cli *cli, struct span bytes, GError **error)
{
	struct report *report = oneshot_bytes(cli, bytes, false, error);

	if (!report || report->recipients_n)
		return report;
	report_free(report);
	return oneshot_bytes(cli, bytes, true, error);
}

static struct report *extract_file(struct cli *cli, int fd, GError **error)
{
	struct file_bytes file;
	struct report *report;

	if (!file_read_fd(fd, &file, error))
		return NULL;
	report = extract_any(cli, file.bytes, error);
	file_bytes_clear(&file);
	return report;
}

static struct report *read_subject(struct cli *cli, const char *words, GError **error)
{
	struct report *report;
	int fd;

	if (g_str_equal(words, "-"))
		return extract_file(cli, STDIN_FILENO, error);
	if (!g_file_test(words, G_FILE_TEST_EXISTS) || strpbrk(words, " \n"))
		return oneshot_bytes(cli, span_of(words), true, error);
	fd = file_open_mail(words, error);
	if (fd < 0)
		return NULL;
	report = extract_file(cli, fd, error);
	close(fd);
	return report;
}

/* What the tables say of a code beside the verdict: the registry's meaning and each provider's own.
 */
static void put_meanings(GString *out, const struct knowledge *knowledge, const char *code)
{
	struct status status = {0};
	struct reply reply = {0};
	size_t count, before = out->len;
	const struct code *const *codes = knowledge_codes(knowledge, &count);

	if (!status_parse(span_of(code), &status))
		reply_find(span_of(code), &reply);
	for (size_t i = 0; i < count; i++) {
		const struct code *row = codes[i];
		bool same = status.v[0] ? memcmp(row->status, status.v, sizeof status.v) == 0
					: reply.code && !row->status[0] && row->reply == reply.code;

		if (same && !row->phrase)
			g_string_append_printf(out, "  %-14s %s\n", row->scope, row->meaning);
	}
	if (out->len > before)
		g_string_insert(out, (gssize)before, "\nWhat this code stands for:\n");
}

static bool put_answer(
	struct cli *cli, const char *words, const struct report *report, GError **error)
{
	bool text = !cli->options->format || g_str_equal(cli->options->format, "text");
	struct output output;
	bool done;

	if (!cli_output_open(
		    cli, FORMAT_TEXT, text ? PER_REPORT : PER_RECIPIENT, false, &output, error))
		return false;
	done = exporter_report(output.exporter, NULL, 0, report, NULL, NULL, error);
	if (text)
		put_meanings(output.tail, cli->knowledge, words);
	return cli_output_close(cli, &output, done, error);
}

int cli_explain(struct cli *cli)
{
	g_autofree char *words = cli_query(cli);
	GError *error = NULL;
	struct report *report;
	bool done;

	if (!*words)
		return cli_fail(cli, g_error_new(NIXIE_ERROR, NIXIE_USAGE,
					     "explain needs something: a code (5.7.26), a server's "
					     "reply in quotes, a report file, or `-`"));
	report = read_subject(cli, words, &error);
	if (!report)
		return cli_fail(cli, error);
	done = put_answer(cli, words, report, &error);
	report_free(report);
	return done ? NIXIE_DONE : cli_fail(cli, error);
}
