/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports for others' eyes (H37): what a server says stays, who wrote to whom and about what goes.
 * Of every mail address the part before the @ becomes a number, the same one wherever the mailbox
 * occurs; subjects, people's names and the queries of links are left out. Message-IDs stay.
 */
#ifndef NIXIE_TRIAGE_REDACT_H
#define NIXIE_TRIAGE_REDACT_H

#include "extract/report.h"

struct redactor;

struct redactor *redactor_new(void);
void redactor_free(struct redactor *redactor); /* NULL is legal */

/* A copy with the same number of recipients in the same order; report_free. */
struct report *redact_report(struct redactor *redactor, const struct report *report);
/* One address as the reports of this redactor show it: userN@domain. g_free. */
char *redact_address(struct redactor *redactor, const char *address);

#endif
