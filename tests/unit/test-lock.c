/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an index lies, and who writes to it. */
#undef _FORTIFY_SOURCE /* the calls by their own names */
#include "store/lock.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"
#include "tree.h"

FAULTY(int, access, (const char *path, int how), (path, how), -1)
FAULTY(int, fstat, (int fd, struct stat *st), (fd, st), -1)
FAULTY(GDir *, g_dir_open, (const char *path, guint flags, GError **error), (path, flags, error),
	NULL)
FAULTY(gboolean, g_file_get_contents, (const char *path, char **text, gsize *size, GError **error),
	(path, text, size, error), FALSE)

int __real_fcntl(int fd, int what, ...);
int __wrap_fcntl(int fd, int what, ...);
int __wrap_fcntl(int fd, int what, ...)
{
	va_list args;
	void *lock;

	va_start(args, what);
	lock = va_arg(args, void *);
	va_end(args);
	return fault_due("fcntl") ? -1 : __real_fcntl(fd, what, lock);
}

static char *root; /* of this run */

static char *below(const char *name)
{
	return g_build_filename(root, name, NULL);
}

/* --- where */

static const char *const variables[] = {"NOTMUCH_CONFIG", "NOTMUCH_PROFILE", "NOTMUCH_DATABASE",
	"MAILDIR", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"};

/* GLib looks once only. */
static const char *place(const char *variable)
{
	return g_getenv(variable) ? g_getenv(variable) : "/none";
}

const char *__wrap_g_get_home_dir(void);
const char *__wrap_g_get_home_dir(void)
{
	return place("HOME");
}

const char *__wrap_g_get_user_config_dir(void);
const char *__wrap_g_get_user_config_dir(void)
{
	return place("XDG_CONFIG_HOME");
}

const char *__wrap_g_get_user_data_dir(void);
const char *__wrap_g_get_user_data_dir(void)
{
	return place("XDG_DATA_HOME");
}

/* "%" is the root of this run; NULL stays NULL. g_free. */
static char *expand(const char *text)
{
	g_auto(GStrv) parts = text ? g_strsplit(text, "%", -1) : NULL;

	return parts ? g_strjoinv(root, parts) : NULL;
}

static void set(const char *const *settings)
{
	for (size_t i = 0; i < G_N_ELEMENTS(variables); i++)
		g_unsetenv(variables[i]);
	for (; *settings; settings++) {
		g_auto(GStrv) pair = g_strsplit(*settings, "=", 2);
		g_autofree char *value = expand(pair[1]);

		g_setenv(pair[0], value, TRUE);
	}
}

/* Indexes, and what tells of them, where notmuch looks. */
static void make_places(void)
{
	static const char *const directories[] = {"a/.notmuch/xapian", "b/xapian",
		"etc/notmuch/default", "etc/notmuch/work", "data/notmuch/default/xapian",
		"data/notmuch/work/xapian", "mail/.notmuch/xapian"};
	static const struct {
		const char *name, *text;
	} files[] = {
		{"config", "[database]\npath=%/a\n"},
		{"relative", "[database]\npath=b\n"},
		{"pathless", "[user]\nname=x\n"},
		{"etc/notmuch/default/config", "[database]\npath=%/b\n"},
		{"etc/notmuch/work/config", "[database]\npath=%/a\n"},
		{".notmuch-config", "[database]\npath=%/a\n"},
		{".notmuch-config.work", "[database]\npath=%/b\n"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(directories); i++) {
		g_autofree char *path = below(directories[i]);

		g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = below(files[i].name), *text = expand(files[i].text);

		g_assert_true(g_file_set_contents(path, text, -1, NULL));
	}
}

/* As notmuch-config(1) has it: what is said outright is taken, whatever lies elsewhere. */
static void test_find(void)
{
	static const struct {
		const char *name, *database, *config, *profile;
		const char *set[4];
		const char *found; /* NULL: none */
	} rows[] = {
		{"the argument", "%/a", NULL, NULL, {NULL}, "%/a/.notmuch/xapian"},
		{"Xapian's files alone", "%/b", NULL, NULL, {NULL}, "%/b/xapian"},
		{"nothing there", "%/x", NULL, NULL, {"NOTMUCH_DATABASE=%/a"}, NULL},
		{"the environment", NULL, NULL, NULL, {"NOTMUCH_DATABASE=%/b"}, "%/b/xapian"},
		{"an empty one", NULL, "", NULL, {"NOTMUCH_DATABASE=", "MAILDIR=%/b"},
			"%/b/xapian"},
		{"a configuration", NULL, "%/config", NULL, {"MAILDIR=%/b"}, "%/a/.notmuch/xapian"},
		{"a relative path", NULL, "%/relative", NULL, {"HOME=%"}, "%/b/xapian"},
		{"no path", NULL, "%/pathless", NULL, {"MAILDIR=%/b"}, "%/b/xapian"},
		{"no configuration", NULL, "%/x", NULL, {"MAILDIR=%/b"}, "%/b/xapian"},
		{"one of the environment", NULL, NULL, NULL, {"NOTMUCH_CONFIG=%/config"},
			"%/a/.notmuch/xapian"},
		{"the usual one", NULL, NULL, NULL, {"XDG_CONFIG_HOME=%/etc"}, "%/b/xapian"},
		{"that of a profile", NULL, NULL, "work", {"XDG_CONFIG_HOME=%/etc"},
			"%/a/.notmuch/xapian"},
		{"a profile of the environment", NULL, NULL, NULL,
			{"XDG_CONFIG_HOME=%/etc", "NOTMUCH_PROFILE=work"}, "%/a/.notmuch/xapian"},
		{"the old one", NULL, NULL, NULL, {"HOME=%"}, "%/a/.notmuch/xapian"},
		{"the old one of a profile", NULL, NULL, "work", {"HOME=%"}, "%/b/xapian"},
		{"data", NULL, "", NULL, {"XDG_DATA_HOME=%/data"}, "%/data/notmuch/default/xapian"},
		{"data of a profile", NULL, "", "work", {"XDG_DATA_HOME=%/data"},
			"%/data/notmuch/work/xapian"},
		{"mail", NULL, "", NULL, {"HOME=%"}, "%/mail/.notmuch/xapian"},
		{"mail of nobody", NULL, "", NULL, {"HOME="}, NULL},
	};

	make_places();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *database = expand(rows[i].database),
				*config = expand(rows[i].config), *want = expand(rows[i].found),
				*got = NULL;
		struct store_ref store = {database, config, rows[i].profile};

		g_test_message("%s", rows[i].name);
		set(rows[i].set);
		got = lock_find_directory(&store);
		g_assert_cmpstr(got, ==, want);
	}
}

/* --- who */

/* A lock of this process's own; the descriptor. */
static int hold(const char *path)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	g_assert_cmpint(fcntl(fd, F_OFD_SETLK, &lock), ==, 0);
	return fd;
}

