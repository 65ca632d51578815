/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked for, checked and brought into one change a message. */
#ifndef NIXIE_STORE_CHANGESET_H
#define NIXIE_STORE_CHANGESET_H

#include "store/store.h"

/*
 * Owned changes (struct change*, g_ptr_array_unref), each id once, in the order of their first
 * mention. Of several changes of one message the later word counts; within one change an addition
 * counts more than a removal. NULL with NIXIE_USAGE when a tag cannot be set.
 */
GPtrArray *changeset_new(const struct change *changes, size_t n, GError **error);

#endif
