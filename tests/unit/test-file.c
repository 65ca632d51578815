/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files, and each call on them that can fail: what is said then, and what is there afterwards. */
#undef _FORTIFY_SOURCE /* the calls by their own names */
#include "base/file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "faults.h"

FAULTY(int, fstat, (int fd, struct stat *st), (fd, st), -1)
FAULTY(ssize_t, pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at), -1)
/* Without an errno there is a part only. */
FAULTY(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n),
	fault_why ? -1 : __real_read(fd, to, n / 2))
FAULTY(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n),
	fault_why ? -1 : __real_write(fd, from, n / 2))
FAULTY(void *, g_try_malloc, (gsize n), (n), NULL)
FAULTY(void *, g_try_realloc, (void *old, gsize n), (old, n), NULL)
FAULTY(void *, mmap, (void *at, size_t n, int how, int flags, int fd, off_t from),
	(at, n, how, flags, fd, from), MAP_FAILED)
FAULTY(int, kill, (pid_t pid, int number), (pid, number), -1)
FAULTY(int, flock, (int fd, int how), (fd, how), -1)
FAULTY(int, close, (int fd), (fd), (__real_close(fd), errno = fault_why, -1))
FAULTY(int, fsync, (int fd), (fd), -1)
FAULTY(int, renameat, (int from_dir, const char *from, int to_dir, const char *to),
	(from_dir, from, to_dir, to), -1)
FAULTY(int, renameat2, (int from_dir, const char *from, int to_dir, const char *to, unsigned flags),
	(from_dir, from, to_dir, to, flags), -1)
FAULTY(int, linkat, (int from_dir, const char *from, int to_dir, const char *to, int flags),
	(from_dir, from, to_dir, to, flags), -1)
FAULTY(int, unlinkat, (int dir, const char *name, int flags), (dir, name, flags), -1)
FAULTY(GDir *, g_dir_open, (const char *path, guint flags, GError **error), (path, flags, error),
	NULL)
/* Without an errno it is said to be there, and is not. */
FAULTY(int, g_mkdir_with_parents, (const char *path, int mode), (path, mode), fault_why ? -1 : 0)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	return fault_due("open") ? -1 : __real_open(path, flags, 0600);
}

int __real_openat(int dir, const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...)
{
	return fault_due("openat") ? -1 : __real_openat(dir, path, flags, 0600);
}

static char *root; /* of this run */

static char *below(const char *name)
{
	return g_build_filename(root, name, NULL);
}

static char *content_of(const char *path)
{
	char *text = NULL;

	g_file_get_contents(path, &text, NULL, NULL);
	return text;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What lies in the folder, sorted: "a b c". */
static char *names_in(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while ((name = g_dir_read_name(dir)))
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	g_ptr_array_add(names, NULL);
	return g_strjoinv(" ", (char **)names->pdata);
}

/* --- reading */

/* Longer than what is mapped is long, and than what is read of a mail (FILE_MAIL_MAX of
 * Makefile.am). */
#define SMALL 10000
#define MAPPED ((1 << 20) + 17)

static void test_read(void)
{
	static const struct {
		const char *name;
		size_t size;
		const char *call;
		int why;
		bool good;
	} rows[] = {
		{"as it is", SMALL, NULL, 0, true},
		{"in pieces", SMALL, "read", 0, true},
		{"after a signal", SMALL, "read", EINTR, true},
		{"a disk that fails", SMALL, "read", EIO, false},
		{"of unknown size", SMALL, "fstat", EIO, true},
		{"no memory", SMALL, "g_try_malloc", 0, false},
		{"mapped", MAPPED, NULL, 0, true},
		{"not to be mapped", MAPPED, "mmap", ENODEV, true},
	};
	g_autofree char *path = below("mail");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_malloc(rows[i].size);
		g_autoptr(GError) error = NULL;
		struct file_bytes bytes;
		int fd;

		g_test_message("%s", rows[i].name);
		for (size_t k = 0; k < rows[i].size; k++)
			text[k] = (char)('a' + k % 23);
		g_assert_true(g_file_set_contents(path, text, (gssize)rows[i].size, NULL));
		fd = file_open_mail(path, NULL);
		fault_set(rows[i].call, 0, rows[i].why);
		g_assert_cmpint(file_read_fd(fd, &bytes, &error), ==, rows[i].good);
		fault_end();
		if (rows[i].good) {
			g_assert_cmpuint(bytes.bytes.n, ==, rows[i].size);
			g_assert_true(memcmp(bytes.bytes.p, text, rows[i].size) == 0);
			g_assert_false(bytes.cut);
		} else {
			g_assert_error(error, NIXIE_ERROR, NIXIE_PARTIAL);
			g_assert_null(bytes.copy);
		}
		file_bytes_clear(&bytes);
		close(fd);
	}
	g_unlink(path);
}

