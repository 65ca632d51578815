/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name inside an address of Exchange or X.400 that no person can read (H12). */
#ifndef NIXIE_EXTRACT_DISPLAY_H
#define NIXIE_EXTRACT_DISPLAY_H

#include "base/arena.h"
#include "base/span.h"

/*
 * `Hal.Pryce` of `IMCEAEX-_O=MILL_CN=RECIPIENTS_CN=Hal+2EPryce@mill.example`, of
 * `/O=MILL/CN=RECIPIENTS/CN=Hal.Pryce` and of `c=GB;a= ;p=MILL;s=Pryce;g=Hal`. NULL for any other
 * address.
 */
const char *display_of(struct span address, struct arena *arena);

#endif
