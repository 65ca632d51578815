/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Most of a text is passed by unseen: wherever a literal of 8 bytes begins, one of five places in a
 * row that are five apart shows four bytes of it. A table says by a hash of those four how far
 * before them literals may begin. Where one may, another table tells which node of the trie the
 * bytes lead to, and a walk from there what really stands in the text. (What is looked at does not
 * depend on what was found, so that the processor looks at many places at once; an automaton, or
 * skips as long as the text allows, would wait for memory at each.)
 *
 * Short literals would allow short steps only, so each of three tiers goes its own way.
 */
#include "rules/literal-parts.h"

#define WINDOW 32 /* blocks that are looked at in a row */

static inline uint32_t child_of(const struct literal_set *set, uint32_t at, unsigned char byte)
{
	const struct node *node = &set->nodes[at];
	const unsigned char *bytes = set->bytes + node->first;

	for (uint32_t i = 0; i < node->count; i++)
		if (bytes[i] == byte)
			return node->first + i;
	return 0;
}

/* The node that the eight bytes of a text lead to; 0: none. */
static inline uint32_t node_behind(const struct tier *tier, uint64_t bytes)
{
	const uint64_t key = (bytes | SMALL) & tier->gram_mask, hash = door_hash(key);

	if (!(tier->signs[(hash >> 32) & tier->doors_mask] & door_sign(hash)))
		return 0;
	return door_of(tier, bytes, key, hash)->node;
}

static inline uint32_t is_hinted(const struct tier *tier, uint32_t place)
{
	return tier->hinted[place / 32] >> place % 32 & 1;
}

/* Eight bytes as a number, the first one lowest. */
static inline uint64_t word_at(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return GUINT64_FROM_LE(word);
}

/* The eight bytes at `at`; zeros behind the text. */
static uint64_t text_word(struct span text, size_t at)
{
	char rest[8] = {0};

	if (text.n - at >= sizeof rest)
		return word_at(text.p + at);
	memcpy(rest, text.p + at, text.n - at);
	return word_at(rest);
}

static inline uint32_t four_at(const char *p)
{
	uint32_t four;

	memcpy(&four, p, sizeof four);
	return GUINT32_FROM_LE(four);
}

/* The block at `at`, all of which is in the text. */
static inline uint32_t block_at(const struct tier *tier, struct span text, size_t at)
{
	const uint32_t four =
		text.n - at >= sizeof four ? four_at(text.p + at) : (uint32_t)text_word(text, at);

	return hint_place(tier, four);
}

/* Bit i: there is a hint of the block i strides behind `at`; four bytes of each are in the text. */
static uint32_t hinted(const struct tier *tier, const char *at)
{
	const unsigned stride = tier->stride;
	uint32_t window = 0;

#pragma GCC unroll 8
	for (unsigned i = 0; i < WINDOW; i++, at += stride)
		window = window >> 1 | is_hinted(tier, hint_place(tier, four_at(at)))
					       << (WINDOW - 1);
	return window;
}

/* The same of the blocks that are left at the end of a text. */
static uint32_t hinted_last(const struct tier *tier, struct span text, size_t at)
{
	uint32_t window = 0;
	unsigned i = 0;

	for (; i < WINDOW && at + sizeof(uint32_t) <= text.n; i++, at += tier->stride)
		window |= is_hinted(tier, hint_place(tier, four_at(text.p + at))) << i;
	for (; i < WINDOW && at + tier->block <= text.n; i++, at += tier->stride)
		window |= is_hinted(tier, block_at(tier, text, at)) << i;
	return window;
}

/* The next block of which there is a hint; false: none is left. */
static inline bool next_hint(const struct tier *tier, struct span text, struct literal_ahead *ahead)
{
	const size_t span = (size_t)tier->stride * (WINDOW - 1) + sizeof(uint32_t);
	unsigned skip;

	while (!ahead->window) {
		ahead->from = ahead->next;
		if (ahead->from + tier->block > text.n)
			return false;
		ahead->next += (size_t)tier->stride * WINDOW;
		ahead->window = ahead->from + span <= text.n ? hinted(tier, text.p + ahead->from)
							     : hinted_last(tier, text, ahead->from);
	}
	skip = (unsigned)__builtin_ctz(ahead->window);
	ahead->window &= ahead->window - 1;
	ahead->block = ahead->from + skip * tier->stride;
	ahead->hint = tier->hints[block_at(tier, text, ahead->block) >> tier->hints_shift];
	return true;
}

