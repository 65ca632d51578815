/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/suppress.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/strhash.h"
#include "base/text.h"
#include "base/words.h"

/* Fields of a line without what may be missing behind them. */
#define FIELDS_ADD 9
#define FIELDS_REMOVE 4

const char *const release_names[RELEASE_COUNT] = {
	[RELEASE_ASKED] = "asked",
	[RELEASE_ANSWERED] = "answered",
	[RELEASE_QUIET] = "quiet",
	[RELEASE_UNDONE] = "undone",
};

/* A line of the file. */
struct line {
	bool add;
	char *address;
	uint64_t by;
	struct suppressed *entry; /* of lines that add */
	struct released *off;     /* of lines that take off */
};

struct suppression {
	char *path;
	GHashTable *entries; /* key of the address -> struct suppressed* of the line that put it
				there */
	GHashTable *past;    /* the same, of addresses that were there at any time */
	GHashTable *off;     /* key of the address -> struct released* of the last time */
	GPtrArray *lines;    /* struct line*, all, oldest first */
	GString *pending;    /* lines that are not in the file yet */
};

static void line_free(gpointer data)
{
	struct line *line = data;
	if (line->entry) {
		g_free(line->entry->address);
		g_free(line->entry->category);
		g_free(line->entry->ids);
		g_free(line->entry->who);
		g_free(line->entry->note);
		g_free(line->entry);
	}
	if (line->off) {
		g_free(line->off->who);
		g_free(line->off->note);
		g_free(line->off);
	}
	g_free(line->address);
	g_free(line);
}

static char *key_of(const char *address)
{
	g_autofree char *key = address_key(address);
	return g_ascii_strdown(key, -1);
}

/* --- one field of a line */

static void put_field(GString *line, const char *value)
{
	bool text = value && text_is_utf8(span_of(value));
	for (const char *c = value ? value : ""; *c; c++) {
		unsigned char byte = (unsigned char)*c;
		if (byte < 0x20 || byte == '%' || byte == 0x7f || (byte >= 0x80 && !text))
			g_string_append_printf(line, "%%%02X", byte);
		else
			g_string_append_c(line, *c);
	}
}

static char *take_field(const char *field)
{
	GString *value = g_string_new(NULL);
	for (const char *c = field; *c; c++) {
		if (c[0] == '%' && g_ascii_isxdigit(c[1]) && g_ascii_isxdigit(c[2])) {
			g_string_append_c(value, (char)(g_ascii_xdigit_value(c[1]) << 4 |
							 g_ascii_xdigit_value(c[2])));
			c += 2;
		} else {
			g_string_append_c(value, *c);
		}
	}
	return g_string_free(value, FALSE);
}

/* NULL when there is none. */
static char *take_last_field(char *const *fields, size_t i)
{
	return i < g_strv_length((char **)fields) && *fields[i] ? take_field(fields[i]) : NULL;
}

/* --- reading */

static struct suppressed *entry_of(char *const *fields)
{
	struct suppressed *entry = g_new0(struct suppressed, 1);
	entry->address = take_field(fields[0]);
	entry->category = take_field(fields[1]);
	entry->first = g_ascii_strtoll(fields[2], NULL, 10);
	entry->last = g_ascii_strtoll(fields[3], NULL, 10);
	entry->count = (unsigned)g_ascii_strtoull(fields[4], NULL, 10);
	entry->ids = take_field(fields[5]);
	entry->time = g_ascii_strtoll(fields[6], NULL, 10);
	entry->who = take_field(fields[7]);
	entry->note = take_last_field(fields, FIELDS_ADD);
	return entry;
}

static struct released *release_of(char *const *fields, const struct suppressed *entry)
{
	struct released *off = g_new0(struct released, 1);
	g_autofree char *why = take_last_field(fields, FIELDS_REMOVE);
	off->entry = entry;
	off->time = g_ascii_strtoll(fields[1], NULL, 10);
	off->who = take_field(fields[2]);
	while (why && off->why < RELEASE_COUNT && strcmp(release_names[off->why], why) != 0)
		off->why++;
	if (off->why == RELEASE_COUNT)
		off->why = RELEASE_ASKED;
	off->note = take_last_field(fields, FIELDS_REMOVE + 1);
	return off;
}

