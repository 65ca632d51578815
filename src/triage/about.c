/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the index says of itself: which one it is, whose mail it holds, and whether any of that was
 * sent from here. */
#include "base/words.h"
#include "triage/pledge.h"
#include "triage/rebuilt.h"
#include "triage/session-parts.h"

void about_clear(struct store_facts *about)
{
	g_free((char *)about->info.uuid);
	g_free((char *)about->info.path);
	g_strfreev(about->info.own_addresses);
	g_strfreev(about->info.exclude_tags);
	*about = (struct store_facts){.known = false};
}

static void meet_database(struct session *session, const struct store_info *info)
{
	g_autoptr(GError) error = NULL;
	cache_free(session->cache);
	session->cache = session->engine_hash
				 ? cache_new(session->spawner, info->uuid, session->engine_hash)
				 : NULL; /* nothing will be read */
	suppression_free(session->suppression);
	session->suppression = suppression_load(info->uuid, &error);
	if (session->suppression)
		pledge_settle(session->suppression, info->uuid);
	g_free(session->rebuilt);
	session->rebuilt = rebuilt_note(info->uuid, info->path);
	if (error)
		g_ptr_array_add(session->troubles, g_strdup(error->message));
	session->about.counted = false;
}

void session_take_info(struct session *session, const struct store_info *info)
{
	struct store_facts *about = &session->about;
	struct store_facts old = *about;
	if (!old.known || strcmp(old.info.uuid, info->uuid) != 0)
		meet_database(session, info);
	about->info = *info;
	about->info.uuid = g_strdup(info->uuid);
	about->info.path = g_strdup(info->path);
	about->info.own_addresses = g_strdupv(info->own_addresses);
	about->info.exclude_tags = g_strdupv(info->exclude_tags);
	about->known = true;
	about_clear(&old);
	bool sent_indexed = session->own.sent_indexed;
	surroundings_clear(&session->own);
	surroundings_init(
		&session->own, session->config, about->info.own_addresses, session->public_domains);
	session->own.sent_indexed = sent_indexed;
	session_tell(session, SESSION_PROGRESS);
}

struct store_ref session_store_ref(const struct session *session)
{
	return session->store;
}

const struct store_info *session_store(const struct session *session)
{
	return session->about.known ? &session->about.info : NULL;
}

/* --- what is counted: is the tag in use that `done` takes away, is there mail that we sent? */

struct counting {
	struct session *session;
	job_done *done;
	void *user;
};

static void on_counts(void *user, const int64_t *counts, size_t n, uint64_t revision)
{
	struct session *session = ((struct counting *)user)->session;
	(void)revision;
	if (n == 0)
		return;
	session->about.uses_done_tag = counts[0] > 0;
	session->own.sent_indexed = n > 1 && counts[1] > 0;
	session->about.counted = true;
	if (n > 1 && counts[1] < 0)
		g_ptr_array_add(session->troubles,
			g_strdup(_("sent-query: notmuch does not understand this query")));
}

static void on_counted(void *user, const GError *error)
{
	struct counting *counting = user;
	counting->done(counting->user, error);
	g_free(counting);
}

struct job *about_count(struct session *session, job_done *done, void *user)
{
	const struct counting counting = {session, done, user};
	g_autofree char *sent =
		sent_query(&session->own, config_text(session->config, SET_SENT_QUERY));
	g_autofree char *tag =
		g_strdup_printf("tag:\"%s\"", config_text(session->config, SET_TAG_DONE));
	const char *queries[] = {tag, sent, NULL};
	return reader_count_start(session->spawner, session->store, queries, on_counts, on_counted,
		g_memdup2(&counting, sizeof counting));
}
