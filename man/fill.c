/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Run by make: reads a page or a script with marks for tables in it, and writes it with the tables
 * (blocks.h). `fill DATADIR FILE`.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"

#define MARK "table: "

static const struct block *const rooms[] = {program_blocks, data_blocks, shell_blocks};

struct page {
	const char *file;
	struct source source;
	GString *out;
	GHashTable *taken; /* "NAME ARGUMENT" */
};

static const struct block *block_by_name(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rooms); i++)
		for (const struct block *block = rooms[i]; block->name; block++)
			if (strcmp(block->name, name) == 0)
				return block;
	return NULL;
}

static bool fail(const struct page *page, const char *mark, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", page->file, mark, why);
	return false;
}

static bool put_table(struct page *page, const char *mark)
{
	const char *blank = strchr(mark, ' ');
	g_autofree char *name = blank ? g_strndup(mark, (size_t)(blank - mark)) : g_strdup(mark);
	const struct block *block = block_by_name(name);

	if (!block)
		return fail(page, mark, "there is no such table");
	if (!g_hash_table_add(page->taken, g_strdup(mark)) && block->arguments)
		return fail(page, mark, "it stands here twice");
	return block->put(page->out, blank ? blank + 1 : "", &page->source) ||
	       fail(page, mark, "the table has no such row");
}

static bool put_line(struct page *page, const char *line)
{
	const char *text = line + strspn(line, "\t ");

	if (g_str_has_prefix(text, ".\\\" " MARK))
		return put_table(page, text + strlen(".\\\" " MARK));
	if (g_str_has_prefix(text, "# " MARK))
		return put_table(page, text + strlen("# " MARK));
	g_string_append_printf(page->out, "%s\n", line);
	return true;
}

/* A row that no page tells of would be forgotten. */
static bool check_whole(const struct page *page, const struct block *block)
{
	g_autoptr(GPtrArray) all =
		block->arguments ? block->arguments(&page->source) : g_ptr_array_new();
	bool any = false, whole = true;

	for (int pass = 0; pass < 2; pass++)
		for (guint i = 0; i < all->len; i++) {
			g_autofree char *mark =
				g_strdup_printf("%s %s", block->name, (char *)all->pdata[i]);

			if (g_hash_table_contains(page->taken, mark))
				any = true;
			else if (pass && any)
				whole = fail(page, mark, "this row of the table is not here");
		}
	return whole;
}

static bool fill(struct page *page, char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	bool whole = true;

	for (char **line = lines; *line; line++)
		if ((*line[0] || line[1]) && !put_line(page, *line))
			return false;
	for (size_t i = 0; i < G_N_ELEMENTS(rooms); i++)
		for (const struct block *block = rooms[i]; block->name; block++)
			whole &= check_whole(page, block);
	return whole;
}

int main(int argc, char **argv)
{
	GError *error = NULL;
	struct knowledge *knowledge;
	struct page page;
	g_autofree char *text = NULL;
	bool done;

	if (argc != 3) {
		fprintf(stderr, "usage: fill DATADIR FILE\n");
		return EXIT_FAILURE;
	}
	knowledge = knowledge_load(argv[1], NULL, &error);
	if (!knowledge || !g_file_get_contents(argv[2], &text, NULL, &error)) {
		fprintf(stderr, "fill: %s\n", error->message);
		return EXIT_FAILURE;
	}
	page = (struct page){argv[2], {argv[1], knowledge}, g_string_new(NULL),
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
	done = fill(&page, text) && fputs(page.out->str, stdout) >= 0 && fflush(stdout) == 0;
	g_string_free(page.out, TRUE);
	g_hash_table_unref(page.taken);
	knowledge_free(knowledge);
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
