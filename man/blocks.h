/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands in the tables of the code and of data/, as pieces of manual pages and of completion
 * scripts. A line `.\" table: NAME ARGUMENT` of a page, or `# table: NAME` of a script, is where it
 * goes.
 */
#ifndef NIXIE_MAN_BLOCKS_H
#define NIXIE_MAN_BLOCKS_H

#include <glib.h>
#include <stdbool.h>

#include "rules/knowledge.h"

/* What is told of. */
struct source {
	const char *datadir;
	const struct knowledge *knowledge;
};

struct block {
	const char *name;
	/* False: there is nothing of this name. `argument` is "" without one. */
	bool (*put)(GString *out, const char *argument, const struct source *source);
	/* All that `argument` can be; a page that takes one of them takes each, once. NULL: none.
	 */
	GPtrArray *(*arguments)(const struct source *source);
};

/* Each ended by a NULL name. */
extern const struct block program_blocks[]; /* commands, options, settings, keys, ... */
extern const struct block data_blocks[];    /* categories, codes */
extern const struct block shell_blocks[];   /* completion */

#endif
