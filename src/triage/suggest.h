/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Did you mean: the address that a failed one is one slip away from. Never more than a proposal:
 * one that rests on two neighbours is none.
 */
#ifndef NIXIE_TRIAGE_SUGGEST_H
#define NIXIE_TRIAGE_SUGGEST_H

#include "triage/contacts.h"

struct suggester;
/* Knows the domains of data/domains.txt. */
struct suggester *suggester_new(int64_t quiet_since);
void suggester_free(struct suggester *suggester); /* NULL is legal */
/*
 * Contacts that wrote, or took a letter before `quiet_since` that did not come back, may be meant.
 * `returned` holds the Message-IDs of all that came back; NULL: that is not known, and only who
 * wrote counts. Contacts are borrowed for the suggester's life.
 */
void suggester_take(
	struct suggester *suggester, const struct contact *contact, GHashTable *returned);
/* What a failed mailbox (row->mailbox) may have been meant to be; NULL when there is nothing to
 * propose. g_free. */
char *suggester_find(
	struct suggester *suggester, const char *mailbox, const struct category *category);

#endif
