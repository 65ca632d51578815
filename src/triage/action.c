/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions made from rows: tags, done, retry. The suppression list is in action-list.c, applying in
 * action-run.c, undo in action-undo.c. */
#include "triage/action.h"

#include "base/clock.h"
#include "base/errors.h"
#include "base/strhash.h"
#include "base/words.h"
#include "triage/action-parts.h"
#include "triage/label.h"
#include "triage/retry.h"

#define MARKS_OF_A_MESSAGE \
	250 /* properties: libnotmuch goes through all terms of the message for each */

char *messages_told(size_t n)
{
	return g_strdup_printf(ngettext("%zu message", "%zu messages", n), n);
}

char *recipients_told(size_t n)
{
	return g_strdup_printf(ngettext("%zu recipient", "%zu recipients", n), n);
}

static void suppressed_free(gpointer data)
{
	struct suppressed *entry = data;
	g_free(entry->address);
	g_free(entry->category);
	g_free(entry->ids);
	g_free(entry->note);
	g_free(entry);
}

struct action *action_new(const char *kind)
{
	struct action *action = g_new0(struct action, 1);
	action->changes = drafts_new();
	action->kind = g_strdup(kind);
	action->effect.lines = g_ptr_array_new_with_free_func(g_free);
	action->effect.warnings = g_ptr_array_new_with_free_func(g_free);
	action->put = g_hash_table_new_full(strhash, g_str_equal, NULL, suppressed_free);
	action->take = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	return action;
}

void action_free(struct action *action)
{
	if (!action)
		return;
	drafts_free(action->changes);
	g_free(action->kind);
	g_free(action->label);
	g_free(action->done);
	g_hash_table_unref(action->put);
	g_hash_table_unref(action->take);
	g_free(action->note);
	g_ptr_array_unref(action->effect.lines);
	g_ptr_array_unref(action->effect.warnings);
	g_free(action->effect.command);
	g_free(action);
}

const struct action_effect *action_effect(const struct action *action)
{
	return &action->effect;
}

void action_tell(struct action *action, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_ptr_array_add(action->effect.lines, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

void action_count(struct action *action, const GPtrArray *rows)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		g_hash_table_add(seen, row->entry);
		action->effect.recipients +=
			row->recipient != UINT_MAX || row_text(row, ROW_ADDRESS);
	}
	action->effect.messages = g_hash_table_size(seen);
}

/* Each message of `rows` once, in their order. */
static GPtrArray *messages_of(const GPtrArray *rows)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	GPtrArray *messages = g_ptr_array_new();
	for (guint i = 0; i < rows->len; i++) {
		struct entry *entry = ((const struct row *)rows->pdata[i])->entry;
		if (g_hash_table_add(seen, entry))
			g_ptr_array_add(messages, entry);
	}
	return messages;
}

/* --- tags */

static bool is_known_tag(struct session *session, const char *tag)
{
	char *const *tags = session_tags(session);
	return !tags || g_strv_contains((const char *const *)tags, tag);
}

/* "+retry: 1 new, 1 has it" */
static void tell_tag(struct action *action, struct session *session, const GPtrArray *messages,
	const char *tag, bool add)
{
	size_t has = 0;
	for (guint i = 0; i < messages->len; i++)
		has += entry_has_tag(messages->pdata[i], tag);
	size_t changes = add ? messages->len - has : has, rest = messages->len - changes;
	GString *line = g_string_new(NULL);
	if (add)
		g_string_append_printf(line, _("+%s: %zu new"), tag, changes);
	else
		g_string_append_printf(line, "-%s: %zu", tag, changes);
	if (rest && add)
		g_string_append_printf(line, ngettext(", %zu has it", ", %zu have it", rest), rest);
	else if (rest)
		g_string_append_printf(line,
			ngettext(", %zu does not have it", ", %zu do not have it", rest), rest);
	if (add && !is_known_tag(session, tag))
		g_string_append(line, _(" (a NEW tag)"));
	g_ptr_array_add(action->effect.lines, g_string_free(line, FALSE));
}

static void put_tag(struct action *action, struct session *session, const GPtrArray *messages,
	const char *tag, bool add)
{
	for (guint i = 0; i < messages->len; i++)
		drafts_put(action->changes, ((struct entry *)messages->pdata[i])->id,
			add ? ADD_TAG : REMOVE_TAG, tag);
	tell_tag(action, session, messages, tag, add);
}

