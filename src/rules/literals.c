/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The automaton keeps failure links instead of a full transition table: the children of a node lie
 * side by side in breadth-first order, so that a step is a look at a few neighbouring bytes. Only
 * the first nodes, where most of any text is spent, have a row of the table. Node 0 is the root,
 * and no child leads to it, so 0 also says "none".
 */
#include "rules/literals.h"

#include <glib.h>

#define DENSE_MAX 64 /* nodes with a row: 1 KB each */

struct node {
	uint32_t first;  /* first child */
	uint32_t fail;   /* longest proper suffix that is a node */
	uint32_t output; /* chain of what ends here, index + 1 */
	uint32_t link;   /* next node on the failure path with an output */
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

struct literal_set {
	GArray *trie;    /* struct branch; NULL once built */
	GArray *outputs; /* struct output */
	struct node *nodes;
	unsigned char *bytes; /* bytes[i]: the byte that leads to node i */
	uint32_t root[256];   /* by unfolded byte */
	uint32_t *rows;       /* the same for the nodes below `dense` */
	uint32_t dense;
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
	g_free(set->rows);
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

static inline uint32_t step(const struct literal_set *set, uint32_t at, unsigned char raw)
{
	unsigned char byte = set->fold[raw];

	for (; at; at = set->nodes[at].fail) {
		uint32_t child;

		if (at < set->dense)
			return set->rows[at * 256 + raw];
		child = child_of(set, at, byte);

		if (child)
			return child;
	}
	return set->root[raw];
}

/* Numbers the trie breadth-first, which lays siblings side by side. */
static void lay_out(struct literal_set *set)
{
	uint32_t n = set->trie->len, next = 1;
	g_autofree uint32_t *branch = g_new0(uint32_t, n);

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
	for (int i = 0; i < 256; i++)
		set->root[i] = child_of(set, 0, set->fold[i]);
}

static void fill_rows(struct literal_set *set, uint32_t count)
{
	set->rows = g_new(uint32_t, (size_t)count * 256);
	for (uint32_t at = 0; at < count; at++)
		for (unsigned raw = 0; raw < 256; raw++)
			set->rows[at * 256 + raw] = step(set, at, (unsigned char)raw);
	set->dense = count;
}

void literal_set_build(struct literal_set *set)
{
	uint32_t n = set->trie->len;

	set->nodes = g_new0(struct node, n);
	set->bytes = g_new0(unsigned char, n);
	lay_out(set);
	/* Parents come before children, so a shorter suffix is always finished first. */
	for (uint32_t at = 0; at < n; at++) {
		const struct node *parent = &set->nodes[at];

		for (uint32_t i = 0; i < parent->count; i++) {
			struct node *node = &set->nodes[parent->first + i];

			node->fail =
				at ? step(set, parent->fail, set->bytes[parent->first + i]) : 0;
			node->link = set->nodes[node->fail].output ? node->fail
								   : set->nodes[node->fail].link;
		}
	}
	fill_rows(set, MIN(n, DENSE_MAX));
	g_array_unref(g_steal_pointer(&set->trie));
}

struct literal_scan literal_scan_of(const struct literal_set *set, struct span text)
{
	g_assert(!set->trie);
	return (struct literal_scan){.set = set, .text = text};
}

bool literal_next(struct literal_scan *scan, struct literal_hit *hit)
{
	const struct literal_set *set = scan->set;
	const struct output *output;

	while (!scan->output) {
		if (scan->node) {
			scan->node = set->nodes[scan->node].link;
		} else if (scan->at < scan->text.n) {
			scan->state =
				step(set, scan->state, (unsigned char)scan->text.p[scan->at++]);
			scan->node = set->nodes[scan->state].output ? scan->state
								    : set->nodes[scan->state].link;
		} else {
			return false;
		}
		scan->output = set->nodes[scan->node].output;
	}
	output = &g_array_index(set->outputs, struct output, scan->output - 1);
	scan->output = output->next;
	*hit = (struct literal_hit){.id = output->id, .at = scan->at - output->n, .n = output->n};
	return true;
}

bool literal_is_whole(struct span text, size_t at, size_t n)
{
	size_t end = at + n;

	return n && (at == 0 || !g_ascii_isalnum(text.p[at]) || !g_ascii_isalnum(text.p[at - 1])) &&
	       (end >= text.n || !g_ascii_isalnum(text.p[end - 1]) ||
		       !g_ascii_isalnum(text.p[end]));
}
