/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wording of a diagnostic without what differs from message to message: two reports with the
 * same cause have the same words.
 */
#ifndef NIXIE_TRIAGE_CAUSE_H
#define NIXIE_TRIAGE_CAUSE_H

#include <glib.h>

#define CAUSE_MAX 160 /* bytes; what comes later seldom tells causes apart */

/*
 * Appends the wording of `diagnostic` to `out`, from the server's reply on: codes stay, addresses
 * become <address>, links <link>, host addresses <ip>, host names <host>, queue and log ids <id>,
 * other numbers #.
 */
void cause_append(GString *out, const char *diagnostic);
/* What the server said, without the codes in front: "User unknown" of "550 5.1.1 User unknown". All
 * of it where there are codes alone. */
const char *cause_words(const char *cause);

#endif
