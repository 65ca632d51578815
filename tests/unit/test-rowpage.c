/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows on a page and back: the same, whatever was there before; and pages with any number in them
 * changed, or cut anywhere, which must do no harm. */
#include <glib.h>

#include "rules/advice.h"
#include "triage/rowpage.h"

#define MANY 1000
#define CROWD 50000 /* recipients */

static struct knowledge *knowledge;

/* --- a store to begin with */

static struct message *message_of(unsigned number)
{
	static const char *const tags[][3] = {{"bounce", NULL}, {"bounce", "inbox", NULL}, {NULL}};
	static const char *const none[] = {NULL};
	struct message *message = g_new0(struct message, 1);
	message->id = g_strdup_printf("report%u@mx.example.org", number);
	message->date = 1700000000 - number;
	message->subject = g_strdup(number % 2 ? "Undelivered mail" : "Delayed mail");
	message->tags = g_strdupv((char **)tags[number % 3]);
	message->properties = g_strdupv((char **)none);
	message->files = g_new0(char *, 3);
	for (unsigned i = 0; i <= number % 2; i++)
		message->files[i] =
			g_strdup_printf("/mail/box%u/cur/%u.%u:2,S", number % 5, number, i);
	return message;
}

/* Of none, one or two recipients. */
static struct report *report_of(unsigned number)
{
	struct report *report = report_new();
	report->kind = number % 4 ? KIND_FAILURE : KIND_DELAY;
	report->timestamp = 1700000000 + number;
	report->reporting_mta = arena_printf(report->arena, "mx%u.example.org", number % 7);
	report->original.id = arena_printf(report->arena, "letter%u@example.org", number / 2);
	report->original.subject = number % 3 ? "An order" : NULL;
	report->recipients_n = number % 3;
	report->recipients = arena_alloc(report->arena, 2 * sizeof *report->recipients);
	for (unsigned i = 0; i < report->recipients_n; i++) {
		struct recipient *recipient = &report->recipients[i];
		recipient_init(recipient);
		recipient->address =
			arena_printf(report->arena, "Neko%u@Cat%u.example", number % 50, i);
		recipient->status = i ? "4.2.2" : "5.1.1";
		recipient->status_field = "5.0.0";
		recipient->diagnostic = arena_printf(report->arena, "550 no user %u", number % 9);
		recipient->category = category_at(knowledge, (int)(number % 5))->id;
		recipient->kind = report->kind;
	}
	return report;
}

static void read_file(struct rowstore *store, struct entry *entry, unsigned file, unsigned number)
{
	struct report *report = report_of(number);
	struct context contexts[2] = {
		{.origin = ORIGIN_OWN, .trust = TRUST_PROVEN}, {.type = TYPE_SOFT}};
	actors_add(&contexts[0].who, ACTOR_SENDER);
	actors_add(&contexts[0].who, ACTOR_NOBODY);
	rowstore_fill(store, entry, file, report, contexts);
	report_free(report);
}

/* The first so many messages, as they are read from an index. */
static struct rowstore *store_of(unsigned messages)
{
	struct rowstore *store = rowstore_new(knowledge, NULL);
	for (unsigned i = 0; i < messages; i++) {
		struct entry *entry = rowstore_add(store, message_of(i), false);
		for (unsigned file = 0; file < entry->files_n; file++)
			read_file(store, entry, file, i + file);
	}
	return store;
}

/* --- all that is known of it */

static void tell_row(GString *out, const struct row_node *node)
{
	const struct row *row = &node->row;
	g_string_append_printf(out, "  %u %u %u %u/%u/%u/%u/%u/%u %d%d%d%d %u %s:", row->file,
		row->recipient, row->date, row->kind, row->type, row->finality, row->origin,
		row->trust, row->confidence, row->hidden, row->status_overruled, row->aside,
		row->unread_facts, node->fingerprint, row->category ? row->category->id : "-");
	for (unsigned i = 0; i < row->who.count; i++)
		g_string_append_printf(out, " %u", row->who.who[i]);
	for (int i = 0; i < ROW_TEXTS; i++) {
		const char *text = row_text(row, (enum row_text)i);
		g_string_append_printf(out, " %s", text ? text : "-");
	}
	g_string_append_c(out, '\n');
}

