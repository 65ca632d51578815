/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Codes and replies in running text: every spelling that servers use, and what merely looks like
 * them.
 */
#include <glib.h>

#include "base/file.h"
#include "rules/knowledge.h"
#include "rules/status.h"

static struct knowledge *knowledge;

/* An empty `code` and a `reply` of 0 say that there is none. */
static const struct {
	const char *text, *code;
	int reply;
} rows[] = {
	/* The spellings of hard-problems.md section 3. */
	{"5.1.1", "5.1.1", 0},
	{"(#5.1.1)", "5.1.1", 0},
	{"#5.1.1", "5.1.1", 0},
	{"5.1.1: no such user", "5.1.1", 0},
	{"550-5.1.1 The account does not exist", "5.1.1", 550},
	{"[5.1.1]", "5.1.1", 0},
	{"(5.1.1)", "5.1.1", 0},
	{"SMTP; 550 5.1.1 unknown", "5.1.1", 550},
	{"#550 5.1.1 unknown", "5.1.1", 550},
	{"smtp;550", "", 550},
	{"ERROR_CODE :5.1.1, ERROR_TEXT :unknown", "5.1.1", 0},
	{"DSN code 5.7.1 in this report", "5.7.1", 0},
	{"DSN 5.1.10 (recipient not found)", "5.1.10", 0},
	{"code: 5.1.1", "5.1.1", 0},
	{"Status: 5.1.1 (bad destination mailbox)", "5.1.1", 0},
	{"5.1.351 Remote server returned unknown recipient", "5.1.351", 0},
	{"Remote server returned '550 5.4.317 Message expired'", "5.4.317", 550},
	{"<user@example.com>: 550 5.1.1 unknown", "5.1.1", 550},
	{"550 5.1.1", "5.1.1", 550},
	{"550 #5.1.0 Address rejected user@example.com", "5.1.0", 550},
	{"550 (#5.1.1) unknown", "5.1.1", 550},
	{"550 [5.7.1] refused", "5.7.1", 550},
	{"550_5.1.1_User_unknown", "5.1.1", 550},
	{"550/5.1.1 unknown", "", 550},
	{"550: 5.1.1 unknown", "5.1.1", 550},
	{"550,5.1.1", "5.1.1", 0},
	{"421-4.7.0 Try again later", "4.7.0", 421},
	{"5.1.1. The address is wrong", "5.1.1", 0},
	{"dsn=5.1.1, stat=User unknown", "5.1.1", 0},
	{"status=5.2.2", "5.2.2", 0},
	{"\"5.2.1\"", "5.2.1", 0},
	{"'5.2.1'", "5.2.1", 0},
	{"<5.2.1>", "5.2.1", 0},
	{"error 5.2.1", "5.2.1", 0},
	{"smtp;5.4.1", "5.4.1", 0},
	{"X-Postfix; 5.4.4 not found", "5.4.4", 0},
	{"4.4.7 Delivery expired", "4.4.7", 0},
	{"- 5.1.1 unknown", "5.1.1", 0},
	{"-5.1.1 unknown", "5.1.1", 0},
	{"5.1.1-User unknown", "5.1.1", 0},
	{"5.0.0 (permanent failure)", "5.0.0", 0},
	{"5.7.606, Access denied", "5.7.606", 0},
	{"unknown user 5.1.1", "5.1.1", 0},
	{"2.1.5 Destination address valid", "2.1.5", 0},
	{"250 2.1.0 ok, then 550 5.1.1 unknown", "5.1.1", 550},
	{"2.1.5 ok 4.2.2 full", "4.2.2", 0},

	/* Not codes. */
	{"connect to 5.1.1.20", "", 0},
	{"from [5.1.1.20]: refused", "", 0},
	{"5.1.1.20 5.2.2", "5.2.2", 0},
	{"host 192.0.2.5 said no", "", 0},
	{"sendmail 8.14.2", "", 0},
	{"Sendmail/5.7.1", "", 0},
	{"Exim 4.80", "", 0},
	{"Exim 4.92.3", "", 0},
	{"exim version 4.82.1", "", 0},
	{"Postfix-2.1.5", "", 0},
	{"v5.1.1", "", 0},
	{"v 5.1.1", "", 0},
	{"PHP 5.3.3", "", 0},
	{"Microsoft Exchange Server 5.5.1", "", 0},
	{"Linux 2.6.32-5-generic", "", 0},
	{"release 4.1.2", "", 0},
	{"RFC 5321 section 4.2.1", "", 0},
	{"1.2.3", "", 0},
	{"3.1.1", "", 0},
	{"6.1.1", "", 0},
	{"Yahoo 4.16.55.1", "", 0},
	{"4.16.55", "", 0},
	{"on 5.12.2012 at noon", "", 0},
	{"5.01.12", "", 0},
	{"5.4.12 10:33", "", 0},
	{"5.1.1a", "", 0},
	{"5.1.1p1", "", 0},
	{"2.5.1+dfsg", "", 0},
	{"15.1.1", "", 0},
	{"5.1", "", 0},
	{"5.1.", "", 0},
	{"5..1", "", 0},
	{"5.1.1111", "", 0},
	{"5.1111.1", "", 0},
	{"5.1.1.example.com", "", 0},
	{"user5.1.1@example.com", "", 0},
	{"5.1.1@example.com", "", 0},
	{"x=5.1.1", "", 0},
	{"/5.1.1/", "", 0},
	{"", "", 0},
	{"5", "", 0},

	/* Replies. */
	{"550 User unknown", "", 550},
	{"550", "", 550},
	{"  550 User unknown", "", 550},
	{"550-User unknown", "", 550},
	{"550: User unknown", "", 550},
	{"550, unknown", "", 550},
	{"(550) unknown", "", 550},
	{"\"550 unknown\"", "", 550},
	{"'550 unknown'", "", 550},
	{"<<< 550 unknown", "", 550},
	{">>> 554 refused", "", 554},
	{"... while talking to mx.example.net: >>> RCPT To:<a@example.net> <<< 550 unknown", "",
		550},
	{"host mx.example.net[192.0.2.1] said: 452 4.3.1 Insufficient storage", "4.3.1", 452},
	{"Remote host said: 554 delivery error", "", 554},
	{"SMTP error from remote mail server after RCPT TO:<a@example.net>: host mx.example.net "
	 "[192.0.2.1]: "
	 "550 unknown",
		"", 550},
	{"The server responded with 550 unknown", "", 550},
	{"the other server returned 552 full", "", 552},
	{"the other server replied: 552 full", "", 552},
	{"it failed with code 553", "", 553},
	{"error code 553", "", 553},
	{"Server Error: 550, Error Number: 0x800CCC79", "", 550},
	{"Server Response: '550 refused', Port: 25, Secure(SSL): No", "", 550},
	{"The error that the other server returned was: 550 550 5.1.1 unknown", "5.1.1", 550},
	{"-> 550 5.7.1 refused", "5.7.1", 550},
	{"smtp; 451 Greylisted, please try again in 300 seconds", "", 451},
	{"5.1.0 - Unknown address error 550-'MAILBOX NOT FOUND'", "5.1.0", 550},
	{"5.3.0 - Other mail system problem 550-'Unknown user'", "5.3.0", 550},
	{"5.1.1 550 unknown", "5.1.1", 550},
	{"(#5.1.1) 550 unknown", "5.1.1", 550},
	{"554 554 refused", "", 554},
	{"554.30 disabled", "", 0},
	{"rejected, 550 5.7.1 policy", "5.7.1", 550},

	/* Not replies. */
	{"connect to mx.example.net[192.0.2.1]:587: Connection refused", "", 0},
	{"mx.example.net:587", "", 0},
	{"mx.example.net:587: refused", "", 0},
	{"SIZE=1543", "", 0},
	{"SIZE=543", "", 0},
	{"message size 543 exceeds", "", 0},
	{"message size: 543", "", 0},
	{"Port: 587, no", "", 0},
	{"user550@example.com is unknown", "", 0},
	{"550@example.com", "", 0},
	{"<550@example.com> is unknown", "", 0},
	{"room 450 is closed", "", 0},
	{"550 bytes are too much", "", 0},
	{"retry in 450 seconds", "", 0},
	{"after: 450 minutes", "", 0},
	{"192.0.2.1.550", "", 0},
	{"1550 users", "", 0},
	{"5500", "", 0},
	{"250 ok", "", 0},
	{"354 go on", "", 0},
	{"650 odd", "", 0},
	{"we are 500 people", "", 0},
	{"id 4dJF1r4PPvz550", "", 0},
	{"id=550", "", 0},
	{"$550", "", 0},
	{"550%", "", 0},
	{"the year 450", "", 0},
	{"http://example.com/550/", "", 0},
	{"http://example.com:450/", "", 0},
};

