/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/lock.h"

#include "base/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- where */

char *lock_xapian_directory(const char *database_path)
{
	static const char *const places[] = {"xapian", ".notmuch/xapian"};

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		char *path = g_build_filename(database_path, places[i], NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			return path;
		g_free(path);
	}
	return NULL;
}

static const char *variable(const char *name)
{
	const char *value = g_getenv(name);

	return value && *value ? value : NULL;
}

/* notmuch-config(1), in its order. */
static char *config_path(const struct store_ref *store)
{
	const char *set = store->config ? store->config : variable("NOTMUCH_CONFIG");
	const char *profile = store->profile ? store->profile : variable("NOTMUCH_PROFILE");
	g_autofree char *old = NULL;
	char *path;

	if (set)
		return g_strdup(set);
	path = g_build_filename(
		g_get_user_config_dir(), "notmuch", profile ? profile : "default", "config", NULL);
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return path;
	g_free(path);
	old = g_build_filename(g_get_home_dir(), ".notmuch-config", NULL);
	return profile ? g_strconcat(old, ".", profile, NULL) : g_steal_pointer(&old);
}

static char *configured_path(const struct store_ref *store)
{
	g_autofree char *config = config_path(store), *path = NULL;
	g_autoptr(GKeyFile) file = g_key_file_new();

	if (!*config || !g_key_file_load_from_file(file, config, G_KEY_FILE_NONE, NULL))
		return NULL;
	path = g_key_file_get_value(file, "database", "path", NULL);
	if (!path || g_path_is_absolute(path))
		return g_steal_pointer(&path);
	return g_build_filename(g_get_home_dir(), path, NULL);
}

char *lock_find_directory(const struct store_ref *store)
{
	const char *profile = store->profile ? store->profile : variable("NOTMUCH_PROFILE");
	const char *home = variable("HOME") ? variable("HOME") : g_get_home_dir();
	char *paths[] = {
		g_strdup(store->database),
		g_strdup(variable("NOTMUCH_DATABASE")),
		configured_path(store),
		g_build_filename(
			g_get_user_data_dir(), "notmuch", profile ? profile : "default", NULL),
		variable("MAILDIR") ? g_strdup(variable("MAILDIR"))
				    : g_build_filename(home, "mail", NULL),
	};
	char *found = NULL;

	/* What was said outright is not second-guessed. */
	for (size_t i = 0; i < G_N_ELEMENTS(paths) && !found; i++) {
		if (paths[i])
			found = lock_xapian_directory(paths[i]);
		if (i < 3 && paths[i])
			break;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
		g_free(paths[i]);
	return found;
}

/* --- who */

/* "notmuch (pid 123)" when that process has the lock file open. */
static char *holder_if(const char *pid, const struct stat *lock)
{
	g_autofree char *fds = g_build_filename("/proc", pid, "fd", NULL), *comm = NULL,
			*name = NULL;
	g_autoptr(GDir) dir = g_dir_open(fds, 0, NULL);
	const char *fd;

	while (dir && (fd = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(fds, fd, NULL);
		struct stat st;

		if (stat(path, &st) < 0 || st.st_dev != lock->st_dev || st.st_ino != lock->st_ino)
			continue;
		comm = g_build_filename("/proc", pid, "comm", NULL);
		if (!g_file_get_contents(comm, &name, NULL, NULL))
			name = g_strdup(_("a process"));
		return g_strdup_printf("%s (pid %s)", g_strchomp(name), pid);
	}
	return NULL;
}

static char *find_holder(const struct stat *lock)
{
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	g_autofree char *own = g_strdup_printf("%ld", (long)getpid());
	const char *name;

	while (proc && (name = g_dir_read_name(proc))) {
		char *holder;

		if (!g_ascii_isdigit(*name) || g_str_equal(name, own))
			continue;
		holder = holder_if(name, lock);
		if (holder)
			return holder;
	}
	return g_strdup(_("another process"));
}

enum lock_state lock_probe(const char *xapian_directory, char **holder)
{
	g_autofree char *path = g_build_filename(xapian_directory, "flintlock", NULL);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct stat st;
	int fd;
	bool busy;

	if (access(xapian_directory, F_OK) < 0)
		return LOCK_MISSING;
	if (access(xapian_directory, W_OK) < 0 || (access(path, W_OK) < 0 && errno != ENOENT))
		return LOCK_READ_ONLY;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return LOCK_FREE; /* no lock file yet: nobody holds it */
	busy = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	if (busy && holder)
		*holder = fstat(fd, &st) == 0 ? find_holder(&st) : g_strdup(_("another process"));
	close(fd);
	return busy ? LOCK_BUSY : LOCK_FREE;
}
