/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one look at a text tells of all words: which pairs of bytes stand side by side in it, case
 * apart. A word one of whose pairs is missing need not be searched for.
 */
#ifndef NIXIE_RULES_SIGHT_H
#define NIXIE_RULES_SIGHT_H

#include <stdint.h>

#include "base/span.h"

#define SIGHT_BITS 4096

struct sight {
	struct span text;
	bool known; /* what follows; sight_look() finds it out */
	bool odd;   /* it holds a letter that is one of ASCII in another case */
	uint64_t pairs[SIGHT_BITS / 64];
};

/* Begins with another text, which is borrowed. */
void sight_set(struct sight *sight, struct span text);
void sight_look(struct sight *sight);

/* The bit of a pair. 0x20 makes small letters of capitals, and is no harm elsewhere. */
static inline uint16_t sight_pair(char first, char second)
{
	unsigned one = (unsigned char)first | 0x20, two = (unsigned char)second | 0x20;

	return (uint16_t)((one << 5 ^ two) & (SIGHT_BITS - 1));
}

/* May the pair stand in the text? Once it was looked at. */
static inline bool sight_shows(const struct sight *sight, uint16_t pair)
{
	return sight->pairs[pair / 64] >> pair % 64 & 1;
}

#endif
