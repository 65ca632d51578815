/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loading: index what is new (--maildir), settle what is asked, list it, get the facts of each
 * file, look the returned messages up among the sent ones. Each step starts when what it needs is
 * there; rows are shown from the first batch on. A list that was kept (kept.c) takes the place of
 * all of that as soon as it is known to hold.
 *
 * A load that is dropped lives on until its last job has ended, but touches the session no more.
 */
#include <malloc.h>

#include "base/errors.h"
#include "base/words.h"
#include "triage/lookup.h"
#include "triage/rowpage.h"
#include "triage/session-parts.h"

/* A file of a message. */
struct place {
	struct entry *entry;
	unsigned file;
};

/* Reports in memory at a time, 3 KB each: read, or waiting for what is known of their letters. More
 * than are asked about together (lookup.c), which are waited for. */
#define REPORTS_MOST 3000
/* Of so many messages of a list that was kept one may be read each time: it may be one that cannot
 * be read, for which alone it would be written again and again. */
#define CHANGED_FEW 50

/* Files of one batch whose facts are under way. */
struct chunk {
	struct load *load;
	struct facts *facts;
	GArray *places; /* struct place */
	bool dropped;   /* they come from elsewhere */
};

struct load {
	struct session *session;
	int64_t began;    /* g_get_monotonic_time() */
	int64_t began_at; /* seconds since 1970 */
	unsigned jobs;    /* of this load, under way */
	bool dropped;
	bool listed;   /* the reader has ended */
	bool settling; /* all is read */
	bool count_asked, counting;
	bool seen;       /* the first rows are on the screen, whole */
	bool meeting;    /* only to learn which index it is */
	bool news;       /* only what changed since the result was listed */
	bool changed;    /* of the messages that were there */
	unsigned added;  /* messages that were not */
	struct job *job; /* indexer, probe or reader */
	struct job *count_job;
	struct job *kept_job;   /* asks for the list that was kept */
	bool kept_asked;        /* it was, or need not be */
	bool taken;             /* it is there, and takes the place of reading */
	bool broken;            /* not all of it is */
	unsigned changed_files; /* were, since */
	bool complete;          /* it was nearly all that had to be read */
	bool moved;             /* the index changed meanwhile */
	uint64_t revision;      /* of the index, as it was first told; 0: not yet */
	GPtrArray *chunks;      /* struct chunk* under way */
	size_t reading;         /* files of them */
	GQueue held;            /* GArray of places, whose turn comes */
	struct lookup lookup;
	struct result_load *result; /* rows of a result, NULL: of an index */
	GError *error;
};

static void load_advance(struct load *load);
static void start_held(struct load *load);
static void load_scope(struct load *load);
static void load_read(struct load *load);
static void kept_is_told(struct load *load);
static void ask_kept(struct load *load);

/* --- the life of a load */

static void load_free(struct load *load)
{
	g_ptr_array_unref(load->chunks);
	g_queue_clear_full(&load->held, (GDestroyNotify)g_array_unref);
	lookup_clear(&load->lookup);
	result_load_free(load->result);
	g_clear_error(&load->error);
	g_free(load);
}

static void job_begins(struct load *load)
{
	load->jobs++;
	load->session->jobs++;
}

/* False when the load was dropped: then the caller leaves it alone, it may be gone. */
static bool job_ends(struct load *load)
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
		keeping_start(session, began_at);
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

static void fail(struct load *load, const GError *error)
{
	if (!load->error)
		load->error = g_error_copy(error);
	cancel_jobs(load);
	all_is_read(load);
}

/* --- what the index knows of the returned messages */

/* News is shown when all of it is there. */
static void rows_come(struct load *load)
{
	if (!load->news)
		session_rows_come(load->session);
}

