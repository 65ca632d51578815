/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading: the files of the messages, whose facts are asked for in chunks. */
#include "triage/load-parts.h"

static void tell_cut(struct session *session, const struct entry *entry, unsigned file,
	const struct report *report)
{
	g_autofree char *path = report->cut ? entry_path(entry, file) : NULL;
	session_tell_cut(session, path, report);
}

static void take_report(
	struct load *load, struct entry *entry, unsigned file, struct report *report)
{
	struct session *session = load->session;
	g_autofree struct context *contexts = g_new0(struct context, report->recipients_n + 1);
	struct row_node *node = entry_first_row(entry, file);
	bool again = node && !node->row.unread_facts; /* its letter came or went */
	if (!again)
		tell_cut(session, entry, file, report);
	node = rowstore_fill(session->rows, entry, file, report, contexts);
	if (!again)
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
	if (load->dropped || chunk->dropped) {
		report_free(report);
		return;
	}
	struct entry *entry = g_array_index(chunk->places, struct place, index).entry;
	unsigned file = g_array_index(chunk->places, struct place, index).file;
	if (report) {
		take_report(load, entry, file, report);
	} else {
		g_autofree char *path = entry_path(entry, file);
		session_tell_unread(session, path, error);
		rowstore_fail(session->rows, entry, file, error->message);
	}
	load_rows_come(load);
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
	if (!load_job_ends(load))
		return;
	/* The first rows are there whole, and need not wait for the next telling. */
	if (!load->seen && !load->news)
		session_tell_now(load->session, SESSION_ROWS);
	load->seen = true;
	if (!load->kept_job && !load->changing)
		load_count(load);
	if (failed)
		load_fail(load, error);
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
	load_job_begins(load);
	g_ptr_array_add(load->chunks, chunk);
	load->reading += places->len;
	chunk->facts = facts_start(load->session->pool, load->session->cache,
		(const char *const *)ids->pdata, (const char *const *)paths->pdata, paths->len,
		on_report, on_chunk_done, chunk);
}

void load_start_held(struct load *load)
{
	while (load->held.length && load->reading + lookup_length(&load->lookup) < REPORTS_MOST)
		start_chunk(load, g_queue_pop_head(&load->held));
}

void load_add_place(GArray *places, struct entry *entry, unsigned file)
{
	const struct place place = {entry, file};
	g_array_append_val(places, place);
}

void load_add_places(GArray *places, struct entry *entry, unsigned from)
{
	for (unsigned file = from; file < entry->files_n; file++)
		load_add_place(places, entry, file);
}
