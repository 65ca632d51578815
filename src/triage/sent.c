/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/sent.h"

#include "base/address.h"
#include "base/errors.h"
#include "base/strhash.h"
#include "triage/facts.h"
#include "triage/queryterms.h"

#define REFERENCES_MAX 8 /* of a report, the last ones */

struct page {
	bool ours;
	struct mailboxes *to; /* NULL until read */
};

struct sent_book {
	struct spawner *spawner;
	struct pool *pool;
	struct cache *const *cache;
	const struct store_ref *store;
	const struct surroundings *own;
	const char *query;
	GHashTable *
		pages; /* id -> struct page*; an id that the index does not know has a blank page */

	/* the lookup under way */
	bool busy, cancelled;
	struct job *job;
	GPtrArray *found;       /* struct message*, candidates for a custom query */
	GPtrArray *unread;      /* struct page*: sent mails whose recipients are to be read */
	GPtrArray *ids, *paths; /* theirs, char* */
	struct facts *facts;
	guint idle;
	GError *error;
	job_done *done;
	void *user;
};

static void page_free(gpointer data)
{
	struct page *page = data;
	mailboxes_free(page->to);
	g_free(page);
}

struct sent_book *sent_book_new(struct spawner *spawner, struct pool *pool,
	struct cache *const *cache, const struct store_ref *store, const struct surroundings *own,
	const char *query)
{
	struct sent_book *book = g_new0(struct sent_book, 1);
	book->spawner = spawner;
	book->pool = pool;
	book->cache = cache;
	book->store = store;
	book->own = own;
	book->query = query;
	book->pages = g_hash_table_new_full(strhash, g_str_equal, g_free, page_free);
	book->found = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	book->unread = g_ptr_array_new();
	book->ids = g_ptr_array_new_with_free_func(g_free);
	book->paths = g_ptr_array_new_with_free_func(g_free);
	return book;
}

void sent_book_free(struct sent_book *book)
{
	if (!book)
		return;
	g_assert(!book->busy);
	g_hash_table_unref(book->pages);
	g_ptr_array_unref(book->found);
	g_ptr_array_unref(book->unread);
	g_ptr_array_unref(book->ids);
	g_ptr_array_unref(book->paths);
	g_free(book);
}

bool sent_book_busy(const struct sent_book *book)
{
	return book->busy;
}

char *sent_query(const struct surroundings *own, const char *query)
{
	if (query)
		return g_strdup(query);
	GString *out = g_string_new(NULL);
	for (char **address = own->addresses; *address; address++)
		if (!strpbrk(*address, "\" ()"))
			g_string_append_printf(out, "%sfrom:%s", out->len ? " or " : "", *address);
	for (char **domain = own->domains; *domain; domain++)
		g_string_append_printf(out, "%sfrom:%s", out->len ? " or " : "", *domain);
	return g_string_free(out, out->len == 0);
}

/* --- the end of a lookup */

static gboolean on_idle(gpointer data)
{
	struct sent_book *book = data;
	GError *error = g_steal_pointer(&book->error);
	book->idle = 0;
	book->busy = false;
	g_ptr_array_set_size(book->found, 0);
	g_ptr_array_set_size(book->unread, 0);
	g_ptr_array_set_size(book->ids, 0);
	g_ptr_array_set_size(book->paths, 0);
	/* What was not answered is not known. */
	if (error || book->cancelled)
		g_hash_table_remove_all(book->pages);
	book->done(book->user, error);
	g_clear_error(&error);
	return G_SOURCE_REMOVE;
}

static void keep_error(struct sent_book *book, const GError *error)
{
	if (error && !book->error)
		book->error = g_error_copy(error);
}

static void end_later(struct sent_book *book)
{
	if (!book->idle)
		book->idle = g_idle_add_full(G_PRIORITY_DEFAULT, on_idle, book, NULL);
}

/* --- to whom a sent mail went: where the reader could not tell, its facts, as those of any mail;
 * they are looked for where the file may have gone */

static void on_facts(void *user, size_t index, struct report *report, const GError *error)
{
	struct sent_book *book = user;
	struct page *page = book->unread->pdata[index];

	(void)error; /* unread, it proves nothing; that is all */
	if (report && !page->to) {
		page->to = mailboxes_new();
		mailboxes_add(page->to, report->to);
		mailboxes_add(page->to, report->cc);
		mailboxes_add(page->to, report->bcc);
	}
	report_free(report);
}

static void on_facts_done(void *user, const GError *error)
{
	struct sent_book *book = user;

	book->facts = NULL;
	keep_error(book, error);
	end_later(book);
}

static void read_unread(struct sent_book *book)
{
	if (book->cancelled || !book->unread->len)
		end_later(book);
	else
		book->facts =
			facts_start(book->pool, *book->cache, (const char *const *)book->ids->pdata,
				(const char *const *)book->paths->pdata, book->unread->len,
				on_facts, on_facts_done, book);
}

