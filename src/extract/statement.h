/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of a recipient, as one line for patterns and codes, each byte still knowing its
 * place. A recipient has several statements, in the order in which they are trusted.
 */
#ifndef NIXIE_EXTRACT_STATEMENT_H
#define NIXIE_EXTRACT_STATEMENT_H

#include "extract/reading.h"
#include "rules/matchtext.h"

enum nearness {
	SAID_DIRECTLY,  /* of this very recipient: its codes count, and it can be the diagnostic */
	SAID_NEARBY,    /* its codes count where nothing better is known */
	SAID_ELSEWHERE, /* its codes do not count */
};

struct line;

struct statement {
	struct passage passage;
	struct line *line; /* made when first asked for: what is further away seldom decides */
	const char *field; /* its name in the evidence */
	enum nearness nearness;
	bool heading; /* stands above a list, or above fields for machines: says nothing by itself
		       */
};

#define STATEMENTS_MAX 8
struct statements {
	struct statement list[STATEMENTS_MAX];
	size_t n;
};

/* The Diagnostic-Code, the reply in a transcript, the words near the recipient, the wider text, the
 * subject. */
void statements_of(
	struct statements *statements, struct reading *reading, const struct found *found);

/* Words of a server as one line; shorter than they are where a report says too much. */
struct match_text statement_line(struct reading *reading, struct span words);
/* The line, and its text, which is not empty. */
const struct match_text *statement_match(const struct statement *statement);
struct span statement_text(const struct statement *statement);

/* Adds evidence for a part of a statement's line to the recipient. */
void statement_evidence(const struct statement *statement, struct span part, const char *field,
	const struct reading *reading, struct recipient *recipient);
/* Adds evidence for a span of a source's own text. */
void source_span_evidence(const struct source *source, struct span part, const char *field,
	const struct reading *reading, struct recipient *recipient);

#endif
