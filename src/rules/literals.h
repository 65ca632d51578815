/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many literals found in one pass over a text, ASCII case folded. Time is linear in the text, times
 * the longest literal at worst.
 */
#ifndef NIXIE_RULES_LITERALS_H
#define NIXIE_RULES_LITERALS_H

#include <stdint.h>

#include "base/span.h"

struct literal_set;

struct literal_set *literal_set_new(void);
void literal_set_free(struct literal_set *set); /* NULL is legal */
/* `id` is the caller's; several literals may share one, and one literal may stand for several. */
void literal_set_add(struct literal_set *set, struct span literal, uint32_t id);
/* After the last literal_set_add, before the first scan. */
void literal_set_build(struct literal_set *set);

struct literal_hit {
	uint32_t id;
	size_t at, n; /* bytes of the text */
};

#define LITERAL_TIERS 3

/* How far a tier of literals is looked for, and where the next of its literals may begin. */
struct literal_ahead {
	size_t from, next; /* the blocks that were looked at, the first that was not */
	uint32_t window;   /* bits: of which of them there is a hint */
	unsigned hint;     /* of the one at ... */
	size_t block;      /* ... bits: how far before it more may begin */
	uint32_t node;
	size_t at; /* the end of the text: none */
};

/*
 * A scan in progress: `struct literal_scan scan = literal_scan_of(set, text)`, then literal_next.
 */
struct literal_scan {
	const struct literal_set *set;
	struct span text;
	struct literal_ahead ahead[LITERAL_TIERS];
	size_t at;             /* where the walk began */
	uint32_t node, output; /* where it stands, what is still to be told there */
	uint32_t depth, end;   /* bytes that it went; where the literals are another tier's */
};

struct literal_scan literal_scan_of(const struct literal_set *set, struct span text);
/* Every occurrence of every literal, by its begin, shorter ones first. False: no more. */
bool literal_next(struct literal_scan *scan, struct literal_hit *hit);

/* Does a letter or digit at either end of text[at, at+n) touch none outside? */
bool literal_is_whole(struct span text, size_t at, size_t n);

#endif