static char *told(const struct rowstore *store)
{
	GString *out = g_string_new(NULL);
	g_string_append_printf(out, "%u, %u read\n", store->entries->len, (unsigned)store->read);
	for (guint i = 0; i < store->entries->len; i++) {
		const struct entry *entry = store->entries->pdata[i];
		g_autofree char *tags = g_strjoinv(" ", (char **)entry_tags(entry));
		const char *subject = texts_get(store->texts, entry->subject);
		g_string_append_printf(out, "%s %u %s [%s] %u\n", entry->id, entry->date,
			subject ? subject : "-", tags, entry->unread);
		for (unsigned file = 0; file < entry->files_n; file++) {
			g_autofree char *path = entry_path(entry, file);
			g_string_append_printf(out, " %s\n", path);
		}
		for (const struct row_node *node = entry_rows(entry); node; node = node->next)
			tell_row(out, node);
	}
	return g_string_free(out, FALSE);
}

/* --- pages */

/* What a page that was packed looks like when it comes back; file `changed` is not what it was. */
static void come_back(struct pack *packed, struct pack *back, size_t changed)
{
	const struct pack_place all = {0};
	struct unpack in, part;
	unpack_tail(&in, packed, all);
	size_t n = unpack_count(&in, 1);
	pack_init(back);
	pack_count(back, n);
	for (size_t i = 0; i < n; i++) {
		pack_text(back, unpack_text(&in));
		pack_count(back, i != changed);
	}
	unpack_value(&in, &part);
	g_assert_true(unpack_end(&in));
	pack_part(back, &part);
}

/* What one page told. */
struct coming {
	struct rowpage_about about;
	unsigned changed_files;
};

static bool take_with(struct rowstore *store, const struct pack *page, struct rowpage_news *news,
	struct coming *coming)
{
	const struct pack_place all = {0};
	struct unpack in;
	unpack_tail(&in, page, all);
	bool good = rowpage_unpack(store, &in, news, &coming->about);
	coming->changed_files = news->changed_files;
	return good;
}

static bool take(struct rowstore *store, const struct pack *page, struct coming *coming)
{
	g_autoptr(GHashTable) left = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct rowpage_news news = {.left = left};
	return take_with(store, page, &news, coming);
}

static void first_page(const struct rowstore *store, size_t changed, struct pack *back)
{
	const struct rowpage_about about = {.sent_indexed = true};
	struct pack packed;
	pack_init(&packed);
	rowpage_pack(store, 0, false, NULL, &about, &packed);
	come_back(&packed, back, changed);
	pack_clear(&packed);
}

/* All of it, into a store that has so many already. */
static void test_back(gconstpointer data)
{
	const struct rowpage_about about = {.sent_indexed = true};
	struct rowstore *store = store_of(MANY), *next = store_of(GPOINTER_TO_UINT(data));
	g_autofree char *wanted = told(store);
	guint pages = 0;
	for (guint from = 0; from < store->entries->len; pages++) {
		struct coming got;
		struct pack packed, back;
		pack_init(&packed);
		from = rowpage_pack(store, from, false, NULL, &about, &packed);
		come_back(&packed, &back, SIZE_MAX);
		g_assert_true(take(next, &back, &got));
		g_assert_true(got.about.sent_indexed && !got.about.uses_done_tag);
		g_assert_cmpuint(got.changed_files, ==, 0);
		pack_clear(&packed);
		pack_clear(&back);
	}
	g_autofree char *got = told(next);
	g_assert_cmpuint(pages, >, 1);
	g_assert_cmpstr(got, ==, wanted);
	rowstore_free(store);
	rowstore_free(next);
}

/* Is read once more, and is then as it was. */
static void test_changed(void)
{
	struct rowstore *store = store_of(6), *next = rowstore_new(knowledge, NULL);
	g_autofree char *wanted = told(store);
	struct coming coming;
	struct pack back;
	first_page(store, 2, &back); /* the second file of the second message */
	g_assert_true(take(next, &back, &coming));
	g_assert_cmpuint(coming.changed_files, ==, 1);
	struct entry *entry = next->entries->pdata[1];
	g_assert_cmpuint(entry->unread, ==, 1);
	g_assert_true(entry_first_row(entry, 1)->row.unread_facts);
	g_assert_false(entry_first_row(entry, 0)->row.unread_facts);
	read_file(next, entry, 1, 1 + 1);
	g_autofree char *got = told(next);
	g_assert_cmpstr(got, ==, wanted);
	pack_clear(&back);
	rowstore_free(store);
	rowstore_free(next);
}

/* A list that was kept, and what became of it since: what the index says wins over pages, and a
 * later page over those before it. */
