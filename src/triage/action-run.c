/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Applying: the change set goes to the writer; what it truly changed comes back and is taken into
 * the rows once the writer has said that it is on disk.
 */
#include "base/errors.h"
#include "base/strhash.h"
#include "base/text.h"
#include "base/words.h"
#include "store/journal.h"
#include "triage/action-parts.h"
#include "triage/action.h"
#include "triage/pledge.h"
#include "triage/views.h"

struct action_desk {
	struct action *action; /* under way, NULL: none */
	struct job *job;
	GPtrArray *deltas; /* struct change*, of the action under way */
	GHashTable *asked; /* message id -> const struct change*; what the writer has not told of */
	GPtrArray *rest;   /* char*: what was asked for and left, of an undo or redo */
	bool listed;       /* the suppression list changed, too */
	struct pledge *pledge; /* that it will, NULL: it will not */
	GArray *entries; /* uint64_t, journal entries of this session's own steps, oldest first */
	struct action_result result;
	GError *error;
};

struct action_desk *action_desk_new(void)
{
	struct action_desk *desk = g_new0(struct action_desk, 1);
	desk->deltas = g_ptr_array_new_with_free_func((GDestroyNotify)change_free);
	desk->asked = g_hash_table_new(strhash, g_str_equal);
	desk->rest = g_ptr_array_new_with_free_func(g_free);
	desk->entries = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	return desk;
}

void action_desk_free(struct action_desk *desk)
{
	action_free(desk->action);
	g_ptr_array_unref(desk->deltas);
	g_hash_table_unref(desk->asked);
	g_ptr_array_unref(desk->rest);
	g_array_unref(desk->entries);
	g_free(desk->result.words);
	g_clear_error(&desk->error);
	g_free(desk);
}

const GArray *action_desk_entries(const struct action_desk *desk)
{
	return desk->entries;
}

const struct action_result *session_last_action(const struct session *session)
{
	return &session->desk->result;
}

/* --- while it runs */

static void on_progress(void *user, uint64_t done, uint64_t total)
{
	struct session *session = user;
	session->desk->result.progress = done;
	session->desk->result.total = total;
	session_tell(session, SESSION_PROGRESS);
}

/* Words that were asked for and are not among those that truly changed. */
static void put_rest(GString *line, char sign, const char *const *asked, const char *const *done)
{
	g_autoptr(GHashTable) changed = g_hash_table_new(strhash, g_str_equal);
	for (; done && *done; done++)
		g_hash_table_add(changed, (gpointer)*done);
	for (; asked && *asked; asked++)
		if (!g_hash_table_contains(changed, *asked))
			g_string_append_printf(line, "%s%c%s", line->len ? " " : "", sign, *asked);
}

/* "id:one@example.org: +a -b" */
static void tell_rest(
	struct action_desk *desk, const struct change *asked, const struct change *delta)
{
	g_autoptr(GString) line = g_string_new(NULL);
	put_rest(line, '+', asked->add_tags, delta->add_tags);
	put_rest(line, '-', asked->remove_tags, delta->remove_tags);
	put_rest(line, '+', asked->add_properties, delta->add_properties);
	put_rest(line, '-', asked->remove_properties, delta->remove_properties);
	g_ptr_array_add(desk->rest, g_strdup_printf("id:%s: %s", asked->id, line->str));
}

static void on_delta(void *user, const struct change *delta, bool missing)
{
	struct action_desk *desk = ((struct session *)user)->desk;
	struct action_result *result = &desk->result;
	const struct change *asked = g_hash_table_lookup(desk->asked, delta->id);
	size_t changed = change_count(delta);
	bool takes_back = desk->action->takes_back;
	g_hash_table_remove(desk->asked, delta->id);
	if (missing) {
		result->missing++;
		if (takes_back)
			g_ptr_array_add(desk->rest,
				g_strdup_printf(_("id:%s: gone from the index"), delta->id));
		return;
	}
	result->changed += changed > 0;
	result->unchanged += changed == 0;
	if (takes_back && asked && changed < change_count(asked)) {
		result->left++;
		tell_rest(desk, asked, delta);
	}
	g_ptr_array_add(desk->deltas, change_copy(delta));
}

