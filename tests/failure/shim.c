/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded by the tests beside it: counts the calls of all processes of a run that touch files
 * below $SHIM_ROOT, kind by kind, in the file $SHIM_STATE that they share. The $SHIM_AT-th call of
 * the kind $SHIM_CALL fails as $SHIM_HOW says: EIO, ENOSPC, EINTR or EMFILE; "short", a part only;
 * "kill", the process is ended. With $SHIM_STAY all later calls that write fail in the same way.
 * The kind "change" is all that change a disk. What is below a directory $SHIM_SKIP does not count.
 * An allocation counts when it is of $SHIM_LARGE bytes or more.
 *
 * A descriptor is ours when its path was, or when it came from another process and is a regular
 * file: mails travel so.
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum call { READ, WRITE, OPEN, RENAME, FSYNC, FTRUNCATE, MKDIR, CLOSE, ALLOC, CHANGE, CALLS };
static const char *const call_names[CALLS] = {"read", "write", "open", "rename", "fsync",
	"ftruncate", "mkdir", "close", "alloc", "change"};

/* The test reads this as so many 32-bit numbers and the words behind them. */
struct state {
	_Atomic int32_t count[CALLS];
	_Atomic int32_t hits;
	char where[256];
};

enum owner { UNKNOWN, OURS, OTHER };

#define FDS 1024
static unsigned char owner[FDS];
static struct state *state;
static int32_t fail_at;
static enum call fail_call = CALLS;
static const char *fail_how, *root, *skip;
static size_t root_n, large = SIZE_MAX;
static int stay;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static __attribute__((constructor)) void start(void)
{
	const char *path = getenv("SHIM_STATE"), *call = getenv("SHIM_CALL"),
		   *at = getenv("SHIM_AT"), *bytes = getenv("SHIM_LARGE");
	int fd = path ? REAL(open)(path, O_RDWR | O_CLOEXEC) : -1;
	void *map;

	if (fd < 0)
		return;
	map = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	REAL(close)(fd);
	if (map == MAP_FAILED)
		return;
	root = getenv("SHIM_ROOT");
	root_n = root ? strlen(root) : 0;
	skip = getenv("SHIM_SKIP");
	fail_how = getenv("SHIM_HOW");
	stay = getenv("SHIM_STAY") != NULL;
	fail_at = at ? atoi(at) : 0;
	for (int i = 0; call && i < CALLS; i++)
		if (strcmp(call, call_names[i]) == 0)
			fail_call = (enum call)i;
	if (bytes)
		large = (size_t)atol(bytes);
	state = map;
}

/* --- whose is it */

/* The path, with the directory that it is relative to. */
static int is_our_path(int dir, const char *path, char *whole)
{
	char link[64];
	ssize_t n = 0;

	*whole = '\0';
	if (!state || !root || !path)
		return 0;
	if (*path != '/' && dir == AT_FDCWD) {
		if (!getcwd(whole, PATH_MAX))
			return 0;
		n = (ssize_t)strlen(whole);
	} else if (*path != '/') {
		snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
		n = readlink(link, whole, PATH_MAX - 1);
		if (n < 0)
			return 0;
	}
	snprintf(whole + n, (size_t)(PATH_MAX - n), "%s%s", n ? "/" : "", path);
	return strncmp(whole, root, root_n) == 0 && !(skip && strstr(whole, skip)) &&
	       (!whole[root_n] || whole[root_n] == '/');
}

static int is_our_fd(int fd)
{
	struct stat st;

	if (!state || fd < 3 || fd >= FDS || owner[fd] == OTHER)
		return 0;
	if (owner[fd] == UNKNOWN)
		owner[fd] = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? OURS : OTHER;
	return owner[fd] == OURS;
}

static int remember(int fd, int ours)
{
	if (fd >= 0 && fd < FDS)
		owner[fd] = ours ? OURS : OTHER;
	return fd;
}

/* --- is it its turn */

static int is_how(const char *name)
{
	return fail_how && strcmp(fail_how, name) == 0;
}

static int is_write(enum call call)
{
	return call == WRITE || call == RENAME || call == FSYNC || call == FTRUNCATE ||
	       call == MKDIR;
}

/* The first that failed; a descriptor's path is asked for here, and not at each of a million calls.
 */
static void tell_where(const char *path, int fd)
{
	char link[64], whole[PATH_MAX] = "";

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	if (!path && readlink(link, whole, sizeof whole - 1) < 0)
		*whole = '\0';
	snprintf(state->where, sizeof state->where, "%.*s", 255, path ? path : whole);
}

/* True: this call on a path, or else on a descriptor, is to fail; errno is set. */
static int is_due(enum call call, const char *path, int fd)
{
	static const struct {
		const char *name;
		int number;
	} errors[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EINTR", EINTR}, {"EMFILE", EMFILE},
		{"ENOMEM", ENOMEM}};
	int32_t seen = atomic_fetch_add(&state->count[call], 1) + 1;

	if (!(call == fail_call && seen == fail_at) &&
		!(stay && atomic_load(&state->hits) && is_write(call)))
		return 0;
	if (atomic_fetch_add(&state->hits, 1) == 0)
		tell_where(path, fd);
	if (is_how("kill"))
		kill(getpid(), SIGKILL);
	errno = EIO;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (is_how(errors[i].name))
			errno = errors[i].number;
	return 1;
}

