/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/words.h"

#define FILE_MAP_FROM \
	((uint64_t)1 << 20) /* smaller files are read: a map is torn when another cuts the file */

#define PAGE_LEAST 4096 /* bytes */

/* Why a file cannot be read goes into the results for machines, too, which are English. */
static const char *plain_reason(void)
{
	const char *words = strerrordesc_np(errno);

	return words ? words : "for an unknown reason";
}

/* --- which state of a file it is */

static bool take_stamp(int failed, const struct stat *st, struct file_stamp *stamp)
{
	*stamp = (struct file_stamp){
		st->st_size, (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec};
	return !failed;
}

bool file_stamp(const char *path, struct file_stamp *stamp)
{
	struct stat st = {0};

	return take_stamp(stat(path, &st), &st, stamp);
}

bool file_stamp_fd(int fd, struct file_stamp *stamp)
{
	struct stat st = {0};

	return take_stamp(fstat(fd, &st), &st, stamp);
}

/* --- mails */

static int open_mail(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		const char *why = errno == ELOOP ? "it is a symbolic link, which is not followed"
						 : plain_reason();

		g_set_error(error, NIXIE_ERROR, NIXIE_PARTIAL, "cannot read %s: %s", path, why);
	}
	return fd;
}

static bool is_regular(int fd, const char *path, GError **error)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return true;
	g_set_error(
		error, NIXIE_ERROR, NIXIE_PARTIAL, "cannot read %s: it is no regular file", path);
	return false;
}

int file_open_mail(const char *path, GError **error)
{
	int fd = open_mail(path, error);

	if (fd < 0 || is_regular(fd, path, error))
		return fd;
	close(fd);
	return -1;
}

/*
 * Bytes of the whole file; -1 when one call does not tell. A read that is cut short by anything but
 * the end of the file, as by an error of the disk, ends with a page. What is no file refuses a
 * place to read at, has no end or has no bytes, and nothing is taken out of it.
 */
static ssize_t read_at_once(int fd, char *room, size_t size)
{
	ssize_t got;

	do
		got = pread(fd, room, size, 0);
	while (got < 0 && errno == EINTR);
	return got <= 0 || (size_t)got == size || got % PAGE_LEAST == 0 ? -1 : got;
}

bool file_take_mail(const char *path, char *room, size_t size, size_t *n, int *fd,
	struct file_stamp *stamp, GError **error)
{
	ssize_t got;

	*fd = open_mail(path, error);
	if (*fd < 0)
		return false;
	if (stamp && !file_stamp_fd(*fd, stamp))
		*stamp = (struct file_stamp){-1, -1};
	got = read_at_once(*fd, room, size);
	*n = (size_t)MAX(got, 0);
	if (got < 0 && is_regular(*fd, path, error))
		return true;
	close(*fd);
	*fd = -1;
	return got >= 0;
}

/* The size of a mail is up to who sent it. */
static bool set_no_memory(size_t size, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_PARTIAL,
		"cannot read: there is no memory for its %zu bytes", size);
	return false;
}

static bool grow(struct file_bytes *bytes, size_t *size, GError **error)
{
	char *more = g_try_realloc(bytes->copy, *size * 2);

	if (!more) {
		file_bytes_clear(bytes);
		return set_no_memory(*size * 2, error);
	}
	bytes->copy = more;
	*size *= 2;
	return true;
}

/* `expect`: the size of a regular file, or 0 where it is not known. */
static bool read_all(int fd, struct file_bytes *bytes, uint64_t expect, GError **error)
{
	size_t size = (size_t)expect + 4096, used = 0;

	bytes->copy = g_try_malloc(size);
	if (!bytes->copy)
		return set_no_memory(size, error);
	for (;;) {
		ssize_t got = read(fd, bytes->copy + used, size - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			g_set_error(error, NIXIE_ERROR, NIXIE_PARTIAL, "cannot read: %s",
				plain_reason());
			file_bytes_clear(bytes);
			return false;
		}
		used += (size_t)got;
		if (got == 0 || (expect && used == expect))
			break;
		if (used >= FILE_MAIL_MAX) {
			bytes->cut = true;
			used = FILE_MAIL_MAX;
			break;
		}
		if (used == size && !grow(bytes, &size, error))
			return false;
	}
	bytes->bytes = (struct span){bytes->copy, used};
	return true;
}

