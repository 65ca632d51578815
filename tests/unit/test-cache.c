/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cache of facts: what went in comes out, under its own key only; what is broken is made anew.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "verdicts/cache.h"
#include "worker/client.h"
#include "worker/reportwire.h"

#define UUID "0a1b2c3d-0000-4000-8000-00000000cafe"
#define KEYS 1200 /* more than two frames */

static struct spawner *spawner;
static char *home;

static char *file(const char *end)
{
	return g_strconcat(home, "/nixie/" UUID ".db", end, NULL);
}

static void fresh(void)
{
	static const char *const ends[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *path = file(ends[i]);

		g_unlink(path);
	}
}

static struct report *report_about(const char *subject)
{
	struct report *report = report_new();

	report->subject = arena_str(report->arena, subject);
	report->recipients_n = 1;
	report->recipients = arena_make(report->arena, struct recipient);
	recipient_init(report->recipients);
	report->recipients->address = "a@b.example";
	report->recipients->status = "5.1.1";
	return report;
}

static GBytes *packed(const char *subject)
{
	struct report *report = report_about(subject);
	GByteArray *bytes = g_byte_array_new();
	struct pack pack;

	pack_init(&pack);
	report_pack(&pack, report);
	pack_save(&pack, bytes);
	pack_clear(&pack);
	report_free(report);
	return g_byte_array_free_to_bytes(bytes);
}

static struct verdicts *open_cache(const char *rules, char **note)
{
	g_autoptr(GError) error = NULL;
	struct verdicts *verdicts = verdicts_open(UUID, rules, "form", note, &error);

	g_assert_no_error(error);
	return verdicts;
}

static void put(struct verdicts *verdicts, const struct verdict_key *key, const char *subject)
{
	g_autoptr(GBytes) bytes = packed(subject);
	struct span span;

	span.p = g_bytes_get_data(bytes, &span.n);
	verdicts_put(verdicts, key, span);
}

static bool has(struct verdicts *verdicts, const struct verdict_key *key, const char *subject)
{
	g_autoptr(GBytes) wanted = packed(subject);
	struct span got;

	if (!verdicts_get(verdicts, key, &got))
		return false;
	g_assert_cmpuint(got.n, ==, g_bytes_get_size(wanted));
	g_assert_true(memcmp(got.p, g_bytes_get_data(wanted, NULL), got.n) == 0);
	return true;
}

/* As the pool would tell it. */
static void put_report(
	struct cache *cache, const char *id, const char *path, const struct report *report)
{
	const struct pack_place all = {0};
	struct file_stamp stamp = {-1, -1};
	struct unpack packed;
	struct pack pack;

	file_stamp(path, &stamp);
	pack_init(&pack);
	report_pack(&pack, report);
	unpack_tail(&packed, &pack, all);
	cache_put(cache, id, path, &stamp, &packed);
	pack_clear(&pack);
}

/* --- keys */

static const struct verdict_key known = {
	"id@x.example", "/mail/cur/1700.M1.host:2,S", {1000, 1234567890123456789}};

static void test_keys(void)
{
	static const struct {
		const char *name;
		struct verdict_key key;
		bool hit;
	} rows[] = {
		{"the same",
			{"id@x.example", "/mail/cur/1700.M1.host:2,S", {1000, 1234567890123456789}},
			true},
		{"other flags",
			{"id@x.example", "/mail/cur/1700.M1.host:2,RS",
				{1000, 1234567890123456789}},
			true},
		{"no flags, other folder",
			{"id@x.example", "/other/new/1700.M1.host", {1000, 1234567890123456789}},
			true},
		{"other id",
			{"id@y.example", "/mail/cur/1700.M1.host:2,S", {1000, 1234567890123456789}},
			false},
		{"other file",
			{"id@x.example", "/mail/cur/1700.M2.host:2,S", {1000, 1234567890123456789}},
			false},
		{"other size",
			{"id@x.example", "/mail/cur/1700.M1.host:2,S", {1001, 1234567890123456789}},
			false},
		{"a nanosecond later",
			{"id@x.example", "/mail/cur/1700.M1.host:2,S", {1000, 1234567890123456790}},
			false},
	};
	struct verdicts *verdicts;

	fresh();
	verdicts = open_cache("rules", NULL);
	put(verdicts, &known, "one");
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
			g_test_message("%s", rows[i].name);
			g_assert_cmpint(has(verdicts, &rows[i].key, "one"), ==, rows[i].hit);
		}
		verdicts_close(verdicts);
		verdicts = open_cache("rules", NULL);
	}
	verdicts_close(verdicts);
}

