/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The writer on an index of five mails, two to a transaction, with each call that it makes failing
 * in turn: what is told, what is changed, what the next writer makes of it, and that undo is exact.
 */
#undef _FORTIFY_SOURCE /* the calls by their own names */
#include "store/writer.h"

#include <glib/gstdio.h>
#include <notmuch.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "faults.h"
#include "store/delta.h"
#include "store/deltaline.h"
#include "store/journal_file.h"
#include "store/lock.h"
#include "testindex.h"
#include "tree.h"

/* --- calls that fail */

#define STATUS ((notmuch_status_t)fault_why)

FAULTY(int, flock, (int fd, int how), (fd, how), -1)
FAULTY(int, fsync, (int fd), (fd), -1)
FAULTY(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n), -1)
FAULTY(notmuch_status_t, notmuch_database_open_with_config,
	(const char *path, notmuch_database_mode_t mode, const char *config, const char *profile,
		notmuch_database_t **database, char **text),
	(path, mode, config, profile, database, text), STATUS)
FAULTY(notmuch_bool_t, notmuch_database_needs_upgrade, (notmuch_database_t * database), (database),
	TRUE)
FAULTY(const char *, notmuch_database_get_path, (notmuch_database_t * database), (database),
	"/none")
/* Without a status there is no such message. */
FAULTY(notmuch_status_t, notmuch_database_find_message,
	(notmuch_database_t * database, const char *id, notmuch_message_t **message),
	(database, id, message), STATUS)
FAULTY(notmuch_status_t, notmuch_message_get_flag_st,
	(const notmuch_message_t *message, notmuch_message_flag_t flag, notmuch_bool_t *set),
	(message, flag, set), STATUS)
FAULTY(notmuch_tags_t *, notmuch_message_get_tags, (notmuch_message_t * message), (message), NULL)
FAULTY(notmuch_status_t, notmuch_database_begin_atomic, (notmuch_database_t * database), (database),
	STATUS)
FAULTY(notmuch_status_t, notmuch_message_freeze, (notmuch_message_t * message), (message), STATUS)
FAULTY(notmuch_status_t, notmuch_message_thaw, (notmuch_message_t * message), (message), STATUS)
FAULTY(notmuch_status_t, notmuch_message_add_tag, (notmuch_message_t * message, const char *tag),
	(message, tag), STATUS)
FAULTY(notmuch_status_t, notmuch_message_remove_tag, (notmuch_message_t * message, const char *tag),
	(message, tag), STATUS)
FAULTY(notmuch_status_t, notmuch_message_add_property,
	(notmuch_message_t * message, const char *key, const char *value), (message, key, value),
	STATUS)
FAULTY(notmuch_status_t, notmuch_message_remove_property,
	(notmuch_message_t * message, const char *key, const char *value), (message, key, value),
	STATUS)
FAULTY(notmuch_status_t, notmuch_message_tags_to_maildir_flags, (notmuch_message_t * message),
	(message), STATUS)

/* What the writer lets go of after its transaction did not end well, since its own process ends
 * then. */
static notmuch_database_t *at_end, *orphan;

notmuch_status_t __real_notmuch_database_end_atomic(notmuch_database_t *database);
notmuch_status_t __wrap_notmuch_database_end_atomic(notmuch_database_t *database);
notmuch_status_t __wrap_notmuch_database_end_atomic(notmuch_database_t *database)
{
	at_end = database;
	if (!fault_due("notmuch_database_end_atomic"))
		return __real_notmuch_database_end_atomic(database);
	orphan = database;
	return STATUS;
}

/* On disk, though it is not said. */
notmuch_status_t __real_notmuch_database_close(notmuch_database_t *database);
notmuch_status_t __wrap_notmuch_database_close(notmuch_database_t *database);
notmuch_status_t __wrap_notmuch_database_close(notmuch_database_t *database)
{
	notmuch_status_t status = __real_notmuch_database_close(database);
	bool ends = database == at_end;

	at_end = NULL;
	if (!fault_due("notmuch_database_close"))
		return status;
	orphan = ends ? database : NULL;
	return STATUS;
}

