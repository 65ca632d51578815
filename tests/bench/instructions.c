/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the files that are named on standard input, REPORTS in all, again from the first one when
 * they are done: once to warm up, then each within measured(), which is what callgrind counts. With
 * `new`, what was decided about texts is forgotten before each report.
 *
 *     instructions DATADIR REPORTS [new] < list
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/errors.h"
#include "extract/extract.h"
#include "extract/formatset.h"
#include "extract/reading.h"
#include "rules/pattern.h"
#include "rules/ruleset.h"

#define SKIP 77 /* of Automake */

void measured(struct extractor *extractor, struct span mail);

__attribute__((noinline)) void measured(struct extractor *extractor, struct span mail)
{
	report_free(extract_report(extractor, mail));
}

static struct span mail_at(const GPtrArray *mails, guint index)
{
	gsize n;
	const char *bytes = g_bytes_get_data(mails->pdata[index % mails->len], &n);

	return (struct span){bytes, n};
}

static void forget(struct extractor *extractor, struct rule_set *rules)
{
	rule_memo_free(rules->memo);
	rules->memo = rule_memo_new();
	scan_memo_free(extractor->formats->memo);
	extractor->formats->memo = scan_memo_new();
}

static GPtrArray *read_mails(FILE *list)
{
	GPtrArray *mails = g_ptr_array_new();
	char path[4096];

	while (fgets(path, sizeof path, list)) {
		char *bytes;
		gsize n;

		if (g_file_get_contents(g_strchomp(path), &bytes, &n, NULL))
			g_ptr_array_add(mails, g_bytes_new_take(bytes, n));
	}
	return mails;
}

static struct extractor *load(const char *data, struct rule_set **rules, GError **error)
{
	g_autofree char *rules_dir = g_build_filename(data, "rules", NULL);
	g_autofree char *formats = g_build_filename(data, "formats", NULL);
	const char *const dirs[] = {rules_dir, NULL};
	struct knowledge *knowledge = knowledge_load(data, NULL, error);

	*rules = knowledge ? rule_set_load(knowledge, dirs, NULL, error) : NULL;
	return *rules ? extractor_new(knowledge, *rules, formats, error) : NULL;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	struct rule_set *rules = NULL;
	struct extractor *extractor = argc > 2 ? load(argv[1], &rules, &error) : NULL;
	GPtrArray *mails = read_mails(stdin);

	if (!extractor || !mails->len) {
		fprintf(stderr, "%s\n", error ? error->message : "there is nothing to read");
		return EXIT_FAILURE;
	}
#ifndef __OPTIMIZE__
	return SKIP;
#endif
	if (!pattern_has_jit())
		return SKIP;
	for (guint i = 0; i < mails->len; i++) {
		if (argc > 3)
			forget(extractor, rules);
		report_free(extract_report(extractor, mail_at(mails, i)));
	}
	for (guint i = 0; i < (guint)atoi(argv[2]); i++) {
		if (argc > 3)
			forget(extractor, rules);
		measured(extractor, mail_at(mails, i));
	}
	return EXIT_SUCCESS;
}
