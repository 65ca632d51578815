/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/thread.h"

#include "base/address.h"
#include "base/strhash.h"
#include "store/messageid.h"
#include "triage/session-parts.h"

#define LETTER_MAX ((size_t)64 << 10) /* of header and of text, kept for reading */

/* A thread while it is gathered; `thread` first: one is the other. */
struct gathering {
	struct thread thread;
	struct session *session;
	const struct row *row;
	struct job *job; /* the reader */
	unsigned jobs;   /* under way, with those that read letters */
	GPtrArray
		*found; /* struct message*: the original and the report, as far as they are there */
	bool closed;
	void (*ready)(void *user);
	void *user;
};

struct letter_task {
	struct gathering *gathering;
	struct thread_letter *letter;
};

static void letter_free(gpointer data)
{
	struct thread_letter *letter = data;
	message_free(letter->message);
	g_free(letter->answers);
	g_free(letter->header);
	g_free(letter->text);
	g_ptr_array_unref(letter->returned);
	g_free(letter);
}

static void gathering_free(struct gathering *gathering)
{
	g_clear_error(&gathering->thread.error);
	g_free(gathering->thread.id);
	g_ptr_array_unref(gathering->thread.letters);
	g_ptr_array_unref(gathering->found);
	g_free(gathering);
}

static void job_begins(struct gathering *gathering)
{
	gathering->jobs++;
	gathering->session->jobs++;
}

/* False when nobody wants it any more: then it may be gone. */
static bool job_ends(struct gathering *gathering)
{
	gathering->jobs--;
	gathering->session->jobs--;
	if (!gathering->closed)
		return true;
	if (!gathering->jobs)
		gathering_free(gathering);
	return false;
}

/* --- the tree */

static gint by_date(gconstpointer a, gconstpointer b)
{
	const struct thread_letter *x = *(struct thread_letter *const *)a;
	const struct thread_letter *y = *(struct thread_letter *const *)b;
	return (x->message->date > y->message->date) - (x->message->date < y->message->date);
}

static struct thread_letter *letter_by_id(const GPtrArray *letters, const char *id)
{
	for (guint i = 0; id && i < letters->len; i++) {
		struct thread_letter *letter = letters->pdata[i];
		if (strcmp(letter->message->id, id) == 0)
			return letter;
	}
	return NULL;
}

/* Nothing answers what came later, so that there are no rings. */
static const struct thread_letter *parent_of(
	const GPtrArray *letters, const struct thread_letter *letter)
{
	const struct thread_letter *parent = letter_by_id(letters, letter->answers);
	return parent && parent->message->date < letter->message->date ? parent : NULL;
}

/* Each letter behind the last one of its parent's; letters come oldest first, parents before. */
static void make_tree(struct thread *thread)
{
	g_autoptr(GPtrArray) tree = g_ptr_array_new();
	g_ptr_array_sort(thread->letters, by_date);
	for (guint i = 0; i < thread->letters->len; i++) {
		struct thread_letter *letter = thread->letters->pdata[i];
		const struct thread_letter *parent = parent_of(thread->letters, letter);
		guint at = tree->len;
		letter->depth = parent ? parent->depth + 1 : 0;
		if (parent && g_ptr_array_find(tree, parent, &at))
			for (at++;
				at < tree->len &&
				((struct thread_letter *)tree->pdata[at])->depth > parent->depth;)
				at++;
		g_ptr_array_insert(tree, (gint)at, letter);
	}
	for (guint i = 0; i < tree->len; i++)
		thread->letters->pdata[i] = tree->pdata[i];
}

/* Every report under the letter that it is about. */
static void put_reports(const struct session *session, struct thread *thread)
{
	g_autoptr(GHashTable) by_id = g_hash_table_new(strhash, g_str_equal);
	g_autoptr(GPtrArray) nodes = rowstore_by_mailbox(session->rows);
	for (guint i = 0; i < thread->letters->len; i++) {
		struct thread_letter *letter = thread->letters->pdata[i];
		g_hash_table_insert(by_id, letter->message->id, letter);
	}
	for (guint i = 0; i < nodes->len; i++) {
		struct row_node *node = nodes->pdata[i];
		struct thread_letter *letter =
			row_text(&node->row, ROW_ORIGINAL) && !node->row.told_already
				? g_hash_table_lookup(by_id, row_text(&node->row, ROW_ORIGINAL))
				: NULL;
		if (letter)
			g_ptr_array_add(letter->returned, &node->row);
	}
}

