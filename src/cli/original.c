/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie show --original: the message that a report is about, in its conversation. */
#include "cli/pages.h"
#include "triage/thread.h"

static void put_letter(GString *out, const struct cli *cli, const struct thread_letter *letter)
{
	int indent = 2 + 2 * (int)MIN(letter->depth, 12);
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(letter->message->date);
	g_autofree char *when = date ? g_date_time_format(date, "%Y-%m-%d %H:%M") : g_strdup("?");
	g_autofree char *text = g_strdup_printf("%s%s  %s  %s", letter->is_original ? "> " : "",
		when, letter->message->from, letter->message->subject);

	cli_page_put(out, letter->is_original ? indent - 2 : indent, text);
	for (guint i = 0; i < letter->returned->len; i++) {
		g_autofree char *words = returned_words(cli->knowledge, letter->returned->pdata[i]);
		g_autofree char *marked = g_strconcat("! ", words, NULL);

		cli_page_put(out, indent + 2, marked);
	}
}

static void put_text(GString *out, const struct cli *cli, const struct row *row, const void *of)
{
	const struct thread *thread = of;
	g_autofree char *head = returned_words(cli->knowledge, row);

	cli_page_put(out, 0, head);
	cli_page_put(out, 2, word(cli->knowledge, WORDS_TRACE, (int)thread->trace));
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
		json_string(json, "id", row_id(row));
		json_string(json, "address", row_text(row, ROW_ADDRESS));
		json_string(json, "status", row_text(row, ROW_STATUS));
		json_string(json, "category", row->category ? row->category->id : NULL);
		json_end_object(json);
	}
	json_end_array(json);
	json_end_object(json);
}

static void put_json(
	struct json *json, const struct cli *cli, const struct row *row, const void *of)
{
	const struct thread *thread = of;

	json_begin_object(json, NULL);
	json_string(json, "id", row_id(row));
	json_string(json, "address", row_text(row, ROW_ADDRESS));
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

static void *open_thread(struct cli *cli, const struct row *row, GError **error)
{
	struct thread *thread = thread_open(cli->session, row, NULL, NULL);

	thread_wait(thread);
	if (!thread->error)
		return thread;
	g_propagate_error(error, g_error_copy(thread->error));
	thread_close(thread);
	return NULL;
}

static void close_thread(void *of)
{
	thread_close(of);
}

int cli_original(struct cli *cli)
{
	static const struct cli_page page = {
		.open = open_thread, .text = put_text, .json = put_json, .close = close_thread};

	return cli_pages(cli, &page);
}
