/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: its lines, its states, what can be undone, and what a crash leaves of it. */
#undef _FORTIFY_SOURCE /* the calls by their own names */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "faults.h"
#include "store/changeset.h"
#include "store/deltaline.h"
#include "store/journal_file.h"
#include "store/values.h"

FAULTY(int, fstat, (int fd, struct stat *st), (fd, st), -1)
/* Without an errno the file has ended before its end, or takes a part only. */
FAULTY(ssize_t, pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at), fault_why ? -1 : 0)
/* What -D_FORTIFY_SOURCE makes of it. */
ssize_t __wrap___pread_chk(int fd, void *to, size_t n, off_t at, size_t room);
ssize_t __wrap___pread_chk(int fd, void *to, size_t n, off_t at, size_t room)
{
	(void)room;
	return __wrap_pread(fd, to, n, at);
}

FAULTY(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n),
	(fault_why ? -1 : __real_write(fd, from, n / 2)))
FAULTY(int, fsync, (int fd), (fd), -1)
FAULTY(int, ftruncate, (int fd, off_t size), (fd, size), -1)
FAULTY(int, flock, (int fd, int how), (fd, how), -1)
FAULTY(void *, g_try_malloc, (gsize n), (n), NULL)
FAULTY(int, g_mkdir_with_parents, (const char *path, int mode), (path, mode), -1)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	return fault_due("open") ? -1 : __real_open(path, flags, 0600);
}

#define UUID "0a1b2c3d-0000-4000-8000-123456789abc"

static char *state; /* $XDG_STATE_HOME of this run */

static char *journal_file(void)
{
	return g_build_filename(state, "nixie", "journal", UUID, NULL);
}

static void fresh(void)
{
	g_autofree char *path = journal_file();

	g_unlink(path);
}

static void clean(void)
{
	static const char *const paths[] = {"nixie/journal/" UUID, "nixie/journal/" UUID ".owner",
		"nixie/values/" UUID, "nixie/journal", "nixie/values", "nixie", "."};

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autofree char *path = g_build_filename(state, paths[i], NULL);

		g_remove(path);
	}
	g_rmdir(state);
}

/* --- lines */

#define LIST(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