/* --- what is known of the original */

static enum trace trace_of(const struct gathering *gathering)
{
	const struct thread *thread = &gathering->thread;
	for (guint i = 0; i < thread->letters->len; i++) {
		const struct thread_letter *letter = thread->letters->pdata[i];
		if (letter->is_original)
			return letter->ours ? TRACE_OURS : TRACE_OTHERS;
	}
	if (!thread->original)
		return TRACE_UNNAMED;
	if (gathering->row->origin == ORIGIN_OWN)
		return TRACE_GONE;
	return session_sent_indexed(gathering->session) ? TRACE_NONE : TRACE_UNKNOWN;
}

static void end(struct gathering *gathering)
{
	make_tree(&gathering->thread);
	put_reports(gathering->session, &gathering->thread);
	gathering->thread.trace = trace_of(gathering);
	gathering->thread.ready = true;
	if (gathering->ready)
		gathering->ready(gathering->user);
}

static void fail(struct gathering *gathering, const GError *error)
{
	gathering->thread.error = g_error_copy(error);
	end(gathering);
}

/* --- what each letter answers */

/* The last Message-ID in a header line; g_free, NULL when there is none. */
static char *last_id(struct span line)
{
	const char *open = NULL, *close = NULL;
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '<')
			open = line.p + i + 1;
		else if (line.p[i] == '>' && open)
			close = line.p + i;
	return open && close && close > open ? span_dup(span_make(open, close)) : NULL;
}

static char *answered_id(const char *header)
{
	struct span rest = span_of(header), line;
	char *found = NULL;
	while (span_line(&rest, &line)) {
		bool sure = span_starts_nocase(line, "in-reply-to:");
		if (!sure && (found || !span_starts_nocase(line, "references:")))
			continue;
		char *id = last_id(line);
		if (!id)
			continue;
		g_free(found);
		found = id;
		if (sure)
			break;
	}
	return found;
}

static void on_reading(void *user, struct reading *reading, const GError *error)
{
	struct letter_task *task = user;
	(void)error; /* unread, it stands for itself */
	if (reading && !task->gathering->closed && reading->header && !task->letter->header) {
		g_autofree char *answers = answered_id(reading->header);
		task->letter->answers = message_id_kept(answers);
		task->letter->header = g_strndup(reading->header, LETTER_MAX);
		task->letter->text = g_strndup(reading->text ? reading->text : "", LETTER_MAX);
		task->letter->cut = reading->cut || reading->text_n > LETTER_MAX;
	}
	reading_free(reading);
}

static void on_read(void *user, const GError *error)
{
	struct letter_task *task = user;
	struct gathering *gathering = task->gathering;
	(void)error;
	g_free(task);
	if (job_ends(gathering) && !gathering->jobs)
		end(gathering);
}

static void read_letters_of(struct gathering *gathering)
{
	GPtrArray *letters = gathering->thread.letters;
	bool any = false;
	for (guint i = 0; i < letters->len; i++) {
		struct thread_letter *letter = letters->pdata[i];
		if (!letter->message->files[0])
			continue;
		struct letter_task *task = g_new(struct letter_task, 1);
		*task = (struct letter_task){gathering, letter};
		job_begins(gathering);
		any = true;
		pool_read(gathering->session->pool, letter->message->files[0], NULL, on_reading,
			on_read, task);
	}
	if (!any)
		end(gathering);
}

/* --- the conversation */

static bool is_from_us(const struct session *session, const struct message *message)
{
	struct span from = message->from ? address_find(span_of(message->from)) : SPAN_NONE;
	g_autofree char *address = from.n ? span_dup(from) : NULL;
	return is_own_address(&session->own, address);
}

