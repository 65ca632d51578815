/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A page: its files (worker/client.h), then in a part what was counted, the texts, the lists of
 * words, the messages. Messages name texts and lists by their places on the page, from 1 on.
 */
#include "triage/rowpage.h"

/* Of a page. A message may have any number of files. */
#define FILES_BYTES ((size_t)1 << 20)
#define ROWS_BYTES ((size_t)4 << 20) /* then no file's rows are added */

/* Numbers that each takes at least. */
#define FILE_LEAST 2
#define ROW_LEAST 10
#define ENTRY_LEAST 7

/* What of a row is a small number, and its bound. */
static const struct {
	size_t offset, limit;
} small[] = {
	{offsetof(struct row, kind), KIND_COUNT},
	{offsetof(struct row, type), TYPE_COUNT},
	{offsetof(struct row, finality), FINALITY_COUNT},
	{offsetof(struct row, origin), ORIGIN_COUNT},
	{offsetof(struct row, trust), TRUST_COUNT},
	{offsetof(struct row, confidence), CONFIDENCE_COUNT},
};

enum {
	FLAG_OVERRULED = 1,
	FLAG_HIDDEN_KIND = 2,
	FLAG_ASIDE = 4,
	FLAG_SENT = 8,
	FLAG_REFERS = 16,
	FLAGS = 32
};

/* What is suggested hangs on the other rows. */
static bool is_kept(enum row_text which)
{
	return which != ROW_SUGGESTION;
}

/* --- packing */

struct packing {
	const struct rowstore *store;
	struct pack files, texts, lists, entries;
	size_t files_n, texts_n, lists_n;
	GHashTable *text_places, *list_places; /* number in the store -> place on the page */
};

static size_t text_place(struct packing *packing, uint32_t number)
{
	gpointer place;
	if (!number)
		return 0;
	place = g_hash_table_lookup(packing->text_places, GUINT_TO_POINTER(number));
	if (!place) {
		place = GSIZE_TO_POINTER(++packing->texts_n);
		pack_text(&packing->texts, texts_get(packing->store->texts, number));
		g_hash_table_insert(packing->text_places, GUINT_TO_POINTER(number), place);
	}
	return GPOINTER_TO_SIZE(place);
}

static size_t list_place(struct packing *packing, uint32_t number)
{
	gpointer key = GUINT_TO_POINTER(number + 1);
	gpointer place = g_hash_table_lookup(packing->list_places, key);
	if (!place) {
		place = GSIZE_TO_POINTER(++packing->lists_n);
		pack_list(&packing->lists,
			(const char *const *)texts_get_list(packing->store->texts, number));
		g_hash_table_insert(packing->list_places, key, place);
	}
	return GPOINTER_TO_SIZE(place);
}

static size_t references_place(struct packing *packing, const struct row_node *first)
{
	const struct rowstore *store = packing->store;
	uint32_t list = texts_add_list(store->texts, row_references(first));
	return list ? list_place(packing, list) : 0;
}

static void pack_row(struct packing *packing, const struct row_node *node)
{
	const struct row *row = &node->row;
	struct pack *out = &packing->entries;
	pack_count(out, row->recipient == UINT_MAX ? 0 : row->recipient + 1);
	pack_count(out, row->category ? (size_t)row->category->index + 1 : 0);
	for (size_t i = 0; i < G_N_ELEMENTS(small); i++)
		pack_count(out, G_STRUCT_MEMBER(unsigned char, row, small[i].offset));
	pack_count(out, row->who.count);
	for (unsigned i = 0; i < row->who.count; i++)
		pack_count(out, row->who.who[i]);
	pack_count(out, (row->status_overruled ? FLAG_OVERRULED : 0) |
				(row->hidden_kind ? FLAG_HIDDEN_KIND : 0) |
				(row->aside ? FLAG_ASIDE : 0) | (row->sent ? FLAG_SENT : 0) |
				(row->refers ? FLAG_REFERS : 0));
	pack_number(out, node->fingerprint);
	for (int i = 0; i < ROW_TEXTS_STORED; i++)
		if (is_kept((enum row_text)i))
			pack_count(out, text_place(packing, row->texts[i]));
}

static bool is_whole(const struct row *row)
{
	return !row->unread_facts && !row->unreadable && !row->cut;
}

