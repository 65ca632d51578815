/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader: lists what a query matches, whatever a writer does meanwhile. The first pass fills
 * and sends all rows. If the index changes before it is through, a pass that fills only the first
 * rows is repeated with a fresh handle until one is whole, at last under the write lock; then
 * batches are filled one by one, each repeated for itself. What an earlier pass sent is not sent
 * again. Rows of which everything is known from an earlier time count for nothing.
 */
#include "base/errors.h"
#include "base/strhash.h"
#include "store/reader.h"
#include "worker/attempt.h"
#include "worker/recall.h"
#include "worker/roles.h"

#define HEAD_ROWS 64 /* sent at once; filled within each pass */
#define BATCH_ROWS 200
#define LIST_ROWS 1000 /* rows a frame */

struct listing {
	struct wire *client;
	struct reader_request request;
	bool lock;        /* this attempt takes the write lock */
	bool failed;      /* an attempt did */
	bool counted;     /* INFO went out with its count */
	GPtrArray *rows;  /* struct message*: what the last whole pass listed, without the head */
	GHashTable *head; /* ids that went out with the head */
	guint next;       /* first row that was not sent */
	guint tried;      /* the same, before the attempt under way */
};

/* --- in the attempt */

struct pass {
	struct reader *reader;
	struct recall *recall; /* NULL: nothing is remembered */
	struct wire *wire;
	struct load {
		enum wire_kind kind;
		struct pack pack;
		guint count; /* rows in the pack */
	} whole, bare;       /* complete messages; what the pass alone tells */
	bool asked_by_id, recipients;
	guint seen, filled, fills; /* so many at most */
	GError *error;
};

static bool pass_open(
	struct pass *pass, struct wire *wire, const struct listing *listing, GError **error)
{
	*pass = (struct pass){.wire = wire,
		.asked_by_id = listing->request.ids != NULL,
		.recipients = listing->request.recipients,
		.fills = listing->failed ? HEAD_ROWS : G_MAXUINT};
	pass->reader = reader_open(&listing->request.store, listing->lock, error);
	if (!pass->reader)
		return false;
	/* Who asks for no message wants to know which index it is. */
	if (!listing->request.once && (!pass->asked_by_id || *listing->request.ids))
		pass->recall = recall_open(pass->reader);
	pass->whole.kind = WIRE_MESSAGES;
	pass->bare.kind = WIRE_ROWS;
	pack_init(&pass->whole.pack);
	pack_init(&pass->bare.pack);
	return true;
}

static GVariant *info_pack(const struct store_info *info)
{
	return g_variant_new("(^ayt^aytt^aay^aaybb)", info->uuid, (guint64)info->revision,
		info->path, (guint64)info->count, (guint64)info->total, info->own_addresses,
		info->exclude_tags, info->synchronize_flags, info->writable);
}

static void on_info(void *user, const struct store_info *info)
{
	struct pass *pass = user;

	wire_send(pass->wire, WIRE_INFO, info_pack(info));
}

/* Sends what waits. The count goes first: how many rows this frame stands for. */
static void pass_flush(struct pass *pass, struct load *load, guint stands_for)
{
	struct pack frame;

	pack_init(&frame);
	pack_count(&frame, stands_for);
	pack_count(&frame, load->count);
	pack_join(&frame, &load->pack);
	wire_send(pass->wire, load->kind, pack_end(&frame));
	pack_clear(&frame);
	load->count = 0;
}

static bool pass_recall(struct pass *pass, const char *id)
{
	const struct pack_place before = pack_place(&pass->whole.pack);
	bool has = true;

	if (!recall_message(pass->recall, id, pass->recipients, &pass->whole.pack))
		return false;
	/* What a query has listed is there; what was asked for by its id may have been removed. */
	if (pass->asked_by_id && (!reader_has(pass->reader, id, &has, NULL) || !has)) {
		pack_cut(&pass->whole.pack, before);
		return false;
	}
	pass->whole.count++;
	return true;
}

/* One row complete into the pack; a message that is gone leaves none. */
static bool pass_read(struct pass *pass, struct message *row, GError **error)
{
	bool found = true;

	if (!reader_fill(pass->reader, row, pass->recipients, &found, error))
		return false;
	if (found) {
		message_pack(&pass->whole.pack, row);
		recall_keep(pass->recall, row);
		pass->whole.count++;
	}
	return true;
}

static bool pass_fill(struct pass *pass, struct message *row, GError **error)
{
	return pass_recall(pass, row->id) || pass_read(pass, row, error);
}

