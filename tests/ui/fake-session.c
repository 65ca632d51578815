/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-session.h"

#include <string.h>

#include "base/errors.h"
#include "store/querycheck.h"
#include "triage/action.h"
#include "triage/address.h"
#include "triage/cause.h"
#include "triage/export.h"
#include "triage/nothing.h"
#include "triage/propose.h"
#include "triage/queryterms.h"
#include "triage/retry.h"
#include "triage/rowstore.h"
#include "triage/thread.h"
#include "triage/views.h"

/* One report each; a NULL id goes on with the recipients of the one above, an id that stands above
 * adds a file to it. */
struct sample {
	const char *id, *date, *address, *status, *status_field, *category, *diagnostic,
		*remote_mta, *reporting_mta, *tags, *subject;
	int kind, type;
	const char *error;
};

#define FAILED KIND_FAILURE
#define PARA \
	"Dies ist eine lange Zeile, die in einem schmalen Fenster umgebrochen werden muss: äöü " \
	"und ein Ende."

static const struct sample basic[] = {
	{"one@example.org", "2026-07-28T06:56:00Z", "kijitora@example.jp", "5.1.1", "5.1.1",
		"no-such-user", "550 5.1.1 <kijitora@example.jp>... User unknown",
		"mail.example.jp", "mx1.example.org", "bounce inbox", "Nyaan", FAILED, TYPE_HARD},
	{"two@example.org", "2026-07-28T06:41:00Z", "neko@cat.example.com", "5.2.2", "5.2.2",
		"mailbox-full", "552 5.2.2 Mailbox full", "mx.cat.example.com", "mx1.example.org",
		"bounce inbox retry", "Rechnung für Mai", FAILED, TYPE_SOFT},
	{"three@example.org", "2026-07-27T22:10:00Z", "shironeko@example.co.jp", "4.4.7", "4.4.7",
		"expired", "conversation timed out", NULL, "mx2.example.org", "bounce inbox",
		"Offer", FAILED, TYPE_SOFT},
	{"four@example.org", "2026-07-27T20:03:00Z", "mikeneko@provider.example", "5.7.26",
		"5.7.26", "sender-auth-failed",
		"550-5.7.26 Unauthenticated email is not accepted due to the sender's DMARC policy",
		"inbound.a-very-long-name.provider.example", "mx1.example.org", "bounce inbox",
		"News", FAILED, TYPE_SOFT},
	{NULL, NULL, "sabatora@provider.example", "5.7.26", "5.7.26", "sender-auth-failed",
		"550-5.7.26 Unauthenticated email is not accepted due to the sender's DMARC policy",
		"inbound.a-very-long-name.provider.example", "mx1.example.org", NULL, NULL, FAILED,
		TYPE_SOFT},
	{"five@example.org", "2026-07-27T19:58:00Z", "tora@example.net", "5.7.1", "5.7.1",
		"blocklisted",
		"554 5.7.1 Service unavailable; client host [192.0.2.7] blocked using "
		"dnsbl.example",
		"example.net", "EXCH01.corp.example", "bounce escalated inbox", "News", FAILED,
		TYPE_SOFT},
	{"six@example.org", "2026-07-27T18:20:00Z", "kuroneko@example.ne.jp", "5.1.1", "5.0.0",
		"no-such-user", "550 unknown user account", "smtp.example.ne.jp", "mx1.example.org",
		"bounce inbox", "Hallo", FAILED, TYPE_HARD},
	{"seven@example.org", "2026-07-27T17:44:00Z", "chatora@example.org", "4.0.0", "4.0.0",
		"expired", "connection refused", "mx.example.org", "mx2.example.org",
		"bounce inbox", "Hallo", KIND_DELAY, TYPE_SOFT},
	{"eight@example.org", "2026-07-27T15:02:00Z", "hachi@gmial.example", "5.4.4", "5.4.4",
		"no-such-domain", "Host not found", NULL, "mx2.example.org", "bounce inbox",
		"Hallo", FAILED, TYPE_HARD},
	{"nine@example.org", "2026-07-27T13:13:00Z", NULL, NULL, NULL, "unclassified", NULL, NULL,
		NULL, "bounce inbox", "Returned mail", FAILED, TYPE_UNDETERMINED},
	{"one@example.org", "2026-07-26T12:40:00Z", "kijitora@example.jp", "5.1.1", "5.1.1",
		"no-such-user", "550 5.1.1 <kijitora@example.jp>... User unknown",
		"mail.example.jp", "mx1.example.org", NULL, NULL, FAILED, TYPE_HARD},
	{"ten@example.org", "2025-03-01T08:00:00Z", "kijitora@example.jp", "5.1.1", "5.1.1",
		"no-such-user", "550 5.1.1 User unknown", "mail.example.jp", "mx1.example.org",
		"bounce", "Altes", FAILED, TYPE_HARD},
	{"eleven@example.org", "2026-07-20T08:00:00Z", NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		"bounce inbox", NULL, FAILED, TYPE_UNDETERMINED,
		"the file is gone: No such file or directory"},
	{NULL},
};

/* Everything that may hold bytes of a mail holds bytes that steer terminals or deceive readers. */
#define EVIL \
	"\x1b]0;owned\a\x1b[2J\xc2\x9b" \
	"31m\r\b\xe2\x80\xae" \
	"gpj\xe2\x80\x8b\xff\x9b" \
	"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81"
/* The same as a header that was unfolded and decoded may hold it. */
#define STEERING "\x1b[2J\xc2\x9b\xe2\x80\xae"

static const struct sample hostile[] = {
	{"h1" EVIL "@example.org", "2026-07-28T06:56:00Z", EVIL "@example.org", "5.1.1" EVIL,
		"5.0.0", "no-such-user", "550 " EVIL " unknown", "mail" EVIL ".example",
		"mx" EVIL ".example", "inbox " EVIL, "Subject " EVIL, FAILED, TYPE_HARD},
	{"h2@example.org", "2026-07-28T05:56:00Z", "wide\xe7\x8c\xab\xe7\x8c\xab@example.jp",
		"5.1.1", "5.1.1", "no-such-user", "550\tTabs\tand \xe7\x8c\xab", "mail.example",
		"mx.example", "inbox", "\xe7\x8c\xab", FAILED, TYPE_HARD},
	{"h3@example.org", "2026-07-28T04:56:00Z", NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		"inbox", NULL, FAILED, TYPE_UNDETERMINED, "cannot be read: " EVIL},
	{NULL},
};

/* Letters that are wide, combine, run from right to left (one of them an alef with a digit
 * beside), and emoji with selectors and joiners. */
