/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/rowstore.h"

#include "base/address.h"
#include "triage/cause.h"

static void entry_free(gpointer data)
{
	struct entry *entry = data;
	for (struct row_node *node = entry->rows, *next; node; node = next) {
		next = node->next;
		g_free(node);
	}
	if (entry->files != &entry->rows)
		g_free(entry->files);
	message_free(entry->message);
	g_free(entry);
}

struct rowstore *rowstore_new(const struct knowledge *knowledge)
{
	struct rowstore *store = g_new0(struct rowstore, 1);
	store->knowledge = knowledge;
	store->entries = g_ptr_array_new_with_free_func(entry_free);
	store->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	store->strings = g_string_chunk_new(64 * 1024);
	store->marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	store->scratch = g_string_new(NULL);
	return store;
}

void rowstore_free(struct rowstore *store)
{
	if (!store)
		return;
	g_ptr_array_unref(store->entries);
	g_hash_table_unref(store->by_id);
	g_string_chunk_free(store->strings);
	g_hash_table_unref(store->marks);
	g_string_free(store->scratch, TRUE);
	g_free(store);
}

/* --- shared strings */

static const char *share(struct rowstore *store, const char *text)
{
	return text ? g_string_chunk_insert_const(store->strings, text) : NULL;
}

const char *rowstore_share(struct rowstore *store, const char *text)
{
	return share(store, text);
}

static const char *share_scratch(struct rowstore *store)
{
	return store->scratch->len ? share(store, store->scratch->str) : NULL;
}

static const char *share_lower(struct rowstore *store, struct span text)
{
	g_string_truncate(store->scratch, 0);
	for (size_t i = 0; i < text.n; i++)
		g_string_append_c(store->scratch, g_ascii_tolower(text.p[i]));
	return share_scratch(store);
}

static const char *share_mailbox(struct rowstore *store, const char *address)
{
	if (!address)
		return NULL;
	g_autofree char *key = address_key(address);
	return share_lower(store, span_of(key));
}

static const char *share_cause(struct rowstore *store, const char *diagnostic)
{
	if (!diagnostic)
		return NULL;
	g_string_truncate(store->scratch, 0);
	cause_append(store->scratch, diagnostic);
	return share_scratch(store);
}

/* --- messages */

static struct row_node *node_new(struct entry *entry, unsigned file)
{
	struct row_node *node = g_new0(struct row_node, 1);
	node->entry = entry;
	node->row.message = entry->message;
	node->row.file = file;
	node->row.recipient = UINT_MAX;
	node->row.date = entry->message->date;
	node->row.confidence = CONFIDENCE_NONE;
	node->row.finality = FINALITY_UNKNOWN;
	node->row.type = TYPE_UNDETERMINED;
	node->row.origin = ORIGIN_UNKNOWN;
	node->row.trust = TRUST_BARE;
	return node;
}

/* Room for the first row of each file; of one file that is `rows` itself. */
static void grow_files(struct entry *entry, unsigned n)
{
	struct row_node **before = entry->files;
	if (n < 2) {
		entry->files = &entry->rows;
	} else {
		entry->files = g_new0(struct row_node *, n);
		for (unsigned file = 0; file < entry->files_n; file++)
			entry->files[file] = before[file];
		if (before != &entry->rows)
			g_free(before);
	}
	entry->files_n = n;
}

/* A row for each file that has none, until its facts are known. */
static void add_nodes(struct entry *entry, bool coming)
{
	struct row_node **last = &entry->rows;
	unsigned from = entry->files_n;
	while (*last)
		last = &(*last)->next;
	grow_files(entry, g_strv_length(entry->message->files));
	for (unsigned file = from; file < entry->files_n; file++) {
		*last = entry->files[file] = node_new(entry, file);
		(*last)->row.unread_facts = true;
		(*last)->coming = coming;
		last = &(*last)->next;
		entry->unread++;
	}
}

