/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a correction teaches: a verdict was wrong, the user says what is right and which words tell
 * it. They become a rule, with what the server said, anonymised, as its example; a rule that would
 * take an example of another away is refused.
 */
#ifndef NIXIE_EXTRACT_LESSON_H
#define NIXIE_EXTRACT_LESSON_H

#include "extract/extract.h"

struct lesson_task {
	const char *diagnostic;
	const char *was, *rule; /* category and rule of the verdict; NULL: none */
	const char *category;   /* that is right; NULL: words are proposed, no more */
	const char *words;      /* that shall decide; NULL: what is proposed */
	const char *file;       /* the rule is to stand there */
	char **causes;          /* wordings of other reports, as triage/cause.h has them; NULL */
};

struct lesson {
	char *words; /* "": there is nothing to propose */
	char *id, *literal, *pattern, *example;
	int priority;
	bool *changes; /* which of the causes the rule would decide, too */
};

/*
 * False with the reason: the words do not stand in the text, or tell nothing, another rule would
 * still decide, or rules that are right would no longer be. The rules of the extractor have the new
 * one then.
 */
bool lesson_learn(struct extractor *extractor, const struct lesson_task *task,
	struct lesson *lesson, GError **error);
/* The rule as a group of a file; `remark`: lines below its heading, or "". g_free. */
char *lesson_group(const struct lesson *lesson, const char *category, const char *remark);
void lesson_clear(struct lesson *lesson);

#endif
