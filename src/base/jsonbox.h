/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of several JSON objects: an array of them, or one after the other (JSON lines). */
#ifndef NIXIE_BASE_JSONBOX_H
#define NIXIE_BASE_JSONBOX_H

#include "base/span.h"

/* Does the file begin as an object, or as an array of objects? The first bytes suffice. */
bool jsonbox_is(struct span file);

/*
 * The next object from `*at` (start at 0) on; one that is cut off reaches to the end of the file.
 * False at the end. `skipped` becomes what stood before it, or at the end, and is no object: after
 * such bytes the next line that begins one counts.
 */
bool jsonbox_next(struct span file, size_t *at, struct span *object, struct span *skipped);

#endif
