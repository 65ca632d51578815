/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A correction: the verdict on a report was wrong, and the user says what is right. It becomes a
 * rule of the user's own, in rules.d/local.rules (extract/lesson.h
 * says which).
 */
#ifndef NIXIE_TRIAGE_CORRECT_H
#define NIXIE_TRIAGE_CORRECT_H

#include "triage/row.h"
#include "worker/client.h"

struct correct_ground {
	struct spawner *spawner;
	const char *const *rule_dirs; /* the user's own last */
	const struct rule_set *rules;
	struct row *const *rows; /* that it may change */
	size_t rows_n;
};

/* What is to be corrected. */
struct wrong_verdict {
	const char *diagnostic;
	const char *category, *rule; /* of the verdict; NULL: none */
};

struct correction {
	char *file; /* where the rule goes */
	const struct category *category;
	struct lesson lesson; /* the rule */
	size_t changes;       /* rows that would change their category, told by their wording */
	char *before, *draft; /* what the file holds, and will */
};

/* The directory and file that corrections go to; NULL: there is no home. g_free. */
char *correct_file(const char *const *rule_dirs);
/*
 * Words that may decide; "" when there are none. NULL with error. What a server said is looked at
 * in a child only, which is waited for; so it is below. g_free.
 */
char *correction_propose(
	const struct correct_ground *ground, const char *diagnostic, GError **error);
/*
 * Tries the words. NULL with the reason: they do not stand in the text, or tell nothing, another
 * rule would still decide, or rules that are right would no longer be.
 */
struct correction *correction_new(const struct correct_ground *ground,
	const struct wrong_verdict *wrong, const struct category *category, const char *words,
	GError **error);
void correction_free(struct correction *correction); /* NULL is legal */
/* Writes the file: whole or not at all, readable by the user alone. */
bool correction_write(const struct correction *correction, GError **error);
/* Takes the rule out of the file again. */
bool correction_take_back(const char *file, const char *id, GError **error);

#endif
