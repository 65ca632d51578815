/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session against real children and a real index, made from a Maildir that is written here:
 * what is shown, folded and hidden, and what tags, marks, scan and undo leave behind.
 */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "triage/action.h"
#include "triage/export.h"
#include "triage/group.h"
#include "triage/rowstore.h"
#include "triage/scan.h"
#include "triage/suppress.h"

static char *top, *maildir;
static struct spawner *spawner;
static struct config *config;
static struct knowledge *knowledge;
static struct rule_set *rules;
static const char *rule_dirs[2];

/* --- the mails */

static void write_mail(const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(maildir, "cur", name, NULL);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

struct dsn {
	const char *name, *id, *date, *action, *status, *reply, *to[3], *original;
};

static void write_dsn(const struct dsn *dsn)
{
	g_autoptr(GString) blocks = g_string_new(NULL);
	g_autofree char *all = g_strjoinv(", ", (char **)dsn->to);
	for (size_t i = 0; i < 3 && dsn->to[i]; i++)
		g_string_append_printf(blocks,
			"\nFinal-Recipient: rfc822; %s\nAction: %s\nStatus: %s\nRemote-MTA: dns; "
			"mx.cat.example\nDiagnostic-Code: smtp; %s\n",
			dsn->to[i], dsn->action, dsn->status, dsn->reply);
	g_autofree char *text = g_strdup_printf(
		"From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\n"
		"To: agent@example.org\nSubject: Undelivered Mail Returned to Sender\n"
		"Message-ID: <%s>\nDate: %s\nAuto-Submitted: auto-replied\n"
		"MIME-Version: 1.0\nContent-Type: multipart/report; "
		"report-type=delivery-status; boundary=\"b\"\n\n"
		"--b\nContent-Type: text/plain\n\nIt could not be delivered.\n\n"
		"--b\nContent-Type: message/delivery-status\n\n"
		"Reporting-MTA: dns; mx.example.org\n%s\n"
		"--b\nContent-Type: text/rfc822-headers\n\n"
		"From: Agent <agent@example.org>\nTo: %s\nSubject: Lost\n"
		"Message-ID: <%s>\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n\n--b--\n",
		dsn->id, dsn->date, blocks->str, all, dsn->original);
	write_mail(dsn->name, text);
}

#define FULL "4.2.2", "452 4.2.2 Mailbox full"
#define GONE "5.1.1", "550 5.1.1 User unknown"

static const struct dsn dsns[] = {
	{"1:2,S", "gone@mx.example.org", "Mon, 2 Nov 2026 10:00:00 +0000", "failed", GONE,
		{"neko@cat.example"}, "sent@example.org"},
	{"2:2,", "wait1@mx.example.org", "Mon, 2 Nov 2026 11:00:00 +0000", "delayed", FULL,
		{"mike@cat.example"}, "m2@example.org"},
	{"3:2,", "wait2@mx.example.org", "Mon, 2 Nov 2026 12:00:00 +0000", "delayed", FULL,
		{"mike@cat.example"}, "m2@example.org"},
	{"4:2,", "over@mx.example.org", "Sat, 7 Nov 2026 12:00:00 +0000", "failed", "4.4.7",
		"452 4.2.2 Mailbox full", {"mike@cat.example"}, "m2@example.org"},
	{"5:2,", "two@mx.example.org", "Sun, 8 Nov 2026 12:00:00 +0000", "failed", GONE,
		{"tama@cat.example", "buchi@cat.example"}, "m3@example.org"},
	{"6a:2,", "twice@mx.example.org", "Mon, 9 Nov 2026 12:00:00 +0000", "failed", GONE,
		{"hachi@b.example"}, "m4@example.org"},
	{"6b:2,", "twice@mx.example.org", "Mon, 9 Nov 2026 12:00:00 +0000", "failed", GONE,
		{"hachi@b.example"}, "m4@example.org"},
};

#define SHOWN 5  /* gone, over, two for `two`, twice */
#define HIDDEN 4 /* two delays, one copy, the lunch */

static void write_mails(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(dsns); i++)
		write_dsn(&dsns[i]);
	write_mail("8:2,S",
		"From: Agent <agent@example.org>\nTo: neko@cat.example\nSubject: Lost\n"
		"Message-ID: <sent@example.org>\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n\nHello\n");
	write_mail("9:2,",
		"From: Mike <mike@b.example>\nTo: agent@example.org\nSubject: undelivered lunch\n"
		"Message-ID: <lunch@b.example>\nDate: Mon, 2 Nov 2026 09:00:00 +0000\n\nWhere is "
		"it?\n");
}