static struct entry *entry_new(struct rowstore *store, struct message *message, bool coming)
{
	struct entry *entry = g_new0(struct entry, 1);
	entry->message = message;
	/* A hundred thousand of them are kept: what no screen shows goes. */
	g_clear_pointer(&message->thread, g_free);
	g_clear_pointer(&message->from, g_free);
	add_nodes(entry, coming);
	entry->unsettled = true;
	store->read += entry->unread == 0;
	g_hash_table_insert(store->by_id, message->id, entry);
	return entry;
}

struct entry *rowstore_add(struct rowstore *store, struct message *message)
{
	struct entry *entry = entry_new(store, message, false);
	g_ptr_array_add(store->entries, entry);
	return entry;
}

static struct row_node *first_of_file(const struct entry *entry, unsigned file)
{
	return file < entry->files_n ? entry->files[file] : NULL;
}

/* --- what came while the list was on the screen */

struct entry *rowstore_add_coming(struct rowstore *store, struct message *message)
{
	struct entry *entry = entry_new(store, message, true);
	guint at = 0;
	/* Newest first, as the index answers: then nothing has to be sorted. */
	while (at < store->entries->len &&
		((struct entry *)store->entries->pdata[at])->message->date > message->date)
		at++;
	g_ptr_array_insert(store->entries, (gint)at, entry);
	return entry;
}

/* The name of a file without what a mail program changes: folder and flags. */
static struct span lasting_name(const char *path)
{
	const char *name = strrchr(path, '/');
	name = name ? name + 1 : path;
	const char *end = strstr(name, ":2,");
	return end ? span_make(name, end) : span_of(name);
}

/* Paths by themselves, or by their lasting names. */
static GHashTable *index_paths(char *const *paths, bool lasting)
{
	GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (; *paths; paths++)
		g_hash_table_replace(
			index, lasting ? span_dup(lasting_name(*paths)) : g_strdup(*paths), *paths);
	return index;
}

/* Takes the path that is the same file out of `left`; NULL when there is none. */
static const char *take_same(GHashTable *left, GHashTable *lasting, const char *path)
{
	g_autofree char *name = span_dup(lasting_name(path));
	const char *same = g_hash_table_contains(left, path) ? g_hash_table_lookup(left, path)
							     : g_hash_table_lookup(lasting, name);
	return same && g_hash_table_remove(left, same) ? same : NULL;
}

static bool set_gone(const struct entry *entry, unsigned file, bool gone)
{
	bool changed = false;
	for (struct row_node *node = first_of_file(entry, file); node && node->row.file == file;
		node = node->next) {
		changed |= node->row.gone != gone;
		node->row.gone = gone;
	}
	return changed;
}

static bool rename_file(char **path, const char *now)
{
	if (!now || strcmp(*path, now) == 0)
		return false;
	g_free(*path);
	*path = g_strdup(now);
	return true;
}

/* Rows know their files by number: those that are there keep theirs. */
static bool update_files(struct entry *entry, char *const *now)
{
	g_autoptr(GHashTable) left = index_paths(now, false), lasting = index_paths(now, true);
	struct message *message = entry->message;
	unsigned n = g_strv_length(message->files), all;
	bool changed = false;
	for (unsigned file = 0; file < n; file++) {
		const char *same = take_same(left, lasting, message->files[file]);
		changed |= set_gone(entry, file, !same);
		changed |= rename_file(&message->files[file], same);
	}
	all = n + g_hash_table_size(left);
	if (all == n)
		return changed;
	message->files = g_renew(char *, message->files, all + 1);
	for (; *now; now++)
		if (g_hash_table_contains(left, *now))
			message->files[n++] = g_strdup(*now);
	message->files[n] = NULL;
	add_nodes(entry, true);
	return true;
}

static bool take_words(char ***ours, char ***now)
{
	if (g_strv_equal((const char *const *)*ours, (const char *const *)*now))
		return false;
	g_strfreev(*ours);
	*ours = g_steal_pointer(now);
	return true;
}

