/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The index is looked at while the list is on the screen. A look asks for the revision and how many
 * messages match; where the revision has moved on, those that changed since are read (load_news).
 * Where the count is not what follows from that, messages went or match no longer: the ids of all
 * that match tell which. All of it is shown at once, at the end.
 */
#include "base/strhash.h"
#include "triage/errand.h"
#include "triage/session-parts.h"

#define COUNT_UNKNOWN (-1)

/* One look. */
struct look {
	struct errand errand; /* without a job: the news is being read */
	uint64_t revision;    /* what is shown at the end */
	int64_t matches;      /* of the query */
	unsigned added;       /* messages */
	bool changed;         /* others were */
	GHashTable *missing;  /* ids of ours that the query does not match; NULL: not known */
};

struct watch {
	guint timer;
	struct look *look;
	uint64_t revision; /* that is shown; 0: that of the result */
	int64_t matches;   /* then */
	struct session_news news;
};

struct watch *watch_new(void)
{
	struct watch *watch = g_new0(struct watch, 1);
	watch->matches = COUNT_UNKNOWN;
	return watch;
}

void watch_free(struct watch *watch)
{
	g_assert(!watch->look);
	if (watch->timer)
		g_source_remove(watch->timer);
	g_free(watch);
}

/* --- the life of a look */

static void look_free(struct errand *errand)
{
	struct look *look = (struct look *)errand;
	if (look->missing)
		g_hash_table_unref(look->missing);
	g_free(look);
}

static void look_end(struct look *look)
{
	look->errand.session->watch->look = NULL;
	look_free(&look->errand);
}

void watch_drop(struct session *session)
{
	struct watch *watch = session->watch;
	struct look *look = watch->look;
	watch->look = NULL;
	watch->revision = 0;
	watch->matches = COUNT_UNKNOWN;
	if (look)
		errand_drop(&look->errand);
}

/* --- shown */

static bool mark_gone(struct look *look)
{
	GHashTableIter iter;
	gpointer id;
	bool any = false;
	if (!look->missing)
		return false;
	g_hash_table_iter_init(&iter, look->missing);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		struct entry *entry = rowstore_find(look->errand.session->rows, id);
		for (struct row_node *node = entry ? entry_rows(entry) : NULL; node;
			node = node->next) {
			any |= !node->row.gone;
			node->row.gone = true;
		}
	}
	return any;
}

static void show(struct look *look)
{
	struct session *session = look->errand.session;
	struct watch *watch = session->watch;
	struct session_counts before = session_counts(session), after;
	bool gone = mark_gone(look);
	watch->revision = session->about.info.revision = look->revision;
	watch->matches = look->matches;
	session->about.info.count += look->added;
	if (look->added || look->changed || gone) {
		rowstore_arrive(session->rows);
		word_shelf_drop(session);
		session_settle(session);
		session_tell_now(session, SESSION_ROWS);
		after = session_counts(session);
		watch->news = (struct session_news){
			.came = after.fresh - MIN(before.fresh, after.fresh),
			.went = after.gone - MIN(before.gone, after.gone),
		};
		session_tell(session, SESSION_NEWS);
	}
	look_end(look);
}

/* --- what went, or matches no longer */

static void on_missing(void *user, GPtrArray *messages)
{
	struct look *look = user;
	for (guint i = 0; i < messages->len && !look->errand.dropped; i++) {
		struct message *message = g_steal_pointer(&messages->pdata[i]);
		struct entry *entry = rowstore_find(look->errand.session->rows, message->id);
		g_hash_table_remove(look->missing, message->id);
		if (entry)
			look->changed |=
				rowstore_update(look->errand.session->rows, entry, message);
		else
			message_free(message);
	}
	g_ptr_array_unref(messages);
}

static void on_missing_done(void *user, const GError *error)
{
	struct look *look = user;
	if (!errand_ends(&look->errand))
		return;
	if (error)
		look_end(look);
	else
		show(look);
}

/* Those that are there still are told by the index; the others have gone. */
static void ask_missing(struct look *look)
{
	struct session *session = look->errand.session;
	g_autofree gpointer *ids = g_hash_table_get_keys_as_array(look->missing, NULL);
	const struct reader_request request = {
		.store = session->store, .ids = (const char *const *)ids};
	errand_begins(&look->errand,
		reader_start(session->spawner, &request, NULL, on_missing, on_missing_done, look));
}

