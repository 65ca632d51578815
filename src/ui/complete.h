/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Tab offers in a limit or a query: prefixes, and behind the colon the values that are known.
 * For prompt_spec.complete. */
#ifndef NIXIE_UI_COMPLETE_H
#define NIXIE_UI_COMPLETE_H

#include "ui/app.h"

/* Filters; values of the table, else those of the rows that are shown. */
void complete_filter(struct app *app, void *user, const char *word, GPtrArray *out);
/* The same and what notmuch knows: its prefixes, tags, named queries, usual values. */
void complete_query(struct app *app, void *user, const char *word, GPtrArray *out);

#endif
