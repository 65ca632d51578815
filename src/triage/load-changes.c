/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loading: what became of a list since it was kept, or while it is on the screen. The index tells
 * which messages changed after that revision, and which of these match: these are read, and the
 * reports whose letter is among all of them judged anew.
 *
 * Of a list that was kept the others have left it, if they were in it. What was removed leaves no
 * trace but in the counts. Those of the matches must add up. Where those of all messages do not, a
 * letter may have gone that a report is about: then each is looked for.
 */
#include "base/strhash.h"
#include "triage/load-parts.h"

/* Of so many messages of the list one may have changed; more are read as quickly with the rest. */
#define CHANGED_PART 8
#define CHANGED_MORE 1000

struct changes {
	struct load *load;
	struct job *count_job, *ids_job, *news_job, *absent_job;
	struct kept_state then;
	uint64_t now;  /* revision */
	int64_t count; /* messages that changed; -1: not counted */
	bool failed;
	GError *error;       /* why, where a job told */
	GHashTable *ids;     /* theirs: char* -> whether the list had them (rowpage.h) */
	bool looked_for;     /* letters were */
	GHashTable *letters; /* numbers of those that changed or are not there, as rows name them */
	changes_done *done;
	/* while the rows are walked through */
	GHashTable *wanted; /* numbers of letters */
	GArray *places;
};

void changes_free(struct changes *changes)
{
	if (!changes)
		return;
	g_hash_table_unref(changes->ids);
	g_hash_table_unref(changes->letters);
	g_clear_error(&changes->error);
	g_free(changes);
}

void changes_cancel(struct changes *changes)
{
	struct job *const jobs[] = {
		changes->count_job, changes->ids_job, changes->news_job, changes->absent_job};
	for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++)
		if (jobs[i])
			job_cancel(jobs[i]);
}

static struct changes *changes_new(struct load *load, changes_done *done)
{
	struct changes *changes = load->changes = g_new0(struct changes, 1);
	changes->load = load;
	changes->ids = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	changes->letters = g_hash_table_new(NULL, NULL);
	changes->done = done;
	changes->count = -1;
	load->changing = true;
	return changes;
}

/* Of what matches the query; NULL: of all mail. */
static char *query_of(const struct changes *changes, const char *query)
{
	/* `*` is all mail only where it stands alone. */
	g_autofree char *and_query = query && *query && strcmp(query, "*") != 0
					     ? g_strdup_printf("(%s) and ", query)
					     : g_strdup("");
	return g_strdup_printf("%slastmod:%" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT, and_query,
		changes->then.revision + 1, changes->now);
}

static void end(struct changes *changes)
{
	struct load *load = changes->load;
	load->changing = false;
	changes->done(load, !changes->failed, changes->error);
}

static void keep_error(struct changes *changes, const GError *error)
{
	changes->failed |= error != NULL;
	if (error && !changes->error)
		changes->error = g_error_copy(error);
}

/* --- which, and those of them that match */

static void on_ids(void *user, char **ids)
{
	struct changes *changes = user;
	for (; *ids; ids++)
		g_hash_table_insert(changes->ids, g_strdup(*ids), NULL);
}

static void on_info(void *user, const struct store_info *info)
{
	struct changes *changes = user;
	/* While the list is on the screen, the next look tells what changed once more. */
	changes->failed |= info->revision != changes->now && !changes->load->news;
}

static void on_batch(void *user, GPtrArray *messages)
{
	const struct changes *changes = user;
	load_take_batch(changes->load, messages);
}

static void one_is_told(struct changes *changes, const GError *error)
{
	keep_error(changes, error);
	if (!load_job_ends(changes->load) || changes->ids_job || changes->news_job)
		return;
	changes->failed |=
		changes->count >= 0 && g_hash_table_size(changes->ids) != (guint)changes->count;
	end(changes);
}

static void on_ids_done(void *user, const GError *error)
{
	struct changes *changes = user;
	changes->ids_job = NULL;
	one_is_told(changes, error);
}

static void on_news_done(void *user, const GError *error)
{
	struct changes *changes = user;
	changes->news_job = NULL;
	one_is_told(changes, error);
}

static void ask_which(struct changes *changes)
{
	struct load *load = changes->load;
	struct session *session = load->session;
	g_autofree char *all = query_of(changes, NULL);
	g_autofree char *matching = query_of(changes, session->notmuch_query);
	const struct reader_request every = {.store = session->store, .query = all};
	const struct reader_request some = {
		.store = session->store, .query = matching, .exclude = session->exclude};
	load_job_begins(load);
	changes->ids_job = reader_ids_start(session->spawner, &every, on_ids, on_ids_done, changes);
	load_job_begins(load);
	changes->news_job =
		reader_start(session->spawner, &some, on_info, on_batch, on_news_done, changes);
}

/* --- how many */

static void on_counts(void *user, const int64_t *counts, size_t n, uint64_t revision)
{
	struct changes *changes = user;
	int64_t most = (int64_t)changes->then.count / CHANGED_PART + CHANGED_MORE;
	changes->count = n ? counts[0] : -1;
	changes->failed |= changes->count < 0 || changes->count > most || revision != changes->now;
}

static void on_counted(void *user, const GError *error)
{
	struct changes *changes = user;
	changes->count_job = NULL;
	keep_error(changes, error);
	if (!load_job_ends(changes->load))
		return;
	if (changes->failed || !changes->count)
		end(changes);
	else
		ask_which(changes);
}