/* --- sessions */

static struct session *open_session(void)
{
	const struct session_setup setup = {.spawner = spawner,
		.config = config,
		.knowledge = knowledge,
		.rules = rules,
		.rule_dirs = rule_dirs,
		.maildir = maildir,
		.exclude = true,
		.jobs = 1};
	GError *error = NULL;
	struct session *session = session_new(&setup, &error);
	g_assert_no_error(error);
	return session;
}

static void load(struct session *session, const char *text)
{
	GError *error = NULL;
	g_assert_true(session_load(session, text, &error));
	session_wait(session, &error);
	g_assert_no_error(error);
}

static struct session *loaded_session(const char *text)
{
	struct session *session = open_session();
	load(session, text);
	return session;
}

static size_t shown(struct session *session)
{
	size_t n;
	session_rows(session, &n);
	return n;
}

static struct row *row_of(struct session *session, const char *address)
{
	size_t n;
	struct row *const *rows = session_rows(session, &n);
	for (size_t i = 0; i < n; i++)
		if (g_strcmp0(row_text(rows[i], ROW_ADDRESS), address) == 0)
			return rows[i];
	g_error("%s is not shown", address);
}

static GPtrArray *some(struct session *session, const char *address)
{
	GPtrArray *rows = g_ptr_array_new();
	g_ptr_array_add(rows, row_of(session, address));
	return rows;
}

static const struct action_result *apply(struct session *session, struct action *action)
{
	GError *error = NULL;
	g_assert_nonnull(action);
	g_assert_true(action_apply(session, action, &error));
	action_wait(session, &error);
	g_assert_no_error(error);
	return session_last_action(session);
}

static bool has_tag(const struct row *row, const char *tag)
{
	return g_strv_contains((const char *const *)row_tags(row), tag);
}

/* --- loading */

static void test_load(void)
{
	struct session *session = loaded_session(NULL);
	struct session_counts counts = session_counts(session);
	g_assert_cmpuint(counts.shown, ==, SHOWN);
	g_assert_cmpuint(counts.hidden, ==, HIDDEN);
	g_assert_cmpuint(counts.read, ==, counts.found);
	g_assert_false(counts.loading);

	/* The delays are folded under the final report. */
	const struct row *over = row_of(session, "mike@cat.example");
	g_assert_cmpuint(over->folded, ==, 2);
	g_assert_cmpstr(over->category->id, ==, "mailbox-full");
	g_assert_cmpuint(over->bounces_of_address, ==, 1);
	g_autoptr(GPtrArray) folded = session_folded(session, over);
	g_assert_cmpuint(folded->len, ==, 2);

	/* Only one of them is about mail that the index knows as sent. */
	g_assert_true(session_sent_indexed(session));
	const struct row *gone = row_of(session, "neko@cat.example");
	g_assert_cmpint(gone->trust, ==, TRUST_PROVEN);
	g_assert_cmpint(gone->origin, ==, ORIGIN_OWN);
	g_assert_cmpint(gone->state, ==, STATE_PROPOSED);
	g_assert_cmpint(over->trust, ==, TRUST_CONSISTENT);
	session_free(session);
}

static void test_shown(void)
{
	static const struct {
		const char *text, *limit;
		size_t shown;
	} rows[] = {
		{NULL, "category:mailbox-full", 1},
		{"type:hard", NULL, 4},
		{"type:hard tag:inbox", "domain:b.example", 1},
		{"id:two@mx.example.org", "address:tama*", 1},
		{"tag:nothing", NULL, 0},
		{NULL, "kind:not-a-bounce", 1},
	};
	struct session *session = open_session();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_true(session_limit(session, rows[i].limit, NULL));
		load(session, rows[i].text);
		if (shown(session) != rows[i].shown)
			g_error("%s, limit %s: %zu rows", rows[i].text, rows[i].limit,
				shown(session));
	}
	session_free(session);
}

