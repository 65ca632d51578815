/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the files that are named on standard input, REPORTS in all, again from the first one when
 * they are done: once to warm up, then within measured(), which is what callgrind counts.
 *
 *     instructions DATADIR REPORTS < list
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/errors.h"
#include "extract/extract.h"
#include "rules/pattern.h"

#define SKIP 77 /* of Automake */

static void extract(struct extractor *extractor, const GPtrArray *mails, guint reports)
{
	for (guint i = 0; i < reports; i++) {
		gsize n;
		const char *bytes = g_bytes_get_data(mails->pdata[i % mails->len], &n);

		report_free(extract_report(extractor, (struct span){bytes, n}));
	}
}

void measured(struct extractor *extractor, const GPtrArray *mails, guint reports);

__attribute__((noinline)) void measured(
	struct extractor *extractor, const GPtrArray *mails, guint reports)
{
	extract(extractor, mails, reports);
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

static struct extractor *load(const char *data, GError **error)
{
	g_autofree char *rules = g_build_filename(data, "rules", NULL);
	g_autofree char *formats = g_build_filename(data, "formats", NULL);
	const char *const dirs[] = {rules, NULL};
	struct knowledge *knowledge = knowledge_load(data, NULL, error);
	struct rule_set *set = knowledge ? rule_set_load(knowledge, dirs, NULL, error) : NULL;

	return set ? extractor_new(knowledge, set, formats, error) : NULL;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	struct extractor *extractor = argc == 3 ? load(argv[1], &error) : NULL;
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
	extract(extractor, mails, mails->len);
	measured(extractor, mails, (guint)atoi(argv[2]));
	return EXIT_SUCCESS;
}
