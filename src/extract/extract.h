/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract(bytes, knowledge) -> facts: the engine. A pure function: no index, no settings, no clock,
 * no file (gconv apart). It always yields a report: mail that is no bounce has kind
 * not-a-bounce and no recipients; a bounce without a readable recipient has one whose address is
 * NULL.
 */
#ifndef NIXIE_EXTRACT_EXTRACT_H
#define NIXIE_EXTRACT_EXTRACT_H

#include "extract/report.h"
#include "extract/trial.h"
#include "rules/rule.h"

struct extractor;

/* `formats_dir`: data/formats. Knowledge and rules are borrowed and must outlive it. Not
 * thread-safe. */
struct extractor *extractor_new(const struct knowledge *knowledge, struct rule_set *rules,
	const char *formats_dir, GError **error);
void extractor_free(struct extractor *extractor);
/*
 * What a cached fact rests on: 64 letters that change with rules, knowledge and formats. No
 * extractor is made for it. g_free; NULL with error.
 */
char *extractor_hash(const struct rule_set *rules, const char *formats_dir, GError **error);

/* The facts of one message. `bytes` may hold anything. Never NULL; report_free it. */
struct report *extract_report(struct extractor *extractor, struct span bytes);

/*
 * The facts of a fragment that somebody pasted: a server's reply, a bare code, DSN fields, the text
 * of a dialog (nixie explain). Always one recipient, whose address may be NULL.
 */
struct report *extract_fragment(struct extractor *extractor, struct span text);
/*
 * Either of the two, with what each verdict was made from: `*trials` becomes an array with one
 * entry for each recipient, in the report's memory. `asked`: id of a rule that is wanted to be
 * heard of; NULL.
 */
struct report *extract_tried(struct extractor *extractor, struct span bytes, bool fragment,
	const char *asked, const struct trial **trials);

#endif
