/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/pack.h"

#define NO_TEXT (-1)

void pack_init(struct pack *pack)
{
	*pack = (struct pack){0};
}

void pack_clear(struct pack *pack)
{
	g_free(pack->numbers);
	g_free(pack->texts);
}

static size_t doubled(size_t room, size_t least)
{
	return MAX(MAX(room * 2, least), 256);
}

static inline void reserve(struct pack *pack, size_t numbers, size_t texts)
{
	if (pack->numbers_room - pack->numbers_n < numbers) {
		pack->numbers_room = doubled(pack->numbers_room, pack->numbers_n + numbers);
		pack->numbers = g_renew(int32_t, pack->numbers, pack->numbers_room);
	}
	if (pack->texts_room - pack->texts_n < texts) {
		pack->texts_room = doubled(pack->texts_room, pack->texts_n + texts);
		pack->texts = g_renew(char, pack->texts, pack->texts_room);
	}
}

size_t pack_size(const struct pack *pack)
{
	return pack->numbers_n * sizeof(int32_t) + pack->texts_n;
}

static inline void put(struct pack *pack, int32_t number)
{
	reserve(pack, 1, 0);
	pack->numbers[pack->numbers_n++] = number;
}

static void append(
	struct pack *pack, const void *numbers, size_t numbers_n, const void *texts, size_t texts_n)
{
	reserve(pack, numbers_n, texts_n);
	if (numbers_n)
		memcpy(pack->numbers + pack->numbers_n, numbers, numbers_n * sizeof(int32_t));
	if (texts_n)
		memcpy(pack->texts + pack->texts_n, texts, texts_n);
	pack->numbers_n += numbers_n;
	pack->texts_n += texts_n;
}

void pack_count(struct pack *pack, size_t count)
{
	g_assert(count <= INT32_MAX);
	put(pack, (int32_t)count);
}

void pack_number(struct pack *pack, int64_t number)
{
	uint64_t bits = (uint64_t)number;

	put(pack, (int32_t)(uint32_t)bits);
	put(pack, (int32_t)(uint32_t)(bits >> 32));
}

void pack_text(struct pack *pack, const char *text)
{
	size_t n;

	if (!text) {
		put(pack, NO_TEXT);
		return;
	}
	n = strlen(text);
	pack_count(pack, n);
	append(pack, NULL, 0, text, n + 1);
}

void pack_list(struct pack *pack, const char *const *list)
{
	size_t n = list ? g_strv_length((char **)list) : 0;

	pack_count(pack, n);
	for (size_t i = 0; i < n; i++)
		pack_text(pack, list[i]);
}

static void empty(struct pack *pack)
{
	pack->numbers_n = pack->texts_n = 0;
}

void pack_join(struct pack *pack, struct pack *other)
{
	append(pack, other->numbers, other->numbers_n, other->texts, other->texts_n);
	empty(other);
}

/* How many numbers, these, the texts. */
static void save(GByteArray *bytes, const int32_t *numbers, size_t numbers_n, const char *texts,
	size_t texts_n)
{
	guint32 n = (guint32)numbers_n;

	g_byte_array_append(bytes, (const guint8 *)&n, sizeof n);
	g_byte_array_append(bytes, (const guint8 *)numbers, (guint)(numbers_n * sizeof *numbers));
	g_byte_array_append(bytes, (const guint8 *)texts, (guint)texts_n);
}

void pack_save(struct pack *pack, GByteArray *bytes)
{
	save(bytes, pack->numbers, pack->numbers_n, pack->texts, pack->texts_n);
	empty(pack);
}

bool pack_restore(struct pack *pack, const void *bytes, size_t n)
{
	const guint8 *at = bytes;
	guint32 numbers;

	if (n < sizeof numbers)
		return false;
	memcpy(&numbers, at, sizeof numbers);
	at += sizeof numbers;
	n -= sizeof numbers;
	if (numbers > n / sizeof(int32_t) || n > INT32_MAX)
		return false;
	n -= numbers * sizeof(int32_t);
	append(pack, at, numbers, at + numbers * sizeof(int32_t), n);
	return true;
}

struct pack_place pack_place(const struct pack *pack)
{
	return (struct pack_place){pack->numbers_n, pack->texts_n};
}

void pack_cut(struct pack *pack, struct pack_place place)
{
	pack->numbers_n = place.numbers;
	pack->texts_n = place.texts;
}

/* The sizes are known at the end. */
struct pack_place pack_begin_part(struct pack *pack)
{
	put(pack, 0);
	put(pack, 0);
	return pack_place(pack);
}

void pack_end_part(struct pack *pack, struct pack_place begin)
{
	size_t numbers = pack->numbers_n - begin.numbers, texts = pack->texts_n - begin.texts;

	g_assert(numbers <= INT32_MAX && texts <= INT32_MAX);
	pack->numbers[begin.numbers - 2] = (int32_t)numbers;
	pack->numbers[begin.numbers - 1] = (int32_t)texts;
}

void pack_part(struct pack *pack, const struct unpack *part)
{
	struct pack_place begin = pack_begin_part(pack);

	append(pack, part->numbers, part->numbers_n, part->texts, part->texts_n);
	pack_end_part(pack, begin);
}

void pack_move(struct pack *pack, char *to)
{
	size_t size = pack->numbers_n * sizeof(int32_t);

	if (size)
		memcpy(to, pack->numbers, size);
	if (pack->texts_n)
		memcpy(to + size, pack->texts, pack->texts_n);
	empty(pack);
}

