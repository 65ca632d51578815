/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/scan.h"

#include <unistd.h>

#include "base/errors.h"
#include "base/strhash.h"
#include "base/words.h"
#include "triage/action-parts.h"
#include "triage/label.h"
#include "triage/queryterms.h"

#define RULESET_LETTERS 12
#define VALUES_MAX 250  /* stored of one message: libnotmuch goes through all its terms for each */
#define FILES_MOST 4000 /* under way; what comes faster than it can be read waits by name */
#define FILES_A_PORTION 500
#define AWAY_MAX 500 /* messages; of more the place is gone, and the scan counts for nothing */

struct scan {
	struct session *session;
	bool whole;    /* of all that is new: how far it came may be remembered */
	char *ruleset; /* as it is stored */
	const char *tag;
	struct job *job;     /* the reader; NULL: it has ended */
	GQueue waiting;      /* struct scanned*, whose turn comes */
	GPtrArray *portions; /* struct portion* */
	size_t files;        /* of them */
	struct action *action;
	uint64_t read;      /* messages, whole */
	uint64_t unsettled; /* of them, with verdicts that are to be stored */
	GPtrArray *away;    /* char*: ids of messages to look at again the next time */
	struct scan_result result;
	GError *error;
};

/* A message, until all of its files are read. */
struct scanned {
	struct message *message;
	unsigned left;      /* files */
	bool unread;        /* one of them could not be read: what it said before is kept */
	bool away;          /* for its file was not there, or not ours to read */
	GHashTable *wanted; /* properties of a bounce; NULL: no file is one */
};

struct scanned_file {
	struct scanned *of; /* NULL: it was told */
	unsigned file;
};

/* Files whose facts are under way. */
struct portion {
	struct scan *scan;
	struct facts *facts;
	GArray *files; /* struct scanned_file */
};

static void scanned_free(gpointer data)
{
	struct scanned *scanned = data;
	message_free(scanned->message);
	g_clear_pointer(&scanned->wanted, g_hash_table_unref);
	g_free(scanned);
}

/* --- what a message is to say of itself */

static void want(struct scanned *scanned, const char *property, const char *value)
{
	if (value && g_hash_table_size(scanned->wanted) < VALUES_MAX)
		g_hash_table_add(scanned->wanted, g_strconcat(property, value, NULL));
}

static void want_verdict(
	const struct scan *scan, struct scanned *scanned, const struct recipient *recipient)
{
	const struct session *session = scan->session;
	const struct category *category =
		recipient && recipient->category
			? category_by_id(session->knowledge, recipient->category)
			: NULL;
	if (!scanned->wanted) {
		scanned->wanted = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
		want(scanned, stored_properties[4], scan->ruleset);
	}
	want(scanned, stored_properties[0], category ? category->id : NULL);
	want(scanned, stored_properties[1], recipient ? recipient->status : NULL);
	want(scanned, stored_properties[2],
		type_names[recipient ? recipient_type(&session->own, recipient)
				     : TYPE_UNDETERMINED]);
	want(scanned, stored_properties[3], recipient ? recipient->address : NULL);
}

static void judge(const struct scan *scan, struct scanned *scanned, const struct report *report)
{
	size_t n = MIN(report->recipients_n, ROWS_OF_A_REPORT);
	if (n == 0 && kind_is_bounce(report->kind))
		want_verdict(scan, scanned, NULL);
	for (size_t i = 0; i < n; i++)
		if (kind_is_bounce(report->recipients[i].kind))
			want_verdict(scan, scanned, &report->recipients[i]);
}

static bool has(char *const *words, const char *word)
{
	return g_strv_contains((const char *const *)words, word);
}

/* A verdict that no file gives any more. */
static bool is_outdated(const struct scanned *scanned, const char *line)
{
	return !scanned->unread && property_is_stored(line) &&
	       !g_hash_table_contains(scanned->wanted, line);
}

/* Messages that say it all already are left out: the writer need not look at them. */
static bool is_settled(const struct scan *scan, const struct scanned *scanned)
{
	unsigned matching = 0;
	for (char *const *line = scanned->message->properties; *line; line++) {
		if (is_outdated(scanned, *line))
			return false;
		if (g_hash_table_contains(scanned->wanted, *line))
			matching++;
	}
	return matching == g_hash_table_size(scanned->wanted) &&
	       has(scanned->message->tags, scan->tag);
}

