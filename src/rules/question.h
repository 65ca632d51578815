/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of codes.tsv that somebody asks for as the table writes it: a code, a mark or a phrase,
 * with or without the name of whose it is: `5.7.12`, `microsoft 5.7.12`, `Yahoo: TSS04`,
 * `Permanent/General`.
 */
#ifndef NIXIE_RULES_QUESTION_H
#define NIXIE_RULES_QUESTION_H

#include "rules/knowledge.h"

struct question {
	const char *scope; /* of codes.tsv; NULL: none is named */
	struct span words; /* what is asked, without the name */
};

/* `words` is borrowed. */
struct question question_read(const struct knowledge *knowledge, struct span words);
/*
 * The row that answers. Without a scope only marks, phrases and numbers that are no reply of
 * SMTP, and only where no two scopes mean different things: all else is for the extractor.
 */
const struct code *question_answer(
	const struct knowledge *knowledge, const struct question *question);
/* What the scope is called: "Microsoft 365", "the registry". Its id where it has no name. */
const char *scope_title(const struct knowledge *knowledge, const char *scope);

#endif