GVariant *pack_end(struct pack *pack)
{
	GVariant *value = g_variant_new("(@ai@ay)",
		g_variant_new_fixed_array(
			G_VARIANT_TYPE_INT32, pack->numbers, pack->numbers_n, sizeof(int32_t)),
		g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, pack->texts, pack->texts_n, 1));

	empty(pack);
	return value;
}

/* --- reading */

/*
 * The size of a tuple of two arrays that take `body` bytes: behind them stands one offset, as wide
 * as the whole needs (GVariant specification, section 2.5.3).
 */
static size_t tuple_size(size_t body)
{
	if (body + 1 <= UINT8_MAX)
		return body + 1;
	if (body + 2 <= UINT16_MAX)
		return body + 2;
	return body + (body + 4 <= UINT32_MAX ? 4 : 8);
}

void unpack_init(struct unpack *unpack, GVariant *value)
{
	/*
	 * Children of a serialised value point into its data, so letting go of them here is safe.
	 */
	g_autoptr(GVariant) numbers = NULL, texts = NULL;

	*unpack = (struct unpack){0};
	g_variant_get_data(value);
	numbers = g_variant_get_child_value(value, 0);
	texts = g_variant_get_child_value(value, 1);
	unpack->numbers = g_variant_get_fixed_array(numbers, &unpack->numbers_n, sizeof(int32_t));
	unpack->texts = g_variant_get_fixed_array(texts, &unpack->texts_n, 1);
	/* In normal form that is all there is. */
	unpack->bad = tuple_size(unpack->numbers_n * sizeof(int32_t) + unpack->texts_n) !=
		      g_variant_get_size(value);
}

void unpack_bytes(struct unpack *unpack, const char *bytes, size_t numbers, size_t texts)
{
	*unpack = (struct unpack){
		.numbers = (const int32_t *)(const void *)bytes,
		.numbers_n = numbers,
		.texts = bytes + numbers * sizeof(int32_t),
		.texts_n = texts,
	};
}

void unpack_tail(struct unpack *unpack, const struct pack *pack, struct pack_place place)
{
	*unpack = (struct unpack){
		.numbers = pack->numbers + place.numbers,
		.numbers_n = pack->numbers_n - place.numbers,
		.texts = pack->texts + place.texts,
		.texts_n = pack->texts_n - place.texts,
	};
}

static int32_t take(struct unpack *unpack)
{
	if (unpack->at >= unpack->numbers_n)
		unpack->bad = true;
	return unpack->bad ? 0 : unpack->numbers[unpack->at++];
}

size_t unpack_count(struct unpack *unpack, size_t least)
{
	int32_t count = take(unpack);

	if (count < 0 || (size_t)count > (unpack->numbers_n - unpack->at) / least)
		unpack->bad = true;
	return unpack->bad ? 0 : (size_t)count;
}

size_t unpack_index(struct unpack *unpack, size_t limit)
{
	int32_t index = take(unpack);

	if (index < 0 || (size_t)index >= limit)
		unpack->bad = true;
	return unpack->bad ? 0 : (size_t)index;
}

int64_t unpack_number(struct unpack *unpack)
{
	uint32_t low = (uint32_t)take(unpack), high = (uint32_t)take(unpack);

	return unpack->bad ? 0 : (int64_t)((uint64_t)high << 32 | low);
}

const char *unpack_text(struct unpack *unpack)
{
	int32_t n = take(unpack);
	size_t at = unpack->text_at;

	if (unpack->bad || n == NO_TEXT)
		return NULL;
	if (n < 0 || (size_t)n >= unpack->texts_n - at || unpack->texts[at + (size_t)n] != '\0') {
		unpack->bad = true;
		return NULL;
	}
	unpack->text_at += (size_t)n + 1;
	return unpack->texts + at;
}

char *unpack_dup(struct unpack *unpack)
{
	return g_strdup(unpack_text(unpack));
}

char **unpack_list(struct unpack *unpack)
{
	size_t n = unpack_count(unpack, 1);
	char **list = g_new0(char *, n + 1);

	for (size_t i = 0; i < n; i++) {
		const char *text = unpack_text(unpack);

		/* A NULL in a list would end it early. */
		if (!text)
			unpack->bad = true;
		list[i] = g_strdup(text ? text : "");
	}
	return list;
}

void unpack_value(struct unpack *unpack, struct unpack *part)
{
	size_t numbers = unpack_index(unpack, INT32_MAX), texts = unpack_index(unpack, INT32_MAX);

	if (numbers > unpack->numbers_n - unpack->at || texts > unpack->texts_n - unpack->text_at)
		unpack->bad = true;
	*part = (struct unpack){.bad = true};
	if (unpack->bad)
		return;
	*part = (struct unpack){
		.numbers = unpack->numbers + unpack->at,
		.numbers_n = numbers,
		.texts = unpack->texts + unpack->text_at,
		.texts_n = texts,
	};
	unpack->at += numbers;
	unpack->text_at += texts;
}

void unpack_save(const struct unpack *unpack, GByteArray *bytes)
{
	save(bytes, unpack->numbers, unpack->numbers_n, unpack->texts, unpack->texts_n);
}

bool unpack_end(const struct unpack *unpack)
{
	return !unpack->bad && unpack->at == unpack->numbers_n &&
	       unpack->text_at == unpack->texts_n;
}
