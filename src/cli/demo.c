/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nixie demo: the shipped samples, copied to a temporary directory, indexed there, and opened by a
 * second nixie whose homes
 * ($XDG_*) lie there too. Nothing of the user's is read or written, and nothing is left behind.
 */
#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "cli/cli.h"

/* The company of the samples. */
#define DEMO_OWN_DOMAINS "--own-domains=support.example"
#define REMOVALS_MAX 20
#define REMOVAL_PAUSE 50000 /* microseconds */

/* A signal ends the second nixie, not this one: what lies in the temporary directory is to go. */
static volatile sig_atomic_t stopped, second;

static void on_signal(int number)
{
	stopped = 1;
	if (second)
		kill((pid_t)second, number);
}

static void watch_signals(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	struct sigaction action = {.sa_handler = on_signal};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

/* Children of a nixie that was killed may still write for a moment. */
static void remove_tree(const char *root)
{
	for (int i = 0; i < REMOVALS_MAX && nftw(root, remove_one, 32, FTW_DEPTH | FTW_PHYS); i++)
		g_usleep(REMOVAL_PAUSE);
}

static bool copy_file(const char *from, const char *to, GError **error)
{
	g_autofree char *bytes = NULL;
	gsize n;

	return g_file_get_contents(from, &bytes, &n, error) &&
	       g_file_set_contents(to, bytes, (gssize)n, error);
}

/* All .eml files below `from`, flat by folder, into the new directory `to`. */
static bool copy_samples(const char *from, const char *to, GError **error)
{
	GDir *dir = g_dir_open(from, 0, error);
	const char *name;
	bool done = dir && (g_mkdir(to, 0700) == 0 || errno == EEXIST);

	while (done && (name = g_dir_read_name(dir))) {
		g_autofree char *source = g_build_filename(from, name, NULL);
		g_autofree char *target = g_build_filename(to, name, NULL);

		if (g_file_test(source, G_FILE_TEST_IS_DIR))
			done = copy_samples(source, target, error);
		else if (g_str_has_suffix(name, ".eml"))
			done = copy_file(source, target, error);
	}
	if (dir)
		g_dir_close(dir);
	return done;
}

/* The environment of the second nixie: ours, with every home below `root`. */
static char **demo_environment(const char *root)
{
	static const char *const homes[] = {
		"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"};
	static const char *const notmuch[] = {
		"NOTMUCH_CONFIG", "NOTMUCH_PROFILE", "NOTMUCH_DATABASE"};
	char **environment = g_get_environ();

	for (size_t i = 0; i < G_N_ELEMENTS(homes); i++) {
		g_autofree char *home = g_build_filename(root, homes[i], NULL);

		environment = g_environ_setenv(environment, homes[i], home, TRUE);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(notmuch); i++)
		environment = g_environ_unsetenv(environment, notmuch[i]);
	return environment;
}

/* `--lang=de` and the like are meant for what the demo runs. */
static void add_settings(GPtrArray *argv, const GPtrArray *settings)
{
	for (guint i = 0; i + 1 < settings->len; i += 2)
		g_ptr_array_add(argv, g_strdup_printf("--%s=%s", (char *)settings->pdata[i],
					      (char *)settings->pdata[i + 1]));
}

/* Runs `nixie WORDS...` on the demo mailbox and returns its exit code. */
static int run_nixie(
	const struct cli *cli, const char *root, const char *const *words, GError **error)
{
	g_autofree char *mail = g_build_filename(root, "mail", NULL);
	g_auto(GStrv) environment = demo_environment(root);
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	GPid pid;
	int status = 0;

	g_ptr_array_add(argv, g_strdup("/proc/self/exe"));
	g_ptr_array_add(argv, g_strdup(words[0]));
	g_ptr_array_add(argv, g_strdup_printf("--maildir=%s", mail));
	g_ptr_array_add(argv, g_strdup(DEMO_OWN_DOMAINS));
	for (size_t i = 1; words[i]; i++)
		g_ptr_array_add(argv, g_strdup(words[i]));
	add_settings(argv, cli->options->settings);
	g_ptr_array_add(argv, NULL);
	if (!g_spawn_async(NULL, (char **)argv->pdata, environment,
		    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, &pid,
		    error))
		return NIXIE_INTERNAL;
	second = pid;
	if (stopped)
		kill(pid, SIGTERM);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	second = 0;
	g_spawn_close_pid(pid);
	if (stopped)
		return NIXIE_INTERRUPTED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : NIXIE_INTERNAL;
}

/* What the demo shows without a screen: the list, the statistics, one explanation in full. */
static int print_demo(const struct cli *cli, const char *root, GError **error)
{
	static const char *const list[] = {"list", NULL},
				 *const stats[] = {"stats", "--quiet", NULL},
				 *const show[] = {"show", "--quiet", "--limit=1",
					 "--category=mailbox-full", NULL};
	int code = run_nixie(cli, root, list, error);

	if (code == NIXIE_DONE) {
		puts("");
		fflush(stdout);
		code = run_nixie(cli, root, stats, error);
	}
	if (code == NIXIE_DONE) {
		puts("");
		fflush(stdout);
		code = run_nixie(cli, root, show, error);
	}
	return code;
}

int cli_demo(struct cli *cli)
{
	static const char *const tui[] = {"tui", NULL};
	g_autofree char *samples = g_build_filename(file_datadir(), "samples", NULL);
	g_autofree char *root = NULL;
	g_autofree char *mail = NULL;
	GError *error = NULL;
	bool screen = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !cli->options->list;
	int code;

	if (!cli_need_knowledge(cli, &error))
		return cli_fail(cli, error);
	watch_signals();
	root = g_dir_make_tmp("nixie-demo-XXXXXX", &error);
	if (!root)
		return cli_fail(cli, error);
	mail = g_build_filename(root, "mail", NULL);
	if (!copy_samples(samples, mail, &error))
		code = NIXIE_NOINPUT;
	else
		code = screen ? run_nixie(cli, root, tui, &error) : print_demo(cli, root, &error);
	remove_tree(root);
	return error ? cli_fail(cli, error) : code;
}