static const struct sample scripts[] = {
	{"s1@example.org", "2026-07-28T06:56:00Z", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d@example.com",
		"5.1.1", "5.1.1", "no-such-user",
		"550 5.1.1 <\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d@example.com> unknown", "mail.example",
		"mx.example", "inbox \xd7\x93\xd7\x97\xd7\x95\xd7\xa3",
		"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d 5", FAILED, TYPE_HARD},
	{"s2@example.org", "2026-07-28T05:56:00Z", "\xd8\xa3\xd9\x87\xd9\x84\xd8\xa7", "5.1.1",
		"5.1.1", "no-such-user", "550 unknown", "mail.example", "mx.example",
		"\xd8\xb9\xd8\xa7\xd8\xac\xd9\x84 inbox", "Hello", FAILED, TYPE_HARD},
	{"s3@example.org", "2026-07-28T04:56:00Z",
		"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7@example."
		"com",
		"5.1.1", "5.1.1", "no-such-user", "550 unknown", "mail.example", "mx.example",
		"inbox \xe2\x9d\xa4\xef\xb8\x8f", "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", FAILED,
		TYPE_HARD},
	{"s4@example.org", "2026-07-28T03:56:00Z",
		"\xe7\x8c\xab\xe7\x8c\xab\xe7\x8c\xab@example.jp", "5.1.1", "5.1.1", "no-such-user",
		"550 unknown", "mail.example", "mx.example", "inbox \xe8\x87\xb3\xe6\x80\xa5",
		"\xe7\x8c\xab", FAILED, TYPE_HARD},
	{"s5@example.org", "2026-07-28T02:56:00Z", "Ame\xcc\x81lie.N\xcc\x83@example.fr", "5.1.1",
		"5.1.1", "no-such-user", "550 unknown", "mail.example", "mx.example",
		"inbox a\xcc\x88", "e\xcc\x81", FAILED, TYPE_HARD},
	{NULL},
};

struct reading_of {
	const struct row *row;
	char *part;
	struct reading *reading;
};

struct step {
	GPtrArray *messages; /* struct message* */
	GPtrArray *tags;     /* char**: what they had */
	GArray *states;      /* of the rows of `rows` */
	GPtrArray *rows;
};

struct session {
	struct spawner *spawner;
	struct knowledge *knowledge;
	struct rule_set *rules;
	struct config *config;
	char *directory;
	struct rowstore *store;    /* of what rows keep; the rows are made here */
	GPtrArray *all, *shown;    /* struct row* */
	GPtrArray *diagnostics;    /* const char*, by row */
	GHashTable *details;       /* row -> struct details* */
	GPtrArray *readings;       /* struct reading_of* */
	GPtrArray *steps, *undone; /* struct step* */
	session_listener *listener;
	void *user;
	char *query, *limit;
	struct filter *filter;
	struct store_info info;
	struct action_result result;
	GError *error, *action_error;
	char *fail;
	GPtrArray *rest; /* what an undo is to leave */
	enum sort_key sort;
	bool reverse, held;
	struct session_news news;
	struct report *explained;
	char *rule_dirs[4]; /* the shipped one, none, that of the test's home */
};

/* --- making rows */

static void set_tags(struct entry *entry, char *const *tags)
{
	static char *const none[] = {NULL};

	entry_set_words(entry, tags, none);
}

static struct entry *entry_new(
	struct session *s, const char *id, const char *subject, const char *tags)
{
	g_auto(GStrv) list = g_strsplit(tags ? tags : "", " ", -1);
	struct message *message = g_new0(struct message, 1);
	struct entry *entry;

	message->id = g_strdup(id);
	message->subject = g_strdup(subject);
	message->files = g_new0(char *, 1);
	entry = rowstore_add(s->store, message, false);
	set_tags(entry, list);
	return entry;
}

static struct entry *entry_of(struct session *s, const struct sample *sample)
{
	struct entry *entry = rowstore_find(s->store, sample->id);

	return entry ? entry : entry_new(s, sample->id, sample->subject, sample->tags);
}

static unsigned add_file(struct session *s, struct entry *entry)
{
	unsigned n = entry->files_n;
	char *paths[] = {
		g_strdup_printf("%s/report-%u-%u.eml", s->directory, s->store->entries->len, n),
		NULL};

	entry_add_files(entry, paths, false);
	g_free(paths[0]);
	return n;
}

static int64_t time_of(const char *iso)
{
	g_autoptr(GDateTime) t = g_date_time_new_from_iso8601(iso, NULL);

	return g_date_time_to_unix(t);
}

static void set_actors(struct session *s, struct row *row, const char *category)
{
	row->category = category ? category_by_id(s->knowledge, category) : NULL;
	if (!row->category)
		return;
	row->who = row->kind == KIND_DELAY ? advice_for(s->knowledge, SITUATION_DELAY)->who
					   : row->category->advice.who;
}

/* What groups tell of a row. */
static void set_wording(struct row *row, const struct sample *sample)
{
	const char *dot = sample->remote_mta ? strchr(sample->remote_mta, '.') : NULL;
	g_autoptr(GString) cause = g_string_new(NULL);

	row_set_text(row, ROW_REMOTE_DOMAIN, dot ? dot + 1 : NULL);
	row_set_text(row, ROW_ORIGINAL, row_id(row));
	row_set_text(row, ROW_SUBJECT, row_report_subject(row));
	row_set_text(row, ROW_SENDER, "us@example.org");
	if (sample->diagnostic)
		cause_append(cause, sample->diagnostic);
	row_set_text(row, ROW_CAUSE, cause->len ? cause->str : NULL);
}

static struct row *add_row(struct session *s, const struct sample *sample, const struct row *before)
{
	struct row_node *node = g_new0(struct row_node, 1); /* as the model: a row is its node */
	struct row *row = &node->row;
	const char *at = sample->address ? strrchr(sample->address, '@') : NULL;