static void test_sort(void)
{
	static const struct {
		enum sort_key key;
		bool reverse;
		const char *first, *last;
	} rows[] = {
		{SORT_DATE, false, "hachi@b.example", "neko@cat.example"},
		{SORT_DATE, true, "neko@cat.example", "hachi@b.example"},
		{SORT_ADDRESS, false, "buchi@cat.example", "tama@cat.example"},
		{SORT_DOMAIN, false, "hachi@b.example", "neko@cat.example"},
		{SORT_CATEGORY, true, "mike@cat.example", "hachi@b.example"},
	};
	struct session *session = loaded_session(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		size_t n;
		session_sort(session, rows[i].key, rows[i].reverse);
		struct row *const *sorted = session_rows(session, &n);
		g_assert_cmpstr(row_text(sorted[0], ROW_ADDRESS), ==, rows[i].first);
		g_assert_cmpstr(row_text(sorted[n - 1], ROW_ADDRESS), ==, rows[i].last);
	}
	session_free(session);
}

static void test_refused(void)
{
	static const struct {
		const char *text, *named;
	} rows[] = {
		{"category:nothing", "category:nothing"},
		{"type:hard or tag:x", "type:hard"},
		{"nosuch:abc", "nosuch"},
		{"(", "("},
		{"date:foo..bar", "foo"},
	};
	struct session *session = open_session();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(session_load(session, rows[i].text, &error) &&
			       session_wait(session, &error));
		g_assert_error(error, NIXIE_ERROR, NIXIE_USAGE);
		g_assert_nonnull(strstr(error->message, rows[i].named));
	}
	g_autoptr(GError) error = NULL;
	g_assert_false(session_limit(session, "tag:inbox", &error));
	g_assert_nonnull(strstr(error->message, "tag:inbox"));
	load(session, NULL);
	g_assert_cmpuint(shown(session), ==, SHOWN);
	session_free(session);
}

static void test_details(void)
{
	struct session *session = loaded_session(NULL);
	const struct row *row = row_of(session, "buchi@cat.example");
	const struct details *details = session_details_wait(session, row, NULL);
	g_assert_nonnull(details);
	g_assert_cmpstr(details->recipient->address, ==, "buchi@cat.example");
	g_assert_true(session_details(session, row) == details);
	session_free(session);
}

/* Another mail program sets flags: the file has another name than the index says. */
static void test_renamed(void)
{
	g_autofree char *old = g_build_filename(maildir, "cur", "1:2,S", NULL);
	g_autofree char *new = g_build_filename(maildir, "cur", "1:2,FS", NULL);
	struct session *session = loaded_session(NULL);
	g_assert_cmpint(g_rename(old, new), ==, 0);
	const struct details *details =
		session_details_wait(session, row_of(session, "neko@cat.example"), NULL);
	g_assert_nonnull(details);
	g_assert_cmpint(g_rename(new, old), ==, 0);
	session_free(session);
}

/* Whatever is under way, leaving is safe. */
static void test_leave(void)
{
	for (int turns = 0; turns < 40; turns += 4) {
		struct session *session = open_session();
		g_assert_true(session_load(session, NULL, NULL));
		for (int i = 0; i < turns; i++)
			g_main_context_iteration(NULL, FALSE);
		if (turns % 8 == 0)
			session_stop(session);
		else
			g_assert_true(session_load(session, "type:hard", NULL));
		session_free(session);
	}
}

static void test_marks(void)
{
	struct session *session = loaded_session(NULL);
	session_mark(session, row_of(session, "buchi@cat.example"), true);
	session_mark(session, row_of(session, "mike@cat.example"), true);
	load(session, "type:hard");
	g_assert_cmpuint(session_counts(session).marked, ==, 1);
	g_autoptr(GPtrArray) selection =
		session_selection(session, row_of(session, "tama@cat.example"));
	g_assert_cmpuint(selection->len, ==, 1);
	g_assert_true(selection->pdata[0] == row_of(session, "buchi@cat.example"));
	session_mark_all(session, false);
	g_autoptr(GPtrArray) current =
		session_selection(session, row_of(session, "tama@cat.example"));
	g_assert_true(current->pdata[0] == row_of(session, "tama@cat.example"));
	session_free(session);
}

