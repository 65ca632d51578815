/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grouping and the wording that causes are grouped by. The session is a list of rows made here. */
#include <glib.h>

#include "base/clock.h"
#include "base/file.h"
#include "triage/cause.h"
#include "triage/days.h"
#include "triage/digest.h"
#include "triage/rowstore.h"

static void test_cause(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"550 5.1.1 <neko@cat.example>: User unknown", "550 5.1.1 <address> User unknown"},
		{"550-5.1.1 No such user here", "550 5.1.1 No such user here"},
		{"smtp; 550 5.7.1 Mail from 192.0.2.7 refused", "550 5.7.1 Mail from <ip> refused"},
		{"blocked [2001:db8::7], see https://block.example/q?ip=2001:db8::7.",
			"blocked <ip> see <link>"},
		{"host mx1.example.org[192.0.2.1] said: 452 Too many", "452 Too many"},
		{"host mx.a.example [192.0.2.1] SMTP error after RCPT TO: 550 5.2.2 Full",
			"550 5.2.2 Full"},
		{"connect to mx.a.example[192.0.2.1]:25: timed out",
			"connect to <host> <ip> timed out"},
		{"Remote host answered 550 5.2.2 Full", "550 5.2.2 Full"},
		{"550 5.7.1 refused: 421 4.7.0 by another",
			"550 5.7.1 refused: 421 4.7.0 by another"},
		{"there is room for 550 5 times", "there is room for # # times"},
		{"550 4.7.1 of another class", "550 4.7.1 of another class"},
		{"Name service error for name=mx.example.org type=A",
			"Name service error for name=<host> type=A"},
		{"RESOLVER.ADR.RecipientNotFound; not found",
			"RESOLVER.ADR.RecipientNotFound; not found"},
		{"mailbox mx.example.org is full", "mailbox <host> is full"},
		{"Deferred after 2319 seconds (code 17)", "Deferred after # seconds (code #)"},
		{"421 4.7.0 [TSS04] Messages deferred", "421 4.7.0 [TSS#] Messages deferred"},
		{"queued as 4dJF1r4PPvz20Q4D", "queued as <id>"},
		{"try again in 300 seconds", "try again in # seconds"},
		{"", ""},
		{"   two   words ", "two words"},
		{"(...) ---", "(...) ---"},
		{"refused by policy (", "refused by policy"},
		{"sorry :( it is full", "sorry : ( it is full"},
		{"the message that you sent to one or more of the people on this list could not be "
		 "handed on to the next server of the way there (in reply to the end of the data, "
		 "after ten hours)",
			"the message that you sent to one or more of the people on this list could "
			"not be handed on to the next server of the way there"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		cause_append(out, rows[i].in);
		g_assert_cmpstr(out->str, ==, rows[i].out);
	}
}

/* Whatever stands in a diagnostic, the wording stays short. */
static void test_cause_is_short(void)
{
	g_autofree char *words = g_strnfill(100000, 'x');
	g_autoptr(GString) out = g_string_new(NULL);
	for (size_t i = 7; i < 100000; i += 8)
		words[i] = ' ';
	cause_append(out, words);
	g_assert_cmpuint(out->len, <, CAUSE_MAX + 16);
}

static void test_cause_words(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"550 5.1.1 <address> User unknown", "<address> User unknown"},
		{"5.4.4 Host not found", "Host not found"},
		{"Connection timed out", "Connection timed out"},
		{"550 550 twice", "550 twice"},
		{"550 5.1.1", "550 5.1.1"},
		{"", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(cause_words(rows[i].in), ==, rows[i].out);
}

/* --- the session of this test */

static struct knowledge *knowledge;
static struct config *config;
static struct entry entry; /* the rows are all of one message */
static struct row rows_table[6];
static struct row *row_list[G_N_ELEMENTS(rows_table)];

struct row *const *session_rows(const struct session *session, size_t *count)
{
	(void)session;
	*count = G_N_ELEMENTS(rows_table);
	return row_list;
}

const struct knowledge *session_knowledge(const struct session *session)
{
	(void)session;
	return knowledge;
}

const struct config *session_config(const struct session *session)
{
	(void)session;
	return config;
}

#define DAY ((int64_t)86400)
#define NOON ((int64_t)43200)

