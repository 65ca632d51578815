/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session's own life: setting up, telling, reading rules anew. Loading is in load.c, what is
 * shown in shown.c, what rows tell together in settle.c, details in details.c. */
#include "base/clock.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "extract/extract.h"
#include "triage/session-parts.h"

/* Between two tellings of rows or counters; a twentieth of the time may go into it. */
#define TELL_MILLISECONDS 50
#define TELL_MILLISECONDS_MOST 150
#define KEEPING_MILLISECONDS 250

/* --- telling */

static const enum session_event slow_events =
	(enum session_event)(1 << SESSION_ROWS | 1 << SESSION_PROGRESS);

static gboolean on_tell(gpointer data)
{
	struct session *session = data;
	unsigned events = session->events;
	session->events = 0;
	session->event_source = 0;
	if (session->rows_came)
		session->view_dirty = true;
	session->rows_came = false;
	for (int event = SESSION_ROWS; event <= SESSION_NEWS; event++)
		if (events & 1U << event && session->listener)
			session->listener(session->listener_user, (enum session_event)event);
	return G_SOURCE_REMOVE;
}

static guint tell_pause(const struct session *session)
{
	return (guint)CLAMP(session->view_took / 50, TELL_MILLISECONDS, TELL_MILLISECONDS_MOST);
}

void session_tell(struct session *session, enum session_event event)
{
	bool slow = (slow_events & 1 << event) != 0;
	bool waiting_slowly = session->event_source && !(session->events & ~(unsigned)slow_events);
	session->events |= 1U << event;
	if (session->event_source && (slow || !waiting_slowly))
		return;
	if (session->event_source)
		g_source_remove(session->event_source);
	session->event_source = slow ? g_timeout_add(tell_pause(session), on_tell, session)
				     : g_idle_add_full(G_PRIORITY_DEFAULT, on_tell, session, NULL);
}

void session_tell_now(struct session *session, enum session_event event)
{
	session->events |= 1U << event;
	if (session->event_source)
		g_source_remove(session->event_source);
	on_tell(session);
}

void session_listen(struct session *session, session_listener *listener, void *user)
{
	session->is_heard |= listener != NULL;
	session->listener = listener;
	session->listener_user = user;
}

void session_fail(struct session *session, const GError *error)
{
	g_clear_error(&session->error);
	session->error = g_error_copy(error);
	session_tell(session, SESSION_ERROR);
}

/* What a limit left unread is told like a file that cannot be read. */
void session_tell_cut(struct session *session, const char *path, const struct report *report)
{
	for (size_t i = 0; report->cut && i < report->warnings.n; i++)
		g_ptr_array_add(
			session->troubles, g_strdup_printf("%s: %s", path, report->warnings.v[i]));
}

void session_tell_unread(struct session *session, const char *path, const GError *error)
{
	const char *why = error->message;
	g_ptr_array_add(session->troubles,
		strstr(why, path) ? g_strdup(why) : g_strdup_printf("%s: %s", path, why));
}

/* --- setting up */

static struct store_ref store_copy(const struct store_ref *store)
{
	return (struct store_ref){
		g_strdup(store->database), g_strdup(store->config), g_strdup(store->profile)};
}

static void store_clear(struct store_ref *store)
{
	g_free((char *)store->database);
	g_free((char *)store->config);
	g_free((char *)store->profile);
}

/* data/domains.txt holds a domain and, after a TAB, its misspellings. */
static char **public_domains(void)
{
	char **lines = knowledge_lines(file_datadir(), "domains.txt", NULL);
	for (char **line = lines; line && *line; line++)
		(*line)[strcspn(*line, "\t ")] = '\0';
	return lines;
}

/* What facts rest on, the families of reports too; NULL with error. g_free. */
static char *engine_hash(const struct rule_set *rules, GError **error)
{
	g_autofree char *formats = g_build_filename(file_datadir(), "formats", NULL);
	return extractor_hash(rules, formats, error);
}

