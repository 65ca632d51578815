/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loading: index what is new (--maildir), settle what is asked, list it, get the facts of each
 * file, look the returned messages up among the sent ones. Each step starts when what it needs is
 * there; rows are shown from the first batch on. A list that was kept (load-kept.c) takes the place
 * of all of that as soon as it is known to hold.
 *
 * A load that is dropped lives on until its last job has ended, but touches the session no more.
 */
#include <malloc.h>

#include "base/errors.h"
#include "base/strhash.h"
#include "base/words.h"
#include "triage/load-parts.h"

static void load_scope(struct load *load);

/* --- the life of a load */

static void load_free(struct load *load)
{
	g_ptr_array_unref(load->chunks);
	g_queue_clear_full(&load->held, (GDestroyNotify)g_array_unref);
	lookup_clear(&load->lookup);
	result_load_free(load->result);
	kept_base_clear(&load->kept);
	g_hash_table_unref(load->kept_news.left);
	changes_free(load->changes);
	g_clear_error(&load->error);
	g_free(load);
}

void load_job_begins(struct load *load)
{
	load->jobs++;
	load->session->jobs++;
}

bool load_job_ends(struct load *load)
{
	load->jobs--;
	load->session->jobs--;
	if (!load->dropped)
		return true;
	if (load->jobs == 0)
		load_free(load);
	return false;
}

static void cancel_jobs(struct load *load)
{
	if (load->job)
		job_cancel(load->job);
	if (load->count_job)
		job_cancel(load->count_job);
	if (load->kept_job)
		job_cancel(load->kept_job);
	if (load->changes)
		changes_cancel(load->changes);
	if (lookup_is_asking(&load->lookup))
		sent_book_cancel(load->session->sent);
	for (guint i = 0; i < load->chunks->len; i++)
		facts_cancel(((struct chunk *)load->chunks->pdata[i])->facts);
}

void load_drop(struct session *session)
{
	struct load *load = session->load;
	if (!load)
		return;
	session->load = NULL;
	load->dropped = true;
	if (load->jobs == 0)
		load_free(load);
	else
		cancel_jobs(load);
}

/* What was read, all of it, while the index stood still; and more than what was kept before. */
static bool is_worth_keeping(const struct load *load)
{
	return load->listed && load->revision && !load->moved && !load->news && !load->result &&
	       !load->complete;
}

static void finish(struct load *load)
{
	struct session *session = load->session;
	GError *error = g_steal_pointer(&load->error);
	bool news = load->news, changed = load->changed;
	bool keep = !error && is_worth_keeping(load);
	int64_t began_at = load->began_at;
	unsigned added = load->added;
	struct kept_base base = load->kept;
	load->kept = (struct kept_base){NULL};
	load_drop(session);
	if (news) {
		watch_listed(session, added, changed, error);
		g_clear_error(&error);
		return;
	}
	/* The reports went as they came, and left holes behind. */
	malloc_trim(0);
	if (error)
		session_fail(session, error);
	else
		session_tell(session, SESSION_LOADED);
	if (keep)
		keeping_start(session, began_at, &base);
	kept_base_clear(&base);
	g_clear_error(&error);
}

bool load_settled(struct session *session)
{
	bool waited = session->load && session->load->settling;
	if (waited)
		finish(session->load);
	return waited;
}

/* News is settled when it is shown. */
static void all_is_read(struct load *load)
{
	struct session *session = load->session;
	if (load->news) {
		finish(load);
	} else if (!load->settling) {
		load->settling = true;
		session_settle(session);
		if (session_is_settled(session))
			finish(load);
	}
}

void load_fail(struct load *load, const GError *error)
{
	if (!load->error)
		load->error = g_error_copy(error);
	cancel_jobs(load);
	all_is_read(load);
}

/* --- what the index knows of the returned messages */

/* News is shown when all of it is there. */
void load_rows_come(struct load *load)
{
	if (!load->news)
		session_rows_come(load->session);
}