	row->entry = sample->id ? entry_of(s, sample) : before->entry;
	row->file = sample->id ? add_file(s, row->entry) : before->file;
	row->recipient = sample->address ? (sample->id ? 0 : before->recipient + 1) : UINT_MAX;
	row_set_text(row, ROW_ADDRESS, sample->address);
	row_set_text(row, ROW_MAILBOX, sample->address);
	row_set_text(row, ROW_DOMAIN, at ? at + 1 : NULL);
	row_set_text(row, ROW_STATUS, sample->status);
	row_set_text(row, ROW_REPORTING_MTA, sample->reporting_mta);
	row_set_text(row, ROW_REMOTE_MTA, sample->remote_mta);
	set_wording(row, sample);
	row->date = sample->date ? (uint32_t)time_of(sample->date) : before->date;
	row->kind = (unsigned char)sample->kind;
	row->type = (unsigned char)sample->type;
	row->trust = TRUST_CONSISTENT;
	row->status_overruled = g_strcmp0(sample->status, sample->status_field) != 0;
	row_set_text(row, ROW_ERROR, sample->error);
	set_actors(s, row, sample->category);
	g_ptr_array_add(s->all, row);
	g_ptr_array_add(s->diagnostics, (gpointer)sample->diagnostic);
	return row;
}

static void count_addresses(struct session *s)
{
	for (guint i = 0; i < s->all->len; i++) {
		struct row *row = s->all->pdata[i];

		for (guint k = 0; row_text(row, ROW_ADDRESS) && k < s->all->len; k++)
			row->bounces_of_address +=
				!g_strcmp0(row_text((struct row *)s->all->pdata[k], ROW_ADDRESS),
					row_text(row, ROW_ADDRESS));
	}
}

static void add_many(struct session *s)
{
	for (int i = 0; i < 100000; i++) {
		struct sample sample = basic[i % 8];
		g_autofree char *id = g_strdup_printf("many%d@example.org", i);
		struct row before = {.recipient = UINT_MAX};

		if (!sample.id)
			continue;
		before.entry = entry_new(s, id, NULL, "inbox");
		sample.id = NULL;
		add_row(s, &sample, &before)->date -= (uint32_t)i;
	}
}

/* --- the reports */

static char *part_text(const struct session *s, guint index, const char *part)
{
	const struct row *row = s->all->pdata[index];
	const char *diagnostic = s->diagnostics->pdata[index];

	if (!strcmp(part, "1"))
		return g_strdup_printf(
			"I'm sorry to have to inform you that your message could not\n"
			"be delivered to one or more recipients.\n\n<%s>: %s\n\n" PARA "\n",
			row_text(row, ROW_ADDRESS) ? row_text(row, ROW_ADDRESS) : "?",
			diagnostic ? diagnostic : "");
	if (!strcmp(part, "3"))
		return g_strdup_printf(
			"Subject: %s\nMessage-ID: <sent.%u@example.org>\nFrom: us@example.org\n",
			row_report_subject(row) ? row_report_subject(row) : "", index);
	return g_strdup_printf(
		"Reporting-MTA: dns; %s\nArrival-Date: Tue, 28 Jul 2026 06:56:01 +0900\n\n"
		"Final-Recipient: rfc822; %s\nAction: %s\nStatus: %s\nRemote-MTA: dns; "
		"%s\nDiagnostic-Code: smtp; %s\n",
		row_text(row, ROW_REPORTING_MTA) ? row_text(row, ROW_REPORTING_MTA) : "localhost",
		row_text(row, ROW_ADDRESS) ? row_text(row, ROW_ADDRESS) : "?",
		row->kind == KIND_DELAY ? "delayed" : "failed",
		row->status_overruled       ? "5.0.0"
		: row_text(row, ROW_STATUS) ? row_text(row, ROW_STATUS)
					    : "?",
		row_text(row, ROW_REMOTE_MTA) ? row_text(row, ROW_REMOTE_MTA) : "none",
		diagnostic ? diagnostic : "none");
}

static guint index_of(const struct session *s, const struct row *row)
{
	guint i = 0;

	g_ptr_array_find(s->all, row, &i);
	return i;
}

static char *file_text(const struct session *s, guint index)
{
	GString *out = g_string_new("From: MAILER-DAEMON@mx1.example.org\nTo: "
				    "us@example.org\nSubject: Undelivered mail\n"
				    "Date: Tue, 28 Jul 2026 06:56:00 +0000\nContent-Type: "
				    "multipart/report; boundary=b\n\n");

	for (const char *part = "123"; *part; part++) {
		char id[2] = {*part, 0};
		g_autofree char *text = part_text(s, index, id);

		g_string_append_printf(out, "--b\nContent-Type: %s\n\n%s\n",
			*part == '1'   ? "text/plain"
			: *part == '2' ? "message/delivery-status"
				       : "text/rfc822-headers",
			text);
	}
	g_string_append(out, "--b--\n");
	return g_string_free(out, FALSE);
}

static void add_evidence(struct report *report, struct recipient *recipient, const char *field,
	const char *text, const char *part, const char *file)
{
	const char *in_part = text ? strstr(part, text) : NULL,
		   *in_file = text ? strstr(file, text) : NULL;
	/* The last one in the file is in the machine-readable part. */
	for (const char *next = in_file; next; next = strstr(next + 1, text))
		in_file = next;
	if (!in_part || !in_file)
		return;
	recipient->evidence[recipient->evidence_n++] = (struct evidence){
		.part = "2",
		.field = field,
		.raw_at = (uint64_t)(in_file - file),
		.raw_n = strlen(text),
		.decoded_at = (uint64_t)(in_part - part),
		.decoded_n = strlen(text),
		.text = arena_str(report->arena, text),
	};
}

static struct details *make_details(struct session *s, const struct row *row)
{
	guint index = index_of(s, row);
	struct details *details = g_new0(struct details, 1);
	struct report *report = details->report = report_new();
	struct recipient *recipient;
	g_autofree char *part = part_text(s, index, "2"), *file = file_text(s, index);

	details->file = row_files(row) ? row_path(row) : "";
	if (*details->file)
		g_file_set_contents(details->file, file, -1, NULL);
	report->kind = row->kind;
	report->format = "rfc3464";
	report->reporting_mta = row_text(row, ROW_REPORTING_MTA);
	report->date = "2026-07-28T06:56:00+00:00";
	report->timestamp = time_of(report->date);
	report->machine = true;
	report->original.present = true;
	report->original.subject = row_report_subject(row);
	report->original.id = "sent.1@example.org";
	if (row->recipient == UINT_MAX)
		return details;
	report->recipients_n = report->recipients_total = row->recipient + 1;
	report->recipients =
		arena_alloc(report->arena, report->recipients_n * sizeof *report->recipients);
	recipient = &report->recipients[row->recipient];
	details->recipient = recipient;
	recipient->address = row_text(row, ROW_ADDRESS);
	recipient->valid = true;
	recipient->kind = row->kind;
	recipient->status = row_text(row, ROW_STATUS);
	recipient->status_field = row->status_overruled ? "5.0.0" : row_text(row, ROW_STATUS);
	recipient->diagnostic = s->diagnostics->pdata[index];
	if (recipient->diagnostic && g_ascii_isdigit(*recipient->diagnostic))
		recipient->reply = arena_printf(report->arena, "%.3s", recipient->diagnostic);
	recipient->remote_mta = row_text(row, ROW_REMOTE_MTA);
	recipient->category = row->category ? row->category->id : NULL;
	recipient->type = row->type;
	recipient->rule = "user-unknown";
	recipient->evidence = arena_alloc(report->arena, 2 * sizeof *recipient->evidence);
	add_evidence(report, recipient, "status",
		row->status_overruled ? NULL : row_text(row, ROW_STATUS), part, file);
	add_evidence(report, recipient, "diagnostic", recipient->diagnostic, part, file);
	return details;
}

