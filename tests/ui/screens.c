/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Screens against goldens: the interface runs on a pseudo terminal over a session made in memory,
 * is given keys, and what it then shows is compared to tests/ui/golden/NAME.txt. A golden holds
 * commands
 * (`$ keys jj`) and, below each, what it gave. NIXIE_UPDATE=1 writes them anew.
 */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <glib-unix.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/words.h"
#include "fake-session.h"
#include "ui/ui.h"

#define PATIENCE_S 60

/* The clock stands: dates on the screen depend on it. */
gint64 g_get_real_time(void)
{
	return FAKE_NOW * G_USEC_PER_SEC;
}

/* --- what runs in the child */

static struct {
	char **lines;
	size_t at;
	const char *keys; /* what is left of a `keys` line */
	GString *out;     /* the golden as it should be */
	struct session *session;
	struct ui_options options;
	char *query;
	char *rows, *directory;
	char *language; /* with the texts that are shipped; NULL: English, with few texts */
	int master;
	int width, height;
	bool dumping; /* the screen is being drawn for a dump */
	GByteArray *sent;
	GMutex lock;
	GCond more;
} run = {.width = 80, .height = 24, .rows = (char *)"basic", .options.lines = "ascii"};

/* Takes what the interface writes, so that it never waits; kept for `clean`. */
static gpointer drain(gpointer unused)
{
	guint8 block[4096];
	ssize_t n;

	(void)unused;
	while ((n = read(run.master, block, sizeof block)) > 0 || (n < 0 && errno == EINTR)) {
		g_mutex_lock(&run.lock);
		g_byte_array_append(run.sent, block, (guint)MAX(n, 0));
		g_cond_signal(&run.more);
		g_mutex_unlock(&run.lock);
	}
	return NULL;
}

static const struct {
	const char *name, *bytes;
} named_keys[] = {
	{"<Enter>", "\r"},
	{"<Esc>", "\033"},
	{"<Tab>", "\t"},
	{"<S-Tab>", "\033[Z"},
	{"<Up>", "\033OA"},
	{"<Down>", "\033OB"},
	{"<Right>", "\033OC"},
	{"<Left>", "\033OD"},
	{"<PageDown>", "\033[6~"},
	{"<PageUp>", "\033[5~"},
	{"<Home>", "\033OH"},
	{"<End>", "\033OF"},
	{"<F1>", "\033OP"},
	{"<Backspace>", "\177"},
	{"<Space>", " "},
	{"<Paste>", "\033[200~"},
	{"</Paste>", "\033[201~"},
	{"<Bad>", "\377"},
};

static void type(const char *bytes, size_t n)
{
	struct pollfd ready = {STDIN_FILENO, POLLIN, 0};

	if (write(run.master, bytes, n) != (ssize_t)n)
		g_error("the terminal takes no keys");
	/* The kernel hands them over in its own time. */
	poll(&ready, 1, 5000);
}

/* `<Click ROW COLUMN>`, `<Wheel ROW COLUMN>`, in the form of xterm's mode 1006. */
static void type_mouse(void)
{
	bool wheel = run.keys[1] == 'W';
	g_autofree char *bytes = NULL;
	int y, x;

	if (sscanf(run.keys + strlen("<Click "), "%d %d", &y, &x) != 2)
		g_error("keys %s", run.keys);
	bytes = wheel ? g_strdup_printf("\033[<65;%d;%dM", x + 1, y + 1)
		      : g_strdup_printf("\033[<0;%d;%dM\033[<0;%d;%dm", x + 1, y + 1, x + 1, y + 1);
	type(bytes, strlen(bytes));
	run.keys = strchr(run.keys, '>') + 1;
}

/* The next key of `run.keys`. */
static void type_next(void)
{
	char control;

	for (size_t i = 0; i < G_N_ELEMENTS(named_keys); i++)
		if (g_str_has_prefix(run.keys, named_keys[i].name)) {
			run.keys += strlen(named_keys[i].name);
			type(named_keys[i].bytes, strlen(named_keys[i].bytes));
			return;
		}
	if (g_str_has_prefix(run.keys, "<C-") && run.keys[3] && run.keys[4] == '>') {
		control = run.keys[3] & 0x1f;
		run.keys += 5;
		type(&control, 1);
		return;
	}
	if (g_str_has_prefix(run.keys, "<Click ") || g_str_has_prefix(run.keys, "<Wheel ")) {
		type_mouse();
		return;
	}
	const char *next = g_utf8_next_char(run.keys);

	type(run.keys, (size_t)(next - run.keys));
	run.keys = next;
}

