/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading: one pass over the lines that begin with #; delta lines are only remembered as places. */
#include "store/journal.h"

#include <errno.h>
#include <stdlib.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "store/deltaline.h"
#include "store/journal_file.h"

char *journal_path(const char *uuid, GError **error)
{
	g_autofree char *name = g_strconcat("journal/", uuid, NULL);

	for (const char *c = uuid; *c; c++)
		if (!g_ascii_isalnum(*c) && *c != '-') {
			g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL,
				_("\"%s\" is no database identifier"), uuid);
			return NULL;
		}
	return file_home_path(FILE_STATE, name, error);
}

/* --- entries */

static void entry_free(void *data)
{
	struct journal_entry *entry = data;

	g_free(entry->kind);
	g_free(entry->label);
	g_array_unref(entry->batch);
	g_free(entry);
}

static struct journal_entry *find(const struct journal *journal, uint64_t number)
{
	/* Numbers ascend. Newest first: who reads line after line asks for the newest. */
	for (unsigned i = journal->entries->len; i-- > 0;) {
		struct journal_entry *entry = g_ptr_array_index(journal->entries, i);

		if (entry->number <= number)
			return entry->number == number ? entry : NULL;
	}
	return NULL;
}

const struct journal_entry *journal_find(const struct journal *journal, uint64_t number)
{
	return find(journal, number);
}

static struct journal_entry *entry_made(struct journal *journal, uint64_t number, char *const *word)
{
	struct journal_entry *entry = find(journal, number);

	if (entry)
		return entry;
	entry = g_new0(struct journal_entry, 1);
	entry->number = number;
	entry->kind = hex_decode(span_of(word[0]));
	entry->time = g_ascii_strtoll(word[1], NULL, 10);
	entry->label = hex_decode(span_of(word[2]));
	entry->batches = 1;
	entry->batch = g_array_new(FALSE, TRUE, sizeof(struct journal_batch));
	g_ptr_array_add(journal->entries, entry);
	return entry;
}

/* --- lines */

struct reading {
	struct journal *journal;
	struct journal_entry *plan;  /* whose plan lines follow */
	struct journal_batch *batch; /* whose delta lines follow */
	size_t at;                   /* of the line in the file */
	size_t end;                  /* behind it */
};

/* The delta lines of the batch that was being read end here. */
static void end_lines(struct reading *reading)
{
	if (reading->batch)
		reading->batch->n = reading->at - reading->batch->at;
	if (reading->plan)
		reading->plan->plan_n = reading->at - reading->plan->plan_at;
	reading->batch = NULL;
	reading->plan = NULL;
}

static struct journal_batch *batch_of(struct journal_entry *entry, unsigned batch)
{
	return batch && batch <= entry->batch->len
		       ? &g_array_index(entry->batch, struct journal_batch, batch - 1)
		       : NULL;
}

static void on_plan(struct reading *reading, uint64_t number, char *const *word)
{
	struct journal_entry *entry =
		entry_made(reading->journal, number, (char *const[]){word[1], word[2], word[3]});

	entry->batches = (unsigned)MAX(1, strtoul(word[0], NULL, 10));
	entry->plan_at = reading->end;
	reading->plan = entry;
}

static void on_planned(struct reading *reading, uint64_t number, char *const *word)
{
	struct journal_entry *entry = find(reading->journal, number);

	(void)word;
	if (entry && entry->plan_at)
		entry->planned = true;
}

static void on_begin(struct reading *reading, uint64_t number, char *const *word)
{
	struct journal_entry *entry =
		entry_made(reading->journal, number, (char *const[]){word[1], word[2], word[5]});
	struct journal_batch batch = {
		.lastmod = g_ascii_strtoull(word[3], NULL, 10),
		.messages = g_ascii_strtoull(word[4], NULL, 10),
		.at = reading->end,
	};
	unsigned nth = (unsigned)strtoul(word[0], NULL, 10);

	/* A batch that was aborted is begun anew when a restart completes its plan. */
	if (batch_of(entry, nth))
		*batch_of(entry, nth) = batch;
	else if (nth == entry->batch->len + 1)
		g_array_append_val(entry->batch, batch);
	reading->batch = batch_of(entry, nth);
}

