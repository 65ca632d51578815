/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the index says anew of messages whose rows are on the screen: rows keep their places, files
 * are told apart whatever they are called now, and nothing is shown before it is whole. */
#include <glib.h>

#include "triage/rowstore.h"

static char **words(const char *text)
{
	return *text ? g_strsplit(text, " ", -1) : g_new0(char *, 1);
}

static struct message *message(const char *id, int64_t date, const char *tags, const char *files)
{
	struct message *made = g_new0(struct message, 1);

	made->id = g_strdup(id);
	made->date = date;
	made->tags = words(tags);
	made->files = words(files);
	made->properties = words("");
	return made;
}

/* Rows as "ID/FILE" and + fresh, - gone, ? not read; in the order they are shown in. */
static char *shown(const struct rowstore *store)
{
	struct rowview view = {.rows = g_ptr_array_new()};
	GString *out = g_string_new(NULL);

	rowview_build(&view, store);
	for (guint i = 0; i < view.rows->len; i++) {
		const struct row *row = view.rows->pdata[i];

		g_string_append_printf(out, "%s%s/%u%s%s%s", i ? " " : "", row_id(row), row->file,
			row->fresh ? "+" : "", row->gone ? "-" : "", row->unread_facts ? "?" : "");
	}
	g_ptr_array_unref(view.rows);
	return g_string_free(out, FALSE);
}

static char *paths_of(const struct entry *entry)
{
	GString *out = g_string_new(NULL);

	for (unsigned file = 0; file < entry->files_n; file++) {
		g_autofree char *path = entry_path(entry, file);

		g_string_append_printf(out, "%s%s", file ? " " : "", path);
	}
	return g_string_free(out, FALSE);
}

#define ASSERT_SHOWN(store, wanted) \
	do { \
		g_autofree char *got = shown(store); \
		g_assert_cmpstr(got, ==, (wanted)); \
	} while (0)

static void read_file(struct rowstore *store, struct entry *entry, unsigned file)
{
	struct report *report = report_new();

	report->kind = KIND_FAILURE;
	report->timestamp = (int64_t)file;
	rowstore_fill(store, entry, file, report, NULL);
	report_free(report);
}

static const struct {
	const char *was, *tags, *now; /* files; tags are `inbox` before */
	bool changed;
	const char *shown;  /* of the message that was there, before anything is read */
	const char *files;  /* as they are known then */
	unsigned unread_at; /* rowstore_unread_from */
} updates[] = {
	{"/m/cur/a:2,", "inbox", "/m/cur/a:2,", false, "x/0", "/m/cur/a:2,", 1},
	{"/m/cur/a:2,", "inbox vip", "/m/cur/a:2,", true, "x/0", "/m/cur/a:2,", 1},
	/* Flags, and another folder. */
	{"/m/new/a", "inbox", "/m/cur/a:2,FS", true, "x/0", "/m/cur/a:2,FS", 1},
	/* Sorted otherwise: rows know their files by number. */
	{"/m/cur/a /m/cur/b", "inbox", "/m/arch/b:2,S /m/cur/a", true, "x/0 x/1",
		"/m/cur/a /m/arch/b:2,S", 2},
	{"/m/cur/a /m/cur/b", "inbox", "/m/cur/b", true, "x/0- x/1", "/m/cur/a /m/cur/b", 2},
	{"/m/cur/a", "inbox", "/m/cur/a /m/cur/c", true, "x/0", "/m/cur/a /m/cur/c", 1},
	{"/m/cur/b", "inbox", "/m/cur/a /m/cur/b", true, "x/0", "/m/cur/b /m/cur/a", 1},
	/* Two of one name in two folders. */
	{"/m/one/a /m/two/a", "inbox", "/m/one/a /m/two/a", false, "x/0 x/1", "/m/one/a /m/two/a",
		2},
	{"/m/cur/a", "inbox", "", true, "x/0-", "/m/cur/a", 1},
};

static void test_update(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(updates); i++) {
		struct rowstore *store = rowstore_new(NULL, NULL);
		struct entry *entry =
			rowstore_add(store, message("x", 10, "inbox", updates[i].was), false);
		unsigned n = entry->files_n;
		g_autofree char *files = NULL;
		bool changed;

		g_test_message("update %zu", i);
		for (unsigned file = 0; file < n; file++)
			read_file(store, entry, file);
		changed = rowstore_update(
			store, entry, message("x", 10, updates[i].tags, updates[i].now));
		g_assert_cmpint(changed, ==, updates[i].changed);
		ASSERT_SHOWN(store, updates[i].shown);
		files = paths_of(entry);
		g_assert_cmpstr(files, ==, updates[i].files);
		g_assert_cmpuint(rowstore_unread_from(entry), ==, updates[i].unread_at);
		rowstore_free(store);
	}
}

static void test_arrive(void)
{
	struct rowstore *store = rowstore_new(NULL, NULL);
	struct entry *old = rowstore_add(store, message("old", 10, "inbox", "/m/a"), false);
	struct entry *new, *older;

	read_file(store, old, 0);
	new = rowstore_add(store, message("new", 20, "inbox", "/m/b /m/c"), true);
	older = rowstore_add(store, message("older", 5, "inbox", "/m/d"), true);
	ASSERT_SHOWN(store, "old/0");
	read_file(store, new, 0);
	read_file(store, older, 0);
	ASSERT_SHOWN(store, "old/0");
	/* The second file could not be read yet: it waits for the next look. */
	rowstore_arrive(store);
	ASSERT_SHOWN(store, "new/0+ old/0 older/0+");
	g_assert_cmpuint(rowstore_unread_from(new), ==, 1);
	read_file(store, new, 1);
	rowstore_arrive(store);
	ASSERT_SHOWN(store, "new/0+ new/1+ old/0 older/0+");
	/* What is gone may come back. */
	rowstore_update(store, old, message("old", 10, "inbox", ""));
	ASSERT_SHOWN(store, "new/0+ new/1+ old/0- older/0+");
	rowstore_update(store, old, message("old", 10, "inbox", "/m/a"));
	ASSERT_SHOWN(store, "new/0+ new/1+ old/0 older/0+");
	rowstore_free(store);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/news/update", test_update);
	g_test_add_func("/news/arrive", test_arrive);
	return g_test_run();
}
