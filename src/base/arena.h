/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An arena gives out memory that is freed all at once. A report owns one, and every string of
 * the report lives in it, so that extraction allocates in a few large steps.
 */
#ifndef NIXIE_BASE_ARENA_H
#define NIXIE_BASE_ARENA_H

#include "base/span.h"

struct arena;

struct arena *arena_new(void);
/* For one that is freed soon and made again for the next report. */
struct arena *arena_new_brief(void);
/* Where the first step should hold that many bytes. */
struct arena *arena_new_for(size_t bytes);
void arena_free(struct arena *arena); /* NULL is legal */

/* Zeroed, aligned for any type. Never NULL: GLib aborts when memory is out. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* Not zeroed, for text that is written there. */
char *arena_room(struct arena *arena, size_t bytes);
/* Copies ending in NUL. */
char *arena_str(struct arena *arena, const char *s); /* NULL gives NULL */
char *arena_span(struct arena *arena, struct span s);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define arena_make(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

#endif
