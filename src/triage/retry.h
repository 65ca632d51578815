/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sending again: what a row's advice says of it, from when on it makes sense, and how far the
 * recipients that were flagged have come (hard-problems.md 2.5).
 */
#ifndef NIXIE_TRIAGE_RETRY_H
#define NIXIE_TRIAGE_RETRY_H

#include "rules/rule.h"
#include "triage/row.h"

/* The advice that tells whether to send again: of the rule, the category, or the situation. NULL
 * when nothing is known. */
const struct advice *retry_advice(
	const struct knowledge *knowledge, const struct rule_set *rules, const struct row *row);
/*
 * From when on it may be sent again: after the time that the advice names. Who flags what can only
 * work after a fix says that it was made, so such a row is due `now`.
 */
int64_t retry_due(const struct advice *advice, const struct row *row, int64_t now);
/*
 * Sentences about those of `rows` that sending again cannot help, a reason each; char*,
 * g_ptr_array_unref.
 */
GPtrArray *retry_warnings(
	const struct knowledge *knowledge, const struct rule_set *rules, const GPtrArray *rows);

/*
 * Can the shell find the program that the setting resend-command names? What is more than a word
 * and its arguments is left to the shell.
 */
bool retry_program_check(const char *command, GError **error);

/* The steps of the cycle in their order; ends with STATE_COUNT. */
extern const enum state retry_steps[];
/* How many of the rows that were flagged or sent again stand at each state: `counts` has
 * STATE_COUNT places. */
void retry_count(struct row *const *rows, size_t n, size_t *counts);

#endif
