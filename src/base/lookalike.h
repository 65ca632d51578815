/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses that look like another one: letters of several scripts in one label, or a label all of
 * whose letters have a Latin double (UTS #39, in small). Languages that are written in several
 * scripts at once are let be, and so is an address all in a script of its own.
 */
#ifndef NIXIE_BASE_LOOKALIKE_H
#define NIXIE_BASE_LOOKALIKE_H

#include "base/span.h"

/*
 * The next address in `text`, from `*at` on, that looks like another; moves `*at` behind it.
 * SPAN_NONE: there is none. Plain ASCII costs one look at each byte.
 */
struct span lookalike_next(struct span text, size_t *at);

#endif
