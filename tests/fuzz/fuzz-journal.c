/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a journal, which may have lost its end or met an editor: what can be undone of it is
 * what it says, line by line.
 */
#include "shipped.h"
#include "store/deltaline.h"
#include "store/journal_file.h"

static void check_word(const char *text)
{
	g_autoptr(GString) hex = g_string_new(NULL);
	g_autofree char *back = NULL;

	hex_append(hex, text);
	g_assert_null(strpbrk(hex->str, " \t\r\n"));
	back = hex_decode((struct span){hex->str, hex->len});
	g_assert_cmpstr(back, ==, text);
}

static void check_list(const char *const *list)
{
	for (; list && *list; list++)
		check_word(*list);
}

/* A change that was read is written as lines that read the same. */
static void check_changes(GPtrArray *changes)
{
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = changes->pdata[i];
		g_autoptr(GString) lines = g_string_new(NULL), again = g_string_new(NULL);
		g_autoptr(GPtrArray) back = NULL;

		check_list(change->add_tags);
		check_list(change->remove_tags);
		check_list(change->add_properties);
		check_list(change->remove_properties);
		if (!delta_append(lines, change, &delta_marks))
			continue;
		back = delta_read((struct span){lines->str, lines->len}, &delta_marks);
		g_assert_cmpuint(back->len, <=, 1);
		if (back->len)
			delta_append(again, back->pdata[0], &delta_marks);
		g_assert_cmpstr(again->str, ==, lines->str);
	}
	g_ptr_array_unref(changes);
}

static void check_entry(const struct journal *journal, const struct journal_entry *entry)
{
	g_assert_true(entry->number > 0 && entry->kind && entry->label);
	g_assert_true(*journal_state_word(entry) != '\0');
	check_changes(journal_deltas(journal, entry));
	check_changes(journal_inverse(journal, entry));
	check_changes(journal_plan(journal, entry));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal *journal = journal_parse(g_memdup2(data, size), size);

	for (guint i = 0; i < journal->entries->len; i++)
		check_entry(journal, journal->entries->pdata[i]);
	journal_undoable(journal);
	journal_redoable(journal);
	journal_free(journal);
	return 0;
}
