/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Single facts of a report, by the names of report.def: `name=value` of the first recipient,
 * `report.name=value`, `original.name=value`; `-` is unknown, lists are joined by `+`. Checks are
 * parted by `|`.
 */
#include <glib.h>

#include "extract/extract.h"

#define DAEMON "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net (Mail Delivery System)\nTo: me@example.org\n"
#define FAILED DAEMON "Subject: Undelivered Mail Returned to Sender\n\n"
#define REPORT(words, fields) \
	DAEMON "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n" \
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" \
	"--b\nContent-Type: text/plain\n\n" words "\n--b\nContent-Type: message/delivery-status\n\n" \
	"Reporting-MTA: dns; mx.example.net\n\n" fields "\n--b--\n"
#define FINAL(address) \
	REPORT("x", "Final-Recipient: " address "\nAction: failed\nStatus: 5.1.1\n" \
		"Diagnostic-Code: smtp; 550 5.1.1 User unknown\n")
#define GMAIL(words) \
	"Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: me@example.org\n" \
	"Subject: Delivery Status Notification (Failure)\n\nDelivery to the following recipient failed permanently:\n\n" \
	"     a@far.example\n\nTechnical details of permanent failure:\n" words

static const struct row {
	const char *name, *mail, *checks;
} rows[] = {
	/* Servers, phases and attempts */
	{"gmail names the server that refused", GMAIL("Google tried to deliver your message, but it was rejected by the server "
		"for the recipient domain far.example by mx.far.example. [192.0.2.7].\n\nThe error that the other server "
		"returned was:\n550 5.1.1 no such mailbox (state 14)\n"),
		"remote_mta=mx.far.example|remote_ip=192.0.2.7|phase=rcpt|status=5.1.1"},
	{"gmail: refused at the greeting", GMAIL("The error that the other server returned was:\n554 no service for you (state 9)\n"),
		"remote_mta=-|remote_ip=-|phase=helo"},
	{"gmail: host and address in one bracket", GMAIL("The recipient server did not accept our requests to connect. "
		"[mx.far.example 192.0.2.7: socket error]\n"), "remote_mta=mx.far.example|remote_ip=192.0.2.7"},
	{"attempts before the word", FAILED "<a@far.example>: 550 no\n\nThis condition occurred after 3 attempt(s) to deliver over\n"
		"a period of 2 hour(s).\n", "attempts=3"},
	{"attempts behind the word", REPORT("x", "Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.0.0\n"
		"Diagnostic-Code: smtp; 5.1.2 - Bad destination host (delivery attempts: 12)\n"), "attempts=12"},
	{"attempts in German", FAILED "<a@far.example>: 451 spaeter\n\nNach 5 Versuchen wurde aufgegeben.\n", "attempts=5"},
	{"attempts in French", FAILED "<a@far.example>: 451 occupé\n\nAbandon après 7 tentatives.\n", "attempts=7"},
	{"attempts in Polish", FAILED "<a@far.example>: 451 nie\n\nLiczba prób: 9\n", "attempts=9"},
	{"entries are no tries", FAILED "<a@far.example>: 451 no\n\nThe log has 12 entries, entries: 4.\n", "attempts=-"},
	{"a reply is no count of attempts", FAILED "<a@far.example>: answer to all attempts: 450 no\n", "attempts=-"},
	{"a time is no count of attempts", FAILED "<a@far.example>: at 10:32 attempts were given up\n", "attempts=-"},

	/* What stands around the reason */
	{"the time is no reason", FAILED "The following recipient(s) could not be reached:\n\n"
		"      a@far.example on 21/04/2026 10:00\n            The recipient's mailbox is full.\n",
		"address=a@far.example|diagnostic=The recipient's mailbox is full.|category=mailbox-full"},
	{"the time in another language", FAILED "The following recipient(s) could not be reached:\n\n"
		"      a@far.example am 21.04.2026 10:00\n            550 5.1.1 unbekannt\n", "diagnostic=550 5.1.1 unbekannt"},
	{"digits in a reason are no time", FAILED "The following recipient(s) could not be reached:\n\n"
		"      a@far.example 552 5.2.2 12345678 bytes over\n", "diagnostic=552 5.2.2 12345678 bytes over"},
	{"quotes around the answer are the report's", FAILED "The following recipient(s) could not be reached:\n\n"
		"      a@far.example\n            '530 5.7.0 Authentication required'\n",
		"diagnostic=530 5.7.0 Authentication required|status=5.7.0|reply=530"},

	/* Addresses */
	{"an equals sign begins the local part", REPORT("x", "Final-Recipient: rfc822; =cmd+x@far.example\nAction: failed\nStatus: 5.1.1\n"),
		"address==cmd+x@far.example|valid=true"},
	{"an encapsulated name", FINAL("rfc822; IMCEAEX-_O=MILL_OU=FIRST+20GROUP_CN=RECIPIENTS_CN=Hal+2EPryce@mill.example"),
		"display=Hal.Pryce|category=no-such-user|rule=imcea"},
	{"an encapsulated name behind a key", FINAL("rfc822; IMCEAEX-_O=MILL_CN=RECIPIENTS_CN="
		"0123456789ABCDEF0123456789abcdef-hal@mill.example"), "display=hal"},
	{"an encapsulated address", FINAL("rfc822; IMCEASMTP-hal+40far+2Eexample@mill.example"), "display=hal@far.example"},
	{"a name of the directory", FINAL("EX; /O=MILL/OU=FIRST GROUP/CN=RECIPIENTS/CN=HPRYCE"),
		"address=-|display=HPRYCE|category=no-such-user|rule=imcea"},
	{"a name of X.400", FINAL("x400; c=GB;a= ;p=MILL;o=Mill;s=Pryce;g=Hal;"), "address=-|display=Hal Pryce"},
	{"a plain address needs no name", FINAL("rfc822; cn=hal@far.example"), "display=-|rule=user-unknown"},
	{"damage in an encapsulated name", FINAL("rfc822; IMCEAEX-_O=MILL_CN=+FF+2@mill.example"), "display=-"},

	/* The server that reports */
	{"the first host on the way, of the daemon's domain",
		"Return-Path: <>\nReceived: from relay.example.org (relay.example.org [192.0.2.3]) by mx.example.org; Mon, 2 Mar 2026 10:00:00 +0000\n"
		"Received: from gate.far.example (gate.far.example [192.0.2.2]) by relay.example.org; Mon, 2 Mar 2026 10:00:00 +0000\n"
		"From: postmaster@far.example\nTo: me@example.org\nSubject: Undeliverable mail\n\n<a@far.example>: 550 5.1.1 no such user\n",
		"report.reporting_mta=gate.far.example"},
	{"the daemon's own host", FAILED "<a@far.example>: 550 5.1.1 no such user\n", "report.reporting_mta=mx.example.net"},
	{"a postmaster is a person, too", "Return-Path: <>\nFrom: postmaster@far.example\nTo: me@example.org\nSubject: Undeliverable mail\n\n"
		"<a@far.example>: 550 5.1.1 no such user\n", "report.kind=failure|report.reporting_mta=-"},
	{"the field comes first", REPORT("x", "Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.1.1\n"),
		"report.reporting_mta=mx.example.net"},
	{"the text comes first", FAILED "This is the mail system at host out.example.net.\n\n<a@far.example>: 550 5.1.1 no such user\n",
		"report.reporting_mta=out.example.net"},

	/* What the sender's own side cannot route */
	{"unrouteable elsewhere", FAILED "This message was created automatically by mail delivery software.\n"
		"The following address(es) failed:\n\n  a@far.example\n    Unrouteable address\n\n"
		"------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <me@example.net>\nFrom: me@example.net\n",
		"category=no-such-domain|rule=exim-unrouteable-domain"},
	{"unrouteable at home", FAILED "This message was created automatically by mail delivery software.\n"
		"The following address(es) failed:\n\n  a@example.net\n    Unrouteable address\n\n"
		"------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <me@example.net>\nFrom: me@example.net\n",
		"category=no-such-user|rule=exim-unrouteable"},
	{"unrouteable, says a server far away", FAILED "This message was created automatically by mail delivery software.\n"
		"The following address(es) failed:\n\n  a@far.example\n    Unrouteable address\n\n"
		"------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <me@example.org>\nFrom: me@example.org\n",
		"category=no-such-user|rule=exim-unrouteable"},
	{"unrouteable, answered the other server", FAILED "This message was created automatically by mail delivery software.\n"
		"The following address(es) failed:\n\n  a@far.example\n    host mx.far.example [192.0.2.1]: 550 Unrouteable address\n\n"
		"------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <me@example.net>\nFrom: me@example.net\n",
		"category=no-such-user"},

	/* A report in the text of another */
	{"the nested one names the recipient", DAEMON "Subject: Undelivered Mail Returned to Sender\n\n"
		"Your mail could not be delivered. Ask the help desk.\n\n---------\nReturn-Path: <>\nFrom: MAILER-DAEMON@in.example.net\n"
		"Subject: Undelivered Mail Returned to Sender\n\nThis is the Postfix program at host in.example.net.\n\n"
		"<a@far.example>: connect to mx.far.example[192.0.2.1]: server refused to talk to me: 421 busy\n\n--x\n"
		"Content-Type: message/delivery-status\n\nReporting-MTA: dns; in.example.net\n\nFinal-Recipient: rfc822; a@far.example\n"
		"Action: failed\nStatus: 4.0.0\n\n--x\nContent-Type: message/rfc822\n\nReceived: from pc by in.example.net\n"
		"Message-ID: <9@example.org>\nFrom: me@example.org\n",
		"address=a@far.example|status=4.0.0|reply=421|report.reporting_mta=in.example.net|original.id=9@example.org"},
	{"what comes back may hold a report of its own", FAILED "<a@far.example>: 550 5.1.1 no such user\n\n"
		"--- Below this line is a copy of the message.\n\nReturn-Path: <>\nSubject: x\n\nFinal-Recipient: rfc822; b@far.example\n"
		"Action: failed\nStatus: 5.2.2\n", "address=a@far.example|status=5.1.1"},

	/* A reply inside another one */
	{"the inner reply of sendmail 5", DAEMON "Subject: Returned mail: Host unknown\n\n   ----- Transcript of session follows -----\n"
		"550 far.example (smtp)... 550 Host unknown\n554 <a@far.example>... 550 Host unknown (Authoritative answer from name server)\n\n"
		"   ----- Unsent message follows -----\n", "address=a@far.example|reply=550|category=no-such-domain"},
	{"a status before an address is no host", FAILED "<a@far.example>: 550 5.7.1 [192.0.2.10] is on our block list\n", "remote_mta=-|remote_ip=-|status=5.7.1"},
	{"the outer reply where it has a code", FAILED "<a@far.example>: host mx.far.example[192.0.2.1] said: 554 5.1.1 <a@far.example>: Recipient\n"
		"    address rejected: undeliverable address: host in.far.example[192.0.2.2] said: 550 No such user (in reply to RCPT TO command)\n",
		"status=5.1.1|reply=554|category=no-such-user"},
	{"a refusal of the sender is that of the recipient", DAEMON "Subject: Returned mail\n\n   ----- Transcript of session follows -----\n"
		"While talking to mx.far.example:\n>>> MAIL From:<me@example.org>\n<<< 501 <me@example.org>... Sender domain must exist\n"
		"554 <a@far.example>... Remote protocol error\n\n   ----- Unsent message follows -----\n",
		"address=a@far.example|reply=501|phase=mail|category=sender-rejected"},

	/* Languages: Exchange and Gmail without a part for programs */
	{"Exchange in Croatian", "Return-Path: <>\nFrom: Microsoft Outlook <postmaster@far.example>\nTo: me@example.org\nSubject: x\n"
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nIsporuka ovim primateljima ili grupama nije uspjela:\n\na@far.example\n\n\nDijagnostičke informacije za administratore:\n\n"
		"Poslužitelj koji generira: ex.far.example\n\na@far.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
		"report.kind=failure|report.format=exchange|report.reporting_mta=ex.far.example|address=a@far.example|status=5.1.1|category=no-such-user"},
	{"Exchange in Bulgarian", "Return-Path: <>\nFrom: Microsoft Outlook <postmaster@far.example>\nTo: me@example.org\nSubject: x\n"
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nДоставката е неуспешна до тези получатели или групи:\n\na@far.example\n\n\nДиагностична информация за администратори:\n\n"
		"Генериращ сървър: ex.far.example\n\na@far.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
		"report.kind=failure|report.format=exchange|report.reporting_mta=ex.far.example|address=a@far.example|status=5.1.1|category=no-such-user"},
	{"Exchange in Arabic", "Return-Path: <>\nFrom: Microsoft Outlook <postmaster@far.example>\nTo: me@example.org\nSubject: x\n"
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nفشل التسليم إلى هؤلاء المستلمين أو المجموعات:\n\na@far.example\n\n\nمعلومات التشخيص للمسؤولين:\n\n"
		"خادم الإنشاء: ex.far.example\n\na@far.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
		"report.kind=failure|report.format=exchange|report.reporting_mta=ex.far.example|address=a@far.example|status=5.1.1|category=no-such-user"},
	{"Exchange in Hebrew", "Return-Path: <>\nFrom: Microsoft Outlook <postmaster@far.example>\nTo: me@example.org\nSubject: x\n"
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nהמסירה נכשלה לנמענים או לקבוצות אלה:\n\na@far.example\n\n\nמידע אבחון עבור מנהלי מערכת:\n\n"
		"שרת יוצר: ex.far.example\n\na@far.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
		"report.kind=failure|report.format=exchange|report.reporting_mta=ex.far.example|address=a@far.example|status=5.1.1|category=no-such-user"},
	{"Exchange in Thai", "Return-Path: <>\nFrom: Microsoft Outlook <postmaster@far.example>\nTo: me@example.org\nSubject: x\n"
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nการจัดส่งล้มเหลวไปยังผู้รับหรือกลุ่มเหล่านี้:\n\na@far.example\n\n\nข้อมูลการวินิจฉัยสำหรับผู้ดูแลระบบ:\n\n"
		"เซิร์ฟเวอร์ที่สร้าง: ex.far.example\n\na@far.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
		"report.kind=failure|report.format=exchange|report.reporting_mta=ex.far.example|address=a@far.example|status=5.1.1|category=no-such-user"},
	{"Exchange in Vietnamese", "Return-Path: <>\nFrom: Microsoft Outlook <postmaster@far.example>\nTo: me@example.org\nSubject: x\n"
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nGửi không thành công đến những người nhận hoặc nhóm này:\n\na@far.example\n\n\nThông tin chẩn đoán dành cho quản trị viên:\n\n"
		"Máy chủ tạo: ex.far.example\n\na@far.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
		"report.kind=failure|report.format=exchange|report.reporting_mta=ex.far.example|address=a@far.example|status=5.1.1|category=no-such-user"},
	{"Gmail in Croatian", "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: me@example.org\n"
		"Subject: Delivery Status Notification (Failure)\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nVaša poruka nije isporučena na adresu a@far.example jer adresa ne postoji.\n",
		"report.kind=failure|address=a@far.example|category=no-such-user"},
	{"Gmail in Bulgarian", "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: me@example.org\n"
		"Subject: Delivery Status Notification (Failure)\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nСъобщението ви не бе доставено до a@far.example, защото адресът не е намерен.\n",
		"report.kind=failure|address=a@far.example|category=no-such-user"},
	{"Gmail in Arabic", "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: me@example.org\n"
		"Subject: Delivery Status Notification (Failure)\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nلم يتم تسليم رسالتك إلى a@far.example لتعذر العثور على العنوان.\n",
		"report.kind=failure|address=a@far.example|category=no-such-user"},
	{"Gmail in Hebrew", "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: me@example.org\n"
		"Subject: Delivery Status Notification (Failure)\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nההודעה שלך לא נמסרה אל a@far.example כי הכתובת לא נמצאה.\n",
		"report.kind=failure|address=a@far.example|category=no-such-user"},
	{"Gmail in Thai", "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: me@example.org\n"
		"Subject: Delivery Status Notification (Failure)\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nระบบไม่ได้ส่งข้อความของคุณถึง a@far.example เนื่องจากไม่พบที่อยู่\n",
		"report.kind=failure|address=a@far.example|category=no-such-user"},
	{"Gmail in Vietnamese", "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: me@example.org\n"
		"Subject: Delivery Status Notification (Failure)\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nThư của bạn không gửi được đến a@far.example vì không tìm thấy địa chỉ.\n",
		"report.kind=failure|address=a@far.example|category=no-such-user"},

	/* Notices for programs */
	{"ses: a bounce", "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bounceSubType\":\"General\","
		"\"timestamp\":\"2026-02-10T08:00:03.412Z\",\"remoteMtaIp\":\"192.0.2.9\",\"reportingMTA\":\"dns; a4.ses.example\","
		"\"bouncedRecipients\":[{\"status\":\"5.1.1\",\"action\":\"failed\",\"emailAddress\":\"a@far.example\","
		"\"diagnosticCode\":\"smtp; 550 5.1.1 user unknown\"}]},\"mail\":{\"commonHeaders\":{\"messageId\":\"<1@example.org>\","
		"\"to\":[\"a@far.example\",\"b@far.example\"],\"from\":[\"me@example.org\"],\"subject\":\"hi\"}}}",
		"report.kind=failure|report.format=amazon-ses|report.reporting_mta=a4.ses.example|report.date=2026-02-10T08:00:03+00:00|"
		"report.timestamp=1770710403|address=a@far.example|status=5.1.1|action=failed|remote_ip=192.0.2.9|category=no-such-user|"
		"original.id=1@example.org|original.to=a@far.example, b@far.example"},
	{"ses: a delay", "{\"eventType\":\"DeliveryDelay\",\"deliveryDelay\":{\"delayType\":\"MailboxFull\",\"delayedRecipients\":"
		"[{\"emailAddress\":\"a@far.example\",\"status\":\"4.2.2\",\"diagnosticCode\":\"smtp; 452 4.2.2 full\"}]}}",
		"report.kind=delay|kind=delay|category=mailbox-full"},
	{"ses: a complaint", "{\"notificationType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":[{\"emailAddress\":\"a@far.example\"}]}}",
		"report.kind=complaint"},
	{"ses: an open", "{\"eventType\":\"Open\",\"open\":{},\"mail\":{}}", "report.kind=not-a-bounce|report.format=amazon-ses"},
	{"ses: escapes are no harm", "{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"a\\u0040far.example\","
		"\"status\":\"5\\u002e1.1\",\"action\":\"f\\u0061iled\",\"diagnosticCode\":\"smtp; 550 5.1.1 \\u003ca@far.example\\u003e "
		"\\ud83d\\ude00 unknown user\\n\"}]}}",
		"address=a@far.example|status=5.1.1|status_field=5.1.1|action=failed|rule=user-unknown"},
	{"sns: a notice in a string", "{\"Type\":\"Notification\",\"Message\":\"{\\\"notificationType\\\":\\\"Bounce\\\",\\\"bounce\\\":"
		"{\\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"a@far.example\\\",\\\"diagnosticCode\\\":\\\"smtp; 550 5.1.1 unknown user\\\"}]}}\"}",
		"report.kind=failure|address=a@far.example|status=5.1.1|diagnostic=550 5.1.1 unknown user"},
	{"sendgrid: blocked", "[{\"email\":\"a@far.example\",\"event\":\"bounce\",\"type\":\"blocked\",\"status\":\"5.7.1\",\"timestamp\":1770710403,"
		"\"reason\":\"550 5.7.1 [192.0.2.7] is listed by zen.spamhaus.org\"}]",
		"report.kind=failure|report.timestamp=1770710403|category=blocklisted|status=5.7.1"},
	{"sendgrid: events of two kinds", "[{\"email\":\"b@far.example\",\"event\":\"delivered\",\"smtp-id\":\"<2@example.org>\"},"
		"{\"email\":\"a@far.example\",\"event\":\"bounce\",\"smtp-id\":\"<1@example.org>\",\"reason\":\"552 5.2.2 full\"}]",
		"report.kind=failure|address=a@far.example|original.id=-"},
	{"postmark: two messages without an id", "[{\"RecordType\":\"Bounce\",\"Type\":\"HardBounce\",\"Email\":\"a@far.example\",\"Subject\":\"One\"},"
		"{\"RecordType\":\"Bounce\",\"Type\":\"HardBounce\",\"Email\":\"b@far.example\",\"Subject\":\"Two\"}]",
		"report.kind=failure|address=a@far.example|original.subject=-"},
	{"sendgrid: a complaint", "[{\"email\":\"a@far.example\",\"event\":\"spamreport\"}]", "report.kind=complaint"},
	{"sendgrid: a click", "[{\"email\":\"a@far.example\",\"event\":\"click\",\"url\":\"https://shop.example\"}]", "report.kind=not-a-bounce"},
	{"mailgun: for now", "{\"event-data\":{\"event\":\"failed\",\"severity\":\"temporary\",\"recipient\":\"a@far.example\","
		"\"delivery-status\":{\"code\":451,\"message\":\"4.7.1 greylisted\",\"attempt-no\":3,\"mx-host\":\"mx.far.example\"}}}",
		"report.kind=delay|reply=451|status=4.7.1|attempts=3|remote_mta=mx.far.example|category=greylisted"},
	{"mailgun: a count that is none", "{\"event-data\":{\"event\":\"failed\",\"severity\":\"temporary\",\"recipient\":\"a@far.example\","
		"\"delivery-status\":{\"code\":451,\"message\":\"4.7.1 greylisted\",\"attempt-no\":4294967299}}}", "report.kind=delay|attempts=-"},
	{"mailgun: suppressed", "{\"event-data\":{\"event\":\"failed\",\"severity\":\"permanent\",\"reason\":\"suppress-bounce\","
		"\"recipient\":\"a@far.example\",\"delivery-status\":{\"code\":605,\"message\":\"\",\"description\":"
		"\"Not delivering to previously bounced address\"}}}", "category=suppressed|reply=-|finality=not-attempted"},
	{"mailgun: a form", "event=bounced&recipient=a%40far.example&code=550&error=5.1.1+The+email+account+that+you+tried+to+reach+does+not+exist"
		"&Message-Id=%3C1%40example.org%3E", "report.kind=failure|address=a@far.example|status=5.1.1|reply=550|original.id=1@example.org"},
	{"postmark: hard", "{\"RecordType\":\"Bounce\",\"Type\":\"HardBounce\",\"Email\":\"a@far.example\",\"BouncedAt\":\"2026-05-12T10:00:00.0000000+02:00\","
		"\"Details\":\"smtp;550 5.1.1 unknown user\"}", "report.kind=failure|status=5.1.1|report.date=2026-05-12T10:00:00+02:00"},
	{"postmark: an answer", "{\"RecordType\":\"Bounce\",\"Type\":\"AutoResponder\",\"Email\":\"a@far.example\"}", "report.kind=auto-reply"},
	{"postmark: delivered", "{\"RecordType\":\"Delivery\",\"Recipient\":\"a@far.example\",\"Details\":\"smtp;250 ok\"}", "report.kind=delivered"},
	{"sparkpost: by class alone", "[{\"msys\":{\"message_event\":{\"type\":\"bounce\",\"bounce_class\":\"22\",\"rcpt_to\":\"a@far.example\"}}}]",
		"report.kind=failure|category=mailbox-full"},
	{"sparkpost: an answer", "[{\"msys\":{\"message_event\":{\"type\":\"out_of_band\",\"bounce_class\":\"60\",\"rcpt_to\":\"a@far.example\"}}}]",
		"report.kind=auto-reply"},
	{"mandrill: soft", "[{\"event\":\"soft_bounce\",\"ts\":1770710403,\"msg\":{\"email\":\"a@far.example\",\"diag\":\"smtp;552 5.2.2 Over quota\"}}]",
		"report.kind=failure|category=mailbox-full|status=5.2.2"},
	{"JSON of somebody else", "{\"event\":\"login\",\"user\":\"a@far.example\",\"reason\":\"550 5.1.1 unknown user\"}", "report.kind=not-a-bounce"},
	{"JSON that is cut off", "{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"a@f",
		"report.kind=failure|address=-|report.warnings=The report names no recipient that could be read.+"
		"The notice breaks off; what stands before its end was read."},
	{"JSON that is cut off behind a recipient", "{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"a@far.example\","
		"\"diagnosticCode\":\"smtp; 550 5.1.1 no such user\"},{\"emailAddress\":\"b@f",
		"report.kind=failure|address=a@far.example|status=5.1.1|report.warnings=The notice breaks off; what stands before its end was read."},
	{"a form of somebody else", "name=Ann&recipient=a%40far.example&event=party", "report.kind=not-a-bounce"},

	/* What is missing or odd is said */
	{"whole", REPORT("x", "Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.1.1\n"), "report.warnings="},
	{"an empty file", "", "report.kind=not-a-bounce|report.warnings=The file is empty."},
	{"a header alone", "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: me@example.org\nX-Failed-Recipients: a@far.example\n"
		"Subject: Undelivered Mail Returned to Sender\n",
		"report.kind=failure|address=a@far.example|report.warnings=Only the header of the report is there; its text is missing."},
	{"no part for machines", DAEMON "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
		"<a@far.example>: 550 5.1.1 no such user\n--b--\n",
		"address=a@far.example|status=5.1.1|report.warnings=The part for mail programs is missing; the text was read instead."},
	{"nothing in the part for machines", DAEMON "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
		"<a@far.example>: 550 5.1.1 no such user\n--b\nContent-Type: message/delivery-status\n\n\n--b--\n",
		"address=a@far.example|status=5.1.1|report.warnings=The part for mail programs names no recipient; the text was read instead."},
	{"breaks off within the fields", DAEMON "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n--b\n"
		"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.1",
		"address=a@far.example|status=-|report.warnings=The report breaks off before its end; something may be missing."},
	{"breaks off within the returned message", DAEMON "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
		"Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: message/rfc822\n\nFrom: me@example.org\nSub",
		"address=a@far.example|report.warnings=The report breaks off in the message that came back."},
	{"a label that names no charset", DAEMON "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
		"Content-Type: text/plain; charset=klingon\n\n<a@far.example>: 550 Postfach ist voll f\xc3\xbcr alle\n",
		"category=mailbox-full|report.warnings=The text has a label that names no charset; it was guessed."},
	{"a label that is wrong", DAEMON "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
		"Content-Type: text/plain; charset=utf-8\n\n<a@far.example>: 550 Postfach ist voll f\xfcr alle\n",
		"category=mailbox-full|report.warnings=The text is not in the charset of its label; it was guessed."},

	/* Type and finality */
	{"a domain that is not there stays so", REPORT("x", "Final-Recipient: rfc822; a@far.example\nAction: failed\nStatus: 4.0.0\n"
		"Diagnostic-Code: smtp; DNS Error: 31402214 DNS type 'mx' lookup of far.example responded with code NXDOMAIN\n"),
		"category=no-such-domain|type=hard"},
	{"a filter of the recipient refuses for good", "Return-Path: <>\nFrom: Postmaster <postmaster@mx.example.net>\nTo: me@example.org\n"
		"Subject: Rejected: hi\nAuto-Submitted: auto-replied (rejected)\nMIME-Version: 1.0\n"
		"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
		"Your message to <a@far.example> was automatically rejected:\nmembers only\n--b\n"
		"Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; a@far.example\nOriginal-Message-ID: <7@example.org>\n"
		"Disposition: automatic-action/MDN-sent-automatically; deleted\n--b--\n",
		"report.kind=failure|category=recipient-restricted|finality=refused|original.id=7@example.org"},
};

static struct knowledge *knowledge;
static struct rule_set *rules;
static struct extractor *extractor;

static char *list_text(const struct strings *list)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < list->n; i++)
		g_string_append_printf(text, "%s%s", i ? "+" : "", list->v[i]);
	return g_string_free(text, FALSE);
}