static void test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char buf[STATUS_TEXT];
		struct span text = span_of(rows[i].text);
		struct status status;
		struct reply reply;
		bool found = status_find(text, &status),
		     replied = reply_find(knowledge, text, &reply);

		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(found ? status_text(status.v, buf) : "", ==, rows[i].code);
		g_assert_cmpint(replied ? reply.code : 0, ==, rows[i].reply);
		if (found)
			g_assert_true(status.at.n == strlen(rows[i].code) &&
				      memcmp(status.at.p, rows[i].code, status.at.n) == 0);
		if (replied)
			g_assert_true(reply.at.p >= text.p && reply.at.p + 3 <= text.p + text.n &&
				      reply.at.n == 3);
	}
}

static void test_parse(void)
{
	static const struct {
		const char *field, *code;
	} fields[] = {
		{"5.1.1", "5.1.1"},
		{" 5.1.1 (User unknown)", "5.1.1"},
		{"(perhaps) 4.4.7", "4.4.7"},
		{"5.7.606-649", "5.7.606"},
		{"5.21.3", "5.21.3"},
		{"smtp; 5.1.1", "5.1.1"},
		{"5.1.1.1", ""},
		{"550", ""},
		{"5.1", ""},
		{"", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		char buf[STATUS_TEXT];
		struct status status;

		g_assert_cmpstr(status_parse(span_of(fields[i].field), &status)
					? status_text(status.v, buf)
					: "",
			==, fields[i].code);
	}
	g_assert_true(status_is_vague((const unsigned short[]){5, 0, 0}));
	g_assert_false(status_is_vague((const unsigned short[]){5, 1, 0}));
}

static void test_innermost(void)
{
	static const struct {
		const char *text, *inner; /* NULL: the text itself */
	} wrapped[] = {
		{"550 5.1.1 unknown", NULL},
		{"550 5.1.351 Remote server returned unknown recipient -> 550 5.1.1 User unknown",
			"550 5.1.1 User unknown"},
		{"550 5.0.350 Remote server returned an error -> 554 5.7.1 it's refused",
			"554 5.7.1 it's refused"},
		{"Remote server returned '550 5.1.1 it isn't here'", "550 5.1.1 it isn't here"},
		{"Remote server returned message detected as spam", NULL},
		{"5.1.0 - Unknown address error 550-'5.7.1 the list is closed'",
			"550-'5.7.1 the list is closed"},
		{"5.4.7 - Delivery expired (message too old) 421-'4.7.0 slow down'",
			"421-'4.7.0 slow down"},
		{"550 5.1.1 refused, id=1, from MTA(smtp:[127.0.0.1]:10025): 550 5.1.1 unknown",
			"550 5.1.1 unknown"},
		{"host mx.example.net[192.0.2.1] said: 550 5.1.1 unknown (in reply to RCPT TO "
		 "command)",
			"550 5.1.1 unknown"},
		{"Remote host said: 554 5.7.1 no Giving up on 192.0.2.1.", "554 5.7.1 no"},
		{"host: mx.example.net (192.0.2.1) reason: 550 no .exe", "550 no .exe"},
		{"550 5.1.7 <a@example.org>: Sender address rejected: undeliverable address: host "
		 "mx.example.org said: 550 5.1.1 unknown",
			NULL},
		{"host gw.example.net said: 554 host in.example.net said: 550 unknown",
			"550 unknown"},
		{"[{LED=550 5.1.1 unknown};{MSG=};{FQDN=mx.example.net}]", "550 5.1.1 unknown"},
		{"550-Verification failed for <a@example.org> 550-Response: 550 5.1.1 unknown",
			NULL},
		{"Message expired: unable to deliver.<421 4.4.2 <a@b> slow>",
			"421 4.4.2 <a@b> slow"},
		{"he said: 12 monkeys", NULL},
		{"-> 550", "550"},
		{"from MTA(550", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(wrapped); i++) {
		struct span text = span_of(wrapped[i].text);
		struct span inner = reply_innermost(knowledge, text);
		g_autofree char *found = span_dup(inner);

		g_assert_cmpstr(found, ==, wrapped[i].inner ? wrapped[i].inner : wrapped[i].text);
		g_assert_true(inner.p >= text.p && inner.p + inner.n <= text.p + text.n);
	}
}

/* Every head of every row, so that each bound is met; the sanitizers watch. */
static void test_cut(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		for (size_t n = 0; n <= strlen(rows[i].text); n++) {
			char *copy = g_strndup(rows[i].text, n);
			struct span text = {copy, n};
			struct status status;
			struct reply reply;

			g_assert_true(!status_find(text, &status) ||
				      status.at.p + status.at.n <= copy + n);
			g_assert_true(!reply_find(knowledge, text, &reply) ||
				      reply.at.p + reply.at.n <= copy + n);
			g_assert_true(reply_innermost(knowledge, text).n <= n);
			g_free(copy);
		}
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	int result;

	g_test_init(&argc, &argv, NULL);
	knowledge = knowledge_load(file_datadir(), NULL, &error);
	g_assert_no_error(error);
	g_test_add_func("/status/rows", test_rows);
	g_test_add_func("/status/parse", test_parse);
	g_test_add_func("/status/innermost", test_innermost);
	g_test_add_func("/status/cut", test_cut);
	result = g_test_run();
	knowledge_free(knowledge);
	return result;
}
