/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rounds of XXH64, in two lanes. */
#include "base/digest.h"

#define PRIME_1 UINT64_C(0x9e3779b185ebca87)
#define PRIME_2 UINT64_C(0xc2b2ae3d27d4eb4f)

static uint64_t taken_in(uint64_t lane, uint64_t word)
{
	lane += word * PRIME_2;
	lane = lane << 31 | lane >> 33;
	return lane * PRIME_1;
}

static void add_words(struct digest *digest, const void *words)
{
	uint64_t two[2];

	memcpy(two, words, sizeof two);
	digest->lanes[0] = taken_in(digest->lanes[0], two[0]);
	digest->lanes[1] = taken_in(digest->lanes[1], two[1]);
}

void digest_add(struct digest *digest, struct span text)
{
	const uint64_t size[2] = {text.n, ~(uint64_t)text.n};
	char rest[sizeof size] = {0};

	for (; text.n >= sizeof rest; text = span_from(text, sizeof rest))
		add_words(digest, text.p);
	if (text.n)
		memcpy(rest, text.p, text.n);
	add_words(digest, rest);
	add_words(digest, size);
}
