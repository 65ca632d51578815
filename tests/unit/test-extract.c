/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From bytes to facts: small mails for each step and each trap, fragments that people paste, and
 * for every one of them that the evidence points at its own words. Whole samples of the families
 * are in tests/samples.
 */
#include <glib.h>

#include "base/text.h"
#include "extract/extract.h"

#define DAEMON \
	"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net (Mail Delivery System)\nTo: " \
	"me@example.org\n"
#define FAILED DAEMON "Subject: Undelivered Mail Returned to Sender\n\n"
#define PERSON "Return-Path: <ann@example.com>\nFrom: Ann <ann@example.com>\nTo: me@example.org\n"
#define REPORT(words, fields) \
	DAEMON "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n" \
	       "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" \
	       "--b\nContent-Type: text/plain\n\n" words \
	       "\n--b\nContent-Type: message/delivery-status\n\n" \
	       "Reporting-MTA: dns; mx.example.net\n\n" fields "\n--b--\n"

/* Values joined by commas, one for each recipient; an empty field is not looked at, `-` is none. */
struct row {
	const char *name, *mail, *kind;
	const char *addresses, *statuses, *replies, *categories, *finality, *format;
};

static const struct row mails[] = {
	/* Codes: hard-problems H1 to H4, H25 */
	{"a specific code beats x.0.0",
		REPORT("x",
			"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.0.0\n"
			"Diagnostic-Code: smtp; 550 5.1.1 no such user\n"),
		"failure", "a@far.example", "5.1.1", "550", "no-such-user", "refused", NULL},
	{"the Status field where the words have none",
		REPORT("x", "Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: "
			    "5.2.2\nDiagnostic-Code: smtp; 550 sorry\n"),
		"failure", "a@far.example", "5.2.2", "550", "mailbox-full", "refused", NULL},
	{"4.4.7 says that it was given up",
		REPORT("x",
			"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 4.4.7\n"
			"Diagnostic-Code: smtp; 452 4.2.2 mailbox full\n"),
		"failure", "a@far.example", "4.2.2", "452", "mailbox-full", "gave-up", NULL},
	{"failed with a 4xx reply",
		REPORT("x",
			"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.0.0\n"
			"Diagnostic-Code: smtp; 451 4.3.0 try again\n"),
		"failure", "a@far.example", "4.3.0", "451", NULL, "gave-up", NULL},
	{"no code is made up",
		FAILED "<a@far.example>: mail for far.example loops back to myself\n", "failure",
		"a@far.example", "-", "-", "mail-loop", NULL, "postfix"},
	{"the quoted reply counts",
		REPORT("x",
			"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.0.0\n"
			"Diagnostic-Code: smtp; 5.1.0 - Unknown address error 550-'5.7.1 Relay "
			"access denied'\n"),
		"failure", "a@far.example", "5.7.1", "550", "relay-denied", NULL, NULL},

	/* Recipients */
	{"placeholder: the original one",
		REPORT("x", "Original-Recipient: rfc822; a@far.example\nFinal-Recipient: rfc822; "
			    "[recipient]\nAction: failed\nStatus: 5.1.1\n"),
		"failure", "a@far.example", "5.1.1", "-", NULL, NULL, NULL},
	{"two of three failed",
		REPORT("x",
			"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.1.1\n\n"
			"Final-Recipient: rfc822; b@far.example\nAction: relayed\nStatus: 2.0.0\n\n"
			"Final-Recipient: rfc822; c@far.example\nAction: delayed\nStatus: 4.4.1\n"),
		"failure", "a@far.example,c@far.example", "5.1.1,4.4.1", "-,-", NULL,
		"refused,retrying", NULL},
	{"only successes",
		REPORT("x", "Final-Recipient: rfc822; a@far.example\nAction: delivered\nStatus: "
			    "2.0.0\n"),
		"delivered", "", NULL, NULL, NULL, NULL, NULL},
	{"the same one twice",
		REPORT("x",
			"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.1.1\n\n"
			"Final-Recipient: RFC822; A@FAR.example\nAction: failed\nStatus: 5.1.1\n"),
		"failure", "a@far.example", NULL, NULL, NULL, NULL, NULL},
	{"X-Failed-Recipients where the text has only a name",
		"X-Failed-Recipients: a@far.example\n" DAEMON "Subject: Mail delivery failed\n\n"
		"This message was created automatically by mail delivery software.\n"
		"The following address(es) failed:\n\n  save to a\n    mailbox is full\n",
		"failure", "a@far.example", "-", "-", "mailbox-full", NULL, "exim"},
	{"the one addressee of the returned message",
		FAILED
		"I am sorry, but your message could not be delivered: mailbox unavailable.\n\n"
		"----- Original message -----\nFrom: me@example.org\nTo: a@far.example\nSubject: "
		"hi\nMessage-ID: <1@example.org>\n",
		"failure", "a@far.example", NULL, NULL, NULL, NULL, NULL},
	{"a tagged return address",
		"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: "
		"bounces+a=far.example@lists.example.org\n"
		"Subject: Delivery failure\n\nYour message could not be delivered.\n",
		"failure", "a@far.example", NULL, NULL, NULL, NULL, NULL},
	{"nothing is read past the separator",
		FAILED "<a@far.example>: host mx.far.example[192.0.2.1] said: 550 5.1.1 unknown\n\n"
		       "--- Below this line is a copy of the message.\n\n<b@other.example>: 550 "
		       "quoted in the mail itself\n",
		"failure", "a@far.example", "5.1.1", "550", NULL, NULL, NULL},

	/* Layouts */
	{"paragraphs",
		FAILED "<a@far.example>: host mx.far.example[192.0.2.1] said: 550\n    5.1.1 "
		       "unknown user (in reply to RCPT TO command)\n\n"
		       "<b@far.example> (expanded from <club@example.org>): host\n    "
		       "mx.far.example[192.0.2.1] said: 552 5.2.2 mailbox full\n",
		"failure", "a@far.example,b@far.example", "5.1.1,5.2.2", "550,552",
		"no-such-user,mailbox-full", NULL, "postfix"},
	{"foreign paragraphs between (qmail)",
		DAEMON
		"Subject: failure notice\n\nHi. This is the qmail-send program at "
		"mx.example.net.\n\n"
		"<a@far.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\nAn "
		"advertisement of the host.\n\n"
		"<b@far.example>:\nSorry, I couldn't find any host named far.example. (#5.1.2)\n",
		"failure", "a@far.example,b@far.example", "5.1.1,5.1.2", "-,-",
		"no-such-user,no-such-domain", NULL, "qmail"},
	{"a list with indented details (Exim)",
		DAEMON "Subject: Mail delivery failed: returning message to sender\n\n"
		       "This message was created automatically by mail delivery software.\nThe "
		       "following address(es) failed:\n\n"
		       "  a@far.example\n    host mx.far.example [192.0.2.1]: 550 unknown user\n  "
		       "b@far.example\n    Unrouteable address\n",
		"failure", "a@far.example,b@far.example", "-,-", "550,-", "no-such-user,", NULL,
		"exim"},
	{"a bare list shares what stands below",
		DAEMON "Subject: Delivery failure\n\n"
		       "Your mail could not be delivered to these "
		       "recipients:\n\na@far.example\nb@far.example\n\nReason: mailbox full\n",
		"failure", "a@far.example,b@far.example", NULL, NULL, "mailbox-full,mailbox-full",
		NULL, NULL},
	{"contact addresses are no recipients",
		DAEMON "Subject: Delivery failure\n\n"
		       "Your mail could not be delivered to these "
		       "recipients:\n\na@far.example\n\nFor help write to\nsupport@example.net\n",
		"failure", "a@far.example", NULL, NULL, NULL, NULL, NULL},
	{"a transcript",
		DAEMON "Subject: Returned mail: see transcript for details\n\n"
		       "   ----- The following addresses had permanent fatal errors "
		       "-----\n<a@far.example>\n<b@far.example>\n\n"
		       "   ----- Transcript of session follows -----\n... while talking to "
		       "mx.far.example.:\n"
		       ">>> RCPT To:<a@far.example>\n<<< 550 5.1.1 unknown\n550 5.1.1 "
		       "<a@far.example>... User unknown\n"
		       ">>> RCPT To:<b@far.example>\n<<< 552 5.2.2 mailbox full\n<<< 503 5.0.0 "
		       "Need RCPT\n",
		"failure", "a@far.example,b@far.example", "5.1.1,5.2.2", "550,552",
		"no-such-user,mailbox-full", NULL, "sendmail"},
	{"arrows the other way round",
		"From: \"InterScan MSS\" <postmaster@mx.example.net>\nSubject: Mail could not be "
		"delivered\n\n"
		"Sent <<< RCPT TO:<a@far.example>\nReceived >>> 550 5.1.1 unknown\n",
		"failure", "a@far.example", "5.1.1", "550", NULL, NULL, "interscan"},
	{"labels",
		DAEMON "Subject: Delivery failure\n\nRecipient address: a@far.example\nReason: "
		       "mailbox full\n",
		"failure", "a@far.example", NULL, NULL, "mailbox-full", NULL, NULL},
	{"fields in the text",
		DAEMON "Subject: Delivery Status Notification\n\nTechnical report:\n\n"
		       "Final-Recipient: rfc822; a@far.example\nAction: failed\nDiagnostic-Code: "
		       "smtp; 550 5.1.1 unknown\n",
		"failure", "a@far.example", "5.1.1", "550", "no-such-user", NULL, NULL},

	/* Kinds */
	{"a delay",
		DAEMON "Subject: Warning: message delayed\n\nThis message was created "
		       "automatically by mail delivery software.\n"
		       "The address to which the message has not yet been delivered is:\n\n  "
		       "a@far.example\n    Delay reason: Connection timed out\n",
		"delay", "a@far.example", NULL, NULL, NULL, "retrying", "exim"},
	{"the last delay of OpenSMTPD is final",
		"Return-Path: <>\nFrom: Mailer Daemon <MAILER-DAEMON@mx.example.net>\n"
		"Subject: Delivery status notification: delayed\n\n    This is the MAILER-DAEMON, "
		"please DO NOT REPLY to this email.\n\n"
		"    A message is delayed for more than 0 seconds for the following\n    list of "
		"recipients:\n\n"
		"a@far.example: Envelope expired\n",
		"failure", "a@far.example", NULL, NULL, "expired", NULL, "opensmtpd"},
	{"an automatic reply",
		"Return-Path: <>\nFrom: Ann <ann@far.example>\nSubject: Out of office: "
		"hello\nAuto-Submitted: auto-replied\n\n"
		"I am out of the office. Please write to bob@far.example.\n",
		"auto-reply", "", NULL, NULL, NULL, NULL, NULL},
	{"a complaint",
		"From: fbl@example.net\nMIME-Version: 1.0\n"
		"Content-Type: multipart/report; report-type=feedback-report; "
		"boundary=b\n\n--b\nContent-Type: text/plain\n\nabuse\n"
		"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: "
		"abuse\nOriginal-Rcpt-To: a@far.example\n\n--b--\n",
		"complaint", "", NULL, NULL, NULL, NULL, NULL},
	{"a receipt",
		"From: ann@far.example\nSubject: Read: hello\nMIME-Version: 1.0\n"
		"Content-Type: multipart/report; report-type=disposition-notification; "
		"boundary=b\n\n--b\nContent-Type: text/plain\n\nread\n"
		"--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; "
		"ann@far.example\n"
		"Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n",
		"read-receipt", "", NULL, NULL, NULL, NULL, NULL},
	{"a person's letter", PERSON "Subject: lunch\n\nSee you at noon. 550 euros it was.\n",
		"not-a-bounce", "", NULL, NULL, NULL, NULL, NULL},
	{"talk about reports on a list",
		PERSON
		"Subject: Undeliverable: what now\nList-Id: <admins.example.net>\n\n"
		"Delivery has failed to these recipients:\n\na@far.example\n\nWhat does it mean?\n",
		"not-a-bounce", "", NULL, NULL, NULL, NULL, NULL},
	{"a report that says nothing", DAEMON "Subject: Undelivered Mail Returned to Sender\n\n\n",
		"not-a-bounce", "", NULL, NULL, NULL, NULL, NULL},
	{"a bait",
		"Return-Path: <x@bad.example>\nFrom: \"Mail Delivery System\" <x@bad.example>\nTo: "
		"me@example.org\n"
		"Subject: Undelivered Mail: 3 messages held\n\nYour mail could not be delivered to "
		"you. http://bad.example/release\n",
		"not-a-bounce", "", NULL, NULL, NULL, NULL, NULL},
	{"a report attached by a person",
		PERSON
		"Subject: what is this\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
		"boundary=o\n\n"
		"--o\nContent-Type: text/plain\n\nPlease look.\n--o\nContent-Type: "
		"message/rfc822\n\n" REPORT("x", "Final-Recipient: rfc822; a@far.example\nAction: "
						 "failed\nStatus: 5.1.1\n") "\n--o--\n",
		"failure", "a@far.example", "5.1.1", NULL, NULL, NULL, NULL},
	{"a dialog pasted by a person",
		PERSON "Subject: help\n\nIt says: The rejected e-mail address was 'a@far.example'. "
		       "Server Response: '550 5.7.1 <a@far.example>... Relaying denied', Port: 25, "
		       "Error Number: 0x800CCC79\n",
		"failure", "a@far.example", "5.7.1", "550", NULL, NULL, "mail-client"},
	{"a notice of Amazon SES",
		"From: no-reply@sns.amazonaws.com\nSubject: AWS Notification Message\n\n"
		"{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\","
		"\"bounceSubType\":\"General\","
		"\"bouncedRecipients\":[{\"emailAddress\":\"a@far.example\",\"action\":\"failed\","
		"\"status\":\"5.1.1\","
		"\"diagnosticCode\":\"smtp; 550 5.1.1 user "
		"unknown\"}]},\"mail\":{\"commonHeaders\":{\"subject\":\"hi\"}}}\n--\nlegal text\n",
		"failure", "a@far.example", "5.1.1", "550", "no-such-user", NULL, NULL},
	{"a delivery notice of Amazon SES",
		"From: no-reply@sns.amazonaws.com\nSubject: AWS Notification Message\n\n"
		"{\"notificationType\":\"Delivery\",\"delivery\":{},\"mail\":{}}\n",
		"delivered", "", NULL, NULL, NULL, NULL, NULL},
	{"nothing at all", "", "not-a-bounce", "", NULL, NULL, NULL, NULL, NULL},
};

