/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/words.h"

struct wait {
	int status;
	bool over;
};

static void on_exit_of(GPid pid, gint status, gpointer user)
{
	struct wait *wait = user;

	(void)pid;
	wait->status = status;
	wait->over = true;
}

/*
 * Signals of the terminal are for the program that has it: the defaults are set for it, and the
 * loop ignores them while it is paused.
 */
static int spawn(char *const argv[], int input, pid_t *pid)
{
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_t files;
	sigset_t defaults;
	int failed;

	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_init(&files);
	sigemptyset(&defaults);
	for (int number = 1; number < NSIG; number++)
		if (number != SIGKILL && number != SIGSTOP)
			sigaddset(&defaults, number);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	if (input >= 0)
		posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	failed = posix_spawnp(pid, argv[0], &files, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

static gboolean on_line(gint fd, GIOCondition condition, gpointer user)
{
	char line[256];
	ssize_t n = read(fd, line, sizeof line);

	(void)condition;
	*(bool *)user = n <= 0 || memchr(line, '\n', (size_t)n);
	return G_SOURCE_CONTINUE;
}

/* Until something has happened, or nixie is to end. */
static void wait_for(const struct app *app, const bool *over)
{
	while (!*over && !loop_is_quitting(app->loop))
		g_main_context_iteration(NULL, TRUE);
}

/* Raw bytes of mail never go to the terminal from here; what other programs print is theirs to
 * answer for. */
static void wait_for_enter(const struct app *app)
{
	bool over = false;
	guint source = g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_line, &over);

	fputs(_("\nEnter goes back to nixie: "), stdout);
	fflush(stdout);
	wait_for(app, &over);
	g_source_remove(source);
}

/* An end of nixie is one of the program, too. */
static int wait_for_program(const struct app *app, pid_t pid)
{
	struct wait wait = {0};
	guint source = g_child_watch_add(pid, on_exit_of, &wait);

	wait_for(app, &wait.over);
	if (!wait.over) {
		g_source_remove(source);
		kill(pid, SIGHUP);
	}
	return wait.status;
}

static void run(struct app *app, char *const argv[], int input, bool pause)
{
	void (*quit)(int);
	int failed, status = 0;
	pid_t pid;

	if (app->options.restricted) {
		app_complain(app, _("other programs are not run in restricted mode"));
		return;
	}
	loop_pause(app->loop, true);
	term_leave(app->term);
	quit = signal(SIGQUIT, SIG_IGN); /* C-\ is meant for the program */
	failed = spawn(argv, input, &pid);
	if (!failed) {
		status = wait_for_program(app, pid);
		if (pause)
			wait_for_enter(app);
	}
	signal(SIGQUIT, quit);
	term_return(app->term);
	loop_pause(app->loop, false);
	if (failed)
		app_complain(app, _("%s cannot be run: %s"), argv[0], g_strerror(failed));
	else if (WIFEXITED(status) && WEXITSTATUS(status))
		app_complain(app, _("%s ended with exit code %d"), argv[0], WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		app_complain(app, _("%s was ended by signal %d"), argv[0], WTERMSIG(status));
}

void shell_run(struct app *app, const char *command, const char *path, bool pause)
{
	const char *shell = g_getenv("SHELL");
	char *argv[] = {(char *)(shell && *shell ? shell : "sh"), "-c", (char *)command, NULL};
	GError *error = NULL;
	int input = path ? file_open_mail(path, &error) : -1;

	if (error) {
		app_report(app, error);
		return;
	}
	if (!*command)
		argv[1] = NULL;
	run(app, argv, input, pause);
	if (input >= 0)
		close(input);
}

/* Copies what can be read from `in`. */
static bool copy(int in, struct file_out *out, GError **error)
{
	g_autofree char *block = g_malloc(1 << 16);
	ssize_t n;

	while ((n = read(in, block, 1 << 16)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
				_("the report cannot be read: %s"), g_strerror(errno));
			return false;
		}
		if (!file_out_write(out, (struct span){block, (size_t)n}, error))
			return false;
	}
	return true;
}

bool shell_save_file(const char *from, const char *to, GError **error)
{
	int in = file_open_mail(from, error);
	struct file_out *out = in >= 0 ? file_out_open(to, false, error) : NULL;
	bool done = false;

	if (out) {
		done = copy(in, out, error);
		if (done)
			done = file_out_commit(out, error);
		else
			file_out_abandon(out);
	}
	if (in >= 0)
		close(in);
	return done;
}

void shell_read_file(struct app *app, const char *path)
{
	const char *program = g_getenv("PAGER");
	GError *error = NULL;
	g_autofree char *directory = g_dir_make_tmp("nixie-XXXXXX", &error);
	g_autofree char *file = directory ? g_build_filename(directory, "report.eml", NULL) : NULL;
	g_autofree char *quoted = file ? g_shell_quote(file) : NULL;
	g_autofree char *command = NULL;

	if (!program || !*program)
		program = g_getenv("EDITOR");
	if (!program || !*program)
		program = "less";
	if (!file || !shell_save_file(path, file, &error)) {
		app_report(app, error);
	} else {
		char *argv[] = {"sh", "-c", NULL, NULL};

		argv[2] = command = g_strdup_printf("%s %s", program, quoted);
		chmod(file, 0400);
		run(app, argv, -1, false);
	}
	if (file)
		unlink(file);
	if (directory)
		rmdir(directory);
}
