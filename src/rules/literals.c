/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts hold few of the literals, so most places must be passed by quickly: the eight bytes that
 * stand there are looked up in a filter of the eight bytes that literals begin with, which is small
 * enough to stay in the first cache. Only where it says "perhaps", a table tells which node of the
 * trie these bytes lead to, and a walk from there what really stands in the text. (An automaton
 * that follows every byte waits for memory at most of them.)
 *
 * Literals lie on levels by their length: from 8 bytes on, 4 to 7, 2 and 3, and 1.
 */
#include "rules/literals.h"

#include <glib.h>

#define LEVELS 4
#define LEVEL_PAIR 1 /* shorter ones than LEVEL_QUAD are filtered by two bytes */
#define LEVEL_QUAD 2
#define FILTER_BITS 13 /* of a place in the filter */

struct node {
	uint32_t first;  /* first child; children lie side by side */
	uint32_t output; /* chain of what ends here, index + 1 */
	uint16_t count;  /* children */
};

struct output {
	uint32_t id, n, next;
};

/* While literals are added: the trie, with children in lists. */
struct branch {
	uint32_t child, sibling, output;
	unsigned char byte;
};

/* The node that the first bytes of a literal lead to; node 0: an empty place of the table. */
struct door {
	uint64_t gram;
	uint32_t node;
};

/* The literals of `gram` bytes and more, up to those of the next level. */
struct level {
	struct door *doors; /* by hash, a power of two, at most half of them used; NULL: none */
	uint64_t mask;      /* of the gram, in a little-endian word */
	uint32_t doors_mask;
};

struct literal_set {
	GArray *trie;    /* struct branch; NULL once built */
	GArray *outputs; /* struct output */
	struct node *nodes;
	unsigned char *bytes; /* bytes[i]: the byte that leads to node i */
	struct level levels[LEVELS];
	/* By hash of the first four bytes: a bit for each hash of the next four. */
	uint16_t filter[1 << FILTER_BITS];
	uint64_t pairs[1 << (16 - 6)]; /* bit set: a literal of 1 to 3 bytes begins so */
	bool has_short;
	unsigned char fold[256];
};

struct literal_set *literal_set_new(void)
{
	struct literal_set *set = g_new0(struct literal_set, 1);

	set->trie = g_array_new(FALSE, TRUE, sizeof(struct branch));
	set->outputs = g_array_new(FALSE, TRUE, sizeof(struct output));
	g_array_set_size(set->trie, 1);
	for (int i = 0; i < 256; i++)
		set->fold[i] = (unsigned char)g_ascii_tolower((char)i);
	return set;
}

void literal_set_free(struct literal_set *set)
{
	if (!set)
		return;
	if (set->trie)
		g_array_unref(set->trie);
	g_array_unref(set->outputs);
	g_free(set->nodes);
	g_free(set->bytes);
	for (int i = 0; i < LEVELS; i++)
		g_free(set->levels[i].doors);
	g_free(set);
}

static struct branch *branch_at(struct literal_set *set, uint32_t at)
{
	return &g_array_index(set->trie, struct branch, at);
}

static uint32_t branch_step(struct literal_set *set, uint32_t at, unsigned char byte)
{
	struct branch new = {.byte = byte, .sibling = branch_at(set, at)->child};

	for (uint32_t child = new.sibling; child; child = branch_at(set, child)->sibling)
		if (branch_at(set, child)->byte == byte)
			return child;
	g_array_append_val(set->trie, new);
	return branch_at(set, at)->child = set->trie->len - 1;
}

void literal_set_add(struct literal_set *set, struct span literal, uint32_t id)
{
	struct output output = {.id = id, .n = (uint32_t)literal.n};
	uint32_t at = 0;

	g_assert(set->trie);
	if (!literal.n)
		return;
	for (size_t i = 0; i < literal.n; i++)
		at = branch_step(set, at, set->fold[(unsigned char)literal.p[i]]);
	output.next = branch_at(set, at)->output;
	g_array_append_val(set->outputs, output);
	branch_at(set, at)->output = set->outputs->len;
}

