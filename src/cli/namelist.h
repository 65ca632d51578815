/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of files, one a line, as they come: from a file, or from whoever writes into a pipe and may
 * never end. Lines end as span_line() says; empty ones are left out. No more is kept than what was
 * not taken yet.
 */
#ifndef NIXIE_CLI_NAMELIST_H
#define NIXIE_CLI_NAMELIST_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct namelist;
/* "-" is standard input. NULL with error. */
struct namelist *namelist_open(const char *path, GError **error);
void namelist_free(struct namelist *list); /* NULL is legal */

/*
 * Up to `most` of the next names, NULL-ended; g_strfreev. As many as can be had without waiting;
 * none, and `wait`: waits for one. Empty at the end, and when there is nothing yet. NULL with
 * error.
 */
char **namelist_take(struct namelist *list, size_t most, bool wait, GError **error);
bool namelist_ended(const struct namelist *list);

#endif
