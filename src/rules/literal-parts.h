/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of literals: the tables that are made, and looked at. Not for other modules. */
#ifndef NIXIE_RULES_LITERAL_PARTS_H
#define NIXIE_RULES_LITERAL_PARTS_H

#include <glib.h>

#include "rules/literals.h"

#define TIERS LITERAL_TIERS
#define GRAM_MAX 8                         /* bytes of a literal that lead to a door */
#define SMALL UINT64_C(0x2020202020202020) /* makes letters small */
#define HINT_BITS 15                       /* of the table that tells where there is a hint: 4 KB */

/* Lengths of the literals of a tier. */
static const uint32_t shortest[TIERS + 1] = {1, 4, GRAM_MAX, UINT32_MAX};

struct node {
	uint64_t gram;   /* the bytes of the leap */
	uint32_t leap;   /* the node behind so many bytes that are the only ones ... */
	uint32_t first;  /* first child; children lie side by side */
	uint32_t output; /* chain of what ends here, index + 1 */
	uint16_t count;  /* children */
	uint8_t leap_n;  /* ... how many; 0: there are several, or none */
};

struct output {
	uint32_t id, n, next;
};

/* The node that the first bytes of a literal lead to; node 0: an empty place of the table. */
struct door {
	uint64_t gram;
	uint32_t node;
};

struct tier {
	unsigned gram;        /* bytes of its shortest literal, GRAM_MAX at most; 0: it has none */
	unsigned block;       /* bytes that are looked at, so that ... */
	unsigned stride;      /* ... each gram holds one that begins at a multiple of this */
	unsigned char *hints; /* by hash of a block; bit i: a literal may begin i bytes before it */
	unsigned hints_shift; /* a place of `hinted` has its hints at that, shifted */
	uint32_t factor;      /* of the hash */
	uint32_t *hinted;     /* bit: is there one? What most looks need to see */
	struct door *doors;   /* by hash, a power of two, at most half of them used */
	unsigned char *signs; /* by the same; bit, by other bits of the hash: there is a door */
	uint32_t doors_mask;
	uint64_t gram_mask;
};

struct literal_set {
	GArray *trie;    /* struct branch of literal-tables.c; NULL once built */
	GArray *outputs; /* struct output */
	struct node *nodes;
	unsigned char *bytes; /* bytes[i]: the byte that leads to node i */
	struct tier tiers[TIERS];
	unsigned char fold[256];
};

/* g_ascii_tolower of eight bytes: 0x20 is set where the high bits of the sums say A to Z. */
static inline uint64_t fold_word(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t low = word & ~high;
	uint64_t from_a = low + (128 - 'A') * ones, after_z = low + (127 - 'Z') * ones;

	return word | ((from_a ^ after_z) & ~word & high) >> 2;
}

/* Of a block: what stands behind it is shifted out. May take other bytes for letters: what is let
 * pass is looked at again. */
static inline uint32_t hint_place(const struct tier *tier, uint32_t four)
{
	return (four | (uint32_t)SMALL) * tier->factor >> (32 - HINT_BITS);
}

static inline uint64_t door_hash(uint64_t key)
{
	return key * UINT64_C(0x9e3779b97f4a7c15);
}

/* Which bit of its place tells of a door. */
static inline unsigned char door_sign(uint64_t hash)
{
	return (unsigned char)(1u << (hash >> 61));
}

/*
 * The door of the eight bytes of a text, or the empty place where it would be. Bytes in which only
 * 0x20 differs share a place, so that the letters need be told from the rest for few texts only.
 */
static inline struct door *door_of(
	const struct tier *tier, uint64_t bytes, uint64_t key, uint64_t hash)
{
	const uint64_t mask = tier->gram_mask;
	uint32_t at = (uint32_t)(hash >> 32) & tier->doors_mask;

	for (; tier->doors[at].node; at = (at + 1) & tier->doors_mask)
		if (((tier->doors[at].gram | SMALL) & mask) == key &&
			tier->doors[at].gram == (fold_word(bytes) & mask))
			break;
	return &tier->doors[at];
}

#endif
