/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One child for the life of the cache; jobs are served in the order they come. Nobody depends on
 * it: when it cannot work, jobs end with the reason and nothing is kept.
 */
#include "base/errors.h"
#include "base/words.h"
#include "worker/job.h"
#include "worker/reportwire.h"

#define KEYS_A_FRAME 500
#define KEPT_BYTES ((size_t)64 << 10) /* go together; fewer wait until there is nothing to do */

struct cache_job {
	struct job job;
	struct lookup *lookup; /* NULL: answered, or never asked */
	pool_report *report;
	cache_page *page;   /* in its place: a list is asked for */
	cache_state *state; /* the same: where it is */
	size_t n;
};

/*
 * What the child was asked on behalf of a job. It stays until it is answered, also when the job is
 * gone.
 */
struct lookup {
	struct cache_job *job; /* NULL: cancelled */
	size_t frames, answered;
};

struct cache {
	struct channel *channel;
	GQueue lookups;   /* struct lookup*, in the order of their answers */
	struct pack kept; /* on its way to the child */
	guint kept_source;
	GError *broken;
	char *note;
};

/* --- the end of jobs */

/* The lookup at the head is over; its job ends with `error` (taken). */
static void finish_head(struct cache *cache, GError *error)
{
	struct lookup *lookup = g_queue_pop_head(&cache->lookups);

	if (lookup->job) {
		lookup->job->lookup = NULL;
		job_end_later(&lookup->job->job, error);
	} else {
		g_clear_error(&error);
	}
	g_free(lookup);
}

static void fail_all(struct cache *cache)
{
	while (!g_queue_is_empty(&cache->lookups))
		finish_head(cache, cache->broken ? g_error_copy(cache->broken)
						 : g_error_new_literal(NIXIE_ERROR,
							   NIXIE_INTERRUPTED, "stopped"));
}

/* --- what is kept */

static void send_kept(struct cache *cache)
{
	if (cache->kept_source)
		g_source_remove(cache->kept_source);
	cache->kept_source = 0;
	if (pack_size(&cache->kept) && cache->channel)
		channel_send(cache->channel, WIRE_KEEP, pack_end(&cache->kept));
}

static gboolean on_idle(gpointer data)
{
	struct cache *cache = data;

	cache->kept_source = 0;
	send_kept(cache);
	return G_SOURCE_REMOVE;
}

static void lost(struct cache *cache, GError *error)
{
	if (cache->channel)
		channel_free(cache->channel, true);
	cache->channel = NULL;
	if (cache->broken)
		g_clear_error(&error);
	else
		cache->broken = error;
	if (!cache->note)
		cache->note = g_strdup(cache->broken->message);
	fail_all(cache);
}

/* --- answers */

static void on_facts(const struct lookup *lookup, GVariant *value)
{
	struct unpack unpack;

	unpack_init(&unpack, value);
	while (!unpack.bad && !unpack_end(&unpack)) {
		struct cache_job *job = lookup->job;
		struct unpack part;
		struct report *report;
		size_t index;

		if (!job || job_is_ending(&job->job))
			return;
		index = lookup->answered * KEYS_A_FRAME + unpack_index(&unpack, KEYS_A_FRAME);
		unpack_value(&unpack, &part);
		report = !unpack.bad && index < job->n ? report_unpack(&part) : NULL;
		/* What cannot be read is extracted anew. */
		if (report)
			job->report(job->job.user, index, report, NULL);
	}
}

static void on_page(const struct lookup *lookup, GVariant *value)
{
	struct cache_job *job = lookup->job;
	struct unpack unpack;

	unpack_init(&unpack, value);
	if (job && job->page && !job_is_ending(&job->job))
		job->page(job->job.user, &unpack);
}

static void on_found(const struct lookup *lookup, GVariant *value)
{
	struct cache_job *job = lookup->job;
	const char *state;

	g_variant_get(value, "(m^&ay)", &state);
	if (job && job->state && !job_is_ending(&job->job))
		job->state(job->job.user, state);
}

/* An answer that says nothing but yes, or no. */
static GError *unless(GVariant *value, const char *why)
{
	gboolean yes;

	g_variant_get(value, "(b)", &yes);
	return yes ? NULL : g_error_new_literal(NIXIE_ERROR, NIXIE_IO, why);
}

static void on_hello(struct cache *cache, GVariant *value)
{
	const char *note;

	g_variant_get(value, "(^&ay)", &note);
	if (*note && !cache->note)
		cache->note = g_strdup(note);
}

static void on_frame(void *user, enum wire_kind kind, GVariant *value)
{
	struct cache *cache = user;
	struct lookup *lookup = g_queue_peek_head(&cache->lookups);
	GError *error = NULL;

	if (kind == WIRE_END) {
		if (!wire_end_error(value, &error))
			error = g_error_new_literal(
				NIXIE_ERROR, NIXIE_INTERNAL, _("the cache ended unasked"));
		lost(cache, error);
	} else if (kind == WIRE_HELLO) {
		on_hello(cache, value);
	} else if (lookup && kind == WIRE_FACTS) {
		on_facts(lookup, value);
	} else if (lookup && kind == WIRE_LOOKED) {
		if (++lookup->answered == lookup->frames)
			finish_head(cache, NULL);
	} else if (lookup && kind == WIRE_FOUND) {
		on_found(lookup, value);
		finish_head(cache, NULL);
	} else if (lookup && kind == WIRE_PAGE) {
		on_page(lookup, value);
	} else if (lookup && kind == WIRE_PAGED) {
		finish_head(cache, unless(value, "the list that was kept is not whole"));
	} else if (lookup && kind == WIRE_SHELVED) {
		finish_head(cache, unless(value, "no list can be kept"));
	}
}