static void tell_files(struct action *action, const struct session *session, char *const *words)
{
	bool renames = false;
	for (; *words; words++)
		renames = renames || tag_renames_files(*words + 1);
	if (!renames)
		action_tell(action, _("Files: no rename"));
	else if (session->about.known && session->about.info.synchronize_flags)
		action_tell(
			action, _("Files: renamed, since such a tag stands for a Maildir flag"));
	else
		action_tell(action, _("Files: no rename (maildir.synchronize_flags is off)"));
}

static char **tag_words(const char *words, GError **error)
{
	g_auto(GStrv) pieces = g_strsplit_set(words, " \t", -1);
	GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);
	bool good = true;
	for (char **word = pieces; good && *word; word++) {
		if (!**word)
			continue;
		if (**word != '+' && **word != '-') {
			g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
				_("`%s`: write +%s to add the tag, -%s to remove it"), *word, *word,
				*word);
			good = false;
		} else {
			good = tag_check(*word + 1, error);
		}
		g_ptr_array_add(tags, g_strdup(*word));
	}
	if (good && tags->len == 0) {
		g_set_error(
			error, NIXIE_ERROR, NIXIE_USAGE, _("no tag is given; write +TAG or -TAG"));
		good = false;
	}
	g_ptr_array_add(tags, NULL);
	if (good)
		return (char **)g_ptr_array_free(tags, FALSE);
	g_ptr_array_unref(tags);
	return NULL;
}

struct action *action_tag(
	struct session *session, GPtrArray *rows, const char *words, GError **error)
{
	g_auto(GStrv) tags = tag_words(words, error);
	if (!tags)
		return NULL;
	g_autoptr(GPtrArray) messages = messages_of(rows);
	struct action *action = action_new("tag");
	g_autofree char *joined = g_strjoinv(" ", tags), *verb = g_strconcat("tag ", joined, NULL);
	g_autofree char *number = label_count(messages->len, "message", "messages");
	action_count(action, rows);
	for (char **tag = tags; *tag; tag++)
		put_tag(action, session, messages, *tag + 1, **tag == '+');
	tell_files(action, session, tags);
	action->label = label_tag(joined, number);
	g_autofree char *told = messages_told(messages->len);
	/* TRANSLATORS: "2 messages", "+urgent -inbox" */
	action->done = g_strdup_printf(_("Tagged %s: %s"), told, joined);
	action->effect.command = action_command(session, verb, rows, true);
	return action;
}

struct action *action_done(struct session *session, GPtrArray *rows, bool on, GError **error)
{
	g_autofree char *word =
		g_strdup_printf("%c%s", on ? '-' : '+', config_text(session->config, SET_TAG_DONE));
	struct action *action = action_tag(session, rows, word, error);
	if (!action)
		return NULL;
	g_autofree char *number = messages_told(action->effect.messages);
	g_free(action->done);
	action->done = g_strdup_printf(on ? _("Done with %s") : _("Took up %s again"), number);
	return action;
}

/* --- marks of single recipients: a tag on the message, a property for each address */

/* Names a recipient of a message; g_free. */
static char *recipient_key(const struct entry *entry, const char *address)
{
	return g_strdup_printf("%s\n%s", entry->id, address);
}

static void note_line(GHashTable *lines, const struct entry *entry, const char *address, char *line)
{
	char *key = recipient_key(entry, address);
	GPtrArray *of = g_hash_table_lookup(lines, key);
	if (!of) {
		of = g_ptr_array_new();
		g_hash_table_insert(lines, key, of);
	} else {
		g_free(key);
	}
	g_ptr_array_add(of, line);
}

/* The properties of these messages that begin with `property=`, by the recipient they name,
 * whatever follows it. */