bool rowstore_update(struct rowstore *store, struct entry *entry, struct message *message)
{
	bool was_read = entry->unread == 0;
	bool changed = take_words(&entry->message->tags, &message->tags);
	changed |= take_words(&entry->message->properties, &message->properties);
	changed |= update_files(entry, message->files);
	store->read -= was_read && entry->unread;
	entry->unsettled |= changed;
	message_free(message);
	return changed;
}

unsigned rowstore_unread_from(const struct entry *entry)
{
	for (const struct row_node *node = entry->rows; node; node = node->next)
		if (node->coming && node->row.unread_facts)
			return node->row.file;
	return g_strv_length(entry->message->files);
}

void rowstore_arrive(struct rowstore *store)
{
	for (guint i = 0; i < store->entries->len; i++) {
		const struct entry *entry = store->entries->pdata[i];
		for (struct row_node *node = entry->rows; node; node = node->next) {
			if (!node->coming || node->row.unread_facts)
				continue;
			node->coming = false;
			node->row.fresh = !node->hidden_kind;
		}
	}
}

struct entry *rowstore_find(const struct rowstore *store, const char *id)
{
	return g_hash_table_lookup(store->by_id, id);
}

/* --- marks across a reload */

/* A row by what stays the same: flags are renamed, positions shift. g_free. */
static char *mark_key(const struct row *row)
{
	struct span name = lasting_name(row->message->files[row->file]);
	return g_strdup_printf(
		"%s\n%.*s\n%u", row->message->id, (int)name.n, name.p, row->recipient);
}

void rowstore_take_marks(struct rowstore *store, const struct rowstore *before)
{
	/* A load that brought nothing (its query was refused) had not given back what it took. */
	if (!before->entries->len) {
		GHashTableIter iter;
		gpointer key;
		g_hash_table_iter_init(&iter, before->marks);
		while (g_hash_table_iter_next(&iter, &key, NULL))
			g_hash_table_add(store->marks, g_strdup(key));
	}
	for (guint i = 0; i < before->entries->len; i++) {
		const struct entry *entry = before->entries->pdata[i];
		for (const struct row_node *node = entry->rows; node; node = node->next)
			if (node->row.marked)
				g_hash_table_add(store->marks, mark_key(&node->row));
	}
}

static void restore_mark(struct rowstore *store, struct row *row)
{
	if (g_hash_table_size(store->marks) == 0)
		return;
	g_autofree char *key = mark_key(row);
	row->marked = row->marked || g_hash_table_contains(store->marks, key);
}

/* --- facts */

static bool is_overruled(const struct recipient *recipient)
{
	return recipient->conflict ||
	       (recipient->status && recipient->status_field &&
		       strcmp(recipient->status, recipient->status_field) != 0);
}

static unsigned fingerprint_of(const struct report *report, const struct recipient *recipient)
{
	unsigned print = (unsigned)report->timestamp;
	if (report->queue_id)
		print = print * 31 + g_str_hash(report->queue_id);
	if (recipient && recipient->diagnostic)
		print = print * 31 + g_str_hash(recipient->diagnostic);
	return print;
}

static void fill_report(struct rowstore *store, struct row_node *node, const struct report *report)
{
	struct row *row = &node->row;
	const char *original = report->original.id ? report->original.id : report->envelope_id;
	row->unread_facts = false;
	row->kind = (unsigned char)report->kind;
	row->texts[ROW_REPORTING_MTA] = share_lower(store, span_of(report->reporting_mta));
	row->texts[ROW_ORIGINAL] = share(store, original);
	row->texts[ROW_SUBJECT] = share(store, report->original.subject);
	row->texts[ROW_SENDER] = share_lower(store, address_find(span_of(report->original.from)));
	node->aside = report->original.list_id ||
		      (report->original.return_path && !*report->original.return_path);
}