static void row_pack(struct pass *pass, const struct message *row)
{
	pack_text(&pass->bare.pack, row->id);
	pack_number(&pass->bare.pack, row->date);
	pack_text(&pass->bare.pack, row->from);
	pack_text(&pass->bare.pack, row->subject);
	pass->bare.count++;
}

static void row_is_told(struct pass *pass)
{
	if (++pass->seen == HEAD_ROWS || pass->whole.count == LIST_ROWS)
		pass_flush(pass, &pass->whole, pass->whole.count);
	if (pass->bare.count == LIST_ROWS)
		pass_flush(pass, &pass->bare, LIST_ROWS);
}

/* Behind the first row that is left for later all are, so that they come in order. */
static bool on_id_listed(void *user, const char *id)
{
	struct pass *pass = user;

	if (pass->filled == pass->fills || !pass_recall(pass, id))
		return false;
	row_is_told(pass);
	return true;
}

static void on_row(void *user, struct message *row)
{
	struct pass *pass = user;

	if (pass->filled == pass->fills) {
		row_pack(pass, row);
	} else if (!pass->error) {
		/* What a query lists was asked for in on_id_listed. */
		if (pass->asked_by_id)
			pass_fill(pass, row, &pass->error);
		else
			pass_read(pass, row, &pass->error);
		pass->filled++;
	}
	row_is_told(pass);
	message_free(row);
}

static bool list_work(struct wire *wire, void *user, GError **error)
{
	struct listing *listing = user;
	struct pass pass;

	if (!pass_open(&pass, wire, listing, error))
		return false;
	if (!reader_list(pass.reader, &listing->request, on_info, pass.recall ? on_id_listed : NULL,
		    on_row, &pass, error))
		return false;
	if (pass.error) {
		g_propagate_error(error, pass.error);
		return false;
	}
	pass_flush(&pass, &pass.whole, pass.whole.count);
	pass_flush(&pass, &pass.bare, pass.bare.count);
	recall_close(pass.recall);
	return true;
}

static bool fill_work(struct wire *wire, void *user, GError **error)
{
	struct listing *listing = user;
	struct pass pass;

	if (!pass_open(&pass, wire, listing, error))
		return false;
	for (guint i = listing->next; i < listing->rows->len;) {
		guint end = MIN(i + BATCH_ROWS, listing->rows->len), n = end - i;

		for (; i < end; i++)
			if (!pass_fill(&pass, listing->rows->pdata[i], error))
				return false;
		pass_flush(&pass, &pass.whole, n);
		recall_settle(pass.recall);
		/* The lock is for one batch that would not come otherwise. */
		if (listing->lock)
			break;
	}
	recall_close(pass.recall);
	return true;
}

/* --- in the supervisor */

static bool forward_info(struct listing *listing, GVariant *value)
{
	guint64 count;

	g_variant_get_child(value, 3, "t", &count);
	if (listing->counted)
		return true;
	listing->counted = count > 0;
	return wire_send(listing->client, WIRE_INFO, value);
}

/* The messages of a frame that were not sent before, as another frame. */
static GVariant *fresh_of(const struct listing *listing, GVariant *value)
{
	struct unpack unpack;
	struct pack fresh, frame;
	size_t n, count = 0;
	GVariant *left;

	pack_init(&fresh);
	pack_init(&frame);
	unpack_init(&unpack, value);
	unpack_index(&unpack, INT32_MAX);
	n = unpack_count(&unpack, 1);
	for (size_t i = 0; i < n; i++) {
		struct message *message = message_unpack(&unpack);

		if (!g_hash_table_contains(listing->head, message->id)) {
			message_pack(&fresh, message);
			count++;
		}
		message_free(message);
	}
	pack_count(&frame, count);
	pack_count(&frame, count);
	pack_join(&frame, &fresh);
	left = pack_end(&frame);
	pack_clear(&fresh);
	pack_clear(&frame);
	return left;
}

/* What a pass has whole, to the client, without what an earlier pass had. */
static bool forward_head(struct listing *listing, GVariant *value)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	struct unpack unpack;
	bool sent, again = false;
	size_t n;

	unpack_init(&unpack, value);
	unpack_index(&unpack, INT32_MAX);
	n = unpack_count(&unpack, 1);
	for (size_t i = 0; i < n && !unpack.bad; i++) {
		const char *id = message_glance(&unpack).id;

		if (id)
			g_ptr_array_add(ids, (gpointer)id);
		again = again || (id && g_hash_table_contains(listing->head, id));
	}
	if (!unpack_end(&unpack))
		return true;
	sent = wire_send(listing->client, WIRE_MESSAGES, again ? fresh_of(listing, value) : value);
	for (guint i = 0; i < ids->len; i++)
		g_hash_table_add(listing->head, g_strdup(ids->pdata[i]));
	return sent;
}

