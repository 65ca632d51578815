/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a step is about to do to the suppression list. The index takes its part first; where the
 * process ends before the list has the other, the next session does that, if the journal says that
 * the step was applied.
 *
 * $XDG_DATA_HOME/nixie/suppress/UUID.pledge-ID: `#pledge LAST KIND LABEL` (of the journal, as its
 * records are written; the step comes behind entry LAST), then lines of the list. Locked as long as
 * its session lives.
 */
#ifndef NIXIE_TRIAGE_PLEDGE_H
#define NIXIE_TRIAGE_PLEDGE_H

#include "triage/suppress.h"

struct pledge;
/* On disk when it returns; NULL with error. `lines` as of suppression_unwritten. */
struct pledge *pledge_make(
	const char *uuid, const char *kind, const char *label, const char *lines, GError **error);
/* The end of it; NULL is legal. `kept`: the list has the lines, else the next session looks. */
void pledge_end(struct pledge *pledge, bool kept);

/* Does what other sessions left undone. What cannot be done now stays. */
void pledge_settle(struct suppression *list, const char *uuid);

#endif