static const struct row fragments[] = {
	{"a bare code", "5.7.26", "failure", "-", "5.7.26", "-", "sender-auth-failed", NULL, NULL},
	{"a bare reply", "550", "failure", "-", "-", "550", NULL, NULL, NULL},
	{"a reply", "550 5.1.1 <a@far.example>: User unknown", "failure", "a@far.example", "5.1.1",
		"550", "no-such-user", NULL, NULL},
	{"words alone", "Mailbox is full", "failure", "-", "-", "-", "mailbox-full", NULL, NULL},
	{"a log line",
		"<a@far.example>: host mx.far.example[192.0.2.1] said: 452 4.3.1 Insufficient\n   "
		"system storage",
		"failure", "a@far.example", "4.3.1", "452", "mailbox-full", NULL, NULL},
	{"fields on one line",
		"Reporting-MTA: dns; mx.example.net Final-Recipient: rfc822; a@far.example Action: "
		"failed Status: 5.7.1 "
		"Remote-MTA: dns; mx.far.example Diagnostic-Code: smtp; 550 5.7.1 <a@far.example>: "
		"Relay access denied.",
		"failure", "a@far.example", "5.7.1", "550", "relay-denied", NULL, NULL},
	{"not tried again", "Email to a@far.example dropped: previously bounced address", "failure",
		"a@far.example", "-", "-", "suppressed", "not-attempted", NULL},
	{"bytes that are no UTF-8", "550 5.1.1 b\xfcro unknown user", "failure", "-", "5.1.1",
		"550", "no-such-user", NULL, NULL},
	{"nothing", "", "failure", "-", "-", "-", "unclassified", NULL, NULL},
};

