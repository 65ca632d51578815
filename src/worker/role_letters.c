/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader asked who wrote and to whom it was written: one pass, begun anew until it is whole. */
#include "store/letters.h"
#include "worker/attempt.h"
#include "worker/roles.h"

#define LETTERS_A_FRAME 500

struct asked {
	struct wire *client;
	struct store_ref store;
	const char *sent_query;
};

/* --- in the attempt */

struct post {
	struct wire *wire;
	struct pack pack;
	size_t count;
	bool begun;
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

static void on_letter(void *user, struct letter_head *letter)
{
	struct post *post = user;

	pack_text(&post->pack, letter->id);
	pack_number(&post->pack, letter->date);
	pack_text(&post->pack, letter->subject);
	pack_text(&post->pack, letter->from);
	pack_text(&post->pack, letter->to);
	pack_text(&post->pack, letter->thread);
	letter_head_free(letter);
	if (++post->count == LETTERS_A_FRAME)
		post_flush(post);
}

static bool letters_work(struct wire *wire, void *user, GError **error)
{
	const struct asked *asked = user;
	struct post post = {.wire = wire};

	pack_init(&post.pack);
	if (!letters_read(&asked->store, asked->sent_query, on_letter, &post, error))
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
	GError *error = NULL;
	enum attempt end;

	g_variant_get_child(request, 1, "m^&ay", &asked.sent_query);
	for (unsigned tries = 0; (end = attempt_run(letters_work, on_frame, &asked, NULL,
					  &error)) == ATTEMPT_AGAIN &&
				 tries < ATTEMPTS_MAX;
		tries++) {
		attempt_pause(tries);
		g_clear_error(&error);
	}
	if (end != ATTEMPT_GONE)
		wire_send_end(wire, error);
}
