/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells bytes from other bytes, as SHA-256 does, at a tenth of the time. Against chance: who wants
 * two texts to be taken for one can make such two.
 */
#ifndef NIXIE_BASE_DIGEST_H
#define NIXIE_BASE_DIGEST_H

#include <stdint.h>

#include "base/span.h"

struct digest {
	uint64_t lanes[2];
};

/* All zero at first. Where one text ends and the next begins counts, too. */
void digest_add(struct digest *digest, struct span text);

#endif