static struct knowledge *knowledge;
static struct rule_set *rules;
static struct extractor *extractor;

typedef const char *value_of(const struct recipient *recipient);

static const char *address_of(const struct recipient *r)
{
	return r->address;
}
static const char *status_of(const struct recipient *r)
{
	return r->status;
}
static const char *reply_of(const struct recipient *r)
{
	return r->reply;
}
static const char *category_of(const struct recipient *r)
{
	return r->category;
}
static const char *finality_of(const struct recipient *r)
{
	return finality_names[r->finality];
}

static void check(const struct report *report, const char *want, value_of *value)
{
	g_auto(GStrv) values = want ? g_strsplit(want, ",", -1) : NULL;

	if (!want)
		return;
	if (!*want) {
		g_assert_cmpuint(report->recipients_n, ==, 0);
		return;
	}
	g_assert_cmpuint(report->recipients_n, ==, g_strv_length(values));
	for (size_t i = 0; values[i]; i++) {
		const char *got = value(&report->recipients[i]);

		if (*values[i])
			g_assert_cmpstr(got ? got : "-", ==, values[i]);
	}
}

/* The mails here are plain: a piece of evidence is the very bytes at its place. */
static void check_evidence(const struct report *report, struct span bytes)
{
	for (size_t i = 0; i < report->recipients_n; i++) {
		const struct recipient *recipient = &report->recipients[i];

		for (size_t k = 0; k < recipient->evidence_n; k++) {
			const struct evidence *piece = &recipient->evidence[k];

			g_assert_cmpuint(piece->raw_n, >, 0);
			g_assert_cmpuint(piece->raw_at + piece->raw_n, <=, bytes.n);
			g_assert_cmpuint(piece->raw_n, ==, strlen(piece->text));
			g_assert_true(
				memcmp(bytes.p + piece->raw_at, piece->text, piece->raw_n) == 0);
		}
	}
}

