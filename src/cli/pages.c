/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/pages.h"

#include "base/errors.h"
#include "base/strhash.h"
#include "base/text.h"

#define LINE_CELLS 79

void cli_page_put(GString *out, int indent, const char *text)
{
	g_autofree char *visible = text_visible(text, TEXT_PLAIN);
	g_autoptr(GPtrArray) lines = text_wrap(visible, (size_t)MAX(LINE_CELLS - indent, 20));

	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "%*s%s\n", indent, "", (char *)lines->pdata[i]);
}

static bool is_told(const struct cli_page *page, GHashTable *told, const struct row *row)
{
	return page->per_report &&
	       !g_hash_table_add(told, g_strdup_printf("%u %s", row->file, row_id(row)));
}

/* Where the pages go. */
struct book {
	struct cli *cli;
	const struct cli_page *page;
	GString *out;
	struct json_list list;
	bool is_json;
};

static void put_page(struct book *book, const struct row *row, const void *of)
{
	if (book->is_json) {
		book->page->json(json_list_item(&book->list), book->cli, row, of);
		json_list_item_end(&book->list);
		return;
	}
	if (book->out->len)
		g_string_append_c(book->out, '\n');
	book->page->text(book->out, book->cli, row, of);
}

/* False when something could not be told. */
static bool put_row(struct book *book, const struct row *row)
{
	GError *error = NULL;
	void *of = book->page->open(book->cli, row, &error);

	if (!of) {
		cli_say(book->cli, "%s: %s", row_id(row), error->message);
		g_error_free(error);
		return false;
	}
	put_page(book, row, of);
	book->page->close(of);
	return true;
}

static bool put_rows(struct book *book, const GPtrArray *rows, bool lines)
{
	g_autoptr(GHashTable) told = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	bool whole = true;

	if (book->is_json)
		json_list_begin(&book->list, book->out, lines);
	for (guint i = 0; i < rows->len; i++)
		if (!is_told(book->page, told, rows->pdata[i]))
			whole &= put_row(book, rows->pdata[i]);
	if (book->is_json)
		json_list_end(&book->list);
	return whole;
}

int cli_pages(struct cli *cli, const struct cli_page *page)
{
	g_autofree char *query = cli_query(cli);
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	struct book book = {.cli = cli, .page = page, .out = text};
	enum format format = FORMAT_TEXT;
	GError *error = NULL;
	bool partial;
	int code;

	if (!options_format(cli->options, FORMATS_TEXT_JSON, &format, &error) ||
		!cli_load(cli, query, &partial, &error) || !(rows = cli_rows(cli, &error)))
		return cli_fail(cli, error);
	book.is_json = format != FORMAT_TEXT;
	partial |= !put_rows(&book, rows, format == FORMAT_JSON_LINES);
	code = cli_put_out(cli, format, text);
	if (code != NIXIE_DONE)
		return code;
	if (!rows->len)
		cli_tell_nothing(cli);
	if (partial)
		return NIXIE_PARTIAL;
	return cli->options->exit_code && rows->len ? NIXIE_MATCHED : NIXIE_DONE;
}
