/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server that wrote a report which does not name it. Only where header and sender agree: a
 * Received field names a host of the domain that the daemon writes from, or the sender is the
 * mailer daemon of a host.
 */
#ifndef NIXIE_EXTRACT_BOUNCER_H
#define NIXIE_EXTRACT_BOUNCER_H

#include "extract/reading.h"

/* Fills reading->server (NULL: not sure), sender and own_side. Needs the returned message. */
void bouncer_find(struct reading *reading);
/* Does the sender's own side report on mail to somebody elsewhere? */
bool bouncer_is_outgoing(const struct reading *reading, const char *address);

#endif
