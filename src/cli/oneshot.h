/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One report read by an extractor child, waited for. */
#ifndef NIXIE_CLI_ONESHOT_H
#define NIXIE_CLI_ONESHOT_H

#include "cli/cli.h"

/* NULL with error; report_free the result. A fragment is what somebody pasted (extract/extract.h).
 */
struct report *oneshot_bytes(
	struct cli *cli, const char *name, struct span bytes, bool fragment, GError **error);
/* What was given as an argument: a file, `-`, or else the words themselves. */
struct oneshot_input {
	int fd; /* to be closed */
	bool is_words;
};
/* Does it look like a file's name, there or not? A text with blanks, or a link, does not. */
bool oneshot_is_path(const char *argument);
/* The error for a file that is not there; false. */
bool oneshot_no_file(const char *path, GError **error);
bool oneshot_open(const char *argument, struct oneshot_input *input, GError **error);
/* With what the verdicts were made from. What is no report is read as a fragment. */
struct report *oneshot_trial(struct cli *cli, const struct oneshot_input *input, const char *asked,
	const struct trial **trials, GError **error);

struct report *oneshot_file(struct cli *cli, const char *path, GError **error);

#endif