/* The writer tells of what it changed and of what is gone: all else was so already. */
static void take_untold(struct action_desk *desk)
{
	GHashTableIter iter;
	gpointer asked;
	g_hash_table_iter_init(&iter, desk->asked);
	while (g_hash_table_iter_next(&iter, NULL, &asked)) {
		const struct change nothing = {.id = ((const struct change *)asked)->id};
		desk->result.unchanged++;
		if (!desk->action->takes_back)
			continue;
		desk->result.left++;
		tell_rest(desk, asked, &nothing);
	}
	g_ptr_array_sort(desk->rest, text_order);
}

static void on_applied(void *user, uint64_t entry)
{
	((struct session *)user)->desk->result.entry = entry;
}

/* --- the suppression list follows what is on disk */

/* The list is in the order of the addresses: that of a table is another in each run. g_free. */
static const char **addresses_of(GHashTable *table, guint *n)
{
	gpointer *addresses = g_hash_table_get_keys_as_array(table, n);
	qsort(addresses, *n, sizeof *addresses, text_order);
	return (const char **)addresses;
}

static void list_moves(struct suppression *list, const struct action *action, uint64_t by)
{
	guint put_n, take_n;
	g_autofree const char **put = addresses_of(action->put, &put_n);
	g_autofree const char **take = addresses_of(action->take, &take_n);
	for (guint i = 0; i < put_n; i++) {
		struct suppressed entry =
			*(const struct suppressed *)g_hash_table_lookup(action->put, put[i]);
		entry.note = action->note;
		suppression_add(list, &entry, by);
	}
	for (guint i = 0; i < take_n; i++) {
		gpointer data = g_hash_table_lookup(action->take, take[i]);
		suppression_remove(
			list, take[i], (enum release)GPOINTER_TO_INT(data), action->note, by);
	}
}

static void list_follows(struct suppression *list, const struct action *action, uint64_t by)
{
	if (g_hash_table_size(action->put) || g_hash_table_size(action->take))
		list_moves(list, action, by);
	else if (action->reverts)
		suppression_revert(list, action->reverts, by);
	else if (action->repeats)
		suppression_repeat(list, action->repeats, by);
}

/* Does the list of addresses change, and with it rows that the index knows nothing new of? */
static bool moves_list(const struct action *action)
{
	return g_hash_table_size(action->put) || g_hash_table_size(action->take) ||
	       action->reverts || action->repeats;
}

/*
 * The same step, made before on a disk that had no room for the list: the messages are marked, the
 * list is not written. What is written now belongs to that step, and goes when it is undone. 0 when
 * there was none.
 */
static uint64_t marked_by(const struct session *session, const struct action *action)
{
	struct journal *journal = journal_read(session->about.info.uuid, NULL);
	uint64_t number = 0;
	for (guint i = journal ? journal->entries->len : 0; i-- > 0 && !number;) {
		const struct journal_entry *entry = journal->entries->pdata[i];
		if (entry->state == JOURNAL_COMMITTED && !entry->undone_by &&
			g_str_equal(entry->kind, action->kind) &&
			g_str_equal(entry->label, action->label))
			number = entry->number;
	}
	journal_free(journal);
	return number;
}

static bool update_list(struct session *session, const struct action *action, GError **error)
{
	struct action_desk *desk = session->desk;
	uint64_t by = desk->result.entry;
	desk->listed = false;
	if (!session->suppression)
		return true;
	if (!by && (g_hash_table_size(action->put) || g_hash_table_size(action->take)))
		by = marked_by(session, action);
	list_follows(session->suppression, action, by);
	desk->listed = suppression_is_ahead(session->suppression);
	if (desk->listed)
		desk->result.entry = by;
	if (!suppression_flush(session->suppression, error))
		return false;
	pledge_end(g_steal_pointer(&desk->pledge), true);
	return true;
}

/* What the list will be told when the index has its part. False with error. */
static bool make_pledge(struct session *session, const struct action *action, GError **error)
{
	const char *uuid = session->about.info.uuid;
	struct suppression *list =
		session->suppression && moves_list(action) ? suppression_load(uuid, error) : NULL;
	bool done = true;
	if (!list)
		return !session->suppression || !moves_list(action);
	list_follows(list, action, 0);
	if (suppression_is_ahead(list)) {
		session->desk->pledge = pledge_make(
			uuid, action->kind, action->label, suppression_unwritten(list), error);
		done = session->desk->pledge;
	}
	suppression_free(list);
	return done;
}

/* --- at the end */

static void take_deltas(struct session *session)
{
	const GPtrArray *deltas = session->desk->deltas;
	for (guint i = 0; i < deltas->len; i++) {
		const struct change *delta = deltas->pdata[i];
		struct entry *entry = rowstore_find(session->rows, delta->id);
		if (!entry)
			continue;
		entry_change(entry, delta);
		entry->unsettled = true;
	}
}

