/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a word of running text is by its form alone: the name of a host, a status. For those who
 * mask words: base/pseudonym puts a stand-in for each, triage/cause a mark for its kind.
 */
#ifndef NIXIE_BASE_FORM_H
#define NIXIE_BASE_FORM_H

#include "base/span.h"

enum form { FORM_DIGITS = 1, FORM_LETTERS = 2, FORM_DOTS = 4, FORM_OTHERS = 8 };

/* Bits of enum form; hyphens and underscores count for nothing. */
unsigned form_of(struct span word);
/*
 * Labels with dots between, the last one of letters: `mx1.example.org`; not what a program calls
 * something (`RESOLVER.ADR.RecipientNotFound`).
 */
bool form_is_host(struct span word);
/* x.y.z of class 2, 4 or 5 (RFC 3463). */
bool form_is_status(struct span word);

#endif