static char *value_text(const struct field *field, const void *record)
{
	const void *at = (const char *)record + field->offset;
	int64_t number;
	char *text = NULL;

	switch (field->type) {
	case FIELD_STR:
		text = g_strdup(*(const char *const *)at);
		break;
	case FIELD_INT:
		number = *(const int64_t *)at;
		text = number < 0 ? NULL : g_strdup_printf("%" G_GINT64_FORMAT, number);
		break;
	case FIELD_ENUM:
		if (*(const int *)at >= 0 && *(const int *)at < field->count)
			text = g_strdup(field->names[*(const int *)at]);
		break;
	case FIELD_LIST:
		text = list_text(at);
		break;
	case FIELD_FLAG:
		text = g_strdup(*(const bool *)at ? "true" : "false");
		break;
	}
	return text ? text : g_strdup("-");
}

static void check(const struct report *report, const char *name, const char *want)
{
	const struct field *field = NULL;
	const void *record = report;
	g_autofree char *got = NULL;

	if (g_str_has_prefix(name, "report.")) {
		field = field_by_name(report_fields, name + strlen("report."));
	} else if (g_str_has_prefix(name, "original.")) {
		field = field_by_name(original_fields, name + strlen("original."));
		record = &report->original;
	} else {
		g_assert_cmpuint(report->recipients_n, >, 0);
		field = field_by_name(recipient_fields, name);
		record = report->recipients;
	}
	if (!field)
		g_error("there is no field %s", name);
	got = value_text(field, record);
	if (strcmp(got, want) != 0)
		g_error("%s: want %s, got %s", name, want, got);
}

