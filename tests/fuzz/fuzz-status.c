/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the delivery-status part of a report that is whole otherwise (RFC 3464). */
#include "extract/extract.h"
#include "shipped.h"

static const char head[] = "Return-Path: <>\n"
			   "From: MAILER-DAEMON@mx1.example.org\n"
			   "To: kim@example.org\n"
			   "Subject: Undelivered Mail Returned to Sender\n"
			   "Message-ID: <fuzz@mx1.example.org>\n"
			   "MIME-Version: 1.0\n"
			   "Content-Type: multipart/report; report-type=delivery-status; "
			   "boundary=\"edge\"\n"
			   "\n"
			   "--edge\n"
			   "\n"
			   "Your message could not be delivered.\n"
			   "--edge\n"
			   "Content-Type: message/delivery-status\n"
			   "\n",
		  tail[] = "\n"
			   "--edge\n"
			   "Content-Type: text/rfc822-headers\n"
			   "\n"
			   "From: kim@example.org\n"
			   "To: lea@example.net\n"
			   "Message-ID: <sent@example.org>\n"
			   "\n"
			   "--edge--\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GString) mail = g_string_new(head);
	struct report *report;

	g_string_append_len(mail, (const char *)data, (gssize)size);
	g_string_append(mail, tail);
	report = extract_report(shipped_extractor(), (struct span){mail->str, mail->len});
	check_report(report, mail->len);
	report_free(report);
	return 0;
}
