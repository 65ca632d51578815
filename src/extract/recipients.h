/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who failed: what the fields, the text and the header of a report say is brought together. */
#ifndef NIXIE_EXTRACT_RECIPIENTS_H
#define NIXIE_EXTRACT_RECIPIENTS_H

#include "extract/reading.h"

/* Adds the recipients of reading->dsn to reading->found. */
void recipients_from_fields(struct reading *reading);
/* Gives each recipient of `fields` what the text says of the same one; `text` are struct found. */
void recipients_join(struct reading *reading, GArray *text);
/* Those of X-Failed-Recipients, when nothing better names any, or better ones than a pipe or an
 * unknown name. */
void recipients_from_header(struct reading *reading);
/*
 * Last resorts for a report that is a failure but names nobody: the one addressee of the returned
 * message, the one address in the subject, or what a tagged return address holds (VERP).
 */
void recipients_last_resort(struct reading *reading);
/* A recipient of whom nothing is said gets the whole text, if it is the only one. */
void recipients_give_text(struct reading *reading);
/* Each address once; the first place that names it counts. */
void recipients_unique(struct reading *reading);
/* Is there one whose address could be read? */
bool recipients_are_named(const struct reading *reading);

#endif