static void set_state(
	struct reading *reading, uint64_t number, const char *nth, enum journal_state state)
{
	struct journal_entry *entry = find(reading->journal, number);
	struct journal_batch *batch =
		entry ? batch_of(entry, (unsigned)strtoul(nth, NULL, 10)) : NULL;

	if (batch)
		batch->state = state;
}

static void on_commit(struct reading *reading, uint64_t number, char *const *word)
{
	set_state(reading, number, word[0], JOURNAL_COMMITTED);
}

static void on_abort(struct reading *reading, uint64_t number, char *const *word)
{
	set_state(reading, number, word[0], JOURNAL_ABORTED);
}

static void on_close(struct reading *reading, uint64_t number, char *const *word)
{
	struct journal_entry *entry = find(reading->journal, number);

	(void)word;
	if (entry)
		entry->closed = true;
}

static const struct {
	const char *name;
	unsigned words; /* behind the number */
	void (*read)(struct reading *reading, uint64_t number, char *const *word);
} records[] = {
	{"#plan", 4, on_plan},
	{"#planned", 0, on_planned},
	{"#begin", 6, on_begin},
	{"#commit", 2, on_commit},
	{"#abort", 1, on_abort},
	{"#close", 0, on_close},
};

static void read_record(struct reading *reading, struct span line)
{
	g_autofree char *copy = span_dup(line);
	g_auto(GStrv) words = g_strsplit(copy, " ", -1);
	unsigned count = g_strv_length(words);
	uint64_t number = count > 1 ? g_ascii_strtoull(words[1], NULL, 10) : 0;

	end_lines(reading);
	if (!number) /* entries count from 1, and 0 means none everywhere else */
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(records); i++)
		if (g_str_equal(words[0], records[i].name) && count == records[i].words + 2)
			records[i].read(reading, number, words + 2);
}

static bool is_record(struct span line)
{
	return line.n > 1 && line.p[0] == '#' && g_ascii_isalpha(line.p[1]);
}

static void read_lines(struct journal *journal)
{
	struct reading reading = {.journal = journal};
	const char *text = journal->text, *end = text + journal->size, *next;

	for (const char *at = text; at < end; at = next) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		/* Without its line end the last line was cut by a crash: it says nothing. */
		if (!stop)
			break;
		next = stop + 1;
		reading.at = (size_t)(at - text);
		reading.end = (size_t)(next - text);
		if (is_record(span_make(at, stop)))
			read_record(&reading, span_make(at, stop));
	}
	reading.at = reading.end;
	end_lines(&reading);
}

/* --- what the lines come to */

static void settle_entry(struct journal_entry *entry)
{
	unsigned committed = 0, aborted = 0;

	for (unsigned i = 0; i < entry->batch->len; i++) {
		const struct journal_batch *batch =
			&g_array_index(entry->batch, struct journal_batch, i);

		committed += batch->state == JOURNAL_COMMITTED;
		aborted += batch->state == JOURNAL_ABORTED;
		entry->messages += batch->state == JOURNAL_COMMITTED ? batch->messages : 0;
	}
	if (committed == entry->batches || (entry->closed && committed))
		entry->state = JOURNAL_COMMITTED;
	else if (entry->closed || (entry->batches == 1 && aborted) ||
		 (entry->plan_at && !entry->planned))
		entry->state = JOURNAL_ABORTED;
}

/* The entry that an undo or redo speaks of, 0 for other kinds. */
static uint64_t target_of(const char *kind, const char *verb)
{
	return g_str_has_prefix(kind, verb) ? g_ascii_strtoull(kind + strlen(verb), NULL, 10) : 0;
}

static void settle(struct journal *journal)
{
	for (unsigned i = 0; i < journal->entries->len; i++) {
		struct journal_entry *entry = g_ptr_array_index(journal->entries, i);
		uint64_t undo = target_of(entry->kind, "undo "),
			 redo = target_of(entry->kind, "redo ");
		struct journal_entry *target =
			undo || redo ? find(journal, undo ? undo : redo) : NULL;

		settle_entry(entry);
		if (target && entry->state == JOURNAL_COMMITTED)
			target->undone_by = undo ? entry->number : 0;
	}
}

struct journal *journal_parse(char *text, size_t size)
{
	struct journal *journal = g_new0(struct journal, 1);