static void fill_recipient(
	struct rowstore *store, struct row_node *node, const struct recipient *recipient)
{
	struct row *row = &node->row;
	struct span domain =
		recipient->address ? address_domain(span_of(recipient->address)) : SPAN_NONE;
	row->texts[ROW_ADDRESS] = share(store, recipient->address);
	row->texts[ROW_DOMAIN] = share_lower(store, domain);
	row->texts[ROW_MAILBOX] = share_mailbox(store, recipient->address);
	row->texts[ROW_STATUS] = share(store, recipient->status);
	row->texts[ROW_REPLY] = share(store, recipient->reply);
	row->texts[ROW_RULE] = share(store, recipient->rule);
	row->texts[ROW_REMOTE_MTA] = share_lower(store, span_of(recipient->remote_mta));
	row->texts[ROW_REMOTE_DOMAIN] =
		share_lower(store, host_organisation(span_of(row_text(row, ROW_REMOTE_MTA))));
	row->texts[ROW_CAUSE] = share_cause(store, recipient->diagnostic);
	row->category =
		recipient->category ? category_by_id(store->knowledge, recipient->category) : NULL;
	row->kind = (unsigned char)recipient->kind;
	row->finality = (unsigned char)recipient->finality;
	row->confidence = (unsigned char)recipient->confidence;
	row->status_overruled = is_overruled(recipient);
}

/* Who complained is no failed recipient; where it is one alone, the row names them. */
static void fill_complainant(struct rowstore *store, struct row *row, const struct report *report)
{
	const struct recipient *other = report->others;
	if (report->kind != KIND_COMPLAINT || report->others_n != 1 || !other->address)
		return;
	row->texts[ROW_ADDRESS] = share(store, other->address);
	row->texts[ROW_DOMAIN] = share_lower(store, address_domain(span_of(other->address)));
	row->texts[ROW_MAILBOX] = share_mailbox(store, other->address);
}

static void set_context(struct row *row, const struct context *context)
{
	row->origin = (unsigned char)context->origin;
	row->trust = (unsigned char)context->trust;
	row->type = (unsigned char)context->type;
	row->who = context->who;
}

void rowstore_set_contexts(struct row_node *node, const struct context *contexts)
{
	unsigned file = node->row.file;
	node->entry->unsettled = true;
	for (; node && node->row.file == file; node = node->next)
		if (node->row.recipient != UINT_MAX)
			set_context(&node->row, &contexts[node->row.recipient]);
}

static bool is_failure(int kind)
{
	return kind == KIND_FAILURE || kind == KIND_DELAY;
}

static void file_is_read(struct rowstore *store, struct entry *entry)
{
	entry->unsettled = true;
	if (entry->unread && --entry->unread == 0)
		store->read++;
}

struct row_node *rowstore_fill(struct rowstore *store, struct entry *entry, unsigned file,
	const struct report *report, const struct context *contexts)
{
	struct row_node *first = first_of_file(entry, file), *node = first;
	size_t n = MIN(report->recipients_n, ROWS_OF_A_REPORT);
	if (!first || !first->row.unread_facts)
		return first;
	file_is_read(store, entry);
	for (size_t i = 0; i < MAX(n, 1); i++) {
		const struct recipient *recipient = i < n ? &report->recipients[i] : NULL;
		if (i) {
			struct row_node *more = node_new(entry, file);
			more->coming = node->coming;
			more->next = node->next;
			node->next = more;
			node = more;
		}
		fill_report(store, node, report);
		node->fingerprint = fingerprint_of(report, recipient);
		if (recipient) {
			node->row.recipient = (unsigned)i;
			fill_recipient(store, node, recipient);
			set_context(&node->row, &contexts[i]);
		} else {
			fill_complainant(store, &node->row, report);
		}
		node->hidden_kind = !is_failure(node->row.kind);
		node->row.hidden = node->hidden_kind;
		restore_mark(store, &node->row);
	}
	return first;
}

void rowstore_fail(struct rowstore *store, struct entry *entry, unsigned file, const char *why)
{
	struct row_node *node = first_of_file(entry, file);
	if (!node || !node->row.unread_facts)
		return;
	file_is_read(store, entry);
	store->unreadable++;
	node->row.unread_facts = false;
	node->row.kind = KIND_NOT_A_BOUNCE;
	node->row.texts[ROW_ERROR] = share(store, why);
	restore_mark(store, &node->row);
}