static void make_rows(void)
{
	const struct category *gone = category_by_id(knowledge, "no-such-user");
	const struct category *full = category_by_id(knowledge, "mailbox-full");
	static const char wording[] = "no such, \"user\" here?", far[] = "far.example",
			  us[] = "news@us.example";
	static const char neko[] = "neko@cat.example", mike[] = "mike@cat.example",
			  tama[] = "tama@b.example";
	entry.store = rowstore_new(knowledge, NULL);
	int64_t today = clock_now() / DAY * DAY + NOON;
	const struct {
		struct row row;
		const char *texts[ROW_TEXTS];
	} made[G_N_ELEMENTS(rows_table)] = {
		{{.entry = &entry,
			 .category = gone,
			 .date = (uint32_t)today,
			 .type = TYPE_HARD,
			 .who = {{ACTOR_SENDER}, 1}},
			{[ROW_ADDRESS] = neko,
				[ROW_MAILBOX] = neko,
				[ROW_DOMAIN] = "cat.example",
				[ROW_STATUS] = "5.1.1",
				[ROW_REMOTE_MTA] = "mx",
				[ROW_REMOTE_DOMAIN] = far,
				[ROW_ORIGINAL] = "one@us.example",
				[ROW_SUBJECT] = "Offer",
				[ROW_SENDER] = us,
				[ROW_CAUSE] = wording}},
		{{.entry = &entry,
			 .category = gone,
			 .date = (uint32_t)(today - DAY),
			 .type = TYPE_HARD,
			 .who = {{ACTOR_SENDER}, 1},
			 .passed = true},
			{[ROW_ADDRESS] = neko,
				[ROW_MAILBOX] = neko,
				[ROW_DOMAIN] = "cat.example",
				[ROW_STATUS] = "5.1.1",
				[ROW_ORIGINAL] = "two@us.example",
				[ROW_SENDER] = us,
				[ROW_CAUSE] = wording}},
		{{.entry = &entry,
			 .category = full,
			 .date = (uint32_t)today,
			 .type = TYPE_SOFT,
			 .who = {{ACTOR_RECIPIENT}, 1}},
			{[ROW_ADDRESS] = mike,
				[ROW_MAILBOX] = mike,
				[ROW_DOMAIN] = "cat.example",
				[ROW_REMOTE_DOMAIN] = far,
				[ROW_STATUS] = "5.2.2"}},
		{{.entry = &entry,
			 .category = full,
			 .date = (uint32_t)(today - 2 * DAY),
			 .type = TYPE_SOFT,
			 .kind = KIND_DELAY,
			 .who = {{ACTOR_NOBODY}, 1}},
			{[ROW_ADDRESS] = tama, [ROW_MAILBOX] = tama, [ROW_DOMAIN] = "b.example"}},
		{{.entry = &entry,
			.category = full,
			.date = (uint32_t)(today - 40 * DAY),
			.type = TYPE_SOFT,
			.who = {{ACTOR_RECIPIENT}, 1}}},
		{{.entry = &entry, .unread_facts = true, .date = (uint32_t)today}},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows_table); i++) {
		row_list[i] = &rows_table[i];
		rows_table[i] = made[i].row;
		for (int text = 0; text < ROW_TEXTS; text++)
			row_set_text(row_list[i], (enum row_text)text, made[i].texts[text]);
	}
}

