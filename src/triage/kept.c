/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of a query, kept for the next session, which then makes no row anew. Its name says what
 * the rows rest on beside the index: program, rules, query, settings. Its state says which index
 * they were read from: its revision, how many messages match, and how many there are at all, for a
 * message that is removed leaves no trace in the revision. What the rows tell together is worked
 * out each time; a file that was changed since is read again. Of an index that went on since,
 * load-kept.c reads what changed.
 *
 * It is written a page a turn while nothing else is to be done, and counts when the index is still
 * the one that was read from. Of a list that was kept only what changed is added, unless that is
 * much by now.
 */
#include "triage/errand.h"
#include "triage/rowpage.h"
#include "triage/session-parts.h"

#define KEPT_LEAST 200 /* messages: fewer are read as quickly */
/* What was added is most of it: so many times as much was there before, or on so many pages. */
#define ADDED_FEW 8
#define ADDED_PAGES 40

struct keeping {
	struct errand errand;
	char *name, *state;
	struct kept_base base;
	bool changes; /* only what is not in that */
	struct rowpage_about about;
	int64_t began;
	guint at;   /* the message that is next */
	bool begun; /* a page was written */
	guint source;
	bool same; /* the index, at the end */
};

/* --- its name, and its state */

static void add(GChecksum *sum, const char *text)
{
	/* With its NUL, so that no two lists of texts read the same; and nothing is not "". */
	g_checksum_update(sum, (const guchar *)(text ? "+" : "-"), 1);
	g_checksum_update(
		sum, (const guchar *)(text ? text : ""), text ? (gssize)strlen(text) + 1 : 1);
}

static void add_list(GChecksum *sum, char *const *texts)
{
	for (; texts && *texts; texts++)
		add(sum, *texts);
	add(sum, NULL);
}

/* What it matches may change although the index does not: with the time, or with what a name
 * stands for. */
static bool stands_still(const char *query)
{
	g_autofree char *lower = g_ascii_strdown(query, -1);
	return !strstr(lower, "date:") && !strstr(lower, "query:");
}

/*
 * Does what it matches hang on a message alone? A thread changes with any of its messages, and what
 * is asked by revision with each change.
 */
static bool stands_alone(const char *query)
{
	g_autofree char *lower = g_ascii_strdown(query, -1);
	return !strstr(lower, "thread:") && !strstr(lower, "lastmod:");
}

/* NULL: such a list is not kept. g_free. */
static char *name_of(const struct session *session)
{
	const struct store_info *info = &session->about.info;
	const char *sent = config_text(session->config, SET_SENT_QUERY);
	g_autoptr(GChecksum) sum = NULL;
	if (!session->about.known || !session->cache || !session->engine_hash ||
		!session->notmuch_query || !stands_still(session->notmuch_query) ||
		(sent && !stands_still(sent)))
		return NULL;
	sum = g_checksum_new(G_CHECKSUM_SHA256);
	add(sum, ROWPAGE_FORM);
	add(sum, session->engine_hash); /* the program's version is in it */
	add(sum, session->notmuch_query);
	add(sum, info->path);
	add_list(sum, session->exclude ? info->exclude_tags : NULL);
	add(sum, session->exclude ? "exclude" : NULL);
	add_list(sum, session->own.addresses);
	add_list(sum, session->own.domains);
	add_list(sum, session->own.hosts);
	add(sum, session->own.smtp_types ? "smtp" : NULL);
	add(sum, sent);
	add(sum, config_text(session->config, SET_TAG_DONE));
	add_list(sum, ticket_reader_sources(session->tickets));
	return g_strdup(g_checksum_get_string(sum));
}

static char *state_of(uint64_t revision, uint64_t count, uint64_t total)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
		revision, count, total);
}

static char *state_now(const struct session *session)
{
	const struct store_info *info = &session->about.info;
	return state_of(info->revision, info->count, info->total);
}

struct job *kept_find(struct session *session, cache_state *state, job_done *done, void *user)
{
	g_autofree char *name = session->about.info.count >= KEPT_LEAST ? name_of(session) : NULL;
	return name ? cache_find_list(session->cache, name, state, done, user) : NULL;
}

bool kept_holds(const struct session *session, const char *state)
{
	g_autofree char *now = state_now(session);
	return strcmp(state, now) == 0;
}

bool kept_can_follow(const struct session *session, const struct kept_state *state)
{
	const char *sent = config_text(session->config, SET_SENT_QUERY);
	return state->revision && state->revision <= session->about.info.revision &&
	       stands_alone(session->notmuch_query) && (!sent || stands_alone(sent));
}

bool kept_read_state(const char *text, struct kept_state *state)
{
	char *end;
	state->revision = g_ascii_strtoull(text, &end, 10);
	state->count = g_ascii_strtoull(end, &end, 10);
	state->total = g_ascii_strtoull(end, &end, 10);
	return !*end;
}

struct job *kept_ask(
	struct session *session, const char *state, cache_page *page, job_done *done, void *user)
{
	g_autofree char *name = name_of(session);
	return name ? cache_get_list(session->cache, name, state, page, done, user) : NULL;
}

void kept_base_clear(struct kept_base *base)
{
	g_free(base->state);
	g_clear_pointer(&base->left, g_ptr_array_unref);
	*base = (struct kept_base){NULL};
}

