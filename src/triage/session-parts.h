/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the session: what its modules share. Not for other modules. */
#ifndef NIXIE_TRIAGE_SESSION_PARTS_H
#define NIXIE_TRIAGE_SESSION_PARTS_H

#include "triage/action.h"
#include "triage/facts.h"
#include "triage/result.h"
#include "triage/rowstore.h"
#include "triage/sent.h"
#include "triage/session.h"
#include "triage/suppress.h"

struct load;

/* What the index told of itself, owned. */
struct store_facts {
	struct store_info info;
	bool known;
	bool uses_done_tag; /* some message has the tag that `done` takes away */
	bool counted;       /* uses_done_tag and own.sent_indexed are known */
};

struct session {
	struct spawner *spawner;
	const struct config *config;
	const struct knowledge *knowledge;
	struct rule_set *rules;
	struct rule_set *own_rules; /* the same, once they were read anew; NULL: the caller's */
	char **rule_dirs;
	struct store_ref store; /* owned strings */
	struct result *result;  /* in the place of an index; NULL: there is one */
	char *maildir;
	GArray *places;    /* of it: when mail came to each last (maildir.c); NULL: not known */
	char *engine_hash; /* names what facts and stored verdicts rest on */
	bool indexed;      /* --maildir was brought up to date */
	uint64_t indexing_done, indexing_total;
	bool exclude;

	struct pool *pool;
	struct cache *cache; /* NULL until the index has said who it is */
	struct surroundings own;
	struct store_facts about;
	struct sent_book *sent;
	struct contact_desk *contacts;
	struct settling *settling;
	struct suppression *suppression;
	char **public_domains;
	char *candidates; /* query of data/candidates */

	session_listener *listener;
	void *listener_user;
	unsigned events; /* bits of enum session_event that wait to be told */
	guint event_source;

	char *text, *query, *notmuch_query, *limit_text;
	struct filter *filter;            /* of `text` */
	const struct filter *also_filter; /* of the command line */
	struct filter *limit;
	struct ticket_reader *tickets;
	struct rowstore *rows;
	struct rowview view;
	bool view_dirty, rows_came;
	int64_t view_took;       /* microseconds to make it */
	struct load *load;       /* under way, NULL: none */
	struct keeping *keeping; /* the same */
	bool is_heard;           /* somebody listens, or did: it is a screen */
	struct watch *watch;
	unsigned jobs; /* under way, also cancelled ones that have not ended yet */
	GError *error;
	GPtrArray *troubles;
	char *rebuilt; /* session_rebuilt */

	struct detail_shelf *details;
	struct word_shelf *words;
	struct nothing_shelf *nothing;
	struct view_shelf *saved;
	struct action_desk *desk;
};

/* --- session.c */
/* Events reach the listener from the main loop, several equal ones as one. */
void session_tell(struct session *session, enum session_event event);
/* Within the call: nothing can come between a change of the rows and the listener's knowing. */
void session_tell_now(struct session *session, enum session_event event);
void session_fail(struct session *session, const GError *error);
/* Among the troubles, with the file: what was left out of a report that is cut, or why there is
 * none. */
void session_tell_cut(struct session *session, const char *path, const struct report *report);
void session_tell_unread(struct session *session, const char *path, const GError *error);
/* A result is being loaded or a change is being written. */
bool session_is_busy(const struct session *session);

/* --- shown.c */
/* What is shown is made anew when it is looked at, or with the next telling: what is many at a time
 * costs too much to be looked at after each. */
void session_rows_changed(struct session *session);
void session_rows_come(struct session *session);

/* --- about.c */
void about_clear(struct store_facts *about);
void session_take_info(struct session *session, const struct store_info *info);
/* Counts what about.uses_done_tag and own.sent_indexed rest on. */
struct job *about_count(struct session *session, job_done *done, void *user);

/* --- settle.c */
struct settling *settling_new(void);
void settling_free(struct settling *settling);
/* Ends what is under way: the rows go. */
void settling_drop(struct session *session);
/*
 * What only the rows of a mailbox together tell: copies, folded reports, counts, states, proposals;
 * for entries that are unsettled, or for all. A share of the work is done at once, the rest from
 * the main loop, and load_settled() called in the end.
 */
void session_settle(struct session *session);
void session_settle_all(struct session *session);
bool session_is_settled(const struct session *session);
/* What the tags and properties of a message say of its rows, until they are settled. */
void session_refresh_states(struct session *session, struct entry *entry);

/* --- load-result.c */
struct result_load;
struct result_load *result_load_new(struct session *session);
void result_load_free(struct result_load *load);
/* Some more rows of the result; true while there are more. */
bool result_load_share(struct result_load *load);

/* --- details.c */
/* As facts_start, from where the session has them. */
struct facts *session_facts_start(struct session *session, const char *const *ids,
	const char *const *paths, size_t n, pool_report *report, job_done *done, void *user);

