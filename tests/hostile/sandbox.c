/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sandbox of an extractor from inside: what a mail that has taken one over would try. Each
 * attempt is first made outside, where it must work: one that fails anyway proves nothing.
 */
#include "worker/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* What was there before the sandbox, as a process that was taken over would find it. */
static struct {
	int listener, socket, dgram, directory, own_file;
	struct sockaddr_in name;
	char path[64], other[80], link[80];
	pid_t parent;
} world;

static int opened(int fd)
{
	if (fd >= 0)
		close(fd);
	return fd;
}

static int try_read(void)
{
	return opened(open("/etc/passwd", O_RDONLY));
}

static int try_read_raw(void)
{
	return opened((int)syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY));
}

static int try_read_below(void)
{
	return opened(openat(world.directory, "../../../etc/passwd", O_RDONLY));
}

static int try_openat2(void)
{
	struct {
		uint64_t flags, mode, resolve;
	} how = {O_RDONLY, 0, 0};

	return opened((int)syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof how));
}

static int try_own_memory(void)
{
	return opened(open("/proc/self/maps", O_RDONLY));
}

static int try_environment(void)
{
	char path[40];

	snprintf(path, sizeof path, "/proc/%d/environ", (int)world.parent);
	return opened(open(path, O_RDONLY));
}

static int try_mail(void)
{
	return opened(open(world.path, O_RDONLY));
}

static int try_make(void)
{
	return opened(open(world.other, O_WRONLY | O_CREAT, 0600));
}

static int try_append(void)
{
	return opened(open(world.path, O_WRONLY | O_APPEND));
}

static int try_temporary(void)
{
	return opened(open("/tmp", O_TMPFILE | O_RDWR, 0600));
}

static int try_grow(void)
{
	return (int)write(world.own_file, "x", 1);
}

static int try_truncate(void)
{
	return truncate(world.path, 0);
}

static int try_remove(void)
{
	return unlink(world.path);
}

static int try_rename(void)
{
	return rename(world.path, world.other);
}

static int try_link(void)
{
	return link(world.path, world.link);
}

static int try_symlink(void)
{
	return symlink("/etc/passwd", world.link);
}

static int try_directory(void)
{
	return mkdir(world.other, 0700);
}

static int try_mode(void)
{
	return chmod(world.path, 0777);
}

static int try_socket(void)
{
	return opened(socket(AF_INET, SOCK_STREAM, 0));
}

static int try_local_socket(void)
{
	return opened(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int try_connect(void)
{
	return connect(world.socket, (struct sockaddr *)&world.name, sizeof world.name);
}

static int try_bind(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET};

	return bind(world.dgram, (struct sockaddr *)&any, sizeof any);
}

static int try_listen(void)
{
	return listen(world.listener, 1);
}

static int try_exec(void)
{
	/* In a child of its own outside; inside there is no child to be had. */
	return execl("/bin/true", "true", NULL);
}

static int try_exec_file(void)
{
	char *const words[] = {(char *)"true", NULL};

	return (int)syscall(SYS_execveat, AT_FDCWD, "/bin/true", words, NULL, 0);
}

static int ended(pid_t child)
{
	if (child == 0)
		_exit(0);
	if (child > 0)
		waitpid(child, NULL, 0);
	return child;
}

static int try_fork(void)
{
	return ended(fork());
}

static int try_clone3(void)
{
	struct clone_args how = {.exit_signal = SIGCHLD};

	return ended((pid_t)syscall(SYS_clone3, &how, sizeof how));
}

static int try_signal(void)
{
	return kill(world.parent, 0);
}

static int try_signal_thread(void)
{
	return (int)syscall(SYS_tgkill, world.parent, world.parent, 0);
}

static int try_signal_queue(void)
{
	siginfo_t info = {.si_code = SI_QUEUE};

	return (int)syscall(SYS_rt_sigqueueinfo, world.parent, 0, &info);
}

static int try_pidfd(void)
{
	return opened((int)syscall(SYS_pidfd_open, world.parent, 0));
}

static int try_trace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int try_memory_file(void)
{
	return opened(memfd_create("x", 0));
}

static int try_terminal(void)
{
	struct winsize size;
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), done;

	if (master < 0)
		return -1;
	done = ioctl(master, TIOCGWINSZ, &size);
	close(master);
	return done;
}

static int try_privileges(void)
{
	return (int)syscall(SYS_setuid, getuid());
}

static int try_directory_change(void)
{
	return chdir("/");
}

static int try_limit(void)
{
	return (int)syscall(SYS_prlimit64, world.parent, 7 /* RLIMIT_NOFILE */, NULL, NULL);
}

enum needs { BY_SECCOMP, BY_LANDLOCK };

