/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One packet a request, one packet an answer, over a SOCK_SEQPACKET pair; the new child's ends of
 * its socket and of its stderr pipe come along. The spawner is the parent of all children, so
 * it reaps them, and they die with it: it ends when main closes or loses its socket.
 */
#include "worker/spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/nocore.h"
#include "base/words.h"
#include "worker/roles.h"

#define END_SECONDS 5 /* a child that was let go has this long */

enum operation { OPERATION_SPAWN, OPERATION_END };

#define LANGUAGE_SIZE 16

struct request {
	int32_t operation;
	int32_t role; /* SPAWN */
	int32_t pid;  /* END */
	int32_t kill;
	char language[LANGUAGE_SIZE]; /* SPAWN: of messages; "": English */
};

struct answer {
	int32_t pid;    /* SPAWN: negative errno when it failed */
	int32_t status; /* END */
};

struct spawner {
	int fd;
	pid_t pid;
	char language[LANGUAGE_SIZE];
};

/* --- in the spawner's process */

#define FDS 2 /* socket, stderr */

/*
 * SIGKILL for the child when the spawner goes; the second check is for a spawner that went before.
 */
static void die_with_parent(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(NIXIE_INTERNAL);
}

/* Errors are told in the language of main; the catalogue is read before a child shuts itself in. */
static void speak(const char *language)
{
	if (!*language)
		return;
	setlocale(LC_CTYPE, "C.UTF-8");
	words_use(language);
}

static G_GNUC_NORETURN void become(
	const struct request *request, int own_fd, const int fds[FDS], pid_t parent)
{
	enum role role = (enum role)request->role;

	die_with_parent(parent);
	close(own_fd);
	dup2(fds[1], STDERR_FILENO);
	close(fds[1]);
	/*
	 * The holder of the index's lock is found through its /proc/PID/fd: the writer alone stays
	 * readable there.
	 */
	no_core(true, role != ROLE_WRITER);
	speak(request->language);
	role_run(role, fds[0]);
}

static pid_t spawn(const struct request *request, int own_fd, const int fds[FDS])
{
	pid_t parent = getpid(), pid;
	sigset_t none;

	if (request->role < 0 || request->role >= ROLE_COUNT)
		return -EINVAL;
	pid = fork();
	if (pid == 0) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		become(request, own_fd, fds, parent);
	}
	return pid < 0 ? -errno : pid;
}

/* SIGCHLD is blocked, so that it can be waited for with a limit. */
static int32_t reap(pid_t pid, bool kill_it)
{
	struct timespec limit = {END_SECONDS, 0};
	sigset_t child;
	int status = 0;
	pid_t got;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (kill_it)
		kill(pid, SIGKILL);
	while ((got = waitpid(pid, &status, WNOHANG)) == 0) {
		if (sigtimedwait(&child, NULL, &limit) < 0 && errno == EAGAIN)
			kill(pid, SIGKILL);
	}
	return got < 0 ? 0 : status;
}

static ssize_t receive(int fd, struct request *request, int fds[FDS])
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * FDS)];
	struct iovec room = {request, sizeof *request};
	struct msghdr message = {.msg_iov = &room,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control};
	struct cmsghdr *c;
	ssize_t got;

	while ((got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
		;
	fds[0] = fds[1] = -1;
	c = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	if (c && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int) * FDS))
		memcpy(fds, CMSG_DATA(c), sizeof(int) * FDS);
	return got;
}

static G_GNUC_NORETURN void serve(int fd)
{
	struct request request;
	int fds[FDS];

	while (receive(fd, &request, fds) == sizeof request) {
		struct answer answer = {0};

		if (request.operation == OPERATION_SPAWN)
			answer.pid = spawn(&request, fd, fds);
		else
			answer.status = reap(request.pid, request.kill);
		for (int i = 0; i < FDS; i++)
			if (fds[i] >= 0)
				close(fds[i]);
		if (send(fd, &answer, sizeof answer, MSG_NOSIGNAL) != sizeof answer)
			break;
	}
	_exit(NIXIE_DONE);
}

