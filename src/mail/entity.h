/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Character references of HTML. */
#ifndef NIXIE_MAIL_ENTITY_H
#define NIXIE_MAIL_ENTITY_H

#include <stdint.h>

#include "base/span.h"

/*
 * Reads the reference at the head of `s`, which begins with `&`: numeric, or one of the names that
 * occur in mail; the semicolon may be missing. Returns its length, 0 when it is none.
 */
size_t entity_read(struct span s, uint32_t *codepoint);

#endif