static void want_recipients(
	struct sent_book *book, struct page *page, const struct message *message)
{
	page->ours = true;
	if (page->to || !message->files[0])
		return;
	if (message->to) {
		page->to = mailboxes_new();
		mailboxes_add(page->to, message->to);
		return;
	}
	g_ptr_array_add(book->unread, page);
	g_ptr_array_add(book->ids, g_strdup(message->id));
	g_ptr_array_add(book->paths, g_strdup(message->files[0]));
}

/* --- which of the messages found were sent from here */

static void on_counts(void *user, const int64_t *counts, size_t n, uint64_t revision)
{
	struct sent_book *book = user;
	(void)revision;
	for (size_t i = 0; i < n && i < book->found->len; i++) {
		const struct message *message = book->found->pdata[i];
		if (counts[i] > 0)
			want_recipients(
				book, g_hash_table_lookup(book->pages, message->id), message);
	}
}

static void on_job_done(void *user, const GError *error)
{
	struct sent_book *book = user;
	book->job = NULL;
	keep_error(book, error);
	read_unread(book);
}

static char *query_for(const char *query, const char *id)
{
	g_autofree char *term = query_of_id(id);
	return g_strdup_printf("(%s) and %s", query, term);
}

static void ask_custom_query(struct sent_book *book)
{
	GPtrArray *queries = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < book->found->len; i++)
		g_ptr_array_add(queries,
			query_for(book->query, ((struct message *)book->found->pdata[i])->id));
	g_ptr_array_add(queries, NULL);
	book->job = reader_count_start(book->spawner, *book->store,
		(const char *const *)queries->pdata, on_counts, on_job_done, book);
	g_ptr_array_unref(queries);
}

static void on_batch(void *user, GPtrArray *messages)
{
	struct sent_book *book = user;
	for (guint i = 0; i < messages->len; i++) {
		struct message *message = messages->pdata[i];
		struct page *page = g_hash_table_lookup(book->pages, message->id);
		if (!page)
			continue;
		if (book->query) {
			messages->pdata[i] = NULL;
			g_ptr_array_add(book->found, message);
			continue;
		}
		struct span from = message->from ? address_find(span_of(message->from)) : SPAN_NONE;
		g_autofree char *address = from.n ? span_dup(from) : NULL;
		if (is_own_address(book->own, address))
			want_recipients(book, page, message);
	}
	g_ptr_array_unref(messages);
}

static void on_found(void *user, const GError *error)
{
	struct sent_book *book = user;
	if (!error && !book->cancelled && book->query && book->found->len)
		ask_custom_query(book);
	else
		on_job_done(book, error);
}

void sent_book_lookup(
	struct sent_book *book, const char *const *ids, size_t n, job_done *done, void *user)
{
	g_autoptr(GPtrArray) asked = g_ptr_array_new();
	g_assert(!book->busy);
	book->busy = true;
	book->cancelled = false;
	book->done = done;
	book->user = user;
	for (size_t i = 0; i < n; i++) {
		if (g_hash_table_contains(book->pages, ids[i]))
			continue;
		g_hash_table_insert(book->pages, g_strdup(ids[i]), g_new0(struct page, 1));
		g_ptr_array_add(asked, (gpointer)ids[i]);
	}
	g_ptr_array_add(asked, NULL);
	if (asked->len == 1) {
		end_later(book);
		return;
	}
	const struct reader_request request = {
		.store = *book->store,
		.ids = (const char *const *)asked->pdata,
		.recipients = true,
	};
	book->job = reader_start(book->spawner, &request, NULL, on_batch, on_found, book);
}

void sent_book_forget(struct sent_book *book)
{
	if (!book->busy)
		g_hash_table_remove_all(book->pages);
}

void sent_book_cancel(struct sent_book *book)
{
	book->cancelled = true;
	if (book->job)
		job_cancel(book->job);
	if (book->facts)
		facts_cancel(book->facts);
}

/* --- asking */

void sent_book_wants(const struct report *report, GPtrArray *ids)
{
	size_t n = report->references.n;
	if (report->original.id)
		g_ptr_array_add(ids, (gpointer)report->original.id);
	for (size_t i = n > REFERENCES_MAX ? n - REFERENCES_MAX : 0; i < n; i++)
		g_ptr_array_add(ids, (gpointer)report->references.v[i]);
}

struct sent sent_book_of(const struct sent_book *book, const struct report *report)
{
	struct sent sent = {false, false, NULL};
	size_t n = report->references.n;
	const struct page *page =
		report->original.id ? g_hash_table_lookup(book->pages, report->original.id) : NULL;
	if (page && page->ours)
		return (struct sent){true, false, page->to};
	for (size_t i = n > REFERENCES_MAX ? n - REFERENCES_MAX : 0; i < n && !sent.referred; i++) {
		page = g_hash_table_lookup(book->pages, report->references.v[i]);
		sent.referred = page && page->ours;
	}
	return sent;
}