/* --- keeping it */

static void go_on(struct keeping *keeping);

static void keeping_free(struct errand *errand)
{
	struct keeping *keeping = (struct keeping *)errand;
	g_free(keeping->name);
	g_free(keeping->state);
	kept_base_clear(&keeping->base);
	g_free(keeping);
}

static void end(struct keeping *keeping, bool whole)
{
	struct session *session = keeping->errand.session;
	if (session->cache)
		cache_settle_list(session->cache, whole ? keeping->state : NULL);
	session->keeping = NULL;
	keeping_free(&keeping->errand);
}

static void on_put(void *user, const GError *error)
{
	struct keeping *keeping = user;
	if (!errand_ends(&keeping->errand))
		return;
	if (error)
		end(keeping, false);
	else
		go_on(keeping);
}

static void put_page(struct keeping *keeping)
{
	struct session *session = keeping->errand.session;
	const char *onto = keeping->changes ? keeping->base.state : NULL;
	bool is_first = onto && !keeping->begun;
	struct pack page;
	pack_init(&page);
	keeping->at = rowpage_pack(session->rows, keeping->at, keeping->changes,
		is_first ? keeping->base.left : NULL, &keeping->about, &page);
	keeping->begun = true;
	errand_begins(&keeping->errand, cache_put_page(session->cache, keeping->name, onto,
						keeping->began, &page, on_put, keeping));
	pack_clear(&page);
}

/* Nothing was removed, and nothing changed while it was read and written. */
static void on_counts(void *user, const int64_t *counts, size_t n, uint64_t revision)
{
	struct keeping *keeping = user;
	const struct rowstore *rows = keeping->errand.session->rows;
	g_autofree char *state = NULL;
	if (keeping->errand.dropped || n != 1 || counts[0] < 0)
		return;
	state = state_of(revision, rows->entries->len, (uint64_t)counts[0]);
	keeping->same = strcmp(state, keeping->state) == 0;
}

static void on_counted(void *user, const GError *error)
{
	struct keeping *keeping = user;
	if (errand_ends(&keeping->errand))
		end(keeping, !error && keeping->same);
}

static void ask_index(struct keeping *keeping)
{
	static const char *const all[] = {"*", NULL};
	errand_begins(&keeping->errand,
		reader_count_start(keeping->errand.session->spawner, keeping->errand.session->store,
			all, on_counts, on_counted, keeping));
}

static gboolean on_turn(gpointer user)
{
	struct keeping *keeping = user;
	keeping->source = 0;
	if (!keeping->begun || keeping->at < keeping->errand.session->rows->entries->len)
		put_page(keeping);
	else
		ask_index(keeping);
	return G_SOURCE_REMOVE;
}

static void go_on(struct keeping *keeping)
{
	keeping->source = g_idle_add_full(G_PRIORITY_LOW, on_turn, keeping, NULL);
}

/* A value of which only the sum is known here may be known in full later. */
static bool has_sums(const struct rowstore *rows)
{
	for (guint i = 0; i < rows->entries->len; i++)
		for (char *const *line = entry_properties(rows->entries->pdata[i]); *line; line++)
			if (strstr(*line, "=sha256:"))
				return true;
	return false;
}

static bool is_little(const struct rowstore *rows, const struct kept_base *base)
{
	guint n = base->passed;
	for (guint i = 0; i < rows->entries->len; i++)
		n += !((const struct entry *)rows->entries->pdata[i])->kept;
	return n <= rows->entries->len / ADDED_FEW &&
	       base->pages <= rows->entries->len / ROWPAGE_MESSAGES + ADDED_PAGES;
}

void keeping_start(struct session *session, int64_t began, struct kept_base *base)
{
	const struct store_info *info = &session->about.info;
	const struct rowstore *rows = session->rows;
	char *name;
	keeping_drop(session);
	if (rows->entries->len < KEPT_LEAST || rows->entries->len != info->count ||
		!session->about.counted || has_sums(rows))
		return;
	name = name_of(session);
	if (!name)
		return;
	session->keeping = g_new0(struct keeping, 1);
	*session->keeping = (struct keeping){
		.errand = {.session = session, .free = keeping_free},
		.name = name,
		.state = state_now(session),
		.base = *base,
		.changes = base->state && is_little(rows, base),
		.about = {session->about.uses_done_tag, session->own.sent_indexed},
		.began = began,
	};
	*base = (struct kept_base){NULL};
	go_on(session->keeping);
}

void keeping_drop(struct session *session)
{
	struct keeping *keeping = session->keeping;
	session->keeping = NULL;
	if (!keeping)
		return;
	if (keeping->source)
		g_source_remove(keeping->source);
	if (session->cache)
		cache_settle_list(session->cache, NULL);
	errand_drop(&keeping->errand);
}

static gboolean on_late(gpointer user)
{
	*(bool *)user = true;
	return G_SOURCE_CONTINUE;
}

void keeping_wait(struct session *session, unsigned milliseconds)
{
	bool late = false;
	guint timer = milliseconds ? g_timeout_add(milliseconds, on_late, &late) : 0;
	while (session->keeping && !late)
		g_main_context_iteration(NULL, TRUE);
	if (timer)
		g_source_remove(timer);
}