static inline uint32_t child_of(const struct literal_set *set, uint32_t at, unsigned char byte)
{
	const struct node *node = &set->nodes[at];
	const unsigned char *bytes = set->bytes + node->first;

	for (uint32_t i = 0; i < node->count; i++)
		if (bytes[i] == byte)
			return node->first + i;
	return 0;
}

/* Numbers the trie breadth-first, which lays siblings side by side. */
static void lay_out(struct literal_set *set)
{
	uint32_t n = set->trie->len, next = 1;
	g_autofree uint32_t *branch = g_new0(uint32_t, n);

	set->nodes = g_new0(struct node, n);
	set->bytes = g_new0(unsigned char, n);
	for (uint32_t at = 0; at < n; at++) {
		struct node *node = &set->nodes[at];
		const struct branch *from = branch_at(set, branch[at]);

		node->output = from->output;
		node->first = next;
		for (uint32_t child = from->child; child; child = branch_at(set, child)->sibling) {
			set->bytes[next] = branch_at(set, child)->byte;
			branch[next++] = child;
		}
		node->count = (uint16_t)(next - node->first);
	}
}

/* Eight bytes as a number, the first one lowest. */
static inline uint64_t word_at(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return GUINT64_FROM_LE(word);
}

/* g_ascii_tolower of eight bytes: 0x20 is set where the high bits of the sums say A to Z. */
static inline uint64_t fold_word(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t low = word & ~high;
	uint64_t from_a = low + (128 - 'A') * ones, after_z = low + (127 - 'Z') * ones;

	return word | ((from_a ^ after_z) & ~word & high) >> 2;
}

/* Filters may take other bytes for letters: what they let pass is looked at again. */
static inline uint64_t rough_fold(uint64_t word)
{
	return word | UINT64_C(0x2020202020202020);
}

static inline uint32_t filter_place(uint64_t rough)
{
	return (uint32_t)rough * 2654435761u >> (32 - FILTER_BITS);
}

static inline unsigned filter_bit(uint64_t rough)
{
	return (uint32_t)(rough >> 32) * 2654435761u >> 28;
}

static inline struct door *door_of(const struct level *level, uint64_t gram)
{
	uint32_t at = (uint32_t)(gram * UINT64_C(0x9e3779b97f4a7c15) >> 32) & level->doors_mask;

	while (level->doors[at].node && level->doors[at].gram != gram)
		at = (at + 1) & level->doors_mask;
	return &level->doors[at];
}

static void open_door(struct literal_set *set, int level, uint64_t gram, uint32_t node)
{
	uint64_t rough = rough_fold(gram);

	*door_of(&set->levels[level], gram) = (struct door){gram, node};
	if (level > LEVEL_QUAD) {
		set->filter[filter_place(rough)] |= (uint16_t)(1u << filter_bit(rough));
		return;
	}
	if (level == LEVEL_QUAD) {
		set->filter[filter_place(rough)] = UINT16_MAX;
		return;
	}
	set->has_short = true;
	for (uint32_t second = 0; second < 256; second++) {
		uint32_t pair = (uint32_t)(rough & 0xff) | second << 8;

		if (level < LEVEL_PAIR || second == (rough >> 8 & 0xff))
			set->pairs[pair >> 6] |= UINT64_C(1) << (pair & 63);
	}
}

/* Does a literal end at the node, or up to `more` bytes behind it? */
static bool is_told_within(const struct literal_set *set, uint32_t at, unsigned more)
{
	const struct node *node = &set->nodes[at];

	if (node->output)
		return true;
	for (uint32_t i = 0; more && i < node->count; i++)
		if (is_told_within(set, node->first + i, more - 1))
			return true;
	return false;
}