/* --- changes */

static void test_tag(void)
{
	struct session *session = loaded_session(NULL);
	const struct row *row = row_of(session, "neko@cat.example");
	g_autoptr(GPtrArray) rows = some(session, "neko@cat.example");
	struct action *action = action_tag(session, rows, "+seen -inbox +new tag", NULL);
	g_assert_null(action);
	action = action_tag(session, rows, "+seen -inbox", NULL);
	g_assert_cmpstr(action_effect(action)->command, ==,
		"nixie tag +seen -inbox -- 'id:gone@mx.example.org'");
	const struct action_result *result = apply(session, action);
	g_assert_cmpuint(result->changed, ==, 1);
	g_assert_true(has_tag(row, "seen") && !has_tag(row, "inbox"));
	g_assert_cmpint(row->state, ==, STATE_DONE);
	apply(session, action_undo(session, 0, false, NULL));
	g_assert_true(!has_tag(row, "seen") && has_tag(row, "inbox"));
	g_assert_cmpint(row->state, ==, STATE_PROPOSED);
	apply(session, action_redo(session, NULL));
	g_assert_true(has_tag(row, "seen"));
	apply(session, action_undo(session, 0, false, NULL));
	session_free(session);

	session = loaded_session(NULL);
	g_assert_true(has_tag(row_of(session, "neko@cat.example"), "inbox"));
	session_free(session);
}

static char *command_of(struct action *action)
{
	g_assert_nonnull(action);
	char *command = g_strdup(action_effect(action)->command);
	action_free(action);
	return command;
}

/* The command that is shown does the same: not less, and not more. */
static void test_command(void)
{
	struct session *session = loaded_session(NULL);
	const struct row *tama = row_of(session, "tama@cat.example");
	g_autoptr(GPtrArray) rows = some(session, "tama@cat.example");
	g_autofree char *ids = g_strdup_printf("'id:%s'", row_id(tama));

	g_autofree char *tag = command_of(action_tag(session, rows, "+x", NULL));
	g_autofree char *want = g_strdup_printf("nixie tag +x -- %s", ids);
	g_assert_cmpstr(tag, ==, want);

	g_autofree char *one = command_of(action_retry(session, rows, true, NULL));
	g_autofree char *alone =
		g_strdup_printf("nixie retry --address='tama@cat.example' -- %s", ids);
	g_assert_cmpstr(one, ==, alone);

	g_ptr_array_add(rows, row_of(session, "neko@cat.example"));
	g_autofree char *two = command_of(action_retry(session, rows, true, NULL));
	g_assert_nonnull(strstr(two, " --address='tama@cat.example,neko@cat.example' -- "));

	g_ptr_array_add(rows, row_of(session, "buchi@cat.example"));
	g_autofree char *three = command_of(action_retry(session, rows, true, NULL));
	g_assert_null(strstr(three, "--address"));

	size_t n;
	struct row *const *shown_rows = session_rows(session, &n);
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(all, shown_rows[i]);
	g_autofree char *every = command_of(action_tag(session, all, "+x", NULL));
	g_assert_cmpstr(every, ==, "nixie tag +x -- 'kind:failure,delay'");
	session_free(session);
}

/* A mark is one recipient's; the tag goes when the last one goes. What had to be mended first is
 * due at once. */
