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
#include "rules/literals.h"

#include <glib.h>

#define TIERS LITERAL_TIERS
#define GRAM_MAX 8                         /* bytes of a literal that lead to a door */
#define SMALL UINT64_C(0x2020202020202020) /* makes letters small */
#define FEW 16       /* literals of a tier of which two bytes are enough to look at */
#define SOME 200     /* ... three */
#define WINDOW 32    /* blocks that are looked at in a row */
#define HINT_BITS 15 /* of the table that tells where there is a hint: 4 KB */
#define HINT_BITS_MIN 11

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
	GArray *trie;    /* struct branch; NULL once built */
	GArray *outputs; /* struct output */
	struct node *nodes;
	unsigned char *bytes; /* bytes[i]: the byte that leads to node i */
	struct tier tiers[TIERS];
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
	for (int i = 0; i < TIERS; i++) {
		g_free(set->tiers[i].doors);
		g_free(set->tiers[i].signs);
		g_free(set->tiers[i].hints);
		g_free(set->tiers[i].hinted);
	}
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

/* From the leaves up: where there is one way on, a leap to the next fork or end of a literal. */
static void make_leaps(struct literal_set *set, uint32_t n)
{
	for (uint32_t at = n; at-- > 0;) {
		struct node *node = &set->nodes[at];
		const struct node *child = &set->nodes[node->first];

		if (node->count != 1)
			continue;
		node->leap = node->first;
		node->leap_n = 1;
		node->gram = set->bytes[node->first];
		if (child->leap_n && child->leap_n < GRAM_MAX && !child->output) {
			node->leap = child->leap;
			node->leap_n = (uint8_t)(child->leap_n + 1);
			node->gram |= child->gram << 8;
		}
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
static struct door *door_of(const struct tier *tier, uint64_t bytes, uint64_t key, uint64_t hash)
{
	const uint64_t mask = tier->gram_mask;
	uint32_t at = (uint32_t)(hash >> 32) & tier->doors_mask;

	for (; tier->doors[at].node; at = (at + 1) & tier->doors_mask)
		if (((tier->doors[at].gram | SMALL) & mask) == key &&
			tier->doors[at].gram == (fold_word(bytes) & mask))
			break;
	return &tier->doors[at];
}

/* The node that the eight bytes of a text lead to; 0: none. */
static inline uint32_t node_behind(const struct tier *tier, uint64_t bytes)
{
	const uint64_t key = (bytes | SMALL) & tier->gram_mask, hash = door_hash(key);

	if (!(tier->signs[(hash >> 32) & tier->doors_mask] & door_sign(hash)))
		return 0;
	return door_of(tier, bytes, key, hash)->node;
}

static inline void put_hint(struct tier *tier, uint32_t place, unsigned char hint)
{
	tier->hints[place >> tier->hints_shift] |= hint;
	tier->hinted[place / 32] |= 1u << place % 32;
}

static inline uint32_t is_hinted(const struct tier *tier, uint32_t place)
{
	return tier->hinted[place / 32] >> place % 32 & 1;
}

static void open_door(struct tier *tier, uint64_t gram, uint32_t node)
{
	const uint64_t key = (gram | SMALL) & tier->gram_mask, hash = door_hash(key);

	*door_of(tier, gram, key, hash) = (struct door){gram, node};
	tier->signs[(hash >> 32) & tier->doors_mask] |= door_sign(hash);
	for (unsigned i = 0; i < tier->stride; i++, gram >>= 8)
		put_hint(tier, hint_place(tier, (uint32_t)gram), (unsigned char)(1u << i));
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

/* Opens the doors of all tiers to the nodes at `at` and below, which `depth` bytes lead to. */
static void open_doors(struct literal_set *set, uint32_t at, uint64_t gram, unsigned depth)
{
	const struct node *node = &set->nodes[at];

	for (int i = 0; i < TIERS; i++)
		if (depth && depth == set->tiers[i].gram &&
			(depth == GRAM_MAX || is_told_within(set, at, shortest[i + 1] - 1 - depth)))
			open_door(&set->tiers[i], gram, at);
	for (uint32_t i = 0; depth < GRAM_MAX && i < node->count; i++)
		open_doors(set, node->first + i,
			gram | (uint64_t)set->bytes[node->first + i] << 8 * depth, depth + 1);
}

static int tier_of(uint32_t n)
{
	int tier = 0;

	while (tier < TIERS - 1 && n >= shortest[tier + 1])
		tier++;
	return tier;
}

/* How many bytes are looked at: more let fewer places pass, fewer are needed less often. */
static unsigned block_of(unsigned gram, uint32_t count)
{
	if (gram < 4 || count <= FEW)
		return MIN(gram, 2);
	return gram < 6 || count <= SOME ? 3 : 4;
}

static unsigned stride_of(unsigned gram, uint32_t count)
{
	return gram - block_of(gram, count) + 1;
}

/* Two tiers go over the text twice; one makes the shorter steps. */
static bool are_better_joined(const uint32_t count[2], const uint32_t least[2])
{
	const unsigned one = stride_of(least[0], count[0]),
		       other = stride_of(MIN(least[1], GRAM_MAX), count[1]),
		       joined = stride_of(least[0], count[0] + count[1]);

	return joined * (one + other) >= one * other;
}

static void make_tier(struct tier *tier, unsigned gram, uint32_t count)
{
	uint32_t doors = 2, bits = HINT_BITS_MIN;

	while (doors < 2 * count)
		doors *= 2;
	while (bits < HINT_BITS && 1u << bits < 8 * count * gram)
		bits++;
	tier->gram = gram;
	tier->gram_mask = UINT64_MAX >> (64 - 8 * gram);
	tier->block = block_of(gram, count);
	tier->stride = gram - tier->block + 1;
	tier->doors = g_new0(struct door, doors);
	tier->doors_mask = doors - 1;
	tier->signs = g_malloc0(doors);
	tier->hints = g_malloc0((size_t)1 << bits);
	tier->hinted = g_malloc0((size_t)1 << (HINT_BITS - 3));
	tier->hints_shift = HINT_BITS - bits;
	tier->factor = 2654435761u << (32 - 8 * tier->block);
}

static void make_tiers(struct literal_set *set)
{
	uint32_t count[TIERS] = {0}, least[TIERS] = {0};

	for (guint i = 0; i < set->outputs->len; i++) {
		uint32_t n = g_array_index(set->outputs, struct output, i).n;
		int tier = tier_of(n);

		if (!count[tier]++ || n < least[tier])
			least[tier] = n;
	}
	if (count[1] && count[2] && are_better_joined(count + 1, least + 1)) {
		count[2] += count[1];
		least[2] = least[1];
		count[1] = 0;
	}
	for (int i = 0; i < TIERS; i++)
		if (count[i])
			make_tier(&set->tiers[i], MIN(least[i], GRAM_MAX), count[i]);
}

/* The nodes that a walk can come to, few of all, in the order that it meets them. */
struct kept {
	struct node *nodes;
	unsigned char *bytes;
	uint32_t n, *place; /* by the number of a node, where it is kept; 0: nowhere */
};

static void keep_node(struct literal_set *set, struct kept *kept, uint32_t from);

static uint32_t place_of(struct literal_set *set, struct kept *kept, uint32_t from)
{
	if (!kept->place[from]) {
		kept->place[from] = kept->n++;
		keep_node(set, kept, from);
	}
	return kept->place[from];
}

static void keep_node(struct literal_set *set, struct kept *kept, uint32_t from)
{
	struct node node = set->nodes[from];
	const uint32_t first = node.first;

	if (node.leap_n) {
		node.leap = place_of(set, kept, node.leap);
	} else {
		node.first = kept->n;
		kept->n += node.count;
		for (uint32_t i = 0; i < node.count; i++) {
			kept->place[first + i] = node.first + i;
			kept->bytes[node.first + i] = set->bytes[first + i];
		}
		for (uint32_t i = 0; i < node.count; i++)
			keep_node(set, kept, first + i);
	}
	kept->nodes[kept->place[from]] = node;
}

/* Doors of shorter literals first: behind them stand those of longer ones. */
static void close_ranks(struct literal_set *set)
{
	const uint32_t n = set->trie->len;
	struct kept kept = {
		g_new0(struct node, n), g_new0(unsigned char, n), 1, g_new0(uint32_t, n)};

	for (int i = 0; i < TIERS; i++)
		for (uint32_t k = 0; set->tiers[i].gram && k <= set->tiers[i].doors_mask; k++) {
			struct door *door = &set->tiers[i].doors[k];

			if (door->node)
				door->node = place_of(set, &kept, door->node);
		}
	g_free(set->nodes);
	g_free(set->bytes);
	g_free(kept.place);
	set->nodes = g_renew(struct node, kept.nodes, kept.n);
	set->bytes = g_renew(unsigned char, kept.bytes, kept.n);
}

void literal_set_build(struct literal_set *set)
{
	lay_out(set);
	make_leaps(set, set->trie->len);
	make_tiers(set);
	open_doors(set, 0, 0, 0);
	close_ranks(set);
	g_array_unref(g_steal_pointer(&set->trie));
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
