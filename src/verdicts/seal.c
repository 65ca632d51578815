/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdicts/seal.h"

#include <string.h>

/* Odd numbers with bits everywhere: a product by one of them can be undone, so nothing is lost. */
#define FIRST 0x9e3779b97f4a7c15u
#define SECOND 0xc2b2ae3d27d4eb4fu

uint64_t seal_number(uint64_t seal, uint64_t number)
{
	seal = (seal ^ number) * FIRST;
	return (seal ^ seal >> 29) * SECOND;
}

uint64_t seal_add(uint64_t seal, const void *bytes, size_t n)
{
	const char *at = bytes;
	uint64_t block = 0;

	seal = seal_number(seal, n);
	for (; n >= sizeof block; n -= sizeof block, at += sizeof block) {
		memcpy(&block, at, sizeof block);
		seal = seal_number(seal, block);
	}
	if (!n)
		return seal;
	block = 0;
	memcpy(&block, at, n);
	return seal_number(seal, block);
}
