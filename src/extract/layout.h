/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Readers of text that a server wrote for people. Families are many, layouts are few; a family
 * names the layouts it uses and brings the words (extract/format.h).
 *
 * Each reader looks at reading->body of reading->text, uses the marks of `format`, and adds what it
 * finds to reading->found.
 */
#ifndef NIXIE_EXTRACT_LAYOUT_H
#define NIXIE_EXTRACT_LAYOUT_H

#include "extract/reading.h"

/* Recipients a line each below a heading, with what is said of them. */
void layout_list(struct reading *reading, const struct format *format);
/* Recipients behind a label or within a sentence: `Recipient address: a@b`, `your mail to <a@b>`.
 */
void layout_labelled(struct reading *reading, const struct format *format);
/* The dialogue of the servers, line by line with arrows. Gives recipients their replies. */
void layout_transcript(struct reading *reading, const struct format *format);

/*
 * An address in a line that also holds a reply or words that a rule knows, when nothing else named
 * anybody. The report's own sender and addressee do not count.
 */
void layout_stray(struct reading *reading, const struct format *format);
/* At last, in mail of a machine: those that merely stand alone in their line, perhaps behind a
 * label; else those that are mentioned first. */
void layout_alone(struct reading *reading);

/*
 * A labelled reason belongs to the recipient above it. A recipient of whom nothing is said shares
 * what is said of the next one, at last what stands labelled above all of them.
 */
void layout_reasons(struct reading *reading, const struct format *format);
/* A server's answer behind a label, whoever it is said of. */
struct passage layout_answer(const struct reading *reading, const struct format *format);

/* Runs the layouts of a family, then looks for labelled reasons. True when there is a recipient. */
bool layout_read(struct reading *reading, const struct format *format);

/* --- For the readers */

/* Finds where the returned message begins, by the words of reading->format (may be NULL) and those
 * for all; sets body and after. */
void layout_cut(struct reading *reading);
/* The next mark of that kind and family from *index on, standing before `end`; NULL when there is
 * none. */
const struct mark_hit *layout_mark(const struct reading *reading, const struct format *format,
	enum mark mark, size_t *index, size_t end);
/* The first mark of that kind and family in `span`, a part of the text; NULL when there is none. */
const struct mark_hit *layout_mark_in(const struct reading *reading, const struct format *format,
	enum mark mark, struct span span);
/*
 * What is said near a place is looked for no further away: more is read by nobody (MATCH_TEXT_MAX),
 * and a text of one endless line stays linear.
 */
#define LAYOUT_NEAR_MAX 8192
/* Where the line around `at` begins. */
const char *layout_line_begin(struct span body, const char *at);
/* From `from` up to the next blank line, but not beyond `end`; blanks at both ends are dropped. */
struct span layout_paragraph(const char *from, const char *end);
/* The whole paragraph around `at`. */
struct span layout_paragraph_around(struct span body, const char *at);
/* The address that begins at `from`, behind nothing but blanks, quotes and brackets; may stand on a
 * next line. */
struct span layout_address_at(const char *from, const char *end);
/* The next address of the same enumeration; SPAN_NONE when the sentence goes on otherwise. */
struct span layout_address_after(struct span address, const char *end);
/* What stands in parentheses between two addresses of an enumeration: said of the first. */
struct passage layout_remark(const struct reading *reading, struct span address, struct span next);
/* Nothing but blanks, brackets and punctuation, in whatever script. */
bool layout_is_ornament(struct span text);
/* Can the address not be that of a recipient? It is the sender's, or the words right before it lead
 * to somebody else's, or it is a part of a link. */
bool layout_is_nobodys(const struct reading *reading, struct span address);
/* Does nothing but a short label stand before it in its line? */
bool layout_leads_line(const struct reading *reading, struct span what);
/* Adds a recipient, unless it is there already; returns it in both cases. */
struct found *layout_add(struct reading *reading, struct span address);

#endif