static void put_changes(struct scan *scan, const struct scanned *scanned)
{
	const struct message *message = scanned->message;
	struct drafts *changes = scan->action->changes;
	g_autoptr(GPtrArray) wanted = strhash_keys(scanned->wanted);
	drafts_put(changes, message->id, ADD_TAG, scan->tag);
	for (char *const *old = message->properties; *old; old++)
		if (is_outdated(scanned, *old))
			drafts_put(changes, message->id, REMOVE_PROPERTY, *old);
	for (guint i = 0; i < wanted->len; i++)
		if (!has(message->properties, wanted->pdata[i]))
			drafts_put(changes, message->id, ADD_PROPERTY, wanted->pdata[i]);
}

static void message_is_read(struct scan *scan, const struct scanned *scanned)
{
	scan->read++;
	if (scanned->away)
		g_ptr_array_add(scan->away, g_strdup(scanned->message->id));
	scan->result.bounces += scanned->wanted != NULL;
	if (!scanned->wanted || is_settled(scan, scanned))
		return;
	put_changes(scan, scanned);
	scan->unsettled++;
}

/* --- the facts */

static void start_waiting(struct scan *scan);

static void fail(struct scan *scan, const GError *error)
{
	if (scan->error)
		return;
	scan->error = g_error_copy(error);
	if (scan->job)
		job_cancel(scan->job);
	for (guint i = 0; i < scan->portions->len; i++)
		facts_cancel(((struct portion *)scan->portions->pdata[i])->facts);
	g_queue_clear_full(&scan->waiting, scanned_free);
}

static void on_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct portion *portion = user;
	struct scan *scan = portion->scan;
	struct scanned_file *file = &g_array_index(portion->files, struct scanned_file, index);
	struct scanned *scanned = g_steal_pointer(&file->of);
	const char *path = scanned->message->files[file->file];
	if (report) {
		session_tell_cut(scan->session, path, report);
		judge(scan, scanned, report);
		report_free(report);
	} else {
		session_tell_unread(scan->session, path, error);
		scan->result.unreadable++;
		scanned->unread = true;
		scanned->away |= access(path, R_OK) != 0;
	}
	if (--scanned->left)
		return;
	message_is_read(scan, scanned);
	scanned_free(scanned);
}

/* What is left of a portion that was ended early. */
static void portion_free(struct portion *portion)
{
	for (guint i = 0; i < portion->files->len; i++) {
		struct scanned *left = g_array_index(portion->files, struct scanned_file, i).of;
		if (left && --left->left == 0)
			scanned_free(left);
	}
	g_array_unref(portion->files);
	g_free(portion);
}

static void on_read(void *user, const GError *error)
{
	struct portion *portion = user;
	struct scan *scan = portion->scan;
	g_ptr_array_remove_fast(scan->portions, portion);
	scan->files -= portion->files->len;
	portion_free(portion);
	if (error)
		fail(scan, error);
	start_waiting(scan);
}

static void start_portion(struct scan *scan)
{
	struct portion *portion = g_new0(struct portion, 1);
	g_autoptr(GPtrArray) ids = g_ptr_array_new(), paths = g_ptr_array_new();
	portion->scan = scan;
	portion->files = g_array_new(FALSE, FALSE, sizeof(struct scanned_file));
	while (scan->waiting.length && paths->len < FILES_A_PORTION) {
		struct scanned_file file = {g_queue_pop_head(&scan->waiting), 0};
		char *const *path = file.of->message->files;
		for (; path[file.file]; file.file++) {
			g_ptr_array_add(ids, file.of->message->id);
			g_ptr_array_add(paths, path[file.file]);
			g_array_append_val(portion->files, file);
		}
	}
	g_ptr_array_add(scan->portions, portion);
	scan->files += paths->len;
	portion->facts = facts_start(scan->session->pool, scan->session->cache,
		(const char *const *)ids->pdata, (const char *const *)paths->pdata, paths->len,
		on_report, on_read, portion);
}

static void start_waiting(struct scan *scan)
{
	while (scan->waiting.length && scan->files + FILES_A_PORTION <= FILES_MOST)
		start_portion(scan);
}

/* --- the messages */

static void on_info(void *user, const struct store_info *info)
{
	session_take_info(((struct scan *)user)->session, info);
}

static void on_batch(void *user, GPtrArray *messages)
{
	struct scan *scan = user;
	scan->result.messages += messages->len;
	for (guint i = 0; i < messages->len; i++) {
		struct scanned *scanned = g_new0(struct scanned, 1);
		scanned->message = g_steal_pointer(&messages->pdata[i]);
		scanned->left = g_strv_length(scanned->message->files);
		if (scanned->left) {
			g_queue_push_tail(&scan->waiting, scanned);
		} else {
			message_is_read(scan, scanned);
			scanned_free(scanned);
		}
	}
	g_ptr_array_unref(messages);
	start_waiting(scan);
}