static void test_retry(void)
{
	struct session *session = loaded_session(NULL);
	const struct row *tama = row_of(session, "tama@cat.example"),
			 *buchi = row_of(session, "buchi@cat.example");
	g_autoptr(GPtrArray) one = some(session, "tama@cat.example");
	g_autoptr(GPtrArray) two = some(session, "buchi@cat.example");
	apply(session, action_retry(session, one, true, NULL));
	g_assert_cmpint(tama->state, ==, STATE_DUE);
	g_assert_cmpint(buchi->state, !=, STATE_DUE);
	g_assert_true(has_tag(tama, "retry"));
	apply(session, action_retry(session, two, true, NULL));
	apply(session, action_retry(session, one, false, NULL));
	g_assert_cmpint(tama->state, !=, STATE_DUE);
	g_assert_cmpint(buchi->state, ==, STATE_DUE);
	g_assert_true(has_tag(tama, "retry"));
	apply(session, action_retry(session, two, false, NULL));
	g_assert_false(has_tag(tama, "retry"));
	g_assert_cmpuint(g_strv_length((char **)entry_properties(tama->entry)), ==, 0);
	g_assert_cmpuint(apply(session, action_retry(session, two, false, NULL))->changed, ==, 0);
	session_free(session);
}

static void test_suppress(void)
{
	struct session *session = loaded_session(NULL);
	g_autoptr(GPtrArray) rows = some(session, "neko@cat.example");
	apply(session, action_suppress(session, rows, true, NULL));
	session_free(session);

	session = loaded_session("state:suppressed");
	g_assert_cmpuint(shown(session), ==, 1);
	g_assert_true(suppression_has(session_suppression(session), "Neko@CAT.example"));
	g_autoptr(GPtrArray) list = suppression_list(session_suppression(session));
	const struct suppressed *entry = list->pdata[0];
	g_assert_cmpstr(entry->category, ==, "no-such-user");
	g_assert_cmpstr(entry->ids, ==, "gone@mx.example.org");

	g_autoptr(GPtrArray) again = some(session, "neko@cat.example");
	apply(session, action_suppress(session, again, false, NULL));
	g_assert_false(suppression_has(session_suppression(session), "neko@cat.example"));
	apply(session, action_undo(session, 0, false, NULL));
	g_assert_true(suppression_has(session_suppression(session), "neko@cat.example"));
	g_autoptr(GPtrArray) back = suppression_list(session_suppression(session));
	g_assert_cmpstr(((const struct suppressed *)back->pdata[0])->category, ==, "no-such-user");
	apply(session, action_redo(session, NULL));
	g_assert_false(suppression_has(session_suppression(session), "neko@cat.example"));
	apply(session, action_undo(session, 0, false, NULL));
	g_assert_true(suppression_has(session_suppression(session), "neko@cat.example"));
	session_free(session);

	/* Undo needs no rows to know whom it is about. */
	session = open_session();
	g_assert_true(session_meet(session, NULL));
	apply(session, action_undo(session, 0, true, NULL));
	g_assert_false(suppression_has(session_suppression(session), "neko@cat.example"));
	session_free(session);
}

/* A list that was cut or edited: what is whole in it counts. */
static void test_suppress_broken(void)
{
	static const char text[] = "+\n-\n+ \n- a@b.example\n+x\n"
				   "+ a@b.example\tno-such-user\t1\t2\t3\tid@x\t4\tme\t5\n"
				   "+ c@b.example\tno-such-user\t1\t2\n+";
	g_autofree char *path = file_home_path(FILE_DATA, "suppress/broken", NULL);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	struct suppression *list = suppression_load("broken", NULL);
	g_autoptr(GPtrArray) entries = suppression_list(list);
	g_assert_cmpuint(entries->len, ==, 1);
	g_assert_true(suppression_has(list, "a@b.example"));
	suppression_free(list);
	g_unlink(path);
}