/* --- the lock, and time, as a test has them */

struct look {
	enum lock_state state;
	const char *holder;
};

/* What the next looks see, the last one of them for good; NULL: what is so. */
static const struct look *looks;
static gint64 now;

enum lock_state __real_lock_probe(const char *xapian, char **holder);
enum lock_state __wrap_lock_probe(const char *xapian, char **holder);
enum lock_state __wrap_lock_probe(const char *xapian, char **holder)
{
	const struct look *look = looks;

	if (!look)
		return __real_lock_probe(xapian, holder);
	if (look->state == LOCK_BUSY)
		looks++;
	if (holder)
		*holder = g_strdup(look->holder);
	return look->state;
}

gint64 __wrap_g_get_monotonic_time(void);
gint64 __wrap_g_get_monotonic_time(void)
{
	return now;
}

void __wrap_g_usleep(gulong microseconds);
void __wrap_g_usleep(gulong microseconds)
{
	now += (gint64)microseconds;
}

/* --- the journal */

static struct journal *read_journal(void)
{
	g_autofree char *uuid = index_uuid();
	struct journal *journal = journal_read(uuid, NULL);

	g_assert_nonnull(journal);
	return journal;
}

/* "done, not applied": how each entry came out, oldest first. */
static char *states(void)
{
	struct journal *journal = read_journal();
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < journal->entries->len; i++)
		g_string_append_printf(
			out, "%s%s", i ? ", " : "", journal_state_word(journal->entries->pdata[i]));
	journal_free(journal);
	return g_string_free(out, FALSE);
}

/* --- a run */

static struct {
	unsigned asked,
		cancel_at; /* how often cancelling was asked for; at which it is, 0: never */
	unsigned deltas, missing;
	uint64_t entry;
} run;

static void on_progress(void *user, uint64_t done, uint64_t total)
{
	(void)user;
	g_assert_cmpuint(done, <=, total);
}

static void on_delta(void *user, const struct change *delta, bool missing)
{
	(void)user;
	(void)delta;
	run.deltas += !missing;
	run.missing += missing;
}

static void on_applied(void *user, uint64_t entry)
{
	(void)user;
	run.entry = entry;
}

static bool on_cancelled(void *user)
{
	(void)user;
	return ++run.asked == run.cancel_at;
}

/* The error's code, 0 for none. */
static int write_as(const struct change *changes, size_t n, const char *kind, const char *uuid,
	unsigned cancel_at)
{
	static const struct writer_events events = {
		on_progress, on_delta, on_applied, on_cancelled};
	g_autofree char *mail = below("mail");
	struct writer_request request = {
		.store = {mail, "", NULL},
		.uuid = uuid,
		.changes = changes,
		.n = n,
		.kind = kind,
		.label = "a test",
	};
	g_autoptr(GError) error = NULL;
	bool done;

	memset(&run, 0, sizeof run);
	run.cancel_at = cancel_at;
	done = writer_run(&request, &events, NULL, &error);
	g_assert_cmpint(done, ==, !error);
	if (orphan)
		notmuch_database_destroy(orphan);
	orphan = NULL;
	return error ? error->code : 0;
}

#define LIST(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}
#define LONG \
	"nixie.v=0123456789012345678901234567890123456789012345678901234567890123456789012345678" \
	"9012345678901234567890123456789012345678901234567890123456789012345678901234567890123456" \
	"7890123456789012345678901234567890123456789012345678901234567890123456789012345678901234"

