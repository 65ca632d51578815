/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All tags and named queries of the index, for completion; asked for once, and again after a
 * change. */
#include "store/querycheck.h"
#include "triage/session-parts.h"

struct word_shelf {
	char **tags, **queries;
	struct job *job; /* under way, NULL: not */
	bool stale;
};

struct word_shelf *word_shelf_new(void)
{
	struct word_shelf *shelf = g_new0(struct word_shelf, 1);
	shelf->stale = true;
	return shelf;
}

void word_shelf_free(struct word_shelf *shelf)
{
	g_assert(!shelf->job);
	g_strfreev(shelf->tags);
	g_strfreev(shelf->queries);
	g_free(shelf);
}

void word_shelf_drop(struct session *session)
{
	session->words->stale = true;
	if (session->words->job)
		job_cancel(session->words->job);
}

static void on_names(void *user, char **tags, char **queries)
{
	struct word_shelf *shelf = ((struct session *)user)->words;
	static const char prefix[] = "query.";
	g_strfreev(shelf->tags);
	g_strfreev(shelf->queries);
	shelf->tags = g_strdupv(tags);
	shelf->queries = g_strdupv(queries);
	for (char **query = shelf->queries; *query; query++)
		if (g_str_has_prefix(*query, prefix))
			memmove(*query, *query + strlen(prefix),
				strlen(*query + strlen(prefix)) + 1);
}

static void on_done(void *user, const GError *error)
{
	struct session *session = user;
	(void)error; /* without words nothing is completed */
	session->words->job = NULL;
	session->jobs--;
	session_tell(session, SESSION_DETAILS);
}

static void ask(struct session *session)
{
	struct word_shelf *shelf = session->words;
	if (!shelf->stale || shelf->job || session->result)
		return;
	shelf->stale = false;
	session->jobs++;
	shelf->job =
		reader_names_start(session->spawner, session->store, on_names, on_done, session);
}

char *const *session_tags(struct session *session)
{
	ask(session);
	return session->words->tags;
}

char *const *session_named_queries(struct session *session)
{
	ask(session);
	return session->words->queries;
}

/* --- what a query may name */

/* Headers that an index has of its own are known to the index alone. */
static bool may_be_prefix(void *user, const char *name)
{
	(void)user;
	(void)name;
	return true;
}

static bool has_query(void *user, const char *name)
{
	char *const *queries = user;
	size_t n = strlen(name);
	for (; queries && *queries; queries++)
		if (strncmp(*queries, name, n) == 0 && (*queries)[n] == '=')
			return true;
	return !user; /* not known yet */
}

bool session_check_query(struct session *session, const char *text, GError **error)
{
	const struct query_names names = {
		may_be_prefix, has_query, (void *)session_named_queries(session)};
	struct filter *filter = filter_new();
	g_autofree char *query = NULL;
	bool good = filter_parse(filter, text, &query, error) && query_check(query, &names, error);
	filter_free(filter);
	return good;
}
