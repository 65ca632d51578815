/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands about rules share (cli/rules*.c). */
#ifndef NIXIE_CLI_RULES_H
#define NIXIE_CLI_RULES_H

#include "base/jsonout.h"
#include "cli/cli.h"

/* An answer to stdout or --output, as text or as JSON. */
struct rules_out {
	struct cli *cli;
	struct file_out *file;
	GString *text;
	struct json json;
	bool is_json;
};
/* False with error: the format is not written here, or the file cannot be. */
bool rules_out_open(struct rules_out *out, struct cli *cli, GError **error);
/* A piece of the text form; nothing in JSON. */
void rules_out_text(struct rules_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Writes all and frees; the exit code, `code` when that went well. */
int rules_out_end(struct rules_out *out, int code);

/* The words behind `rules NAME`. */
int rules_check(struct cli *cli, char *const *files);
int rules_test(struct cli *cli, char *const *words);
int rules_correct(struct cli *cli, char *const *words);
int rules_bundle(struct cli *cli, char *const *words);

#endif
