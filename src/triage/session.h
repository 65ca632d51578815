/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session: one index, one query, its rows, and the children that serve it. The model behind the
 * commands and the screen; knows no curses. Runs on the default GMainContext: callers iterate it
 * (the UI adds its keyboard to the same context).
 */
#ifndef NIXIE_TRIAGE_SESSION_H
#define NIXIE_TRIAGE_SESSION_H

#include "rules/rule.h"
#include "triage/config.h"
#include "triage/filter.h"
#include "triage/row.h"

struct session;
struct suppression;

struct session_setup {
	struct spawner *spawner;
	const struct config *config;
	const struct knowledge *knowledge;
	struct rule_set *rules; /* NULL, and no knowledge: session_equip() follows */
	const char *const *rule_dirs;
	struct store_ref store;
	const char *maildir; /* --maildir: index it first; NULL */
	const char *result;  /* --from-json: no index, but a file of JSON lines; NULL */
	bool exclude;
	unsigned jobs;
};

enum session_event {
	SESSION_ROWS,     /* rows were added, changed, hidden or sorted */
	SESSION_PROGRESS, /* counters moved */
	SESSION_LOADED,   /* the whole result is there */
	SESSION_DETAILS,  /* details that were asked for are there */
	SESSION_DONE,     /* an action ended: session_last_action */
	SESSION_ERROR,    /* session_error says what */
	SESSION_NEWS,     /* rows came or went while the list was there: session_news */
};
typedef void session_listener(void *user, enum session_event event);

struct session *session_new(const struct session_setup *setup, GError **error);
/*
 * What reports are judged by, where the setup did not tell: before the main context runs. Until
 * then a load can be started, so that the index is asked while rules are read.
 */
bool session_equip(struct session *session, const struct knowledge *knowledge,
	struct rule_set *rules, GError **error);
void session_free(struct session *session);
void session_listen(struct session *session, session_listener *listener, void *user);

/*
 * Starts loading: `text` is filters and a notmuch query mixed (interface.md section 1), NULL or ""
 * the default scope. A broken text is an error at once (NIXIE_USAGE, with the token); a query that
 * only notmuch can refuse arrives as SESSION_ERROR. A load in progress is ended. Marks survive for
 * rows that are still there.
 */
bool session_load(struct session *session, const char *text, GError **error);
/* One more filter, and-ed with every later load's own (the filter options of the command line).
 * Borrowed; NULL: none. */
void session_filter(struct session *session, const struct filter *filter);
/* Does a filter that holds now say anything about `name` ("state")? */
bool session_asks(const struct session *session, const char *name);
void session_stop(struct session *session); /* Esc: what is loaded stays */
/* Runs the main context until the result is loaded or failed. For commands. */
bool session_wait(struct session *session, GError **error);

/*
 * Learns from the whole index who wrote and who was written to; the rows' states and suggestions
 * change when that is known. For the screen: it goes on meanwhile. For commands: it waits; false
 * when that cannot be known now.
 */
void session_meet_contacts(struct session *session);
bool session_wait_contacts(struct session *session, GError **error);
/* The letters of this address are to be known, too, though it may have no rows. Before the others.
 */
void session_want_contact(struct session *session, const char *address);
bool session_knows_contacts(const struct session *session);
const GError *session_contacts_error(const struct session *session); /* of the last try, or NULL */
/* Seconds without a bounce after which a letter counts as arrived (quiet-days). */
int64_t session_quiet(const struct session *session);

/* Learns which index it is (session_store), without listing anything; waits. With --maildir it is
 * brought up to date first. */
bool session_meet(struct session *session, GError **error);

/* Visible rows in sort order; pointers stay valid until the next load. */
struct row *const *session_rows(const struct session *session, size_t *count);
enum sort_key {
	SORT_DATE,
	SORT_ADDRESS,
	SORT_DOMAIN,
	SORT_STATUS,
	SORT_CATEGORY,
	SORT_TYPE,
	SORT_MTA,
	SORT_COUNT
};
extern const char *const sort_names[SORT_COUNT];
void session_sort(struct session *session, enum sort_key key, bool reverse);
/* The rows that would be shown without the limit. g_ptr_array_unref. */
GPtrArray *session_whole(const struct session *session);
/* Narrows what is shown without asking the index again; filter words only. NULL clears. */
bool session_limit(struct session *session, const char *text, GError **error);

/*
 * From now on the index is looked at every `seconds` (0: no longer) while nothing else goes on:
 * what came is read and shown, what changed is taken, what went is marked as gone, all within one
 * turn of the main loop, at the end of which the listener has been told SESSION_ROWS.
 */
void session_watch(struct session *session, unsigned seconds);
struct session_news {
	uint64_t came, went; /* rows, with the last look */
};
struct session_news session_news(const struct session *session);
/* The row was looked at: it is no news any more. */
void session_see(struct session *session, struct row *row);
/* The row under which this one is folded; NULL: none. */
struct row *session_leader(const struct row *row);

