/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who wrote and who was written to: asked when a result is there, and again when the index changed.
 */
#include "base/address.h"
#include "base/clock.h"
#include "triage/contacts.h"
#include "triage/retry.h"
#include "triage/session-parts.h"

#define DAY ((int64_t)86400)

struct contact_desk {
	struct contacts *contacts; /* NULL until known */
	struct contacts *coming;   /* under way */
	struct job *job;
	uint64_t revision; /* of the index when it was asked */
	bool fits;         /* what was kept is enough for the rows that are loaded */
	GError *error;     /* why the last ones did not come */
};

struct contact_desk *contact_desk_new(void)
{
	return g_new0(struct contact_desk, 1);
}

void contact_desk_free(struct contact_desk *desk)
{
	g_assert(!desk->job);
	contacts_free(desk->contacts);
	contacts_free(desk->coming);
	g_clear_error(&desk->error);
	g_free(desk);
}

void contact_desk_drop(struct session *session)
{
	if (session->contacts->job)
		job_cancel(session->contacts->job);
}

static void on_letters(void *user, bool anew, GPtrArray *letters)
{
	struct session *session = user;
	struct contact_desk *desk = session->contacts;
	if (anew || !desk->coming) {
		contacts_free(desk->coming);
		desk->coming =
			contacts_new(session->rows->texts, clock_now() - session_quiet(session));
	}
	for (guint i = 0; i < letters->len; i++)
		contacts_add(desk->coming, &session->own, letters->pdata[i]);
}

static void on_done(void *user, const GError *error)
{
	struct session *session = user;
	struct contact_desk *desk = session->contacts;
	desk->job = NULL;
	session->jobs--;
	g_clear_error(&desk->error);
	if (error) {
		/* What was known before is better than the half of what is. */
		g_clear_pointer(&desk->coming, contacts_free);
		desk->error = g_error_copy(error);
	} else if (desk->coming) {
		contacts_free(desk->contacts);
		desk->contacts = g_steal_pointer(&desk->coming);
		session_settle_all(session);
	}
	session_tell(session, SESSION_DETAILS);
	if (desk->revision == UINT64_MAX)
		session_meet_contacts(session);
}

void contact_desk_new_rows(struct session *session)
{
	session->contacts->fits = false;
}

/* Too little was kept of who had no rows then. */
static bool meets_stranger(struct session *session)
{
	struct contact_desk *desk = session->contacts;
	for (guint i = 0; i < session->rows->entries->len && !desk->fits; i++)
		for (struct row_node *node = entry_rows(session->rows->entries->pdata[i]); node;
			node = node->next)
			if (contacts_lack(desk->contacts, row_text(&node->row, ROW_MAILBOX)))
				return true;
	desk->fits = true;
	return false;
}

void session_want_contact(struct session *session, const char *address)
{
	struct contact_desk *desk = session->contacts;
	g_autofree char *key = address_key(address), *lower = g_ascii_strdown(key, -1);
	bool is_new = !texts_find(session->rows->texts, span_of(lower));
	if (is_new && (desk->job || (desk->contacts && contacts_lack(desk->contacts, lower))))
		desk->revision = UINT64_MAX; /* what is known is of none */
	texts_add(session->rows->texts, span_of(lower));
}

void session_meet_contacts(struct session *session)
{
	struct contact_desk *desk = session->contacts;
	size_t shown;
	session_rows(session, &shown);
	if (!session->about.known || desk->job || !session->rows->entries->len ||
		(desk->contacts && desk->revision == session->about.info.revision &&
			!meets_stranger(session)))
		return;
	g_autofree char *sent =
		session->own.sent_indexed
			? sent_query(&session->own, config_text(session->config, SET_SENT_QUERY))
			: NULL;
	desk->revision = session->about.info.revision;
	desk->fits = true;
	session->jobs++;
	desk->job = reader_letters_start(
		session->spawner, session->store, sent, on_letters, on_done, session);
}

bool session_wait_contacts(struct session *session, GError **error)
{
	const struct contact_desk *desk = session->contacts;
	session_meet_contacts(session);
	while (desk->job || !session_is_settled(session))
		g_main_context_iteration(NULL, TRUE);
	if (desk->error)
		g_propagate_error(error, g_error_copy(desk->error));
	return !desk->error;
}

bool session_knows_contacts(const struct session *session)
{
	return session->contacts->contacts != NULL;
}

const GError *session_contacts_error(const struct session *session)
{
	return session->contacts->error;
}

int64_t session_quiet(const struct session *session)
{
	return config_int(session->config, SET_QUIET_DAYS) * DAY;
}

const struct contacts *session_contacts(const struct session *session)
{
	return session->contacts->contacts;
}

/* What the query selects, without the limit. */
static bool is_selected(const struct session *session, const struct row_node *node)
{
	return !node->row.hidden_kind && !node->row.told_already && !node->row.copy &&
	       (!session->filter || filter_matches(session->filter, &node->row)) &&
	       (!session->also_filter || filter_matches(session->also_filter, &node->row));
}

void session_count_retries(const struct session *session, size_t *counts)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new();
	for (guint i = 0; i < session->rows->entries->len; i++)
		for (struct row_node *node = entry_rows(session->rows->entries->pdata[i]); node;
			node = node->next)
			if (is_selected(session, node))
				g_ptr_array_add(rows, &node->row);
	retry_count((struct row *const *)rows->pdata, rows->len, counts);
}