static void test_added(void)
{
	const struct rowpage_about about = {.uses_done_tag = true};
	struct rowstore *store = store_of(6), *next = rowstore_new(knowledge, NULL);
	g_autoptr(GHashTable) left = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) changed =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) gone = g_ptr_array_new();
	struct rowpage_news news = {.left = left, .changed = changed};
	static char *const tags[] = {"seen", NULL};
	struct entry *const *entries = (struct entry *const *)store->entries->pdata;
	struct coming coming;
	struct pack packed, base, added;
	first_page(store, SIZE_MAX, &base);
	for (guint i = 0; i < 6; i++)
		entries[i]->kept = true;
	/* Of the second the tags were changed, and the third left: that was added. */
	entry_set_words(entries[1], tags, NULL);
	g_ptr_array_add(gone, (gpointer)entries[2]->id);
	g_ptr_array_remove_index(store->entries, 2);
	pack_init(&packed);
	rowpage_pack(store, 0, true, gone, &about, &packed);
	come_back(&packed, &added, SIZE_MAX);
	/* Since then the fourth left, too, and one that the list never had was changed. */
	g_hash_table_insert(changed, g_strdup(entries[2]->id), NULL);
	g_hash_table_insert(changed, g_strdup("another@example.org"), NULL);
	g_ptr_array_remove_index(store->entries, 2);
	store->read -= 2;
	g_autofree char *wanted = told(store);
	g_assert_true(take_with(next, &added, &news, &coming));
	g_assert_true(coming.about.uses_done_tag);
	g_assert_cmpuint(next->entries->len, ==, 1);
	g_assert_true(take_with(next, &base, &news, &coming));
	g_autofree char *got = told(next);
	g_assert_cmpstr(got, ==, wanted);
	g_assert_cmpuint(news.known, ==, 1);
	g_assert_cmpuint(news.passed, ==, 2);
	for (guint i = 0; i < next->entries->len; i++)
		g_assert_true(((struct entry *)next->entries->pdata[i])->kept);
	pack_clear(&packed);
	pack_clear(&base);
	pack_clear(&added);
	rowstore_free(store);
	rowstore_free(next);
}

/* It left the list, that was added; then it came back, which a page says that was added later
 * (FALSE) or the same one (TRUE). */
static void test_came_back(gconstpointer data)
{
	const struct rowpage_about about = {.sent_indexed = true};
	bool together = GPOINTER_TO_INT(data);
	struct rowstore *store = store_of(6), *next = rowstore_new(knowledge, NULL);
	g_autoptr(GHashTable) left = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) gone = g_ptr_array_new();
	struct rowpage_news news = {.left = left};
	static char *const tags[] = {"seen", NULL};
	struct entry *one = store->entries->pdata[2];
	struct coming coming;
	struct pack packed, base, went, came;
	first_page(store, SIZE_MAX, &base);
	for (guint i = 0; i < 6; i++)
		((struct entry *)store->entries->pdata[i])->kept = true;
	g_ptr_array_add(gone, (gpointer)one->id);
	pack_init(&packed);
	rowpage_pack(store, 0, true, gone, &about, &packed);
	come_back(&packed, &went, SIZE_MAX);
	one->kept = false;
	entry_set_words(one, tags, NULL);
	pack_clear(&packed);
	pack_init(&packed);
	rowpage_pack(store, 0, true, together ? gone : NULL, &about, &packed);
	come_back(&packed, &came, SIZE_MAX);
	g_assert_true(take_with(next, &came, &news, &coming));
	if (!together)
		g_assert_true(take_with(next, &went, &news, &coming));
	g_assert_cmpuint(next->entries->len, ==, 1);
	g_assert_true(take_with(next, &base, &news, &coming));
	g_assert_cmpuint(news.passed, ==, 1);
	g_autofree char *wanted = told(store), *got = told(next);
	g_assert_cmpstr(got, ==, wanted);
	pack_clear(&packed);
	pack_clear(&base);
	pack_clear(&went);
	pack_clear(&came);
	rowstore_free(store);
	rowstore_free(next);
}

/* What could not be read, or was cut, is to be read again. */
static void test_not_whole(void)
{
	struct rowstore *store = store_of(2), *next = rowstore_new(knowledge, NULL);
	struct entry *failed = rowstore_add(store, message_of(2), false);
	struct coming coming;
	struct pack back;
	rowstore_fail(store, failed, 0, "it is gone");
	entry_first_row(store->entries->pdata[0], 0)->row.cut = true;
	first_page(store, SIZE_MAX, &back);
	g_assert_true(take(next, &back, &coming));
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(((struct entry *)next->entries->pdata[i])->unread, ==, i != 1);
	pack_clear(&back);
	rowstore_free(store);
	rowstore_free(next);
}

