/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of a message, and what the index says of them while the list is on the screen. A path
 * is a folder, which thousands share, and a name.
 */
#include "base/arena.h"
#include "base/strhash.h"
#include "triage/rowstore.h"

/* --- paths */

static struct span folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return (struct span){path, slash ? (size_t)(slash + 1 - path) : 0};
}

static void set_path(struct entry *entry, unsigned file, const char *path)
{
	const struct rowstore *store = entry->store;
	struct span folder = folder_of(path);
	entry->files[file].folder = texts_add(store->texts, folder);
	entry->files[file].name = texts_put(store->names, span_of(path + folder.n));
}

char *entry_path(const struct entry *entry, unsigned file)
{
	const struct rowstore *store = entry->store;
	return g_strconcat(texts_get(store->texts, entry->files[file].folder),
		texts_get(store->names, entry->files[file].name), NULL);
}

/* The name of a file without what a mail program changes: folder and flags. */
static struct span lasting_name(const char *path)
{
	const char *name = path + folder_of(path).n, *end = strstr(name, ":2,");
	return end ? span_make(name, end) : span_of(name);
}

struct span entry_file_name(const struct entry *entry, unsigned file)
{
	return lasting_name(texts_get(entry->store->names, entry->files[file].name));
}

/* --- their rows */

struct row_node *entry_rows(const struct entry *entry)
{
	return entry->files_n ? entry->files[0].first : NULL;
}

struct row_node *entry_first_row(const struct entry *entry, unsigned file)
{
	return file < entry->files_n ? entry->files[file].first : NULL;
}

void entry_add_files(struct entry *entry, char *const *paths, bool coming)
{
	unsigned from = entry->files_n, n = from + g_strv_length((char **)paths);
	struct entry_file *files = arena_alloc(entry->store->arena, n * sizeof *files);
	struct row_node *last = entry_rows(entry);
	if (from)
		memcpy(files, entry->files, from * sizeof *files);
	entry->files = files;
	entry->files_n = n;
	while (last && last->next)
		last = last->next;
	for (unsigned file = from; file < n; file++) {
		struct row_node *node = rowstore_make_row(entry, file);
		set_path(entry, file, *paths++);
		node->row.unread_facts = true;
		node->row.coming = coming;
		if (last)
			last->next = node;
		files[file].first = last = node;
	}
	entry->unread = (entry->unread + n - from) & ENTRY_FILES_MOST;
}

/* --- what came while the list was on the screen */

/* Paths by themselves, or by their lasting names. */
static GHashTable *index_paths(char *const *paths, bool lasting)
{
	GHashTable *index = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
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
	for (struct row_node *node = entry_first_row(entry, file); node && node->row.file == file;
		node = node->next) {
		changed |= node->row.gone != gone;
		node->row.gone = gone;
	}
	return changed;
}

/* Rows know their files by number: those that are there keep theirs. */
static bool update_files(struct entry *entry, char *const *now)
{
	g_autoptr(GHashTable) left = index_paths(now, false), lasting = index_paths(now, true);
	bool changed = false;
	for (unsigned file = 0; file < entry->files_n; file++) {
		g_autofree char *path = entry_path(entry, file);
		const char *same = take_same(left, lasting, path);
		changed |= set_gone(entry, file, !same);
		if (!same || strcmp(path, same) == 0)
			continue;
		set_path(entry, file, same);
		changed = true;
	}
	if (g_hash_table_size(left) == 0)
		return changed;
	g_autoptr(GPtrArray) more = g_ptr_array_new();
	for (; *now; now++)
		if (g_hash_table_contains(left, *now))
			g_ptr_array_add(more, *now);
	g_ptr_array_add(more, NULL);
	entry_add_files(entry, (char *const *)more->pdata, true);
	return true;
}

bool rowstore_update(struct rowstore *store, struct entry *entry, struct message *message)
{
	bool was_read = entry->unread == 0;
	bool changed = entry_set_words(entry, message->tags, message->properties);
	changed |= update_files(entry, message->files);
	store->read -= was_read && entry->unread;
	entry->unsettled |= changed;
	message_free(message);
	return changed;
}

unsigned rowstore_unread_from(const struct entry *entry)
{
	for (const struct row_node *node = entry_rows(entry); node; node = node->next)
		if (node->row.coming && node->row.unread_facts)
			return node->row.file;
	return entry->files_n;
}

void rowstore_arrive(struct rowstore *store)
{
	for (guint i = 0; i < store->entries->len; i++) {
		const struct entry *entry = store->entries->pdata[i];
		for (struct row_node *node = entry_rows(entry); node; node = node->next) {
			if (!node->row.coming || node->row.unread_facts)
				continue;
			node->row.coming = false;
			node->row.fresh = !node->row.hidden_kind;
		}
	}
}
