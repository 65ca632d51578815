/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of RFC 3464 as real servers write them, their values, and dates. */
#include <glib.h>

#include "extract/date.h"
#include "extract/dsn.h"

/* `want`: a line a recipient, its address, action, status, diagnostic and remote host, joined by `|`. */
static const struct {
	const char *name, *text, *want;
} blocks[] = {
	{"as the RFC has it",
		"Reporting-MTA: dns; mx.example.net\n\n"
		"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.1.1\n"
		"Remote-MTA: dns; mx.far.example\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n",
		"a@far.example|failed|5.1.1|550 5.1.1 unknown|mx.far.example\n"},
	{"blanks before colons, an odd address type (Mimecast)",
		"Reporting-MTA : dns;mx.example.net\nAction : failed\nStatus : 5.0.0\n"
		"Diagnostic-Code : smtp;550 5.7.54 no relay\nFinal-Recipient : rfc/822;a@far.example\n",
		"a@far.example|failed|5.0.0|550 5.7.54 no relay|\n"},
	{"report and recipient in one block (AOL)",
		"Reporting-MTA: dns; mx.example.net\nArrival-Date: Mon, 5 Jan 2026 10:00:00 +0000\n"
		"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.2.2\n",
		"a@far.example|failed|5.2.2||\n"},
	{"a block for two, parted by the next Final-Recipient",
		"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.1.1\n"
		"Final-Recipient: rfc822; b@far.example\nAction: delayed\nStatus: 4.2.2\n",
		"a@far.example|failed|5.1.1||\nb@far.example|delayed|4.2.2||\n"},
	{"empty blocks first (SurfControl)",
		"\n\n\nAction: failed\nFinal-Recipient: rfc822;a@far.example\nStatus: 5.0.0\n",
		"a@far.example|failed|5.0.0||\n"},
	{"only an Original-Recipient without a type (McAfee)",
		"Original-Recipient: <a@far.example>\nAction: failed\nDiagnostic-Code: smtp; 550 unknown\n",
		"a@far.example|failed||550 unknown|\n"},
	{"angle brackets (Bigfoot)", "Final-Recipient: RFC822; <a@far.example>\nStatus: 5.7.1\n",
		"a@far.example||5.7.1||\n"},
	{"a pipe is no address (Exim)",
		"Action: failed\nFinal-Recipient: rfc822;|/usr/bin/filter a@far.example\nStatus: 5.0.0\n",
		"-|failed|5.0.0||\n"},
	{"a placeholder is no address", "Final-Recipient: rfc822; [recipient email address]\nAction: failed\n",
		"-|failed|||\n"},
	{"a remark behind the status",
		"Final-Recipient: rfc822; a@far.example\nStatus: 5.2.1 (mailbox disabled)\n",
		"a@far.example||5.2.1 (mailbox disabled)||\n"},
	{"a diagnostic without a type (SendGrid)",
		"Final-Recipient: rfc822; a@far.example\nDiagnostic-Code: 550 5.1.1 unknown; sorry\n",
		"a@far.example|||550 5.1.1 unknown; sorry|\n"},
	{"folded lines",
		"Final-Recipient: rfc822; a@far.example\nDiagnostic-Code: smtp; 550-5.1.1 one\n 550 5.1.1 two\nStatus: 5.1.1\n",
		"a@far.example||5.1.1|550-5.1.1 one\n 550 5.1.1 two|\n"},
	{"further lines of a reply that are not indented (nullmailer)",
		"Final-Recipient: rfc822; a@far.example\nDiagnostic-Code: SMTP; 550-5.1.1 one\n550 5.1.1 two\nStatus: 5.1.1\n",
		"a@far.example||5.1.1|550-5.1.1 one\n550 5.1.1 two|\n"},
	{"a blank line inside the reply (MessageLabs)",
		"Final-Recipient: rfc822; a@far.example\nDiagnostic-Code: smtp; 550-one\n\n550 two\nStatus: 5.0.0\n",
		"a@far.example||5.0.0|550-one\n\n550 two|\n"},
	{"the first diagnostic counts",
		"Final-Recipient: rfc822; a@far.example\nDiagnostic-Code: smtp; 550 one\nDiagnostic-Code: smtp; 550 two\n",
		"a@far.example|||550 one|\n"},
	{"escapes of RFC 6533",
		"Final-Recipient: utf-8; j\\x{FC}rgen@far.example\nAction: failed\n", "jürgen@far.example|failed|||\n"},
	{"octal escapes of Exim",
		"Final-Recipient: rfc822; j\\303\\274rgen@far.example\nAction: failed\n", "jürgen@far.example|failed|||\n"},
	{"a source route (Messaging Server)",
		"Final-Recipient: rfc822;@relay.example:a@far.example\nAction: failed\n", "a@far.example|failed|||\n"},
	{"a semicolon in the local part is no second type",
		"Final-Recipient: rfc822; vic;tim@far.example\nAction: failed\n", "vic;tim@far.example|failed|||\n"},
	{"CR LF", "Final-Recipient: rfc822; a@far.example\r\nAction: failed\r\n\r\n", "a@far.example|failed|||\n"},
	{"bare CR", "Final-Recipient: rfc822; a@far.example\rAction: failed\r", "a@far.example|failed|||\n"},
	{"rubbish before the first field", "xO2+/==\nMore: rubbish\nFinal-Recipient: rfc822; a@far.example\nAction: failed\n",
		"a@far.example|failed|||\n"},
	{"nothing", "", ""},
	{"no recipient at all", "Reporting-MTA: dns; mx.example.net\nAction: failed\n", ""},
};

