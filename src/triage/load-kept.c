/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading: a list that was kept (kept.c) takes the place of what is being read. */
#include "triage/load-parts.h"
#include "triage/rowpage.h"

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
	load_rows_come(load);
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
				load_add_place(places, entry, file);
	}
	g_queue_push_tail(&load->held, places);
}

void load_kept_is_told(struct load *load)
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
		load_list(load);
	load->count_asked = false;
	load_count(load);
	load_advance(load);
}

static void on_kept(void *user, const GError *error)
{
	struct load *load = user;
	(void)error; /* then it is read */
	load->kept_job = NULL;
	if (!load_job_ends(load))
		return;
	if (load->taken) {
		load_kept_is_told(load);
		return;
	}
	if (!load->seen && !load->listed)
		return;
	load_count(load);
	load_advance(load);
}

void load_ask_kept(struct load *load)
{
	if (load->kept_asked)
		return;
	load->kept_asked = true;
	load->kept_job = kept_ask(load->session, on_page, on_kept, load);
	if (load->kept_job)
		load_job_begins(load);
}
