/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a report and as a fragment: facts that hold whatever the bytes are. */
#include <glib.h>
#include <stdint.h>

#include "base/text.h"
#include "extract/extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Loaded once, and kept for as long as the process lives. */
static struct extractor *shipped_extractor(void)
{
	static struct extractor *extractor;

	if (!extractor) {
		const char *srcdir = g_getenv("SRCDIR") ? g_getenv("SRCDIR") : ".";
		g_autofree char *data = g_build_filename(srcdir, "data", NULL);
		g_autofree char *rules_dir = g_build_filename(data, "rules", NULL);
		g_autofree char *formats_dir = g_build_filename(data, "formats", NULL);
		const char *const dirs[] = {rules_dir, NULL};
		g_autoptr(GError) error = NULL;
		struct knowledge *known = knowledge_load(data, NULL, &error);
		struct rule_set *rules;

		g_assert_no_error(error);
		rules = rule_set_load(known, dirs, NULL, &error);
		g_assert_no_error(error);
		extractor = extractor_new(known, rules, formats_dir, &error);
		g_assert_no_error(error);
	}
	return extractor;
}

static void check_recipient(const struct recipient *recipient, size_t size)
{
	g_assert_true(recipient->category != NULL);
	g_assert_true(recipient->who.count > 0);
	g_assert_true(!recipient->diagnostic || !strpbrk(recipient->diagnostic, "\r\n"));
	g_assert_true(!recipient->reply || strlen(recipient->reply) == 3);
	for (size_t i = 0; i < recipient->evidence_n; i++) {
		const struct evidence *piece = &recipient->evidence[i];

		g_assert_true(piece->text && piece->decoded_n > 0 && piece->raw_n > 0);
		g_assert_true(piece->raw_at <= size && piece->raw_n <= size - piece->raw_at);
	}
}

static void check(struct report *report, size_t size)
{
	g_assert_true(report->recipients_n <= report->recipients_total);
	for (size_t i = 0; i < report->recipients_n; i++)
		check_recipient(&report->recipients[i], size);
	/* Who complained is named without a verdict. */
	for (size_t i = 0; i < report->others_n && report->kind != KIND_COMPLAINT; i++)
		check_recipient(&report->others[i], size);
	g_assert_true(report->kind == KIND_FAILURE || report->kind == KIND_DELAY ||
		      !report->recipients_n);
	report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {(const char *)data, size};
	struct report *fragment;

	check(extract_report(shipped_extractor(), bytes), size);
	fragment = extract_fragment(shipped_extractor(), bytes);
	g_assert_cmpuint(fragment->recipients_n, >=, 1);
	report_free(fragment);
	return 0;
}