const struct details *session_details(struct session *s, const struct row *row)
{
	struct details *details = g_hash_table_lookup(s->details, row);

	if (s->held)
		return NULL;
	if (!details) {
		details = make_details(s, row);
		g_hash_table_insert(s->details, (gpointer)row, details);
	}
	return details;
}

static void add_part(struct reading *reading, const char *id, const char *type)
{
	struct reading_part *part = g_new0(struct reading_part, 1);

	part->id = g_strdup(id);
	part->type = g_strdup(type);
	g_ptr_array_add(reading->parts, part);
}

const struct reading *session_reading(struct session *s, const struct row *row, const char *part)
{
	struct reading_of *of;

	if (s->held)
		return NULL;
	for (guint i = 0; i < s->readings->len; i++) {
		of = s->readings->pdata[i];
		if (of->row == row && !strcmp(of->part, part ? part : "1"))
			return of->reading;
	}
	of = g_new0(struct reading_of, 1);
	of->row = row;
	of->part = g_strdup(part ? part : "1");
	of->reading = g_new0(struct reading, 1);
	of->reading->parts = g_ptr_array_new();
	add_part(of->reading, "1", "text/plain");
	add_part(of->reading, "2", "message/delivery-status");
	add_part(of->reading, "3", "text/rfc822-headers");
	of->reading->part = g_strdup(of->part);
	of->reading->returned = g_strdup(
		"Received: from relay.example.org (relay.example.org [192.0.2.25]) by "
		"mx2.example.org "
		"(" STEERING ") with ESMTPS id 4Q; Mon, 27 Jul 2026 13:40:02 +0000\n"
		"Received: by mx" STEERING ".example; Mon, 27 Jul 2026 13:41:30 +0000\n"
		"Received: from desk.example.org by relay.example.org; Mon, 27 Jul 2026 15:39:59 "
		"+0200\n");
	of->reading->header = g_strdup("Return-Path: <>\nReceived: from mx1.example.org\nFrom: "
				       "MAILER-DAEMON@mx1.example.org\n"
				       "To: us@example.org\nSubject: Undelivered mail\nDate: Tue, "
				       "28 Jul 2026 06:56:00 +0000\n");
	of->reading->text = part_text(s, index_of(s, row), of->part);
	of->reading->text_n = strlen(of->reading->text);
	g_ptr_array_add(s->readings, of);
	return of->reading;
}

/* --- the session */

static gint compare(gconstpointer pa, gconstpointer pb, gpointer user)
{
	const struct session *s = user;
	const struct row *a = *(struct row *const *)pa, *b = *(struct row *const *)pb;
	int way = s->reverse ? -1 : 1;

	switch (s->sort) {
	case SORT_ADDRESS:
		return way * g_strcmp0(row_text(a, ROW_ADDRESS), row_text(b, ROW_ADDRESS));
	case SORT_STATUS:
		return way * g_strcmp0(row_text(a, ROW_STATUS), row_text(b, ROW_STATUS));
	default:
		return way * (a->date > b->date ? -1 : a->date < b->date);
	}
}

static void tell(struct session *s, enum session_event event)
{
	if (s->listener)
		s->listener(s->user, event);
}

static void select_rows(struct session *s)
{
	g_ptr_array_set_size(s->shown, 0);
	for (guint i = 0; i < s->all->len; i++)
		if (!s->filter || filter_matches(s->filter, s->all->pdata[i]))
			g_ptr_array_add(s->shown, s->all->pdata[i]);
	g_ptr_array_sort_with_data(s->shown, compare, s);
	tell(s, SESSION_ROWS);
}

struct spawner *session_spawner(const struct session *session)
{
	return session->spawner;
}

const char *const *session_rule_dirs(const struct session *session)
{
	return (const char *const *)session->rule_dirs;
}

bool session_reload_rules(struct session *session, GPtrArray *broken, bool *changed, GError **error)
{
	(void)session;
	(void)broken;
	(void)error;
	*changed = false;
	return true;
}

struct session *fake_session_new(struct spawner *spawner, const char *rows, const char *datadir,
	const char *lang, const char *directory)
{
	struct session *s = g_new0(struct session, 1);
	const char *const none[] = {NULL};
	g_autoptr(GError) error = NULL;
	const struct sample *samples = !strcmp(rows, "basic")     ? basic
				       : !strcmp(rows, "news")    ? basic
				       : !strcmp(rows, "hostile") ? hostile
				       : !strcmp(rows, "scripts") ? scripts
								  : NULL;
	struct row *row = NULL;

	s->spawner = spawner;
	s->knowledge = knowledge_load(datadir, lang, &error);
	s->rules = s->knowledge ? rule_set_load(s->knowledge, none, NULL, &error) : NULL;
	s->rule_dirs[0] = g_build_filename(datadir, "rules", NULL);
	s->rule_dirs[1] = g_strdup("/nonexistent");
	s->rule_dirs[2] = g_build_filename(g_get_user_config_dir(), "nixie", "rules.d", NULL);
	s->config = s->rules ? config_load(NULL, &error) : NULL;
	if (!s->config)
		g_error("%s", error->message);
	s->directory = g_strdup(directory);
	s->store = rowstore_new(s->knowledge, NULL);
	s->all = g_ptr_array_new();
	s->shown = g_ptr_array_new();
	s->diagnostics = g_ptr_array_new();
	s->details = g_hash_table_new(NULL, NULL);
	s->readings = g_ptr_array_new();
	s->steps = g_ptr_array_new();
	s->undone = g_ptr_array_new();
	s->info = (struct store_info){
		.uuid = "00000000-fake", .path = "/srv/mail", .count = 12, .writable = true};
	for (; samples && (samples->id || samples->address); samples++)
		row = add_row(s, samples, row);
	if (!strcmp(rows, "basic"))
		((struct row *)s->all->pdata[2])->folded = 1;
	if (!strcmp(rows, "news")) {
		((struct row *)s->all->pdata[1])->fresh = true;
		((struct row *)s->all->pdata[2])->gone = true;
		s->news = (struct session_news){.came = 1, .went = 1};
	}
	if (!strcmp(rows, "many"))
		add_many(s);
	else
		count_addresses(s);
	select_rows(s);
	return s;
}