static void on_looked_up(void *user, const GError *error)
{
	struct load *load = user;
	struct session *session = load->session;
	if (!load_job_ends(load)) {
		/* The next load may have waited for the book. */
		if (session->load)
			load_advance(session->load);
		return;
	}
	/* What was not looked up must not pass for mail that nobody sent. */
	if (error) {
		lookup_clear(&load->lookup);
		load_fail(load, error);
		return;
	}
	lookup_take(&load->lookup);
	load_rows_come(load);
	load_advance(load);
}

void load_advance(struct load *load)
{
	struct session *session = load->session;
	bool all_read;
	if (lookup_is_asking(&load->lookup) || load->counting || load->kept_job || load->changing) {
		load_start_held(load);
		return;
	}
	/* Until it is counted, there may be letters. */
	if (session->about.counted && !session->own.sent_indexed)
		lookup_clear(&load->lookup);
	load_start_held(load);
	all_read = load->listed && load->chunks->len == 0;
	if (!lookup_is_due(&load->lookup, all_read)) {
		if (all_read)
			all_is_read(load);
	} else if (!sent_book_busy(session->sent)) {
		load_job_begins(load);
		lookup_ask(&load->lookup, on_looked_up, load);
	}
}

/* --- what is known of the index at large */

static void on_counted(void *user, const GError *error)
{
	struct load *load = user;
	load->count_job = NULL;
	load->counting = false;
	if (!load_job_ends(load))
		return;
	/* Whether sent mail is there decides whom a report may be believed from. */
	if (load->taken)
		load_kept_is_told(load);
	else if (error)
		load_fail(load, error);
	else
		load_advance(load);
}

void load_count(struct load *load)
{
	const struct store_facts *about = &load->session->about;
	if (load->count_asked || load->news || load->meeting || about->counted || !about->known)
		return;
	load->count_asked = load->counting = true;
	load_job_begins(load);
	load->count_job = about_count(load->session, on_counted, load);
}

/* --- the list */

static void take_message(struct load *load, struct message *message, GArray *places)
{
	struct rowstore *rows = load->session->rows;
	struct entry *entry = rowstore_find(rows, message->id);
	if (entry && !load->news) {
		message_free(message);
		return;
	}
	if (entry) {
		load->changed |= rowstore_update(rows, entry, message);
		load_add_places(places, entry, rowstore_unread_from(entry));
		return;
	}
	entry = rowstore_add(rows, message, load->news);
	load->added++;
	load_add_places(places, entry, 0);
}

void load_take_batch(struct load *load, GPtrArray *messages)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
	bool wanted = !load->dropped && !load->taken;
	for (guint i = 0; i < messages->len && wanted; i++)
		take_message(load, g_steal_pointer(&messages->pdata[i]), places);
	g_ptr_array_unref(messages);
	if (!wanted) {
		g_array_unref(places);
		return;
	}
	g_queue_push_tail(&load->held, places);
	load_start_held(load);
	load_rows_come(load);
}

static void on_batch(void *user, GPtrArray *messages)
{
	load_take_batch(user, messages);
}

static void on_listed(void *user, const GError *error)
{
	struct load *load = user;
	load->job = NULL;
	if (!load_job_ends(load))
		return;
	if (load->taken) {
		load_kept_is_told(load);
		return;
	}
	load->listed = true;
	if (!load->kept_job && !load->changing)
		load_count(load);
	if (error)
		load_fail(load, error);
	else
		load_advance(load);
}

/* --- the index itself */

static void on_info(void *user, const struct store_info *info)
{
	struct load *load = user;
	if (load->dropped)
		return;
	session_take_info(load->session, info);
	load->moved |= load->revision && load->revision != info->revision;
	load->revision = info->revision;
	if (info->total)
		load_ask_kept(load);
}

void load_list(struct load *load)
{
	struct session *session = load->session;
	const struct reader_request request = {
		.store = session->store,
		.query = session->notmuch_query,
		.exclude = session->exclude,
		.total = true,
	};
	load_job_begins(load);
	load->job = reader_start(session->spawner, &request, on_info, on_batch, on_listed, load);
}

