/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A number is a place in blocks of one size, which lie wherever memory was. A text never crosses
 * into a block that is elsewhere: one that is longer gets blocks of its own, one behind the other.
 */
#include "triage/texts.h"

#include <glib.h>

#include "base/arena.h"
#include "base/strhash.h"

#define BLOCK_BITS 16
#define BLOCK ((size_t)1 << BLOCK_BITS)
#define BLOCKS_MOST ((size_t)1 << (32 - BLOCK_BITS))
#define SLOTS_FIRST 256

struct texts {
	unsigned holders;
	GPtrArray *blocks; /* char*, by the upper half of a number */
	GPtrArray *memory; /* what was allocated for them */
	size_t used;       /* of the last block */
	uint32_t *slots;   /* numbers by hash, 0: free; at most three quarters are taken */
	size_t slots_n, taken;
	uint64_t begin;          /* of each hash */
	struct arena *arena;     /* of the lists */
	GPtrArray *lists;        /* char**, by number */
	GHashTable *lists_known; /* to their numbers */
};

static guint hash_list(gconstpointer data)
{
	guint hash = 0;
	for (char *const *word = data; *word; word++)
		hash = hash * 31 + g_direct_hash(*word);
	return hash;
}

/* Their words are shared already: the same ones are the same pointers. */
static gboolean equal_lists(gconstpointer a, gconstpointer b)
{
	char *const *x = a, *const *y = b;
	while (*x && *x == *y) {
		x++;
		y++;
	}
	return *x == *y;
}

struct texts *texts_new(void)
{
	struct texts *texts = g_new0(struct texts, 1);
	texts->holders = 1;
	texts->blocks = g_ptr_array_new();
	texts->memory = g_ptr_array_new_with_free_func(g_free);
	texts->used = BLOCK;
	texts->slots_n = SLOTS_FIRST;
	texts->begin = 0xcbf29ce484222325 ^ (uint64_t)strhash("") << 32 ^ strhash("texts");
	texts->slots = g_new0(uint32_t, texts->slots_n);
	texts->arena = arena_new();
	texts->lists = g_ptr_array_new();
	texts->lists_known = g_hash_table_new(hash_list, equal_lists);
	texts_add_list(texts, NULL);
	return texts;
}

struct texts *texts_ref(struct texts *texts)
{
	texts->holders++;
	return texts;
}

void texts_unref(struct texts *texts)
{
	if (!texts || --texts->holders)
		return;
	g_ptr_array_unref(texts->blocks);
	g_ptr_array_unref(texts->memory);
	g_free(texts->slots);
	arena_free(texts->arena);
	g_ptr_array_unref(texts->lists);
	g_hash_table_unref(texts->lists_known);
	g_free(texts);
}

/* A number that was given out, and so is not 0. */
static const char *text_at(const struct texts *texts, uint32_t number)
{
	return (const char *)texts->blocks->pdata[number >> BLOCK_BITS] + (number & (BLOCK - 1));
}

const char *texts_get(const struct texts *texts, uint32_t number)
{
	return number ? text_at(texts, number) : NULL;
}

static void add_blocks(struct texts *texts, size_t bytes)
{
	size_t n = (bytes + BLOCK - 1) / BLOCK;
	char *memory = g_malloc(n * BLOCK);
	g_assert(texts->blocks->len + n <= BLOCKS_MOST);
	g_ptr_array_add(texts->memory, memory);
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(texts->blocks, memory + i * BLOCK);
	texts->used = 0;
}

uint32_t texts_put(struct texts *texts, struct span text)
{
	size_t bytes = text.n + 1;
	/* Place 0 is nobody's: it says "none". */
	if (!texts->blocks->len) {
		add_blocks(texts, 1);
		texts->used = 1;
	}
	size_t block = texts->blocks->len - 1;
	if (BLOCK - texts->used < bytes) {
		block = texts->blocks->len;
		add_blocks(texts, bytes);
	}
	char *to = (char *)texts->blocks->pdata[block] + texts->used;
	uint32_t number = (uint32_t)(block << BLOCK_BITS | texts->used);
	if (text.n)
		memcpy(to, text.p, text.n);
	to[text.n] = '\0';
	/* Behind a long one nothing follows. */
	texts->used = MIN(texts->used + bytes, BLOCK);
	return number;
}

/* --- finding an equal one */

/* FNV-1a, from a beginning that those who write the texts cannot know. */
static size_t hash_text(const struct texts *texts, struct span text)
{
	uint64_t hash = texts->begin;
	for (size_t i = 0; i < text.n; i++)
		hash = (hash ^ (unsigned char)text.p[i]) * 0x100000001b3;
	return (size_t)(hash ^ hash >> 32);
}

static bool is_text(const char *kept, struct span text)
{
	return (!text.n || strncmp(kept, text.p, text.n) == 0) && !kept[text.n];
}

/* Where it is, or belongs. */
static uint32_t *slot_of(const struct texts *texts, struct span text)
{
	size_t at = hash_text(texts, text) & (texts->slots_n - 1);
	while (texts->slots[at] && !is_text(text_at(texts, texts->slots[at]), text))
		at = (at + 1) & (texts->slots_n - 1);
	return &texts->slots[at];
}

static void grow_slots(struct texts *texts)
{
	g_autofree uint32_t *before = texts->slots;
	size_t n = texts->slots_n;
	texts->slots_n = n * 2;
	texts->slots = g_new0(uint32_t, texts->slots_n);
	for (size_t i = 0; i < n; i++)
		if (before[i])
			*slot_of(texts, span_of(text_at(texts, before[i]))) = before[i];
}

uint32_t texts_add(struct texts *texts, struct span text)
{
	uint32_t *slot = slot_of(texts, text), number = *slot;
	if (number)
		return number;
	number = *slot = texts_put(texts, text);
	if (++texts->taken * 4 > texts->slots_n * 3)
		grow_slots(texts);
	return number;
}

uint32_t texts_find(const struct texts *texts, struct span text)
{
	return *slot_of(texts, text);
}

uint32_t texts_add_list(struct texts *texts, char *const *words)
{
	size_t n = words ? g_strv_length((char **)words) : 0;
	g_autofree const char **shared = g_new0(const char *, n + 1);
	gpointer known;
	for (size_t i = 0; i < n; i++)
		shared[i] = texts_get(texts, texts_add(texts, span_of(words[i])));
	if (g_hash_table_lookup_extended(texts->lists_known, shared, NULL, &known))
		return GPOINTER_TO_UINT(known);
	const char **kept = arena_alloc(texts->arena, (n + 1) * sizeof *kept);
	memcpy(kept, shared, (n + 1) * sizeof *kept);
	g_hash_table_insert(texts->lists_known, kept, GUINT_TO_POINTER(texts->lists->len));
	g_ptr_array_add(texts->lists, kept);
	return texts->lists->len - 1;
}

char *const *texts_get_list(const struct texts *texts, uint32_t number)
{
	return texts->lists->pdata[number];
}
