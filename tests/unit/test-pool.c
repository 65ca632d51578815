/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pool with an engine of the test's own, which does what the mail tells it: die, hang, try to
 * break out. Whatever happens, every file is told once, and the others are read.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "extract/extract.h"
#include "worker/channel.h"
#include "worker/client.h"

#define FILES 100

static struct spawner *spawner;
static char *directory;

/* --- the engine: takes the place of extract.c */

static const char *tried(int result)
{
	return result >= 0                         ? "done"
	       : errno == EPERM || errno == EACCES ? "refused"
						   : "failed otherwise";
}

static const char *obey(struct span order)
{
	struct itimerval same = {{0, 0}, {10, 0}}, left;

	if (span_starts_nocase(order, "die"))
		raise(SIGABRT); /* not SIGSEGV, which sanitizers catch */
	if (span_starts_nocase(order, "leave"))
		_exit(0);
	if (span_starts_nocase(order, "time"))
		raise(SIGPROF);
	if (span_starts_nocase(order, "clock"))
		return setitimer(ITIMER_PROF, &same, &left) == 0 && left.it_value.tv_sec >= 9
			       ? "armed"
			       : "not armed";
	if (span_starts_nocase(order, "socket"))
		return tried(socket(AF_INET, SOCK_STREAM, 0));
	if (span_starts_nocase(order, "exec"))
		return tried(execl("/bin/true", "true", NULL));
	if (span_starts_nocase(order, "fork"))
		return tried(fork());
	if (span_starts_nocase(order, "read"))
		return tried(open("/etc/passwd", O_RDONLY));
	if (span_starts_nocase(order, "write"))
		return tried(open("/tmp/nixie-was-here", O_WRONLY | O_CREAT, 0600));
	if (span_starts_nocase(order, "kill"))
		return tried(kill(getppid(), 0));
	if (span_starts_nocase(order, "iconv")) {
		static const char *const charsets[] = {
			"iso-2022-jp", "windows-1252", "euc-kr", "koi8-r", "gb18030", "big5"};

		for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++) {
			GIConv codec = g_iconv_open("UTF-8", charsets[i]);

			if (codec == (GIConv)-1)
				return "failed";
			g_iconv_close(codec);
		}
		return "done";
	}
	return NULL;
}

struct extractor *extractor_new(const struct knowledge *knowledge, struct rule_set *rules,
	const char *formats_dir, GError **error)
{
	static char engine;

	(void)knowledge;
	(void)rules;
	(void)formats_dir;
	(void)error;
	return (struct extractor *)(void *)&engine;
}

void extractor_free(struct extractor *extractor)
{
	(void)extractor;
}

struct report *extract_report(struct extractor *extractor, struct span bytes)
{
	struct report *report = report_new();
	const char *outcome = obey(bytes);

	(void)extractor;
	report->subject =
		outcome ? arena_str(report->arena, outcome) : arena_span(report->arena, bytes);
	return report;
}

struct report *extract_fragment(struct extractor *extractor, struct span text)
{
	struct report *report = extract_report(extractor, text);

	report->id = arena_str(report->arena, "fragment");
	return report;
}

struct report *extract_tried(struct extractor *extractor, struct span bytes, bool fragment,
	const char *asked, const struct trial **trials)
{
	(void)asked;
	*trials = NULL;
	return fragment ? extract_fragment(extractor, bytes) : extract_report(extractor, bytes);
}

/* --- one run */

struct run {
	GMainLoop *loop;
	struct pool *pool;
	struct job *job;
	unsigned told[FILES], reports, errors, cancel_after;
	char *subject[FILES], *why[FILES], *id;
	GError *end;
	unsigned ended;
};

static void on_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct run *run = user;

	g_assert_cmpuint(index, <, FILES);
	g_assert_true(!report != !error);
	run->told[index]++;
	if (report) {
		run->reports++;
		g_free(run->subject[index]);
		run->subject[index] = g_strdup(report->subject);
		if (!run->id)
			run->id = g_strdup(report->id);
	} else {
		run->errors++;
		run->why[index] = g_strdup(error->message);
	}
	report_free(report);
	if (run->cancel_after && run->reports == run->cancel_after)
		job_cancel(run->job);
}

