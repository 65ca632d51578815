/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SipHash-1-3 (Aumasson and Bernstein, 2012) under a key that each process draws. */
#include "base/strhash.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

struct state {
	uint64_t v[4];
};

static const uint64_t *key(void)
{
	static uint64_t drawn[2];
	static gsize ready;

	if (g_once_init_enter(&ready)) {
		for (size_t i = 0; i < G_N_ELEMENTS(drawn); i++)
			drawn[i] = (uint64_t)g_random_int() << 32 | g_random_int();
		g_once_init_leave(&ready, 1);
	}
	return drawn;
}

static uint64_t turned(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

static void mix(struct state *s)
{
	s->v[0] += s->v[1];
	s->v[2] += s->v[3];
	s->v[1] = turned(s->v[1], 13) ^ s->v[0];
	s->v[3] = turned(s->v[3], 16) ^ s->v[2];
	s->v[0] = turned(s->v[0], 32) + s->v[3];
	s->v[2] += s->v[1];
	s->v[3] = turned(s->v[3], 21) ^ s->v[0];
	s->v[1] = turned(s->v[1], 17) ^ s->v[2];
	s->v[2] = turned(s->v[2], 32);
}

static void add_word(struct state *s, uint64_t word)
{
	s->v[3] ^= word;
	mix(s);
	s->v[0] ^= word;
}

guint strhash(gconstpointer text)
{
	const char *at = text;
	const uint64_t *k = key();
	size_t size = strlen(at), n = size;
	struct state s = {{k[0] ^ UINT64_C(0x736f6d6570736575), k[1] ^ UINT64_C(0x646f72616e646f6d),
		k[0] ^ UINT64_C(0x6c7967656e657261), k[1] ^ UINT64_C(0x7465646279746573)}};
	uint64_t word;

	for (; n >= sizeof word; n -= sizeof word, at += sizeof word) {
		memcpy(&word, at, sizeof word);
		add_word(&s, word);
	}
	word = 0;
	memcpy(&word, at, n);
	add_word(&s, word | (uint64_t)size << 56);
	s.v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		mix(&s);
	word = s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
	return (guint)(word ^ word >> 32);
}

GPtrArray *strhash_keys(GHashTable *table)
{
	GPtrArray *keys = g_ptr_array_sized_new(g_hash_table_size(table));
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_ptr_array_add(keys, key);
	g_ptr_array_sort(keys, text_order);
	return keys;
}
