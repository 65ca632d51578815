/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regular files only, and no link is followed below the place itself: what an extractor would
 * refuse to open is not indexed either. In a Maildir only cur/ and new/ hold mail.
 */
#include "store/mailfiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/mbox.h"
#include "base/strhash.h"
#include "base/text.h"
#include "base/words.h"

/* --- directories */

static bool is_directory(const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_maildir(const char *directory)
{
	return is_directory(directory, "cur") && is_directory(directory, "new");
}

/* Files of an index, of MH and of editors begin with a dot; so do folders of a Maildir++. */
static bool is_hidden(const char *name)
{
	return *name == '.';
}

struct walk {
	GPtrArray *files;
	GQueue directories; /* char*, to be read */
	const char *skip;   /* never entered: where the index itself is */
};

static void visit(struct walk *walk, const char *directory, bool maildir, const char *name)
{
	char *path = g_build_filename(directory, name, NULL);
	struct stat st;

	if (lstat(path, &st) < 0 ||
		(S_ISDIR(st.st_mode) && walk->skip && g_str_equal(path, walk->skip)))
		g_free(path);
	else if (S_ISREG(st.st_mode) && !maildir && !is_hidden(name))
		g_ptr_array_add(walk->files, path);
	else if (S_ISDIR(st.st_mode) && (!is_hidden(name) || is_maildir(path)) &&
		 !(maildir && g_str_equal(name, "tmp")))
		g_queue_push_tail(&walk->directories, path);
	else
		g_free(path);
}

static void read_directory(struct walk *walk, const char *directory)
{
	DIR *stream = opendir(directory);
	bool maildir = is_maildir(directory);
	struct dirent *entry;

	if (!stream)
		return;
	while ((entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			visit(walk, directory, maildir, entry->d_name);
	closedir(stream);
}

static GPtrArray *walk_directory(const char *root, const char *skip)
{
	struct walk walk = {.files = g_ptr_array_new_with_free_func(g_free), .skip = skip};
	char *directory;

	g_queue_init(&walk.directories);
	g_queue_push_tail(&walk.directories, g_strdup(root));
	while ((directory = g_queue_pop_head(&walk.directories))) {
		read_directory(&walk, directory);
		g_free(directory);
	}
	if (walk.files->len)
		qsort(walk.files->pdata, walk.files->len, sizeof *walk.files->pdata, text_order);
	return walk.files;
}

/* --- one file */

static struct span without_from_line(struct span message)
{
	struct span rest = message, line;

	return span_starts_nocase(message, "From ") && span_line(&rest, &line) ? rest : message;
}

/* It can be unpacked again, so nothing is synced; what a crash left short is written anew. */
static bool write_file(const char *path, struct span bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool done = fd >= 0;

	while (done && bytes.n) {
		ssize_t put = write(fd, bytes.p, bytes.n);

		done = put > 0 || (put < 0 && errno == EINTR);
		bytes = span_from(bytes, (size_t)MAX(put, 0));
	}
	if (fd >= 0)
		done = close(fd) == 0 && done;
	return done;
}

static bool is_there(const char *path, size_t size)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == size;
}

static bool write_message(
	const char *directory, struct span message, GHashTable *names, GError **error)
{
	g_autofree char *name = g_compute_checksum_for_data(
		G_CHECKSUM_SHA256, (const guchar *)message.p, message.n);
	g_autofree char *path = g_build_filename(directory, name, NULL);

	if (!g_hash_table_contains(names, name) && !is_there(path, message.n) &&
		!write_file(path, message)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_IO, _("cannot write %s: %s"), path,
			g_strerror(errno));
		return false;
	}
	g_hash_table_add(names, g_steal_pointer(&name));
	return true;
}

static void remove_others(const char *directory, GHashTable *names)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(directory, name, NULL);

		if (!g_hash_table_contains(names, name))
			unlink(path);
	}
}

static bool unpack(struct span file, const char *directory, GError **error)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	struct span message;
	bool is_box = mbox_is(file);
	size_t at = 0;

	if (!is_box && !write_message(directory, without_from_line(file), names, error))
		return false;
	while (is_box && mbox_next(file, &at, &message))
		if (!write_message(directory, without_from_line(message), names, error))
			return false;
	remove_others(directory, names);
	return true;
}

static bool unpack_file(const char *path, const char *directory, GError **error)
{
	struct file_bytes bytes;
	bool done;
	int fd;

	if (g_mkdir_with_parents(directory, 0700) < 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE,
			_("cannot make the directory %s: %s"), directory, g_strerror(errno));
		return false;
	}
	fd = file_open_mail(path, error);
	if (fd < 0)
		return false;
	done = file_read_fd(fd, &bytes, error);
	close(fd);
	if (!done)
		return false;
	done = unpack(bytes.bytes, directory, error);
	file_bytes_clear(&bytes);
	return done;
}

/* --- the place */

struct mail_place *mail_place_open(const char *path, const char *unpack_directory, GError **error)
{
	char *real = realpath(path, NULL), *unpacked;
	struct mail_place *place;
	struct stat st;

	if (!real || stat(real, &st) < 0 || access(real, R_OK) < 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT, _("cannot read %s: %s"), path,
			g_strerror(errno));
		free(real);
		return NULL;
	}
	if (!S_ISDIR(st.st_mode)) {
		bool done = unpack_file(real, unpack_directory, error);

		free(real);
		unpacked = done ? realpath(unpack_directory, NULL) : NULL;
		if (!unpacked) {
			g_prefix_error(error, "%s: ", path);
			return NULL;
		}
		real = unpacked;
		unpack_directory = NULL;
	}
	place = g_new(struct mail_place, 1);
	place->root = g_strdup(real);
	place->files = walk_directory(real, unpack_directory);
	free(real);
	return place;
}
