/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/rowstore.h"

#include "base/address.h"
#include "base/arena.h"
#include "base/strhash.h"
#include "store/messageid.h"
#include "triage/cause.h"
#include "triage/drafts.h"
#include "triage/rowindex.h"
#include "triage/state.h"

#define NODES_AT_ONCE 16

struct rowstore *rowstore_new(const struct knowledge *knowledge, const struct rowstore *before)
{
	struct rowstore *store = g_new0(struct rowstore, 1);
	store->knowledge = knowledge;
	store->entries = g_ptr_array_new();
	store->texts = before ? texts_ref(before->texts) : texts_new();
	store->names = texts_new();
	store->arena = arena_new();
	store->by_id = rowindex_new(store->arena);
	store->references = g_hash_table_new(NULL, NULL);
	store->marks = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	store->scratch = g_string_new(NULL);
	return store;
}

void rowstore_free(struct rowstore *store)
{
	if (!store)
		return;
	g_ptr_array_unref(store->entries);
	rowindex_free(store->by_id);
	texts_unref(store->texts);
	texts_unref(store->names);
	arena_free(store->arena);
	g_hash_table_unref(store->references);
	g_hash_table_unref(store->marks);
	g_string_free(store->scratch, TRUE);
	g_free(store);
}

/* --- texts */

static uint32_t share(struct rowstore *store, const char *text)
{
	return text ? texts_add(store->texts, span_of(text)) : 0;
}

static uint32_t share_scratch(struct rowstore *store)
{
	const GString *text = store->scratch;
	return text->len ? texts_add(store->texts, (struct span){text->str, text->len}) : 0;
}

static uint32_t share_lower(struct rowstore *store, struct span text)
{
	g_string_truncate(store->scratch, 0);
	for (size_t i = 0; i < text.n; i++)
		g_string_append_c(store->scratch, g_ascii_tolower(text.p[i]));
	return share_scratch(store);
}

static uint32_t share_mailbox(struct rowstore *store, const char *address)
{
	if (!address)
		return 0;
	g_autofree char *key = address_key(address);
	return share_lower(store, span_of(key));
}

static uint32_t share_cause(struct rowstore *store, const char *diagnostic)
{
	if (!diagnostic)
		return 0;
	g_string_truncate(store->scratch, 0);
	cause_append(store->scratch, diagnostic);
	return share_scratch(store);
}

static uint32_t share_ticket(struct rowstore *store, const char *subject)
{
	g_autofree char *ticket =
		store->tickets && subject ? ticket_find(store->tickets, subject) : NULL;
	return share(store, ticket);
}

/* --- messages */

/* A place by itself would be as long as the arena's alignment makes it. */
static struct row_node *take_node(struct rowstore *store)
{
	if (!store->nodes_left) {
		store->nodes = arena_alloc(store->arena, NODES_AT_ONCE * sizeof *store->nodes);
		memset(store->nodes, 0, NODES_AT_ONCE * sizeof *store->nodes);
		store->nodes_left = NODES_AT_ONCE;
	}
	store->nodes_left--;
	return store->nodes++;
}

struct row_node *rowstore_make_row(struct entry *entry, unsigned file)
{
	struct row_node *node = take_node(entry->store);
	node->row.entry = entry;
	node->row.file = file;
	node->row.recipient = UINT_MAX;
	node->row.date = entry->date;
	node->row.confidence = CONFIDENCE_NONE;
	node->row.finality = FINALITY_UNKNOWN;
	node->row.type = TYPE_UNDETERMINED;
	node->row.origin = ORIGIN_UNKNOWN;
	node->row.trust = TRUST_BARE;
	return node;
}

static bool stands_before(const struct entry *a, const struct entry *b)
{
	return a->date == b->date ? strcmp(a->id, b->id) < 0 : a->date > b->date;
}

