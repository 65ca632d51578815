/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/nothing.h"

#include <inttypes.h>

#include "base/words.h"
#include "triage/queryterms.h"
#include "triage/session-parts.h"

#define TERMS_MAX 12 /* each costs two questions to the index */
#define FILTERS 64   /* bits of a mask */

struct nothing_shelf {
	GPtrArray *lines; /* char*; NULL: to be made */
	GPtrArray *terms; /* of the query; NULL: the index has not been asked */
	int64_t *counts;  /* all, then of each term alone, then without each; NULL: not known yet */
	size_t counts_n;
	struct job *job; /* under way, NULL: not */
};

struct nothing_shelf *nothing_shelf_new(void)
{
	return g_new0(struct nothing_shelf, 1);
}

static void forget(struct nothing_shelf *shelf)
{
	g_clear_pointer(&shelf->lines, g_ptr_array_unref);
	g_clear_pointer(&shelf->terms, g_ptr_array_unref);
	g_clear_pointer(&shelf->counts, g_free);
}

void nothing_shelf_free(struct nothing_shelf *shelf)
{
	g_assert(!shelf->job);
	forget(shelf);
	g_free(shelf);
}

void nothing_shelf_stale(struct session *session)
{
	g_clear_pointer(&session->nothing->lines, g_ptr_array_unref);
}

void nothing_shelf_drop(struct session *session)
{
	forget(session->nothing);
	if (session->nothing->job)
		job_cancel(session->nothing->job);
}