/* Opens the doors of all levels to the nodes at `at` and below, which `depth` bytes lead to. */
static void open_doors(struct literal_set *set, uint32_t at, uint64_t gram, unsigned depth)
{
	const struct node *node = &set->nodes[at];

	for (int i = 0; i < LEVELS; i++)
		if (depth == 1u << i && (i == LEVELS - 1 || is_told_within(set, at, depth - 1)))
			open_door(set, i, gram, at);
	for (uint32_t i = 0; depth < 1u << (LEVELS - 1) && i < node->count; i++)
		open_doors(set, node->first + i,
			gram | (uint64_t)set->bytes[node->first + i] << 8 * depth, depth + 1);
}

static int level_of(uint32_t n)
{
	int level = 0;

	while (level < LEVELS - 1 && n >= 2u << level)
		level++;
	return level;
}

static void make_levels(struct literal_set *set)
{
	uint32_t count[LEVELS] = {0};

	for (guint i = 0; i < set->outputs->len; i++)
		count[level_of(g_array_index(set->outputs, struct output, i).n)]++;
	for (int i = 0; i < LEVELS; i++) {
		struct level *level = &set->levels[i];
		uint32_t size = 2;

		if (!count[i])
			continue;
		while (size < 2 * count[i])
			size *= 2;
		level->doors = g_new0(struct door, size);
		level->doors_mask = size - 1;
		level->mask = UINT64_MAX >> (64 - (8u << i));
	}
}

void literal_set_build(struct literal_set *set)
{
	lay_out(set);
	make_levels(set);
	open_doors(set, 0, 0, 0);
	g_array_unref(g_steal_pointer(&set->trie));
}

struct literal_scan literal_scan_of(const struct literal_set *set, struct span text)
{
	g_assert(!set->trie);
	return (struct literal_scan){.set = set, .text = text};
}

/* The eight bytes at `at`; zeros behind the text. */
static uint64_t text_word(struct span text, size_t at)
{
	char rest[8] = {0};

	memcpy(rest, text.p + at, MIN(text.n - at, sizeof rest));
	return word_at(rest);
}

static inline bool passes(const struct literal_set *set, bool has_short, uint64_t word)
{
	uint64_t rough = rough_fold(word);

	return (set->filter[filter_place(rough)] >> filter_bit(rough) & 1) ||
	       (has_short && set->pairs[(rough & 0xffff) >> 6] >> (rough & 63) & 1);
}

/* The next place from `at` on that the filters let pass. */
static size_t next_place(const struct literal_set *set, struct span text, size_t at)
{
	const bool has_short = set->has_short;
	const size_t whole = text.n < 8 ? 0 : text.n - 7; /* places with eight bytes */

	for (; at < whole; at++)
		if (passes(set, has_short, word_at(text.p + at)))
			return at;
	for (; at < text.n; at++)
		if (passes(set, has_short, text_word(text, at)))
			return at;
	return at;
}

/* Moves on to the next place and level where a literal may begin, and enters the trie there. */
static bool enter(struct literal_scan *scan)
{
	const struct literal_set *set = scan->set;

	for (;; scan->level = 0, scan->at++) {
		uint64_t word;

		if (!scan->level)
			scan->at = next_place(set, scan->text, scan->at);
		if (scan->at == scan->text.n)
			return false;
		word = fold_word(text_word(scan->text, scan->at));
		while (scan->level < LEVELS) {
			const struct level *level = &set->levels[scan->level];
			unsigned n = 1u << scan->level++;

			if (!level->doors || scan->text.n - scan->at < n)
				continue;
			scan->node = door_of(level, word & level->mask)->node;
			if (!scan->node)
				continue;
			scan->depth = n;
			scan->output = set->nodes[scan->node].output;
			return true;
		}
	}
}

/* One byte on, up to where the next level begins. */
static void walk(struct literal_scan *scan)
{
	const struct literal_set *set = scan->set;
	size_t at = scan->at + scan->depth++;

	if (at < scan->text.n && (scan->level == LEVELS || scan->depth < 1u << scan->level))
		scan->node = child_of(set, scan->node, set->fold[(unsigned char)scan->text.p[at]]);
	else
		scan->node = 0;
	scan->output = set->nodes[scan->node].output;
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