/* What tells no size grows; at the limit it is cut, and says so. */
static void test_read_endless(void)
{
	g_autofree char *path = below("large");
	g_autoptr(GError) error = NULL;
	struct file_bytes bytes;
	int fd = open("/dev/zero", O_RDONLY);

	g_assert_true(file_read_fd(fd, &bytes, NULL));
	g_assert_cmpuint(bytes.bytes.n, ==, FILE_MAIL_MAX);
	g_assert_true(bytes.cut);
	file_bytes_clear(&bytes);
	fault_set("g_try_realloc", 1, 0);
	g_assert_false(file_read_fd(fd, &bytes, &error));
	fault_end();
	g_assert_error(error, NIXIE_ERROR, NIXIE_PARTIAL);
	g_assert_null(bytes.copy);
	close(fd);

	fd = open(path, O_RDWR | O_CREAT, 0600);
	g_assert_cmpint(ftruncate(fd, FILE_MAIL_MAX + 1), ==, 0);
	g_assert_true(file_read_fd(fd, &bytes, NULL));
	g_assert_cmpuint(bytes.bytes.n, ==, FILE_MAIL_MAX);
	g_assert_true(bytes.cut);
	file_bytes_clear(&bytes);
	close(fd);
	g_unlink(path);
}

static void test_take(void)
{
	static const struct {
		const char *call;
		int why;
		bool good;
		const char *words; /* of the error */
		int64_t size;      /* of the stamp */
	} rows[] = {
		{NULL, 0, true, NULL, 4},
		{"open", EMFILE, false, "Too many open files", 0},
		{"open", 4095, false, "for an unknown reason", 0},
		{"pread", EINTR, true, NULL, 4},
		/* Whoever reads it will meet the fault again, and tell it. */
		{"pread", EIO, true, NULL, 4},
		{"fstat", EIO, true, NULL, -1},
	};
	g_autofree char *path = below("mail");
	char room[4096];

	g_assert_true(g_file_set_contents(path, "mail", 4, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct file_stamp stamp = {0, 0};
		g_autoptr(GError) error = NULL;
		size_t n;
		int fd;

		fault_set(rows[i].call, 0, rows[i].why);
		g_assert_cmpint(file_take_mail(path, room, sizeof room, &n, &fd, &stamp, &error),
			==, rows[i].good);
		fault_end();
		g_assert_cmpint(stamp.size, ==, rows[i].size);
		g_assert_true(!rows[i].words || strstr(error->message, rows[i].words));
		if (fd >= 0)
			close(fd);
	}
	fault_set("fstat", 0, EIO);
	g_assert_cmpint(file_open_mail(path, NULL), ==, -1);
	fault_end();
	g_unlink(path);
}

/* --- writing */

static bool write_text(const char *path, bool force, GError **error)
{
	struct file_out *out = file_out_open(path, force, error);

	if (!out)
		return false;
	if (file_out_write(out, SPAN_LIT("new"), error))
		return file_out_commit(out, error);
	file_out_abandon(out);
	return false;
}

static void test_write(void)
{
	static const struct {
		const char *call;
		unsigned at;
		int why;
		bool over; /* the file is there, and may be replaced */
		int code;  /* 0: it is written */
		bool kept; /* what was there is there */
	} rows[] = {
		{NULL, 0, 0, false, 0, false},
		{NULL, 0, 0, true, 0, false},
		{"openat", 0, EACCES, true, NIXIE_CANTCREATE, true},
		{"write", 0, 0, true, 0, false},
		{"write", 0, EINTR, true, 0, false},
		{"write", 0, ENOSPC, true, NIXIE_IO, true},
		{"fsync", 0, EIO, true, NIXIE_IO, true},
		{"close", 0, EIO, true, NIXIE_IO, true},
		{"renameat", 0, EIO, true, NIXIE_CANTCREATE, true},
		{"renameat2", 0, EEXIST, false, NIXIE_CANTCREATE, true},
		/* Where two names are all there is. */
		{"renameat2", 0, EINVAL, false, 0, false},
		{"renameat2", 0, ENOSYS, false, 0, false},
		/* Of the folder: it has its name, but may lose it. */
		{"fsync", 1, EIO, true, NIXIE_IO, false},
		{"fsync", 1, EINVAL, true, 0, false},
		{"g_dir_open", 0, 0, true, 0, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *folder = below("out"), *path = below("out/file.csv");
		g_autofree char *content = NULL, *names = NULL;
		g_autoptr(GError) error = NULL;

		g_test_message("%s %u: %s", rows[i].call, rows[i].at, g_strerror(rows[i].why));
		g_mkdir(folder, 0700);
		if (rows[i].over)
			g_assert_true(g_file_set_contents(path, "old", -1, NULL));
		fault_set(rows[i].call, rows[i].at, rows[i].why);
		g_assert_cmpint(write_text(path, rows[i].over, &error), ==, !rows[i].code);
		fault_end();
		g_assert_cmpint(error ? error->code : 0, ==, rows[i].code);
		content = content_of(path);
		g_assert_cmpstr(content, ==, !rows[i].kept ? "new" : rows[i].over ? "old" : NULL);
		g_unlink(path);
		names = names_in(folder);
		g_assert_cmpstr(names, ==, "");
		g_rmdir(folder);
	}
}

/* A second name that cannot be given, and a first that does not go. */
static void test_write_linked(void)
{
	g_autofree char *path = below("file.csv"), *content = NULL, *names = NULL;
	g_autoptr(GError) error = NULL;
	struct file_out *out = file_out_open(path, false, NULL);

	g_assert_true(g_file_set_contents(path, "theirs", -1, NULL)); /* meanwhile */
	fault_set("renameat2", 0, EINVAL);
	g_assert_false(file_out_commit(out, &error));
	fault_end();
	g_assert_error(error, NIXIE_ERROR, NIXIE_CANTCREATE);
	content = content_of(path);
	g_assert_cmpstr(content, ==, "theirs");
	g_unlink(path);
	names = names_in(root);
	g_assert_cmpstr(names, ==, "");
	file_out_abandon(NULL);
}

static void test_stdout(void)
{
	g_autoptr(GError) error = NULL;
	struct file_out *out = file_out_open("-", false, NULL);

	fault_set("write", 0, EPIPE);
	g_assert_false(file_out_write(out, SPAN_LIT("new"), &error));
	fault_end();
	g_assert_error(error, NIXIE_ERROR, NIXIE_IO);
	g_assert_true(strstr(error->message, "standard output"));
	file_out_abandon(out);
	g_assert_true(file_out_commit(file_out_open(NULL, false, NULL), NULL));
}

/* What ended runs left of this file goes, and nothing else. */
static void test_leftovers(void)
{
	g_autofree char *own = g_strdup_printf(".file.csv.%ld.tmp", (long)getpid());
	g_autofree char *folder = below("out"), *path = below("out/file.csv"), *names = NULL;
	const char *const left[] = {".file.csv.0.tmp", ".file.csv.1.tmp", ".file.csv.4194400.tmpx",
		".file.csv.99999999999.tmp", ".file.csv.x.tmp", ".file.csvx4194400.tmp",
		".other.csv.4194400.tmp", "file.csv.4194400.tmp"};
	const char *const gone[] = {".file.csv.4194400.tmp", own}; /* beyond the last process */
	g_autoptr(GString) want = g_string_new(NULL);

	g_mkdir(folder, 0700);
	for (size_t i = 0; i < G_N_ELEMENTS(left); i++) {
		g_autofree char *name = g_build_filename(folder, left[i], NULL);

		g_assert_true(g_file_set_contents(name, "", 0, NULL));
		g_string_append_printf(want, "%s%s", i ? " " : "", left[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(gone); i++) {
		g_autofree char *name = g_build_filename(folder, gone[i], NULL);

		g_assert_true(g_file_set_contents(name, "", 0, NULL));
	}
	file_out_abandon(file_out_open(path, false, NULL));
	names = names_in(folder);
	g_assert_cmpstr(names, ==, want->str);
	/* A process of somebody else lives. */
	fault_set("kill", 0, EPERM);
	file_out_abandon(file_out_open(path, false, NULL));
	fault_end();
	g_free(names);
	names = names_in(folder);
	g_assert_cmpstr(names, ==, want->str);
	for (size_t i = 0; i < G_N_ELEMENTS(left); i++) {
		g_autofree char *name = g_build_filename(folder, left[i], NULL);

		g_unlink(name);
	}
	g_rmdir(folder);
}

static void test_own(void)
{
	static const struct {
		const char *call;
		int why;
		bool good;
	} rows[] = {
		{NULL, 0, true},
		{"g_mkdir_with_parents", EACCES, false},
		{"open", EACCES, false},
		{"flock", EINTR, true},
		{"flock", ENOLCK, false},
	};
	g_autofree char *folder = below("own"), *path = below("own/list"), *content = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		int fd;

		g_test_message("%s: %s", rows[i].call, g_strerror(rows[i].why));
		fault_set(rows[i].call, 0, rows[i].why);
		fd = file_own_lock(path, &error);
		fault_end();
		g_assert_cmpint(fd >= 0, ==, rows[i].good);
		if (!rows[i].good)
			g_assert_error(error, NIXIE_ERROR, NIXIE_CANTCREATE);
		else
			close(fd);
	}
	g_assert_true(file_own_write(path, SPAN_LIT("one"), NULL));
	fault_set("write", 0, ENOSPC);
	g_assert_false(file_own_write(path, SPAN_LIT("two"), NULL));
	fault_end();
	content = content_of(path);
	g_assert_cmpstr(content, ==, "one");
	g_unlink(path);
	g_rmdir(folder);
	g_assert_false(file_own_write(path, SPAN_LIT("three"), NULL));
}

/* --- places */

static void test_home(void)
{
	static const struct {
		const char *set, *home, *name, *path; /* NULL: not set */
	} rows[] = {
		{"/r/state", "/r/home", "journal/x", "/r/state/nixie/journal/x"},
		{"state", "/r/home", "journal/x", "/r/home/.local/state/nixie/journal/x"},
		{NULL, "/r/home", "values/", "/r/home/.local/state/nixie/values/"},
	};
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = NULL;

		if (rows[i].set)
			g_setenv("XDG_STATE_HOME", rows[i].set, TRUE);
		else
			g_unsetenv("XDG_STATE_HOME");
		g_setenv("HOME", rows[i].home, TRUE);
		fault_set("g_mkdir_with_parents", 0, 0); /* not on this disk */
		got = file_home_path(FILE_STATE, rows[i].name, NULL);
		fault_end();
		g_assert_cmpstr(got, ==, rows[i].path);
	}
	fault_set("g_mkdir_with_parents", 0, EROFS);
	g_assert_null(file_home_path(FILE_STATE, "journal/x", &error));
	fault_end();
	g_assert_error(error, NIXIE_ERROR, NIXIE_CANTCREATE);
	g_unsetenv("HOME");
	g_unsetenv("XDG_CONFIG_HOME");
	path = file_home_path(FILE_CONFIG, "config", NULL);
	g_assert_true(g_str_has_prefix(path, g_get_home_dir()));
	g_assert_true(g_str_has_suffix(path, "/.config/nixie/config"));
}

static void test_datadir(void)
{
	g_setenv("NIXIE_DATADIR", "/r/data", TRUE);
	g_assert_cmpstr(file_datadir(), ==, "/r/data");
	g_setenv("NIXIE_DATADIR", "", TRUE);
	g_assert_cmpstr(file_datadir(), ==, NIXIE_DATADIR_INSTALLED);
	g_unsetenv("NIXIE_DATADIR");
	g_assert_cmpstr(file_datadir(), ==, NIXIE_DATADIR_INSTALLED);
}

/* The last one: there is no way back. */
static void test_confined(void)
{
	static const struct {
		const char *path; /* below the root, unless it is relative */
		bool below, good;
	} rows[] = {
		{"cell/file", true, true},
		{"cell/deep/file", true, true},
		{"file", false, true},
		{"deep/file", false, true},
		{"../file", false, false},
		{"file", true, false},
		{"cellar/file", true, false},
		{"none/file", false, false},
	};
	g_autofree char *cell = below("cell"), *deep = below("cell/deep"),
			*cellar = below("cellar");
	g_autoptr(GError) error = NULL;

	fault_set("g_mkdir_with_parents", 0, EROFS);
	g_assert_false(file_confine(cell, &error));
	fault_end();
	g_assert_error(error, NIXIE_ERROR, NIXIE_CONFIG);
	fault_set("g_mkdir_with_parents", 0, 0);
	g_assert_false(file_confine(cell, NULL));
	fault_end();
	g_assert_true(file_confine(cell, NULL));
	g_mkdir(deep, 0700);
	g_mkdir(cellar, 0700);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path =
			rows[i].below ? below(rows[i].path) : g_strdup(rows[i].path);
		g_autoptr(GError) why = NULL;
		struct file_out *out = file_out_open(path, false, &why);

		g_test_message("%s", path);
		g_assert_cmpint(out != NULL, ==, rows[i].good);
		if (!rows[i].good)
			g_assert_error(why, NIXIE_ERROR, NIXIE_CANTCREATE);
		file_out_abandon(out);
	}
	g_rmdir(deep);
	g_rmdir(cell);
	g_rmdir(cellar);
}

int main(int argc, char **argv)
{
	int result;

	root = g_dir_make_tmp("nixie-file-XXXXXX", NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/file/read", test_read);
	g_test_add_func("/file/read-endless", test_read_endless);
	g_test_add_func("/file/take", test_take);
	g_test_add_func("/file/write", test_write);
	g_test_add_func("/file/write-linked", test_write_linked);
	g_test_add_func("/file/stdout", test_stdout);
	g_test_add_func("/file/leftovers", test_leftovers);
	g_test_add_func("/file/own", test_own);
	g_test_add_func("/file/home", test_home);
	g_test_add_func("/file/datadir", test_datadir);
	g_test_add_func("/file/confined", test_confined);
	result = g_test_run();
	g_assert_cmpint(g_rmdir(root), ==, 0);
	g_free(root);
	return result;
}