static const struct {
	const char *in, *out; /* out NULL: cannot be read */
	gint64 epoch;
} dates[] = {
	{"Thu, 01 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00+00:00", 0},
	{"Tue, 28 Jul 2026 06:56:01 +0900", "2026-07-28T06:56:01+09:00", 1785189361},
	{"28 Jul 2026 06:56 -0330 (comment (nested))", "2026-07-28T06:56:00-03:30", 1785234360},
	{"Thu, 01 Oct 15 13:48:54 UTC", "2015-10-01T13:48:54+00:00", 1443707334},
	{"Fri, 5 Mar 99 01:02:03 EST", "1999-03-05T01:02:03-05:00", 920613723},
	{"Mon, 29 Feb 2016 12:00:00 JST", "2016-02-29T12:00:00+09:00", 1456714800},
	{"Sat, 1 January 2000 00:00:00 Z", "2000-01-01T00:00:00+00:00", 946684800},
	{"2012-10-31 04-46-42", NULL, 0},
	{"yesterday", NULL, 0},
	{"", NULL, 0},
	{"Thu, 99 Foo 2026 99:99:99 +0000", NULL, 0},
	{"Thu, 31 Dec 1969 23:59:59 +0000", NULL, 0},
};

static char *field(struct span span)
{
	return span.n ? g_strndup(span.p, span.n) : g_strdup("");
}

static char *read_block(const char *text, struct arena *arena)
{
	struct source source = {.part = "", .text = span_of(text)};
	struct dsn dsn = {.recipients = NULL};
	GString *got = g_string_new(NULL);

	dsn_read(&dsn, &source, source.text, false);
	for (guint i = 0; i < dsn.recipients->len; i++) {
		const struct dsn_recipient *r = &g_array_index(dsn.recipients, struct dsn_recipient, i);
		const char *address = dsn_address(r->final.n ? r->final : r->original, arena);
		g_autofree char *action = field(r->action), *status = field(r->status);
		g_autofree char *words = field(dsn_typed(r->diagnostic, NULL)), *host = field(dsn_host(r->remote_mta));

		g_string_append_printf(got, "%s|%s|%s|%s|%s\n", address ? address : "-", action, status, words, host);
	}
	dsn_clear(&dsn);
	return g_string_free(got, FALSE);
}

static void test_block(const void *data)
{
	const size_t *i = data;
	struct arena *arena = arena_new();
	g_autofree char *got = read_block(blocks[*i].text, arena);

	g_assert_cmpstr(got, ==, blocks[*i].want);
	arena_free(arena);
}

static void test_dates(void)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
		const char *text = NULL;
		int64_t epoch = -1;
		bool ok = date_read(span_of(dates[i].in), &text, &epoch, arena);

		g_test_message("%s", dates[i].in);
		g_assert_cmpint(ok, ==, dates[i].out != NULL);
		g_assert_cmpstr(text, ==, dates[i].out);
		if (ok)
			g_assert_cmpint(epoch, ==, dates[i].epoch);
	}
	g_assert_cmpstr(date_text(SPAN_LIT("2012-10-31\n 04-46-42"), arena), ==, "2012-10-31  04-46-42");
	g_assert_null(date_text(SPAN_LIT(" "), arena));
	arena_free(arena);
}

/* Text around the fields: only known names count there, and prose does not continue a value. */
static void test_prose(void)
{
	struct arena *arena = arena_new();
	struct source source = {.part = "", .text = SPAN_LIT(
		"Technical report:\n\nNote: this is not a field\nReporting-MTA: dns; mx.example.net\n"
		"Final-Recipient: rfc822; a@far.example\nDiagnostic-Code: smtp; 550 5.1.1\n unknown\n"
		"Action: failed\n\nPlease call us: we are here\n")};
	struct dsn dsn = {.recipients = NULL};
	const struct dsn_recipient *first;

	dsn_read(&dsn, &source, source.text, true);
	g_assert_cmpuint(dsn.recipients->len, ==, 1);
	first = &g_array_index(dsn.recipients, struct dsn_recipient, 0);
	g_assert_cmpstr(dsn_address(first->final, arena), ==, "a@far.example");
	g_assert_cmpuint(first->diagnostic.n, ==, strlen("smtp; 550 5.1.1\n unknown"));
	dsn_clear(&dsn);
	arena_free(arena);
}

int main(int argc, char **argv)
{
	static size_t index[G_N_ELEMENTS(blocks)];

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
		g_autofree char *path = g_strdup_printf("/dsn/%s", blocks[i].name);

		index[i] = i;
		g_test_add_data_func(path, &index[i], test_block);
	}
	g_test_add_func("/dsn/prose", test_prose);
	g_test_add_func("/dates", test_dates);
	return g_test_run();
}