void fake_session_hold(struct session *s, bool on)
{
	s->held = on;
	tell(s, SESSION_DETAILS);
	if (!on)
		tell(s, SESSION_LOADED);
}

void fake_session_leave(struct session *s, const char *line)
{
	if (!s->rest)
		s->rest = g_ptr_array_new();
	g_ptr_array_add(s->rest, g_strdup(line));
}

void fake_session_fail(struct session *s, const char *message)
{
	s->fail = g_strdup(message);
}

void session_listen(struct session *s, session_listener *listener, void *user)
{
	s->listener = listener;
	s->user = user;
}

static gboolean loaded(gpointer user)
{
	tell(user, SESSION_ROWS);
	tell(user, SESSION_LOADED);
	return G_SOURCE_REMOVE;
}

static gboolean refused(gpointer user)
{
	tell(user, SESSION_ERROR);
	return G_SOURCE_REMOVE;
}

bool session_load(struct session *s, const char *text, GError **error)
{
	struct filter *filter = filter_new();
	g_autofree char *query = NULL;
	bool ok = filter_parse(filter, text ? text : "", &query, error);

	filter_free(filter);
	if (!ok)
		return false;
	g_free(s->query);
	s->query = g_strdup(text);
	g_clear_error(&s->error);
	if (text && strstr(text, "nosuch:")) {
		s->error = g_error_new(NIXIE_ERROR, NIXIE_USAGE,
			"bad query at 'nosuch:abc': nosuch: is no search prefix");
		g_idle_add(refused, s);
	} else
		g_idle_add(loaded, s);
	return true;
}

void session_stop(struct session *s)
{
	s->held = false;
	tell(s, SESSION_LOADED);
}

struct row *const *session_rows(const struct session *s, size_t *count)
{
	*count = s->shown->len;
	return (struct row *const *)s->shown->pdata;
}

const char *const sort_names[SORT_COUNT] = {
	"date", "address", "domain", "status", "category", "type", "mta"};

void session_sort(struct session *s, enum sort_key key, bool reverse)
{
	s->sort = key;
	s->reverse = reverse;
	select_rows(s);
}

/* The one word it knows is a code. */
const struct report *session_explain(struct session *s, const char *words)
{
	struct report *report = report_new();

	report_free(s->explained);
	s->explained = report;
	if (s->held)
		return NULL;
	if (!strstr(words, "5.1.1"))
		return report;
	report->recipients_n = 1;
	report->recipients = arena_alloc(report->arena, sizeof *report->recipients);
	*report->recipients = (struct recipient){.status = "5.1.1",
		.category = "no-such-user",
		.rule = "user-unknown",
		.kind = KIND_FAILURE,
		.type = TYPE_HARD,
		.who = category_by_id(s->knowledge, "no-such-user")->advice.who};
	return report;
}

void session_watch(struct session *s, unsigned seconds)
{
	(void)s;
	(void)seconds;
}

struct session_news session_news(const struct session *s)
{
	return s->news;
}

void session_see(struct session *s, struct row *row)
{
	(void)s;
	row->fresh = false;
}

struct row *session_leader(const struct row *row)
{
	(void)row;
	return NULL;
}

bool session_limit(struct session *s, const char *text, GError **error)
{
	struct filter *filter = text ? filter_new() : NULL;
	g_autofree char *query = NULL;

	if (filter && !filter_parse(filter, text, &query, error)) {
		filter_free(filter);
		return false;
	}
	if (s->filter)
		filter_free(s->filter);
	g_free(s->limit);
	s->limit = g_strdup(text);
	s->filter = filter;
	select_rows(s);
	return true;
}

struct session_counts session_counts(const struct session *s)
{
	struct session_counts counts = {.found = s->all->len,
		.read = s->held ? 3 : s->all->len,
		.shown = s->shown->len,
		.loading = s->held,
		.loading_ms = s->held ? 1830 : 0};

	for (guint i = 0; i < s->all->len; i++) {
		const struct row *row = s->all->pdata[i];

		counts.marked += row->marked;
		counts.fresh += row->fresh;
		counts.gone += row->gone;
		counts.unreadable += row_text(row, ROW_ERROR) != NULL;
	}
	return counts;
}

const struct store_info *session_store(const struct session *s)
{
	return &s->info;
}

struct store_ref session_store_ref(const struct session *s)
{
	(void)s;
	return (struct store_ref){.config = "/home/ann/notmuch config"};
}

const char *session_query(const struct session *s)
{
	return s->query;
}

const char *session_limit_text(const struct session *s)
{
	return s->limit;
}

const GError *session_error(const struct session *s)
{
	return s->error;
}

const char *session_rebuilt(const struct session *s)
{
	(void)s;
	return NULL;
}

const struct config *session_config(const struct session *s)
{
	return s->config;
}

const struct knowledge *session_knowledge(const struct session *s)
{
	return s->knowledge;
}

struct rule_set *session_rules(const struct session *s)
{
	return s->rules;
}

void session_mark(struct session *s, struct row *row, bool on)
{
	row->marked = on;
	tell(s, SESSION_PROGRESS);
}

void session_mark_all(struct session *s, bool on)
{
	for (guint i = 0; i < s->all->len; i++)
		((struct row *)s->all->pdata[i])->marked = on;
}

GPtrArray *session_selection(struct session *s, struct row *current)
{
	GPtrArray *rows = g_ptr_array_new();

	for (guint i = 0; i < s->shown->len; i++)
		if (((struct row *)s->shown->pdata[i])->marked)
			g_ptr_array_add(rows, s->shown->pdata[i]);
	if (!rows->len && current)
		g_ptr_array_add(rows, current);
	return rows;
}

char *const *session_tags(struct session *s)
{
	static char *tags[] = {
		"bounce", "customer-acme", "customer-zen", "escalated", "inbox", "retry", NULL};

	(void)s;
	return tags;
}

char *const *session_named_queries(struct session *s)
{
	static char *queries[] = {"hard=type:hard", "week=date:7d..", NULL};

	(void)s;
	return queries;
}