static bool is_report(const struct session *session, const char *id)
{
	const struct entry *entry = rowstore_find(session->rows, id);
	for (const struct row_node *node = entry ? entry_rows(entry) : NULL; node;
		node = node->next)
		if (!node->row.hidden_kind && !row_text(&node->row, ROW_ERROR))
			return true;
	return false;
}

/* Takes the message. */
static void add_letter(struct gathering *gathering, struct message *message)
{
	struct thread *thread = &gathering->thread;
	if (is_report(gathering->session, message->id) || thread->letters->len == THREAD_MAX) {
		thread->cut = thread->letters->len == THREAD_MAX;
		message_free(message);
		return;
	}
	struct thread_letter *letter = g_new0(struct thread_letter, 1);
	letter->message = message;
	letter->returned = g_ptr_array_new();
	letter->ours = is_from_us(gathering->session, message);
	letter->is_original = g_strcmp0(thread->original, message->id) == 0;
	g_ptr_array_add(thread->letters, letter);
}

static void on_letters(void *user, GPtrArray *messages)
{
	struct gathering *gathering = user;
	for (guint i = 0; i < messages->len && !gathering->closed; i++)
		add_letter(gathering, g_steal_pointer(&messages->pdata[i]));
	g_ptr_array_unref(messages);
}

static void on_listed(void *user, const GError *error)
{
	struct gathering *gathering = user;
	gathering->job = NULL;
	if (!job_ends(gathering))
		return;
	if (error)
		fail(gathering, error);
	else
		read_letters_of(gathering);
}

static const struct message *found_by_id(const struct gathering *gathering, const char *id)
{
	for (guint i = 0; id && i < gathering->found->len; i++) {
		const struct message *message = gathering->found->pdata[i];
		if (strcmp(message->id, id) == 0)
			return message;
	}
	return NULL;
}

static void on_found(void *user, const GError *error)
{
	struct gathering *gathering = user;
	gathering->job = NULL;
	if (!job_ends(gathering))
		return;
	if (error) {
		fail(gathering, error);
		return;
	}
	const struct message *message = found_by_id(gathering, gathering->thread.original);
	if (!message)
		message = found_by_id(gathering, row_id(gathering->row));
	if (!message) {
		end(gathering);
		return;
	}
	gathering->thread.id = g_strdup(message->thread);
	g_autofree char *query = g_strconcat("thread:", message->thread, NULL);
	const struct reader_request request = {.store = gathering->session->store,
		.query = query,
		.oldest_first = true,
		.limit = THREAD_MAX * 2};
	job_begins(gathering);
	gathering->job = reader_start(
		gathering->session->spawner, &request, NULL, on_letters, on_listed, gathering);
}

static void on_batch(void *user, GPtrArray *messages)
{
	struct gathering *gathering = user;
	for (guint i = 0; i < messages->len; i++)
		g_ptr_array_add(gathering->found, g_steal_pointer(&messages->pdata[i]));
	g_ptr_array_unref(messages);
}

struct thread *thread_open(
	struct session *session, const struct row *row, void (*ready)(void *user), void *user)
{
	struct gathering *gathering = g_new0(struct gathering, 1);
	const struct row_node *node = (const struct row_node *)row;
	gathering->session = session;
	gathering->row = row;
	gathering->ready = ready;
	gathering->user = user;
	gathering->found = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	gathering->thread.original = row_text(&node->row, ROW_ORIGINAL);
	gathering->thread.letters = g_ptr_array_new_with_free_func(letter_free);
	const char *ids[] = {row_id(row), row_text(&node->row, ROW_ORIGINAL), NULL};
	const struct reader_request request = {.store = session->store, .ids = ids};
	job_begins(gathering);
	gathering->job =
		reader_start(session->spawner, &request, NULL, on_batch, on_found, gathering);
	return &gathering->thread;
}

void thread_close(struct thread *thread)
{
	struct gathering *gathering = (struct gathering *)thread;
	if (!gathering)
		return;
	gathering->closed = true;
	if (gathering->job)
		job_cancel(gathering->job);
	if (!gathering->jobs)
		gathering_free(gathering);
}

void thread_wait(struct thread *thread)
{
	while (!thread->ready)
		g_main_context_iteration(NULL, TRUE);
}