static void pack_file(struct packing *packing, const struct entry *entry, unsigned file)
{
	g_autofree char *path = entry_path(entry, file);
	const struct row_node *first = entry_first_row(entry, file);
	struct pack_place rows;
	size_t n = 0;
	pack_text(&packing->files, path);
	packing->files_n++;
	if (first && is_whole(&first->row) && pack_size(&packing->entries) < ROWS_BYTES)
		for (const struct row_node *node = first; node && node->row.file == file;
			node = node->next)
			n++;
	rows = pack_begin_part(&packing->entries);
	pack_count(&packing->entries, n ? references_place(packing, first) : 0);
	pack_count(&packing->entries, n);
	for (const struct row_node *node = first; n; n--, node = node->next)
		pack_row(packing, node);
	pack_end_part(&packing->entries, rows);
}

static void pack_entry(struct packing *packing, const struct entry *entry)
{
	struct pack *out = &packing->entries;
	pack_text(out, entry->id);
	pack_number(out, entry->date);
	pack_count(out, text_place(packing, entry->subject));
	pack_count(out, list_place(packing, entry->tags));
	pack_count(out, list_place(packing, entry->properties));
	pack_count(out, entry->files_n);
	for (unsigned file = 0; file < entry->files_n; file++)
		pack_file(packing, entry, file);
}

static void pack_left(struct pack *page, const GPtrArray *left)
{
	pack_count(page, left ? left->len : 0);
	for (guint i = 0; left && i < left->len; i++)
		pack_text(page, left->pdata[i]);
}

/* Empties and frees the packs. */
static void pack_all(struct packing *packing, size_t entries, const GPtrArray *left,
	const struct rowpage_about *about, struct pack *page)
{
	struct pack *parts[] = {&packing->texts, &packing->lists, &packing->entries};
	const size_t counts[] = {packing->texts_n, packing->lists_n, entries};
	struct pack_place part;
	pack_count(page, packing->files_n);
	pack_join(page, &packing->files);
	part = pack_begin_part(page);
	pack_count(page, about->uses_done_tag);
	pack_count(page, about->sent_indexed);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		pack_count(page, counts[i]);
		pack_join(page, parts[i]);
		pack_clear(parts[i]);
	}
	pack_left(page, left);
	pack_end_part(page, part);
	pack_clear(&packing->files);
}

guint rowpage_pack(const struct rowstore *store, guint from, bool changes, const GPtrArray *left,
	const struct rowpage_about *about, struct pack *page)
{
	guint at = from, packed = 0;
	struct packing packing = {
		.store = store,
		.text_places = g_hash_table_new(NULL, NULL),
		.list_places = g_hash_table_new(NULL, NULL),
	};
	for (; at < store->entries->len && packed < ROWPAGE_MESSAGES &&
		pack_size(&packing.files) < FILES_BYTES && pack_size(&packing.entries) < ROWS_BYTES;
		at++) {
		const struct entry *entry = store->entries->pdata[at];
		if (changes && entry->kept)
			continue;
		pack_entry(&packing, entry);
		packed++;
	}
	g_hash_table_unref(packing.text_places);
	g_hash_table_unref(packing.list_places);
	pack_all(&packing, packed, left, about, page);
	return at;
}

/* --- unpacking */

struct file {
	const char *path;
	bool current;
};

struct unpacking {
	struct rowstore *store;
	struct rowpage_news *news;
	struct unpack in; /* the part */
	GArray *files;    /* struct file */
	guint file;       /* the next of them */
	GArray *texts;    /* uint32_t: number in the store, by place on the page */
	GArray *lists;
	GPtrArray *paths; /* of the message in hand */
	bool is_changed;  /* it is, since */
};

static uint32_t take_place(struct unpack *in, const GArray *numbers)
{
	size_t place = unpack_index(in, numbers->len);
	return in->bad ? 0 : g_array_index(numbers, uint32_t, place);
}

static void take_actors(struct unpack *in, struct actors *who)
{
	who->count = (unsigned char)unpack_index(in, ACTORS_MAX + 1);
	for (unsigned i = 0; i < who->count; i++)
		who->who[i] = (unsigned char)unpack_index(in, ACTOR_COUNT);
}