bool session_check_query(struct session *s, const char *text, GError **error)
{
	const struct query_names names = {NULL};
	struct filter *filter = filter_new();
	g_autofree char *query = NULL;
	bool good = filter_parse(filter, text, &query, error);

	(void)s;
	filter_free(filter);
	/* That one is for the index to refuse. */
	return good && (strstr(query, "nosuch:") || query_check(query, &names, error));
}

const GPtrArray *session_views(struct session *s)
{
	static struct saved_view views[] = {{"hard ones", "type:hard", false, 5, true, true},
		{"last week", "date:7d.. type:soft", false, 7, false, true},
		{"hard", "query:hard", true, 1, false, false},
		{"week", "query:week", true, -1, false, false}};
	static GPtrArray *all;

	if (!all) {
		all = g_ptr_array_new();
		for (size_t i = 0; i < G_N_ELEMENTS(views); i++)
			g_ptr_array_add(all, &views[i]);
	}
	views[3].matches = s->held ? -1 : 12;
	return all;
}

int64_t session_scope_count(const struct session *s)
{
	return s->all->len;
}

void session_views_stale(struct session *s)
{
	(void)s;
}

char *session_view_text(const struct session *s)
{
	return query_join(s->limit, s->query);
}

bool session_mark_query(
	struct session *s, const char *text, session_marked *done, void *user, GError **error)
{
	(void)text;
	(void)error;
	session_mark(s, s->shown->pdata[0], true);
	done(user, 1, NULL);
	return true;
}

GPtrArray *session_whole(const struct session *s)
{
	return g_ptr_array_copy(s->all, NULL, NULL);
}

const GPtrArray *session_nothing(struct session *s)
{
	static GPtrArray *lines;

	if (!lines) {
		lines = g_ptr_array_new();
		g_ptr_array_add(
			lines, (gpointer) "`type:hard` fits 5 of the 13 rows; without it 1");
		g_ptr_array_add(
			lines, (gpointer) "`category:expired` fits 2 of the 13 rows; without it 5");
	}
	return s->held ? NULL : lines;
}

GPtrArray *session_folded(const struct session *s, const struct row *row)
{
	GPtrArray *folded = g_ptr_array_new();

	for (guint i = 0; row->folded && i < s->all->len; i++)
		if (((struct row *)s->all->pdata[i])->kind == KIND_DELAY)
			g_ptr_array_add(folded, s->all->pdata[i]);
	return folded;
}

/* --- actions */

struct action {
	GPtrArray *rows;
	char *words;
	int state; /* to give the rows, -1: leaves it */
	struct action_effect effect;
	struct step *undo, *redo;
};

static struct action *make_action(
	GPtrArray *rows, const char *words, int state, const char *command)
{
	struct action *action = g_new0(struct action, 1);
	g_autoptr(GHashTable) messages = g_hash_table_new(NULL, NULL);

	action->rows = g_ptr_array_ref(rows);
	action->words = g_strdup(words);
	action->state = state;
	for (guint i = 0; i < rows->len; i++)
		g_hash_table_add(messages, ((struct row *)rows->pdata[i])->entry);
	action->effect.messages = g_hash_table_size(messages);
	action->effect.recipients = rows->len;
	action->effect.lines = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(action->effect.lines,
		g_strdup_printf("%s: %zu new", words, action->effect.messages));
	g_ptr_array_add(action->effect.lines, g_strdup("files: no rename"));
	action->effect.warnings = g_ptr_array_new_with_free_func(g_free);
	action->effect.command = g_strdup_printf("nixie %s -- id:one@example.org", command);
	return action;
}

struct action *action_tag(struct session *s, GPtrArray *rows, const char *words, GError **error)
{
	g_autofree char *command = g_strdup_printf("tag %s", words);

	(void)s;
	if (*words != '+' && *words != '-') {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, "%s: a tag word begins with + or -",
			words);
		return NULL;
	}
	return make_action(rows, words, -1, command);
}

struct action *action_done(struct session *s, GPtrArray *rows, bool on, GError **error)
{
	(void)s;
	(void)error;
	return make_action(rows, on ? "-inbox" : "+inbox", -1, on ? "tag -inbox" : "tag +inbox");
}

struct action *action_retry(struct session *s, GPtrArray *rows, bool on, GError **error)
{
	(void)s;
	(void)error;
	struct action *action = make_action(rows, on ? "+retry" : "-retry",
		on ? STATE_RETRY : STATE_NONE, on ? "retry" : "retry --unset");
	size_t dead = 0;

	for (guint i = 0; on && i < rows->len; i++)
		dead += ((const struct row *)rows->pdata[i])->type == TYPE_HARD;
	if (dead)
		g_ptr_array_add(action->effect.warnings,
			g_strdup_printf(
				"%zu cannot be helped by sending again (no such user): No.", dead));
	return action;
}

struct action *action_suppress(struct session *s, GPtrArray *rows, bool on, GError **error)
{
	(void)s;
	(void)error;
	return make_action(rows, on ? "+suppress" : "-suppress", on ? STATE_SUPPRESSED : STATE_NONE,
		on ? "suppress" : "suppress --unset");
}

void action_note(struct action *action, const char *note)
{
	(void)action;
	(void)note;
}

void session_count_retries(const struct session *s, size_t *counts)
{
	retry_count((struct row *const *)s->all->pdata, s->all->len, counts);
}

/* --- proposals: a dead address, one that fails again, one that lives again */

static void fake_proposal_free(gpointer data)
{
	struct proposal *proposal = data;

	g_ptr_array_unref(proposal->rows);
	g_ptr_array_unref(proposal->ids);
	g_free(proposal);
}

static void propose(const struct session *s, GPtrArray *proposals, const char *address,
	enum move move, enum ground ground)
{
	static const struct suppressed past = {
		.address = (char *)"hachi@gmial.example", .category = (char *)"", .count = 2};
	static const struct released before = {
		.entry = &past, .time = 1784000000, .who = (char *)"ann" EVIL};
	struct proposal *proposal = g_new0(struct proposal, 1);

	proposal->address = address;
	proposal->move = move;
	proposal->ground = ground;
	proposal->rows = g_ptr_array_new();
	proposal->ids = g_ptr_array_new();
	proposal->success = 1785000000;
	proposal->before = move == MOVE_BACK ? &before : NULL;
	for (guint i = s->shown->len; i-- > 0;) {
		struct row *row = s->shown->pdata[i];

		if (g_strcmp0(row_text(row, ROW_ADDRESS), address) ||
			(row->state == STATE_SUPPRESSED) != (move == MOVE_OFF))
			continue;
		g_ptr_array_add(proposal->rows, row);
		g_ptr_array_add(proposal->ids, (gpointer)row_id(row));
		proposal->last = row->date;
		proposal->first = proposal->count++ ? proposal->first : row->date;
	}
	proposal->total = proposal->count + (move == MOVE_BACK ? past.count : 0);
	if (proposal->count)
		g_ptr_array_add(proposals, proposal);
	else
		fake_proposal_free(proposal);
}

