/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks in a list; each new one twice the last, a request larger than a block gets its own. The
 * smaller ones, which most reports need no more than one of, wait for the next arena: malloc puts
 * the memory in order whenever one of that size comes back. (No other thread makes arenas.)
 */
#include "base/arena.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>

#define ARENA_FIRST 4096
#define ARENA_LARGEST ((size_t)1 << 20)
#define ARENA_ALIGN 16
#define SPARE_SIZE ((size_t)32 << 10) /* of blocks that wait */
#ifdef __SANITIZE_ADDRESS__
#define SPARE_MAX 0 /* what is used after it was freed is to be seen */
#else
#define SPARE_MAX 8
#endif

struct block {
	struct block *next;
	size_t used, size;
	max_align_t bytes[];
};

struct arena {
	struct block *blocks;
	size_t first;
};

static struct {
	struct block *blocks;
	unsigned n;
} spare;

static struct block *block_of(size_t size)
{
	struct block *block = spare.blocks;

	if (size != SPARE_SIZE || !block) {
		block = g_malloc(sizeof *block + size);
		block->size = size;
		return block;
	}
	spare.blocks = block->next;
	spare.n--;
	return block;
}

static void block_free(struct block *block)
{
	if (block->size != SPARE_SIZE || spare.n == SPARE_MAX) {
		g_free(block);
		return;
	}
	block->next = spare.blocks;
	spare.blocks = block;
	spare.n++;
}

static struct block *block_new(struct arena *arena, size_t size)
{
	struct block *block = block_of(size);

	block->next = arena->blocks;
	block->used = 0;
	arena->blocks = block;
	return block;
}

struct arena *arena_new(void)
{
	return arena_new_for(ARENA_FIRST);
}

struct arena *arena_new_brief(void)
{
	return arena_new_for(SPARE_SIZE);
}

struct arena *arena_new_for(size_t bytes)
{
	struct arena *arena = g_new0(struct arena, 1);

	arena->first = MIN(bytes, ARENA_LARGEST);
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->blocks; block;) {
		struct block *next = block->next;

		block_free(block);
		block = next;
	}
	g_free(arena);
}

/* Room for `bytes`, not cleared. `align` is a power of two. */
static char *arena_take(struct arena *arena, size_t bytes, size_t align)
{
	struct block *block = arena->blocks;
	size_t from = block ? (block->used + align - 1) & ~(align - 1) : 0;

	if (!block || block->size < from || block->size - from < bytes) {
		size_t size = block ? MIN(block->size * 2, ARENA_LARGEST) : arena->first;

		block = block_new(arena, MAX(size, bytes));
		from = 0;
	}
	block->used = from + bytes;
	return (char *)block->bytes + from;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	return memset(arena_take(arena, bytes, ARENA_ALIGN), 0, bytes);
}

char *arena_room(struct arena *arena, size_t bytes)
{
	return arena_take(arena, bytes, 1);
}

char *arena_span(struct arena *arena, struct span s)
{
	char *copy = arena_take(arena, s.n + 1, 1);

	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return copy;
}

char *arena_str(struct arena *arena, const char *s)
{
	return s ? arena_span(arena, span_of(s)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	char small[128];
	g_autofree char *large = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(small, sizeof small, format, args);
	va_end(args);
	if (n >= 0 && (size_t)n < sizeof small)
		return arena_span(arena, (struct span){small, (size_t)n});
	va_start(args, format);
	large = g_strdup_vprintf(format, args);
	va_end(args);
	return arena_str(arena, large);
}