/* As much as fits in one transaction. */
static int write_few(unsigned cancel_at)
{
	const struct change changes[] = {
		{"m0@x.example", LIST("t", "u"), LIST("inbox", "never"), LIST("nixie.retry=a@b"),
			LIST("nixie.old=1", "nixie.older=2")},
		{"m1@x.example", LIST("t"), NULL, LIST(LONG, LONG), NULL},
		{"m0@x.example", NULL, NULL, LIST("nixie.retry=c@d"), NULL},
	};

	return write_as(changes, G_N_ELEMENTS(changes), "tag", NULL, cancel_at);
}

/* Three transactions. */
static int write_many(unsigned cancel_at)
{
	const char *const tags[] = {"t", NULL};
	struct change changes[MAILS];
	static const char *const ids[MAILS] = {
		"m0@x.example", "m1@x.example", "m2@x.example", "m3@x.example", "m4@x.example"};

	for (size_t i = 0; i < MAILS; i++)
		changes[i] = (struct change){ids[i], tags, NULL, NULL, NULL};
	return write_as(changes, MAILS, "tag", NULL, cancel_at);
}

static int write_one(const char *id, const char *tag)
{
	const struct change change = {id, LIST(tag), NULL, NULL, NULL};

	return write_as(&change, 1, "tag", NULL, 0);
}

/* What stands in the journal is undone, the newest first; everything is as it was then. */
static void undo_all(const char *before)
{
	g_autofree char *after = NULL;

	for (;;) {
		struct journal *journal = read_journal();
		const struct journal_entry *entry = journal_undoable(journal);
		g_autoptr(GPtrArray) inverse = entry ? journal_inverse(journal, entry) : NULL;
		g_autofree char *kind = NULL;
		g_autoptr(GArray) flat = g_array_new(FALSE, FALSE, sizeof(struct change));

		for (guint i = 0; inverse && i < inverse->len; i++)
			g_array_append_vals(flat, inverse->pdata[i], 1);
		if (entry)
			kind = g_strdup_printf("undo %u", (unsigned)entry->number);
		journal_free(journal);
		if (!kind)
			break;
		g_assert_cmpint(
			write_as((struct change *)(void *)flat->data, flat->len, kind, NULL, 0), ==,
			0);
	}
	after = dump();
	g_assert_cmpstr(after, ==, before);
}

/* --- each call fails once */

#define XAPIAN NOTMUCH_STATUS_XAPIAN_EXCEPTION

/* What is left when a write of ours has failed, or was not wanted any more. */
struct fault_row {
	const char *call; /* NULL: none fails */
	unsigned at;
	int why;
	unsigned cancel_at;
	int code; /* 0: done */
	/* mails tagged t, of which so many were told of, and once another has written */
	unsigned applied, told, later;
	const char *states; /* of the journal, then */
};