static void check_row(const struct row *row, struct report *report)
{
	g_assert_cmpstr(kind_names[report->kind], ==, row->kind);
	check(report, row->addresses, address_of);
	check(report, row->statuses, status_of);
	check(report, row->replies, reply_of);
	check(report, row->categories, category_of);
	check(report, row->finality, finality_of);
	if (row->format)
		g_assert_cmpstr(report->format, ==, row->format);
	if (text_is_utf8(span_of(row->mail)))
		check_evidence(report, span_of(row->mail));
	report_free(report);
}

static void test_mail(const void *data)
{
	const struct row *row = data;

	check_row(row, extract_report(extractor, span_of(row->mail)));
}

static void test_fragment(const void *data)
{
	const struct row *row = data;

	check_row(row, extract_fragment(extractor, span_of(row->mail)));
}

static void test_original(void)
{
	static const char mail[] = REPORT("x",
		"Original-Recipient: rfc822; club@example.org\nFinal-Recipient: rfc822; "
		"a@far.example\nAction: failed\nStatus: 5.1.1\n"
		"\n--b\nContent-Type: message/rfc822\n\nReturn-Path: <me@example.org>\n"
		"Received: from pc.example.org by mx.example.org; Tue, 28 Jul 2026 06:56:01 +0900\n"
		"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=x; b=abc\nFrom: Me "
		"<me@example.org>\nTo: club@example.org\n"
		"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nMessage-ID: <1@example.org>\nDate: Tue, 28 "
		"Jul 2026 06:56:01 +0900\n\nhi\n");
	struct report *report = extract_report(extractor, SPAN_LIT(mail));
	const struct original *original = &report->original;
	const struct recipient *recipient = report->recipients;

	g_assert_true(original->present);
	g_assert_true(original->complete);
	g_assert_cmpstr(original->id, ==, "1@example.org");
	g_assert_cmpstr(original->subject, ==, "Grüße");
	g_assert_cmpstr(original->date, ==, "2026-07-28T06:56:01+09:00");
	g_assert_cmpstr(original->return_path, ==, "me@example.org");
	g_assert_cmpuint(original->dkim.n, ==, 1);
	g_assert_cmpstr(original->dkim.v[0], ==, "example.org");
	g_assert_cmpuint(original->received.n, ==, 2);
	g_assert_cmpstr(report->reporting_mta, ==, "mx.example.net");
	g_assert_cmpstr(recipient->original_address, ==, "club@example.org");
	/* H8: the owner of the address that was written to has to mend the forwarding, too. */
	g_assert_cmpint(recipient->who.who[recipient->who.count - 1], ==, ACTOR_RECIPIENT);
	report_free(report);
}

