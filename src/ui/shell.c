/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/words.h"

extern char **environ;

struct wait {
	GMainLoop *loop;
	int status;
};

static void on_exit_of(GPid pid, gint status, gpointer user)
{
	struct wait *wait = user;

	(void)pid;
	wait->status = status;
	g_main_loop_quit(wait->loop);
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

/* Raw bytes of mail never go to the terminal from here; what other programs print is theirs to
 * answer for. */
static void wait_for_enter(void)
{
	char c;

	fputs(_("\nEnter goes back to nixie: "), stdout);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n' && c != '\r') {
	}
}

static void run(struct app *app, char *const argv[], int input, bool pause)
{
	struct wait wait = {.loop = g_main_loop_new(NULL, FALSE)};
	pid_t pid;
	int failed;

	if (app->options.restricted) {
		app_complain(app, _("other programs are not run in restricted mode"));
		g_main_loop_unref(wait.loop);
		return;
	}
	loop_pause(app->loop, true);
	term_leave(app->term);
	failed = spawn(argv, input, &pid);
	if (!failed) {
		g_child_watch_add(pid, on_exit_of, &wait);
		g_main_loop_run(wait.loop);
		if (pause)
			wait_for_enter();
	}
	term_return(app->term);
	loop_pause(app->loop, false);
	g_main_loop_unref(wait.loop);
	if (failed)
		app_complain(app, _("%s cannot be run: %s"), argv[0], g_strerror(failed));
	else if (WIFEXITED(wait.status) && WEXITSTATUS(wait.status))
		app_complain(
			app, _("%s ended with exit code %d"), argv[0], WEXITSTATUS(wait.status));
	else if (WIFSIGNALED(wait.status))
		app_complain(app, _("%s was ended by signal %d"), argv[0], WTERMSIG(wait.status));
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