static void on_looked_up(void *user, const GError *error)
{
	struct load *load = user;
	struct session *session = load->session;
	if (!job_ends(load)) {
		/* The next load may have waited for the book. */
		if (session->load)
			load_advance(session->load);
		return;
	}
	/* What was not looked up must not pass for mail that nobody sent. */
	if (error) {
		lookup_clear(&load->lookup);
		fail(load, error);
		return;
	}
	lookup_take(&load->lookup);
	rows_come(load);
	load_advance(load);
}

static void load_advance(struct load *load)
{
	struct session *session = load->session;
	bool all_read;
	if (lookup_is_asking(&load->lookup) || load->counting || load->kept_job) {
		start_held(load);
		return;
	}
	/* Until it is counted, there may be letters. */
	if (session->about.counted && !session->own.sent_indexed)
		lookup_clear(&load->lookup);
	start_held(load);
	all_read = load->listed && load->chunks->len == 0;
	if (!lookup_is_due(&load->lookup, all_read)) {
		if (all_read)
			all_is_read(load);
	} else if (!sent_book_busy(session->sent)) {
		job_begins(load);
		lookup_ask(&load->lookup, on_looked_up, load);
	}
}

/* --- what is known of the index at large */

static void on_counted(void *user, const GError *error)
{
	struct load *load = user;
	load->count_job = NULL;
	load->counting = false;
	if (!job_ends(load))
		return;
	/* Whether sent mail is there decides whom a report may be believed from. */
	if (load->taken)
		kept_is_told(load);
	else if (error)
		fail(load, error);
	else
		load_advance(load);
}

/* Once, when the first rows are on the screen: it takes a processor as long as finding them does.
 */
static void count(struct load *load)
{
	const struct store_facts *about = &load->session->about;
	if (load->count_asked || load->news || load->meeting || about->counted || !about->known)
		return;
	load->count_asked = load->counting = true;
	job_begins(load);
	load->count_job = about_count(load->session, on_counted, load);
}

/* --- the facts */

static void take_report(
	struct load *load, struct entry *entry, unsigned file, struct report *report)
{
	struct session *session = load->session;
	g_autofree struct context *contexts = g_new0(struct context, report->recipients_n + 1);
	struct row_node *node = rowstore_fill(session->rows, entry, file, report, contexts);
	lookup_judge(&load->lookup, node, report);
	session_refresh_states(session, entry);
	if (report->recipients_n && (!session->about.counted || session->own.sent_indexed))
		lookup_add(&load->lookup, node, report);
	else
		report_free(report);
}

static void on_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct chunk *chunk = user;
	struct load *load = chunk->load;
	struct session *session = load->session;
	if (load->dropped) {
		report_free(report);
		return;
	}
	struct entry *entry = g_array_index(chunk->places, struct place, index).entry;
	unsigned file = g_array_index(chunk->places, struct place, index).file;
	g_autofree char *path = !report || report->cut ? entry_path(entry, file) : NULL;
	if (report) {
		session_tell_cut(session, path, report);
		take_report(load, entry, file, report);
	} else {
		session_tell_unread(session, path, error);
		rowstore_fail(session->rows, entry, file, error->message);
	}
	rows_come(load);
}

static void chunk_free(struct chunk *chunk)
{
	g_array_unref(chunk->places);
	g_free(chunk);
}

static void on_chunk_done(void *user, const GError *error)
{
	struct chunk *chunk = user;
	struct load *load = chunk->load;
	bool failed = error && !chunk->dropped;
	g_ptr_array_remove_fast(load->chunks, chunk);
	load->reading -= chunk->places->len;
	chunk_free(chunk);
	if (!job_ends(load))
		return;
	/* The first rows are there whole, and need not wait for the next telling. */
	if (!load->seen && !load->news)
		session_tell_now(load->session, SESSION_ROWS);
	load->seen = true;
	if (!load->kept_job)
		count(load);
	if (failed)
		fail(load, error);
	else
		load_advance(load);
}