static void on_done(void *user, const GError *error)
{
	struct run *run = user;

	run->ended++;
	run->end = error ? g_error_copy(error) : NULL;
	g_main_loop_quit(run->loop);
}

static void run_clear(struct run *run)
{
	pool_free(run->pool);
	g_main_loop_unref(run->loop);
	for (size_t i = 0; i < FILES; i++) {
		g_free(run->subject[i]);
		g_free(run->why[i]);
	}
	g_free(run->id);
	g_clear_error(&run->end);
}

static void run_begin(struct run *run, unsigned jobs)
{
	run->loop = g_main_loop_new(NULL, FALSE);
	run->pool = pool_new(spawner, file_datadir(), (const char *const[]){NULL}, jobs);
}

/* Files with these orders; the others say what they are. */
static char **write_files(size_t n, const size_t *at, const char *const *orders, size_t orders_n)
{
	char **paths = g_new0(char *, n + 1);

	for (size_t i = 0; i < n; i++) {
		g_autofree char *name = g_strdup_printf("%zu", i),
				*text = g_strdup_printf("file %zu", i);

		paths[i] = g_build_filename(directory, name, NULL);
		for (size_t k = 0; k < orders_n; k++)
			if (at[k] == i) {
				g_free(text);
				text = g_strdup(orders[k]);
			}
		g_assert_true(g_file_set_contents(paths[i], text, -1, NULL));
	}
	return paths;
}

static void remove_files(char **paths)
{
	for (char **path = paths; *path; path++)
		g_unlink(*path);
	g_strfreev(paths);
}

static void run_files(struct run *run, char **paths)
{
	run->job = pool_extract(run->pool, (const char *const *)paths, g_strv_length(paths),
		on_report, on_done, run);
	g_assert_cmpuint(run->ended, ==, 0); /* never from inside the call */
	g_main_loop_run(run->loop);
	g_assert_cmpuint(run->ended, ==, 1);
}

/* --- tests */

static void test_all(void)
{
	for (unsigned jobs = 1; jobs <= 3; jobs++) {
		struct run run = {0};
		char **paths = write_files(FILES, NULL, NULL, 0);

		run_begin(&run, jobs);
		run_files(&run, paths);
		g_assert_no_error(run.end);
		for (size_t i = 0; i < FILES; i++) {
			g_autofree char *text = g_strdup_printf("file %zu", i);

			g_assert_cmpuint(run.told[i], ==, 1);
			g_assert_cmpstr(run.subject[i], ==, text);
		}
		run_clear(&run);
		remove_files(paths);
	}
}

static void test_deaths(void)
{
	static const size_t at[] = {0, 7, 8, 40, 99};
	static const char *const orders[] = {"die", "leave", "die", "time", "die"};
	static const char *const why[] = {
		"signal 6", "ended the process", "signal 6", "10 seconds", "signal 6"};
	struct run run = {0};
	char **paths = write_files(FILES, at, orders, G_N_ELEMENTS(at));

	run_begin(&run, 2);
	run_files(&run, paths);
	g_assert_no_error(run.end);
	g_assert_cmpuint(run.errors, ==, G_N_ELEMENTS(at));
	for (size_t i = 0; i < FILES; i++)
		g_assert_cmpuint(run.told[i], ==, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(at); i++) {
		g_assert_nonnull(run.why[at[i]]);
		g_assert_nonnull(strstr(run.why[at[i]], why[i]));
		g_assert_nonnull(strstr(run.why[at[i]], paths[at[i]]));
	}
	run_clear(&run);
	remove_files(paths);
}

