/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a set of literals: its trie, and for each tier the doors into it and the hints of
 * them. */
#include "rules/literal-parts.h"

#define FEW 16   /* literals of a tier of which two bytes are enough to look at */
#define SOME 200 /* ... three */
#define HINT_BITS_MIN 11

/* While literals are added: the trie, with children in lists. */
struct branch {
	uint32_t child, sibling, output;
	unsigned char byte;
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

static inline void put_hint(struct tier *tier, uint32_t place, unsigned char hint)
{
	tier->hints[place >> tier->hints_shift] |= hint;
	tier->hinted[place / 32] |= 1u << place % 32;
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
