/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/facts.h"

#include <unistd.h>

#include "base/errors.h"

enum step { STEP_CACHE, STEP_POOL, STEP_RELOCATED };

struct facts {
	struct pool *pool;
	struct cache *cache;
	struct result *result; /* in the place of both */
	const struct knowledge *knowledge;
	struct job *job; /* the one that runs */
	enum step step;
	bool cancelled;
	char **ids, **paths;
	size_t n;
	bool *told;
	size_t *asked;     /* which files the running job is about: its index -> ours */
	GError **failures; /* why a file could not be read; told at the end */
	pool_report *report;
	job_done *done;
	void *user;
};

static void facts_free(struct facts *facts)
{
	for (size_t i = 0; i < facts->n; i++)
		g_clear_error(&facts->failures[i]);
	g_free(facts->failures);
	g_strfreev(facts->ids);
	g_strfreev(facts->paths);
	g_free(facts->told);
	g_free(facts->asked);
	g_free(facts);
}

static char **copy_n(const char *const *texts, size_t n)
{
	char **copy = g_new0(char *, n + 1);
	for (size_t i = 0; i < n; i++)
		copy[i] = g_strdup(texts[i]);
	return copy;
}

char *facts_relocate(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
	g_autofree char *maildir = g_path_get_dirname(folder);
	static const char *const places[] = {"cur", "new"};
	char *flags = strstr(name, ":2,");
	if (flags)
		*flags = '\0';
	size_t n = strlen(name);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *place = g_build_filename(maildir, places[i], NULL);
		g_autoptr(GDir) dir = g_dir_open(place, 0, NULL);
		const char *other;
		while (dir && (other = g_dir_read_name(dir)))
			if (strncmp(other, name, n) == 0 &&
				(!other[n] || g_str_has_prefix(other + n, ":2,")))
				return g_build_filename(place, other, NULL);
	}
	return NULL;
}

/* --- the steps */

static void run_pool(struct facts *facts, enum step step);

static void end(struct facts *facts, const GError *error)
{
	for (size_t i = 0; i < facts->n && !facts->cancelled; i++)
		if (!facts->told[i] && facts->failures[i])
			facts->report(facts->user, i, NULL, facts->failures[i]);
	facts->done(facts->user, error);
	facts_free(facts);
}

static void on_cached(void *user, size_t index, struct report *report, const GError *error)
{
	struct facts *facts = user;
	(void)error;
	if (!report || facts->cancelled) {
		report_free(report);
		return;
	}
	facts->told[index] = true;
	facts->report(facts->user, index, report, NULL);
}

/* A cache that does not answer is no reason to fail. */
static void on_cache_done(void *user, const GError *error)
{
	struct facts *facts = user;
	facts->job = NULL;
	if (facts->cancelled)
		end(facts, error);
	else
		run_pool(facts, STEP_POOL);
}

static void on_extracted(void *user, size_t index, struct report *report, const GError *error)
{
	struct facts *facts = user;
	size_t at = facts->asked[index];
	if (facts->cancelled) {
		report_free(report);
		return;
	}
	g_clear_error(&facts->failures[at]);
	if (!report) {
		facts->failures[at] = error ? g_error_copy(error)
					    : g_error_new_literal(NIXIE_ERROR, NIXIE_PARTIAL,
						      "it could not be read");
		return;
	}
	facts->told[at] = true;
	facts->report(facts->user, at, report, NULL);
}

static void on_packed(
	void *user, size_t index, const struct unpack *packed, const struct file_stamp *stamp)
{
	struct facts *facts = user;
	size_t at = facts->asked[index];
	cache_put(facts->cache, facts->ids[at], facts->paths[at], stamp, packed);
}

/* The files that failed because they moved have their new paths now. */
static bool relocate(struct facts *facts)
{
	bool found = false;
	for (size_t i = 0; i < facts->n; i++) {
		if (facts->told[i] || !facts->failures[i] || access(facts->paths[i], F_OK) == 0)
			continue;
		char *path = facts_relocate(facts->paths[i]);
		if (!path)
			continue;
		g_free(facts->paths[i]);
		facts->paths[i] = path;
		g_clear_error(&facts->failures[i]);
		found = true;
	}
	return found;
}

static void on_pool_done(void *user, const GError *error)
{
	struct facts *facts = user;
	facts->job = NULL;
	if (!facts->cancelled && !error && facts->step == STEP_POOL && relocate(facts))
		run_pool(facts, STEP_RELOCATED);
	else
		end(facts, error);
}

/* Extracts what is neither told nor known to fail. */
static void run_pool(struct facts *facts, enum step step)
{
	g_autofree const char **paths = g_new(const char *, facts->n + 1);
	size_t n = 0;
	for (size_t i = 0; i < facts->n; i++)
		if (!facts->told[i] && !facts->failures[i]) {
			facts->asked[n] = i;
			paths[n++] = facts->paths[i];
		}
	facts->step = step;
	if (n == 0) {
		end(facts, NULL);
		return;
	}
	facts->job = pool_extract(facts->pool, paths, n, on_extracted, on_pool_done, facts);
	if (facts->cache)
		pool_tell_packed(facts->job, on_packed);
}

static struct facts *facts_new(const char *const *ids, const char *const *paths, size_t n,
	pool_report *report, job_done *done, void *user)
{
	struct facts *facts = g_new0(struct facts, 1);
	g_assert(n > 0);
	facts->ids = copy_n(ids, n);
	facts->paths = copy_n(paths, n);
	facts->n = n;
	facts->told = g_new0(bool, n + 1);
	facts->asked = g_new0(size_t, n + 1);
	facts->failures = g_new0(GError *, n + 1);
	facts->report = report;
	facts->done = done;
	facts->user = user;
	return facts;
}

struct facts *facts_start(struct pool *pool, struct cache *cache, const char *const *ids,
	const char *const *paths, size_t n, pool_report *report, job_done *done, void *user)
{
	struct facts *facts = facts_new(ids, paths, n, report, done, user);
	facts->pool = pool;
	facts->cache = cache;
	if (cache)
		facts->job = cache_get(cache, ids, paths, n, on_cached, on_cache_done, facts);
	else
		run_pool(facts, STEP_POOL);
	return facts;
}

/* From the main loop, as all others are told. */
static gboolean on_told(gpointer user)
{
	struct facts *facts = user;
	for (size_t i = 0; i < facts->n && !facts->cancelled; i++) {
		g_autoptr(GError) error = NULL;
		struct report *report =
			result_report(facts->result, facts->knowledge, facts->paths[i], &error);
		facts->told[i] = true;
		facts->report(facts->user, i, report, error);
	}
	end(facts, NULL);
	return G_SOURCE_REMOVE;
}

struct facts *facts_start_told(struct result *result, const struct knowledge *knowledge,
	const char *const *paths, size_t n, pool_report *report, job_done *done, void *user)
{
	struct facts *facts = facts_new(paths, paths, n, report, done, user);
	facts->result = result;
	facts->knowledge = knowledge;
	g_idle_add(on_told, facts);
	return facts;
}

void facts_cancel(struct facts *facts)
{
	facts->cancelled = true;
	if (facts->job)
		job_cancel(facts->job);
}
