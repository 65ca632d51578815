/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Results written out: text, JSON, JSON lines, CSV, TSV, text0, addresses (interface.md sections 2
 * and 5). `list`, `show`, `export` and `extract` all write through here.
 */
#ifndef NIXIE_TRIAGE_EXPORT_H
#define NIXIE_TRIAGE_EXPORT_H

#include "base/file.h"
#include "triage/explain.h"
#include "triage/session.h"

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_JSON_LINES,
	FORMAT_CSV,
	FORMAT_TSV,
	FORMAT_TEXT0,
	FORMAT_ADDRESSES,
	FORMAT_COUNT,
	FORMAT_TARGET = FORMAT_COUNT /* as export_options.target tells */
};
extern const char *const format_names[FORMAT_COUNT];
struct target;
enum per { PER_REPORT, PER_RECIPIENT, PER_ADDRESS, PER_MESSAGE, PER_COUNT };
extern const char *const per_names[PER_COUNT];

/* So many of what goes out, behind the first `from`. */
struct export_window {
	bool set;
	size_t from, n;
};

/* A table or a list of addresses has no report: PER_REPORT is PER_RECIPIENT there. */
struct export_options {
	enum format format;
	enum per per;
	const char *columns;         /* comma list, NULL: the default of format and per */
	const struct target *target; /* other software's form; NULL: `format` and `per` tell */
	bool csv_raw, bom, odd;
	bool for_export; /* the trust rule of interface.md section 5 holds, and counts are told */
	bool include_unverified;
	bool permanent_only;         /* and nothing but hard failures */
	bool proven_only;            /* sent mail is indexed: consistent is not enough */
	bool redact;                 /* local parts, names and subjects stay here (H37) */
	bool texts;                  /* title, explanation, next: wanted in JSON */
	bool ascii;                  /* text for a locale that has no other letters */
	struct export_window window; /* kept only where exporter_chooses() */
};
/* The names that `columns` may hold, sorted, NULL-ended; g_strfreev. */
char **export_column_names(void);

struct exporter;
struct exporter *exporter_new(const struct knowledge *knowledge, const struct rule_set *rules,
	const struct export_options *options, struct file_out *out, GError **error);
/* Does it leave out or sum up what it is offered? Then it is the one to count (`window`). */
bool exporter_chooses(const struct exporter *exporter);
/* One report with its contexts (one a recipient, NULL: neutral); tags NULL-ended or NULL. */
bool exporter_report(struct exporter *exporter, const char *file, unsigned index,
	const struct report *report, const struct context *contexts, char *const *tags,
	GError **error);
/*
 * The same for some of the recipients: `picked` holds indexes, UINT_MAX standing for a recipient
 * that was not found; those with `by_hand` true (NULL: none) are exported whatever their trust.
 */
struct export_pick {
	unsigned recipient;
	bool by_hand;
};
bool exporter_picked(struct exporter *exporter, const char *file, unsigned index,
	const struct report *report, const struct context *contexts, char *const *tags,
	const struct export_pick *picked, size_t n, GError **error);
/* A file that could not be read; only JSON has a place for it. */
bool exporter_failure(struct exporter *exporter, const char *file, unsigned index, const char *why,
	GError **error);
/* All that was written so far leaves the house. */
bool exporter_flush(struct exporter *exporter, GError **error);
/*
 * Ends the output (the caller commits `out`) and adds sentences to `notes` (may be NULL): what was
 * left out
 * ("12 of 88 left out: unverified (--include-unverified)"), and with for_export how much was
 * written.
 */
bool exporter_finish(struct exporter *exporter, GPtrArray *notes, GError **error);
void exporter_free(struct exporter *exporter);

/* export_rows() ends with NIXIE_INTERRUPTED when that becomes true; borrowed. */
void exporter_stop_when(struct exporter *exporter, const bool *stop);
/* All rows of a session, or of `rows`, through an exporter; runs the main context. */
bool export_rows(
	struct session *session, GPtrArray *rows, struct exporter *exporter, GError **error);
/* The first `lines` of what it would write, for the dialog. g_free. */
char *export_preview(struct session *session, GPtrArray *rows, const struct export_options *options,
	unsigned lines);

/*
 * What the rules of an export make of rows, as far as the rows tell: those that go out for their
 * mark alone, and those that are left out.
 */
struct export_rulings {
	struct export_ruling {
		unsigned marked, out;
	} unverified, passing;
};
struct export_rulings export_rulings(
	struct session *session, const GPtrArray *rows, const struct export_options *options);
/*
 * The command line that writes what an export of `rows` to `path` writes. g_free; NULL when none
 * means just these rows.
 */
char *export_command(struct session *session, const GPtrArray *rows,
	const struct export_options *options, const char *path);

/* CSV cell per RFC 4180, neutralised against spreadsheet formulas unless `raw`. True when it had to
 * be neutralised. */
bool csv_cell(GString *out, const char *value, bool raw);

#endif