/* Another process that has the file open, until the descriptor is closed. */
static pid_t witness(int fd, int *end)
{
	int ends[2], begun[2];
	pid_t pid;
	char byte;

	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_cmpint(pipe(begun), ==, 0);
	pid = fork();
	if (!pid) {
		close(ends[1]);
		close(begun[0]);
		close(begun[1]);
		_exit(read(ends[0], &byte, 1) > 0 || fd < 0);
	}
	close(ends[0]);
	close(begun[1]);
	g_assert_cmpint(read(begun[0], &byte, 1), ==, 0); /* its own pipes are in order */
	close(begun[0]);
	*end = ends[1];
	return pid;
}

static void test_probe(void)
{
	static const struct {
		const char *call;
		unsigned at;
		int why;
		bool held;
		enum lock_state state;
		const char *holder; /* "%" is the other process */
	} rows[] = {
		{NULL, 0, 0, false, LOCK_FREE, NULL},
		{NULL, 0, 0, true, LOCK_BUSY, "test-lock (pid %)"},
		{"access", 0, ENOENT, true, LOCK_MISSING, NULL},
		{"access", 1, EACCES, true, LOCK_READ_ONLY, NULL},
		{"access", 2, EACCES, true, LOCK_READ_ONLY, NULL},
		/* It may come to be after it was looked for. */
		{"access", 2, ENOENT, true, LOCK_BUSY, "test-lock (pid %)"},
		/* A file system that cannot tell: whoever opens the index will find out. */
		{"fcntl", 0, EINVAL, true, LOCK_FREE, NULL},
		{"fstat", 0, EIO, true, LOCK_BUSY, "another process"},
		{"g_dir_open", 0, 0, true, LOCK_BUSY, "another process"}, /* no /proc */
		{"g_file_get_contents", 0, 0, true, LOCK_BUSY, "a process (pid %)"},
	};
	g_autofree char *xapian = below("b/xapian"), *path = below("b/xapian/flintlock");

	g_assert_cmpint(lock_probe(xapian, NULL), ==, LOCK_FREE);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *holder = NULL, *want = NULL;
		int fd = hold(path), end = -1;
		pid_t pid = witness(fd, &end);
		g_autofree char *number = g_strdup_printf("%d", (int)pid);
		g_auto(GStrv) parts = g_strsplit(rows[i].holder ? rows[i].holder : "", "%", -1);

		g_test_message("row %zu", i);
		want = rows[i].holder ? g_strjoinv(number, parts) : NULL;
		if (!rows[i].held) {
			close(end);
			waitpid(pid, NULL, 0);
			close(fd);
		}
		fault_set(rows[i].call, rows[i].at, rows[i].why);
		g_assert_cmpint(lock_probe(xapian, &holder), ==, rows[i].state);
		fault_end();
		g_assert_cmpstr(holder, ==, want);
		if (rows[i].held) {
			close(end);
			waitpid(pid, NULL, 0);
			close(fd);
		}
	}
}

/* Nobody is named that is not seen to hold it; of processes that do not show their files none is.
 */
static void test_probe_unseen(void)
{
	g_autofree char *xapian = below("b/xapian"), *path = below("b/xapian/flintlock"),
			*holder = NULL, *again = NULL;
	int fd = hold(path);

	g_assert_cmpint(lock_probe(xapian, NULL), ==, LOCK_BUSY);
	g_assert_cmpint(lock_probe(xapian, &holder), ==, LOCK_BUSY);
	g_assert_cmpstr(holder, ==, "another process");
	fault_set("g_dir_open", 1, EACCES);
	g_assert_cmpint(lock_probe(xapian, &again), ==, LOCK_BUSY);
	fault_end();
	g_assert_cmpstr(again, ==, "another process");
	close(fd);
}

int main(int argc, char **argv)
{
	int result;

	root = g_dir_make_tmp("nixie-lock-XXXXXX", NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lock/find", test_find);
	g_test_add_func("/lock/probe", test_probe);
	g_test_add_func("/lock/probe-unseen", test_probe_unseen);
	result = g_test_run();
	remove_tree(root);
	g_free(root);
	return result;
}