/* What the words name beside their reason. */
static void test_named(void)
{
	static const struct {
		const char *text, *limit, *size, *new_address, *sending_ip;
		int64_t wait;
	} rows[] = {
		{"message size 54112870 exceeds size limit 26214400 of server mx.far.example",
			"26214400", "54112870", .wait = -1},
		{"552 5.3.4 Message is bigger than 10 MB", "10 MB", .wait = -1},
		{"552 5.2.3 Message size exceeds fixed maximum message size (10485760)", "10485760",
			.wait = -1},
		{"554 5.7.1 Class=size limit=15728640 Subclass=reject size=18571048", "15728640",
			"18571048", .wait = -1},
		{"552 5.3.4 Message size 18 MB too big", NULL, "18 MB", .wait = -1},
		{"552 5.3.4 Message too big (id 1234567)", .wait = -1},
		{"551 <joan@far.example> not local; please try <jane@near.example>",
			.new_address = "jane@near.example", .wait = -1},
		{"451 4.7.28 Too many messages, try again later (ref 3s89Ujc32-23)", .wait = -1},
		{"550 5.2.1 account closed, write to postmaster@far.example", .wait = -1},
		{"551 5.1.6 Mailbox has moved, please use jane@near.example",
			.new_address = "jane@near.example", .wait = -1},
		{"550 5.2.1 <ann@far.example>: account of user old@far.example is disabled",
			.wait = -1},
		{"550 5.2.1 <ann@far.example> is disabled. Try later. Ask bob@far.example",
			.wait = -1},
		{"451 4.7.1 Greylisted, please retry in 5 minutes", .wait = 300},
		{"451 4.7.1 Greylisted, come back in 300 seconds", .wait = 300},
		{"451 4.7.1 Greylisted, please retry in 4 hours", .wait = 14400},
		{"451 4.7.1 Greylisted, bitte nach 4 Stunden erneut versuchen", .wait = 14400},
		{"451 4.7.1 Greylisted, veuillez réessayer dans 4 heures", .wait = 14400},
		{"451 4.7.1 Greylisted, повторите через 10 Минут", .wait = 600},
		{"451 4.7.1 Greylisted, 5分後に再送してください", .wait = 300},
		{"451 4.7.1 Greylisted, 4 heuristics failed", .wait = -1},
		{"450 4.7.1 100 mails in the last 60 minutes. Please try again in 5 minutes",
			.wait = 300},
		{"450 4.7.1 You sent too many mails per 10 minutes", .wait = -1},
		{"450 4.7.1 Zu viele Mails in den letzten 30 Minuten, erneut in 2 Stunden",
			.wait = 7200},
		{"552 5.3.4 Message too big, taille maximale 20971520", "20971520", .wait = -1},
		{"552 5.3.4 Message too big: 12 Mo", "12 Mo", .wait = -1},
		{"551 <joan@far.example> has moved; neue Adresse <jane@near.example>",
			.new_address = "jane@near.example", .wait = -1},
		{"450 4.7.1 Error: too much mail from 198.51.100.9", .sending_ip = "198.51.100.9",
			.wait = -1},
		{"554 5.7.1 192.0.2.9 listed in bl.example.org", .sending_ip = "192.0.2.9",
			.wait = -1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report *report = extract_fragment(extractor, span_of(rows[i].text));
		const struct recipient *recipient = report->recipients;

		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(recipient->limit, ==, rows[i].limit);
		g_assert_cmpstr(recipient->size, ==, rows[i].size);
		g_assert_cmpstr(recipient->new_address, ==, rows[i].new_address);
		g_assert_cmpstr(recipient->sending_ip, ==, rows[i].sending_ip);
		g_assert_cmpint(recipient->retry_after, ==, rows[i].wait);
		report_free(report);
	}
}

/* Pasted lines of a report tell of several, each with what was said of it; a reply that mentions
 * further addresses does not. */
static void test_pasted_several(void)
{
	static const struct {
		const char *text;
		size_t n;
		const char *last, *category;
	} rows[] = {
		{"These addresses failed:\n\n<ann@far.example>: 550 5.1.1 User unknown\n"
		 "<bob@box.example>: 552 5.2.2 Mailbox full\n",
			2, "bob@box.example", "mailbox-full"},
		{"<ann@far.example>: 550 5.1.1 User unknown (ask bob@box.example)", 1,
			"ann@far.example", "no-such-user"},
		{"These addresses failed:\n\nann@far.example\nbob@box.example\n\n550 User unknown",
			1, "ann@far.example", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report *report = extract_fragment(extractor, span_of(rows[i].text));
		const struct recipient *last = &report->recipients[report->recipients_n - 1];

		g_test_message("%s", rows[i].text);
		g_assert_cmpuint(report->recipients_n, ==, rows[i].n);
		g_assert_cmpstr(last->address, ==, rows[i].last);
		if (rows[i].category)
			g_assert_cmpstr(last->category, ==, rows[i].category);
		report_free(report);
	}
}

/* In a pasted reply the one address is the recipient's, unless the words say whose else it is. */
static void test_pasted_address(void)
{
	static const struct {
		const char *text, *address;
	} rows[] = {
		{"550 5.1.1 ann@far.example: no such user", "ann@far.example"},
		{"550 5.1.1 no mailbox here; contact postmaster@far.example", NULL},
		{"550 5.1.1 no such user, see https://far.example/?u=ann@far.example", NULL},
		{"551 5.1.6 Mailbox has moved, please use jane@near.example", NULL},
		{"551 <joan@far.example> not local; please try <jane@near.example>",
			"joan@far.example"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report *report = extract_fragment(extractor, span_of(rows[i].text));

		g_assert_cmpstr(report->recipients[0].address, ==, rows[i].address);
		report_free(report);
	}
}

/* A code that would mean something else is told of; one that says little is not. */
static void test_words_against_code(void)
{
	static const struct {
		const char *text;
		int conflict, confidence;
	} rows[] = {
		{"550 5.1.1 User unknown", CONFLICT_NONE, CONFIDENCE_HIGH},
		{"552 5.1.1 Mailbox full", CONFLICT_WORDS, CONFIDENCE_HIGH},
		{"550 5.7.1 User unknown", CONFLICT_NONE, CONFIDENCE_HIGH},
		{"550 User unknown", CONFLICT_NONE, CONFIDENCE_HIGH},
		{"5.2.2", CONFLICT_NONE, CONFIDENCE_MEDIUM},
		{"550", CONFLICT_NONE, CONFIDENCE_LOW},
		{"out to lunch", CONFLICT_NONE, CONFIDENCE_NONE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report *report = extract_fragment(extractor, span_of(rows[i].text));

		g_assert_cmpint(report->recipients[0].conflict, ==, rows[i].conflict);
		g_assert_cmpint(report->recipients[0].confidence, ==, rows[i].confidence);
		report_free(report);
	}
}

static void test_conflict(void)
{
	struct report *report = extract_report(extractor,
		SPAN_LIT(REPORT("x",
			"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: "
			"5.2.2\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n")));

	g_assert_cmpstr(report->recipients[0].status, ==, "5.1.1");
	g_assert_cmpstr(report->recipients[0].status_field, ==, "5.2.2");
	g_assert_cmpint(report->recipients[0].conflict, ==, CONFLICT_CODES);
	g_assert_cmpuint(report->recipients[0].codes.n, ==, 2);
	report_free(report);
}

/* A temporary code turns a dead address soft; a delay asks nobody to act. */
static void test_soft(void)
{
	struct report *report = extract_report(extractor,
		SPAN_LIT(REPORT("x",
			"Final-Recipient: rfc822; a@far.example\nAction: delayed\nStatus: "
			"4.1.1\nDiagnostic-Code: smtp; 450 4.1.1 user unknown\n")));

	g_assert_cmpint(report->recipients[0].type, ==, TYPE_SOFT);
	g_assert_cmpint(report->recipients[0].who.who[0], ==, ACTOR_NOBODY);
	g_assert_cmpstr(report->recipients[0].ses_type, ==, "Transient");
	report_free(report);
}

static void test_hosts(void)
{
	struct report *report = extract_report(
		extractor, SPAN_LIT(FAILED "<a@far.example>: host mx.far.example[192.0.2.7] said: "
					   "554 5.7.1 Service unavailable; client [198.51.100.9] "
					   "blocked using zen.spamhaus.org; see "
					   "https://www.spamhaus.org/query/ip/198.51.100.9 or "
					   "https://www.example.com/a, "
					   "https://www.spamhaus.org/query/ip/198.51.100.9 (in "
					   "reply to RCPT TO command)\n"));
	const struct recipient *recipient = report->recipients;

	g_assert_cmpstr(recipient->remote_mta, ==, "mx.far.example");
	g_assert_cmpstr(recipient->remote_ip, ==, "192.0.2.7");
	g_assert_cmpstr(recipient->sending_ip, ==, "198.51.100.9");
	g_assert_cmpint(recipient->phase, ==, PHASE_RCPT);
	g_assert_cmpuint(recipient->links.n, ==, 2);
	g_assert_cmpstr(
		recipient->links.v[0], ==, "https://www.spamhaus.org/query/ip/198.51.100.9");
	report_free(report);
}

/* Every field of report.def is found by its name, at a place of its own. */
static void test_fields(void)
{
	const struct field *const tables[] = {report_fields, original_fields, recipient_fields};

	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		for (const struct field *field = tables[i]; field->name; field++) {
			g_assert_true(field_by_name(tables[i], field->name) == field);
			g_assert_true(
				field->type != FIELD_ENUM || (field->names && field->count > 0));
		}
	g_assert_null(field_by_name(report_fields, "no such field"));
}

static void add(const char *group, const struct row *rows, size_t n, GTestDataFunc test)
{
	for (size_t i = 0; i < n; i++) {
		g_autofree char *path = g_strdup_printf("/%s/%s", group, rows[i].name);

		g_test_add_data_func(path, &rows[i], test);
	}
}

int main(int argc, char **argv)
{
	const char *datadir = g_getenv("NIXIE_DATADIR");
	g_autofree char *rules_dir = g_build_filename(datadir ? datadir : "data", "rules", NULL);
	g_autofree char *formats_dir =
		g_build_filename(datadir ? datadir : "data", "formats", NULL);
	const char *dirs[] = {rules_dir, NULL};
	g_autoptr(GError) error = NULL;
	int result;

	g_test_init(&argc, &argv, NULL);
	knowledge = knowledge_load(datadir ? datadir : "data", NULL, &error);
	g_assert_no_error(error);
	rules = rule_set_load(knowledge, dirs, NULL, &error);
	g_assert_no_error(error);
	extractor = extractor_new(knowledge, rules, formats_dir, &error);
	g_assert_no_error(error);
	add("mail", mails, G_N_ELEMENTS(mails), test_mail);
	add("fragment", fragments, G_N_ELEMENTS(fragments), test_fragment);
	g_test_add_func("/original", test_original);
	g_test_add_func("/conflict", test_conflict);
	g_test_add_func("/named", test_named);
	g_test_add_func("/pasted-address", test_pasted_address);
	g_test_add_func("/fragment/several", test_pasted_several);
	g_test_add_func("/words-against-code", test_words_against_code);
	g_test_add_func("/soft", test_soft);
	g_test_add_func("/hosts", test_hosts);
	g_test_add_func("/fields", test_fields);
	result = g_test_run();
	extractor_free(extractor);
	rule_set_free(rules);
	knowledge_free(knowledge);
	return result;
}
