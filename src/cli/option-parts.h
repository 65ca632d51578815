/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of options: what reading and checking them share. Not for other modules. */
#ifndef NIXIE_CLI_OPTION_PARTS_H
#define NIXIE_CLI_OPTION_PARTS_H

#include "cli/options.h"

/* Where the value of an option that takes one is. */
char **option_text(const struct options *options, const struct option_row *row);
/* Names of all options, filters and settings of a command (NULL: of any), NULL-ended; borrowed. */
GPtrArray *option_names(const struct cli_command *command);
/* optioncheck.c: of the `n` words before any is read. NIXIE_USAGE, naming the option. */
bool options_check_flags(char *const *words, size_t n, GError **error);
/* After all is read. NIXIE_USAGE, naming the option. */
bool options_check(const struct options *options, GError **error);

#endif