bool changes_ask(struct load *load, changes_done *done)
{
	struct session *session = load->session;
	struct changes *changes;
	struct kept_state then;
	if (load->moved || !kept_read_state(load->kept.state, &then) ||
		!kept_can_follow(session, &then))
		return false;
	changes = changes_new(load, done);
	changes->then = then;
	changes->now = session->about.info.revision;
	load->kept_news.changed = changes->ids;
	g_autofree char *query = query_of(changes, NULL);
	const char *queries[] = {query, NULL};
	load_job_begins(load);
	changes->count_job = reader_count_start(
		session->spawner, session->store, queries, on_counts, on_counted, changes);
	return true;
}

void changes_read(struct load *load, uint64_t from, uint64_t to, changes_done *done)
{
	struct changes *changes = changes_new(load, done);
	changes->then.revision = from;
	changes->now = to;
	ask_which(changes);
}

/* --- do they add up? */

/* Messages that are not of the list, and came or went, or changed. */
static int64_t others_changed(const struct load *load)
{
	const struct changes *changes = load->changes;
	int64_t came = (int64_t)load->session->about.info.total - (int64_t)changes->then.total;
	return (int64_t)g_hash_table_size(changes->ids) - (int64_t)load->kept_news.known - came;
}

bool changes_add_up(const struct load *load)
{
	const struct session *session = load->session;
	return !load->changes->failed && session->about.counted &&
	       session->own.sent_indexed == load->kept_about.sent_indexed &&
	       session->rows->entries->len == session->about.info.count &&
	       others_changed(load) >= 0;
}

/* --- letters */

typedef void each_file(struct changes *changes, struct entry *entry, unsigned file);

static void walk(struct changes *changes, each_file *each)
{
	const GPtrArray *entries = changes->load->session->rows->entries;
	for (guint i = 0; i < entries->len; i++) {
		struct entry *entry = entries->pdata[i];
		for (unsigned file = 0; file < entry->files_n; file++)
			if (!entry_first_row(entry, file)->row.unread_facts)
				each(changes, entry, file);
	}
}

static void add_letter(struct changes *changes, const char *id)
{
	uint32_t number = texts_find(changes->load->session->rows->texts, span_of(id));
	if (number)
		g_hash_table_add(changes->letters, GUINT_TO_POINTER(number));
}

static void on_absent(void *user, char **ids)
{
	for (; *ids; ids++)
		add_letter(user, *ids);
}

static void on_absent_told(void *user, const GError *error)
{
	struct changes *changes = user;
	changes->absent_job = NULL;
	keep_error(changes, error);
	if (!load_job_ends(changes->load))
		return;
	changes->load->changing = false;
	load_kept_is_told(changes->load);
}

static void want_letter(struct changes *changes, struct entry *entry, unsigned file)
{
	const struct row *row = &entry_first_row(entry, file)->row;
	if (row->sent && row->texts[ROW_ORIGINAL])
		g_hash_table_add(changes->wanted, GUINT_TO_POINTER(row->texts[ROW_ORIGINAL]));
}

static GPtrArray *wanted_letters(struct changes *changes)
{
	const struct texts *texts = changes->load->session->rows->texts;
	GPtrArray *ids = g_ptr_array_new();
	GHashTableIter iter;
	gpointer number;
	g_autoptr(GHashTable) wanted = changes->wanted = g_hash_table_new(NULL, NULL);
	walk(changes, want_letter);
	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &number, NULL))
		g_ptr_array_add(ids, (gpointer)texts_get(texts, GPOINTER_TO_UINT(number)));
	g_ptr_array_add(ids, NULL);
	changes->wanted = NULL;
	return ids;
}

bool changes_look_for_letters(struct load *load)
{
	struct session *session = load->session;
	struct changes *changes = load->changes;
	if (changes->looked_for || !session->own.sent_indexed || others_changed(load) == 0)
		return false;
	g_autoptr(GPtrArray) ids = wanted_letters(changes);
	changes->looked_for = load->changing = true;
	load_job_begins(load);
	changes->absent_job = reader_absent_start(session->spawner, session->store,
		(const char *const *)ids->pdata, on_absent, on_absent_told, changes);
	return true;
}

static bool refers_to(const struct row_node *first, GHashTable *ids)
{
	for (char *const *id = row_references(first); *id; id++)
		if (g_hash_table_contains(ids, *id))
			return true;
	return false;
}

static void hold_if_moved(struct changes *changes, struct entry *entry, unsigned file)
{
	const struct row_node *first = entry_first_row(entry, file);
	gpointer letter = GUINT_TO_POINTER(first->row.texts[ROW_ORIGINAL]);
	if ((letter && g_hash_table_contains(changes->letters, letter)) ||
		(first->row.refers && changes->looked_for) || refers_to(first, changes->ids))
		load_add_place(changes->places, entry, file);
}

void changes_add_places(struct load *load, GArray *places)
{
	struct changes *changes = load->changes;
	GHashTableIter iter;
	gpointer id;
	g_hash_table_iter_init(&iter, changes->ids);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		add_letter(changes, id);
	changes->places = places;
	if (load->session->own.sent_indexed &&
		(changes->looked_for || g_hash_table_size(changes->letters) ||
			(g_hash_table_size(changes->ids) &&
				g_hash_table_size(load->session->rows->references))))
		walk(changes, hold_if_moved);
}

GPtrArray *changes_left(const struct load *load)
{
	GPtrArray *left = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer id, had;
	g_hash_table_iter_init(&iter, load->changes->ids);
	while (g_hash_table_iter_next(&iter, &id, &had))
		if (had && !rowstore_find(load->session->rows, id))
			g_ptr_array_add(left, g_strdup(id));
	return left;
}