bool file_read_fd(int fd, struct file_bytes *bytes, GError **error)
{
	struct stat st;
	uint64_t size;

	*bytes = (struct file_bytes){0};
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return read_all(fd, bytes, 0, error);
	size = (uint64_t)st.st_size;
	if (size < FILE_MAP_FROM)
		return read_all(fd, bytes, size, error);
	bytes->cut = size > FILE_MAIL_MAX;
	bytes->map_size = (size_t)MIN(size, FILE_MAIL_MAX);
	bytes->map = mmap(NULL, bytes->map_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes->map == MAP_FAILED) {
		bytes->map = NULL;
		return read_all(fd, bytes, bytes->map_size, error);
	}
	bytes->bytes = (struct span){bytes->map, bytes->map_size};
	return true;
}

void file_bytes_clear(struct file_bytes *bytes)
{
	if (bytes->map)
		munmap(bytes->map, bytes->map_size);
	g_free(bytes->copy);
	*bytes = (struct file_bytes){0};
}

/* --- output */

struct file_out {
	int fd;  /* of the temporary, or 1 */
	int dir; /* -1 for stdout */
	char *path, *name, *temporary;
	bool force;
};

static void out_free(struct file_out *out)
{
	if (out->dir >= 0) {
		if (out->fd >= 0)
			close(out->fd);
		close(out->dir);
	}
	g_free(out->path);
	g_free(out->name);
	g_free(out->temporary);
	g_free(out);
}

static void set_create_error(GError **error, const char *path, bool force, int why)
{
	g_autofree char *directory = g_path_get_dirname(path);

	if (why == EEXIST && g_file_test(path, G_FILE_TEST_IS_DIR))
		g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE,
			_("%s is a directory; write the name of a file in it"), path);
	else if (why == ENOENT)
		g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE,
			_("cannot create %s: there is no directory %s; make it, or choose another "
			  "name"),
			path, directory);
	else if (why == EEXIST && force)
		g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE,
			_("%s is no regular file and is left as it is; choose another name"), path);
	else if (why == EEXIST)
		g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE,
			_("%s exists and is left as it is; choose another name, or --force to "
			  "replace it"),
			path);
	else
		g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE, _("cannot create %s: %s"), path,
			g_strerror(why));
}

/* The process whose temporary `entry` is; 0: it is none for this name. */
static pid_t writer_of(const char *entry, const char *name)
{
	size_t n = strlen(name);
	char *end = NULL;
	guint64 pid;

	if (entry[0] != '.' || strncmp(entry + 1, name, n) != 0 || entry[n + 1] != '.')
		return 0;
	pid = g_ascii_strtoull(entry + n + 2, &end, 10);
	return pid && pid <= G_MAXINT && g_str_equal(end, ".tmp") ? (pid_t)pid : 0;
}

/* What runs that were killed left of this file goes: it holds addresses, and nobody will miss it.
 */
static void clear_killed(const char *directory, const struct file_out *out)
{
	g_autoptr(GDir) entries = g_dir_open(directory, 0, NULL);
	const char *entry;

	while (entries && (entry = g_dir_read_name(entries))) {
		pid_t pid = writer_of(entry, out->name);

		if (pid && (pid == getpid() || (kill(pid, 0) < 0 && errno == ESRCH)))
			unlinkat(out->dir, entry, 0);
	}
}

static struct file_out *out_open(const char *path, bool force, GError **error)
{
	struct file_out *out = g_new0(struct file_out, 1);
	g_autofree char *directory = NULL;
	struct stat st;

	out->dir = -1;
	directory = g_path_get_dirname(path);
	out->path = g_strdup(path);
	out->name = g_path_get_basename(path);
	out->temporary = g_strdup_printf(".%s.%ld.tmp", out->name, (long)getpid());
	out->force = force;
	out->fd = -1;
	out->dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->dir < 0)
		goto failed;
	if (fstatat(out->dir, out->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		(!force || !S_ISREG(st.st_mode))) {
		errno = EEXIST;
		goto failed;
	}
	clear_killed(directory, out);
	out->fd = openat(out->dir, out->temporary,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out->fd >= 0)
		return out;
failed:
	set_create_error(error, path, force, errno);
	out_free(out);
	return NULL;
}

/*
 * The one thing of this process that is not passed down: a way round a lock that every caller must
 * remember is none.
 */
static char *confined;

bool file_confine(const char *directory, GError **error)
{
	if (g_mkdir_with_parents(directory, 0700) == 0)
		confined = realpath(directory, NULL);
	if (confined)
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
		_("restricted mode saves files in %s only, which cannot be made: %s"), directory,
		g_strerror(errno));
	return false;
}

static bool is_below(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	return strncmp(path, directory, n) == 0 && (!path[n] || path[n] == '/');
}

