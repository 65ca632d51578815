/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of messages with very many files, and changes with very many tags: right, and in linear
 * time. */
#include <glib.h>

#include "limits.h"
#include "triage/drafts.h"
#include "triage/rowstore.h"

#ifndef MANY
#define MANY 50000
#endif

static struct message *message_with(const char *id, unsigned files, int64_t date)
{
	struct message *message = g_new0(struct message, 1);
	message->id = g_strdup(id);
	message->date = date;
	message->tags = g_new0(char *, 1);
	message->properties = g_new0(char *, 1);
	message->files = g_new0(char *, files + 1);
	for (unsigned i = 0; i < files; i++)
		message->files[i] = g_strdup_printf("/mail/cur/%u:2,", i);
	return message;
}

/* A report of one recipient. */
static void fill(struct rowstore *store, struct entry *entry, unsigned file, enum kind kind,
	const char *address, const char *original, const char *diagnostic)
{
	struct recipient recipient = {
		.address = address, .kind = kind, .diagnostic = diagnostic, .status = "5.1.1"};
	struct report *report = report_new();
	struct context context = {.trust = TRUST_PROVEN};
	report->kind = kind;
	report->recipients = &recipient;
	report->recipients_n = 1;
	report->original.id = original;
	g_assert_nonnull(rowstore_fill(store, entry, file, report, &context));
	report_free(report);
}

/* All reports are about one mailbox. */
static void fold(struct rowstore *store)
{
	for (guint i = 0; i < store->entries->len; i++)
		rowstore_find_copies(store->entries->pdata[i]);
	g_autoptr(GPtrArray) nodes = rowstore_by_mailbox(store);
	reports_fold(nodes);
}

/* Half of the files are copies of the other half. */
static void test_copies(void)
{
	struct rowstore *store = rowstore_new(NULL, NULL);
	struct entry *entry = rowstore_add(store, message_with("a@example.org", MANY, 1), false);
	double begin = limits_now();
	unsigned copies = 0, rows = 0;
	for (unsigned file = 0; file < MANY; file++) {
		g_autofree char *words = g_strdup_printf("550 no user %u", file / 2);
		fill(store, entry, file, KIND_FAILURE, "neko@cat.example", NULL, words);
	}
	fold(store);
	for (const struct row_node *node = entry_rows(entry); node; node = node->next) {
		g_assert_cmpuint(node->row.file, ==, rows++);
		g_assert_true(node->row.copy == node->row.file % 2);
		copies += node->row.copy;
	}
	g_assert_cmpuint(rows, ==, MANY);
	g_assert_cmpuint(copies, ==, MANY / 2);
	g_assert_cmpfloat(limits_now() - begin, <, HOSTILE_SECONDS);
	rowstore_free(store);
}

/* What is folded under a row hangs on it. */
static void test_told(void)
{
	struct rowstore *store = rowstore_new(NULL, NULL);
	struct entry *final =
		rowstore_add(store, message_with("final@example.org", 1, MANY), false);
	double begin = limits_now();
	unsigned told = 0;
	fill(store, final, 0, KIND_FAILURE, "neko@cat.example", "sent@example.org", "550 gone");
	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *id = g_strdup_printf("delay%u@example.org", i);
		struct entry *entry = rowstore_add(store, message_with(id, 1, i), false);
		fill(store, entry, 0, KIND_DELAY, "neko@cat.example", "sent@example.org",
			"451 later");
	}
	/* Twice: the second time finds what the first has left. */
	fold(store);
	fold(store);
	const struct row_node *first = entry_rows(final);
	g_assert_null(row_leader(first));
	g_assert_cmpuint(first->row.folded, ==, MANY);
	for (const struct row_node *node = first->told; node != first; node = node->told) {
		g_assert_true(node->row.told_already);
		told++;
	}
	g_assert_cmpuint(told, ==, MANY);
	g_assert_cmpuint(first->row.bounces_of_address, ==, 1);
	g_assert_cmpfloat(limits_now() - begin, <, HOSTILE_SECONDS);
	rowstore_free(store);
}