/* --- what is asked */

static void on_probed(void *user, const GError *error)
{
	struct load *load = user;
	load->job = NULL;
	if (!load_job_ends(load))
		return;
	g_autoptr(GError) silent = load->session->about.known
					   ? NULL
					   : g_error_new_literal(NIXIE_ERROR, NIXIE_INTERNAL,
						     _("the index did not say which one it is"));
	load->listed = load->meeting;
	load_count(load);
	if (error || silent)
		load_fail(load, error ? error : silent);
	else if (load->meeting)
		load_advance(load);
	else
		load_scope(load);
}

/* The default scope hangs on which index it is: asks for no message at all. */
static void probe(struct load *load)
{
	static const char *const nothing[] = {NULL};
	const struct reader_request request = {
		.store = load->session->store, .ids = nothing, .once = true};
	load_job_begins(load);
	load->job = reader_start(load->session->spawner, &request, on_info, NULL, on_probed, load);
}

static void load_scope(struct load *load)
{
	struct session *session = load->session;
	if (load->meeting) {
		probe(load);
		return;
	}
	g_free(session->notmuch_query);
	session->notmuch_query =
		*session->query ? g_strdup(session->query) : session_scope(session);
	if (session->notmuch_query)
		load_list(load);
	else if (!session->about.known)
		probe(load);
}

/* --- --maildir */

static void on_indexed(void *user, const GError *error)
{
	struct load *load = user;
	load->job = NULL;
	if (!load_job_ends(load))
		return;
	if (error)
		load_fail(load, error);
	else
		load_scope(load);
}

/* --- --from-json */

static gboolean on_share(gpointer user)
{
	struct load *load = user;
	bool more = !load->dropped && result_load_share(load->result);
	if (!load->dropped)
		load_rows_come(load);
	if (more)
		return G_SOURCE_CONTINUE;
	load->listed = true;
	if (load_job_ends(load))
		load_advance(load);
	return G_SOURCE_REMOVE;
}

static void load_result(struct load *load)
{
	struct session *session = load->session;
	g_autoptr(GError) error = NULL;
	if (!result_begin(session->result, &error)) {
		load_fail(load, error);
		return;
	}
	load->result = result_load_new(session);
	load_job_begins(load);
	g_idle_add(on_share, load);
}

static struct load *load_new(struct session *session)
{
	struct load *load = g_new0(struct load, 1);
	load->session = session;
	load->began = g_get_monotonic_time();
	load->began_at = g_get_real_time() / G_USEC_PER_SEC;
	load->chunks = g_ptr_array_new();
	load->kept_news.left = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	lookup_init(&load->lookup, session->sent, &session->own);
	session->load = load;
	return load;
}

uint64_t load_waits_for(const struct load *load)
{
	return lookup_length(&load->lookup);
}

bool load_is_news(const struct load *load)
{
	return load && load->news;
}

bool load_is_settling(const struct load *load)
{
	return load->settling;
}

int64_t load_milliseconds(const struct load *load)
{
	return (g_get_monotonic_time() - load->began) / 1000;
}

static void on_news(struct load *load, bool known, const GError *error)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
	(void)known;
	load->listed = true;
	if (!error)
		changes_add_places(load, places);
	load->changed |= places->len > 0;
	g_queue_push_tail(&load->held, places);
	if (error)
		load_fail(load, error);
	else
		load_advance(load);
}

void load_news(struct session *session, uint64_t from, uint64_t to)
{
	struct load *load = load_new(session);
	load->news = true;
	changes_read(load, from, to, on_news);
}

void load_start(struct session *session, bool meeting)
{
	struct load *load = load_new(session);
	load->meeting = meeting;
	if (session->result) {
		load_result(load);
		return;
	}
	if (!session->maildir || session->indexed) {
		load_scope(load);
		return;
	}
	load_job_begins(load);
	load->job = maildir_index(session, on_indexed, load);
}