static void on_ids(void *user, char **ids)
{
	struct look *look = user;
	if (look->errand.dropped)
		return;
	look->missing = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < look->errand.session->rows->entries->len; i++) {
		const struct entry *entry = look->errand.session->rows->entries->pdata[i];
		g_hash_table_add(look->missing, g_strdup(entry->id));
	}
	for (; *ids; ids++)
		g_hash_table_remove(look->missing, *ids);
}

static void on_ids_done(void *user, const GError *error)
{
	struct look *look = user;
	if (!errand_ends(&look->errand))
		return;
	if (error || !look->missing)
		look_end(look);
	else if (g_hash_table_size(look->missing))
		ask_missing(look);
	else
		show(look);
}

static void ask_ids(struct look *look)
{
	struct session *session = look->errand.session;
	const struct reader_request request = {.store = session->store,
		.query = session->notmuch_query,
		.exclude = session->exclude};
	errand_begins(&look->errand,
		reader_ids_start(session->spawner, &request, on_ids, on_ids_done, look));
}

void watch_listed(struct session *session, unsigned added, bool changed, const GError *error)
{
	struct watch *watch = session->watch;
	struct look *look = watch->look;
	if (!look)
		return;
	look->added = added;
	look->changed = changed;
	if (error)
		look_end(look); /* the next one tries again */
	else if (watch->matches != COUNT_UNKNOWN &&
		 look->matches == watch->matches + (int64_t)added)
		show(look);
	else
		ask_ids(look);
}

/* --- the revision, and how many match: what is deleted changes the count alone */

static void on_answer(void *user, const int64_t *counts, size_t n, uint64_t revision)
{
	struct look *look = user;
	look->revision = revision;
	look->matches = n ? counts[0] : COUNT_UNKNOWN;
}

static void on_answered(void *user, const GError *error)
{
	struct look *look = user;
	if (!errand_ends(&look->errand))
		return;
	const struct watch *watch = look->errand.session->watch;
	bool first = watch->matches == COUNT_UNKNOWN;
	if (error || session_is_busy(look->errand.session))
		look_end(look);
	else if (look->revision > watch->revision)
		load_news(look->errand.session, watch->revision, look->revision);
	else if (look->revision < watch->revision || (look->matches != watch->matches && !first))
		ask_ids(look); /* deleted, or an index that was put back */
	else
		show(look);
}

static void ask_revision(struct look *look)
{
	struct session *session = look->errand.session;
	const char *queries[] = {session->notmuch_query, NULL};
	errand_begins(&look->errand, reader_count_start(session->spawner, session->store, queries,
					     on_answer, on_answered, look));
}

/* --maildir: what came is in the index now. */
static void on_indexed(void *user, const GError *error)
{
	struct look *look = user;
	if (!errand_ends(&look->errand))
		return;
	if (error || session_is_busy(look->errand.session) || !look->errand.session->notmuch_query)
		look_end(look); /* the next one tries again */
	else
		ask_revision(look);
}

static bool can_look(const struct session *session)
{
	return session->about.known && session->notmuch_query && !session->error &&
	       !session->watch->look && !session_is_busy(session);
}

static gboolean on_tick(gpointer user)
{
	struct session *session = user;
	if (!can_look(session))
		return G_SOURCE_CONTINUE;
	struct look *look = g_new0(struct look, 1);
	look->errand = (struct errand){.session = session, .free = look_free};
	look->matches = COUNT_UNKNOWN;
	session->watch->look = look;
	if (!session->watch->revision)
		session->watch->revision = session->about.info.revision;
	if (session->maildir && maildir_has_news(session))
		errand_begins(&look->errand, maildir_index(session, on_indexed, look));
	else
		ask_revision(look);
	return G_SOURCE_CONTINUE;
}

void session_watch(struct session *session, unsigned seconds)
{
	struct watch *watch = session->watch;
	if (watch->timer)
		g_source_remove(watch->timer);
	watch->timer = seconds ? g_timeout_add_seconds(seconds, on_tick, session) : 0;
}

struct session_news session_news(const struct session *session)
{
	return session->watch->news;
}

void session_see(struct session *session, struct row *row)
{
	if (!row->fresh)
		return;
	row->fresh = false;
	session->view.fresh--;
}

struct row *session_leader(const struct row *row)
{
	struct row_node *leader = row_leader((const struct row_node *)row);
	return leader ? &leader->row : NULL;
}