/* Where it belongs; the index answers newest first, so mostly at the end. */
static guint place_of(const struct rowstore *store, const struct entry *entry)
{
	const GPtrArray *entries = store->entries;
	guint from = 0, to = entries->len;
	if (to && stands_before(entries->pdata[to - 1], entry))
		return to;
	while (from < to) {
		guint middle = from + (to - from) / 2;
		if (stands_before(entries->pdata[middle], entry))
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

struct entry *rowstore_make_entry(struct rowstore *store, const char *id, uint32_t date)
{
	const char *kept = texts_get(store->names, texts_put(store->names, span_of(id)));
	struct entry *entry = rowindex_add(store->by_id, kept);
	entry->store = store;
	entry->date = date;
	entry->unsettled = true;
	g_ptr_array_insert(store->entries, (gint)place_of(store, entry), entry);
	return entry;
}

struct entry *rowstore_add(struct rowstore *store, struct message *message, bool coming)
{
	uint32_t date = (uint32_t)CLAMP(message->date, 0, (int64_t)UINT32_MAX);
	struct entry *entry = rowstore_make_entry(store, message->id, date);
	entry->subject = share(store, message->subject);
	entry_set_words(entry, message->tags, message->properties);
	entry_add_files(entry, message->files, coming);
	store->read += entry->unread == 0;
	message_free(message);
	return entry;
}

struct entry *rowstore_find(const struct rowstore *store, const char *id)
{
	return rowindex_find(store->by_id, id);
}

void rowstore_forget(struct rowstore *store)
{
	g_ptr_array_set_size(store->entries, 0);
	rowindex_free(store->by_id);
	store->by_id = rowindex_new(store->arena);
	g_hash_table_remove_all(store->references);
	store->read = store->unreadable = 0;
}

char *const *row_references(const struct row_node *first)
{
	const struct rowstore *store = first->row.entry->store;
	gpointer list = g_hash_table_lookup(store->references, first);
	return texts_get_list(store->texts, GPOINTER_TO_UINT(list));
}

void row_set_references(struct row_node *first, char *const *ids)
{
	const struct rowstore *store = first->row.entry->store;
	uint32_t list = texts_add_list(store->texts, ids);
	if (list)
		g_hash_table_insert(store->references, first, GUINT_TO_POINTER(list));
}

/* What states rest on; the list is to be freed, its words are not. */
static char **without_stored(char *const *properties)
{
	GPtrArray *rest = g_ptr_array_new();
	for (; properties && *properties; properties++)
		if (!property_is_stored(*properties))
			g_ptr_array_add(rest, *properties);
	g_ptr_array_add(rest, NULL);
	return (char **)g_ptr_array_free(rest, FALSE);
}

char *const *entry_tags(const struct entry *entry)
{
	return texts_get_list(entry->store->texts, entry->tags);
}

char *const *entry_properties(const struct entry *entry)
{
	return texts_get_list(entry->store->texts, entry->properties);
}

bool entry_set_words(struct entry *entry, char *const *tags, char *const *properties)
{
	uint32_t tags_before = entry->tags, properties_before = entry->properties;
	entry->tags = texts_add_list(entry->store->texts, tags);
	g_autofree char **rest = without_stored(properties);
	entry->properties = texts_add_list(entry->store->texts, rest);
	entry->kept = false;
	return entry->tags != tags_before || entry->properties != properties_before;
}

void entry_change(struct entry *entry, const struct change *delta)
{
	g_autofree char **tags =
		words_changed(entry_tags(entry), delta->add_tags, delta->remove_tags);
	g_autofree char **properties = words_changed(
		entry_properties(entry), delta->add_properties, delta->remove_properties);
	entry_set_words(entry, tags, properties);
}

/* --- marks across a reload */

/* A row by what stays the same: flags are renamed, positions shift. g_free. */
static char *mark_key(const struct row *row)
{
	struct span name = entry_file_name(row->entry, row->file);
	return g_strdup_printf("%s\n%.*s\n%u", row_id(row), (int)name.n, name.p, row->recipient);
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
		for (const struct row_node *node = entry_rows(entry); node; node = node->next)
			if (node->row.marked)
				g_hash_table_add(store->marks, mark_key(&node->row));
	}
}

void row_restore_mark(struct row *row)
{
	const struct rowstore *store = row->entry->store;
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
	g_autofree char *original =
		message_id_kept(report->original.id ? report->original.id : report->envelope_id);
	row->unread_facts = false;
	row->cut = report->cut;
	row->kind = (unsigned char)report->kind;
	row->texts[ROW_REPORTING_MTA] = share_lower(store, span_of(report->reporting_mta));
	row->texts[ROW_ORIGINAL] = share(store, original);
	row->texts[ROW_SUBJECT] = share(store, report->original.subject);
	row->texts[ROW_TICKET] = share_ticket(store, report->original.subject);
	row->texts[ROW_SENDER] = share_lower(store, address_find(span_of(report->original.from)));
	node->row.aside = report->original.list_id ||
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
	node->row.entry->unsettled = true;
	node->row.entry->kept = false;
	for (; node && node->row.file == file; node = node->next)
		if (node->row.recipient != UINT_MAX)
			set_context(&node->row, &contexts[node->row.recipient]);
}

bool kind_is_bounce(int kind)
{
	return kind == KIND_FAILURE || kind == KIND_DELAY;
}

void entry_file_is_read(struct entry *entry)
{
	entry->unsettled = true;
	entry->kept = false;
	if (entry->unread && --entry->unread == 0)
		entry->store->read++;
}

struct row_node *rowstore_fill(struct rowstore *store, struct entry *entry, unsigned file,
	const struct report *report, const struct context *contexts)
{
	struct row_node *first = entry_first_row(entry, file), *node = first;
	size_t n = MIN(report->recipients_n, ROWS_OF_A_REPORT);
	if (!first || !first->row.unread_facts)
		return first;
	entry_file_is_read(entry);
	for (size_t i = 0; i < MAX(n, 1); i++) {
		const struct recipient *recipient = i < n ? &report->recipients[i] : NULL;
		if (i) {
			struct row_node *more = rowstore_make_row(entry, file);
			more->row.coming = node->row.coming;
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
		node->row.hidden_kind = !kind_is_bounce(node->row.kind);
		node->row.hidden = node->row.hidden_kind;
		row_restore_mark(&node->row);
	}
	return first;
}

void rowstore_fail(struct rowstore *store, struct entry *entry, unsigned file, const char *why)
{
	struct row_node *node = entry_first_row(entry, file);
	if (!node || !node->row.unread_facts)
		return;
	entry_file_is_read(entry);
	store->unreadable++;
	node->row.unread_facts = false;
	node->row.kind = KIND_NOT_A_BOUNCE;
	row_set_text(&node->row, ROW_ERROR, why);
	row_restore_mark(&node->row);
}