static void test_groups(void)
{
	static const struct {
		enum group_key by;
		const char *summary; /* key bounces/addresses, in order */
		const char *filter;  /* of the first */
	} cases[] = {
		{GROUP_CATEGORY, "mailbox-full 3/2, no-such-user 2/1", "category:mailbox-full"},
		{GROUP_ADDRESS,
			"neko@cat.example 2/1,  1/0, mike@cat.example 1/1, tama@b.example 1/1",
			"address:neko@cat.example"},
		{GROUP_DOMAIN, "cat.example 3/2,  1/0, b.example 1/1", "domain:cat.example"},
		{GROUP_STATUS, " 2/1, 5.1.1 2/1, 5.2.2 1/1", "status:-"},
		{GROUP_TYPE, "soft 3/2, hard 2/1", "type:soft"},
		{GROUP_WHO, "recipient 2/1, sender 2/1, nobody 1/1", "who:recipient"},
		{GROUP_REMOTE_MTA, " 4/3, mx 1/1", "remote-mta:-"},
		{GROUP_REMOTE_DOMAIN, " 3/2, far.example 2/2", "remote-domain:-"},
		{GROUP_ORIGINAL, " 3/2, one@us.example 1/1, two@us.example 1/1", "original-id:-"},
		{GROUP_NONE, "all 5/3", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct group_by by = group_by_key(cases[i].by, 0);
		struct groups *groups = groups_new(NULL, by);
		g_autoptr(GString) out = g_string_new(NULL);
		for (guint k = 0; k < groups->groups->len; k++) {
			const struct group *group = groups->groups->pdata[k];
			g_string_append_printf(out, "%s%s %zu/%zu", k ? ", " : "", group->key,
				group->bounces, group->addresses);
		}
		g_assert_cmpstr(out->str, ==, cases[i].summary);
		g_assert_cmpuint(groups->bounces, ==, 5);
		g_assert_cmpuint(groups->addresses, ==, 3);
		g_autofree char *filter = group_filter_text(&by, groups->groups->pdata[0]);
		g_assert_cmpstr(filter, ==, cases[i].filter);
		groups_free(groups);
	}
}

/* A wording with signs of the filter language still finds its rows. */
static void test_cause_filter(void)
{
	struct group_by by = group_by_key(GROUP_CAUSE, 0);
	struct groups *groups = groups_new(NULL, by);
	const struct group *group = groups->groups->pdata[1];
	g_autofree char *text = group_filter_text(&by, group), *query = NULL;
	struct filter *filter = filter_new();
	g_assert_cmpstr(group->key, ==, "no such, \"user\" here?");
	g_assert_true(filter_parse(filter, text, &query, NULL));
	g_assert_cmpstr(query, ==, "");
	g_assert_true(filter_matches(filter, row_list[0]));
	g_assert_false(filter_matches(filter, row_list[2]));
	filter_free(filter);
	groups_free(groups);
}

static void test_details(void)
{
	struct group_by by = group_by_key(GROUP_DOMAIN, 0);
	struct groups *groups = groups_new(NULL, by);
	g_autoptr(GPtrArray) members = group_rows(NULL, &by, groups->groups->pdata[0]);
	const struct group *group = groups->groups->pdata[0];
	g_assert_cmpstr(group->category->id, ==, "no-such-user");
	g_assert_cmpuint(group->by_type[TYPE_HARD], ==, 2);
	g_assert_cmpuint(group->by_type[TYPE_SOFT], ==, 1);
	g_assert_cmpint(group->first, ==, rows_table[1].date);
	g_assert_cmpint(group->last, ==, rows_table[0].date);
	g_assert_cmpuint(members->len, ==, 3);
	g_assert_true(members->pdata[2] == &rows_table[2]);
	groups_free(groups);

	groups = groups_new(NULL, group_by_key(GROUP_CATEGORY, 0));
	g_assert_cmpuint(((struct group *)groups->groups->pdata[0])->delays, ==, 1);
	groups_free(groups);
}

/* Every row counts once, under all of its keys together. */
static void test_several_keys(void)
{
	struct group_by by;
	g_autoptr(GError) error = NULL;
	g_assert_true(group_by_read("domain, type", 0, &by, NULL));
	g_autofree char *text = group_by_text(&by);
	g_assert_cmpstr(text, ==, "domain,type");
	struct groups *groups = groups_new(NULL, by);
	g_autoptr(GString) out = g_string_new(NULL);
	for (guint i = 0; i < groups->groups->len; i++) {
		const struct group *group = groups->groups->pdata[i];
		g_auto(GStrv) values = group_values(&by, group);
		g_autofree char *filter = group_filter_text(&by, group);
		g_autoptr(GPtrArray) rows = group_rows(NULL, &by, group);
		g_assert_cmpuint(rows->len, ==, group->bounces);
		g_string_append_printf(
			out, "%s+%s %zu (%s)\n", values[0], values[1], group->bounces, filter);
	}
	g_assert_cmpstr(out->str, ==,
		"cat.example+hard 2 (domain:cat.example type:hard)\n"
		"+soft 1 (domain:- type:soft)\n"
		"b.example+soft 1 (domain:b.example type:soft)\n"
		"cat.example+soft 1 (domain:cat.example type:soft)\n");
	groups_free(groups);
	static const char *const refused[] = {
		"", "none", "domain,", "day,incident", "day,day,day,day", "colour"};
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_clear_error(&error);
		g_assert_false(group_by_read(refused[i], 1, &by, &error));
		g_assert_nonnull(error);
	}
}

