/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie show --original: the message that a report is about, in its conversation. */
#include "base/errors.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "cli/cli.h"
#include "triage/thread.h"

#define LINE_CELLS 79

static void put_visible(GString *out, int indent, const char *text)
{
	g_autofree char *visible = text_visible(text, TEXT_PLAIN);
	g_autoptr(GPtrArray) lines = text_wrap(visible, (size_t)MAX(LINE_CELLS - indent, 20));

	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "%*s%s\n", indent, "", (char *)lines->pdata[i]);
}

static void put_letter(GString *out, const struct cli *cli, const struct thread_letter *letter)
{
	int indent = 2 + 2 * (int)MIN(letter->depth, 12);
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(letter->message->date);
	g_autofree char *when = date ? g_date_time_format(date, "%Y-%m-%d %H:%M") : g_strdup("?");
	g_autofree char *text = g_strdup_printf("%s%s  %s  %s", letter->is_original ? "> " : "",
		when, letter->message->from, letter->message->subject);

	put_visible(out, letter->is_original ? indent - 2 : indent, text);
	for (guint i = 0; i < letter->returned->len; i++) {
		g_autofree char *words = returned_words(cli->knowledge, letter->returned->pdata[i]);
		g_autofree char *marked = g_strconcat("! ", words, NULL);

		put_visible(out, indent + 2, marked);
	}
}

static void put_text(
	GString *out, const struct cli *cli, const struct row *row, const struct thread *thread)
{
	g_autofree char *head = returned_words(cli->knowledge, row);

	if (out->len)
		g_string_append_c(out, '\n');
	put_visible(out, 0, head);
	put_visible(out, 2, word(cli->knowledge, WORDS_TRACE, (int)thread->trace));
	for (guint i = 0; i < thread->letters->len; i++)
		put_letter(out, cli, thread->letters->pdata[i]);
}

static void put_letter_json(struct json *json, const struct thread_letter *letter)
{
	json_begin_object(json, NULL);
	json_string(json, "id", letter->message->id);
	json_int(json, "timestamp", letter->message->date);
	json_string(json, "from", letter->message->from);
	json_string(json, "subject", letter->message->subject);
	json_string(json, "answers", letter->answers);
	json_int(json, "depth", letter->depth);
	json_bool(json, "ours", letter->ours);
	json_bool(json, "original", letter->is_original);
	json_begin_array(json, "bounces");
	for (guint i = 0; i < letter->returned->len; i++) {
		const struct row *row = letter->returned->pdata[i];

		json_begin_object(json, NULL);
		json_string(json, "id", row->message->id);
		json_string(json, "address", row->address);
		json_string(json, "status", row->status);
		json_string(json, "category", row->category ? row->category->id : NULL);
		json_end_object(json);
	}
	json_end_array(json);
	json_end_object(json);
}

static void put_json(struct json *json, const struct cli *cli, const struct row *row,
	const struct thread *thread)
{
	json_begin_object(json, NULL);
	json_string(json, "id", row->message->id);
	json_string(json, "address", row->address);
	json_string(json, "original", thread->original);
	json_string(json, "trace", trace_names[thread->trace]);
	json_string(json, "words", word(cli->knowledge, WORDS_TRACE, (int)thread->trace));
	json_string(json, "thread", thread->id);
	json_bool(json, "cut", thread->cut);
	json_begin_array(json, "letters");
	for (guint i = 0; i < thread->letters->len; i++)
		put_letter_json(json, thread->letters->pdata[i]);
	json_end_array(json);
	json_end_object(json);
}

static void put_rows(struct cli *cli, const GPtrArray *rows, enum format format, GString *out)
{
	bool is_json = format != FORMAT_TEXT;
	struct json_list list;

	if (is_json)
		json_list_begin(&list, out, format == FORMAT_JSON_LINES);
	for (guint i = 0; i < rows->len; i++) {
		struct thread *thread = thread_open(cli->session, rows->pdata[i], NULL, NULL);

		thread_wait(thread);
		if (is_json) {
			put_json(json_list_item(&list), cli, rows->pdata[i], thread);
			json_list_item_end(&list);
		} else {
			put_text(out, cli, rows->pdata[i], thread);
		}
		thread_close(thread);
	}
	if (is_json)
		json_list_end(&list);
}

int cli_original(struct cli *cli)
{
	g_autofree char *query = cli_query(cli);
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	enum format format = FORMAT_TEXT;
	struct file_out *out;
	GError *error = NULL;
	bool partial, done;

	if (!options_format(cli->options, FORMATS_TEXT_JSON, &format, &error) ||
		!cli_load(cli, query, &partial, &error) || !(rows = cli_rows(cli, &error)))
		return cli_fail(cli, error);
	out = file_out_open(cli->options->output, cli->options->force, &error);
	if (!out)
		return cli_fail(cli, error);
	put_rows(cli, rows, format, text);
	done = format == FORMAT_TEXT
		       ? cli_print(cli, out, text->str, &error)
		       : file_out_write(out, (struct span){text->str, text->len}, &error);
	if (!done) {
		file_out_abandon(out);
		return cli_fail(cli, error);
	}
	if (!file_out_commit(out, &error))
		return cli_fail(cli, error);
	if (partial)
		return NIXIE_PARTIAL;
	return cli->options->exit_code && rows->len ? NIXIE_MATCHED : NIXIE_DONE;
}