static void test_sandbox(void)
{
	static const struct {
		const char *order, *outcome, *needs;
	} rows[] = {
		{"clock", "armed", ""},
		{"iconv", "done", ""},
		{"socket", "refused", "seccomp"},
		{"exec", "refused", "seccomp"},
		{"fork", "refused", "seccomp"},
		{"kill", "refused", "seccomp"},
		{"write", "refused", "seccomp"},
		{"read", "refused", "landlock"},
	};
	struct run run = {0};
	const char *orders[G_N_ELEMENTS(rows)];
	size_t at[G_N_ELEMENTS(rows)];
	const char *active;
	char **paths;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		orders[i] = rows[i].order;
		at[i] = i;
	}
	paths = write_files(G_N_ELEMENTS(rows), at, orders, G_N_ELEMENTS(rows));
	run_begin(&run, 1);
	active = pool_sandbox(run.pool);
	run_files(&run, paths);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!strstr(active, rows[i].needs)) {
			g_test_message("%s: this kernel has no %s", rows[i].order, rows[i].needs);
			continue;
		}
		g_test_message("%s", rows[i].order);
		g_assert_cmpstr(run.subject[i], ==, rows[i].outcome);
	}
	run_clear(&run);
	remove_files(paths);
}

static void test_cancel(void)
{
	struct run run = {.cancel_after = 5};
	char **paths = write_files(FILES, NULL, NULL, 0);

	run_begin(&run, 1);
	run_files(&run, paths);
	g_assert_error(run.end, NIXIE_ERROR, NIXIE_INTERRUPTED);
	g_assert_cmpuint(run.reports, ==, 5);
	/* The pool goes on for others, and what the child still had is not told. */
	g_clear_error(&run.end);
	run.cancel_after = run.ended = 0;
	run_files(&run, (char *[]){paths[50], NULL});
	g_assert_no_error(run.end);
	g_assert_cmpuint(run.reports, ==, 6);
	run_clear(&run);
	remove_files(paths);
}

static void test_unreadable(void)
{
	struct run run = {0};
	char **paths = write_files(3, NULL, NULL, 0);

	g_unlink(paths[1]);
	run_begin(&run, 1);
	run_files(&run, paths);
	g_assert_no_error(run.end);
	g_assert_cmpuint(run.reports, ==, 2);
	g_assert_nonnull(strstr(run.why[1], paths[1]));
	run_clear(&run);
	remove_files(paths);
}

static void test_bytes(void)
{
	struct run run = {0};

	run_begin(&run, 1);
	run.job = pool_extract_bytes(
		run.pool, "words", SPAN_LIT("550 no\0such"), true, on_report, on_done, &run);
	g_main_loop_run(run.loop);
	g_assert_no_error(run.end);
	g_assert_cmpstr(run.subject[0], ==, "550 no");
	g_assert_cmpstr(run.id, ==, "fragment");
	run_clear(&run);
}

/* Mails and answers that lie in a tray, fill it, or are too long for it: together and alone. */
static void test_sizes(void)
{
	static const size_t sizes[] = {5, 0, 4096, 20000, 300000, 40000, 16, 15, 250000, 262144};
	char **paths = g_new0(char *, FILES + 1), *texts[FILES];

	for (size_t i = 0; i < FILES; i++) {
		g_autofree char *name = g_strdup_printf("%zu", i);
		size_t n = sizes[i * 7 % G_N_ELEMENTS(sizes)] + i % 2;

		texts[i] = g_strnfill(n, (char)('A' + i % 26));
		paths[i] = g_build_filename(directory, name, NULL);
		g_assert_true(g_file_set_contents(paths[i], texts[i], (gssize)n, NULL));
	}
	for (unsigned jobs = 1; jobs <= 2; jobs++) {
		struct run run = {0};

		run_begin(&run, jobs);
		run_files(&run, paths);
		g_assert_no_error(run.end);
		for (size_t i = 0; i < FILES; i++) {
			g_assert_cmpuint(run.told[i], ==, 1);
			g_assert_cmpstr(run.subject[i], ==, texts[i]);
		}
		run_clear(&run);
	}
	for (size_t i = 0; i < FILES; i++)
		g_free(texts[i]);
	remove_files(paths);
}

