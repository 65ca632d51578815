/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An index that was made anew has another UUID: what nixie keeps by it, above all the suppression
 * list, is the old one's. Which index a place had is remembered in $XDG_STATE_HOME/nixie/index.
 */
#ifndef NIXIE_TRIAGE_REBUILT_H
#define NIXIE_TRIAGE_REBUILT_H

/*
 * What to tell of the index with this UUID at `place`, as long as its suppression list stayed with
 * the one before and there is no new one; NULL: nothing. g_free.
 */
char *rebuilt_note(const char *uuid, const char *place);

#endif