/* Where the file really goes, links of its directory followed; NULL with error. g_free. */
static char *confined_path(const char *path, GError **error)
{
	g_autofree char *whole =
		g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(confined, path, NULL);
	g_autofree char *directory = g_path_get_dirname(whole);
	char real[PATH_MAX];

	if (!realpath(directory, real)) {
		set_create_error(error, path, false, errno);
		return NULL;
	}
	if (is_below(real, confined))
		return g_steal_pointer(&whole);
	g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE,
		_("%s is not written: restricted mode saves files in %s only"), path, confined);
	return NULL;
}

struct file_out *file_out_open(const char *path, bool force, GError **error)
{
	g_autofree char *where = NULL;
	struct file_out *out;

	if (path && !g_str_equal(path, "-")) {
		where = confined ? confined_path(path, error) : g_strdup(path);
		return where ? out_open(where, force, error) : NULL;
	}
	out = g_new0(struct file_out, 1);
	out->dir = -1;
	out->fd = STDOUT_FILENO;
	return out;
}

bool file_own_write(const char *path, struct span text, GError **error)
{
	struct file_out *out = out_open(path, true, error);

	if (!out)
		return false;
	if (file_out_write(out, text, error))
		return file_out_commit(out, error);
	file_out_abandon(out);
	return false;
}

int file_own_lock(const char *path, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(path);
	int fd = -1, locked = -1;

	if (g_mkdir_with_parents(directory, 0700) == 0)
		fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0 && (locked = flock(fd, LOCK_EX)) < 0 && errno == EINTR)
		;
	if (locked == 0)
		return fd;
	g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE, _("%s: cannot be written to: %s"),
		directory, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

bool file_write_all(int fd, struct span bytes)
{
	while (bytes.n) {
		ssize_t put = write(fd, bytes.p, bytes.n);

		if (put < 0 && errno != EINTR)
			return false;
		bytes = span_from(bytes, (size_t)MAX(put, 0));
	}
	return true;
}

static void set_write_error(struct file_out *out, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_IO, _("cannot write %s: %s"),
		out->path ? out->path : _("standard output"), g_strerror(errno));
}

bool file_out_write(struct file_out *out, struct span bytes, GError **error)
{
	if (file_write_all(out->fd, bytes))
		return true;
	set_write_error(out, error);
	return false;
}

/* Where a file system knows no RENAME_NOREPLACE (NFS), a second name refuses to replace as well. */
static bool give_name(const struct file_out *out)
{
	if (out->force)
		return renameat(out->dir, out->temporary, out->dir, out->name) == 0;
	if (renameat2(out->dir, out->temporary, out->dir, out->name, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (linkat(out->dir, out->temporary, out->dir, out->name, 0) < 0)
		return false;
	/* It has its name; a first one that will not go is left to the next run. */
	unlinkat(out->dir, out->temporary, 0);
	return true;
}

bool file_out_commit(struct file_out *out, GError **error)
{
	bool done = true;

	if (out->dir >= 0) {
		int fd = out->fd;

		done = fsync(fd) == 0;
		out->fd = -1;
		done = close(fd) == 0 && done;
		if (!done) {
			set_write_error(out, error);
		} else if (!give_name(out)) {
			done = false;
			set_create_error(error, out->path, out->force, errno);
		} else if (fsync(out->dir) < 0 && errno != EINVAL) {
			done = false;
			set_write_error(out, error);
		}
		if (!done)
			unlinkat(out->dir, out->temporary, 0);
	}
	out_free(out);
	return done;
}

void file_out_abandon(struct file_out *out)
{
	if (!out)
		return;
	if (out->dir >= 0)
		unlinkat(out->dir, out->temporary, 0);
	out_free(out);
}

/* --- places */

char *file_home_path(enum file_home home, const char *name, GError **error)
{
	static const char *const variables[] = {
		"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"};
	static const char *const fallbacks[] = {
		".config", ".local/share", ".local/state", ".cache"};
	const char *set = g_getenv(variables[home]);
	const char *user = g_getenv("HOME");
	g_autofree char *base = NULL, *directory = NULL;
	char *path;

	/* A relative value is to be ignored (XDG base directory specification). */
	if (set && g_path_is_absolute(set))
		base = g_strdup(set);
	else
		base = g_build_filename(user ? user : g_get_home_dir(), fallbacks[home], NULL);
	path = g_build_filename(base, "nixie", name, NULL);
	directory = g_str_has_suffix(name, "/") ? g_strdup(path) : g_path_get_dirname(path);
	if (home != FILE_CONFIG && g_mkdir_with_parents(directory, 0700) < 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE,
			_("cannot make the directory %s: %s"), directory, g_strerror(errno));
		g_free(path);
		return NULL;
	}
	return path;
}

const char *file_datadir(void)
{
	const char *set = g_getenv("NIXIE_DATADIR");

	return set && *set ? set : NIXIE_DATADIR_INSTALLED;
}
