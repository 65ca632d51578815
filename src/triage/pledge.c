/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/pledge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "store/deltaline.h"
#include "store/journal.h"

#define HEAD "#pledge "

struct pledge {
	int fd;
	char *path;
};

/* --- making one */

static uint64_t last_entry(const char *uuid)
{
	struct journal *journal = journal_read(uuid, NULL);
	uint64_t last = 0;
	for (guint i = 0; journal && i < journal->entries->len; i++)
		last = ((const struct journal_entry *)journal->entries->pdata[i])->number;
	journal_free(journal);
	return last;
}

static bool sync_directory(const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
	if (fd >= 0)
		close(fd);
	return done;
}

/* It has its name only when it is locked and whole. */
static bool write_out(
	struct pledge *pledge, const char *directory, const char *name, const GString *text)
{
	g_autofree char *hidden = g_strconcat(directory, "/.", name, NULL);
	pledge->fd = open(hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (pledge->fd < 0)
		return false;
	if (flock(pledge->fd, LOCK_EX) == 0 &&
		file_write_all(pledge->fd, (struct span){text->str, text->len}) &&
		fsync(pledge->fd) == 0 && rename(hidden, pledge->path) == 0) {
		if (sync_directory(directory))
			return true;
		unlink(pledge->path);
	}
	int why = errno;
	unlink(hidden);
	errno = why;
	return false;
}

struct pledge *pledge_make(
	const char *uuid, const char *kind, const char *label, const char *lines, GError **error)
{
	g_autofree char *directory = file_home_path(FILE_DATA, "suppress", error);
	if (!directory)
		return NULL;
	g_autofree char *name =
		g_strdup_printf("%s.pledge-%ld-%08x", uuid, (long)getpid(), g_random_int());
	g_autoptr(GString) text = g_string_new(HEAD);
	g_string_append_printf(text, "%" G_GUINT64_FORMAT " ", last_entry(uuid));
	hex_append(text, kind);
	g_string_append_c(text, ' ');
	hex_append(text, label);
	g_string_append_printf(text, "\n%s", lines);
	struct pledge *pledge = g_new0(struct pledge, 1);
	pledge->fd = -1;
	pledge->path = g_build_filename(directory, name, NULL);
	if (g_mkdir_with_parents(directory, 0700) == 0 && write_out(pledge, directory, name, text))
		return pledge;
	g_set_error(error, NIXIE_ERROR, NIXIE_IO,
		_("the suppression list %s cannot be written: %s"), pledge->path,
		g_strerror(errno));
	pledge_end(pledge, false);
	return NULL;
}

void pledge_end(struct pledge *pledge, bool kept)
{
	if (!pledge)
		return;
	if (kept)
		unlink(pledge->path);
	if (pledge->fd >= 0)
		close(pledge->fd);
	g_free(pledge->path);
	g_free(pledge);
}

/* --- settling those of others */

/* What became of the step: its number in the journal, 0: it was not applied. False: not known yet.
 */
static bool find_step(const struct journal *journal, const char *head, uint64_t *number)
{
	g_auto(GStrv) words = g_strsplit(head, " ", 4);
	*number = 0;
	if (g_strv_length(words) != 4)
		return true;
	uint64_t last = g_ascii_strtoull(words[1], NULL, 10);
	g_autofree char *kind = hex_decode(span_of(words[2])),
			*label = hex_decode(span_of(words[3]));
	for (guint i = 0; i < journal->entries->len; i++) {
		const struct journal_entry *entry = journal->entries->pdata[i];
		if (entry->number <= last || !g_str_equal(entry->kind, kind) ||
			!g_str_equal(entry->label, label))
			continue;
		if (entry->state == JOURNAL_PENDING)
			return false;
		if (entry->state == JOURNAL_COMMITTED) {
			*number = entry->undone_by ? 0 : entry->number;
			return true;
		}
	}
	return true;
}

/* True: it is over. */
static bool settle(struct suppression *list, const struct journal *journal, const char *text)
{
	const char *end = strchr(text, '\n');
	uint64_t number = 0;
	if (!end || !g_str_has_prefix(text, HEAD))
		return true;
	g_autofree char *head = g_strndup(text, (gsize)(end - text));
	if (!find_step(journal, head, &number))
		return false;
	if (!number || suppression_has_step(list, number))
		return true;
	suppression_take(list, end + 1, number);
	return suppression_flush(list, NULL);
}

/* Of a session that is gone? Then nobody else settles it until the descriptor is closed. */
static int take_over(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void settle_file(struct suppression *list, const char *uuid, const char *path)
{
	int fd = take_over(path);
	if (fd < 0)
		return;
	struct journal *journal = journal_read(uuid, NULL);
	g_autofree char *text = NULL;
	bool read = journal && g_file_get_contents(path, &text, NULL, NULL);
	if (read && settle(list, journal, text))
		unlink(path);
	journal_free(journal);
	close(fd);
}

/* One that never got its name was promised to nobody. */
static void drop_file(const char *path)
{
	int fd = take_over(path);
	if (fd < 0)
		return;
	unlink(path);
	close(fd);
}

void pledge_settle(struct suppression *list, const char *uuid)
{
	g_autofree char *directory = file_home_path(FILE_DATA, "suppress", NULL),
			*start = g_strconcat(uuid, ".pledge-", NULL);
	g_autoptr(GDir) dir = directory ? g_dir_open(directory, 0, NULL) : NULL;
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		if (g_str_has_prefix(name, start))
			settle_file(list, uuid, path);
		else if (*name == '.' && g_str_has_prefix(name + 1, start))
			drop_file(path);
	}
}