static void test_lines(void)
{
	const struct {
		const char *name;
		struct change change;
		const char *lines;
	} rows[] = {
		{"tags", {"a@b.example", LIST("retry", "x/y"), LIST("inbox"), NULL, NULL},
			"+retry +x%2fy -inbox -- id:a@b.example\n"},
		{"blank in a tag",
			{"a@b.example", LIST("to do", "50%", "\303\244"), NULL, NULL, NULL},
			"+to%20do +50%25 +%c3%a4 -- id:a@b.example\n"},
		{"plus and minus", {"a@b.example", LIST("+", "a-b"), LIST("-- id:x"), NULL, NULL},
			"++ +a-b ---%20id%3ax -- id:a@b.example\n"},
		{"odd ids", {"a b)\"c", LIST("t"), NULL, NULL, NULL}, "+t -- id:\"a b)\"\"c\"\n"},
		{"properties",
			{"a@b.example", NULL, NULL, LIST("nixie.retry=x@y.example"),
				LIST("nixie.v=a=b c")},
			"#= a@b.example +nixie.retry=x@y.example -nixie.v=a=b%20c\n"},
		{"both", {"a b", LIST("t"), NULL, NULL, LIST("k=v")},
			"+t -- id:\"a b\"\n#= a%20b -k=v\n"},
		{"no id", {"", LIST("t"), NULL, NULL, NULL}, "+t -- id:\"\"\n"},
		{"other letters in an id", {"\303\244@x", LIST("t"), NULL, NULL, NULL},
			"+t -- id:\"\303\244@x\"\n"},
		{"a bracket in an id", {"a(b", LIST("t"), NULL, NULL, NULL}, "+t -- id:\"a(b\"\n"},
		{"no property", {"a", NULL, NULL, LIST("k"), NULL}, "#= a +k\n"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		g_autoptr(GString) again = g_string_new(NULL);
		g_autoptr(GPtrArray) back = NULL;

		g_assert_true(delta_append(out, &rows[i].change, &delta_marks));
		g_assert_cmpstr(out->str, ==, rows[i].lines);
		back = delta_read((struct span){out->str, out->len}, &delta_marks);
		g_assert_cmpuint(back->len, ==, 1);
		g_assert_cmpstr(((struct change *)back->pdata[0])->id, ==, rows[i].change.id);
		g_assert_true(delta_append(again, back->pdata[0], &delta_marks));
		g_assert_cmpstr(again->str, ==, rows[i].lines);
	}
}

static void test_line_refused(void)
{
	g_autoptr(GString) out = g_string_new(NULL);

	g_assert_false(delta_append(
		out, &(struct change){"a\nb", LIST("t"), NULL, NULL, NULL}, &delta_marks));
	g_assert_false(delta_append(
		out, &(struct change){"a\177b", LIST("t"), NULL, NULL, NULL}, &delta_marks));
	g_assert_cmpstr(out->str, ==, "");
}

/* What an editor or a torn disk made of lines: as far as they say something, it is read. */
static void test_foul_lines(void)
{
	static const struct {
		struct span in;
		const char *out;
		bool plan; /* what is asked for, not what was done */
	} rows[] = {
		{SPAN_LIT("+t -- id:\"a b\n"), "+t -- id:\"a b\"\n"},
		{SPAN_LIT("+t -- id:\"a\"b\n"), "+t -- id:a\n"},
		{SPAN_LIT("+t -- id:\"a\"\"b\"\n"), "+t -- id:\"a\"\"b\"\n"},
		{SPAN_LIT("+t -- id:\n"), ""},
		{SPAN_LIT("+t -- id:a\0b\n"), ""},
		{SPAN_LIT("-- id:a\n"), ""},
		{SPAN_LIT("+t-- id:a\n"), ""},
		{SPAN_LIT("+t id:a\n"), ""},
		{SPAN_LIT("+t + -u -- id:a\n"), "+t -- id:a\n"},
		{SPAN_LIT("+t u -v -- id:a\n"), "+t -- id:a\n"},
		{SPAN_LIT("+t +u\0 -v -- id:a\n"), ""},
		{SPAN_LIT("#= a +k=v +l\0=w -m=x\n"), "#= a +k=v\n"},
		{SPAN_LIT("  +t   -u  -- id:a\n"), "+t -u -- id:a\n"},
		{SPAN_LIT("#= \n"), ""},
		{SPAN_LIT("#= a\0b +k=v\n"), ""},
		{SPAN_LIT("#= a +k=v\n#= a -l=w\n"), "#= a +k=v -l=w\n"},
		{SPAN_LIT("\n#\n# words\n"), ""},
		{SPAN_LIT("+t -- id:a\n#~ +u -- id:a\n#~ \n#~ # -- id:b\n#~= a +k=v\n"),
			"+u -- id:a\n#= a +k=v\n", true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes =
			delta_read(rows[i].in, rows[i].plan ? &plan_marks : &delta_marks);
		g_autoptr(GString) out = g_string_new(NULL);

		g_test_message("row %zu", i);
		for (guint k = 0; k < changes->len; k++)
			g_assert_true(delta_append(out, changes->pdata[k], &delta_marks));
		g_assert_cmpstr(out->str, ==, rows[i].out);
	}
}

/* Records that are not whole, out of turn or of nobody: what the rest says stands. */
static void test_foul_records(void)
{
	static const struct {
		const char *text,
			*entries; /* number, kind, batches, state, whether the plan is whole */
	} rows[] = {
		{"#plan 1 0 tag 5 label\n#planned 1\n", "1 tag 1 unfinished whole\n"},
		{"#plan 1 2 tag 5 label\n", "1 tag 2 not applied\n"},
		{"#planned 1\n", ""},
		{"#begin 1 1/1 tag 5 7 0 label\n#planned 1\n", "1 tag 1 unfinished\n"},
		{"#begin 1 1/1 tag 5 7 0 label\n#commit 1 1 8\n", "1 tag 1 done\n"},
		{"#begin 1 1/1 tag 5 7 0 label\n#commit 1 2 8\n#commit 2 1 8\n#abort 1 0\n",
			"1 tag 1 unfinished\n"},
		{"#begin 1 1/1 tag 5 7 0\n", ""},
		{"#begin 0 1/1 tag 5 7 0 label\n", ""},
		{"#begin 1 2/2 tag 5 7 0 label\n#commit 1 2 8\n", "1 tag 1 unfinished\n"},
		{"#begin\n#commit 1\n#close\n#close 7\n#else 1\n", ""},
		{"#begin 1 1/1 tag 5 7 0 label\n#abort 1 1\n#begin 1 1/1 tag 5 7 0 label\n"
		 "#commit 1 1 9\n",
			"1 tag 1 done\n"},
		{"#begin 1 1/1 tag 5 7 0 label\n#close 1\n", "1 tag 1 not applied\n"},
		{"#begin 1 1/1 undo%203 5 7 0 label\n#commit 1 1 9\n", "1 undo 3 1 done\n"},
		{"#begin 1 1/1 tag 5 7 0 la", ""},
		{"\n#\n#1\n# begin 1 1/1 tag 5 7 0 label\n", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct journal *journal =
			journal_parse(g_strdup(rows[i].text), strlen(rows[i].text));
		g_autoptr(GString) out = g_string_new(NULL);

		g_test_message("row %zu", i);
		for (guint k = 0; k < journal->entries->len; k++) {
			const struct journal_entry *entry = journal->entries->pdata[k];

			g_string_append_printf(out, "%u %s %u %s%s\n", (unsigned)entry->number,
				entry->kind, entry->batches, journal_state_word(entry),
				entry->planned ? " whole" : "");
		}
		g_assert_cmpstr(out->str, ==, rows[i].entries);
		g_assert_cmpint(journal_is_unsettled(journal), ==,
			strstr(rows[i].entries, "unfinished") != NULL);
		journal_free(journal);
	}
}

static void test_hex(void)
{
	static const char *const rows[][2] = {
		{"%41", "A"},
		{"%4", "%4"},
		{"%4z", "%4z"},
		{"%", "%"},
		{"%zz", "%zz"},
		{"%00", "%00"},
		{"a%2", "a%2"},
		{"", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = hex_decode(span_of(rows[i][0]));

		g_assert_cmpstr(out, ==, rows[i][1]);
	}
}

/* --- entries */

static struct journal_log *open_log(void)
{
	g_autoptr(GError) error = NULL;
	struct journal_log *log = journal_log_open(UUID, &error);

	g_assert_no_error(error);
	return log;
}

/* One entry of one batch, in the state asked for; returns its number. */
static uint64_t entry(const char *kind, const char *id, enum journal_state end)
{
	struct journal_log *log = open_log();
	g_autoptr(GPtrArray) deltas = g_ptr_array_new();
	uint64_t number = journal_log_next(log);

	g_ptr_array_add(deltas, &(struct change){id, LIST("retry"), LIST("inbox"),
					LIST("nixie.retry=a@b.example"), NULL});
	g_assert_true(journal_log_begin(log, number, 1, 1, kind, "tag +retry", 40, deltas, NULL));
	if (end == JOURNAL_COMMITTED)
		g_assert_true(journal_log_commit(log, number, 1, 41, NULL));
	if (end == JOURNAL_ABORTED)
		g_assert_true(journal_log_abort(log, number, 1, NULL));
	journal_log_close(log);
	return number;
}

static struct journal *read_journal(void)
{
	g_autoptr(GError) error = NULL;
	struct journal *journal = journal_read(UUID, &error);

	g_assert_no_error(error);
	return journal;
}

static void test_missing(void)
{
	struct journal *journal;

	fresh();
	journal = read_journal();
	g_assert_cmpuint(journal->entries->len, ==, 0);
	g_assert_null(journal_undoable(journal));
	g_assert_null(journal_redoable(journal));
	journal_free(journal);
}

static void test_bad_uuid(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(journal_read("../../etc/passwd", &error));
	g_assert_nonnull(error);
}

static void test_entry(void)
{
	g_autofree char *path = journal_file();
	g_autoptr(GPtrArray) deltas = NULL;
	g_autoptr(GPtrArray) inverse = NULL;
	const struct journal_entry *one;
	const struct change *delta;
	struct journal *journal;
	GStatBuf st;

	fresh();
	g_assert_cmpuint(entry("tag", "m@x.example", JOURNAL_COMMITTED), ==, 1);
	g_assert_cmpint(g_stat(path, &st), ==, 0);
	g_assert_cmpuint(st.st_mode & 0777, ==, 0600);
	journal = read_journal();
	one = journal_find(journal, 1);
	g_assert_nonnull(one);
	g_assert_cmpstr(one->kind, ==, "tag");
	g_assert_cmpstr(one->label, ==, "tag +retry");
	g_assert_cmpint(one->state, ==, JOURNAL_COMMITTED);
	g_assert_cmpuint(one->messages, ==, 1);
	deltas = journal_deltas(journal, one);
	inverse = journal_inverse(journal, one);
	g_assert_cmpuint(deltas->len, ==, 1);
	delta = deltas->pdata[0];
	g_assert_cmpstr(delta->id, ==, "m@x.example");
	g_assert_cmpstr(delta->add_tags[0], ==, "retry");
	g_assert_cmpstr(delta->add_properties[0], ==, "nixie.retry=a@b.example");
	delta = inverse->pdata[0];
	g_assert_cmpstr(delta->remove_tags[0], ==, "retry");
	g_assert_cmpstr(delta->add_tags[0], ==, "inbox");
	g_assert_cmpstr(delta->remove_properties[0], ==, "nixie.retry=a@b.example");
	journal_free(journal);
}

/* --- calls that fail */

static char *journal_text(void)
{
	g_autofree char *path = journal_file();
	char *text = NULL;

	g_file_get_contents(path, &text, NULL, NULL);
	return text;
}

/* The journal is opened in full, or not at all; what was in it stays. */
static void test_open_fails(void)
{
	static const struct {
		const char *call;
		unsigned at;
		int why;
		int code; /* 0: it is opened */
	} rows[] = {
		{NULL, 0, 0, 0},
		{"open", 0, EACCES, NIXIE_IO},
		{"flock", 0, EINTR, 0},
		{"flock", 0, ENOLCK, NIXIE_IO},
		/* the folder, which must know the file before anything is written */
		{"open", 1, EMFILE, NIXIE_IO},
		{"fsync", 0, EIO, NIXIE_IO},
		{"fsync", 0, EINVAL, 0},
		{"fstat", 0, EIO, NIXIE_IO},
		{"g_try_malloc", 0, 0, NIXIE_IO},
		{"pread", 0, EINTR, 0},
		{"pread", 0, EIO, NIXIE_IO},
		{"pread", 0, 0, NIXIE_IO},
		{"ftruncate", 0, EIO, NIXIE_IO},
		{"g_mkdir_with_parents", 0, EROFS, NIXIE_CANTCREATE},
	};
	static const char torn[] = "#begin 2 1/1 tag";
	g_autofree char *path = journal_file(), *whole = NULL;

	fresh();
	entry("tag", "a@x.example", JOURNAL_COMMITTED);
	whole = journal_text();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strconcat(whole, torn, NULL), *after = NULL;
		g_autoptr(GError) error = NULL;
		struct journal_log *log;

		g_test_message("%s %u: %s", rows[i].call, rows[i].at, g_strerror(rows[i].why));
		g_assert_true(g_file_set_contents(path, text, -1, NULL));
		fault_set(rows[i].call, rows[i].at, rows[i].why);
		log = journal_log_open(UUID, &error);
		fault_end();
		g_assert_cmpint(error ? error->code : 0, ==, rows[i].code);
		g_assert_cmpint(log != NULL, ==, !rows[i].code);
		journal_log_close(log);
		after = journal_text();
		g_assert_cmpstr(after, ==, rows[i].code ? text : whole);
	}
	g_assert_null(journal_log_open("../x", NULL));
}

/* What could not be written is not there, so that no later writer takes it for a plan. */
static void test_append_fails(void)
{
	static const struct {
		const char *call;
		int why;
		const char *also;
		int also_why;
		bool good;
	} rows[] = {
		{NULL, 0, NULL, 0, true},
		{"write", 0, NULL, 0, true},
		{"write", EINTR, NULL, 0, true},
		{"write", ENOSPC, NULL, 0, false},
		{"write", 0, "write", ENOSPC, false},
		{"fsync", EIO, NULL, 0, false},
		{"fsync", EIO, "ftruncate", EINTR, false},
		{"fsync", EIO, "ftruncate", EROFS, false},
	};
	const struct change change = {"a@x.example", LIST("t"), NULL, NULL, NULL},
			    refused = {"a\nb", LIST("t"), NULL, NULL, NULL};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes = g_ptr_array_new();
		g_autoptr(GError) error = NULL;
		g_autofree char *before = NULL, *after = NULL;
		struct journal_log *log;

		fresh();
		log = open_log();
		g_ptr_array_add(changes, (void *)&refused);
		g_assert_false(journal_log_plan(log, 1, 2, "tag", "label", changes, &error));
		g_assert_error(error, NIXIE_ERROR, NIXIE_INTERNAL);
		g_assert_false(journal_log_begin(log, 1, 1, 1, "tag", "label", 7, changes, NULL));
		before = journal_text();
		g_assert_cmpstr(before, ==, "");
		g_clear_error(&error);
		g_ptr_array_index(changes, 0) = (void *)&change;
		fault_set(rows[i].call, 0, rows[i].why);
		fault_also(rows[i].also, 0, rows[i].also_why);
		g_assert_cmpint(journal_log_begin(log, 1, 1, 1, NULL, "", 7, changes, &error), ==,
			rows[i].good);
		fault_end();
		if (rows[i].good)
			g_assert_true(journal_log_commit(log, 1, 1, 8, NULL));
		else
			g_assert_error(error, NIXIE_ERROR, NIXIE_IO);
		after = journal_text();
		g_assert_true(rows[i].good || g_str_equal(after, "") || rows[i].also_why == EROFS);
		g_assert_cmpint(
			g_str_has_suffix(after, " 7 1 -\n+t -- id:a@x.example\n#commit 1 1 8\n"),
			==, rows[i].good);
		journal_log_close(log);
	}
}

static void test_reload_fails(void)
{
	g_autoptr(GError) error = NULL;
	struct journal_log *log;

	fresh();
	log = open_log();
	fault_set("fstat", 0, EIO);
	g_assert_false(journal_log_reload(log, &error));
	fault_end();
	g_assert_error(error, NIXIE_ERROR, NIXIE_IO);
	g_assert_true(journal_log_reload(log, NULL));
	journal_log_close(log);
}

/* A journal that cannot be read is not an empty one. */
static void test_read_fails(void)
{
	g_autofree char *path = journal_file();
	g_autoptr(GError) error = NULL;

	fresh();
	g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	g_assert_null(journal_read(UUID, &error));
	g_assert_error(error, NIXIE_ERROR, NIXIE_IO);
	g_rmdir(path);
}

static void test_own_fails(void)
{
	static const struct {
		const char *call;
		int why;
		bool good;
	} rows[] = {{"open", EACCES, false}, {"flock", EINTR, true}, {"flock", EIO, false}};
	struct journal_log *log;

	fresh();
	log = open_log();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct journal_owner *owner;

		fault_set(rows[i].call, 0, rows[i].why);
		owner = journal_own(log);
		fault_end();
		g_assert_cmpint(owner != NULL, ==, rows[i].good);
		journal_disown(owner);
	}
	journal_log_close(log);
}

/* --- what can be undone */

/* Steps as they were done, and what undo and redo would take then: 0 for nothing. */
static void test_undo_order(void)
{
	static const struct {
		const char *name;
		const char *kinds[8];
		uint64_t undoable, redoable;
	} rows[] = {
		{"one step", {"tag"}, 1, 0},
		{"two steps", {"tag", "retry"}, 2, 0},
		{"undone once", {"tag", "retry", "undo 2"}, 1, 2},
		{"undone twice", {"tag", "retry", "undo 2", "undo 1"}, 0, 1},
		{"and redone", {"tag", "retry", "undo 2", "undo 1", "redo 1"}, 1, 2},
		{"all redone", {"tag", "retry", "undo 2", "undo 1", "redo 1", "redo 2"}, 2, 0},
		{"a new step ends redo", {"tag", "retry", "undo 2", "tag"}, 4, 0},
		{"and for good", {"tag", "undo 1", "tag", "undo 3"}, 0, 3},
		{"nothing behind it comes back", {"tag", "undo 1", "tag", "undo 3", "redo 3"}, 3,
			0},
		{"an older step", {"tag", "retry", "undo 1"}, 2, 1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct journal_entry *undoable, *redoable;
		struct journal *journal;

		fresh();
		for (size_t k = 0; k < G_N_ELEMENTS(rows[i].kinds) && rows[i].kinds[k]; k++)
			entry(rows[i].kinds[k], "m@x.example", JOURNAL_COMMITTED);
		journal = read_journal();
		undoable = journal_undoable(journal);
		redoable = journal_redoable(journal);
		g_test_message("%s", rows[i].name);
		g_assert_cmpuint(undoable ? undoable->number : 0, ==, rows[i].undoable);
		g_assert_cmpuint(redoable ? redoable->number : 0, ==, rows[i].redoable);
		journal_free(journal);
	}
}

static void test_states(void)
{
	struct journal *journal;

	fresh();
	entry("tag", "a@x.example", JOURNAL_ABORTED);
	entry("tag", "b@x.example", JOURNAL_PENDING);
	journal = read_journal();
	g_assert_cmpint(journal_find(journal, 1)->state, ==, JOURNAL_ABORTED);
	g_assert_cmpint(journal_find(journal, 2)->state, ==, JOURNAL_PENDING);
	g_assert_null(journal_undoable(journal));
	g_assert_null(journal_redoable(journal));
	journal_free(journal);
}

/*
 * A crash may cut the file anywhere: what is read is a start of the story, and the next entry is
 * whole.
 */
static void test_cut(void)
{
	g_autofree char *path = journal_file();
	g_autofree char *text = NULL;
	gsize size;

	fresh();
	entry("tag", "a@x.example", JOURNAL_COMMITTED);
	entry("tag", "b@x.example", JOURNAL_COMMITTED);
	g_assert_true(g_file_get_contents(path, &text, &size, NULL));
	for (gsize cut = 0; cut < size; cut++) {
		struct journal *journal;
		uint64_t number;

		g_assert_true(g_file_set_contents(path, text, (gssize)cut, NULL));
		number = entry("tag", "c@x.example", JOURNAL_COMMITTED);
		journal = read_journal();
		g_assert_cmpuint(number, ==, journal->entries->len);
		g_assert_cmpint(journal_find(journal, number)->state, ==, JOURNAL_COMMITTED);
		for (unsigned i = 1; i < number; i++) {
			g_autofree char *record = g_strdup_printf("#commit %u 1 41\n", i);
			bool whole = g_strstr_len(text, (gssize)cut, record);

			g_assert_cmpint(journal_find(journal, i)->state, ==,
				whole ? JOURNAL_COMMITTED : JOURNAL_PENDING);
		}
		journal_free(journal);
	}
}

/* An entry of three transactions: committed when all are, or when the rest was given up. */
static void test_batches(void)
{
	const struct change asked[] = {
		{"a@x.example", LIST("t"), NULL, NULL, NULL},
		{"b@x.example", NULL, NULL, LIST("k=v"), NULL},
		{"b@x.example c", LIST("t"), NULL, NULL, NULL},
	};
	const enum journal_state want[] = {
		JOURNAL_PENDING, JOURNAL_PENDING, JOURNAL_PENDING, JOURNAL_COMMITTED};

	for (unsigned done = 0; done <= 3; done++)
		for (int closed = 0; closed < 2; closed++) {
			struct journal_log *log;
			struct journal *journal;
			const struct journal_entry *one;
			g_autoptr(GPtrArray) changes = g_ptr_array_new();
			g_autoptr(GPtrArray) plan = NULL;
			g_autoptr(GPtrArray) deltas = NULL;

			fresh();
			log = open_log();
			for (size_t i = 0; i < G_N_ELEMENTS(asked); i++)
				g_ptr_array_add(changes, (void *)&asked[i]);
			g_assert_true(journal_log_plan(log, 1, 3, "tag", "much", changes, NULL));
			for (unsigned i = 0; i < done; i++) {
				g_autoptr(GPtrArray) batch = g_ptr_array_new();

				g_ptr_array_add(batch, (void *)&asked[i]);
				g_assert_true(journal_log_begin(
					log, 1, i + 1, 3, "tag", "much", 7, batch, NULL));
				g_assert_true(journal_log_commit(log, 1, i + 1, 8, NULL));
			}
			if (closed)
				g_assert_true(journal_log_close_entry(log, 1, NULL));
			journal_log_close(log);
			journal = read_journal();
			one = journal_find(journal, 1);
			plan = journal_plan(journal, one);
			deltas = journal_deltas(journal, one);
			g_assert_cmpuint(plan->len, ==, 3);
			g_assert_cmpstr(((struct change *)plan->pdata[2])->id, ==, "b@x.example c");
			g_assert_cmpuint(deltas->len, ==, done);
			g_assert_cmpuint(one->messages, ==, done);
			g_assert_cmpint(one->state, ==,
				!closed ? want[done]
				: done  ? JOURNAL_COMMITTED
					: JOURNAL_ABORTED);
			journal_free(journal);
		}
}

static void test_tags(void)
{
	static const struct {
		const char *tag;
		bool good;
	} rows[] = {
		{"retry", true},
		{"a b", true},
		{"\303\244", true},
		{"a/b", true},
		{"+", true},
		{"", false},
		{"-x", false},
		{"a\nb", false},
		{"\033[m", false},
		{"\377", false},
		{"a\177", false},
	};
	g_autofree char *longest = g_strnfill(200, 'x'), *longer = g_strnfill(201, 'x');

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(tag_check(rows[i].tag, &error), ==, rows[i].good);
		g_assert_cmpint(error != NULL, ==, !rows[i].good);
	}
	g_assert_true(tag_check(longest, NULL));
	g_assert_false(tag_check(longer, NULL));
}

static void test_owner(void)
{
	struct journal_log *log;
	struct journal_owner *owner;

	fresh();
	log = open_log();
	owner = journal_own(log);
	g_assert_nonnull(owner);
	g_assert_null(journal_own(log));
	journal_disown(owner);
	owner = journal_own(log);
	g_assert_nonnull(owner);
	journal_disown(owner);
	journal_log_close(log);
}

/* What several changes of one message come to: ids, then + and - in order of the lists. */
static void test_changeset(void)
{
	const struct {
		const char *name;
		struct change changes[3];
		size_t n;
		const char *lines;
	} rows[] = {
		{"one", {{"a", LIST("x"), LIST("y"), NULL, NULL}}, 1, "+x -y -- id:a\n"},
		{"two messages",
			{{"a", LIST("x"), NULL, NULL, NULL}, {"b", NULL, LIST("x"), NULL, NULL}}, 2,
			"+x -- id:a\n-x -- id:b\n"},
		{"later wins",
			{{"a", LIST("x"), NULL, NULL, NULL}, {"a", NULL, LIST("x"), NULL, NULL}}, 2,
			"-x -- id:a\n"},
		{"and again",
			{{"a", LIST("x"), NULL, NULL, NULL}, {"a", NULL, LIST("x"), NULL, NULL},
				{"a", LIST("x"), NULL, NULL, NULL}},
			3, "+x -- id:a\n"},
		{"addition wins", {{"a", LIST("x"), LIST("x", "y"), NULL, NULL}}, 1,
			"+x -y -- id:a\n"},
		{"once",
			{{"a", LIST("x"), NULL, NULL, NULL},
				{"a", LIST("x", "y"), NULL, NULL, NULL}},
			2, "+x +y -- id:a\n"},
		{"properties",
			{{"a", NULL, NULL, LIST("nixie.retry=a@b"), NULL},
				{"a", NULL, NULL, LIST("nixie.retry=c@d"),
					LIST("nixie.retry=a@b")}},
			2, "#= a +nixie.retry=c@d -nixie.retry=a@b\n"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) set = changeset_new(rows[i].changes, rows[i].n, NULL);
		g_autoptr(GString) lines = g_string_new(NULL);

		for (guint k = 0; k < set->len; k++)
			g_assert_true(delta_append(lines, set->pdata[k], &delta_marks));
		g_test_message("%s", rows[i].name);
		g_assert_cmpstr(lines->str, ==, rows[i].lines);
	}
	g_assert_null(changeset_new(&(struct change){"a", LIST("-x"), NULL, NULL, NULL}, 1, NULL));
	g_assert_null(
		changeset_new(&(struct change){"a", NULL, NULL, LIST("other=1"), NULL}, 1, NULL));
}

/* A term of 245 bytes is the longest that libnotmuch lives with. */
static void test_values(void)
{
	static const struct {
		const char *key;
		size_t longest;
	} rows[] = {{"nixie.suppress", 221}, {"nixie.retry", 224}, {"nixie.v", 228}};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		for (size_t n = rows[i].longest; n <= rows[i].longest + 30; n++) {
			g_autofree char *plain = g_strnfill(n, 'x'),
					*stored = value_stored(rows[i].key, plain);
			g_autoptr(GError) error = NULL;
			struct values *values = values_load(UUID, &error);

			g_assert_no_error(error);
			g_assert_cmpint(g_str_equal(plain, stored), ==, n == rows[i].longest);
			g_assert_true(values_keep(values, stored, plain, NULL));
			values_free(values);
			values = values_load(UUID, NULL);
			g_assert_cmpstr(value_plain(values, stored), ==, plain);
			values_free(values);
		}
}

int main(int argc, char **argv)
{
	int result;

	state = g_dir_make_tmp("nixie-journal-XXXXXX", NULL);
	g_setenv("XDG_STATE_HOME", state, TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/lines", test_lines);
	g_test_add_func("/journal/line-refused", test_line_refused);
	g_test_add_func("/journal/hex", test_hex);
	g_test_add_func("/journal/foul-lines", test_foul_lines);
	g_test_add_func("/journal/foul-records", test_foul_records);
	g_test_add_func("/journal/open-fails", test_open_fails);
	g_test_add_func("/journal/append-fails", test_append_fails);
	g_test_add_func("/journal/reload-fails", test_reload_fails);
	g_test_add_func("/journal/read-fails", test_read_fails);
	g_test_add_func("/journal/own-fails", test_own_fails);
	g_test_add_func("/journal/missing", test_missing);
	g_test_add_func("/journal/bad-uuid", test_bad_uuid);
	g_test_add_func("/journal/entry", test_entry);
	g_test_add_func("/journal/undo-order", test_undo_order);
	g_test_add_func("/journal/states", test_states);
	g_test_add_func("/journal/cut", test_cut);
	g_test_add_func("/journal/batches", test_batches);
	g_test_add_func("/journal/owner", test_owner);
	g_test_add_func("/store/tags", test_tags);
	g_test_add_func("/store/changeset", test_changeset);
	g_test_add_func("/store/values", test_values);
	result = g_test_run();
	clean();
	g_free(state);
	return result;
}