struct session *session_new(const struct session_setup *setup, GError **error)
{
	struct session *session = g_new0(struct session, 1);
	session->spawner = setup->spawner;
	session->config = setup->config;
	session->rule_dirs = g_strdupv((char **)setup->rule_dirs);
	session->store = store_copy(&setup->store);
	session->maildir = g_strdup(setup->maildir);
	session->exclude = setup->exclude;
	session->public_domains = public_domains();
	surroundings_init(&session->own, session->config, NULL, session->public_domains);
	session->tickets = ticket_reader_new(config_text(session->config, SET_TICKET_TEMPLATE));
	session->rows = rowstore_new(NULL, NULL);
	session->view.rows = g_ptr_array_new();
	session->troubles = g_ptr_array_new_with_free_func(g_free);
	session->details = detail_shelf_new();
	session->words = word_shelf_new();
	session->nothing = nothing_shelf_new();
	session->saved = view_shelf_new();
	session->contacts = contact_desk_new();
	session->settling = settling_new();
	session->desk = action_desk_new();
	session->watch = watch_new();
	session->pool = pool_new(session->spawner, file_datadir(),
		(const char *const *)session->rule_dirs, setup->jobs);
	session->sent = sent_book_new(session->spawner, session->pool, &session->cache,
		&session->store, &session->own, config_text(session->config, SET_SENT_QUERY));
	session->candidates = scope_candidates(error);
	if (!session->candidates ||
		(setup->rules && !session_equip(session, setup->knowledge, setup->rules, error)) ||
		(session->maildir && !maildir_store(session->maildir, &session->store, error)) ||
		(setup->result && !(session->result = result_open(setup->result, error)))) {
		session_free(session);
		return NULL;
	}
	return session;
}

bool session_equip(struct session *session, const struct knowledge *knowledge,
	struct rule_set *rules, GError **error)
{
	session->knowledge = session->rows->knowledge = knowledge;
	session->rules = rules;
	session->engine_hash = engine_hash(rules, error);
	return session->engine_hash;
}

/* Every job tells its end from the main loop; none may be left that would tell it to freed memory.
 */
static void wait_for_jobs(struct session *session)
{
	/* Who leaves a screen waits but a moment for what is only of use to the next one. */
	keeping_wait(session, session->is_heard ? KEEPING_MILLISECONDS : 0);
	keeping_drop(session);
	load_drop(session);
	detail_shelf_drop(session);
	word_shelf_drop(session);
	nothing_shelf_drop(session);
	view_shelf_drop(session);
	contact_desk_drop(session);
	watch_drop(session);
	action_cancel(session);
	while (session->jobs)
		g_main_context_iteration(NULL, TRUE);
	settling_drop(session);
}

void session_free(struct session *session)
{
	if (!session)
		return;
	session->listener = NULL;
	wait_for_jobs(session);
	if (session->event_source)
		g_source_remove(session->event_source);
	detail_shelf_free(session->details);
	word_shelf_free(session->words);
	nothing_shelf_free(session->nothing);
	view_shelf_free(session->saved);
	contact_desk_free(session->contacts);
	settling_free(session->settling);
	action_desk_free(session->desk);
	watch_free(session->watch);
	sent_book_free(session->sent);
	cache_free(session->cache);
	pool_free(session->pool);
	suppression_free(session->suppression);
	result_free(session->result);
	rowstore_free(session->rows);
	ticket_reader_free(session->tickets);
	g_ptr_array_unref(session->view.rows);
	g_ptr_array_unref(session->troubles);
	filter_free(session->filter);
	filter_free(session->limit);
	g_clear_error(&session->error);
	g_free(session->rebuilt);
	g_free(session->text);
	g_free(session->query);
	g_free(session->notmuch_query);
	g_free(session->limit_text);
	surroundings_clear(&session->own);
	about_clear(&session->about);
	store_clear(&session->store);
	g_strfreev(session->public_domains);
	g_free(session->candidates);
	g_strfreev(session->rule_dirs);
	g_free(session->maildir);
	g_clear_pointer(&session->places, g_array_unref);
	g_free(session->engine_hash);
	rule_set_free(session->own_rules);
	g_free(session);
}

/* --- rules read anew */

/* What rests on the old rules ends or goes. */
static void take_rules(struct session *session, struct rule_set *rules, char *hash)
{
	watch_drop(session);
	load_drop(session);
	keeping_drop(session);
	detail_shelf_drop(session);
	rule_set_free(session->own_rules);
	session->own_rules = session->rules = rules;
	g_free(session->engine_hash);
	session->engine_hash = hash;
	pool_renew(session->pool);
	if (!session->about.known)
		return;
	cache_free(session->cache);
	session->cache = cache_new(session->spawner, session->about.info.uuid, hash);
}

bool session_reload_rules(struct session *session, GPtrArray *broken, bool *changed, GError **error)
{
	const struct action_result *action = session_last_action(session);
	const struct rule_sources sources = {
		.dirs = (const char *const *)session->rule_dirs, .broken = broken};
	struct rule_set *rules;
	char *hash;

	*changed = false;
	if (action && action->running) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_BUSY,
			_("a change is being written; read the rules again when it is done"));
		return false;
	}
	rules = rule_set_load_from(session->knowledge, &sources, error);
	hash = rules ? engine_hash(rules, error) : NULL;
	*changed = hash && strcmp(hash, session->engine_hash) != 0;
	if (*changed) {
		take_rules(session, rules, hash);
		return true;
	}
	rule_set_free(rules);
	g_free(hash);
	return hash != NULL;
}

