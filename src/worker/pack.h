/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many small values as two flat arrays: numbers, and texts behind each other. This is how bulk
 * (reports, messages, changes) travels and is cached: as a GVariant of type (aiay), which costs two
 * copies however many fields there are, where a GVariant a field costs an allocation each.
 *
 * Reading trusts nothing: a value that is not there, a length that leaves the array, a text
 * without its NUL make the unpack `bad`; from then on it yields zeros and NULLs, and one check at
 * the end suffices.
 */
#ifndef NIXIE_WORKER_PACK_H
#define NIXIE_WORKER_PACK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define PACK_TYPE "(aiay)"

struct pack {
	int32_t *numbers;
	size_t numbers_n, numbers_room;
	char *texts;
	size_t texts_n, texts_room;
};

void pack_init(struct pack *pack);
void pack_clear(struct pack *pack);               /* frees */
size_t pack_size(const struct pack *pack);        /* bytes so far */
void pack_count(struct pack *pack, size_t count); /* below 2^31 */
void pack_number(struct pack *pack, int64_t number);
void pack_text(struct pack *pack, const char *text);        /* NULL stays NULL */
void pack_list(struct pack *pack, const char *const *list); /* NULL-ended; NULL is an empty list */
/* Appends all of `other`, which is empty then. */
void pack_join(struct pack *pack, struct pack *other);
/* To and from bytes, for keeping; saving empties the pack. False when these are no such bytes. */
void pack_save(struct pack *pack, GByteArray *bytes);
bool pack_restore(struct pack *pack, const void *bytes, size_t n);
struct pack_place {
	size_t numbers, texts;
};
/* What is packed between the two is a part, which can be taken out alone. */
struct pack_place pack_begin_part(struct pack *pack);
void pack_end_part(struct pack *pack, struct pack_place begin);
/* Where it ends now, and back to there. */
struct pack_place pack_place(const struct pack *pack);
void pack_cut(struct pack *pack, struct pack_place place);
/* Numbers and texts behind each other, for unpack_bytes: pack_size bytes. Empties the pack. */
void pack_move(struct pack *pack, char *to);
/* All that was packed, floating; the pack is empty again. */
GVariant *pack_end(struct pack *pack);

struct unpack {
	const int32_t *numbers;
	size_t numbers_n, at;
	const char *texts;
	size_t texts_n, text_at;
	bool bad;
};

/* `value` is of PACK_TYPE and must outlive the unpack and what it lends. */
void unpack_init(struct unpack *unpack, GVariant *value);
/* What pack_move made: so many numbers and bytes of texts. `bytes` is aligned for numbers. */
void unpack_bytes(struct unpack *unpack, const char *bytes, size_t numbers, size_t texts);
/* What stands in a pack from there on. */
void unpack_tail(struct unpack *unpack, const struct pack *pack, struct pack_place place);
/* A count of things of which each takes at least `least` numbers: never more than can follow. */
size_t unpack_count(struct unpack *unpack, size_t least);
/* A count that stands for itself (an enum, a flag): below `limit`, else bad. */
size_t unpack_index(struct unpack *unpack, size_t limit);
int64_t unpack_number(struct unpack *unpack);
const char *unpack_text(struct unpack *unpack); /* borrowed, NUL-ended */
char *unpack_dup(struct unpack *unpack);        /* NULL stays NULL */
char **unpack_list(struct unpack *unpack);      /* g_strfreev; never NULL */
/* Begins `part`, and goes on behind it. */
void unpack_value(struct unpack *unpack, struct unpack *part);
/* All of it, as a part of a pack. */
void pack_part(struct pack *pack, const struct unpack *part);
/* All of it, as pack_save saves. */
void unpack_save(const struct unpack *unpack, GByteArray *bytes);
/* Everything was there and nothing is left. */
bool unpack_end(const struct unpack *unpack);

#endif