static void on_listed(void *user, const GError *error)
{
	struct scan *scan = user;
	scan->job = NULL;
	if (error)
		fail(scan, error);
}

/* What came or changed since the last scan, and what that could not look at. */
static char *query_of_new(const struct session *session)
{
	g_autoptr(GPtrArray) again = g_ptr_array_new_with_free_func(g_free);
	uint64_t last = scope_last_scan(session->about.info.uuid, session->engine_hash, again);
	GString *text;
	if (!last)
		return g_strdup(session->candidates);
	text = g_string_new(NULL);
	g_string_printf(
		text, "(%s and lastmod:%" G_GUINT64_FORMAT "..)", session->candidates, last + 1);
	for (guint i = 0; i < again->len; i++) {
		g_autofree char *term = query_of_id(again->pdata[i]);
		g_string_append_printf(text, " or %s", term);
	}
	return g_string_free(text, FALSE);
}

/* What is asked: NULL with error when it is mistyped. g_free. */
static char *scan_query(struct scan *scan, const char *query, GError **error)
{
	struct session *session = scan->session;
	struct filter *filter;
	char *text = NULL;
	scan->whole = !query || !*query;
	if (scan->whole)
		return query_of_new(session);
	filter = filter_new();
	filter_parse(filter, query, &text, error);
	filter_free(filter);
	if (text && !*text) {
		g_free(text);
		text = session_scope(session);
	}
	return text;
}

static void scan_free(struct scan *scan)
{
	if (scan->action)
		action_free(scan->action);
	g_ptr_array_unref(scan->portions);
	g_ptr_array_unref(scan->away);
	g_clear_error(&scan->error);
	g_free(scan->ruleset);
	g_free(scan);
}

struct scan *scan_start(struct session *session, const char *query, GError **error)
{
	struct scan *scan;
	g_autofree char *text = NULL;
	if (!session_meet(session, error))
		return NULL;
	scan = g_new0(struct scan, 1);
	scan->session = session;
	scan->ruleset = g_strndup(session->engine_hash, RULESET_LETTERS);
	scan->tag = config_text(session->config, SET_TAG_BOUNCE);
	scan->portions = g_ptr_array_new();
	scan->away = g_ptr_array_new_with_free_func(g_free);
	scan->action = action_new("scan");
	text = scan_query(scan, query, error);
	if (!text) {
		scan_free(scan);
		return NULL;
	}
	const struct reader_request request = {
		.store = session->store, .query = text, .exclude = session->exclude, .once = true};
	scan->job = reader_start(session->spawner, &request, on_info, on_batch, on_listed, scan);
	return scan;
}

void scan_count(const struct scan *scan, uint64_t *done, uint64_t *total)
{
	*done = scan->read;
	*total = scan->session->about.info.count;
}

/* --- the end */

static bool store(struct scan *scan, GError **error)
{
	struct session *session = scan->session;
	struct action *action = g_steal_pointer(&scan->action);
	g_autofree char *number = label_count(scan->unsettled, "bounce", "bounces");
	action->label = label_new(LABEL_SCAN, number);
	action->done = g_strdup_printf(
		ngettext("Stored the verdicts of %zu bounce", "Stored the verdicts of %zu bounces",
			(unsigned long)scan->unsettled),
		(size_t)scan->unsettled);
	if (!action_apply(session, action, error) || !action_wait(session, error))
		return false;
	scan->result.changed = session_last_action(session)->changed;
	scan->result.entry = session_last_action(session)->entry;
	return true;
}

static bool finish(struct scan *scan, GError **error)
{
	struct session *session = scan->session;
	/* Of the index as it was listed: what came since, our own changes too, is the next scan's.
	 */
	uint64_t revision = session->about.info.revision;
	if (scan->error) {
		g_propagate_error(error, g_steal_pointer(&scan->error));
		return false;
	}
	return (!scan->unsettled || store(scan, error)) &&
	       (!scan->whole || scan->away->len > AWAY_MAX ||
		       scope_record_scan(session->about.info.uuid, revision, session->engine_hash,
			       scan->away, error));
}

bool scan_wait(struct scan *scan, struct scan_result *result, GError **error)
{
	bool done;
	while (scan->job || scan->portions->len)
		g_main_context_iteration(NULL, TRUE);
	done = finish(scan, error);
	*result = scan->result;
	scan_free(scan);
	return done;
}