GPtrArray *session_proposals(const struct session *s)
{
	GPtrArray *proposals = g_ptr_array_new_with_free_func(fake_proposal_free);

	propose(s, proposals, "hachi@gmial.example", MOVE_BACK, GROUND_INDEPENDENT);
	propose(s, proposals, "kijitora@example.jp", MOVE_ON, GROUND_PROVEN);
	propose(s, proposals, "neko@cat.example.com", MOVE_OFF, GROUND_QUIET);
	propose(s, proposals, EVIL "@example.org", MOVE_ON, GROUND_PROVEN);
	return proposals;
}

struct action *action_accept(struct session *s, GPtrArray *proposals, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new();
	bool on = false;

	(void)s;
	(void)error;
	for (guint i = 0; i < proposals->len; i++) {
		const struct proposal *proposal = proposals->pdata[i];

		on = on || proposal->move != MOVE_OFF;
		for (guint k = 0; k < proposal->rows->len; k++)
			g_ptr_array_add(rows, proposal->rows->pdata[k]);
	}
	return make_action(rows, on ? "+suppress" : "-suppress", on ? STATE_SUPPRESSED : STATE_NONE,
		"suppress --accept");
}

struct action *action_undo(struct session *s, uint64_t entry, bool any, GError **error)
{
	struct action *action;
	struct step *step = s->steps->len ? s->steps->pdata[s->steps->len - 1] : NULL;

	(void)entry;
	(void)any;
	if (!step) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			"there is nothing to undo in this session; `nixie undo` takes older steps "
			"back");
		return NULL;
	}
	action = make_action(step->rows, "undo", -1, "undo");
	action->undo = step;
	return action;
}

bool action_is_unsettled(const struct session *session)
{
	(void)session;
	return false;
}

struct action *action_redo(struct session *s, GError **error)
{
	(void)s;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, "there is nothing to do again");
	return NULL;
}

void action_free(struct action *action)
{
	g_ptr_array_unref(action->rows);
	g_ptr_array_unref(action->effect.lines);
	g_ptr_array_unref(action->effect.warnings);
	g_free(action->effect.command);
	g_free(action->words);
	g_free(action);
}

/* Ids are enough here; what the model makes of rows is tested in test-session. */
char *action_command(
	struct session *session, const char *verb, const GPtrArray *rows, bool whole_messages)
{
	g_autoptr(GString) ids = g_string_new(NULL);

	(void)session;
	(void)whole_messages;
	if (!rows->len || rows->len > 3)
		return g_strdup_printf("nixie %s", verb);
	for (guint i = 0; i < rows->len; i++)
		g_string_append_printf(ids, "%sid:%s", i ? " or " : "", row_id(rows->pdata[i]));
	return g_strdup_printf("nixie %s -- '%s'", verb, ids->str);
}

const struct action_effect *action_effect(const struct action *action)
{
	return &action->effect;
}

static void change_tags(struct entry *entry, const char *words)
{
	g_auto(GStrv) list = g_strsplit(words, " ", -1);
	g_autoptr(GPtrArray) tags = g_ptr_array_new();

	for (char *const *tag = entry_tags(entry); *tag; tag++)
		g_ptr_array_add(tags, *tag);
	for (char **word = list; *word; word++) {
		for (guint i = 0; i < tags->len; i++)
			if (!strcmp(tags->pdata[i], *word + 1))
				g_ptr_array_remove_index(tags, i--);
		if (**word == '+')
			g_ptr_array_add(tags, *word + 1);
	}
	g_ptr_array_add(tags, NULL);
	set_tags(entry, (char *const *)tags->pdata);
}

static struct step *do_step(struct action *action)
{
	struct step *step = g_new0(struct step, 1);

	step->rows = g_ptr_array_ref(action->rows);
	step->tags = g_ptr_array_new();
	step->states = g_array_new(FALSE, FALSE, 1);
	for (guint i = 0; i < action->rows->len; i++) {
		struct row *row = action->rows->pdata[i];

		g_ptr_array_add(step->tags, (gpointer)row_tags(row));
		g_array_append_val(step->states, row->state);
		change_tags(row->entry, action->words);
		if (action->state >= 0)
			row->state = (unsigned char)action->state;
	}
	return step;
}

static void undo_step(struct session *s, struct step *step)
{
	for (guint i = step->rows->len; i-- > 0;) {
		struct row *row = step->rows->pdata[i];

		set_tags(row->entry, step->tags->pdata[i]);
		row->state = g_array_index(step->states, unsigned char, i);
	}
	g_ptr_array_remove(s->steps, step);
}

static gboolean done(gpointer user)
{
	struct session *s = user;

	s->result.running = false;
	tell(s, SESSION_ROWS);
	tell(s, SESSION_DONE);
	return G_SOURCE_REMOVE;
}

bool action_apply(struct session *s, struct action *action, GError **error)
{
	(void)error;
	g_free(s->result.words);
	s->result = (struct action_result){.running = true, .changed = action->effect.messages};
	if (s->fail)
		s->result.error = s->action_error =
			g_error_new(NIXIE_ERROR, NIXIE_BUSY, "%s", s->fail);
	else if (action->undo) {
		undo_step(s, action->undo);
		s->result.words =
			g_strdup_printf("Undone: %zu message(s).", action->effect.messages);
		s->result.rest = s->rest;
	} else {
		g_ptr_array_add(s->steps, do_step(action));
		s->result.words = g_strdup_printf(
			"%s: %zu message(s). u undoes it.", action->words, action->effect.messages);
	}
	action_free(action);
	g_idle_add(done, s);
	return true;
}

void action_cancel(struct session *s)
{
	(void)s;
}

const struct action_result *session_last_action(const struct session *s)
{
	return &s->result;
}

/* --- exports */

const char *session_result(const struct session *s)
{
	(void)s;
	return NULL;
}