static void take_line(struct suppression *list, const char *text)
{
	bool add = text[0] == '+';
	size_t n = add ? FIELDS_ADD : FIELDS_REMOVE;
	if (text[1] != ' ')
		return;
	g_auto(GStrv) fields = g_strsplit(text + 2, "\t", -1);
	if (g_strv_length(fields) < n)
		return;
	struct line *line = g_new0(struct line, 1);
	line->add = add;
	line->address = take_field(fields[0]);
	line->by = g_ascii_strtoull(fields[n - 1], NULL, 10);
	g_ptr_array_add(list->lines, line);
	g_autofree char *key = key_of(line->address);
	if (add) {
		line->entry = entry_of(fields);
		g_hash_table_replace(list->past, g_strdup(key), line->entry);
		g_hash_table_replace(list->entries, g_steal_pointer(&key), line->entry);
		return;
	}
	g_hash_table_remove(list->entries, key);
	line->off = release_of(fields, g_hash_table_lookup(list->past, key));
	if (line->off->entry && line->off->why != RELEASE_UNDONE)
		g_hash_table_replace(list->off, g_steal_pointer(&key), line->off);
}

static void take_lines(struct suppression *list, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		if (**line == '+' || **line == '-')
			take_line(list, *line);
}

static struct suppression *list_new(void)
{
	struct suppression *list = g_new0(struct suppression, 1);
	list->entries = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	list->pending = g_string_new(NULL);
	list->lines = g_ptr_array_new_with_free_func(line_free);
	list->past = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	list->off = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	return list;
}

struct suppression *suppression_load(const char *uuid, GError **error)
{
	g_autofree char *directory = file_home_path(FILE_DATA, "suppress", error);
	g_autofree char *text = NULL;
	g_autoptr(GError) cause = NULL;
	if (!directory)
		return NULL;
	struct suppression *list = list_new();
	list->path = g_build_filename(directory, uuid, NULL);
	if (!g_file_get_contents(list->path, &text, NULL, &cause)) {
		if (g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
			return list;
		g_set_error(error, NIXIE_ERROR, NIXIE_IO,
			_("the suppression list cannot be read: %s"), cause->message);
		suppression_free(list);
		return NULL;
	}
	take_lines(list, text);
	return list;
}

void suppression_free(struct suppression *list)
{
	if (!list)
		return;
	g_hash_table_unref(list->entries);
	g_hash_table_unref(list->past);
	g_hash_table_unref(list->off);
	g_string_free(list->pending, TRUE);
	g_ptr_array_unref(list->lines);
	g_free(list->path);
	g_free(list);
}

static void *find(GHashTable *table, const char *address)
{
	if (!address || g_hash_table_size(table) == 0)
		return NULL;
	g_autofree char *key = key_of(address);
	return g_hash_table_lookup(table, key);
}

const struct suppressed *suppression_find(const struct suppression *list, const char *address)
{
	return list ? find(list->entries, address) : NULL;
}

bool suppression_has(const struct suppression *list, const char *address)
{
	return suppression_find(list, address) != NULL;
}

const struct released *suppression_released(const struct suppression *list, const char *address)
{
	return list ? find(list->off, address) : NULL;
}

static gint by_address(gconstpointer a, gconstpointer b)
{
	return strcmp((*(struct suppressed *const *)a)->address,
		(*(struct suppressed *const *)b)->address);
}

GPtrArray *suppression_list(const struct suppression *list)
{
	GPtrArray *all = g_ptr_array_new();
	GHashTableIter iter;
	gpointer entry;
	g_hash_table_iter_init(&iter, list->entries);
	while (g_hash_table_iter_next(&iter, NULL, &entry))
		g_ptr_array_add(all, entry);
	g_ptr_array_sort(all, by_address);
	return all;
}

static gint by_address_off(gconstpointer a, gconstpointer b)
{
	return strcmp((*(struct released *const *)a)->entry->address,
		(*(struct released *const *)b)->entry->address);
}

GPtrArray *suppression_off(const struct suppression *list)
{
	GPtrArray *all = g_ptr_array_new();
	GHashTableIter iter;
	gpointer key, off;
	g_hash_table_iter_init(&iter, list->off);
	while (g_hash_table_iter_next(&iter, &key, &off))
		if (!g_hash_table_contains(list->entries, key))
			g_ptr_array_add(all, off);
	g_ptr_array_sort(all, by_address_off);
	return all;
}

/* --- writing */

static bool fail(const struct suppression *list, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_IO,
		_("the suppression list %s cannot be written: %s"), list->path, g_strerror(errno));
	return false;
}

