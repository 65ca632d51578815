/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loading: a list that was kept (kept.c) takes the place of what is being read. Where the index
 * changed since, that is asked first (load-changes.c), so that no page can bring back what was.
 */
#include "triage/load-parts.h"

/* The list from the index goes on, if it was not there yet. */
static void go_without(struct load *load)
{
	kept_base_clear(&load->kept);
	if (!load->seen && !load->listed)
		return;
	load_count(load);
	load_advance(load);
}

/* --- its pages */

/* Nothing is waited for any more that the pages tell. */
static void drop_reading(struct load *load)
{
	for (guint i = 0; i < load->chunks->len; i++) {
		struct chunk *chunk = load->chunks->pdata[i];
		chunk->dropped = true;
		facts_cancel(chunk->facts);
	}
	g_queue_clear_full(&load->held, (GDestroyNotify)g_array_unref);
	g_queue_init(&load->held);
}

static void take_over(struct load *load)
{
	load->taken = true;
	if (load->job)
		job_cancel(load->job);
	if (load->count_job && !load->changes)
		job_cancel(load->count_job);
	drop_reading(load);
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
	load->broken = !rowpage_unpack(session->rows, page, &load->kept_news, &about);
	if (load->broken)
		return;
	if (!load->kept.pages++)
		load->kept_about = about; /* what was added last tells how it is */
	if (!load->changes) {
		session->about.uses_done_tag = load->kept_about.uses_done_tag;
		session->own.sent_indexed = load->kept_about.sent_indexed;
		session->about.counted = true;
	}
	load_rows_come(load);
}

static void on_kept(void *user, const GError *error)
{
	struct load *load = user;
	load->kept_job = NULL;
	load->broken |= error != NULL; /* then all is read; the cache says why (session_note) */
	if (!load_job_ends(load))
		return;
	if (load->taken)
		load_kept_is_told(load);
	else
		go_without(load);
}

static void ask_pages(struct load *load)
{
	load->kept_job = kept_ask(load->session, load->kept.state, on_page, on_kept, load);
	if (load->kept_job)
		load_job_begins(load);
	else
		go_without(load);
}

/* --- when all of them are there */

/* Files that were changed since, or of a page that is not there. */
static void hold_unread(struct load *load)
{
	const GPtrArray *entries = load->session->rows->entries;
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
	for (guint i = 0; i < entries->len; i++) {
		struct entry *entry = entries->pdata[i];
		for (unsigned file = 0; entry->unread && file < entry->files_n; file++)
			if (entry_first_row(entry, file)->row.unread_facts)
				load_add_place(places, entry, file);
	}
	if (load->changes && load->listed)
		changes_add_places(load, places);
	g_queue_push_tail(&load->held, places);
}

/* Of another state of the index than this one nothing can be left. */
static void forget(struct load *load)
{
	drop_reading(load);
	if (!lookup_is_asking(&load->lookup))
		lookup_clear(&load->lookup);
	rowstore_forget(load->session->rows);
	session_rows_changed(load->session);
	load->seen = false;
}

static void settle_base(struct load *load)
{
	if (!load->listed) {
		kept_base_clear(&load->kept);
		return;
	}
	load->kept.passed = load->kept_news.passed;
	if (load->changes)
		load->kept.left = changes_left(load);
}

void load_kept_is_told(struct load *load)
{
	const struct session *session = load->session;
	uint64_t few = session->about.info.count / CHANGED_FEW;
	if (load->kept_job || load->job || load->count_job || load->changing)
		return;
	if (load->changes && !load->broken && changes_add_up(load) &&
		changes_look_for_letters(load))
		return;
	load->taken = false;
	load->listed = !load->broken && session->rows->entries->len == session->about.info.count &&
		       (!load->changes || changes_add_up(load));
	if (load->changes && !load->listed)
		forget(load);
	load->complete = load->listed && !load->changes && load->kept_news.changed_files <= few;
	lookup_leave_kept(&load->lookup);
	settle_base(load);
	hold_unread(load);
	if (!load->listed)
		load_list(load);
	load->count_asked = false;
	load_count(load);
	load_advance(load);
}

/* --- where it is */

static void on_changes(struct load *load, bool known, const GError *error)
{
	(void)error; /* then it is read */
	if (known)
		ask_pages(load);
	else
		go_without(load);
}

static void ask_changes(struct load *load)
{
	if (!changes_ask(load, on_changes)) {
		go_without(load);
		return;
	}
	/* What an earlier load counted is of before; this one may have asked when it met the index.
	 */
	if (!load->count_asked)
		load->session->about.counted = false;
	load_count(load);
}

static void on_state(void *user, const char *state)
{
	struct load *load = user;
	load->kept.state = g_strdup(state);
}

static void on_found(void *user, const GError *error)
{
	struct load *load = user;
	(void)error;
	load->kept_job = NULL;
	if (!load_job_ends(load))
		return;
	if (!load->kept.state)
		go_without(load);
	else if (kept_holds(load->session, load->kept.state))
		ask_pages(load);
	else
		ask_changes(load);
}

void load_ask_kept(struct load *load)
{
	if (load->kept_asked)
		return;
	load->kept_asked = true;
	load->kept_job = kept_find(load->session, on_state, on_found, load);
	if (load->kept_job)
		load_job_begins(load);
}