static void take_row(const struct unpacking *unpacking, struct unpack *in, struct row_node *node)
{
	struct row *row = &node->row;
	size_t recipient = unpack_index(in, ROWS_OF_A_REPORT + 1);
	size_t category = unpack_index(in, INT32_MAX), flags;
	row->recipient = recipient ? (unsigned)recipient - 1 : UINT_MAX;
	row->category =
		category ? category_at(unpacking->store->knowledge, (int)category - 1) : NULL;
	in->bad = in->bad || (category && !row->category);
	for (size_t i = 0; i < G_N_ELEMENTS(small); i++)
		G_STRUCT_MEMBER(unsigned char, row, small[i].offset) =
			(unsigned char)unpack_index(in, small[i].limit);
	take_actors(in, &row->who);
	flags = unpack_index(in, FLAGS);
	row->status_overruled = flags & FLAG_OVERRULED;
	row->hidden = row->hidden_kind = flags & FLAG_HIDDEN_KIND;
	row->aside = flags & FLAG_ASIDE;
	row->sent = flags & FLAG_SENT;
	row->refers = flags & FLAG_REFERS;
	row->unread_facts = false;
	node->fingerprint = (unsigned)unpack_number(in);
	for (int i = 0; i < ROW_TEXTS_STORED; i++)
		if (is_kept((enum row_text)i))
			row->texts[i] = take_place(in, unpacking->texts);
}

/* Nothing is to be changed by rows of which the last one turns out to be bad. */
static bool are_good(const struct unpacking *unpacking, struct unpack rows)
{
	size_t n;
	take_place(&rows, unpacking->lists);
	n = unpack_count(&rows, ROW_LEAST);
	for (size_t i = 0; i < n && !rows.bad; i++) {
		struct row_node scrap;
		take_row(unpacking, &rows, &scrap);
	}
	return unpack_end(&rows);
}

/* The row behind it of the same file. */
static struct row_node *next_row(struct row_node *node)
{
	struct row_node *next = node->next;
	if (next && next->row.file == node->row.file)
		return next;
	next = rowstore_make_row(node->row.entry, node->row.file);
	next->next = node->next;
	node->next = next;
	return next;
}

/* Whether the rows of the file are those on the page, which lie in `rows`. */
static bool take_file(struct unpacking *unpacking, struct entry *entry, unsigned number,
	struct unpack rows, bool current)
{
	struct row_node *first = entry_first_row(entry, number), *node = first;
	bool unread = first->row.unread_facts;
	uint32_t references;
	size_t n;
	if (!current || first->row.unreadable)
		return false;
	references = take_place(&rows, unpacking->lists);
	n = unpack_count(&rows, ROW_LEAST);
	for (size_t i = 0; i < n; i++) {
		node = i ? next_row(node) : node;
		take_row(unpacking, &rows, node);
		row_restore_mark(&node->row);
	}
	if (n)
		row_set_references(first, texts_get_list(unpacking->store->texts, references));
	if (n && unread)
		entry_file_is_read(entry);
	return n;
}

/* The files of a message that is not wanted (NULL), too. */
static void take_files_of(struct unpacking *unpacking, struct entry *entry, size_t files)
{
	bool whole = entry && !unpacking->is_changed;
	for (unsigned number = 0; number < files && !unpacking->in.bad; number++) {
		const struct file *file =
			&g_array_index(unpacking->files, struct file, unpacking->file++);
		struct unpack rows;
		unpack_value(&unpacking->in, &rows);
		if (!are_good(unpacking, rows))
			unpacking->in.bad = true;
		else if (entry)
			whole &= take_file(unpacking, entry, number, rows, file->current);
		unpacking->news->changed_files += entry && !file->current;
	}
	if (entry)
		entry->kept = whole && !unpacking->in.bad;
}

static bool has_paths(const struct entry *entry, const GPtrArray *paths)
{
	if (entry->files_n != paths->len - 1)
		return false;
	for (unsigned file = 0; file < entry->files_n; file++) {
		g_autofree char *path = entry_path(entry, file);
		if (strcmp(path, paths->pdata[file]) != 0)
			return false;
	}
	return true;
}

/* Is it still what the index and later pages say? */
static bool is_wanted(struct unpacking *unpacking, const char *id, struct entry *entry)
{
	struct rowpage_news *news = unpacking->news;
	gpointer told;
	unpacking->is_changed = false;
	if ((entry && entry->paged) || g_hash_table_contains(news->left, id)) {
		news->passed++;
		return false;
	}
	unpacking->is_changed =
		news->changed && g_hash_table_lookup_extended(news->changed, id, NULL, &told);
	if (unpacking->is_changed && !told) {
		g_hash_table_replace(news->changed, g_strdup(id), GUINT_TO_POINTER(TRUE));
		news->known++;
	}
	if (!entry)
		return !unpacking->is_changed;
	entry->paged = true;
	return has_paths(entry, unpacking->paths);
}