static const struct fault_row few_rows[] = {
	{NULL, 0, 0, 0, 0, 2, 2, 2, "done, done"},
	{"notmuch_database_open_with_config", 0, NOTMUCH_STATUS_FILE_ERROR, 0, NIXIE_NOINPUT, 0, 0,
		0, "done"},
	{"notmuch_database_open_with_config", 1, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "done"},
	{"notmuch_database_needs_upgrade", 0, 0, 0, NIXIE_CONFIG, 0, 0, 0, "done"},
	{"notmuch_database_get_path", 0, 0, 0, NIXIE_NOINPUT, 0, 0, 0, "done"},
	{"flock", 0, ENOLCK, 0, NIXIE_IO, 0, 0, 0, "done"},
	{"notmuch_database_find_message", 0, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "done"},
	{"notmuch_database_find_message", 1, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "done"},
	{"notmuch_database_find_message", 0, 0, 0, 0, 1, 1, 1, "done, done"}, /* it is gone */
	{"notmuch_message_get_flag_st", 0, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "done"},
	{"notmuch_message_get_tags", 0, 0, 0, NIXIE_IO, 0, 0, 0, "done"},
	/* the plain form of a long value, then the entry, then what comes of it */
	{"fsync", 1, EIO, 0, NIXIE_IO, 0, 0, 0, "done"},
	{"fsync", 2, EIO, 0, NIXIE_IO, 0, 0, 0, "done"},
	{"fsync", 3, EIO, 0, 0, 2, 2, 2, "done, done"},
	{"notmuch_database_begin_atomic", 0, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "not applied, done"},
	{"notmuch_database_find_message", 2, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "not applied, done"},
	{"notmuch_database_find_message", 3, 0, 0, NIXIE_INTERNAL, 0, 0, 0, "not applied, done"},
	{"notmuch_message_freeze", 0, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "not applied, done"},
	{"notmuch_message_remove_tag", 0, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "not applied, done"},
	{"notmuch_message_add_tag", 0, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "not applied, done"},
	{"notmuch_message_thaw", 1, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "not applied, done"},
	{"notmuch_message_add_property", 0, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "not applied, done"},
	{"notmuch_message_add_property", 1, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "not applied, done"},
	{"notmuch_database_end_atomic", 0, XAPIAN, 0, NIXIE_IO, 0, 0, 0, "not applied, done"},
	/* It was on disk all the same: the next one finds that out. */
	{"notmuch_database_close", 0, XAPIAN, 0, NIXIE_IO, 2, 0, 2, "done, done"},
	{NULL, 0, 0, 1, NIXIE_INTERRUPTED, 0, 0, 0, "done"},
	{NULL, 0, 0, 2, NIXIE_INTERRUPTED, 0, 0, 0, "not applied, done"},
};

static const struct fault_row many_rows[] = {
	{NULL, 0, 0, 0, 0, 5, 5, 5, "done, done"},
	/* Nobody else owns the plan; it is written as a whole. */
	{"flock", 1, EWOULDBLOCK, 0, NIXIE_BUSY, 0, 0, 0, "done"},
	{"fsync", 1, EIO, 0, NIXIE_IO, 0, 0, 0, "done"},
	{"write", 0, ENOSPC, 0, NIXIE_IO, 0, 0, 0, "done"},
	/* What was begun and lost its index is completed. */
	{"notmuch_database_open_with_config", 2, XAPIAN, 0, NIXIE_IO, 2, 2, 5, "done, done"},
	{"notmuch_database_find_message", 4, XAPIAN, 0, NIXIE_IO, 2, 2, 5, "done, done"},
	{"notmuch_message_freeze", 2, XAPIAN, 0, NIXIE_IO, 2, 2, 5, "done, done"},
	/* What is not wanted any more is not. */
	{NULL, 0, 0, 1, NIXIE_INTERRUPTED, 0, 0, 0, "not applied, done"},
	{NULL, 0, 0, 3, NIXIE_INTERRUPTED, 2, 2, 2, "done, done"},
	/* Unless that cannot be written down. */
	{"notmuch_database_open_with_config", 3, XAPIAN, 3, NIXIE_INTERRUPTED, 2, 2, 5,
		"done, done"},
};

/* A write with one of its calls failing; then another one has its turn, and undo is exact. */
static void fail(const struct fault_row *row, int (*write)(unsigned cancel_at))
{
	g_autofree char *before = NULL, *after = NULL;

	g_test_message("%s %u: %d, cancelled at %u", row->call, row->at, row->why, row->cancel_at);
	fresh();
	before = dump();
	fault_set(row->call, row->at, row->why);
	g_assert_cmpint(write(row->cancel_at), ==, row->code);
	fault_end();
	g_assert_cmpuint(tagged("t"), ==, row->applied);
	g_assert_cmpuint(run.deltas, ==, row->told);
	g_assert_cmpint(run.entry != 0, ==, row->told != 0);
	g_assert_cmpint(write_one("m4@x.example", "other"), ==, 0);
	g_assert_cmpuint(tagged("t"), ==, row->later);
	after = states();
	g_assert_cmpstr(after, ==, row->states);
	undo_all(before);
}