static void on_closed(void *user)
{
	struct cache *cache = user;
	struct channel *channel = cache->channel;

	cache->channel = NULL;
	lost(cache, channel_free_why(channel, _("the cache")));
}

/* --- jobs */

/* Its answers still come; they are told to nobody. */
static void cancel(struct job *job)
{
	job_end_later(job, g_error_new_literal(NIXIE_ERROR, NIXIE_INTERRUPTED, "stopped"));
}

static void clear(struct job *base)
{
	struct cache_job *job = (struct cache_job *)base;

	if (job->lookup)
		job->lookup->job = NULL;
}

static const struct job_class cache_class = {
	.role = ROLE_CACHE,
	.what = N_("the cache"),
	.size = sizeof(struct cache_job),
	.cancel = cancel,
	.clear = clear,
};

/* Returns how many frames that took. */
static size_t send_keys(
	struct channel *channel, const char *const *ids, const char *const *paths, size_t n)
{
	struct pack pack;
	size_t frames = 0;

	pack_init(&pack);
	for (size_t i = 0; i < n; frames++) {
		size_t end = MIN(i + KEYS_A_FRAME, n);

		pack_count(&pack, end - i);
		for (; i < end; i++) {
			pack_text(&pack, ids[i]);
			pack_text(&pack, paths[i]);
		}
		channel_send(channel, WIRE_LOOKUP, pack_end(&pack));
	}
	pack_clear(&pack);
	return frames;
}

/* A job whose answer comes after those that were asked for before. NULL channel: it ends. */
static struct cache_job *job_new_asking(struct cache *cache, job_done *done, void *user)
{
	struct cache_job *job = (struct cache_job *)job_new_shared(&cache_class, done, user);

	if (!cache->channel) {
		job_end_later(&job->job, g_error_copy(cache->broken));
		return job;
	}
	send_kept(cache);
	job->lookup = g_new0(struct lookup, 1);
	job->lookup->job = job;
	job->lookup->frames = 1;
	g_queue_push_tail(&cache->lookups, job->lookup);
	return job;
}

struct job *cache_get(struct cache *cache, const char *const *ids, const char *const *paths,
	size_t n, pool_report *report, job_done *done, void *user)
{
	struct cache_job *job;

	if (!n) {
		job = (struct cache_job *)job_new_shared(&cache_class, done, user);
		job_end_later(&job->job, NULL);
		return &job->job;
	}
	job = job_new_asking(cache, done, user);
	job->report = report;
	job->n = n;
	if (job->lookup)
		job->lookup->frames = send_keys(cache->channel, ids, paths, n);
	return &job->job;
}

/* --- whole lists */

struct job *cache_find_list(
	struct cache *cache, const char *name, cache_state *state, job_done *done, void *user)
{
	struct cache_job *job = job_new_asking(cache, done, user);

	job->state = state;
	if (job->lookup)
		channel_send(cache->channel, WIRE_FIND, g_variant_new("(^ay)", name));
	return &job->job;
}

struct job *cache_get_list(struct cache *cache, const char *name, const char *state,
	cache_page *page, job_done *done, void *user)
{
	struct cache_job *job = job_new_asking(cache, done, user);

	job->page = page;
	if (job->lookup)
		channel_send(cache->channel, WIRE_LIST, g_variant_new("(^ay^ay)", name, state));
	return &job->job;
}

struct job *cache_put_page(struct cache *cache, const char *name, const char *onto, int64_t began,
	struct pack *page, job_done *done, void *user)
{
	struct cache_job *job = job_new_asking(cache, done, user);

	if (job->lookup)
		channel_send(cache->channel, WIRE_SHELVE,
			g_variant_new("(^aym^ayx@" PACK_TYPE ")", name, onto, (gint64)began,
				pack_end(page)));
	return &job->job;
}

void cache_settle_list(struct cache *cache, const char *state)
{
	if (cache->channel)
		channel_send(cache->channel, WIRE_LISTED, g_variant_new("(m^ay)", state));
}

void cache_put(struct cache *cache, const char *id, const char *path,
	const struct file_stamp *stamp, const struct unpack *packed)
{
	struct pack *kept = &cache->kept;

	if (!cache->channel)
		return;
	pack_text(kept, id);
	pack_text(kept, path);
	pack_number(kept, stamp->size);
	pack_number(kept, stamp->mtime);
	pack_part(kept, packed);
	if (pack_size(kept) > KEPT_BYTES)
		send_kept(cache);
	else if (!cache->kept_source)
		cache->kept_source = g_idle_add(on_idle, cache);
}

struct cache *cache_new(struct spawner *spawner, const char *uuid, const char *rule_hash)
{
	static const struct channel_events events = {on_frame, on_closed, NULL};
	struct cache *cache = g_new0(struct cache, 1);

	g_queue_init(&cache->lookups);
	pack_init(&cache->kept);
	cache->channel = channel_new(spawner, ROLE_CACHE, &events, cache, &cache->broken);
	if (cache->channel)
		channel_send(
			cache->channel, WIRE_CACHE, g_variant_new("(^ay^ay)", uuid, rule_hash));
	return cache;
}

void cache_free(struct cache *cache)
{
	if (!cache)
		return;
	fail_all(cache);
	send_kept(cache);
	pack_clear(&cache->kept);
	if (cache->channel) {
		channel_flush(cache->channel);
		channel_free(cache->channel, false);
	}
	g_clear_error(&cache->broken);
	g_free(cache->note);
	g_free(cache);
}

const char *cache_note(const struct cache *cache)
{
	return cache->note;
}