/* A page has its bounds, however many recipients the files of a message name. */
static void test_crowd(void)
{
	struct rowstore *store = rowstore_new(knowledge, NULL);
	struct rowstore *next = rowstore_new(knowledge, NULL);
	struct entry *entry = rowstore_add(store, message_of(1), false);
	struct report *report = report_of(1);
	struct context *contexts = g_new0(struct context, CROWD);
	struct coming coming;
	struct pack back;
	struct recipient one = report->recipients[0];
	report->recipients = arena_alloc(report->arena, CROWD * sizeof one);
	for (report->recipients_n = 0; report->recipients_n < CROWD; report->recipients_n++)
		report->recipients[report->recipients_n] = one;
	rowstore_fill(store, entry, 0, report, contexts);
	rowstore_fill(store, entry, 1, report, contexts);
	first_page(store, SIZE_MAX, &back);
	g_assert_cmpuint(pack_size(&back), <, 12 << 20);
	g_assert_true(take(next, &back, &coming));
	entry = next->entries->pdata[0];
	g_assert_cmpuint(entry->unread, ==, 1);
	g_assert_true(entry_first_row(entry, 1)->row.unread_facts);
	g_free(contexts);
	report_free(report);
	pack_clear(&back);
	rowstore_free(store);
	rowstore_free(next);
}

/* What could not be read this time is told so, although a page knows it. */
static void test_unreadable(void)
{
	struct rowstore *store = store_of(2), *next = rowstore_new(knowledge, NULL);
	struct coming coming;
	struct pack back;
	rowstore_fail(next, rowstore_add(next, message_of(0), false), 0, "it is gone");
	first_page(store, SIZE_MAX, &back);
	g_assert_true(take(next, &back, &coming));
	const struct row *row = &entry_first_row(next->entries->pdata[0], 0)->row;
	g_assert_cmpstr(row_text(row, ROW_ERROR), ==, "it is gone");
	g_assert_null(row_text(row, ROW_ADDRESS));
	g_assert_cmpuint(next->unreadable, ==, 1);
	pack_clear(&back);
	rowstore_free(store);
	rowstore_free(next);
}

/* --- bad pages */

/* Nothing is out of its bounds, whatever the page was. */
static void survive(const struct pack *page, const char *what, size_t at, bool may_be_good)
{
	struct rowstore *store = store_of(1);
	struct coming coming;
	bool good = take(store, page, &coming);
	g_autofree char *all = told(store);
	if (good && !may_be_good)
		g_error("a page that is %s at %zu was taken", what, at);
	for (guint i = 0; i < store->entries->len; i++)
		for (const struct row_node *node = entry_rows(store->entries->pdata[i]); node;
			node = node->next) {
			g_assert_cmpuint(node->row.kind, <, KIND_COUNT);
			g_assert_cmpuint(node->row.trust, <, TRUST_COUNT);
			g_assert_cmpuint(node->row.who.count, <=, ACTORS_MAX);
		}
	rowstore_free(store);
}

static void test_bad(void)
{
	static const int32_t other[] = {-1, 0, 1, 2, 7, 1000000, INT32_MAX, INT32_MIN};
	struct rowstore *store = store_of(5);
	struct pack page;
	first_page(store, SIZE_MAX, &page);
	for (size_t i = 0; i < page.numbers_n; i++) {
		int32_t was = page.numbers[i];
		for (size_t j = 0; j < G_N_ELEMENTS(other); j++) {
			page.numbers[i] = other[j];
			survive(&page, "another", i, true);
		}
		page.numbers[i] = was;
	}
	for (struct pack cut = page; cut.numbers_n--;)
		survive(&cut, "cut in its numbers", cut.numbers_n, false);
	for (struct pack cut = page; cut.texts_n--;)
		survive(&cut, "cut in its texts", cut.texts_n, false);
	survive(&page, "whole", 0, true);
	pack_clear(&page);
	rowstore_free(store);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_test_init(&argc, &argv, NULL);
	knowledge = knowledge_load(g_getenv("NIXIE_DATADIR"), NULL, &error);
	g_assert_no_error(error);
	g_test_add_data_func("/rowpage/back/empty", GUINT_TO_POINTER(0), test_back);
	g_test_add_data_func("/rowpage/back/begun", GUINT_TO_POINTER(70), test_back);
	g_test_add_data_func("/rowpage/back/there", GUINT_TO_POINTER(MANY), test_back);
	g_test_add_func("/rowpage/changed", test_changed);
	g_test_add_func("/rowpage/added", test_added);
	g_test_add_data_func("/rowpage/came-back/later", GINT_TO_POINTER(FALSE), test_came_back);
	g_test_add_data_func("/rowpage/came-back/together", GINT_TO_POINTER(TRUE), test_came_back);
	g_test_add_func("/rowpage/not-whole", test_not_whole);
	g_test_add_func("/rowpage/crowd", test_crowd);
	g_test_add_func("/rowpage/unreadable", test_unreadable);
	g_test_add_func("/rowpage/bad", test_bad);
	int result = g_test_run();
	knowledge_free(knowledge);
	return result;
}