static void dump_screen(void)
{
	int y, x;
	char line[4096];

	getyx(curscr, y, x);
	for (int row = 0; row < LINES; row++) {
		line[0] = '\0';
		mvwinnstr(curscr, row, 0, line, sizeof line - 1);
		/* The mark that ends a run of right-to-left letters, so that it is seen. */
		g_auto(GStrv) runs = g_strsplit(line, "\342\200\216", -1);
		g_autofree char *seen = g_strjoinv("<LRM>", runs);

		g_string_append_printf(run.out, "|%s\n", g_strchomp(seen));
	}
	wmove(curscr, y, x);
	g_string_append_printf(run.out, "@%d,%d\n", y, x);
}

/* Runs of reversed cells: the cursor's row, headings with the keys, evidence. */
static void dump_reversed(void)
{
	int y, x;

	getyx(curscr, y, x);
	for (int row = 0; row < LINES; row++) {
		g_autoptr(GString) text = g_string_new(NULL);
		bool in = false;

		for (int column = 0; column < COLS; column++) {
			cchar_t cell;
			wchar_t c[CCHARW_MAX + 1] = {0};
			attr_t attributes;
			short pair;

			mvwin_wch(curscr, row, column, &cell);
			getcchar(&cell, c, &attributes, &pair, NULL);
			if (!(attributes & A_REVERSE)) {
				in = false;
				continue;
			}
			g_string_append(text, in ? "" : "[");
			in = true;
			g_string_append_unichar(text, (gunichar)c[0]);
		}
		if (text->len)
			g_string_append_printf(run.out, "%2d %s\n", row, text->str);
	}
	wmove(curscr, y, x);
}

/* Bytes that only a mail can have sent: controls beside those of terminfo, C1, bidi, zero-width. */
static const char *steering(const guint8 *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] == 033 && i + 1 < n && !strchr("[(=>78", p[i + 1]))
			return "an escape sequence that is none of the terminal's";
		if (p[i] < ' ' && !strchr("\033\r\n\b\017\016", p[i]))
			return "a control";
		if (p[i] == 0x7f)
			return "DEL";
		if (p[i] == 0xc2 && i + 1 < n && p[i + 1] < 0xa0)
			return "a C1 control";
		if (p[i] == 0xe2 && i + 2 < n && p[i + 1] == 0x80 &&
			(p[i + 2] < 0x90 || (p[i + 2] >= 0xa8 && p[i + 2] <= 0xae)))
			return "a bidi or zero-width character";
	}
	return g_utf8_validate((const char *)p, (gssize)n, NULL) ? NULL : "bytes that are no UTF-8";
}

/* Waits until all that was written has come through the terminal, and holds the lock. */
static void lock_sent(void)
{
	static const char mark[] = "\033[0m\033[m\033[0m";
	guint n = sizeof mark - 1;

	fflush(stdout);
	if (write(STDOUT_FILENO, mark, n) != (ssize_t)n)
		g_error("the terminal takes nothing");
	g_mutex_lock(&run.lock);
	while (run.sent->len < n || memcmp(run.sent->data + run.sent->len - n, mark, n) != 0)
		g_cond_wait(&run.more, &run.lock);
}

static void check_clean(void)
{
	lock_sent();
	const char *found = steering(run.sent->data, run.sent->len);

	g_string_append_printf(run.out, "%s\n", found ? found : "clean");
	g_mutex_unlock(&run.lock);
}

static void check_colour(void)
{
	static const char *const patterns[] = {"\033[3", "\033[4", "\033[9", "\033[10", ";3", ";4"};
	bool coloured = false;

	lock_sent();
	g_byte_array_append(run.sent, (const guint8 *)"", 1);
	for (size_t i = 0; i < run.sent->len; i++)
		for (size_t k = 0; k < G_N_ELEMENTS(patterns); k++) {
			const char *at = (const char *)run.sent->data + i;
			size_t m = strlen(patterns[k]);

			if (i + m + 1 < run.sent->len && !strncmp(at, patterns[k], m) &&
				g_ascii_isdigit(at[m]) && at[m + 1] == 'm')
				coloured = true;
		}
	g_byte_array_set_size(run.sent, run.sent->len - 1);
	g_mutex_unlock(&run.lock);
	g_string_append_printf(run.out, "%s\n", coloured ? "colour" : "no colour");
}

static void show_file(const char *name)
{
	g_autofree char *path = g_build_filename(run.directory, name, NULL), *content = NULL;

	if (!g_file_get_contents(path, &content, NULL, NULL)) {
		g_string_append(run.out, "(none)\n");
		return;
	}
	g_auto(GStrv) lines = g_strsplit(content, "\n", -1);

	for (char **line = lines; *line && (*line[0] || line[1]); line++)
		g_string_append_printf(run.out, "|%s\n", g_strchomp(*line));
}