static const struct {
	const char *name;
	int (*attempt)(void);
	enum needs needs;
} attempts[] = {
	{"read a file", try_read, BY_LANDLOCK},
	{"read a file by its system call", try_read_raw, BY_LANDLOCK},
	{"read a file from an open directory", try_read_below, BY_LANDLOCK},
	{"read the mail again by its path", try_mail, BY_LANDLOCK},
	{"read its own memory map", try_own_memory, BY_LANDLOCK},
	{"read the environment of its parent", try_environment, BY_LANDLOCK},
	{"open by openat2", try_openat2, BY_SECCOMP},
	{"append to a file", try_append, BY_SECCOMP},
	{"make a file", try_make, BY_SECCOMP},
	{"make a file without a name", try_temporary, BY_SECCOMP},
	{"make a file in memory", try_memory_file, BY_SECCOMP},
	{"write to a file that is open", try_grow, BY_SECCOMP},
	{"empty a file", try_truncate, BY_SECCOMP},
	{"rename a file", try_rename, BY_SECCOMP},
	{"link a file", try_link, BY_SECCOMP},
	{"make a symbolic link", try_symlink, BY_SECCOMP},
	{"make a directory", try_directory, BY_SECCOMP},
	{"change a mode", try_mode, BY_SECCOMP},
	{"remove a file", try_remove, BY_SECCOMP},
	{"change directory", try_directory_change, BY_SECCOMP},
	{"make an internet socket", try_socket, BY_SECCOMP},
	{"make a local socket", try_local_socket, BY_SECCOMP},
	{"connect a socket", try_connect, BY_SECCOMP},
	{"bind a socket", try_bind, BY_SECCOMP},
	{"listen", try_listen, BY_SECCOMP},
	{"fork", try_fork, BY_SECCOMP},
	{"clone3", try_clone3, BY_SECCOMP},
	{"signal its parent", try_signal, BY_SECCOMP},
	{"signal a thread of its parent", try_signal_thread, BY_SECCOMP},
	{"queue a signal for its parent", try_signal_queue, BY_SECCOMP},
	{"hold its parent", try_pidfd, BY_SECCOMP},
	{"be traced", try_trace, BY_SECCOMP},
	{"use a terminal", try_terminal, BY_SECCOMP},
	{"set a user", try_privileges, BY_SECCOMP},
	{"look at the limits of its parent", try_limit, BY_SECCOMP},
	{"execute a program", try_exec, BY_SECCOMP},
	{"execute a program by execveat", try_exec_file, BY_SECCOMP},
};

#define ATTEMPTS (sizeof attempts / sizeof *attempts)

/* What the children found, in memory that they share with this process. */
struct found {
	bool done[ATTEMPTS];
	int why[ATTEMPTS];
	char active[64];
	bool gconv, own_signal;
};

static void build_world(void)
{
	socklen_t size = sizeof world.name;
	int file;

	world.parent = getpid();
	snprintf(world.path, sizeof world.path, "/tmp/nixie-sandbox-%d", (int)getpid());
	snprintf(world.other, sizeof world.other, "%s-other", world.path);
	snprintf(world.link, sizeof world.link, "%s-link", world.path);
	file = open(world.path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	close(file);
	world.own_file = open(world.path, O_RDWR | O_APPEND);
	world.directory = open("/usr/lib", O_RDONLY | O_DIRECTORY);
	world.listener = socket(AF_INET, SOCK_STREAM, 0);
	world.socket = socket(AF_INET, SOCK_STREAM, 0);
	world.dgram = socket(AF_INET, SOCK_DGRAM, 0);
	world.name = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (bind(world.listener, (struct sockaddr *)&world.name, sizeof world.name) ||
		listen(world.listener, 8) ||
		getsockname(world.listener, (struct sockaddr *)&world.name, &size))
		perror("# loopback");
}

static void clear_world(void)
{
	unlink(world.path);
	unlink(world.other);
	rmdir(world.other);
	unlink(world.link);
}

/* One attempt in a child of its own; one that executes a program ends it with success. */
static bool works_outside(size_t i)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0)
		_exit(attempts[i].attempt() < 0);
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void go_inside(struct found *found)
{
	char *active;
	iconv_t codec;

	signal(SIGXFSZ, SIG_IGN);
	active = sandbox_enter();
	snprintf(found->active, sizeof found->active, "%s", active);
	codec = iconv_open("UTF-8", "ISO-2022-KR");
	found->gconv = codec != (iconv_t)-1;
	found->own_signal = syscall(SYS_tgkill, getpid(), gettid(), 0) == 0;
	for (size_t i = 0; i < ATTEMPTS; i++) {
		/* A program in the place of this one would end the list with success. */
		found->done[i] = true;
		found->done[i] = attempts[i].attempt() >= 0;
		found->why[i] = errno;
	}
	_exit(0);
}

static int n, failed;

static void check(bool good, const char *what, const char *name, const char *more)
{
	n++;
	failed += !good;
	printf("%sok %d - %s%s%s\n", good ? "" : "not ", n, what, name, more);
}

int main(void)
{
	struct found *found = mmap(
		NULL, sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool outside[ATTEMPTS];
	pid_t child;

	for (size_t i = 0; i < ATTEMPTS; i++) {
		build_world();
		outside[i] = works_outside(i);
		clear_world();
	}
	build_world();
	child = fork();
	if (child == 0)
		go_inside(found);
	waitpid(child, NULL, 0);
	clear_world();
	check(found->gconv, "a character set is loaded", "", "");
	check(found->own_signal, "it can end itself", "", "");
	for (size_t i = 0; i < ATTEMPTS; i++) {
		const char *needs = attempts[i].needs == BY_LANDLOCK ? "landlock" : "seccomp";

		if (!strstr(found->active, needs)) {
			check(true, attempts[i].name, " # SKIP this kernel has no ", needs);
			continue;
		}
		if (!outside[i]) {
			check(true, attempts[i].name, " # SKIP it fails outside too", "");
			continue;
		}
		check(!found->done[i], "it cannot ", attempts[i].name, "");
		if (!found->done[i] && found->why[i] != EPERM && found->why[i] != EACCES)
			printf("# %s\n", strerror(found->why[i]));
	}
	printf("1..%d\n", n);
	return failed != 0;
}