static GHashTable *lines_of(const GPtrArray *messages, const char *property)
{
	GHashTable *lines = g_hash_table_new_full(
		strhash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	size_t n = strlen(property);
	for (guint i = 0; i < messages->len; i++) {
		const struct entry *entry = messages->pdata[i];
		for (char *const *line = entry_properties(entry); *line; line++) {
			if (strncmp(*line, property, n) != 0 || (*line)[n] != '=')
				continue;
			g_autofree char *value = g_strdup(*line + n + 1);
			note_line(lines, entry, value, *line);
			for (char *blank; (blank = strrchr(value, ' '));) {
				*blank = '\0';
				note_line(lines, entry, value, *line);
			}
		}
	}
	return lines;
}

static void drop_lines(struct action *action, const struct row *row, GHashTable *lines)
{
	g_autofree char *key = recipient_key(row->entry, row_text(row, ROW_ADDRESS));
	const GPtrArray *of = g_hash_table_lookup(lines, key);
	for (guint i = 0; of && i < of->len; i++)
		drafts_put(action->changes, row_id(row), REMOVE_PROPERTY, of->pdata[i]);
}

static void put_property(
	struct action *action, const struct row *row, const char *property, int64_t time)
{
	g_autofree char *line =
		time ? g_strdup_printf("%s=%s %" G_GINT64_FORMAT, property,
			       row_text(row, ROW_ADDRESS), time)
		     : g_strdup_printf("%s=%s", property, row_text(row, ROW_ADDRESS));
	drafts_put(action->changes, row_id(row), ADD_PROPERTY, line);
}

/* Will a property of this mark be left on the message when those in `leaving` are gone? */
static bool keeps_mark(const struct entry *entry, GHashTable *leaving, const struct mark *mark)
{
	size_t n = strlen(mark->property);
	for (char *const *line = entry_properties(entry); *line; line++) {
		if (strncmp(*line, mark->property, n) != 0 || (*line)[n] != '=')
			continue;
		g_autofree char *key = recipient_key(entry, *line + n + 1);
		if (!g_hash_table_contains(leaving, key))
			return true;
	}
	return false;
}

/* Messages that keep the mark for another recipient keep the tag. */
static GPtrArray *messages_losing(
	const GPtrArray *messages, const GPtrArray *rows, const struct mark *mark)
{
	g_autoptr(GHashTable) leaving = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	GPtrArray *losing = g_ptr_array_new();
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		g_hash_table_add(leaving, recipient_key(row->entry, row_text(row, ROW_ADDRESS)));
	}
	for (guint i = 0; i < messages->len; i++)
		if (!keeps_mark(messages->pdata[i], leaving, mark))
			g_ptr_array_add(losing, messages->pdata[i]);
	return losing;
}

/* Rows without an address cannot be named by a property. */
static GPtrArray *rows_with_address(struct action *action, const GPtrArray *rows)
{
	GPtrArray *named = g_ptr_array_new();
	for (guint i = 0; i < rows->len; i++)
		if (row_text((const struct row *)rows->pdata[i], ROW_ADDRESS))
			g_ptr_array_add(named, rows->pdata[i]);
	if (named->len < rows->len)
		action_tell(action, _("%u left out: the report names no address"),
			rows->len - named->len);
	return named;
}

static int64_t due_time(struct session *session, const struct row *row)
{
	return retry_due(retry_advice(session->knowledge, session->rules, row), row, clock_now());
}

/*
 * Messages of which so many recipients are meant that a property for each would keep the index
 * locked for minutes: they are marked as a whole, by the tag alone.
 */
static GHashTable *crowded_messages(
	struct action *action, const GPtrArray *rows, const GPtrArray *messages)
{
	GHashTable *counts = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < rows->len; i++) {
		struct entry *entry = ((const struct row *)rows->pdata[i])->entry;
		g_hash_table_insert(counts, entry,
			GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(counts, entry)) + 1));
	}
	for (guint i = 0; i < messages->len; i++) {
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, messages->pdata[i]));
		if (count <= MARKS_OF_A_MESSAGE)
			g_hash_table_remove(counts, messages->pdata[i]);
		else
			g_ptr_array_add(action->effect.warnings,
				g_strdup_printf(_("%u recipients of one message: it is marked as a "
						  "whole"),
					count));
	}
	return counts;
}

void action_mark(struct action *action, struct session *session, const GPtrArray *rows,
	const struct mark *mark, bool on)
{
	g_autoptr(GPtrArray) messages = messages_of(rows);
	g_autoptr(GHashTable) crowded = crowded_messages(action, rows, messages);
	g_autoptr(GPtrArray) tagged =
		on ? g_ptr_array_ref(messages) : messages_losing(messages, rows, mark);
	g_autoptr(GHashTable) marks = lines_of(messages, mark->property);
	g_autoptr(GHashTable) dues = mark->due ? lines_of(messages, mark->due) : NULL;
	put_tag(action, session, tagged, config_text(session->config, mark->tag), on);
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		if (mark->due)
			drop_lines(action, row, dues);
		if (!on)
			drop_lines(action, row, marks);
		else if (!g_hash_table_contains(crowded, row->entry)) {
			if (mark->stamp)
				drop_lines(action, row, marks);
			put_property(action, row, mark->property, mark->stamp);
			if (mark->due)
				put_property(action, row, mark->due, due_time(session, row));
		}
	}
}

