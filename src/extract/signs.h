/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a message shows of itself, each a yes or no, before anybody decides what sort it is
 * (extract/kind.h).
 */
#ifndef NIXIE_EXTRACT_SIGNS_H
#define NIXIE_EXTRACT_SIGNS_H

#include "extract/reading.h"

bool signs_has_link(const struct reading *reading);
bool signs_is_html(const struct reading *reading);
/* Nothing follows the header, not even the empty line. */
bool signs_is_cut_short(const struct reading *reading);
/* Something stands in a part for people or for machines. */
bool signs_says_something(const struct reading *reading);
/* `[#4711]`, `[Ticket#4711]`, `(OPS-81)`: the number of a case, in brackets. */
bool signs_has_case_number(struct span subject);
/* An answer, a case of a tracker, or mail of a list (RFC 2919): people talk about reports there. */
bool signs_is_conversation(const struct reading *reading);
/* The mailbox of a mail system and of a person, too. */
bool signs_is_postmaster(const struct reading *reading);
/* RFC 5321 section 4.5.5: reports have no envelope sender. */
bool signs_is_unenveloped(const struct reading *reading);
/* The envelope sender is that of the letter: mail systems send their reports without one. */
bool signs_has_own_path(const struct reading *reading);
/* A link, and nothing that only a mail system would say. */
bool signs_is_bait(const struct reading *reading);
/* A rule knows the cause that the text states. */
bool signs_states_cause(const struct reading *reading);
/* Somebody else than sender and addressee of the mail, which notices name for many reasons. */
bool signs_names_others(const struct reading *reading);
/* A reply or an enhanced code of failure is said of a recipient. */
bool signs_quotes_code(const struct reading *reading);
/* What comes back was sent by whom the report was sent to. */
bool signs_returns_own_mail(const struct reading *reading);
/* The answer of a server or an address leads its line, perhaps behind a label: a person tells it
 * within a sentence. */
bool signs_is_structured(const struct reading *reading);
/* A program asks nothing: who does is a person that tells of an answer, unless a whole report is
 * passed on. */
bool signs_asks(const struct reading *reading);
/* Whom it names stands in lines that quote another mail (`> `). */
bool signs_is_hearsay(const struct reading *reading);

#endif