static void resize(const char *argument)
{
	struct winsize size = {0};

	if (sscanf(argument, "%d %d", &run.width, &run.height) != 2)
		g_error("resize %s", argument);
	size.ws_col = (unsigned short)run.width;
	size.ws_row = (unsigned short)run.height;
	ioctl(run.master, TIOCSWINSZ, &size);
	if (run.session)
		raise(SIGWINCH);
}

static void set_option(const char *argument)
{
	g_auto(GStrv) pair = g_strsplit(argument, "=", 2);

	if (!strcmp(pair[0], "layout"))
		run.options.layout = g_strdup(pair[1]);
	else if (!strcmp(pair[0], "theme"))
		run.options.theme = g_strdup(pair[1]);
	else if (!strcmp(pair[0], "lines"))
		run.options.lines = g_strdup(pair[1]);
	else if (!strcmp(pair[0], "plain"))
		run.options.plain = true;
	else if (!strcmp(pair[0], "query"))
		run.query = g_strdup(pair[1]);
	else if (!strcmp(pair[0], "clipboard"))
		run.options.clipboard = true;
	else if (!strcmp(pair[0], "mouse"))
		run.options.mouse = true;
	else if (!strcmp(pair[0], "restricted"))
		run.options.restricted = true;
	else
		g_error("option %s", argument);
}

static void one_command(const char *word, const char *argument)
{
	if (!strcmp(word, "keys"))
		run.keys = argument;
	else if (!strcmp(word, "screen") || !strcmp(word, "reversed")) {
		/* A redrawing shows what came without a key. */
		run.dumping = true;
		type("\f", 1);
	} else if (!strcmp(word, "resize"))
		resize(argument);
	else if (!strcmp(word, "hold"))
		fake_session_hold(run.session, !strcmp(argument, "on"));
	else if (!strcmp(word, "leave"))
		fake_session_leave(run.session, argument);
	else if (!strcmp(word, "fail"))
		fake_session_fail(run.session, argument);
	else if (!strcmp(word, "file"))
		show_file(argument);
	else if (!strcmp(word, "clean"))
		check_clean();
	else if (!strcmp(word, "colour"))
		check_colour();
	else
		g_error("the golden has a command that is none: %s", word);
}

/* Runs when nothing else is to be done: what the last step caused has happened. */
static gboolean step(gpointer unused)
{
	const char *line;

	(void)unused;
	if (run.dumping) {
		run.dumping = false;
		if (!strcmp(run.lines[run.at - 1], "$ screen"))
			dump_screen();
		else
			dump_reversed();
		return G_SOURCE_CONTINUE;
	}
	if (run.keys && *run.keys) {
		type_next();
		return G_SOURCE_CONTINUE;
	}
	for (;;) {
		line = run.lines[run.at];
		if (!line) {
			raise(SIGTERM);
			return G_SOURCE_REMOVE;
		}
		run.at++;
		if (g_str_has_prefix(line, "#") || g_str_has_prefix(line, "$ ")) {
			g_string_append_printf(run.out, "%s\n", line);
			if (*line == '$')
				break;
		}
	}
	g_auto(GStrv) words = g_strsplit(line + 2, " ", 2);

	one_command(words[0], words[1] ? line + 2 + strlen(words[0]) + 1 : "");
	return G_SOURCE_CONTINUE;
}

/* The lines before the first that needs the interface. */
static void set_up(void)
{
	for (; run.lines[run.at]; run.at++) {
		g_auto(GStrv) words = g_strsplit(run.lines[run.at], " ", 3);

		if (!g_str_has_prefix(run.lines[run.at], "#") && strcmp(words[0], "$") != 0)
			continue;
		if (*words[0] == '$') {
			const char *argument =
				run.lines[run.at] + 2 + strlen(words[1]) + (words[2] ? 1 : 0);

			if (!strcmp(words[1], "size"))
				resize(argument);
			else if (!strcmp(words[1], "rows"))
				run.rows = g_strdup(argument);
			else if (!strcmp(words[1], "language"))
				run.language = g_strdup(argument);
			else if (!strcmp(words[1], "option"))
				set_option(argument);
			else if (!strcmp(words[1], "env")) {
				g_auto(GStrv) pair = g_strsplit(argument, "=", 2);

				g_setenv(pair[0], pair[1], TRUE);
			} else
				return;
		}
		g_string_append_printf(run.out, "%s\n", run.lines[run.at]);
	}
}

static void set_environment(void)
{
	static const char *const homes[] = {
		"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"};

	for (size_t i = 0; i < G_N_ELEMENTS(homes); i++)
		g_setenv(homes[i], run.directory, TRUE);
	g_setenv("TERM", "xterm-256color", TRUE);
	g_setenv("LC_ALL", "C.UTF-8", TRUE);
	g_setenv("TZ", "UTC", TRUE);
	g_unsetenv("NO_COLOR");
	g_unsetenv("LINES");
	g_unsetenv("COLUMNS");
}

