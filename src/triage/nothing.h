/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why nothing is shown: which word of the query or which filter leaves all out, and what would be
 * there without each. */
#ifndef NIXIE_TRIAGE_NOTHING_H
#define NIXIE_TRIAGE_NOTHING_H

#include "triage/session.h"

/*
 * Sentences (char*), the weightiest first; none while rows are shown or loading. NULL when the
 * index has to be asked first: SESSION_DETAILS follows. Borrowed until rows, filters or the query
 * change.
 */
const GPtrArray *session_nothing(struct session *session);
/* Waits for it (commands). */
const GPtrArray *session_nothing_wait(struct session *session);

#endif