/* Many addresses at one domain of servers on one day, for one reason. */
static void test_incidents(void)
{
	static const char *const addresses[] = {"a@x.example", "b@x.example", "c@x.example"};
	struct row *before[G_N_ELEMENTS(row_list)];
	struct row made[G_N_ELEMENTS(rows_table)];
	memcpy(before, row_list, sizeof before);
	for (size_t i = 0; i < G_N_ELEMENTS(rows_table); i++) {
		made[i] = rows_table[0];
		row_list[i] = &made[i];
		row_set_text(&made[i], ROW_ADDRESS, addresses[i % 3]);
		row_set_text(&made[i], ROW_MAILBOX, addresses[i % 3]);
	}
	row_set_text(&made[5], ROW_REMOTE_DOMAIN, NULL);
	for (unsigned least = 3; least <= 4; least++) {
		struct groups *incidents = groups_new(NULL, group_by_key(GROUP_INCIDENT, least));
		struct groups *days = groups_new(NULL, group_by_key(GROUP_DAY, 0));
		const struct group *day = days->groups->pdata[0];
		groups_examine(NULL, days, incidents);
		g_assert_cmpuint(incidents->groups->len, ==, least == 3 ? 1 : 0);
		g_assert_cmpuint(day->in_incidents, ==, least == 3 ? 5 : 0);
		g_assert_cmpstr(day->cause, ==, "no such, \"user\" here?");
		g_assert_cmpuint(day->of_cause, ==, 6);
		groups_free(days);
		groups_free(incidents);
	}
	memcpy(row_list, before, sizeof before);
}

static void test_digest(void)
{
	static const struct {
		const char *domain, *sentences;
	} cases[] = {
		{"cat.example", "Most of these are one cause (2 of 3): Address does not exist. "
				"Dead addresses: 1 of 2. Stop writing to them. "},
		{"b.example", "One bounce: Storage full (mailbox or mail system). Only delayed so "
			      "far: 1. The server still "
			      "tries, so "
			      "wait. "},
	};
	struct group_by by = group_by_key(GROUP_DOMAIN, 0);
	struct groups *incidents = groups_new(NULL, group_by_key(GROUP_INCIDENT, 10));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct group group = {.key = (char *)cases[i].domain};
		g_autoptr(GPtrArray) rows = group_rows(NULL, &by, &group);
		struct digest *digest = digest_new(NULL, rows, incidents);
		g_autoptr(GString) out = g_string_new(NULL);
		for (guint k = 0; k < digest->sentences->len; k++)
			g_string_append_printf(
				out, "%s ", (const char *)digest->sentences->pdata[k]);
		g_assert_cmpstr(out->str, ==, cases[i].sentences);
		if (i == 0) {
			g_assert_cmpuint(digest->senders->len, ==, 1);
			g_assert_cmpuint(
				g_array_index(digest->senders, struct digest_part, 0).bounces, ==,
				2);
			g_assert_cmpuint(digest->dead, ==, 1);
		}
		digest_free(digest);
	}
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	struct digest *digest = digest_new(NULL, none, incidents);
	g_assert_cmpuint(digest->sentences->len, ==, 0);
	digest_free(digest);
	groups_free(incidents);
}

static void test_days(void)
{
	unsigned counts[30];
	struct groups *groups = groups_new(NULL, group_by_key(GROUP_DAY, 0));
	g_assert_cmpuint(groups->groups->len, ==, 4);
	g_assert_cmpuint(
		((struct group *)groups->groups->pdata[0])->bounces, ==, 2); /* newest first */
	groups_free(groups);

	struct group_by none = group_by_key(GROUP_NONE, 0);
	struct group everything = {.key = (char *)"all"};
	g_autoptr(GPtrArray) rows = group_rows(NULL, &none, &everything);
	rows_by_day(rows, counts, G_N_ELEMENTS(counts));
	g_assert_cmpuint(counts[29], ==, 2);
	g_assert_cmpuint(counts[28], ==, 1);
	g_assert_cmpuint(counts[27], ==, 1);
	unsigned all = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
		all += counts[i];
	g_assert_cmpuint(all, ==, 4);
}

int main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_setenv("NIXIE_NOW", "1785240000",
		TRUE); /* 28 July 2026, 12:00 UTC: midnight never passes */
	g_test_init(&argc, &argv, NULL);
	knowledge = knowledge_load(file_datadir(), NULL, NULL);
	g_assert_nonnull(knowledge);
	config = config_new();
	make_rows();
	g_test_add_func("/group/cause", test_cause);
	g_test_add_func("/group/cause-is-short", test_cause_is_short);
	g_test_add_func("/group/groups", test_groups);
	g_test_add_func("/group/cause-filter", test_cause_filter);
	g_test_add_func("/group/cause-words", test_cause_words);
	g_test_add_func("/group/details", test_details);
	g_test_add_func("/group/several-keys", test_several_keys);
	g_test_add_func("/group/incidents", test_incidents);
	g_test_add_func("/group/digest", test_digest);
	g_test_add_func("/group/days", test_days);
	int status = g_test_run();
	config_free(config);
	knowledge_free(knowledge);
	return status;
}