/* Takes the places. */
static void start_chunk(struct load *load, GArray *places)
{
	struct chunk *chunk;
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	if (places->len == 0) {
		g_array_unref(places);
		return;
	}
	chunk = g_new0(struct chunk, 1);
	chunk->load = load;
	chunk->places = places;
	for (guint i = 0; i < places->len; i++) {
		const struct place *place = &g_array_index(places, struct place, i);
		g_ptr_array_add(ids, (gpointer)place->entry->id);
		g_ptr_array_add(paths, entry_path(place->entry, place->file));
	}
	job_begins(load);
	g_ptr_array_add(load->chunks, chunk);
	load->reading += places->len;
	chunk->facts = facts_start(load->session->pool, load->session->cache,
		(const char *const *)ids->pdata, (const char *const *)paths->pdata, paths->len,
		on_report, on_chunk_done, chunk);
}

static void start_held(struct load *load)
{
	while (load->held.length && load->reading + lookup_length(&load->lookup) < REPORTS_MOST)
		start_chunk(load, g_queue_pop_head(&load->held));
}

/* --- the list */

static void add_place(GArray *places, struct entry *entry, unsigned file)
{
	const struct place place = {entry, file};
	g_array_append_val(places, place);
}

static void add_places(GArray *places, struct entry *entry, unsigned from)
{
	for (unsigned file = from; file < entry->files_n; file++)
		add_place(places, entry, file);
}

/* Takes the message. */
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
		add_places(places, entry, rowstore_unread_from(entry));
		return;
	}
	entry = rowstore_add(rows, message, load->news);
	load->added++;
	add_places(places, entry, 0);
}

static void on_batch(void *user, GPtrArray *messages)
{
	struct load *load = user;
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
	start_held(load);
	rows_come(load);
}

static void on_listed(void *user, const GError *error)
{
	struct load *load = user;
	load->job = NULL;
	if (!job_ends(load))
		return;
	if (load->taken) {
		kept_is_told(load);
		return;
	}
	load->listed = true;
	if (!load->kept_job)
		count(load);
	if (error)
		fail(load, error);
	else
		load_advance(load);
}

/* --- a list that was kept */

/* It takes the place of what is being read, of which nothing is waited for any more. */
static void take_over(struct load *load)
{
	load->taken = true;
	if (load->job)
		job_cancel(load->job);
	if (load->count_job)
		job_cancel(load->count_job);
	for (guint i = 0; i < load->chunks->len; i++) {
		struct chunk *chunk = load->chunks->pdata[i];
		chunk->dropped = true;
		facts_cancel(chunk->facts);
	}
	g_queue_clear_full(&load->held, (GDestroyNotify)g_array_unref);
	g_queue_init(&load->held);
}

static void on_page(void *user, struct unpack *page)
{
	struct load *load = user;
	struct session *session = load->session;
	struct rowpage_about about;
	if (load->dropped || load->broken)
		return;
	if (!load->taken)
		take_over(load);
	load->broken = !rowpage_unpack(session->rows, page, &about);
	load->changed_files += about.changed_files;
	if (load->broken)
		return;
	session->about.uses_done_tag = about.uses_done_tag;
	session->own.sent_indexed = about.sent_indexed;
	session->about.counted = true;
	rows_come(load);
}

/* Files that were changed since, or of a page that is not there. */
static void hold_unread(struct load *load)
{
	const GPtrArray *entries = load->session->rows->entries;
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
	for (guint i = 0; i < entries->len; i++) {
		struct entry *entry = entries->pdata[i];
		for (unsigned file = 0; entry->unread && file < entry->files_n; file++)
			if (entry_first_row(entry, file)->row.unread_facts)
				add_place(places, entry, file);
	}
	g_queue_push_tail(&load->held, places);
}