static void test_rules(void)
{
	struct verdicts *verdicts;

	fresh();
	verdicts = open_cache("rules", NULL);
	put(verdicts, &known, "one");
	verdicts_close(verdicts);
	verdicts = open_cache("other rules", NULL);
	g_assert_false(has(verdicts, &known, "one"));
	put(verdicts, &known, "two");
	verdicts_close(verdicts);
	verdicts = open_cache("rules", NULL);
	g_assert_true(has(verdicts, &known, "one"));
	verdicts_close(verdicts);
}

static void test_private(void)
{
	g_autofree char *path = file("");
	GStatBuf st;

	fresh();
	verdicts_close(open_cache("rules", NULL));
	g_assert_cmpint(g_stat(path, &st), ==, 0);
	g_assert_cmpuint(st.st_mode & 0777, ==, 0600);
}

/*
 * Bytes written over the file at some place; afterwards it works again, and says so where it was of
 * no use.
 */
static void test_broken(void)
{
	static const struct {
		const char *name, *bytes;
		long at;
	} rows[] = {
		{"no database", "this is a letter", 0},
		{"another version", "\0\0\0\143", 60},
		{"a torn page", "\377\377\377\377\377\377\377\377", 100},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = file(""), *note = NULL;
		struct verdicts *verdicts;
		FILE *stream;

		fresh();
		verdicts = open_cache("rules", NULL);
		put(verdicts, &known, "one");
		verdicts_close(verdicts);
		stream = g_fopen(path, "r+");
		fseek(stream, rows[i].at, SEEK_SET);
		fwrite(rows[i].bytes, 1, i == 1 ? 4 : strlen(rows[i].bytes), stream);
		fclose(stream);
		verdicts = open_cache("rules", &note);
		g_test_message("%s: %s", rows[i].name, note);
		g_assert_nonnull(note);
		g_assert_false(has(verdicts, &known, "one"));
		put(verdicts, &known, "one");
		g_assert_true(has(verdicts, &known, "one"));
		verdicts_close(verdicts);
	}
}

static void test_two_at_once(void)
{
	struct verdicts *one, *two;

	fresh();
	one = open_cache("rules", NULL);
	two = open_cache("rules", NULL);
	put(one, &known, "one");
	verdicts_commit(one);
	g_assert_true(has(two, &known, "one"));
	verdicts_close(two);
	verdicts_close(one);
}

/* --- through the child */

struct run {
	GMainLoop *loop;
	struct job *job;
	unsigned reports, ended, cancel_at;
	bool seen[KEYS];
	GError *end;
};

static void on_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct run *run = user;
	g_autofree char *subject = g_strdup_printf("report %zu", index);

	g_assert_no_error(error);
	g_assert_cmpstr(report->subject, ==, subject);
	g_assert_false(run->seen[index]);
	run->seen[index] = true;
	report_free(report);
	if (++run->reports == run->cancel_at)
		job_cancel(run->job);
}

static void on_done(void *user, const GError *error)
{
	struct run *run = user;

	run->ended++;
	run->end = error ? g_error_copy(error) : NULL;
	g_main_loop_quit(run->loop);
}

static void get_all(
	struct cache *cache, struct run *run, const char *const *ids, const char *const *paths)
{
	run->reports = 0;
	memset(run->seen, 0, sizeof run->seen);
	g_clear_error(&run->end);
	run->loop = g_main_loop_new(NULL, FALSE);
	run->job = cache_get(cache, ids, paths, KEYS, on_report, on_done, run);
	g_main_loop_run(run->loop);
	g_main_loop_unref(run->loop);
}

