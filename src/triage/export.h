/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Results written out: text, JSON, JSON lines, CSV, TSV, text0, addresses (interface.md sections 2 and 5). `list`, `show`,
 * `export` and `extract` all write through here.
 */
#ifndef NIXIE_TRIAGE_EXPORT_H
#define NIXIE_TRIAGE_EXPORT_H

#include "base/file.h"
#include "triage/explain.h"
#include "triage/session.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JSON_LINES, FORMAT_CSV, FORMAT_TSV, FORMAT_TEXT0, FORMAT_ADDRESSES, FORMAT_COUNT };
extern const char *const format_names[FORMAT_COUNT];
enum per { PER_REPORT, PER_RECIPIENT, PER_ADDRESS, PER_MESSAGE, PER_COUNT };
extern const char *const per_names[PER_COUNT];

struct export_options {
	enum format format;
	enum per per;
	const char *columns; /* comma list, NULL: default of the command */
	bool csv_raw, bom, odd, include_unverified, for_export; /* for_export: trust rule of interface.md section 5 */
	bool texts;          /* title, explanation, next: on by default in JSON */
};

struct exporter;
struct exporter *exporter_new(const struct knowledge *knowledge, const struct rule_set *rules,
	const struct export_options *options, struct file_out *out, GError **error);
/* One report with its contexts (one a recipient, NULL: neutral); tags NULL-ended or NULL. */
bool exporter_report(struct exporter *exporter, const char *file, unsigned index, const struct report *report,
	const struct context *contexts, char *const *tags, GError **error);
/* A file that could not be read. */
bool exporter_failure(struct exporter *exporter, const char *file, const char *why, GError **error);
/* Ends the output and tells what was left out ("12 of 88 left out: unverified (--include-unverified)"), NULL-safe sentences. */
bool exporter_finish(struct exporter *exporter, GPtrArray *notes, GError **error);
void exporter_free(struct exporter *exporter);

/* All rows of a session, or of `rows`, through an exporter; runs the main context. */
bool export_rows(struct session *session, GPtrArray *rows, struct exporter *exporter, GError **error);
/* The first `lines` of what it would write, for the dialog. g_free. */
char *export_preview(struct session *session, GPtrArray *rows, const struct export_options *options, unsigned lines);

/* CSV cell per RFC 4180, neutralised against spreadsheet formulas unless `raw`. True when it had to be neutralised. */
bool csv_cell(GString *out, const char *value, bool raw);

#endif