bool export_rows(struct session *s, GPtrArray *rows, struct exporter *exporter, GError **error)
{
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		const struct details *details = session_details(s, row);
		struct context contexts[4] = {0};
		struct export_pick pick = {row->recipient, row->marked};

		for (size_t k = 0; k < G_N_ELEMENTS(contexts); k++)
			contexts[k] = (struct context){
				.trust = row->trust, .who = row->who, .type = row->type};
		if (!row_text(row, ROW_ERROR) &&
			!exporter_picked(exporter, details->file, 0, details->report, contexts,
				row_tags(row), &pick, 1, error))
			return false;
	}
	return true;
}

bool session_sent_indexed(const struct session *s)
{
	(void)s;
	return false;
}

bool session_asks(const struct session *s, const char *name)
{
	(void)s;
	(void)name;
	return false;
}

char *export_preview(
	struct session *s, GPtrArray *rows, const struct export_options *options, unsigned lines)
{
	GString *out = g_string_new("address,status\n");

	(void)s;
	(void)options;
	for (guint i = 0; i < rows->len && i + 1 < lines; i++) {
		const struct row *row = rows->pdata[i];

		g_string_append_printf(out, "%s,%s\n",
			row_text(row, ROW_ADDRESS) ? row_text(row, ROW_ADDRESS) : "",
			row_text(row, ROW_STATUS) ? row_text(row, ROW_STATUS) : "");
	}
	return g_string_free(out, FALSE);
}

/* --- letters: what the page of an address and a conversation are made of */

void session_want_contact(struct session *s, const char *address)
{
	(void)s;
	(void)address;
}

void session_meet_contacts(struct session *s)
{
	(void)s;
}

bool session_knows_contacts(const struct session *s)
{
	(void)s;
	return true;
}

const GError *session_contacts_error(const struct session *s)
{
	(void)s;
	return NULL;
}

static const struct contact_mail letters[] = {
	{NULL, "answer@example.net", "Re: Nyaan", 1785000000, ""},
	{NULL, "one-lost@example.org", "Nyaan \xe2\x80\xae\x1b[2J", 1784000000, "7"},
};

static gint by_time(gconstpointer a, gconstpointer b)
{
	const struct event *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

struct address_page *address_page_new(const struct session *s, const char *address)
{
	struct address_page *page = g_new0(struct address_page, 1);
	struct event answered = {.at = letters[0].date,
		.kind = EVENT_ANSWERED,
		.id = letters[0].id,
		.mail = &letters[0]};

	page->address = g_strdup(address);
	page->standing = (struct standing){CONDITION_DEAD, WHY_HARD, NULL};
	page->why = g_strdup("The last report is final, and no message has arrived since.");
	page->events = g_array_new(FALSE, TRUE, sizeof(struct event));
	page->later = g_ptr_array_new();
	page->originals = g_array_new(FALSE, FALSE, sizeof(struct returned));
	page->wrote = &letters[0];
	page->suggestion = "kijitora@example.ne.jp";
	page->role = MAILBOX_READ;
	page->states = 1U << STATE_RETRY | 1U << STATE_PROPOSED;
	g_array_append_val(page->events, answered);
	for (guint i = s->all->len; i-- > 0;) {
		const struct row *row = s->all->pdata[i];
		struct event event = {.at = row->date,
			.kind = EVENT_FAILURE,
			.id = row_id(row),
			.hard = true,
			.counts = true,
			.row = row};
		struct returned returned = {
			letters[1].id, letters[1].subject, letters[1].thread, row};

		if (g_strcmp0(row_text(row, ROW_ADDRESS), address))
			continue;
		g_array_append_val(page->events, event);
		page->bounces++;
		page->reports++;
		page->first = page->first ? MIN(page->first, row->date) : row->date;
		page->last = MAX(page->last, row->date);
		if (!page->originals->len)
			g_array_append_val(page->originals, returned);
	}
	g_array_sort(page->events, by_time);
	return page;
}

void address_page_free(struct address_page *page)
{
	if (!page)
		return;
	g_free(page->address);
	g_free(page->why);
	g_array_unref(page->events);
	g_ptr_array_unref(page->later);
	g_array_unref(page->originals);
	g_free(page);
}

/* A conversation of three; it is there a turn of the main loop later. */
struct fake_thread {
	struct thread thread;
	guint source;
	void (*ready)(void *user);
	void *user;
};

static void fake_letter_free(gpointer data)
{
	struct thread_letter *letter = data;

	message_free(letter->message);
	g_free(letter->header);
	g_free(letter->text);
	g_ptr_array_unref(letter->returned);
	g_free(letter);
}

static void add_letter(struct thread *thread, const char *id, const char *from, int64_t date,
	const struct row *returned)
{
	struct thread_letter *letter = g_new0(struct thread_letter, 1);

	letter->message = g_new0(struct message, 1);
	letter->message->id = g_strdup(id);
	letter->message->from = g_strdup(from);
	letter->message->subject = g_strdup("Nyaan" EVIL);
	letter->message->date = date;
	letter->depth = thread->letters->len;
	letter->is_original = returned != NULL;
	letter->returned = g_ptr_array_new();
	letter->header =
		g_strdup("From: a" EVIL "@example.org\nX-Other: not shown\nSubject: Nyaan");
	letter->text = g_strdup("Dear " EVIL ",\n\nyour ticket is answered.\n");
	if (returned)
		g_ptr_array_add(letter->returned, (gpointer)returned);
	g_ptr_array_add(thread->letters, letter);
}

static gboolean on_thread(gpointer data)
{
	struct fake_thread *fake = data;

	fake->source = 0;
	fake->thread.ready = true;
	fake->ready(fake->user);
	return G_SOURCE_REMOVE;
}

struct thread *thread_open(
	struct session *s, const struct row *row, void (*ready)(void *user), void *user)
{
	struct fake_thread *fake = g_new0(struct fake_thread, 1);

	(void)s;
	fake->ready = ready;
	fake->user = user;
	fake->thread.trace = TRACE_OURS;
	fake->thread.letters = g_ptr_array_new_with_free_func(fake_letter_free);
	add_letter(&fake->thread, "a@example.net", "Kiji <kijitora@example.jp>", 1783000000, NULL);
	add_letter(&fake->thread, "b@example.org", "desk@example.org", 1783500000, NULL);
	add_letter(&fake->thread, "c@example.org", "desk@example.org", 1784000000, row);
	fake->source = g_idle_add_full(G_PRIORITY_DEFAULT, on_thread, fake, NULL);
	return &fake->thread;
}

void thread_close(struct thread *thread)
{
	struct fake_thread *fake = (struct fake_thread *)thread;

	if (!fake)
		return;
	if (fake->source)
		g_source_remove(fake->source);
	g_ptr_array_unref(fake->thread.letters);
	g_free(fake);
}