static int due(enum call call, const char *path, int fd)
{
	return is_due(call, path, fd) || (is_write(call) && is_due(CHANGE, path, fd));
}

static int fd_due(enum call call, int fd)
{
	int saved = errno, ours = is_our_fd(fd);

	errno = saved;
	return ours && due(call, NULL, fd);
}

static int path_due(enum call call, int dir, const char *path)
{
	char whole[PATH_MAX * 2];
	int saved = errno, ours = is_our_path(dir, path, whole);

	errno = saved;
	return ours && due(call, whole, -1);
}

/* --- the calls */

#define MODE_OF(flags, mode) \
	do { \
		va_list args; \
		va_start(args, flags); \
		if ((flags) & (O_CREAT | O_TMPFILE)) \
			mode = va_arg(args, mode_t); \
		va_end(args); \
	} while (0)

#define OPEN_OF(name) \
	int name(const char *path, int flags, ...) \
	{ \
		char whole[PATH_MAX * 2]; \
		mode_t mode = 0; \
		int ours = is_our_path(AT_FDCWD, path, whole); \
		MODE_OF(flags, mode); \
		if (ours && due(OPEN, whole, -1)) \
			return -1; \
		return remember(REAL(name)(path, flags, mode), ours); \
	}

#define OPENAT_OF(name) \
	int name(int dir, const char *path, int flags, ...) \
	{ \
		char whole[PATH_MAX * 2]; \
		mode_t mode = 0; \
		int ours = is_our_path(dir, path, whole); \
		MODE_OF(flags, mode); \
		if (ours && due(OPEN, whole, -1)) \
			return -1; \
		return remember(REAL(name)(dir, path, flags, mode), ours); \
	}

OPEN_OF(open)
OPEN_OF(open64)
OPENAT_OF(openat)
OPENAT_OF(openat64)

#define TRANSFER(call, type, name, ...) \
	{ \
		int fails = fd_due(call, fd); \
		if (fails && !is_how("short")) \
			return -1; \
		if (fails && n > 1) \
			n /= 2; \
		return REAL(name)(fd, bytes, n, ##__VA_ARGS__); \
	}

ssize_t read(int fd, void *bytes, size_t n) TRANSFER(READ, void *, read) ssize_t
	pread(int fd, void *bytes, size_t n, off_t at) TRANSFER(READ, void *, pread, at) ssize_t
	pread64(int fd, void *bytes, size_t n, off64_t at)
		TRANSFER(READ, void *, pread64, at) ssize_t
	write(int fd, const void *bytes, size_t n) TRANSFER(WRITE, const void *, write) ssize_t
	pwrite(int fd, const void *bytes, size_t n, off_t at)
		TRANSFER(WRITE, const void *, pwrite, at) ssize_t
	pwrite64(int fd, const void *bytes, size_t n, off64_t at)
		TRANSFER(WRITE, const void *, pwrite64, at)

	/* What -D_FORTIFY_SOURCE makes of read and pread. */
	ssize_t __read_chk(int fd, void *bytes, size_t n, size_t room)
{
	(void)room;
	return read(fd, bytes, n);
}

ssize_t __pread_chk(int fd, void *bytes, size_t n, off_t at, size_t room)
{
	(void)room;
	return pread(fd, bytes, n, at);
}

ssize_t __pread64_chk(int fd, void *bytes, size_t n, off64_t at, size_t room)
{
	(void)room;
	return pread64(fd, bytes, n, at);
}

int rename(const char *from, const char *to)
{
	return path_due(RENAME, AT_FDCWD, to) ? -1 : REAL(rename)(from, to);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return path_due(RENAME, to_dir, to) ? -1 : REAL(renameat)(from_dir, from, to_dir, to);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	return path_due(RENAME, to_dir, to) ? -1
					    : REAL(renameat2)(from_dir, from, to_dir, to, flags);
}

int fsync(int fd)
{
	return fd_due(FSYNC, fd) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
	return fd_due(FSYNC, fd) ? -1 : REAL(fdatasync)(fd);
}

int ftruncate(int fd, off_t size)
{
	return fd_due(FTRUNCATE, fd) ? -1 : REAL(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
	return fd_due(FTRUNCATE, fd) ? -1 : REAL(ftruncate64)(fd, size);
}

int mkdir(const char *path, mode_t mode)
{
	return path_due(MKDIR, AT_FDCWD, path) ? -1 : REAL(mkdir)(path, mode);
}

/* Also one that fails has closed it. */
int close(int fd)
{
	int fails = fd_due(CLOSE, fd), saved = errno, done;

	if (fd >= 0 && fd < FDS)
		owner[fd] = UNKNOWN;
	done = REAL(close)(fd);
	if (fails)
		errno = saved;
	return fails ? -1 : done;
}

/* --- memory: the C library's own names, since dlsym allocates */

extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_calloc(size_t n, size_t size);

static int large_due(size_t size)
{
	return state && size >= large && due(ALLOC, "memory", -1);
}

void *malloc(size_t size)
{
	return large_due(size) ? NULL : __libc_malloc(size);
}

void *realloc(void *old, size_t size)
{
	return large_due(size) ? NULL : __libc_realloc(old, size);
}

void *calloc(size_t n, size_t size)
{
	return size && large_due(n * size) ? NULL : __libc_calloc(n, size);
}