/* Moves a tier on to the next place where one of its literals may begin. */
static void look_ahead(struct literal_scan *scan, int index)
{
	const struct tier *tier = &scan->set->tiers[index];
	struct literal_ahead *ahead = &scan->ahead[index];
	const struct span text = scan->text;

	for (;;) {
		size_t at;

		if (!ahead->hint && !next_hint(tier, text, ahead))
			break;
		/* The highest bit is that of the first place. */
		at = 31u - (unsigned)__builtin_clz(ahead->hint);
		ahead->hint ^= 1u << at;
		at = ahead->block - at;
		if (text.n - at < tier->gram)
			continue;
		ahead->node = node_behind(tier, text_word(text, at));
		if (ahead->node) {
			ahead->at = at;
			return;
		}
	}
	ahead->at = text.n;
}

struct literal_scan literal_scan_of(const struct literal_set *set, struct span text)
{
	struct literal_scan scan = {.set = set, .text = text};

	g_assert(!set->trie);
	for (int i = 0; i < TIERS; i++) {
		scan.ahead[i].at = text.n;
		scan.ahead[i].next = set->tiers[i].stride - 1; /* the last byte of the first */
		if (set->tiers[i].gram)
			look_ahead(&scan, i);
	}
	return scan;
}

/* Enters the trie at the next place of all tiers, that of the shorter literals first. */
static bool enter(struct literal_scan *scan)
{
	int next = 0;

	for (int i = 1; i < TIERS; i++)
		if (scan->ahead[i].at < scan->ahead[next].at)
			next = i;
	scan->at = scan->ahead[next].at;
	if (scan->at == scan->text.n)
		return false;
	scan->node = scan->ahead[next].node;
	scan->output = scan->set->nodes[scan->node].output;
	scan->depth = scan->set->tiers[next].gram;
	scan->end = shortest[next + 1];
	look_ahead(scan, next);
	return true;
}

static inline bool leap_fits(const struct node *node, struct span text, size_t at)
{
	uint64_t other = fold_word(text_word(text, at)) ^ node->gram;

	return other << (64 - 8 * node->leap_n) == 0;
}

/* On to the next node where a literal ends, up to where the next tier begins. */
static void walk(struct literal_scan *scan)
{
	const struct literal_set *set = scan->set;
	const struct span text = span_from(scan->text, scan->at);
	const uint32_t end = (uint32_t)MIN(text.n, scan->end - 1);
	uint32_t node = scan->node, depth = scan->depth;

	do {
		const struct node *from = &set->nodes[node];

		if (!from->leap_n) {
			node = depth < end ? child_of(set, node,
						     set->fold[(unsigned char)text.p[depth]])
					   : 0;
			depth++;
			continue;
		}
		node = from->leap_n <= end - depth && leap_fits(from, text, depth) ? from->leap : 0;
		depth += from->leap_n;
	} while (node && !set->nodes[node].output);
	scan->node = node;
	scan->depth = depth;
	scan->output = set->nodes[node].output;
}

bool literal_next(struct literal_scan *scan, struct literal_hit *hit)
{
	const struct output *output;

	while (!scan->output) {
		if (scan->node)
			walk(scan);
		else if (!enter(scan))
			return false;
	}
	output = &g_array_index(scan->set->outputs, struct output, scan->output - 1);
	scan->output = output->next;
	*hit = (struct literal_hit){.id = output->id, .at = scan->at, .n = output->n};
	return true;
}

bool literal_is_whole(struct span text, size_t at, size_t n)
{
	size_t end = at + n;

	return n && (at == 0 || !g_ascii_isalnum(text.p[at]) || !g_ascii_isalnum(text.p[at - 1])) &&
	       (end >= text.n || !g_ascii_isalnum(text.p[end - 1]) ||
		       !g_ascii_isalnum(text.p[end]));
}
