/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `nixie show` prints of each row that is selected, where that is not the verdict: a page of
 * text, or an object of JSON. */
#ifndef NIXIE_CLI_PAGES_H
#define NIXIE_CLI_PAGES_H

#include "base/jsonout.h"
#include "cli/cli.h"

struct cli_page {
	bool per_report; /* one for all rows of a report */
	/* What is told of the row; NULL with error: the others are printed all the same. */
	void *(*open)(struct cli *cli, const struct row *row, GError **error);
	void (*text)(GString *out, const struct cli *cli, const struct row *row, const void *of);
	void (*json)(
		struct json *json, const struct cli *cli, const struct row *row, const void *of);
	void (*close)(void *of);
};

/* Loads the selection and prints it. Returns the exit code. */
int cli_pages(struct cli *cli, const struct cli_page *page);
/* Lines of at most 79 cells, made visible, `indent` blanks before each. */
void cli_page_put(GString *out, int indent, const char *text);

#endif
