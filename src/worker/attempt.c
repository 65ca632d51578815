/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/attempt.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/words.h"

static G_GNUC_NORETURN void attempt_main(int fd, pid_t parent, attempt_work *work, void *user)
{
	GError *error = NULL;
	struct wire wire;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(NIXIE_INTERNAL);
	wire_init(&wire, fd);
	work(&wire, user, &error);
	wire_send_end(&wire, error);
	_exit(NIXIE_DONE);
}

/* Reads until END or death. True with END, whose error is set when it was not success. */
static bool hear(struct wire *wire, attempt_frame *frame, void *user, bool *gone, GError **error)
{
	enum wire_kind kind;
	GVariant *value;

	while (wire_receive(wire, &kind, &value)) {
		bool is_end = kind == WIRE_END;

		if (is_end)
			wire_end_error(value, error);
		else
			*gone = !frame(user, kind, value);
		g_variant_unref(value);
		if (is_end || *gone)
			return is_end;
	}
	return false;
}

static void set_death(int status, GError **error)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_BUSY,
			_("the index is locked by another process; try again"));
	else if (WIFSIGNALED(status))
		g_set_error(error, NIXIE_ERROR, NIXIE_BUSY,
			_("libnotmuch ended the process that read the index (signal %d), which it "
			  "does when the index changes; try again"),
			WTERMSIG(status));
	else
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_BUSY,
			_("libnotmuch ended the process that read the index, which it does when "
			  "the "
			  "index changes; try again"));
}

enum attempt attempt_run(attempt_work *work, attempt_frame *frame, void *user,
	struct attempt_death *told, GError **error)
{
	g_autoptr(GError) why = NULL;
	bool gone = false, ended;
	struct rusage usage = {.ru_maxrss = 0};
	struct wire wire;
	int pair[2], death = 0;
	pid_t parent = getpid(), pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 || (pid = fork()) < 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL, _("cannot make a process: %s"),
			g_strerror(errno));
		return ATTEMPT_FAILED;
	}
	if (pid == 0) {
		close(pair[0]);
		attempt_main(pair[1], parent, work, user);
	}
	close(pair[1]);
	wire_init(&wire, pair[0]);
	ended = hear(&wire, frame, user, &gone, &why);
	if (!ended)
		kill(pid, SIGKILL); /* it is dead, or of no more use */
	close(pair[0]);
	wire_in_clear(&wire.in);
	while (wait4(pid, &death, 0, &usage) < 0 && errno == EINTR)
		;
	if (told)
		*told = (struct attempt_death){death, (size_t)usage.ru_maxrss << 10};
	if (gone)
		return ATTEMPT_GONE;
	if (ended && !why)
		return ATTEMPT_DONE;
	if (!ended)
		set_death(death, &why);
	ended = ended && why->code != NIXIE_BUSY;
	g_propagate_error(error, g_steal_pointer(&why));
	return ended ? ATTEMPT_FAILED : ATTEMPT_AGAIN;
}

void attempt_pause(unsigned nth)
{
	g_usleep((gulong)50000 << MIN(nth, 6));
}

/* What looks like a damaged index may be one that was written to while it was read. */
static bool may_be_torn(enum attempt end, const GError *why)
{
	return end == ATTEMPT_FAILED && why->code == NIXIE_IO;
}

enum attempt attempt_insist(const struct insistence *insistence, GError **error)
{
	g_autoptr(GError) why = NULL, before = NULL;
	enum attempt end;

	for (unsigned failed = 0;;) {
		end = attempt_run(
			insistence->work, insistence->frame, insistence->user, NULL, &why);
		if (*insistence->lock || (end != ATTEMPT_AGAIN && !may_be_torn(end, why)))
			break;
		failed = insistence->again && insistence->again(insistence->user) ? 0 : failed + 1;
		*insistence->lock = failed == ATTEMPTS_MAX;
		g_clear_error(&before);
		before = g_steal_pointer(&why);
		attempt_pause(failed ? failed - 1 : 0);
	}
	if (end == ATTEMPT_FAILED && *insistence->lock && before) {
		end = ATTEMPT_AGAIN;
		g_clear_error(&why);
		why = g_steal_pointer(&before);
	}
	if (why)
		g_propagate_error(error, g_steal_pointer(&why));
	return end;
}