static void test_nothing(void)
{
	struct run run = {0};

	run_begin(&run, 1);
	run_files(&run, (char *[]){NULL});
	g_assert_no_error(run.end);
	run_clear(&run);
}

/* No child can work: each job is told why, none hangs. */
static void test_broken(void)
{
	struct run run = {0};

	run.loop = g_main_loop_new(NULL, FALSE);
	run.pool = pool_new(spawner, "/nonexistent", (const char *const[]){NULL}, 2);
	for (int i = 0; i < 2; i++) {
		run.ended = 0;
		run_files(&run, (char *[]){(char *)"/dev/null", (char *)"/etc/passwd", NULL});
		g_assert_error(run.end, NIXIE_ERROR, NIXIE_CONFIG);
		g_clear_error(&run.end);
	}
	g_assert_cmpstr(pool_sandbox(run.pool), ==, "");
	run_clear(&run);
}

/* A pool may go while jobs are at work: they end, later, as jobs do. */
static void test_free_early(void)
{
	struct run run = {0};
	char **paths = write_files(FILES, NULL, NULL, 0);

	run_begin(&run, 2);
	run.job =
		pool_extract(run.pool, (const char *const *)paths, FILES, on_report, on_done, &run);
	g_main_context_iteration(NULL, FALSE);
	g_clear_pointer(&run.pool, pool_free);
	g_main_loop_run(run.loop);
	g_assert_error(run.end, NIXIE_ERROR, NIXIE_INTERRUPTED);
	run_clear(&run);
	remove_files(paths);
}

/* --- a child that leaves without a word */

struct lost {
	struct channel *channel;
	GError *why;
};

static void on_lost_frame(void *user, enum wire_kind kind, GVariant *value)
{
	(void)user;
	(void)kind;
	(void)value;
}

static void on_lost(void *user)
{
	struct lost *lost = user;

	lost->why = channel_free_why(lost->channel, "the child");
}

/* Of the channel nothing is left that the main loop could still call. */
static void test_lost(void)
{
	static const struct channel_events events = {on_lost_frame, on_lost, NULL};
	struct lost lost = {NULL, NULL};
	enum wire_kind kind;
	GVariant *value;

	lost.channel = channel_new(spawner, ROLE_READER, &events, &lost, NULL);
	g_assert_nonnull(lost.channel);
	channel_send(lost.channel, WIRE_GO, NULL); /* no request of a reader */
	/* Its end and that of its stderr are both there when the loop comes to look. */
	g_assert_false(channel_wait_frame(lost.channel, &kind, &value));
	while (!lost.why)
		g_main_context_iteration(NULL, TRUE);
	g_assert_error(lost.why, NIXIE_ERROR, NIXIE_INTERNAL);
	g_assert_null(g_main_context_find_source_by_user_data(NULL, lost.channel));
	g_error_free(lost.why);
}

int main(int argc, char **argv)
{
	int result;

	spawner = spawner_start(NULL);
	g_assert_nonnull(spawner);
	g_test_init(&argc, &argv, NULL);
	directory = g_dir_make_tmp("nixie-pool-XXXXXX", NULL);
	g_test_add_func("/pool/all", test_all);
	g_test_add_func("/pool/deaths", test_deaths);
	g_test_add_func("/pool/sandbox", test_sandbox);
	g_test_add_func("/pool/cancel", test_cancel);
	g_test_add_func("/pool/unreadable", test_unreadable);
	g_test_add_func("/pool/bytes", test_bytes);
	g_test_add_func("/pool/sizes", test_sizes);
	g_test_add_func("/pool/nothing", test_nothing);
	g_test_add_func("/pool/broken", test_broken);
	g_test_add_func("/pool/free-early", test_free_early);
	g_test_add_func("/pool/lost", test_lost);
	result = g_test_run();
	spawner_stop(spawner);
	g_rmdir(directory);
	g_free(directory);
	return result;
}
