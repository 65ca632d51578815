/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing: append under flock, fsync, and only then say that it is written. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "store/deltaline.h"
#include "store/journal_file.h"

struct journal_log {
	int fd;
	char *path;
	struct journal *journal;
	uint64_t next;
	off_t size; /* whole lines */
};

static void set_error(struct journal_log *log, const char *what, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_IO, "%s: %s: %s", what, log->path, g_strerror(errno));
}

/*
 * The directories above are new too: without this a crash could lose the file with its first entry.
 */
static bool sync_directory(const char *path)
{
	g_autofree char *directory = g_path_get_dirname(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

	if (fd >= 0)
		close(fd);
	return done;
}

static bool read_whole(struct journal_log *log)
{
	struct stat st;
	char *text;
	size_t size, used = 0;

	if (fstat(log->fd, &st) < 0)
		return false;
	size = (size_t)st.st_size;
	text = g_try_malloc(size + 1);
	if (!text) {
		errno = ENOMEM;
		return false;
	}
	while (used < size) {
		ssize_t got = pread(log->fd, text + used, size - used, (off_t)used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	if (used < size) {
		g_free(text);
		return false;
	}
	while (size && text[size - 1] != '\n')
		size--;
	/* A last line that a crash cut must go: what is appended would make another line of it. */
	if (size < used && ftruncate(log->fd, (off_t)size) < 0) {
		g_free(text);
		return false;
	}
	journal_free(log->journal);
	log->size = (off_t)size;
	log->journal = journal_parse(text, size);
	log->next = 1;
	for (unsigned i = 0; i < log->journal->entries->len; i++) {
		const struct journal_entry *entry = g_ptr_array_index(log->journal->entries, i);

		log->next = MAX(log->next, entry->number + 1);
	}
	return true;
}

struct journal_log *journal_log_open(const char *uuid, GError **error)
{
	struct journal_log *log = g_new0(struct journal_log, 1);
	int locked;

	log->fd = -1;
	log->path = journal_path(uuid, error);
	if (!log->path)
		goto failed;
	log->fd = open(log->path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (log->fd < 0) {
		set_error(log, _("cannot open the journal"), error);
		goto failed;
	}
	while ((locked = flock(log->fd, LOCK_EX)) < 0 && errno == EINTR)
		;
	if (locked < 0 || !sync_directory(log->path)) {
		set_error(log, _("cannot lock the journal"), error);
		goto failed;
	}
	if (!read_whole(log)) {
		set_error(log, _("cannot read the journal"), error);
		goto failed;
	}
	return log;
failed:
	journal_log_close(log);
	return NULL;
}

void journal_log_close(struct journal_log *log)
{
	if (!log)
		return;
	if (log->fd >= 0)
		close(log->fd);
	journal_free(log->journal);
	g_free(log->path);
	g_free(log);
}

const struct journal *journal_log_read(const struct journal_log *log)
{
	return log->journal;
}

bool journal_log_reload(struct journal_log *log, GError **error)
{
	if (read_whole(log))
		return true;
	set_error(log, _("cannot read the journal"), error);
	return false;
}

uint64_t journal_log_next(const struct journal_log *log)
{
	return log->next;
}

/* --- appending */

static bool append(struct journal_log *log, GString *text, GError **error)
{
	if (file_write_all(log->fd, (struct span){text->str, text->len}) && fsync(log->fd) == 0) {
		log->size += (off_t)text->len;
		return true;
	}
	set_error(log, _("cannot write the journal"), error);
	/* What has failed must not be found later: the next writer would carry out such a plan. */
	while (ftruncate(log->fd, log->size) < 0 && errno == EINTR)
		;
	return false;
}

static bool append_change(
	GString *text, const struct change *change, const struct delta_marks *marks, GError **error)
{
	if (delta_append(text, change, marks))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL,
		_("a message whose Message-ID holds a control character cannot be changed, so "
		  "nothing was changed"));
	return false;
}

/* An empty word would be lost between its blanks. */
static void append_word(GString *text, const char *word)
{
	hex_append(text, word && *word ? word : "-");
}

bool journal_log_plan(struct journal_log *log, uint64_t number, unsigned batches, const char *kind,
	const char *label, const GPtrArray *changes, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_printf(text, "#plan %" G_GUINT64_FORMAT " %u ", number, batches);
	append_word(text, kind);
	g_string_append_printf(text, " %" G_GINT64_FORMAT " ", clock_now());
	append_word(text, label);
	g_string_append_c(text, '\n');
	for (guint i = 0; i < changes->len; i++)
		if (!append_change(text, changes->pdata[i], &plan_marks, error))
			return false;
	g_string_append_printf(text, "#planned %" G_GUINT64_FORMAT "\n", number);
	return append(log, text, error);
}

bool journal_log_begin(struct journal_log *log, uint64_t number, unsigned batch, unsigned batches,
	const char *kind, const char *label, uint64_t lastmod, const GPtrArray *deltas,
	GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_printf(text, "#begin %" G_GUINT64_FORMAT " %u/%u ", number, batch, batches);
	append_word(text, kind);
	g_string_append_printf(text, " %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %u ", clock_now(),
		lastmod, deltas->len);
	append_word(text, label);
	g_string_append_c(text, '\n');
	for (unsigned i = 0; i < deltas->len; i++)
		if (!append_change(text, g_ptr_array_index(deltas, i), &delta_marks, error))
			return false;
	return append(log, text, error);
}

static bool append_record(struct journal_log *log, GError **error, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static bool append_record(struct journal_log *log, GError **error, const char *format, ...)
{
	g_autoptr(GString) text = g_string_new(NULL);
	va_list args;

	va_start(args, format);
	g_string_vprintf(text, format, args);
	va_end(args);
	return append(log, text, error);
}

bool journal_log_commit(
	struct journal_log *log, uint64_t number, unsigned batch, uint64_t lastmod, GError **error)
{
	return append_record(log, error, "#commit %" G_GUINT64_FORMAT " %u %" G_GUINT64_FORMAT "\n",
		number, batch, lastmod);
}

bool journal_log_abort(struct journal_log *log, uint64_t number, unsigned batch, GError **error)
{
	return append_record(log, error, "#abort %" G_GUINT64_FORMAT " %u\n", number, batch);
}

bool journal_log_close_entry(struct journal_log *log, uint64_t number, GError **error)
{
	return append_record(log, error, "#close %" G_GUINT64_FORMAT "\n", number);
}

/* --- owning a plan: a lock of its own, for the journal's is given back between transactions */

struct journal_owner {
	int fd;
};

struct journal_owner *journal_own(const struct journal_log *log)
{
	g_autofree char *path = g_strconcat(log->path, ".owner", NULL);
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct journal_owner *owner;
	int locked;

	if (fd < 0)
		return NULL;
	while ((locked = flock(fd, LOCK_EX | LOCK_NB)) < 0 && errno == EINTR)
		;
	if (locked < 0) {
		close(fd);
		return NULL;
	}
	owner = g_new(struct journal_owner, 1);
	owner->fd = fd;
	return owner;
}

void journal_disown(struct journal_owner *owner)
{
	if (!owner)
		return;
	close(owner->fd);
	g_free(owner);
}