/* What fits in one transaction is never completed by others. */
static void test_few(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(few_rows); i++) {
		g_assert_cmpuint(few_rows[i].applied, ==, few_rows[i].later);
		fail(&few_rows[i], write_few);
	}
}

static void test_many(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(many_rows); i++)
		fail(&many_rows[i], write_many);
}

/* What is taken away fails, too. */
static void test_remove(void)
{
	const struct change change = {
		"m0@x.example", NULL, NULL, NULL, LIST("nixie.retry=c@d", "nixie.retry=e@f")};
	const struct change first = {
		"m0@x.example", NULL, NULL, LIST("nixie.retry=c@d", "nixie.retry=e@f"), NULL};
	g_autofree char *before = NULL, *after = NULL;

	fresh();
	g_assert_cmpint(write_as(&first, 1, "retry", NULL, 0), ==, 0);
	before = dump();
	fault_set("notmuch_message_remove_property", 0, XAPIAN);
	g_assert_cmpint(write_as(&change, 1, "retry", NULL, 0), ==, NIXIE_IO);
	fault_end();
	after = dump();
	g_assert_cmpstr(after, ==, before);
}

/* What cannot be asked for, and what is so already. */
static void test_asked(void)
{
	const struct change rows[] = {
		{"m0@x.example", LIST("-x"), NULL, NULL, NULL},
		{"m0@x.example", NULL, NULL, LIST("other=1"), NULL},
		{"m0@x.example", NULL, NULL, LIST("nixie.retry"), NULL},
	};
	g_autofree char *uuid = NULL, *none = NULL;

	fresh();
	uuid = index_uuid();
	g_assert_cmpint(write_as(&rows[0], 1, "tag", NULL, 0), ==, NIXIE_USAGE);
	g_assert_cmpint(write_as(&rows[1], 1, "tag", NULL, 0), ==, NIXIE_INTERNAL);
	g_assert_cmpint(write_as(&rows[2], 1, "tag", NULL, 0), ==, NIXIE_INTERNAL);
	g_assert_cmpint(write_as(NULL, 0, "tag", "", 0), ==, 0);
	g_assert_cmpint(write_as(NULL, 0, "tag", uuid, 0), ==, 0);
	g_assert_cmpint(write_as(NULL, 0, "tag", "another", 0), ==, NIXIE_BUSY);
	g_assert_cmpint(write_one("m0@x.example", "inbox"), ==, 0);
	g_assert_cmpuint(run.deltas + run.missing, ==, 0);
	g_assert_cmpint(write_one("none@x.example", "t"), ==, 0);
	g_assert_cmpuint(run.missing, ==, 1);
	g_assert_cmpint(write_one(NO_MAIL, "t"), ==, 0);
	g_assert_cmpuint(run.missing, ==, 1);
	none = states();
	g_assert_cmpstr(none, ==, "");
	/* An undo has had its turn, also when others have done it. */
	g_assert_cmpint(write_one("m0@x.example", "t"), ==, 0);
	g_assert_cmpint(write_as(NULL, 0, "undo 1", NULL, 0), ==, 0);
	g_free(none);
	none = states();
	g_assert_cmpstr(none, ==, "undone, done");
}

/* --- plans that were left */

/* Two plans that nobody came to carry out, the first with words that no writer of ours asks for. */
static void leave_plans(void)
{
	g_autofree char *uuid = index_uuid();
	struct journal_log *log = journal_log_open(uuid, NULL);
	const struct change first[] = {
		{"m0@x.example", LIST("t", "t"), NULL, LIST("nokey", "=novalue", "nixie.a=1"),
			NULL},
		{"m1@x.example", LIST("t"), NULL, NULL, NULL},
		{"m2@x.example", LIST("t"), NULL, NULL, NULL},
	};
	const struct change second = {"m3@x.example", LIST("t"), NULL, NULL, NULL};
	g_autoptr(GPtrArray) one = g_ptr_array_new(), two = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(first); i++)
		g_ptr_array_add(one, (void *)&first[i]);
	g_ptr_array_add(two, (void *)&second);
	g_assert_true(journal_log_plan(log, 1, 2, "tag", "first", one, NULL));
	g_assert_true(journal_log_plan(log, 2, 3, "tag", "second", two, NULL));
	journal_log_close(log);
}

