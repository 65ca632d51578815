/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shipped.h"

#include "extract/extract.h"

__attribute__((weak)) void own_seeds(void (*each)(const void *, size_t, void *), void *user)
{
	(void)each;
	(void)user;
}

char *source_path(const char *name)
{
	const char *srcdir = g_getenv("SRCDIR");

	return g_build_filename(srcdir ? srcdir : ".", name, NULL);
}

struct knowledge *shipped_knowledge(void)
{
	static struct knowledge *known;

	if (!known) {
		g_autofree char *data = source_path("data");
		g_autoptr(GError) error = NULL;

		known = knowledge_load(data, NULL, &error);
		g_assert_no_error(error);
	}
	return known;
}

struct extractor *shipped_extractor(void)
{
	static struct extractor *extractor;

	if (!extractor) {
		g_autofree char *rules_dir = source_path("data/rules");
		g_autofree char *formats_dir = source_path("data/formats");
		const char *const dirs[] = {rules_dir, NULL};
		g_autoptr(GError) error = NULL;
		struct rule_set *rules = rule_set_load(shipped_knowledge(), dirs, NULL, &error);

		g_assert_no_error(error);
		extractor = extractor_new(shipped_knowledge(), rules, formats_dir, &error);
		g_assert_no_error(error);
	}
	return extractor;
}

bool is_inside(struct span part, struct span all)
{
	return !part.n || (part.p >= all.p && part.p + part.n <= all.p + all.n);
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

void check_recipients(const struct report *report, size_t size)
{
	g_assert_true(report->recipients_n <= report->recipients_total);
	for (size_t i = 0; i < report->recipients_n; i++)
		check_recipient(&report->recipients[i], size);
	/* Who complained is named without a verdict. */
	for (size_t i = 0; i < report->others_n && report->kind != KIND_COMPLAINT; i++)
		check_recipient(&report->others[i], size);
}

void check_report(const struct report *report, size_t size)
{
	check_recipients(report, size);
	g_assert_true(report->kind == KIND_FAILURE || report->kind == KIND_DELAY ||
		      !report->recipients_n);
}
