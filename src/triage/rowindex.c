/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/rowindex.h"

#include "base/arena.h"
#include "base/strhash.h"
#include "triage/rowstore.h"

#define BLOCK 64 /* entries */
#define SLOTS_FIRST 256

struct rowindex {
	struct arena *arena;
	GPtrArray *blocks; /* struct entry[BLOCK] */
	uint32_t made;     /* entries; they are numbered from 1 on */
	uint32_t *slots;   /* numbers by hash, 0: free; at most seven eighths are taken */
	size_t slots_n;
};

struct rowindex *rowindex_new(struct arena *arena)
{
	struct rowindex *index = g_new0(struct rowindex, 1);
	index->arena = arena;
	index->blocks = g_ptr_array_new();
	index->slots_n = SLOTS_FIRST;
	index->slots = g_new0(uint32_t, index->slots_n);
	return index;
}

void rowindex_free(struct rowindex *index)
{
	g_ptr_array_unref(index->blocks);
	g_free(index->slots);
	g_free(index);
}

static struct entry *entry_at(const struct rowindex *index, uint32_t number)
{
	struct entry *block = index->blocks->pdata[(number - 1) / BLOCK];
	return &block[(number - 1) % BLOCK];
}

/* Where it is, or belongs. */
static uint32_t *slot_of(const struct rowindex *index, const char *id)
{
	size_t at = strhash(id) & (index->slots_n - 1);
	while (index->slots[at] && strcmp(entry_at(index, index->slots[at])->id, id) != 0)
		at = (at + 1) & (index->slots_n - 1);
	return &index->slots[at];
}

static void grow(struct rowindex *index)
{
	g_free(index->slots);
	index->slots_n *= 2;
	index->slots = g_new0(uint32_t, index->slots_n);
	for (uint32_t number = 1; number <= index->made; number++)
		*slot_of(index, entry_at(index, number)->id) = number;
}

struct entry *rowindex_add(struct rowindex *index, const char *id)
{
	struct entry *entry;
	if (index->made % BLOCK == 0) {
		entry = arena_alloc(index->arena, BLOCK * sizeof *entry);
		memset(entry, 0, BLOCK * sizeof *entry);
		g_ptr_array_add(index->blocks, entry);
	}
	entry = entry_at(index, ++index->made);
	entry->id = id;
	if (index->made > index->slots_n / 8 * 7)
		grow(index);
	else
		*slot_of(index, id) = index->made;
	return entry;
}

struct entry *rowindex_find(const struct rowindex *index, const char *id)
{
	uint32_t number = *slot_of(index, id);
	return number ? entry_at(index, number) : NULL;
}