static void test_unfinished(void)
{
	static const struct {
		const char *call;
		unsigned at;
		int why;
		unsigned cancel_at;
		int code;
		unsigned applied, other; /* mails tagged t; the writer's own change */
		const char *states;
	} rows[] = {
		{NULL, 0, 0, 0, 0, 4, 1, "done, done, done"},
		/* Their owner lives. */
		{"flock", 1, EWOULDBLOCK, 0, 0, 0, 1, "unfinished, unfinished, done"},
		{"notmuch_database_find_message", 0, XAPIAN, 0, NIXIE_IO, 0, 0,
			"unfinished, unfinished"},
		{NULL, 0, 0, 1, NIXIE_INTERRUPTED, 0, 0, "unfinished, unfinished"},
		/* The session after the first of them: opened to look, for each of its two parts,
		 * and then. */
		{"notmuch_database_open_with_config", 3, XAPIAN, 0, NIXIE_IO, 3, 0,
			"done, unfinished"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct change change = {"m4@x.example", LIST("other"), NULL, NULL, NULL};
		g_autofree char *after = NULL, *later = NULL;

		g_test_message("%s %u: %d, cancelled at %u", rows[i].call, rows[i].at, rows[i].why,
			rows[i].cancel_at);
		fresh();
		leave_plans();
		fault_set(rows[i].call, rows[i].at, rows[i].why);
		g_assert_cmpint(
			write_as(&change, 1, "tag", NULL, rows[i].cancel_at), ==, rows[i].code);
		fault_end();
		g_assert_cmpuint(tagged("t"), ==, rows[i].applied);
		g_assert_cmpuint(tagged("other"), ==, rows[i].other);
		after = states();
		g_assert_cmpstr(after, ==, rows[i].states);
		g_assert_cmpint(write_one("m4@x.example", "another"), ==, 0);
		g_assert_cmpuint(tagged("t"), ==, 4);
		later = states();
		g_assert_true(g_str_has_prefix(later, "done, done"));
	}
}

/* --- what a killed writer left */

/* Was it applied? One mail that is as before or as after tells; what others changed does not. */
static void test_settle(void)
{
	static const struct {
		const char *deltas;
		unsigned messages;
		const char *states;
	} rows[] = {
		{"", 0, "not applied"},
		{"+t -- id:m0@x.example\n", 1, "not applied"},
		{"+inbox -- id:m0@x.example\n", 1, "done"},
		{"-inbox -- id:m0@x.example\n", 1, "not applied"},
		{"-t -- id:m0@x.example\n", 1, "done"},
		{"+inbox +t -- id:m0@x.example\n", 1, "done"}, /* mixed, and nobody tells */
		{"+inbox +t -- id:m0@x.example\n+t -- id:m1@x.example\n", 2, "not applied"},
		{"+t -- id:none@x.example\n-t -- id:m1@x.example\n", 2, "done"},
		{"+t -- id:none@x.example\n", 1, "done"},
		{"#= m0@x.example +nixie.a=1\n", 1, "not applied"},
		{"#= m0@x.example -nixie.a=1\n", 1, "done"},
		{"#= m0@x.example +nokey\n", 1, "not applied"},
		/* Its lines are not whole: it never came to more. */
		{"+inbox -- id:m0@x.example\n", 2, "not applied"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *uuid = NULL, *path = NULL, *text = NULL, *after = NULL;

		g_test_message("%s", rows[i].deltas);
		fresh();
		uuid = index_uuid();
		path = journal_path(uuid, NULL);
		text = g_strdup_printf(
			"#begin 1 1/1 tag 5 0 %u label\n%s", rows[i].messages, rows[i].deltas);
		g_assert_true(g_file_set_contents(path, text, -1, NULL));
		g_assert_cmpint(write_as(NULL, 0, "tag", NULL, 0), ==, 0);
		after = states();
		g_assert_cmpstr(after, ==, rows[i].states);
	}
}

/* Nothing is said of what cannot be looked at. */
static void test_settle_fails(void)
{
	static const struct {
		const char *call;
		int why;
	} rows[] = {{"notmuch_database_find_message", XAPIAN},
		{"notmuch_message_get_flag_st", XAPIAN}, {"notmuch_message_get_tags", 0},
		{"write", ENOSPC}};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *uuid = NULL, *path = NULL, *after = NULL;

		fresh();
		uuid = index_uuid();
		path = journal_path(uuid, NULL);
		g_assert_true(g_file_set_contents(path,
			"#begin 1 1/1 tag 5 0 1 label\n+inbox -- id:m0@x.example\n", -1, NULL));
		fault_set(rows[i].call, 0, rows[i].why);
		g_assert_cmpint(write_one("m1@x.example", "t"), ==, NIXIE_IO);
		fault_end();
		after = states();
		g_assert_cmpstr(after, ==, "unfinished");
		g_assert_cmpuint(tagged("t"), ==, 0);
	}
}

/* Without the plain forms of its long values no undo could be exact. */
static void test_values_fail(void)
{
	g_autofree char *uuid = NULL, *values = NULL;

	fresh();
	uuid = index_uuid();
	values = g_build_filename(root, "state", "nixie", "values", uuid, NULL);
	g_assert_cmpint(g_mkdir_with_parents(values, 0700), ==, 0);
	g_assert_cmpint(write_few(0), ==, NIXIE_IO);
	g_assert_cmpuint(tagged("t"), ==, 0);
}

/* --- files */

/* The tags are set then, whatever becomes of the names. */
static void test_renames(void)
{
	static const struct {
		const char *call;
		unsigned at;
		int why;
		const char *also;
		unsigned also_at;
		int code;
		bool renamed;
	} rows[] = {
		{NULL, 0, 0, NULL, 0, 0, true},
		{"notmuch_database_open_with_config", 2, XAPIAN, NULL, 0, NIXIE_IO, false},
		{"notmuch_message_tags_to_maildir_flags", 0, XAPIAN, NULL, 0, NIXIE_PARTIAL, false},
		{"notmuch_database_close", 1, XAPIAN, NULL, 0, NIXIE_PARTIAL, true},
		{"notmuch_message_tags_to_maildir_flags", 0, XAPIAN, "notmuch_database_close", 1,
			NIXIE_PARTIAL, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *file = below("mail/box/cur/m0:2,F");

		g_test_message("%s %u", rows[i].call, rows[i].at);
		fresh();
		fault_set(rows[i].call, rows[i].at, rows[i].why);
		fault_also(rows[i].also, rows[i].also_at, XAPIAN);
		g_assert_cmpint(write_one("m0@x.example", "flagged"), ==, rows[i].code);
		fault_end();
		g_assert_cmpuint(tagged("flagged"), ==, 1);
		g_assert_cmpint(g_file_test(file, G_FILE_TEST_EXISTS), ==, rows[i].renamed);
	}
}

/* Who does not want the flags in file names has none there. */
static void test_no_renames(void)
{
	g_autofree char *mail = below("mail"), *file = below("mail/box/cur/m0:2,");
	notmuch_database_t *database = NULL;

	fresh();
	g_assert_cmpint(notmuch_database_open_with_config(
				mail, NOTMUCH_DATABASE_MODE_READ_WRITE, "", NULL, &database, NULL),
		==, 0);
	g_assert_cmpint(
		notmuch_database_set_config(database, "maildir.synchronize_flags", "false"), ==, 0);
	notmuch_database_destroy(database);
	g_assert_cmpint(write_one("m0@x.example", "flagged"), ==, 0);
	g_assert_cmpuint(tagged("flagged"), ==, 1);
	g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
}

/* --- the lock */

static void test_lock(void)
{
	static const struct {
		const char *name;
		struct look looks[10];
		unsigned cancel_at;
		int code;
		gint64 waited; /* at least, and less than a second more */
	} rows[] = {
		{"free", {{LOCK_FREE, NULL}}, 0, 0, 0},
		{"free when looked at closely", {{LOCK_BUSY, "a"}, {LOCK_FREE, NULL}}, 0, 0, 0},
		{"free soon",
			{{LOCK_BUSY, "a"}, {LOCK_BUSY, "a"}, {LOCK_BUSY, "a"}, {LOCK_FREE, NULL}},
			0, 0, 50 * 1000},
		/* They hand it to each other: it has a queue. */
		{"others and others",
			{{LOCK_BUSY, "a"}, {LOCK_BUSY, "a"}, {LOCK_BUSY, "a"}, {LOCK_BUSY, "a"},
				{LOCK_BUSY, "a"}, {LOCK_BUSY, "a"}, {LOCK_BUSY, "a"},
				{LOCK_BUSY, "b"}, {LOCK_FREE, NULL}},
			0, 0, 250 * 1000},
		{"not wanted any more", {{LOCK_BUSY, "a"}, {LOCK_FREE, NULL}}, 1, NIXIE_INTERRUPTED,
			0},
		{"read only", {{LOCK_READ_ONLY, NULL}}, 0, NIXIE_IO, 0},
		{"gone", {{LOCK_MISSING, NULL}}, 0, NIXIE_NOINPUT, 0},
	};
	struct look always[100];

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct change change = {"m0@x.example", LIST("t"), NULL, NULL, NULL};

		g_test_message("%s", rows[i].name);
		fresh();
		now = 0;
		looks = rows[i].looks;
		g_assert_cmpint(
			write_as(&change, 1, "tag", NULL, rows[i].cancel_at), ==, rows[i].code);
		looks = NULL;
		g_assert_cmpint(now, >=, rows[i].waited);
		g_assert_cmpint(now, <, rows[i].waited + G_USEC_PER_SEC);
		g_assert_cmpuint(tagged("t"), ==, rows[i].code ? 0 : 1);
	}
	/* One and the same: it is named in the end. */
	for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
		always[i] = (struct look){LOCK_BUSY, "a"};
	now = 0;
	looks = always;
	g_assert_cmpint(write_one("m0@x.example", "u"), ==, NIXIE_BUSY);
	looks = NULL;
	g_assert_cmpint(now, >=, 2 * G_USEC_PER_SEC);
	g_assert_cmpint(now, <, 3 * G_USEC_PER_SEC);
}

int main(int argc, char **argv)
{
	g_autofree char *state = NULL;
	int result;

	root = g_dir_make_tmp("nixie-writer-XXXXXX", NULL);
	state = below("state");
	g_setenv("XDG_STATE_HOME", state, TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/writer/few", test_few);
	g_test_add_func("/writer/remove", test_remove);
	g_test_add_func("/writer/asked", test_asked);
	g_test_add_func("/writer/many", test_many);
	g_test_add_func("/writer/unfinished", test_unfinished);
	g_test_add_func("/writer/settle", test_settle);
	g_test_add_func("/writer/settle-fails", test_settle_fails);
	g_test_add_func("/writer/values-fail", test_values_fail);
	g_test_add_func("/writer/renames", test_renames);
	g_test_add_func("/writer/no-renames", test_no_renames);
	g_test_add_func("/writer/lock", test_lock);
	result = g_test_run();
	remove_tree(root);
	g_free(root);
	return result;
}