/* --- load.c */
/* `meeting`: learns which index it is, and lists nothing. */
void load_start(struct session *session, bool meeting);
/* The session no longer wants it; what is loaded stays. */
void load_drop(struct session *session);
/* What the rows tell together is known. True when a load waited for it, which ends. */
bool load_settled(struct session *session);

/* Reads what changed after `from` up to `to`, revisions of the index; watch_listed() follows. */
void load_news(struct session *session, uint64_t from, uint64_t to);
bool load_is_news(const struct load *load);
bool load_is_settling(const struct load *load);
int64_t load_milliseconds(const struct load *load);
/* Reports of which it is not known yet whether their letter is ours. */
uint64_t load_waits_for(const struct load *load);

/* --- kept.c: lists that the next session need not make anew */
/* The index that such a list was read from. */
struct kept_state {
	uint64_t revision, count, total; /* messages that match, and all there are */
};
/* A list that was kept, to which only what is new need be added. */
struct kept_base {
	char *state;     /* NULL: there is none */
	GPtrArray *left; /* Message-IDs (char*) that are in the list no longer */
	unsigned pages;  /* that it has */
	unsigned passed; /* messages there, of which later pages told */
};
void kept_base_clear(struct kept_base *base);
/*
 * In which state the list is kept that is being loaded, whose messages were counted with all others
 * (reader_request.total); NULL: there can be none.
 */
struct job *kept_find(struct session *session, cache_state *state, job_done *done, void *user);
/* Is that the index as it is? */
bool kept_holds(const struct session *session, const char *state);
bool kept_read_state(const char *text, struct kept_state *state);
/* Can be told what became of the list since? Not of one that hangs on other messages. */
bool kept_can_follow(const struct session *session, const struct kept_state *state);
/* Asks for its pages (rowpage.h). */
struct job *kept_ask(
	struct session *session, const char *state, cache_page *page, job_done *done, void *user);
/* Keeps the list that was loaded since `began`, seconds since 1970. Takes what is in `base`. */
void keeping_start(struct session *session, int64_t began, struct kept_base *base);
void keeping_drop(struct session *session);
/* Until it is kept; 0: however long that takes. */
void keeping_wait(struct session *session, unsigned milliseconds);

/* --- watch.c */
struct watch *watch_new(void);
void watch_free(struct watch *watch);
/* Ends what is under way; the looking goes on when a result is there again. */
void watch_drop(struct session *session);
/* What load_news() was for: how many messages it added, whether any other has changed. */
void watch_listed(struct session *session, unsigned added, bool changed, const GError *error);

/* --- session-contacts.c */
struct contact_desk *contact_desk_new(void);
void contact_desk_free(struct contact_desk *desk);
void contact_desk_drop(struct session *session);
/* The rows are others: more may have to be known of their addresses. */
void contact_desk_new_rows(struct session *session);
const struct contacts *session_contacts(const struct session *session); /* NULL until known */

/* --- scope.c: what is asked when nothing is asked */
/* All that may be a bounce: the queries of data/candidates, or-ed. NULL with error. g_free. */
char *scope_candidates(GError **error);
bool scope_is_scanned(const char *uuid);
/* Revision of the index at the end of the last scan under these rules, 0: none. Adds the messages
 * (char*) that it could not look at. */
uint64_t scope_last_scan(const char *uuid, const char *rule_hash, GPtrArray *again);
void scope_forget_scan(const char *uuid);
bool scope_record_scan(const char *uuid, uint64_t revision, const char *rule_hash,
	const GPtrArray *again, GError **error);

/* --- details.c: what was asked for lately; drop forgets it and ends what is under way */
struct detail_shelf *detail_shelf_new(void);
void detail_shelf_free(struct detail_shelf *shelf);
void detail_shelf_drop(struct session *session);

/* --- words.c: tags and named queries */
struct word_shelf *word_shelf_new(void);
void word_shelf_free(struct word_shelf *shelf);
void word_shelf_drop(struct session *session);

/* --- nothing.c: why nothing is shown; drop forgets the query, stale what the rows told */
struct nothing_shelf *nothing_shelf_new(void);
void nothing_shelf_free(struct nothing_shelf *shelf);
void nothing_shelf_drop(struct session *session);
void nothing_shelf_stale(struct session *session);

/* --- views.c: saved views and their counts */
struct view_shelf *view_shelf_new(void);
void view_shelf_free(struct view_shelf *shelf);
void view_shelf_drop(struct session *session);

/* --- maildir.c: an index of our own for --maildir */
/* Where it is; g_free both. */
bool maildir_store(const char *mail, struct store_ref *store, GError **error);
/* Brings it up to date with the mail. */
struct job *maildir_index(struct session *session, job_done *done, void *user);
/* Has mail come to one of its directories, or gone, since it was last brought up to date? */
bool maildir_has_news(const struct session *session);

/* --- action-run.c: the action under way, and what this session did */
struct action_desk *action_desk_new(void);
void action_desk_free(struct action_desk *desk);
const GArray *action_desk_entries(const struct action_desk *desk);

#endif