struct session_counts {
	uint64_t found; /* messages the query matches, 0 until known */
	uint64_t read;  /* whose facts are known */
	uint64_t shown, marked, fresh;
	uint64_t gone;
	uint64_t hidden; /* candidates that are no failure or delay, and folded ones */
	uint64_t unreadable;
	bool loading;
	bool comparing;             /* all is read; what the reports tell together is worked out */
	int64_t loading_ms;         /* for how long; 0: nothing loads */
	uint64_t indexed, to_index; /* files, while --maildir is brought up to date; else 0 */
};
struct session_counts session_counts(const struct session *session);
struct store_ref session_store_ref(
	const struct session *session); /* which index it is; borrowed strings */
const struct store_info *session_store(const struct session *session); /* NULL until known */
const char *session_query(const struct session *session);              /* as given */
const char *session_notmuch_query(const struct session *session);      /* what notmuch is asked */
/* What is asked when nothing is asked: the default scope, as a notmuch query. NULL until the index
 * is known. g_free. */
char *session_scope(const struct session *session);
const char *session_limit_text(const struct session *session);
const GError *session_error(const struct session *session);
/* Files that could not be read, as "path: why" sentences; borrowed. */
const GPtrArray *session_troubles(const struct session *session);
/* The file of a result that takes the place of an index: nothing is asked or changed but rows.
 * NULL: there is an index. */
const char *session_result(const struct session *session);
/* False with error (NIXIE_USAGE): `what` needs an index, and there is none. */
bool session_need_index(const struct session *session, const char *what, GError **error);
/* That the index was made anew, and what stayed with the old one; NULL. */
const char *session_rebuilt(const struct session *session);
const char *session_note(const struct session *session); /* what is wrong with the cache, or NULL */

/* NULL when not loaded yet: loading starts and SESSION_DETAILS follows. Borrowed until another 32
 * were asked for. */
const struct details *session_details(struct session *session, const struct row *row);
/* Waits for them (commands). */
const struct details *session_details_wait(
	struct session *session, const struct row *row, GError **error);

/*
 * One MIME part of the report of `row`, decoded for reading; `part` NULL: the first text. NULL when
 * not there yet: reading starts and SESSION_DETAILS follows; what could not be read gives a reading
 * with no parts and the reason as text. Borrowed until another eight were asked for.
 */
const struct reading *session_reading(
	struct session *session, const struct row *row, const char *part);
/* Waits for it (commands). */
const struct reading *session_reading_wait(
	struct session *session, const struct row *row, const char *part);
/*
 * What the engine makes of a piece of text, as `nixie explain` tells it; a report without
 * recipients when that is nothing. NULL when not there yet: SESSION_DETAILS follows. Borrowed until
 * another was asked for.
 */
const struct report *session_explain(struct session *session, const char *words);
/* All tags, and the named queries as "NAME=QUERY", of the index, for completion; NULL until known
 * (SESSION_DETAILS follows). */
char *const *session_tags(struct session *session);
char *const *session_named_queries(struct session *session);
/* Is `text` good as far as can be told without asking the index? Errors name the token. */
bool session_check_query(struct session *session, const char *text, GError **error);

/* The earlier reports that are folded under a row, as rows. g_ptr_array_unref. */
GPtrArray *session_folded(const struct session *session, const struct row *row);
/* Does the index hold mail that was sent from here? Known when the result is loaded. */
bool session_sent_indexed(const struct session *session);
/* What was flagged or sent again, by state and whatever the limit hides: `counts` has STATE_COUNT
 * places. */
void session_count_retries(const struct session *session, size_t *counts);
/* NULL until the index is known. */
const struct suppression *session_suppression(const struct session *session);
/*
 * Reads the rules anew; a change makes all that is loaded stale, so that the caller loads again.
 * `broken` takes a struct rule_finding for what is left out of the own rules. `*changed` tells
 * whether there is any difference. False with error when no rules can be had, or while a change is
 * being written; then the old ones stay.
 */
bool session_reload_rules(
	struct session *session, GPtrArray *broken, bool *changed, GError **error);

const struct config *session_config(const struct session *session);
const struct knowledge *session_knowledge(const struct session *session);
struct rule_set *session_rules(const struct session *session);
struct spawner *session_spawner(const struct session *session);
/* Where they come from, the user's own last; NULL-ended. */
const char *const *session_rule_dirs(const struct session *session);

/* --- marks */
void session_mark(struct session *session, struct row *row, bool on);
void session_mark_all(struct session *session, bool on);
/*
 * Marks the shown rows that match filters and a notmuch query mixed: the index is asked, then
 * `done` is called. False with error when the text is broken.
 */
typedef void session_marked(void *user, size_t marked, const GError *error);
bool session_mark_query(struct session *session, const char *text, session_marked *done, void *user,
	GError **error);
/* The rows an action works on: the marked ones, else `current` alone. g_ptr_array_unref. */
GPtrArray *session_selection(struct session *session, struct row *current);

#endif
