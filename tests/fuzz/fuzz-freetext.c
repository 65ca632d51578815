/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what somebody pasted, and as the text of a report without a report part. */
#include "extract/extract.h"
#include "shipped.h"

static const char head[] = "Return-Path: <>\n"
			   "From: MAILER-DAEMON@mx1.example.org\n"
			   "To: kim@example.org\n"
			   "Subject: failure notice\n"
			   "Message-ID: <fuzz@mx1.example.org>\n"
			   "\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {(const char *)data, size};
	struct report *report = extract_fragment(shipped_extractor(), bytes);
	g_autoptr(GString) mail = g_string_new(head);

	g_assert_cmpuint(report->recipients_n, >=, 1);
	check_recipients(report, size);
	report_free(report);
	g_string_append_len(mail, bytes.p, (gssize)bytes.n);
	report = extract_report(shipped_extractor(), (struct span){mail->str, mail->len});
	check_report(report, mail->len);
	report_free(report);
	return 0;
}