static struct entry *make_entry(struct unpacking *unpacking, const char *id, uint32_t date,
	uint32_t subject, uint32_t tags, uint32_t properties)
{
	struct entry *entry = rowstore_make_entry(unpacking->store, id, date);
	entry->subject = subject;
	entry->tags = tags;
	entry->properties = properties;
	entry->paged = true;
	entry_add_files(entry, (char *const *)unpacking->paths->pdata, false);
	unpacking->store->read += unpacking->paths->len == 1;
	return entry;
}

/* The paths of so many files to come. */
static bool gather_paths(struct unpacking *unpacking, size_t n)
{
	g_ptr_array_set_size(unpacking->paths, 0);
	if (n > unpacking->files->len - unpacking->file)
		return false;
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(unpacking->paths,
			(gpointer)g_array_index(unpacking->files, struct file, unpacking->file + i)
				.path);
	g_ptr_array_add(unpacking->paths, NULL);
	return true;
}

static void take_entry(struct unpacking *unpacking)
{
	struct unpack *in = &unpacking->in;
	const char *id = unpack_text(in);
	uint32_t date = (uint32_t)unpack_number(in), subject = take_place(in, unpacking->texts);
	uint32_t tags = take_place(in, unpacking->lists);
	uint32_t properties = take_place(in, unpacking->lists);
	size_t files = unpack_index(in, ENTRY_FILES_MOST);
	struct entry *entry;
	in->bad = in->bad || !id || !gather_paths(unpacking, files);
	if (in->bad)
		return;
	entry = rowstore_find(unpacking->store, id);
	if (!is_wanted(unpacking, id, entry))
		entry = NULL;
	else if (!entry)
		entry = make_entry(unpacking, id, date, subject, tags, properties);
	take_files_of(unpacking, entry, files);
}

/* Told last, since the same page may tell that one of them came back. */
static void take_left(struct unpack *in, GHashTable *left)
{
	size_t n = unpack_count(in, 1);
	for (size_t i = 0; i < n && !in->bad; i++) {
		const char *id = unpack_text(in);
		in->bad = in->bad || !id;
		if (id)
			g_hash_table_add(left, g_strdup(id));
	}
}

static void take_files(struct unpack *page, GArray *files)
{
	size_t n = unpack_count(page, FILE_LEAST);
	for (size_t i = 0; i < n && !page->bad; i++) {
		struct file file = {.path = unpack_text(page)};
		file.current = unpack_index(page, 2);
		page->bad = page->bad || !file.path;
		g_array_append_val(files, file);
	}
}

static void take_texts(struct unpack *in, struct texts *texts, GArray *numbers)
{
	size_t n = unpack_count(in, 1);
	for (size_t i = 0; i < n && !in->bad; i++) {
		const char *text = unpack_text(in);
		uint32_t number = text ? texts_add(texts, span_of(text)) : 0;
		in->bad = in->bad || !text;
		g_array_append_val(numbers, number);
	}
}

static void take_lists(struct unpack *in, struct texts *texts, GArray *numbers)
{
	size_t n = unpack_count(in, 1);
	for (size_t i = 0; i < n && !in->bad; i++) {
		g_auto(GStrv) words = unpack_list(in);
		uint32_t number = texts_add_list(texts, words);
		g_array_append_val(numbers, number);
	}
}

static bool take_part(struct unpacking *unpacking, struct rowpage_about *about)
{
	struct unpack *in = &unpacking->in;
	struct texts *texts = unpacking->store->texts;
	size_t n;
	about->uses_done_tag = unpack_index(in, 2);
	about->sent_indexed = unpack_index(in, 2);
	take_texts(in, texts, unpacking->texts);
	take_lists(in, texts, unpacking->lists);
	n = unpack_count(in, ENTRY_LEAST);
	for (size_t i = 0; i < n && !in->bad; i++)
		take_entry(unpacking);
	take_left(in, unpacking->news->left);
	return unpack_end(in) && unpacking->file == unpacking->files->len;
}

/* Place 0 is nobody's: it says "none". */
static GArray *numbers_new(void)
{
	const uint32_t none = 0;
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof none);
	return g_array_append_val(numbers, none);
}

bool rowpage_unpack(struct rowstore *store, struct unpack *page, struct rowpage_news *news,
	struct rowpage_about *about)
{
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(struct file));
	g_autoptr(GArray) texts = numbers_new();
	g_autoptr(GArray) lists = numbers_new();
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	struct unpacking unpacking = {
		.store = store,
		.news = news,
		.files = files,
		.texts = texts,
		.lists = lists,
		.paths = paths,
	};
	take_files(page, files);
	unpack_value(page, &unpacking.in);
	return unpack_end(page) && take_part(&unpacking, about);
}
