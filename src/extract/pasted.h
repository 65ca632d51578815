/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fields that lost their line ends when somebody pasted them (hard-problems H34):
 *
 *	Final-Recipient: rfc822; a@b.example Action: failed Status: 5.7.1 Diagnostic-Code: smtp; 550
 *...
 */
#ifndef NIXIE_EXTRACT_PASTED_H
#define NIXIE_EXTRACT_PASTED_H

#include "extract/source.h"

/*
 * A source in which the blank before each field name is a line end, so that every other byte keeps
 * its place. Only lines that begin with a field name are looked at. `source` itself where there is
 * none.
 */
const struct source *pasted_split(const struct source *source, struct arena *arena);
/* A field that holds a name, a date or an address, and no words of a server. */
bool pasted_says_nothing(struct span line);

#endif
