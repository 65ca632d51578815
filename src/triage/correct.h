/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A correction: the verdict on a report was wrong, and the user says what is right. It becomes a
 * rule of the user's own, with the server's words, anonymised, as its example, in
 * rules.d/local.rules; a rule that would take an example of another away is refused.
 */
#ifndef NIXIE_TRIAGE_CORRECT_H
#define NIXIE_TRIAGE_CORRECT_H

#include "rules/rule.h"
#include "triage/row.h"

struct correct_ground {
	const struct knowledge *knowledge;
	const char *const *rule_dirs; /* the user's own last */
	struct rule_set *rules;
};

/* What is to be corrected. */
struct wrong_verdict {
	const char *diagnostic;
	const char *category, *rule; /* of the verdict; NULL: none */
};

struct correction {
	char *id;   /* of the rule */
	char *file; /* where it goes */
	char *words;
	GString *cause; /* its wording, as rows have it */
	char *said;     /* what the server said, as rules see it */
	char *pattern, *example;
	const struct category *category;
	int priority;
	char *before;           /* what the file holds */
	char *draft;            /* the file with it */
	struct rule_set *rules; /* all rules, with it */
};

/* The directory and file that corrections go to; NULL: there is no home. g_free. */
char *correct_file(const char *const *rule_dirs);
/*
 * Tries the words. NULL with the reason: they do not stand in the text, or tell nothing, another
 * rule would still decide, or rules that are right would no longer be.
 */
struct correction *correction_new(const struct correct_ground *ground,
	const struct wrong_verdict *wrong, const struct category *category, const char *words,
	GError **error);
void correction_free(struct correction *correction); /* NULL is legal */
/* How many of the rows would change their category, told by their wording. */
size_t correction_changes(
	const struct correction *correction, struct row *const *rows, size_t count);
/* Writes the file: whole or not at all, readable by the user alone. */
bool correction_write(const struct correction *correction, GError **error);
/* Takes the rule out of the file again. */
bool correction_take_back(const char *file, const char *id, GError **error);

#endif
