/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of export: what its writers share. Not for other modules. */
#ifndef NIXIE_TRIAGE_EXPORT_PARTS_H
#define NIXIE_TRIAGE_EXPORT_PARTS_H

#include "base/jsonout.h"
#include "triage/columns.h"
#include "triage/export.h"
#include "triage/redact.h"

struct summary;

struct exporter {
	const struct knowledge *knowledge;
	const struct rule_set *rules;
	struct export_options options;
	struct file_out *out;
	GString *buffer;       /* on its way to `out` */
	GString *cell;         /* scratch */
	struct json_list list; /* in JSON */
	struct json_table *keys;
	GArray *columns; /* struct column, of tables and rows; NULL in JSON and reports as text */
	struct redactor *redactor; /* NULL: all goes out as it is */
	struct summary *summary;   /* per address or message; NULL else */
	GHashTable *seen;          /* address keys already written (addresses) */
	bool begun;                /* a report as text, or a line of a target, was written */
	const bool *stop;          /* true: no more; NULL: nobody stops it */
	bool keep;                 /* nothing leaves the buffer: a preview */
	GPtrArray *unsaid_names;   /* some of the addresses that the target cannot say, or NULL */
	size_t passed;             /* of what may go out, the window aside */
	size_t offered, written, unverified, passing, odd, unsaid, nameless, neutralised;
};

/* --- export-json.c */
struct json_table *json_table_new(bool texts);
void json_table_free(struct json_table *table);
/* One object per report, holding the recipients in `picked` (recipient UINT_MAX: none of them). */
void export_json_report(struct exporter *exporter, struct record *record,
	const struct context *contexts, const struct export_pick *picked, size_t n);
/* One flat object per recipient. */
void export_json_recipient(struct exporter *exporter, struct record *record);
void export_json_failure(
	struct exporter *exporter, const char *file, unsigned index, const char *why);
/* Opens the next object at top level. */
struct json *export_json_value(struct exporter *exporter);
/* Closes it. */
void export_json_value_end(struct exporter *exporter);

/* --- export-table.c: CSV, TSV, rows of text, text0, addresses */
const char *export_default_columns(const struct export_options *options);
void export_table_header(struct exporter *exporter, const GArray *columns);
void export_table_row(struct exporter *exporter, struct record *record);
/* A row of ready values, one a column. */
void export_table_values(struct exporter *exporter, char *const *values);
/* True when the row has to be left out: its address is no valid mailbox. Counts it. */
bool export_is_odd(struct exporter *exporter, const struct recipient *recipient);

/* Control characters and bytes that are no UTF-8 have no place in a table; LF and CR only between
 * quotes. */
void export_put_clean(GString *out, struct span value, bool lines, char double_quote);

/* --- export-target.c: lines for other software */
void export_target_head(struct exporter *exporter);
void export_target_row(struct exporter *exporter, struct record *record);
/* A line of ready values, one a column. */
void export_target_values(struct exporter *exporter, char *const *values);
void export_target_foot(struct exporter *exporter);
/* True when the target cannot say this address. Counts and names it. */
bool export_target_refuses(struct exporter *exporter, const char *address);
void export_target_notes(const struct exporter *exporter, GPtrArray *notes);

/* --- export-text.c: a report for people */
void export_text_report(struct exporter *exporter, struct record *record,
	const struct context *contexts, const struct export_pick *picked, size_t n);

/* --- export-sum.c: one line an address or a message */
const char *summary_default_columns(const struct export_options *options);
GArray *summary_columns(const char *list, GError **error);
struct summary *summary_new(enum per per);
void summary_free(struct summary *summary);
void summary_add(struct summary *summary, const struct exporter *exporter, struct record *record);
/* Writes all lines, most recent first. */
bool summary_write(struct summary *summary, struct exporter *exporter, GError **error);

/* --- export.c */
/* The next of what may go out: does it lie in the window? */
bool export_takes(struct exporter *exporter);
/* Nothing will be taken any more. */
bool export_is_full(const struct exporter *exporter);
/* Hands the buffer to `out` when it is large, or with `all` anyway. */
bool export_flush(struct exporter *exporter, bool all, GError **error);

#endif
