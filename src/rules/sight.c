/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/sight.h"

#define LONG_S "\u017f"
#define KELVIN "\u212a"

void sight_set(struct sight *sight, struct span text)
{
	sight->text = text;
	sight->known = false;
}

void sight_look(struct sight *sight)
{
	const struct span text = sight->text;

	if (sight->known)
		return;
	memset(sight->pairs, 0, sizeof sight->pairs);
	for (size_t i = 1; i < text.n; i++) {
		unsigned pair = sight_pair(text.p[i - 1], text.p[i]);

		sight->pairs[pair / 64] |= UINT64_C(1) << pair % 64;
	}
	sight->odd = span_find(text, LONG_S) || span_find(text, KELVIN);
	sight->known = true;
}
