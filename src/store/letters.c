/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/letters.h"

#include "base/errors.h"
#include "store/database.h"
#include "store/recipients.h"

#define DOING "cannot read the index"

void letter_head_free(struct letter_head *letter)
{
	if (!letter)
		return;
	g_free(letter->id);
	g_free(letter->subject);
	g_free(letter->from);
	g_free(letter->to);
	g_free(letter->thread);
	g_free(letter);
}

/* --- the pass */

/* What cannot be read has no recipients. */
static char *read_recipients(const char *path)
{
	int64_t stamp;
	char *to = path ? recipients_read(path, &stamp) : NULL;

	return to ? to : g_strdup("");
}

/* NULL when the revision that is read has gone. */
static struct letter_head *letter_read(notmuch_message_t *message, bool sent)
{
	time_t date = notmuch_message_get_date(message);
	const char *id = notmuch_message_get_header(message, "message-id");
	const char *subject = notmuch_message_get_header(message, "subject");
	const char *from = notmuch_message_get_header(message, "from");
	const char *thread = sent ? notmuch_message_get_thread_id(message) : "";
	struct letter_head *letter;

	if (!id || !subject || !from || !thread)
		return NULL;
	letter = g_new0(struct letter_head, 1);
	letter->id = g_strdup(id);
	letter->date = date;
	letter->subject = g_strdup(subject);
	if (sent) {
		letter->thread = g_strdup(thread);
		letter->to = read_recipients(notmuch_message_get_filename(message));
	} else {
		letter->from = g_strdup(from);
	}
	return letter;
}

static bool changed(GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_BUSY, "the index is changing; try again");
	return false;
}

static bool tell_letters(notmuch_messages_t *messages, unsigned expected, bool sent,
	letters_on_letter *on_letter, void *user, GError **error)
{
	unsigned told = 0;

	for (; told < expected && notmuch_messages_valid(messages);
		notmuch_messages_move_to_next(messages)) {
		notmuch_message_t *message = notmuch_messages_get(messages);
		struct letter_head *letter = message ? letter_read(message, sent) : NULL;

		if (message)
			notmuch_message_destroy(message);
		if (!letter)
			return changed(error);
		on_letter(user, letter);
		told++;
	}
	return told == expected || changed(error);
}

static bool pass(notmuch_database_t *database, const char *text, bool sent,
	letters_on_letter *on_letter, void *user, GError **error)
{
	notmuch_query_t *query = notmuch_query_create(database, text);
	notmuch_messages_t *messages = NULL;
	notmuch_status_t status;
	unsigned count = 0;
	bool done = false;

	if (!query) {
		g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL, DOING ": out of memory");
		return false;
	}
	notmuch_query_set_sort(query, NOTMUCH_SORT_NEWEST_FIRST);
	status = notmuch_query_count_messages(query, &count);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = notmuch_query_search_messages(query, &messages);
	if (status != NOTMUCH_STATUS_SUCCESS)
		database_set_error(database, status, DOING, error);
	else
		done = tell_letters(messages, sent ? MIN(count, LETTERS_SENT_MAX) : count, sent,
			on_letter, user, error);
	notmuch_query_destroy(query);
	return done;
}

bool letters_read(const struct store_ref *store, const char *sent_query,
	letters_on_letter *on_letter, void *user, GError **error)
{
	notmuch_database_t *database = database_open(store, false, error);
	g_autofree char *others =
		sent_query ? g_strdup_printf("not (%s)", sent_query) : g_strdup("*");

	return database &&
	       (!sent_query || pass(database, sent_query, true, on_letter, user, error)) &&
	       pass(database, others, false, on_letter, user, error);
}