static void keep_rows(struct listing *listing, GVariant *value)
{
	struct unpack unpack;
	size_t n;

	unpack_init(&unpack, value);
	unpack_index(&unpack, INT32_MAX);
	n = unpack_count(&unpack, 5);
	for (size_t i = 0; i < n && !unpack.bad; i++) {
		struct message *row = g_new0(struct message, 1);

		row->id = unpack_dup(&unpack);
		row->date = unpack_number(&unpack);
		row->from = unpack_dup(&unpack);
		row->subject = unpack_dup(&unpack);
		if (!row->id || g_hash_table_contains(listing->head, row->id))
			message_free(row);
		else
			g_ptr_array_add(listing->rows, row);
	}
}

static bool on_list_frame(void *user, enum wire_kind kind, GVariant *value)
{
	struct listing *listing = user;

	if (kind == WIRE_INFO)
		return forward_info(listing, value);
	if (kind == WIRE_MESSAGES)
		return forward_head(listing, value);
	if (kind == WIRE_ROWS)
		keep_rows(listing, value);
	return true;
}

static bool on_fill_frame(void *user, enum wire_kind kind, GVariant *value)
{
	struct listing *listing = user;
	struct unpack unpack;

	if (kind != WIRE_MESSAGES)
		return true;
	unpack_init(&unpack, value);
	listing->next += (guint)unpack_index(&unpack, INT32_MAX);
	return wire_send(listing->client, WIRE_MESSAGES, value);
}

/* What was listed only, and not sent, is listed anew. */
static bool list_again(void *user)
{
	struct listing *listing = user;

	listing->failed = true;
	g_ptr_array_set_size(listing->rows, 0);
	return false;
}

static bool fill_again(void *user)
{
	struct listing *listing = user;
	bool further = listing->next > listing->tried;

	listing->failed = true;
	listing->tried = listing->next;
	return further;
}

static void run_listing(struct listing *listing)
{
	const struct insistence list = {
		list_work, on_list_frame, listing, &listing->lock, list_again};
	const struct insistence fill = {
		fill_work, on_fill_frame, listing, &listing->lock, fill_again};
	GError *error = NULL;
	enum attempt end = attempt_insist(&list, &error);

	while (end == ATTEMPT_DONE && listing->next < listing->rows->len) {
		listing->lock = false;
		listing->tried = listing->next;
		end = attempt_insist(&fill, &error);
	}
	if (end != ATTEMPT_GONE)
		wire_send_end(listing->client, error);
}

static void read_query(struct wire *wire, GVariant *request)
{
	struct listing listing = {
		.client = wire,
		.rows = g_ptr_array_new_with_free_func((GDestroyNotify)message_free),
		.head = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL),
	};
	struct reader_request *asked = &listing.request;
	gboolean exclude, oldest_first, recipients, once, total;
	g_autoptr(GVariant) ids = NULL;
	g_autofree const char **list = NULL;

	asked->store = store_ref_unpack(request);
	g_variant_get_child(request, 1, "m^&ay", &asked->query);
	g_variant_get_child(request, 2, "b", &exclude);
	g_variant_get_child(request, 3, "b", &oldest_first);
	g_variant_get_child(request, 4, "t", &asked->limit);
	g_variant_get_child(request, 5, "t", &asked->offset);
	g_variant_get_child(request, 6, "m@aay", &ids);
	list = ids ? g_variant_get_bytestring_array(ids, NULL) : NULL;
	g_variant_get_child(request, 7, "b", &recipients);
	g_variant_get_child(request, 8, "b", &once);
	g_variant_get_child(request, 9, "b", &total);
	asked->recipients = recipients;
	asked->once = once;
	asked->total = total;
	asked->exclude = exclude;
	asked->oldest_first = oldest_first;
	asked->ids = list;
	run_listing(&listing);
}

/* --- counts, names, ids: one answer */

struct question {
	GVariant *request;
	bool lock; /* this attempt takes the write lock */
	GVariant *answer;
	enum wire_kind kind;
};