struct action *action_marking(
	const char *kind, const GPtrArray *rows, GPtrArray **named, GError **error)
{
	struct action *action = action_new(kind);
	*named = rows_with_address(action, rows);
	if (!(*named)->len) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("none of these reports names an address; there is nothing to mark"));
		action_free(action);
		return NULL;
	}
	action_count(action, *named);
	return action;
}

/* "due: 2 now, 1 later, the last on 2026-07-29" */
static void tell_due(struct action *action, struct session *session, const GPtrArray *rows)
{
	int64_t now = clock_now(), last = 0;
	size_t later = 0;
	for (guint i = 0; i < rows->len; i++) {
		int64_t due = due_time(session, rows->pdata[i]);
		later += due > now;
		last = MAX(last, due);
	}
	g_autoptr(GDateTime) day = g_date_time_new_from_unix_local(last);
	g_autofree char *text = day ? g_date_time_format(day, "%Y-%m-%d %H:%M") : NULL;
	if (!later)
		action_tell(action, _("due: %u now"), rows->len);
	else
		action_tell(action, _("due: %zu now, %zu later, the last on %s"), rows->len - later,
			later, text ? text : "?");
}

/* Flags that stand on reports folded under these rows. */
static GPtrArray *with_folded(struct session *session, const GPtrArray *rows)
{
	GPtrArray *all = g_ptr_array_new();
	for (guint i = 0; i < rows->len; i++) {
		struct row *row = rows->pdata[i];
		g_autoptr(GPtrArray) folded = session_folded(session, row);
		g_ptr_array_add(all, row);
		for (guint k = 0; k < folded->len; k++) {
			struct row *under = folded->pdata[k];
			if (under->entry != row->entry &&
				row_is_marked(under, config_text(session->config, SET_TAG_RETRY),
					PROPERTY_RETRY))
				g_ptr_array_add(all, under);
		}
	}
	return all;
}

static const struct mark retry_mark = {
	"retry", PROPERTY_RETRY, PROPERTY_RETRY_DUE, SET_TAG_RETRY, 0};

struct action *action_retry(struct session *session, GPtrArray *rows, bool on, GError **error)
{
	g_autoptr(GPtrArray) named = NULL;
	struct action *action = action_marking(retry_mark.kind, rows, &named, error);
	if (!action)
		return NULL;
	g_autoptr(GPtrArray) flagged = on ? g_ptr_array_ref(named) : with_folded(session, named);
	action_mark(action, session, flagged, &retry_mark, on);
	if (on) {
		g_ptr_array_extend_and_steal(action->effect.warnings,
			retry_warnings(session->knowledge, session->rules, named));
		tell_due(action, session, named);
	}
	g_autofree char *number = label_count(named->len, "recipient", "recipients");
	action->label = label_new(on ? LABEL_FLAG : LABEL_UNFLAG, number);
	g_autofree char *told = recipients_told(named->len);
	action->done = g_strdup_printf(
		on ? _("Flagged %s for retry") : _("Took the retry flag off %s"), told);
	action->effect.command =
		action_command(session, on ? "retry" : "retry --unset", rows, false);
	return action;
}

struct action *action_retried(struct session *session, GPtrArray *rows, GError **error)
{
	const struct mark mark = {"retried", PROPERTY_RETRIED, NULL, SET_TAG_RETRIED, clock_now()};
	g_autoptr(GPtrArray) named = NULL;
	struct action *action = action_marking(mark.kind, rows, &named, error);
	if (!action)
		return NULL;
	g_autoptr(GPtrArray) flagged = with_folded(session, named);
	action_mark(action, session, flagged, &retry_mark, false);
	action_mark(action, session, named, &mark, true);
	g_autofree char *number = label_count(named->len, "recipient", "recipients");
	action->label = label_new(LABEL_SENT, number);
	g_autofree char *told = recipients_told(named->len);
	action->done = g_strdup_printf(_("Noted %s as sent again"), told);
	action->effect.command = action_command(session, "retry --sent", rows, false);
	return action;
}