/*
 * Away from the terminal: its signals are for main alone, and a pipe that main's output goes to
 * must not stay open because of a child.
 */
static G_GNUC_NORETURN void spawner_main(int fd, pid_t parent)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t child;

	die_with_parent(parent);
	prctl(PR_SET_NAME, "nixie-spawner");
	setsid();
	no_core(true, false); /* a child that is forked inherits what is hidden */
	for (int i = 0; i < 3 && null >= 0; i++)
		dup2(null, i);
	if (fd > 3)
		close_range(3, (unsigned)fd - 1, 0);
	close_range((unsigned)fd + 1, ~0U, 0);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_SETMASK, &child, NULL);
	serve(fd);
}

/* --- in main's process */

/* So that no socket gets the number of a standard stream that whoever started us has closed. */
static void take_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

struct spawner *spawner_start(GError **error)
{
	struct spawner *spawner;
	pid_t parent = getpid(), pid;
	int pair[2];

	take_standard_streams();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL, _("cannot make a socket pair: %s"),
			g_strerror(errno));
		return NULL;
	}
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		spawner_main(pair[1], parent);
	}
	close(pair[1]);
	if (pid < 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL, _("cannot make a process: %s"),
			g_strerror(errno));
		close(pair[0]);
		return NULL;
	}
	spawner = g_new(struct spawner, 1);
	*spawner = (struct spawner){.fd = pair[0], .pid = pid};
	return spawner;
}

void spawner_stop(struct spawner *spawner)
{
	if (!spawner)
		return;
	close(spawner->fd);
	while (waitpid(spawner->pid, NULL, 0) < 0 && errno == EINTR)
		;
	g_free(spawner);
}

void spawner_language(struct spawner *spawner, const char *language)
{
	memset(spawner->language, 0, sizeof spawner->language);
	g_strlcpy(spawner->language, language ? language : "", sizeof spawner->language);
}

static bool ask(struct spawner *spawner, const struct request *request, const int fds[FDS],
	struct answer *answer)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * FDS)] = {0};
	struct iovec bytes = {(void *)request, sizeof *request};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
	ssize_t done;

	if (fds) {
		struct cmsghdr *c = (struct cmsghdr *)(void *)control;

		message.msg_control = control;
		message.msg_controllen = sizeof control;
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * FDS);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * FDS);
	}
	while ((done = sendmsg(spawner->fd, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	if (done < 0)
		return false;
	while ((done = recv(spawner->fd, answer, sizeof *answer, 0)) < 0 && errno == EINTR)
		;
	if (done == 0)
		errno = ECHILD;
	return done == sizeof *answer;
}

static void close_all(int *fds, int n)
{
	for (int i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

bool spawner_spawn(struct spawner *spawner, enum role role, struct child *child, GError **error)
{
	struct request request = {.operation = OPERATION_SPAWN, .role = (int32_t)role};
	struct answer answer = {0};
	int fds[4] = {-1, -1, -1, -1}; /* our socket, its socket; our end of stderr, its end */
	bool done = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0 &&
		    pipe2(fds + 2, O_CLOEXEC) == 0;

	memcpy(request.language, spawner->language, sizeof request.language);
	if (done && ask(spawner, &request, (const int[FDS]){fds[1], fds[3]}, &answer) &&
		answer.pid > 0) {
		close(fds[1]);
		close(fds[3]);
		*child = (struct child){answer.pid, fds[0], fds[2]};
		return true;
	}
	if (answer.pid < 0)
		errno = -answer.pid;
	g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL, _("cannot start a helper process: %s"),
		g_strerror(errno));
	close_all(fds, 4);
	return false;
}

int spawner_end(struct spawner *spawner, struct child *child, bool kill_it)
{
	struct request request = {.operation = OPERATION_END, .pid = child->pid, .kill = kill_it};
	struct answer answer = {0};

	close_all((int[]){child->fd, child->stderr_fd}, 2);
	ask(spawner, &request, NULL, &answer);
	*child = (struct child){0, -1, -1};
	return answer.status;
}
