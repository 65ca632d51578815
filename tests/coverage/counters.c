/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The counters of a program lie in a file that is mapped before main, and that all processes of the
 * program share: what a child counts that may open no file, or is killed, is counted. Linked into
 * the programs of `make coverage` only (see measure.py).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char counters_start[], counters_end[];
void __gcov_dump(void);
void __wrap___gcov_exit(void);

/* Instead of libgcov's, which would write a file for each source file at each exit. */
void __wrap___gcov_exit(void)
{
}

/* After the constructors of priority 100, by which the source files make themselves known. */
__attribute__((constructor(200))) static void share(void)
{
	char program[4096] = "", path[4096];
	size_t size = (size_t)(counters_end - counters_start);
	int fd;

	if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
		return;
	/* Tests copy programs, but never rename them. */
	snprintf(path, sizeof path, "%s%s", COUNTERS, strrchr(program, '/'));
	/* Past the C library, where the tests of failure let calls fail. */
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	if (ftruncate(fd, (off_t)size) == 0 && mmap(counters_start, size, PROT_READ | PROT_WRITE,
						       MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		abort();
	close(fd);
	if (getenv("NIXIE_COUNTERS")) {
		__gcov_dump();
		_exit(0);
	}
}
