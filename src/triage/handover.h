/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words to pass on: a few sentences for the recipient's phone, a block of facts for the admin of
 * the other side, a ticket for our own admin. The texts are those of data/handover.ini.
 */
#ifndef NIXIE_TRIAGE_HANDOVER_H
#define NIXIE_TRIAGE_HANDOVER_H

#include "triage/explain.h"
#include "triage/row.h"

enum handover { HANDOVER_RECIPIENT, HANDOVER_ADMIN, HANDOVER_SENDER, HANDOVER_COUNT };
extern const char *const handover_names[HANDOVER_COUNT]; /* recipient, admin, sender */

struct handover_texts;
/* In the language of `knowledge`, which must outlive it. NULL with error. */
struct handover_texts *handover_load(
	const char *datadir, const struct knowledge *knowledge, GError **error);
void handover_free(struct handover_texts *texts); /* NULL is legal */

/* What is passed on. */
struct handover_case {
	const struct rule_set *rules;
	const struct report *report;
	const struct recipient *recipient; /* NULL: the report names none */
	const struct context *context;
	unsigned affected; /* addresses that the same cause met; 0: unknown */
};
char *handover_title(const struct handover_texts *texts, enum handover to); /* g_free */
/* Lines of text, as hostile as the mail they quote: what prints them makes them visible. g_free. */
char *handover_text(
	const struct handover_texts *texts, enum handover to, const struct handover_case *of);
/* The same of a row. */
char *handover_row(const struct handover_texts *texts, enum handover to,
	const struct rule_set *rules, const struct row *row, const struct details *details,
	unsigned affected);

/* What met a row, as a key: rows of the same category, told in the same words, have the same.
 * g_free. */
char *handover_cause(const struct row *row);
/* How many addresses of `rows` each cause met: a table for handover_affected_by, to be unreffed. */
GHashTable *handover_affected(struct row *const *rows, size_t n);
unsigned handover_affected_by(GHashTable *affected, const struct row *row);

#endif