/* All of it or nothing: a cut line would swallow the next one. 0, or why not. */
static int write_lines(int fd, const GString *lines)
{
	struct stat before;
	if (flock(fd, LOCK_EX) < 0 || fstat(fd, &before) < 0)
		return errno;
	if (file_write_all(fd, (struct span){lines->str, lines->len}))
		return fsync(fd) < 0 ? errno : 0;
	int why = errno;
	return ftruncate(fd, before.st_size) < 0 ? errno : why;
}

const char *suppression_unwritten(const struct suppression *list)
{
	return list->pending->str;
}

bool suppression_is_ahead(const struct suppression *list)
{
	return list->pending->len > 0;
}

bool suppression_flush(struct suppression *list, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(list->path);
	const GString *lines = list->pending;
	if (lines->len == 0)
		return true;
	if (g_mkdir_with_parents(directory, 0700) < 0)
		return fail(list, error);
	int fd = open(list->path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(list, error);
	int why = write_lines(fd, lines);
	close(fd);
	g_string_truncate(list->pending, 0);
	errno = why;
	return !why || fail(list, error);
}

/* What both kinds of lines end with, but for what may be missing. */
static void put_signature(GString *line, uint64_t by)
{
	g_string_append_printf(line, "\t%" G_GINT64_FORMAT "\t", clock_now());
	put_field(line, g_get_user_name());
	g_string_append_printf(line, "\t%" G_GUINT64_FORMAT "\t", by);
}

/* Takes the line in as if it had been read. */
static void put_line(struct suppression *list, const GString *line)
{
	take_line(list, line->str);
	g_string_append_printf(list->pending, "%s\n", line->str);
}

void suppression_add(struct suppression *list, const struct suppressed *entry, uint64_t by)
{
	g_autoptr(GString) line = g_string_new("+ ");
	if (suppression_has(list, entry->address))
		return;
	put_field(line, entry->address);
	g_string_append_c(line, '\t');
	put_field(line, entry->category);
	g_string_append_printf(line, "\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%u\t",
		entry->first, entry->last, entry->count);
	put_field(line, entry->ids);
	put_signature(line, by);
	put_field(line, entry->note);
	put_line(list, line);
}

void suppression_remove(struct suppression *list, const char *address, enum release why,
	const char *note, uint64_t by)
{
	g_autoptr(GString) line = g_string_new("- ");
	if (!suppression_has(list, address))
		return;
	put_field(line, address);
	put_signature(line, by);
	g_string_append_printf(line, "%s\t", release_names[why]);
	put_field(line, note);
	put_line(list, line);
}

static void put_back(struct suppression *list, const struct line *line, uint64_t by)
{
	g_autofree char *key = key_of(line->address);
	const struct suppressed *entry = g_hash_table_lookup(list->past, key);
	if (entry)
		suppression_add(list, entry, by);
}

static void take_off(struct suppression *list, const struct line *line, uint64_t by)
{
	const struct released *off = line->off;
	suppression_remove(
		list, line->address, off ? off->why : RELEASE_UNDONE, off ? off->note : NULL, by);
}

bool suppression_has_step(const struct suppression *list, uint64_t by)
{
	for (guint i = list->lines->len; i-- > 0;)
		if (((const struct line *)list->lines->pdata[i])->by == by)
			return true;
	return false;
}

void suppression_take(struct suppression *list, const char *lines, uint64_t by)
{
	struct suppression *told = list_new();
	take_lines(told, lines);
	for (guint i = 0; i < told->lines->len; i++) {
		const struct line *line = told->lines->pdata[i];
		if (line->add)
			suppression_add(list, line->entry, by);
		else
			take_off(list, line, by);
	}
	suppression_free(told);
}

/* Newest first where it is taken back. New lines come behind those that are gone through. */
static void follow(struct suppression *list, uint64_t done, uint64_t by, bool back)
{
	guint n = list->lines->len;
	for (guint i = 0; done && i < n; i++) {
		const struct line *line = list->lines->pdata[back ? n - 1 - i : i];
		if (line->by != done)
			continue;
		if (line->add != back)
			put_back(list, line, by);
		else
			take_off(list, line, by);
	}
}

void suppression_revert(struct suppression *list, uint64_t done, uint64_t by)
{
	follow(list, done, by, true);
}

void suppression_repeat(struct suppression *list, uint64_t done, uint64_t by)
{
	follow(list, done, by, false);
}