/* --- loading */

/* Is there anything in it that only notmuch can tell? */
static bool is_asked(const char *query)
{
	return *query && strcmp(query, "*") != 0;
}

bool session_load(struct session *session, const char *text, GError **error)
{
	struct filter *filter = filter_new();
	char *query = NULL;
	if (!filter_parse(filter, text ? text : "", &query, error) ||
		(is_asked(query) && !session_need_index(session, query, error))) {
		filter_free(filter);
		g_free(query);
		return false;
	}
	watch_drop(session);
	load_drop(session);
	keeping_drop(session);
	filter_free(session->filter);
	session->filter = filter;
	g_free(session->text);
	session->text = g_strdup(text ? text : "");
	g_free(session->query);
	session->query = query;
	g_clear_error(&session->error);
	g_ptr_array_set_size(session->troubles, 0);
	detail_shelf_drop(session);
	nothing_shelf_drop(session);
	settling_drop(session);

	struct rowstore *rows = rowstore_new(session->knowledge, session->rows);
	rows->tickets = session->tickets;
	rowstore_take_marks(rows, session->rows);
	g_ptr_array_set_size(session->view.rows, 0);
	rowstore_free(session->rows);
	session->rows = rows;
	contact_desk_new_rows(session);
	session_rows_changed(session);
	load_start(session, false);
	return true;
}

const char *session_result(const struct session *session)
{
	return session->result ? result_path(session->result) : NULL;
}

bool session_need_index(const struct session *session, const char *what, GError **error)
{
	if (session->result)
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("`%s` needs an index, and these are lines of %s; filters work on them"),
			what, result_path(session->result));
	return !session->result;
}

bool session_meet(struct session *session, GError **error)
{
	if (!session_need_index(session, "index", error))
		return false;
	if (!session->about.known && !session->load) {
		g_clear_error(&session->error);
		load_start(session, true);
	}
	return session_wait(session, error);
}

void session_filter(struct session *session, const struct filter *filter)
{
	session->also_filter = filter;
	session_rows_changed(session);
}

bool session_asks(const struct session *session, const char *name)
{
	const struct filter *const filters[] = {
		session->filter, session->also_filter, session->limit};
	for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
		if (filters[i] && filter_asks(filters[i], name))
			return true;
	return false;
}

void session_stop(struct session *session)
{
	if (!session->load)
		return;
	load_drop(session);
	session_settle(session);
	session_tell(session, SESSION_LOADED);
}

bool session_is_busy(const struct session *session)
{
	const struct action_result *action = session_last_action(session);
	return session->load || (action && action->running);
}

bool session_wait(struct session *session, GError **error)
{
	while (session->load)
		g_main_context_iteration(NULL, TRUE);
	if (session->error && error)
		*error = g_error_copy(session->error);
	return !session->error;
}

/* --- what it has */

const char *session_query(const struct session *session)
{
	return session->text ? session->text : "";
}

const char *session_notmuch_query(const struct session *session)
{
	return session->notmuch_query ? session->notmuch_query : "";
}

const GError *session_error(const struct session *session)
{
	return session->error;
}

const char *session_note(const struct session *session)
{
	return session->cache ? cache_note(session->cache) : NULL;
}

const char *session_rebuilt(const struct session *session)
{
	return session->rebuilt;
}

const GPtrArray *session_troubles(const struct session *session)
{
	return session->troubles;
}

const struct config *session_config(const struct session *session)
{
	return session->config;
}

const struct knowledge *session_knowledge(const struct session *session)
{
	return session->knowledge;
}

struct spawner *session_spawner(const struct session *session)
{
	return session->spawner;
}

struct rule_set *session_rules(const struct session *session)
{
	return session->rules;
}

const char *const *session_rule_dirs(const struct session *session)
{
	return (const char *const *)session->rule_dirs;
}

bool session_sent_indexed(const struct session *session)
{
	const char *setting = config_text(session->config, SET_SENT_INDEXED);
	return strcmp(setting, "auto") == 0 ? session->own.sent_indexed
					    : strcmp(setting, "true") == 0;
}

const struct suppression *session_suppression(const struct session *session)
{
	return session->suppression;
}
