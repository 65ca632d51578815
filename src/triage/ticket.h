/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The number by which a help desk knows a message, read from its subject. How it stands there is
 * told by templates, not by patterns: subjects are words of mail, and a pattern meets those in the
 * sandbox only. The grammar is that of data/tickets.txt and nixie-config(5). Time is linear in the
 * subject, whatever the template.
 */
#ifndef NIXIE_TRIAGE_TICKET_H
#define NIXIE_TRIAGE_TICKET_H

#include <glib.h>
#include <stdbool.h>

struct ticket_reader;
/* NULL: the templates of data/tickets.txt. Broken ones find nothing. */
struct ticket_reader *ticket_reader_new(const char *template);
void ticket_reader_free(struct ticket_reader *reader); /* NULL is legal */
/* Its templates, NULL-ended; NULL: none. */
char *const *ticket_reader_sources(const struct ticket_reader *reader);
/* NULL: there is none. g_free. */
char *ticket_find(struct ticket_reader *reader, const char *subject);

/* Is that a template with one place for the number? NIXIE_CONFIG. */
bool ticket_template_check(const char *template, GError **error);

#endif