static void test_child(void)
{
	const char *ids[KEYS + 1] = {NULL}, *paths[KEYS + 1] = {NULL};
	g_autofree char *mail = g_build_filename(home, "mail", NULL);
	struct run run = {0};
	struct cache *cache;

	fresh();
	g_mkdir(mail, 0700);
	for (int i = 0; i < KEYS; i++) {
		ids[i] = g_strdup_printf("%d@x.example", i);
		paths[i] = g_strdup_printf("%s/%d:2,S", mail, i);
		g_assert_true(g_file_set_contents(paths[i], "x", 1, NULL));
	}
	cache = cache_new(spawner, UUID, "rules");
	get_all(cache, &run, ids, paths);
	g_assert_no_error(run.end);
	g_assert_cmpuint(run.reports, ==, 0);
	for (int i = 0; i < KEYS; i += 2) {
		g_autofree char *subject = g_strdup_printf("report %d", i);
		struct report *report = report_about(subject);

		put_report(cache, ids[i], paths[i], report);
		report_free(report);
	}
	/* Put and get keep their order; and what was put is there for the next program. */
	for (int again = 0; again < 2; again++) {
		get_all(cache, &run, ids, paths);
		g_assert_no_error(run.end);
		g_assert_cmpuint(run.reports, ==, KEYS / 2);
		cache_free(cache);
		cache = cache_new(spawner, UUID, "rules");
	}
	run.cancel_at = 10;
	get_all(cache, &run, ids, paths);
	g_assert_error(run.end, NIXIE_ERROR, NIXIE_INTERRUPTED);
	g_assert_cmpuint(run.reports, ==, 10);
	run.cancel_at = 0;
	g_unlink(paths[0]);
	get_all(cache, &run, ids, paths);
	g_assert_no_error(run.end);
	g_assert_cmpuint(run.reports, ==, KEYS / 2 - 1);
	g_clear_error(&run.end);
	cache_free(cache);
	for (int i = 0; i < KEYS; i++) {
		g_unlink(paths[i]);
		g_free((char *)ids[i]);
		g_free((char *)paths[i]);
	}
	g_rmdir(mail);
}

/* A cache that cannot be made ends jobs with the reason, each time. */
static void test_no_room(void)
{
	const char *ids[KEYS + 1] = {NULL}, *paths[KEYS + 1] = {NULL};
	g_autofree char *path = file("");
	struct report *report = report_about("x");
	struct run run = {0};
	struct cache *cache;

	fresh();
	for (int i = 0; i < KEYS; i++)
		ids[i] = paths[i] = "x";
	g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
	cache = cache_new(spawner, UUID, "rules");
	for (int i = 0; i < 2; i++) {
		get_all(cache, &run, ids, paths);
		g_assert_error(run.end, NIXIE_ERROR, NIXIE_IO);
		put_report(cache, "x", "x", report);
	}
	g_clear_error(&run.end);
	cache_free(cache);
	report_free(report);
	g_rmdir(path);
}

/* A home, or its .cache, is a link on many machines. */
static void test_linked_home(void)
{
	g_autofree char *link = g_strconcat(home, "-link", NULL), *note = NULL;
	struct verdicts *verdicts;

	fresh();
	g_assert_cmpint(symlink(home, link), ==, 0);
	g_setenv("XDG_CACHE_HOME", link, TRUE);
	verdicts = open_cache("rules", &note);
	g_assert_nonnull(verdicts);
	g_assert_null(note);
	put(verdicts, &known, "one");
	verdicts_close(verdicts);
	g_setenv("XDG_CACHE_HOME", home, TRUE);
	verdicts = open_cache("rules", NULL);
	g_assert_true(has(verdicts, &known, "one"));
	verdicts_close(verdicts);
	g_unlink(link);
}

int main(int argc, char **argv)
{
	g_autofree char *directory = NULL;
	int result;

	home = g_dir_make_tmp("nixie-cache-XXXXXX", NULL);
	g_setenv("XDG_CACHE_HOME", home, TRUE);
	spawner = spawner_start(NULL);
	g_assert_nonnull(spawner);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cache/keys", test_keys);
	g_test_add_func("/cache/rules", test_rules);
	g_test_add_func("/cache/private", test_private);
	g_test_add_func("/cache/broken", test_broken);
	g_test_add_func("/cache/two-at-once", test_two_at_once);
	g_test_add_func("/cache/child", test_child);
	g_test_add_func("/cache/no-room", test_no_room);
	g_test_add_func("/cache/linked-home", test_linked_home);
	result = g_test_run();
	spawner_stop(spawner);
	fresh();
	directory = g_build_filename(home, "nixie", NULL);
	g_rmdir(directory);
	g_rmdir(home);
	g_free(home);
	return result;
}
