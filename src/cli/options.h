/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options of the command line, one table (optiontable.c): which commands take which is in the
 * command table (triage/command.h), so that `--help`, completion and the manual agree.
 */
#ifndef NIXIE_CLI_OPTIONS_H
#define NIXIE_CLI_OPTIONS_H

#include <glib.h>

#include "triage/command.h"
#include "triage/export.h"
#include "triage/handover.h"

struct options {
	const struct cli_command *command;
	bool named;   /* the command was named, not implied */
	char **args;  /* what is no option, up to `--` */
	char **query; /* what stands behind `--` */
	char **words; /* owned: the array that args points into */
	/* store */
	char *config, *profile, *database, *maildir, *exclude;
	/* selection */
	struct filter *filter;
	char *limit, *offset, *sort, *view, *message, *save;
	/* output */
	char *format, *format_version, *per, *columns, *output, *color;
	gboolean force, csv_raw, bom, odd, include_unverified, redact, exit_code;
	/* the rest */
	char *by, *jobs, *files_from, *from_json, *as, *say, *whom, *note, *only;
	gboolean original, hops, due, sent, status, proposed, accept, removed;
	gboolean unset, list, quiet, verbose, help, version;
	GPtrArray *settings; /* "key", "value" alternating, from --KEY=VALUE of the settings */
};

/* One option: where it goes, and which commands take it (enum cli_options; 0: all). */
struct option_row {
	const char *name;
	char letter;
	GOptionArg type;
	size_t offset;
	unsigned takers;
	const char *help;
	const char *value; /* its name in the help; "N" is a number */
};
/* The table, for the manual and completion. */
const struct option_row *options_rows(size_t *count);
/* With NULL: whether any command does. */
bool options_takes(const struct cli_command *command, const struct option_row *row);
/* Does it take a value? (A flag does not.) */
bool options_is_text(const struct option_row *row);
/* The words that an option is one of; NULL: it is none of a few. */
const char *const *options_words(const struct option_row *row, size_t *count);

void options_clear(struct options *options);

/*
 * Reads `argv` (without the program's name). `--help` is only noted. Without a command, `command`
 * is that of `tui`. Errors are NIXIE_USAGE and name the word.
 */
bool options_read(struct options *options, char **argv, GError **error);

/* Checked values. */
/* `formats`: those that the command writes, a bit each. */
#define FORMATS_ALL ((1U << FORMAT_COUNT) - 1)
#define FORMATS_TEXT_JSON (1U << FORMAT_TEXT | 1U << FORMAT_JSON | 1U << FORMAT_JSON_LINES)
bool options_format(
	const struct options *options, unsigned formats, enum format *format, GError **error);
bool options_whom(const struct options *options, enum handover *whom, GError **error);
bool options_per(const struct options *options, enum per *per, GError **error);
bool options_number(const char *name, const char *value, uint64_t *number, GError **error);
/* What --offset and --limit leave of `count`. */
void options_window(const struct options *options, size_t count, size_t *from, size_t *to);
bool options_sort(const struct options *options, enum sort_key *key, bool *reverse, GError **error);

/* Help of one command, or of nixie; `all`: with the settings, too. g_free. */
char *options_help(const struct cli_command *command, bool all);

#endif