/* When neither the list nor what it took the place of tells anything more. */
static void kept_is_told(struct load *load)
{
	const struct session *session = load->session;
	if (load->kept_job || load->job || load->count_job)
		return;
	load->taken = false;
	load->listed = !load->broken && session->rows->entries->len == session->about.info.count;
	load->complete =
		load->listed && load->changed_files <= session->about.info.count / CHANGED_FEW;
	/* What is on its pages rests on the letters already. */
	if (load->listed && !load->changed_files && !lookup_is_asking(&load->lookup))
		lookup_clear(&load->lookup);
	hold_unread(load);
	if (!load->listed)
		load_read(load);
	load->count_asked = false;
	count(load);
	load_advance(load);
}

static void on_kept(void *user, const GError *error)
{
	struct load *load = user;
	(void)error; /* then it is read */
	load->kept_job = NULL;
	if (!job_ends(load))
		return;
	if (load->taken) {
		kept_is_told(load);
		return;
	}
	if (!load->seen && !load->listed)
		return;
	count(load);
	load_advance(load);
}

static void ask_kept(struct load *load)
{
	if (load->kept_asked)
		return;
	load->kept_asked = true;
	load->kept_job = kept_ask(load->session, on_page, on_kept, load);
	if (load->kept_job)
		job_begins(load);
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
		ask_kept(load);
}

static void load_read(struct load *load)
{
	struct session *session = load->session;
	const struct reader_request request = {
		.store = session->store,
		.query = session->notmuch_query,
		.exclude = session->exclude,
		.total = true,
	};
	job_begins(load);
	load->job = reader_start(session->spawner, &request, on_info, on_batch, on_listed, load);
}

/* --- what is asked */

static void on_probed(void *user, const GError *error)
{
	struct load *load = user;
	load->job = NULL;
	if (!job_ends(load))
		return;
	g_autoptr(GError) silent = load->session->about.known
					   ? NULL
					   : g_error_new_literal(NIXIE_ERROR, NIXIE_INTERNAL,
						     _("the index did not say which one it is"));
	load->listed = load->meeting;
	count(load);
	if (error || silent)
		fail(load, error ? error : silent);
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
	job_begins(load);
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
		load_read(load);
	else if (!session->about.known)
		probe(load);
}

/* --- --maildir */

static void on_indexed(void *user, const GError *error)
{
	struct load *load = user;
	load->job = NULL;
	if (!job_ends(load))
		return;
	if (error)
		fail(load, error);
	else
		load_scope(load);
}

/* --- --from-json */

static gboolean on_share(gpointer user)
{
	struct load *load = user;
	bool more = !load->dropped && result_load_share(load->result);
	if (!load->dropped)
		rows_come(load);
	if (more)
		return G_SOURCE_CONTINUE;
	load->listed = true;
	if (job_ends(load))
		load_advance(load);
	return G_SOURCE_REMOVE;
}

static void load_result(struct load *load)
{
	struct session *session = load->session;
	g_autoptr(GError) error = NULL;
	if (!result_begin(session->result, &error)) {
		fail(load, error);
		return;
	}
	load->result = result_load_new(session);
	job_begins(load);
	g_idle_add(on_share, load);
}

static struct load *load_new(struct session *session)
{
	struct load *load = g_new0(struct load, 1);
	load->session = session;
	load->began = g_get_monotonic_time();
	load->began_at = g_get_real_time() / G_USEC_PER_SEC;
	load->chunks = g_ptr_array_new();
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

void load_news(struct session *session, uint64_t from, uint64_t to)
{
	struct load *load = load_new(session);
	const char *query = session->notmuch_query;
	/* `*` is all mail only where it stands alone. */
	g_autofree char *and_query = query && *query && strcmp(query, "*") != 0
					     ? g_strdup_printf("(%s) and ", query)
					     : g_strdup("");
	g_autofree char *news = g_strdup_printf(
		"%slastmod:%" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT, and_query, from + 1, to);
	const struct reader_request request = {
		.store = session->store, .query = news, .exclude = session->exclude};
	load->news = true;
	job_begins(load);
	load->job = reader_start(session->spawner, &request, NULL, on_batch, on_listed, load);
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
	job_begins(load);
	load->job = maildir_index(session, on_indexed, load);
}
