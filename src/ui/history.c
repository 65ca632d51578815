/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file has a line per text, `name TAB text`, oldest first. */
#include "ui/history.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"

#define TEXTS_MAX 100 /* a prompt */

struct histories {
	GHashTable *by_name; /* name -> GPtrArray of char* */
	GPtrArray *added;    /* char*, by turns name and text: of this session */
};

static GPtrArray *of(struct histories *histories, const char *name)
{
	GPtrArray *texts = g_hash_table_lookup(histories->by_name, name);

	if (!texts) {
		texts = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(histories->by_name, g_strdup(name), texts);
	}
	return texts;
}

static void add(struct histories *histories, const char *name, const char *text)
{
	GPtrArray *texts = of(histories, name);

	for (guint i = 0; i < texts->len; i++)
		if (!strcmp(texts->pdata[i], text)) {
			g_ptr_array_remove_index(texts, i);
			break;
		}
	if (texts->len == TEXTS_MAX)
		g_ptr_array_remove_index(texts, 0);
	g_ptr_array_add(texts, g_strdup(text));
}

static void read_file(struct histories *histories)
{
	g_autofree char *path = file_home_path(FILE_STATE, "history", NULL);
	g_autofree char *content = NULL;
	struct span rest, line;
	gsize n = 0;

	if (!path || !g_file_get_contents(path, &content, &n, NULL) ||
		!text_is_utf8((struct span){content, n}))
		return;
	rest = (struct span){content, n};
	while (span_line(&rest, &line)) {
		const char *tab = memchr(line.p, '\t', line.n);

		if (tab) {
			g_autofree char *name = span_dup(span_make(line.p, tab));
			g_autofree char *text = span_dup(span_make(tab + 1, line.p + line.n));

			add(histories, name, text);
		}
	}
}

struct histories *histories_load(void)
{
	struct histories *histories = g_new0(struct histories, 1);

	histories->by_name = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	histories->added = g_ptr_array_new_with_free_func(g_free);
	read_file(histories);
	return histories;
}

/* Another session may have written meanwhile: what was typed here goes behind what is there. */
static void merge(struct histories *histories)
{
	read_file(histories);
	for (guint i = 0; i + 1 < histories->added->len; i += 2)
		add(histories, histories->added->pdata[i], histories->added->pdata[i + 1]);
}

static void save(struct histories *histories)
{
	g_autofree char *path = file_home_path(FILE_STATE, "history", NULL);
	g_autoptr(GString) content = g_string_new(NULL);
	GHashTableIter iter;
	gpointer name, texts;

	if (!path)
		return;
	g_hash_table_iter_init(&iter, histories->by_name);
	while (g_hash_table_iter_next(&iter, &name, &texts))
		for (guint i = 0; i < ((GPtrArray *)texts)->len; i++)
			g_string_append_printf(content, "%s\t%s\n", (char *)name,
				(char *)((GPtrArray *)texts)->pdata[i]);
	file_own_write(path, (struct span){content->str, content->len}, NULL);
}

void histories_free(struct histories *histories)
{
	if (!histories)
		return;
	if (histories->added->len) {
		merge(histories);
		save(histories);
	}
	g_ptr_array_unref(histories->added);
	g_hash_table_unref(histories->by_name);
	g_free(histories);
}

void histories_add(struct histories *histories, const char *name, const char *text)
{
	if (!*text || strchr(text, '\n'))
		return;
	add(histories, name, text);
	g_ptr_array_add(histories->added, g_strdup(name));
	g_ptr_array_add(histories->added, g_strdup(text));
}

const GPtrArray *histories_get(struct histories *histories, const char *name)
{
	return of(histories, name);
}