static char *result_words(const struct action_desk *desk)
{
	const struct action_result *result = &desk->result;
	const struct action *action = desk->action;
	GString *words = g_string_new(NULL);
	if (result->changed == 0 && desk->listed)
		g_string_append_printf(
			words, _("%s. The messages were marked already."), desk->action->done);
	else if (result->changed == 0)
		g_string_append(words, action->takes_back
					       ? _("Nothing was left to change: others changed "
						   "these messages since.")
					       : _("Nothing changed: it was so already."));
	else
		g_string_append_printf(words,
			action->takes_back ? "%s." : _("%s; undo takes it back."), action->done);
	if (result->changed && result->unchanged && !action->takes_back)
		g_string_append_printf(words,
			ngettext(
				" %zu was so already.", " %zu were so already.", result->unchanged),
			result->unchanged);
	if (result->missing)
		g_string_append_printf(words,
			ngettext(" %zu message is gone from the index.",
				" %zu messages are gone from the index.", result->missing),
			result->missing);
	if (result->left)
		g_string_append_printf(words,
			ngettext(" %zu message was changed by others since and left in part.",
				" %zu messages were changed by others since and left in part.",
				result->left),
			result->left);
	return g_string_free(words, FALSE);
}

static void succeed(struct session *session)
{
	struct action_desk *desk = session->desk;
	GError *error = NULL;
	take_untold(desk);
	update_list(session, desk->action, &error);
	take_deltas(session);
	if (moves_list(desk->action))
		session_settle_all(session);
	else
		session_settle(session);
	if (desk->action->forgets_scan)
		scope_forget_scan(session->about.info.uuid);
	if (desk->result.entry && !desk->action->takes_back)
		g_array_append_val(desk->entries, desk->result.entry);
	desk->result.words = result_words(desk);
	desk->error = error;
	word_shelf_drop(session);
	session_views_stale(session);
}

static void on_done(void *user, const GError *error)
{
	struct session *session = user;
	struct action_desk *desk = session->desk;
	session->jobs--;
	desk->job = NULL;
	desk->result.running = false;
	if (error)
		desk->error = g_error_copy(error);
	else
		succeed(session);
	pledge_end(g_steal_pointer(&desk->pledge), false);
	desk->result.error = desk->error;
	if (desk->error && !desk->result.words)
		desk->result.words = g_strdup(desk->error->message);
	g_hash_table_remove_all(desk->asked);
	g_clear_pointer(&desk->action, action_free);
	g_ptr_array_set_size(desk->deltas, 0);
	session_tell(session, SESSION_DONE);
}

static void reset(struct action_desk *desk)
{
	g_free(desk->result.words);
	g_clear_error(&desk->error);
	g_ptr_array_set_size(desk->rest, 0);
	desk->result = (struct action_result){.running = true, .rest = desk->rest};
}

bool action_apply(struct session *session, struct action *action, GError **error)
{
	struct action_desk *desk = session->desk;
	if (!session_need_index(session, action->kind, error)) {
		action_free(action);
		return false;
	}
	if (desk->action || !session->about.known) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_BUSY,
			desk->action ? _("the last change is still being written")
				     : _("the index has not been read yet"));
		action_free(action);
		return false;
	}
	if (!make_pledge(session, action, error)) {
		action_free(action);
		return false;
	}
	struct writer_request request = {
		.store = session->store,
		.uuid = session->about.info.uuid,
		.label = action->label,
		.kind = action->kind,
	};
	request.changes = drafts_changes(action->changes, &request.n);
	for (size_t i = 0; i < request.n; i++)
		g_hash_table_insert(desk->asked, (gpointer)request.changes[i].id,
			(gpointer)&request.changes[i]);
	reset(desk);
	desk->action = action;
	session->jobs++;
	desk->job = writer_start(
		session->spawner, &request, on_progress, on_delta, on_applied, on_done, session);
	return true;
}

void action_cancel(struct session *session)
{
	if (session->desk->job)
		job_cancel(session->desk->job);
}

bool action_wait(struct session *session, GError **error)
{
	struct action_desk *desk = session->desk;
	while (desk->action)
		g_main_context_iteration(NULL, TRUE);
	if (desk->error && error)
		*error = g_error_copy(desk->error);
	return !desk->error;
}