static void child(const char *golden, const char *result, const char *datadir, const char *shipped)
{
	g_autofree char *content = NULL;
	g_autoptr(GError) error = NULL;
	struct spawner *spawner = spawner_start(&error);
	int slave, code;

	g_assert_no_error(error);
	alarm(PATIENCE_S);
	g_file_get_contents(golden, &content, NULL, NULL);
	run.lines = g_strsplit(content ? content : "", "\n", -1);
	run.out = g_string_new(NULL);
	run.sent = g_byte_array_new();
	run.directory = g_dir_make_tmp("nixie-screens-XXXXXX", NULL);
	set_environment();
	if (chdir(run.directory) < 0)
		g_error("%s: %s", run.directory, g_strerror(errno));
	if (openpty(&run.master, &slave, NULL, NULL, NULL) < 0)
		g_error("no pseudo terminal: %s", g_strerror(errno));
	dup2(slave, STDIN_FILENO);
	dup2(slave, STDOUT_FILENO);
	setsid();
	g_thread_new("drain", drain, NULL);
	resize("80 24");
	set_up();
	setlocale(LC_ALL, "");
	words_use(run.language);
	run.session = fake_session_new(
		spawner, run.rows, run.language ? shipped : datadir, run.language, ".");
	g_idle_add_full(G_PRIORITY_LOW, step, NULL, NULL);
	code = session_load(run.session, run.query, &error)
		       ? ui_run(run.session, &run.options, &error)
		       : error->code;
	/* What ended it may be followed by what it left; all else was not reached, and is kept to
	 * be seen. */
	for (; run.lines[run.at]; run.at++) {
		const char *line = run.lines[run.at];

		if (!g_str_has_prefix(line, "$ "))
			continue;
		g_string_append_printf(run.out, "%s\n", line);
		if (g_str_has_prefix(line, "$ file "))
			show_file(line + 7);
		else
			g_string_append(run.out, "(not reached)\n");
	}
	g_string_append_printf(
		run.out, "exit %d%s%s\n", code, error ? " " : "", error ? error->message : "");
	g_file_set_contents(result, run.out->str, -1, NULL);
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", run.directory);

	if (system(remove) != 0)
		g_warning("%s is left", run.directory);
	spawner_stop(spawner);
	_exit(0);
}

/* --- what runs in the parent */

static bool run_golden(
	const char *golden, const char *datadir, const char *shipped, const char *result)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		child(golden, result, datadir, shipped);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool same(const char *golden, const char *result, bool update)
{
	g_autofree char *want = NULL, *got = NULL, *command = NULL;

	g_file_get_contents(golden, &want, NULL, NULL);
	if (!g_file_get_contents(result, &got, NULL, NULL))
		return false;
	if (!g_strcmp0(want, got))
		return true;
	if (update)
		return g_file_set_contents(golden, got, -1, NULL);
	command = g_strdup_printf("diff -u '%s' '%s' | sed 's/^/# /'", golden, result);
	fflush(stdout);
	return system(command) < 0;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool has_catalogues(void)
{
	g_autofree char *language = words_find("de");

	return language != NULL;
}

int main(int argc, char **argv)
{
	const char *srcdir = g_getenv("SRCDIR") ? g_getenv("SRCDIR") : ".";
	const char *builddir = g_getenv("BUILDDIR") ? g_getenv("BUILDDIR") : ".";
	g_autofree char *directory = g_build_filename(srcdir, "tests/ui/golden", NULL);
	g_autofree char *datadir = g_build_filename(srcdir, "tests/ui/data", NULL);
	g_autofree char *shipped = g_build_filename(srcdir, "data", NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;
	int failed = 0;

	while (dir && (name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".txt") && (argc < 2 || strstr(name, argv[1])))
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	printf("1..%u\n", names->len);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *golden = g_build_filename(directory, names->pdata[i], NULL);
		g_autofree char *result = g_build_filename(builddir, "tests/ui/actual.txt", NULL);
		bool ok;

		if (g_str_has_prefix(names->pdata[i], "language-") && !has_catalogues()) {
			printf("ok %u - %s # SKIP built without gettext\n", i + 1,
				(char *)names->pdata[i]);
			continue;
		}
		unlink(result);
		fflush(stdout);
		ok = run_golden(golden, datadir, shipped, result) &&
		     same(golden, result, g_getenv("NIXIE_UPDATE") != NULL);
		printf("%s %u - %s\n", ok ? "ok" : "not ok", i + 1, (char *)names->pdata[i]);
		failed += !ok;
		if (ok) /* what differs stays, to be looked at */
			unlink(result);
	}
	if (failed)
		printf("# NIXIE_UPDATE=1 writes the goldens anew; look at the difference first\n");
	return failed > 0 || !names->len;
}