	journal->entries = g_ptr_array_new_with_free_func(entry_free);
	journal->text = text;
	journal->size = size;
	read_lines(journal);
	settle(journal);
	return journal;
}

struct journal *journal_read(const char *uuid, GError **error)
{
	g_autofree char *path = journal_path(uuid, error);
	g_autoptr(GError) why = NULL;
	char *text = NULL;
	gsize size = 0;

	if (!path)
		return NULL;
	if (!g_file_get_contents(path, &text, &size, &why) &&
		!g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_IO, _("cannot read the journal %s: %s"), path,
			why->message);
		return NULL;
	}
	return journal_parse(text, size);
}

void journal_free(struct journal *journal)
{
	if (!journal)
		return;
	g_ptr_array_unref(journal->entries);
	g_free(journal->text);
	g_free(journal);
}

/* --- questions */

bool journal_kind_is_step(const char *kind)
{
	return !target_of(kind, "undo ") && !target_of(kind, "redo ");
}

const char *journal_state_word(const struct journal_entry *entry)
{
	if (entry->undone_by)
		return N_("undone");
	switch (entry->state) {
	case JOURNAL_PENDING:
		return N_("unfinished");
	case JOURNAL_ABORTED:
		return N_("not applied");
	default:
		return N_("done");
	}
}

bool journal_is_unsettled(const struct journal *journal)
{
	for (unsigned i = journal->entries->len; i-- > 0;) {
		const struct journal_entry *entry = g_ptr_array_index(journal->entries, i);

		if (entry->state == JOURNAL_PENDING)
			return true;
	}
	return false;
}

bool journal_is_step(const struct journal_entry *entry)
{
	return journal_kind_is_step(entry->kind);
}

const struct journal_entry *journal_undoable(const struct journal *journal)
{
	for (unsigned i = journal->entries->len; i-- > 0;) {
		const struct journal_entry *entry = g_ptr_array_index(journal->entries, i);

		if (journal_is_step(entry) && entry->state == JOURNAL_COMMITTED &&
			!entry->undone_by)
			return entry;
	}
	return NULL;
}

const struct journal_entry *journal_redoable(const struct journal *journal)
{
	const struct journal_entry *last = NULL;
	uint64_t newest = 0;

	for (unsigned i = 0; i < journal->entries->len; i++) {
		const struct journal_entry *entry = g_ptr_array_index(journal->entries, i);

		if (!journal_is_step(entry) || entry->state != JOURNAL_COMMITTED)
			continue;
		newest = entry->number;
		if (entry->undone_by && (!last || entry->undone_by > last->undone_by))
			last = entry;
	}
	return last && last->undone_by > newest ? last : NULL;
}

GPtrArray *journal_batch_deltas(const struct journal *journal, const struct journal_batch *batch)
{
	return delta_read((struct span){journal->text + batch->at, batch->n}, &delta_marks);
}

GPtrArray *journal_plan(const struct journal *journal, const struct journal_entry *entry)
{
	return delta_read(
		(struct span){journal->text + entry->plan_at, entry->plan_n}, &plan_marks);
}

GPtrArray *journal_deltas(const struct journal *journal, const struct journal_entry *entry)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)change_free);

	for (unsigned i = 0; i < entry->batch->len; i++) {
		const struct journal_batch *batch =
			&g_array_index(entry->batch, struct journal_batch, i);

		if (batch->state == JOURNAL_COMMITTED)
			g_ptr_array_extend_and_steal(all, journal_batch_deltas(journal, batch));
	}
	return all;
}

GPtrArray *journal_inverse(const struct journal *journal, const struct journal_entry *entry)
{
	g_autoptr(GPtrArray) deltas = journal_deltas(journal, entry);
	GPtrArray *inverse = g_ptr_array_new_with_free_func((GDestroyNotify)change_free);

	for (unsigned i = deltas->len; i-- > 0;) {
		const struct change *delta = g_ptr_array_index(deltas, i);

		g_ptr_array_add(inverse, change_copy(&(struct change){
						 .id = delta->id,
						 .add_tags = delta->remove_tags,
						 .remove_tags = delta->add_tags,
						 .add_properties = delta->remove_properties,
						 .remove_properties = delta->add_properties,
					 }));
	}
	return inverse;
}
