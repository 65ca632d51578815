/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded by the tests beside it. FAULT=kill, full: from the moment a process looks at the
 * index's lock, its calls that change a disk are counted; at the FAULT_AT-th it is killed, or that
 * call and all later ones find the disk full. FAULT=abort: the FAULT_AT-th time that a process
 * reads from the index it aborts, as libnotmuch does when the index changes, if there is a file
 * left in FAULT_TOKENS to remove.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int armed, reading;
static long seen;

static void arm(const char *path)
{
	size_t n = strlen(path);

	if (strstr(path, "/xapian/"))
		reading = 1;
	if (n > 9 && strcmp(path + n - 9, "flintlock") == 0)
		armed = 1;
}

static int is_fault(const char *name)
{
	const char *what = getenv("FAULT");

	return what && strcmp(what, name) == 0;
}

/* True: the call is to fail. */
static int fault(void)
{
	const char *what = getenv("FAULT"), *at = getenv("FAULT_AT");

	if (!armed || is_fault("abort") || !what || !at || ++seen < atol(at))
		return 0;
	if (strcmp(what, "kill") == 0)
		kill(getpid(), SIGKILL);
	errno = ENOSPC;
	return 1;
}

static void fault_reading(void)
{
	const char *at = getenv("FAULT_AT"), *tokens = getenv("FAULT_TOKENS");
	char path[4096];

	if (!reading || !at || !tokens || !is_fault("abort") || ++seen != atol(at))
		return;
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof path, "%s/%d", tokens, i);
		if (unlink(path) == 0)
			abort();
	}
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name) \
	int name(const char *path, int flags, ...) \
	{ \
		va_list args; \
		mode_t mode = 0; \
		va_start(args, flags); \
		if (flags & O_CREAT) \
			mode = va_arg(args, mode_t); \
		va_end(args); \
		arm(path); \
		return REAL(name)(path, flags, mode); \
	}

OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void *bytes, size_t n)
{
	return fault() ? -1 : REAL(write)(fd, bytes, n);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	return fault() ? -1 : REAL(pwrite)(fd, bytes, n, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	return fault() ? -1 : REAL(pwrite64)(fd, bytes, n, at);
}

int fsync(int fd)
{
	return fault() ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
	return fault() ? -1 : REAL(fdatasync)(fd);
}

int rename(const char *from, const char *to)
{
	return fault() ? -1 : REAL(rename)(from, to);
}

ssize_t pread64(int fd, void *bytes, size_t n, off64_t at)
{
	fault_reading();
	return REAL(pread64)(fd, bytes, n, at);
}

ssize_t pread(int fd, void *bytes, size_t n, off_t at)
{
	fault_reading();
	return REAL(pread)(fd, bytes, n, at);
}
