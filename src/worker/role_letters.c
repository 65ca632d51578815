/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader asked who wrote and to whom it was written, newest first: one pass over the whole
 * index, begun anew until it is whole, at last under the write lock. Mail that was sent from here
 * is read for its recipients (the index holds them as words only), the newest SENT_MAX of it,
 * unless they are known from an earlier time; of all other mail only what Xapian keeps in value
 * slots is told.
 */
#include "store/reader.h"
#include "worker/attempt.h"
#include "worker/recall.h"
#include "worker/roles.h"

#define LETTERS_A_FRAME 500
#define SENT_MAX 50000

struct asked {
	struct wire *client;
	struct store_ref store;
	const char *sent_query; /* NULL: nobody knows what was sent from here */
	bool lock;              /* this attempt takes the write lock */
};

/* --- in the attempt */

struct post {
	struct reader *reader;
	struct recall *recall;
	struct wire *wire;
	struct pack pack;
	size_t count;
	bool begun;
	GError *error;
};

static void post_flush(struct post *post)
{
	struct pack whole;

	pack_init(&whole);
	pack_count(&whole, !post->begun);
	pack_count(&whole, post->count);
	pack_join(&whole, &post->pack);
	wire_send(post->wire, WIRE_POST, pack_end(&whole));
	pack_clear(&whole);
	post->count = 0;
	post->begun = true;
}

static void tell(struct post *post, const struct message *letter, bool sent)
{
	pack_text(&post->pack, letter->id);
	pack_number(&post->pack, letter->date);
	pack_text(&post->pack, letter->subject);
	pack_text(&post->pack, sent ? NULL : letter->from);
	/* What cannot be read has no recipients. */
	pack_text(&post->pack, !sent ? NULL : letter->to ? letter->to : "");
	pack_text(&post->pack, sent ? letter->thread : NULL);
	if (++post->count == LETTERS_A_FRAME)
		post_flush(post);
}

static void on_info(void *user, const struct store_info *info)
{
	(void)user;
	(void)info;
}

static bool on_sent_id(void *user, const char *id)
{
	struct post *post = user;
	struct message *letter = recall_find(post->recall, id, true);

	if (!letter)
		return false;
	tell(post, letter, true);
	message_free(letter);
	return true;
}

static void on_sent(void *user, struct message *letter)
{
	struct post *post = user;
	bool found;

	if (!post->error && reader_fill(post->reader, letter, true, &found, &post->error)) {
		recall_keep(post->recall, letter);
		tell(post, letter, true);
	}
	message_free(letter);
}

static void on_other(void *user, struct message *letter)
{
	tell(user, letter, false);
	message_free(letter);
}

static bool read_sent(struct post *post, const char *query, GError **error)
{
	const struct reader_request request = {.query = query, .limit = SENT_MAX};

	if (!reader_list(post->reader, &request, on_info, on_sent_id, on_sent, post, error))
		return false;
	if (!post->error)
		return true;
	g_propagate_error(error, g_steal_pointer(&post->error));
	return false;
}

static bool read_others(struct post *post, const char *sent_query, GError **error)
{
	g_autofree char *query = sent_query ? g_strdup_printf("not (%s)", sent_query) : NULL;
	const struct reader_request request = {.query = query};

	return reader_list(post->reader, &request, on_info, NULL, on_other, post, error);
}

static bool letters_work(struct wire *wire, void *user, GError **error)
{
	const struct asked *asked = user;
	struct post post = {.wire = wire, .reader = reader_open(&asked->store, asked->lock, error)};

	if (!post.reader)
		return false;
	pack_init(&post.pack);
	if (asked->sent_query) {
		post.recall = recall_open(post.reader);
		if (!read_sent(&post, asked->sent_query, error))
			return false;
		recall_close(post.recall);
	}
	if (!read_others(&post, asked->sent_query, error))
		return false;
	post_flush(&post);
	return true;
}

/* --- in the supervisor */

static bool on_frame(void *user, enum wire_kind kind, GVariant *value)
{
	struct asked *asked = user;

	return kind != WIRE_POST || wire_send(asked->client, WIRE_POST, value);
}

void read_letters(struct wire *wire, GVariant *request)
{
	struct asked asked = {.client = wire, .store = store_ref_unpack(request)};
	const struct insistence insistence = {letters_work, on_frame, &asked, &asked.lock, NULL};
	GError *error = NULL;
	enum attempt end;

	g_variant_get_child(request, 1, "m^&ay", &asked.sent_query);
	end = attempt_insist(&insistence, &error);
	if (end != ATTEMPT_GONE)
		wire_send_end(wire, error);
}
