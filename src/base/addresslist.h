/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mailboxes of a field such as To (RFC 5322 section 3.4), and not what only stands beside them. */
#ifndef NIXIE_BASE_ADDRESSLIST_H
#define NIXIE_BASE_ADDRESSLIST_H

#include "base/span.h"

/*
 * The next mailbox that the field names, from `*at` on; moves `*at` behind it. An address in a
 * display name or in a comment is none: a name is what anybody writes. SPAN_NONE at the end.
 */
struct span address_list_next(struct span field, size_t *at);

#endif