/* What an older version wrote, what is written now, and what came off and why. */
static void test_suppress_kept(void)
{
	static const char text[] =
		"+ a@b.example\tno-such-user\t1\t2\t3\tid@x\t4\tme\t5\n"
		"- a@b.example\t6\tyou\t7\n"
		"+ a@b.example\tno-such-user\t1\t8\t4\tid@x\t9\tme\t10\tone%09two\n"
		"- A@B.example\t11\tyou\t12\tanswered\tshe%0Awrote\n"
		"+ c@b.example\tcomplaint\t1\t2\t1\tid@y\t3\tme\t13\t\n"
		"- c@b.example\t4\tme\t14\tundone\t\n"
		"- d@b.example\t4\tme\t15\tperhaps\t\n";
	g_autofree char *path = file_home_path(FILE_DATA, "suppress/kept", NULL);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	struct suppression *list = suppression_load("kept", NULL);
	const struct released *off = suppression_released(list, "a@b.EXAMPLE");
	g_assert_false(suppression_has(list, "a@b.example"));
	g_assert_cmpint(off->time, ==, 11);
	g_assert_cmpint(off->why, ==, RELEASE_ANSWERED);
	g_assert_cmpstr(off->note, ==, "she\nwrote");
	g_assert_cmpstr(off->entry->note, ==, "one\ttwo");
	g_assert_cmpuint(off->entry->count, ==, 4);
	/* What undo took off was never decided; what was never on the list was never off it. */
	g_assert_null(suppression_released(list, "c@b.example"));
	g_assert_null(suppression_released(list, "d@b.example"));
	g_autoptr(GPtrArray) gone = suppression_off(list);
	g_assert_cmpuint(gone->len, ==, 1);

	struct suppressed entry = *off->entry;
	entry.note = NULL;
	entry.count = 5;
	suppression_add(list, &entry, 20);
	suppression_remove(list, "a@b.example", RELEASE_QUIET, "100 % \xc3\xa4", 21);
	g_assert_true(suppression_flush(list, NULL));
	suppression_free(list);
	list = suppression_load("kept", NULL);
	off = suppression_released(list, "a@b.example");
	g_assert_cmpint(off->why, ==, RELEASE_QUIET);
	g_assert_cmpstr(off->note, ==, "100 % \xc3\xa4");
	g_assert_null(off->entry->note);
	g_assert_cmpuint(off->entry->count, ==, 5);
	suppression_revert(list, 21, 22);
	g_assert_true(suppression_has(list, "a@b.example"));
	suppression_repeat(list, 21, 23);
	g_assert_cmpint(suppression_released(list, "a@b.example")->why, ==, RELEASE_QUIET);
	suppression_free(list);
	g_unlink(path);
}

static struct scan_result scanned(struct session *session, const char *query)
{
	struct scan *scan = scan_start(session, query, NULL);
	struct scan_result result;
	g_assert_true(scan && scan_wait(scan, &result, NULL));
	return result;
}

static void test_scan(void)
{
	struct session *session = open_session();
	struct scan_result result = scanned(session, NULL);
	g_assert_cmpuint(result.bounces, ==, 6); /* messages, delays among them */
	g_assert_cmpuint(result.changed, ==, 6);
	g_assert_cmpuint(scanned(session, NULL).changed, ==, 0);
	g_assert_cmpuint(scanned(session, NULL).messages, ==, 0); /* nothing is new */
	g_assert_null(scan_start(session, "category:nonsense", NULL));
	g_autoptr(GError) error = NULL;
	struct scan *mistyped = scan_start(session, "from:(", NULL);
	struct scan_result none;
	g_assert_false(scan_wait(mistyped, &none, &error));
	g_assert_error(error, NIXIE_ERROR, NIXIE_USAGE);

	load(session, NULL);
	g_assert_cmpstr(session_notmuch_query(session), ==, "tag:bounce");
	g_assert_cmpuint(shown(session), ==, SHOWN);
	load(session, "property:nixie.category=mailbox-full");
	g_assert_nonnull(row_of(session, "mike@cat.example"));

	apply(session, action_undo(session, 0, true, NULL));
	load(session, NULL);
	g_assert_cmpstr(session_notmuch_query(session), !=, "tag:bounce");
	g_assert_cmpuint(shown(session), ==, SHOWN);
	session_free(session);
}

static void assert_command(struct session *session, const GPtrArray *rows,
	const struct export_options *options, bool unverified)
{
	g_autofree char *command = export_command(session, rows, options, "~/a b.csv");
	g_assert_nonnull(command);
	g_assert_true(g_str_has_prefix(command, "nixie export "));
	g_assert_nonnull(strstr(command, " --output ~/'a b.csv' -- "));
	g_assert_true((strstr(command, " --include-unverified") != NULL) == unverified);
}