static bool count_work(struct wire *wire, void *user, GError **error)
{
	struct question *question = user;
	struct store_ref store = store_ref_unpack(question->request);
	struct reader *reader = reader_open(&store, question->lock, error);
	g_autofree const char **queries = NULL;
	g_autofree int64_t *counts = NULL;
	size_t n;

	if (!reader)
		return false;
	g_variant_get_child(question->request, 1, "^a&ay", &queries);
	n = g_strv_length((char **)queries);
	counts = g_new0(int64_t, n);
	for (size_t i = 0; i < n; i++)
		if (!reader_count(reader, queries[i], &counts[i], error))
			return false;
	wire_send(wire, WIRE_COUNTS,
		g_variant_new("(@axt)",
			g_variant_new_fixed_array(G_VARIANT_TYPE_INT64, counts, n, sizeof *counts),
			(guint64)reader_revision(reader)));
	return true;
}

static bool names_work(struct wire *wire, void *user, GError **error)
{
	struct question *question = user;
	struct store_ref store = store_ref_unpack(question->request);
	struct reader *reader = reader_open(&store, question->lock, error);
	g_auto(GStrv) tags = NULL, queries = NULL;

	if (!reader || !reader_words(reader, &tags, &queries, error))
		return false;
	wire_send(wire, WIRE_WORDS, g_variant_new("(^aay^aay)", tags, queries));
	return true;
}

static void skip_info(void *user, const struct store_info *info)
{
	(void)user;
	(void)info;
}

static void on_id(void *user, struct message *row)
{
	g_ptr_array_add(user, g_steal_pointer(&row->id));
	message_free(row);
}

static bool ids_work(struct wire *wire, void *user, GError **error)
{
	struct question *question = user;
	struct reader_request request = {.store = store_ref_unpack(question->request)};
	struct reader *reader = reader_open(&request.store, question->lock, error);
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	gboolean exclude;

	g_variant_get_child(question->request, 1, "m^&ay", &request.query);
	g_variant_get_child(question->request, 2, "b", &exclude);
	request.exclude = exclude;
	if (!reader || !reader_list(reader, &request, skip_info, NULL, on_id, ids, error))
		return false;
	g_ptr_array_add(ids, NULL);
	wire_send(wire, WIRE_MATCHES, g_variant_new("(^aay)", ids->pdata));
	return true;
}

static bool absent_work(struct wire *wire, void *user, GError **error)
{
	struct question *question = user;
	struct store_ref store = store_ref_unpack(question->request);
	struct reader *reader = reader_open(&store, question->lock, error);
	g_autoptr(GPtrArray) absent = g_ptr_array_new();
	g_autofree const char **ids = NULL;

	if (!reader)
		return false;
	g_variant_get_child(question->request, 1, "^a&ay", &ids);
	for (const char **id = ids; *id; id++) {
		bool has;

		if (!reader_has(reader, *id, &has, error))
			return false;
		if (!has)
			g_ptr_array_add(absent, (gpointer)*id);
	}
	g_ptr_array_add(absent, NULL);
	wire_send(wire, WIRE_MATCHES, g_variant_new("(^aay)", absent->pdata));
	return true;
}

static bool on_answer(void *user, enum wire_kind kind, GVariant *value)
{
	struct question *question = user;

	question->kind = kind;
	g_clear_pointer(&question->answer, g_variant_unref);
	question->answer = g_variant_ref(value);
	return true;
}

static void ask(struct wire *wire, GVariant *request, attempt_work *work)
{
	struct question question = {.request = request};
	const struct insistence insistence = {work, on_answer, &question, &question.lock, NULL};
	GError *error = NULL;
	enum attempt end = attempt_insist(&insistence, &error);

	if (end == ATTEMPT_DONE && question.answer)
		wire_send(wire, question.kind, question.answer);
	wire_send_end(wire, error);
}

void role_reader(struct wire *wire)
{
	enum wire_kind kind;
	GVariant *request;

	if (!wire_receive(wire, &kind, &request))
		return;
	if (kind == WIRE_READ)
		read_query(wire, request);
	else if (kind == WIRE_COUNT)
		ask(wire, request, count_work);
	else if (kind == WIRE_NAMES)
		ask(wire, request, names_work);
	else if (kind == WIRE_IDS)
		ask(wire, request, ids_work);
	else if (kind == WIRE_ABSENT)
		ask(wire, request, absent_work);
	else if (kind == WIRE_LETTERS)
		read_letters(wire, request);
}
