/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number by which a help desk knows a message, read from its subject. */
#ifndef NIXIE_TRIAGE_TICKET_H
#define NIXIE_TRIAGE_TICKET_H

#include <glib.h>
#include <stdbool.h>

struct ticket_reader;
/* `pattern` with (?<ticket>...) in it; NULL: those of data/tickets.txt. Broken ones find nothing.
 */
struct ticket_reader *ticket_reader_new(const char *pattern);
void ticket_reader_free(struct ticket_reader *reader); /* NULL is legal */
/* NULL: there is none. g_free. */
char *ticket_find(struct ticket_reader *reader, const char *subject);

/* Is that a pattern that names a ticket? NIXIE_CONFIG. */
bool ticket_pattern_check(const char *pattern, GError **error);

#endif