static void test_row(const void *data)
{
	const struct row *row = data;
	struct report *report = extract_report(extractor, span_of(row->mail));
	g_auto(GStrv) checks = g_strsplit(row->checks, "|", -1);

	for (char **one = checks; *one; one++) {
		char *equals = strchr(*one, '=');

		g_assert_nonnull(equals);
		*equals = '\0';
		check(report, *one, equals + 1);
	}
	report_free(report);
}

int main(int argc, char **argv)
{
	const char *datadir = g_getenv("NIXIE_DATADIR") ? g_getenv("NIXIE_DATADIR") : "data";
	g_autofree char *rules_dir = g_build_filename(datadir, "rules", NULL);
	g_autofree char *formats_dir = g_build_filename(datadir, "formats", NULL);
	const char *dirs[] = {rules_dir, NULL};
	g_autoptr(GError) error = NULL;
	int result;

	g_test_init(&argc, &argv, NULL);
	knowledge = knowledge_load(datadir, NULL, &error);
	g_assert_no_error(error);
	rules = rule_set_load(knowledge, dirs, NULL, &error);
	g_assert_no_error(error);
	extractor = extractor_new(knowledge, rules, formats_dir, &error);
	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strdup_printf("/facts/%s", rows[i].name);

		g_test_add_data_func(path, &rows[i], test_row);
	}
	result = g_test_run();
	extractor_free(extractor);
	rule_set_free(rules);
	knowledge_free(knowledge);
	return result;
}
