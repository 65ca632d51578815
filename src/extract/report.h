/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The facts of one report, as bytes -> facts gives them. All strings are UTF-8 (addresses
 * byte-exact, hence perhaps not) and live in the report's arena.
 */
#ifndef NIXIE_EXTRACT_REPORT_H
#define NIXIE_EXTRACT_REPORT_H

#include <glib.h>
#include <stdint.h>

#include "base/arena.h"
#include "rules/knowledge.h"

/* A run of bytes that decided something (interface.md section 2). */
struct evidence {
	const char *part;  /* section number of the MIME part, "" for a body without parts, "header"
			      for the report's own header */
	const char *field; /* diagnostic, status, reply, recipient, action, subject, text */
	uint64_t raw_at, raw_n;         /* in the file */
	uint64_t decoded_at, decoded_n; /* in the decoded part (or header field value) */
	const char *text;               /* the decoded bytes themselves */
};

struct strings {
	const char **v;
	size_t n;
};

struct original {
#define O_STR(name) const char *name;
#define O_LIST(name) struct strings name;
#define O_FLAG(name) bool name;
#include "extract/report.def"
};

struct recipient {
#define P_STR(name) const char *name;
#define P_INT(name) int64_t name;
#define P_ENUM(name, names, count) int name;
#define P_LIST(name) struct strings name;
#define P_FLAG(name) bool name;
#include "extract/report.def"
	struct actors who;
	const char *ses_type, *ses_subtype;
	struct evidence *evidence;
	size_t evidence_n;
};

struct report {
#define R_STR(name) const char *name;
#define R_INT(name) int64_t name;
#define R_ENUM(name, names, count) int name;
#define R_LIST(name) struct strings name;
#define R_FLAG(name) bool name;
#include "extract/report.def"
	struct original original;
	struct recipient *recipients; /* failed and delayed */
	size_t recipients_n;
	struct recipient *others; /* delivered, relayed, expanded; who complained */
	size_t others_n;
	uint64_t recipients_total; /* more than recipients_n when a limit cut */
	struct arena *arena;
};

/* An empty report: unknown everywhere, kind not-a-bounce. */
struct report *report_new(void);
/* The same in an arena that is there already; what frees the arena frees the report. */
struct report *report_new_in(struct arena *arena);
void report_free(struct report *report); /* NULL is legal */
/* Unknown everywhere, kind failure. */
void recipient_init(struct recipient *recipient);

/* One row of report.def, for everything that walks all fields. */
enum field_type { FIELD_STR, FIELD_INT, FIELD_ENUM, FIELD_LIST, FIELD_FLAG };
struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	const char *const *names; /* FIELD_ENUM */
	int count;
};
extern const struct field report_fields[], original_fields[],
	recipient_fields[]; /* end with name NULL */
const struct field *field_by_name(const struct field *fields, const char *name);

#endif
