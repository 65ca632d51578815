/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line on stderr that counts, shown after half a second and only on a terminal. */
#ifndef NIXIE_CLI_PROGRESS_H
#define NIXIE_CLI_PROGRESS_H

#include <stdint.h>

struct cli;
struct progress;

/* What is counted; called from the main context. */
typedef void progress_count(void *user, uint64_t *done, uint64_t *total);
struct progress *progress_new(
	const struct cli *cli, const char *doing, progress_count *count, void *user);
void progress_free(struct progress *progress);
/* Takes the line away before something else is written to stderr. */
void progress_clear(void);

#endif