static void tell(struct nothing_shelf *shelf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void tell(struct nothing_shelf *shelf, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_ptr_array_add(shelf->lines, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

/* --- the index has nothing */

static void on_counts(void *user, const int64_t *counts, size_t n, uint64_t revision)
{
	struct nothing_shelf *shelf = ((struct session *)user)->nothing;
	(void)revision;
	if (!shelf->terms)
		return; /* another query is asked by now */
	shelf->counts = g_memdup2(counts, n * sizeof *counts);
	shelf->counts_n = n;
}

static void on_done(void *user, const GError *error)
{
	struct session *session = user;
	struct nothing_shelf *shelf = session->nothing;
	shelf->job = NULL;
	session->jobs--;
	if (error && shelf->terms && !shelf->counts) {
		shelf->counts = g_new0(int64_t, 1);
		shelf->counts_n = 0;
	}
	session_tell(session, SESSION_DETAILS);
}

/* All terms but one, and-ed. */
static char *query_without(const GPtrArray *terms, guint left_out)
{
	GString *query = g_string_new(NULL);
	for (guint i = 0; i < terms->len; i++)
		if (i != left_out)
			g_string_append_printf(
				query, "%s%s", query->len ? " and " : "", (char *)terms->pdata[i]);
	return g_string_free(query, FALSE);
}

static void ask(struct session *session)
{
	struct nothing_shelf *shelf = session->nothing;
	g_autoptr(GPtrArray) queries = g_ptr_array_new_with_free_func(g_free);
	shelf->terms = query_terms(session->query);
	bool each = shelf->terms->len > 1 && shelf->terms->len <= TERMS_MAX;
	g_ptr_array_add(queries, g_strdup(session->notmuch_query));
	for (guint i = 0; each && i < shelf->terms->len; i++)
		g_ptr_array_add(queries, g_strdup(shelf->terms->pdata[i]));
	for (guint i = 0; each && i < shelf->terms->len; i++)
		g_ptr_array_add(queries, query_without(shelf->terms, i));
	g_ptr_array_add(queries, NULL);
	session->jobs++;
	shelf->job = reader_count_start(session->spawner, session->store,
		(const char *const *)queries->pdata, on_counts, on_done, session);
}

/* The words that alone leave all out, else what each leaves. */
static void tell_terms(struct nothing_shelf *shelf)
{
	const GPtrArray *terms = shelf->terms;
	const int64_t *alone = shelf->counts + 1, *without = alone + terms->len;
	bool culprit = false;
	for (guint i = 0; i < terms->len; i++)
		culprit |= alone[i] == 0;
	for (guint i = 0; i < terms->len; i++) {
		const char *term = terms->pdata[i];
		if (alone[i] == 0)
			tell(shelf, _("`%s` matches no message; without it there are %" PRId64),
				term, without[i]);
		else if (!culprit)
			tell(shelf,
				ngettext("`%s` matches %" PRId64 " message; without it %" PRId64,
					"`%s` matches %" PRId64 " messages; without it %" PRId64,
					(unsigned long)alone[i]),
				term, alone[i], without[i]);
	}
	if (!culprit)
		tell(shelf, _("no message matches all of them together"));
}

/* Longer ones are the some hundred terms of data/candidates, which tell nobody anything. */
#define SCOPE_SHOWN 300

static void tell_query(const struct session *session)
{
	struct nothing_shelf *shelf = session->nothing;
	int64_t all = shelf->counts_n ? shelf->counts[0] : 0;
	if (all > 0 && session->exclude && *session->about.info.exclude_tags) {
		g_autofree char *tags = g_strjoinv(", ", session->about.info.exclude_tags);
		tell(shelf,
			ngettext("%" PRId64 " message is left out by search.exclude_tags (%s); "
				 "--exclude=false shows what it hides",
				"%" PRId64 " messages are left out by search.exclude_tags (%s); "
				"--exclude=false shows what it hides",
				(unsigned long)all),
			all, tags);
	} else if (!*session->query && strlen(session->notmuch_query) > SCOPE_SHOWN) {
		tell(shelf,
			_("no message of this index looks like a bounce; `nixie doctor --verbose` "
			  "tells what is looked for"));
	} else if (!*session->query) {
		tell(shelf, _("the default scope, `%s`, matches no message"),
			session->notmuch_query);
	} else if (shelf->counts_n > 2 * shelf->terms->len) {
		tell_terms(shelf);
	} else {
		tell(shelf, _("`%s` matches no message"), session->query);
	}
}

/* --- filters leave nothing */

struct sieve {
	const struct filter *filters[3];
	char *words[FILTERS]; /* of the filters, one after the other */
	size_t n;
	uint64_t fits[FILTERS];    /* rows that fit this one */
	uint64_t without[FILTERS]; /* rows that fit all but this one */
	uint64_t rows, hidden_kinds, unread;
	uint64_t kinds[KIND_COUNT]; /* of what is no failure or delay */
};

static void sift(struct sieve *sieve, const struct row *row)
{
	uint64_t missed = 0;
	size_t bit = 0;
	for (size_t f = 0; f < G_N_ELEMENTS(sieve->filters) && sieve->filters[f]; f++)
		for (size_t i = 0; i < filter_size(sieve->filters[f]) && bit < sieve->n; i++, bit++)
			if (filter_word_matches(sieve->filters[f], i, row))
				sieve->fits[bit]++;
			else
				missed |= UINT64_C(1) << bit;
	sieve->rows++;
	for (bit = 0; bit < sieve->n; bit++)
		sieve->without[bit] += (missed & ~(UINT64_C(1) << bit)) == 0;
}

static void sift_all(struct sieve *sieve, const struct session *session, bool all_kinds)
{
	for (guint i = 0; i < session->rows->entries->len; i++) {
		const struct entry *entry = session->rows->entries->pdata[i];
		for (const struct row_node *node = entry_rows(entry); node; node = node->next) {
			if (node->row.copy || node->row.told_already || node->row.coming ||
				node->row.unread_facts)
				continue;
			if (row_text(&node->row, ROW_ERROR))
				sieve->unread++;
			else if (!node->row.hidden_kind || all_kinds)
				sift(sieve, &node->row);
			else {
				sieve->hidden_kinds++;
				sieve->kinds[node->row.kind]++;
			}
		}
	}
}

static void tell_filters(struct nothing_shelf *shelf, const struct sieve *sieve)
{
	for (size_t i = 0; i < sieve->n; i++)
		if (!sieve->fits[i])
			tell(shelf,
				ngettext("`%s` fits none of the %" PRIu64
					 " row; without it %" PRIu64,
					"`%s` fits none of the %" PRIu64
					" rows; without it %" PRIu64,
					sieve->rows),
				sieve->words[i], sieve->rows, sieve->without[i]);
	if (shelf->lines->len)
		return;
	for (size_t i = 0; i < sieve->n; i++)
		tell(shelf, _("`%s` fits %" PRIu64 " of the %" PRIu64 " rows; without it %" PRIu64),
			sieve->words[i], sieve->fits[i], sieve->rows, sieve->without[i]);
	if (sieve->n)
		tell(shelf, _("no row fits all of them together"));
}

/* "3 vacation, 2 receipt" */
static void tell_kinds(struct nothing_shelf *shelf, const struct sieve *sieve)
{
	g_autoptr(GString) kinds = g_string_new(NULL);
	const char *first = NULL;
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		if (!sieve->kinds[kind])
			continue;
		g_string_append_printf(kinds, "%s%" G_GUINT64_FORMAT " %s", kinds->len ? ", " : "",
			sieve->kinds[kind], kind_names[kind]);
		first = first ? first : kind_names[kind];
	}
	if (first)
		tell(shelf,
			_("what matches the query is neither a failure nor a delay: %s; `kind:%s` "
			  "shows such"),
			kinds->str, first);
}

static void tell_rows(const struct session *session)
{
	struct sieve sieve = {{NULL}};
	bool all_kinds = false;
	for (size_t f = 0; f < G_N_ELEMENTS(sieve.filters) && session->view.filters[f]; f++) {
		const struct filter *filter = sieve.filters[f] = session->view.filters[f];
		all_kinds |= filter_asks(filter, "kind");
		for (size_t i = 0; i < filter_size(filter) && sieve.n < FILTERS; i++)
			sieve.words[sieve.n++] = filter_word_text(filter, i);
	}
	sift_all(&sieve, session, all_kinds);
	if (sieve.rows)
		tell_filters(session->nothing, &sieve);
	else
		tell_kinds(session->nothing, &sieve);
	for (size_t i = 0; i < sieve.n; i++)
		g_free(sieve.words[i]);
}

/* --- */

const GPtrArray *session_nothing(struct session *session)
{
	struct nothing_shelf *shelf = session->nothing;
	bool none;
	size_t shown;
	session_rows(session, &shown);
	none = !shown && !session->load && !session->error && session->about.known &&
	       session->notmuch_query;
	/* A load that was stopped has not read what there is. */
	if (!session->rows->entries->len && session->about.info.count)
		none = false;
	if (none && !session->rows->entries->len && !shelf->counts) {
		if (!shelf->terms && !shelf->job)
			ask(session);
		return NULL;
	}
	if (shelf->lines)
		return shelf->lines;
	shelf->lines = g_ptr_array_new_with_free_func(g_free);
	if (none && session->rows->entries->len)
		tell_rows(session);
	else if (none)
		tell_query(session);
	return shelf->lines;
}

const GPtrArray *session_nothing_wait(struct session *session)
{
	const GPtrArray *lines;
	while (!(lines = session_nothing(session)))
		g_main_context_iteration(NULL, TRUE);
	return lines;
}
