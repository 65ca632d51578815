/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a table can show of a failed recipient: every field of report.def, and what context and
 * explanation add. The names are those of the JSON; fields of the returned message are
 * `original_NAME`.
 */
#ifndef NIXIE_TRIAGE_COLUMNS_H
#define NIXIE_TRIAGE_COLUMNS_H

#include "triage/explain.h"

/* One failed recipient on its way out. */
struct record {
	const struct knowledge *knowledge;
	const struct rule_set *rules;
	const char *file;
	unsigned index;
	const struct report *report;
	const struct recipient *recipient; /* NULL: not found */
	const struct context *context;
	char *const *tags;               /* NULL-ended, or NULL */
	struct explanation *explanation; /* made when first asked for */
};
/* Made at the first call; record_clear frees it. */
const struct explanation *record_explanation(struct record *record);
void record_clear(struct record *record);

struct column {
	const char *name;
	const struct field *field; /* a plain field of `from`, or NULL: `put` writes it */
	enum { COLUMN_REPORT, COLUMN_ORIGINAL, COLUMN_RECIPIENT } from;
	void (*put)(GString *out, struct record *record);
	bool is_address; /* a valid mailbox or nothing */
};

/* By name; false with the nearest name in the error when there is none. */
bool column_find(const char *name, struct column *column, GError **error);
/* Comma list to an array of struct column; g_array_unref. NULL with error. */
GArray *columns_parse(const char *list, GError **error);
/* Appends the value as plain text; nothing when it is unknown. Lists are joined by ';'. */
void column_put(const struct column *column, struct record *record, GString *out);
char **column_names(void); /* sorted, g_strfreev */

#endif