/* What a scan stored is not kept; it would be the most of a row. */
static void test_stored(void)
{
	char *tags[] = {"bounce", NULL},
	     *properties[] = {"nixie.category=mailbox-full", "nixie.retry=neko@cat.example", NULL};
	struct rowstore *store = rowstore_new(NULL, NULL);
	struct entry *entry = rowstore_add(store, message_with("id", 1, 1), false);
	g_assert_true(entry_set_words(entry, tags, properties));
	g_assert_false(entry_set_words(entry, tags, properties));
	g_assert_cmpuint(g_strv_length((char **)entry_properties(entry)), ==, 1);
	g_assert_cmpstr(entry_properties(entry)[0], ==, "nixie.retry=neko@cat.example");
	rowstore_free(store);
}

/* --- drafts */

/* The last word counts, nothing stands twice. */
static void test_last_word(void)
{
	static const struct {
		enum change_list list;
		const char *value;
	} puts[] = {{ADD_TAG, "a"}, {ADD_TAG, "b"}, {REMOVE_TAG, "a"}, {ADD_TAG, "b"},
		{ADD_PROPERTY, "a"}, {REMOVE_PROPERTY, "k=v"}, {ADD_PROPERTY, "k=v"}};
	struct drafts *set = drafts_new();
	size_t n;
	for (size_t i = 0; i < G_N_ELEMENTS(puts); i++)
		drafts_put(set, "id", puts[i].list, puts[i].value);
	/* Asking does not change the answer. */
	drafts_changes(set, &n);
	const struct change *change = drafts_changes(set, &n);
	g_assert_cmpuint(n, ==, 1);
	g_autofree char *add = g_strjoinv(" ", (char **)change->add_tags);
	g_autofree char *remove = g_strjoinv(" ", (char **)change->remove_tags);
	g_autofree char *properties = g_strjoinv(" ", (char **)change->add_properties);
	g_assert_cmpstr(add, ==, "b");
	g_assert_cmpstr(remove, ==, "a");
	g_assert_cmpstr(properties, ==, "a k=v");
	g_assert_cmpuint(change_count(change), ==, 4);
	drafts_free(set);
}

static void test_many_words(void)
{
	struct drafts *set = drafts_new();
	struct rowstore *store = rowstore_new(NULL, NULL);
	struct entry *entry = rowstore_add(store, message_with("id", 1, 1), false);
	double begin = limits_now();
	size_t n;
	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *value = g_strdup_printf("nixie.retry=neko%u@cat.example", i);
		drafts_put(set, "id", REMOVE_PROPERTY, value);
	}
	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *value =
			g_strdup_printf("nixie.retry=neko%u@cat.example", MANY - 1 - i);
		drafts_put(set, "id", ADD_PROPERTY, value);
	}
	const struct change *change = drafts_changes(set, &n);
	g_assert_cmpuint(change_count(change), ==, MANY);
	entry_change(entry, change);
	entry_change(entry, change);
	g_assert_cmpuint(g_strv_length((char **)entry_properties(entry)), ==, MANY);
	const struct change back = {.id = "id", .remove_properties = change->add_properties};
	entry_change(entry, &back);
	g_assert_cmpuint(g_strv_length((char **)entry_properties(entry)), ==, 0);
	g_assert_cmpfloat(limits_now() - begin, <, HOSTILE_SECONDS);
	rowstore_free(store);
	drafts_free(set);
}

static void test_alike(void)
{
	struct rowstore *store = rowstore_new(NULL, NULL);
	g_autofree char *first = limits_alike(0), *last = limits_alike(MANY - 1);
	double begin = limits_now();
	g_assert_cmpuint(g_str_hash(first), ==, g_str_hash(last));
	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *id = limits_alike(i);
		rowstore_add(store, message_with(id, 1, MANY - i), false);
	}
	g_assert_cmpstr(rowstore_find(store, last)->id, ==, last);
	g_assert_null(rowstore_find(store, "ar"));
	g_assert_cmpfloat(limits_now() - begin, <, HOSTILE_SECONDS);
	rowstore_free(store);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rowstore/stored", test_stored);
	g_test_add_func("/rowstore/copies", test_copies);
	g_test_add_func("/rowstore/told", test_told);
	g_test_add_func("/rowstore/alike", test_alike);
	g_test_add_func("/drafts/last-word", test_last_word);
	g_test_add_func("/drafts/many-words", test_many_words);
	return g_test_run();
}
