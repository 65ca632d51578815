/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/suppress.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/text.h"

#define FIELDS_ADD 9
#define FIELDS_REMOVE 4

struct suppression {
	char *path;
	GHashTable *entries; /* key of the address -> struct suppressed* */
	GString *pending;    /* lines that are not in the file yet */
	GHashTable *past;    /* the same, of those that were taken off */
};

static void suppressed_free(gpointer data)
{
	struct suppressed *entry = data;
	g_free(entry->address);
	g_free(entry->category);
	g_free(entry->ids);
	g_free(entry->who);
	g_free(entry);
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

/* --- reading */

static void take_removal(struct suppression *list, const char *key, char *const *fields)
{
	gpointer old_key, data;
	if (!g_hash_table_steal_extended(list->entries, key, &old_key, &data))
		return;
	struct suppressed *entry = data;
	entry->time = g_ascii_strtoll(fields[1], NULL, 10);
	entry->by = g_ascii_strtoull(fields[3], NULL, 10);
	g_hash_table_replace(list->past, old_key, entry);
}

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
	entry->by = g_ascii_strtoull(fields[8], NULL, 10);
	return entry;
}

static void take_line(struct suppression *list, const char *line)
{
	bool add = line[0] == '+';
	if (line[1] != ' ')
		return;
	g_auto(GStrv) fields = g_strsplit(line + 2, "\t", -1);
	if (g_strv_length(fields) != (add ? FIELDS_ADD : FIELDS_REMOVE))
		return;
	g_autofree char *address = take_field(fields[0]);
	g_autofree char *key = key_of(address);
	if (add)
		g_hash_table_replace(list->entries, g_steal_pointer(&key), entry_of(fields));
	else
		take_removal(list, key, fields);
}

struct suppression *suppression_load(const char *uuid, GError **error)
{
	g_autofree char *directory = file_home_path(FILE_DATA, "suppress", error);
	g_autofree char *text = NULL;
	g_autoptr(GError) cause = NULL;
	if (!directory)
		return NULL;
	struct suppression *list = g_new0(struct suppression, 1);
	list->path = g_build_filename(directory, uuid, NULL);
	list->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, suppressed_free);
	list->pending = g_string_new(NULL);
	list->past = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, suppressed_free);
	if (!g_file_get_contents(list->path, &text, NULL, &cause)) {
		if (g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
			return list;
		g_set_error(error, NIXIE_ERROR, NIXIE_IO, "the suppression list cannot be read: %s",
			cause->message);
		suppression_free(list);
		return NULL;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		if (**line == '+' || **line == '-')
			take_line(list, *line);
	return list;
}

void suppression_free(struct suppression *list)
{
	if (!list)
		return;
	g_hash_table_unref(list->entries);
	g_hash_table_unref(list->past);
	g_string_free(list->pending, TRUE);
	g_free(list->path);
	g_free(list);
}

bool suppression_has(const struct suppression *list, const char *address)
{
	if (!list || !address || g_hash_table_size(list->entries) == 0)
		return false;
	g_autofree char *key = key_of(address);
	return g_hash_table_contains(list->entries, key);
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

/* --- writing */

static bool fail(const struct suppression *list, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_IO, "the suppression list %s cannot be written: %s",
		list->path, g_strerror(errno));
	return false;
}

/* All of it or nothing: a cut line would swallow the next one. 0, or why not. */
static int write_lines(int fd, const GString *lines)
{
	struct stat before;
	size_t put = 0;
	if (flock(fd, LOCK_EX) < 0 || fstat(fd, &before) < 0)
		return errno;
	while (put < lines->len) {
		ssize_t n = write(fd, lines->str + put, lines->len - put);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int why = errno;
			return ftruncate(fd, before.st_size) < 0 ? errno : why;
		}
		put += (size_t)n;
	}
	return fsync(fd) < 0 ? errno : 0;
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

/* Ends a line, and takes it in as if it had been read. */
static void put_line(struct suppression *list, GString *line, uint64_t by)
{
	g_string_append_printf(
		line, "\t%" G_GINT64_FORMAT "\t", g_get_real_time() / G_USEC_PER_SEC);
	put_field(line, g_get_user_name());
	g_string_append_printf(line, "\t%" G_GUINT64_FORMAT, by);
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
	put_line(list, line, by);
}

void suppression_remove(struct suppression *list, const char *address, uint64_t by)
{
	g_autoptr(GString) line = g_string_new("- ");
	if (!suppression_has(list, address))
		return;
	put_field(line, address);
	put_line(list, line, by);
}

/* The entries of a table that the journal's entry `by` brought there; borrowed. */
static GPtrArray *entries_by(GHashTable *table, uint64_t by)
{
	GPtrArray *found = g_ptr_array_new();
	GHashTableIter iter;
	gpointer entry;
	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, NULL, &entry))
		if (((const struct suppressed *)entry)->by == by)
			g_ptr_array_add(found, entry);
	return found;
}

void suppression_revert(struct suppression *list, uint64_t done, uint64_t by)
{
	g_autoptr(GPtrArray) added = entries_by(list->entries, done);
	g_autoptr(GPtrArray) removed = entries_by(list->past, done);
	for (guint i = 0; i < added->len; i++) {
		g_autofree char *address =
			g_strdup(((const struct suppressed *)added->pdata[i])->address);
		suppression_remove(list, address, by);
	}
	for (guint i = 0; i < removed->len; i++)
		suppression_add(list, removed->pdata[i], by);
}