static void test_export(void)
{
	struct session *session = loaded_session(NULL);
	g_autoptr(GPtrArray) rows = g_ptr_array_new();
	size_t n;
	struct row *const *all = session_rows(session, &n);
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(rows, all[i]);
	struct export_options options = {
		.format = FORMAT_CSV, .columns = "address,trust", .for_export = true};
	g_autofree char *proven = export_preview(session, rows, &options, 10);
	g_assert_cmpstr(proven, ==, "address,trust\r\nneko@cat.example,proven\r\n");

	/* What the box of the export shows: what is left out, and the command that does the same. */
	struct export_rulings rulings = export_rulings(session, rows, &options);
	g_assert_cmpuint(rulings.unverified.out, ==, n - 1);
	g_assert_cmpuint(rulings.unverified.marked, ==, 0);
	assert_command(session, rows, &options, false);
	session_mark(session, all[0], true);
	rulings = export_rulings(session, rows, &options);
	g_assert_cmpuint(rulings.unverified.out, ==, n - 2);
	g_assert_cmpuint(rulings.unverified.marked, ==, 1);
	g_assert_null(export_command(session, rows, &options, "x"));
	g_ptr_array_set_size(rows, 1);
	assert_command(session, rows, &options, true);
	session_mark(session, all[0], false);
	assert_command(session, rows, &options, false);

	options.include_unverified = true;
	assert_command(session, rows, &options, true);
	for (size_t i = 1; i < n; i++)
		g_ptr_array_add(rows, all[i]);
	g_autofree char *two = export_preview(session, rows, &options, 2);
	g_assert_cmpstr(two, ==, "address,trust\r\nhachi@b.example,consistent\r\n");
	session_free(session);
}

/* --- */

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *walk)
{
	(void)status;
	(void)flag;
	(void)walk;
	return remove(path);
}

static void set_home(const char *variable, const char *name)
{
	g_autofree char *path = g_build_filename(top, name, NULL);
	g_setenv(variable, path, TRUE);
}

int main(int argc, char **argv)
{
	g_autofree char *dir = g_build_filename(file_datadir(), "rules", NULL);
	rule_dirs[0] = dir;
	top = g_dir_make_tmp("nixie-session-XXXXXX", NULL);
	maildir = g_build_filename(top, "mail", NULL);
	set_home("XDG_DATA_HOME", "data");
	set_home("XDG_STATE_HOME", "state");
	set_home("XDG_CACHE_HOME", "cache");
	set_home("XDG_CONFIG_HOME", "config");
	g_setenv("TZ", "UTC", TRUE);
	static const char *const folders[] = {"cur", "new", "tmp"};
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *folder = g_build_filename(maildir, folders[i], NULL);
		g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	}
	write_mails();
	spawner = spawner_start(NULL);
	g_assert_nonnull(spawner);
	g_test_init(&argc, &argv, NULL);
	config = config_load(NULL, NULL);
	g_assert_true(config_set(config, "own-domains", "example.org", NULL));
	knowledge = knowledge_load(file_datadir(), NULL, NULL);
	rules = rule_set_load(knowledge, rule_dirs, NULL, NULL);
	g_assert_true(knowledge && rules);
	g_test_add_func("/session/load", test_load);
	g_test_add_func("/session/shown", test_shown);
	g_test_add_func("/session/sort", test_sort);
	g_test_add_func("/session/refused", test_refused);
	g_test_add_func("/session/details", test_details);
	g_test_add_func("/session/renamed", test_renamed);
	g_test_add_func("/session/leave", test_leave);
	g_test_add_func("/session/marks", test_marks);
	g_test_add_func("/session/tag", test_tag);
	g_test_add_func("/session/command", test_command);
	g_test_add_func("/session/retry", test_retry);
	g_test_add_func("/session/suppress", test_suppress);
	g_test_add_func("/session/suppress-broken", test_suppress_broken);
	g_test_add_func("/session/suppress-kept", test_suppress_kept);
	g_test_add_func("/session/scan", test_scan);
	g_test_add_func("/session/export", test_export);
	int status = g_test_run();
	rule_set_free(rules);
	knowledge_free(knowledge);
	config_free(config);
	spawner_stop(spawner);
	nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	g_free(maildir);
	g_free(top);
	return status;
}
