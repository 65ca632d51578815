/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts kept once, behind each other, and known by a number of 32 bits: a hundred thousand rows
 * name a few thousand hosts, wordings and addresses. What was added stays as long as all of them.
 */
#ifndef NIXIE_TRIAGE_TEXTS_H
#define NIXIE_TRIAGE_TEXTS_H

#include <stdint.h>

#include "base/span.h"

struct texts;
struct texts *texts_new(void);
struct texts *texts_ref(struct texts *texts);
void texts_unref(struct texts *texts); /* NULL is legal */

/* Equal texts get the same number, which is never 0. */
uint32_t texts_add(struct texts *texts, struct span text);
/* One more, without looking for an equal one: for what is different anyway. */
uint32_t texts_put(struct texts *texts, struct span text);
/* 0: there is no equal one. */
uint32_t texts_find(const struct texts *texts, struct span text);
/* NULL for 0. It stays where it is. */
const char *texts_get(const struct texts *texts, uint32_t number);
/* A list of words; the same ones in the same order get the same number, from 0 on, which is that
 * of none. */
uint32_t texts_add_list(struct texts *texts, char *const *words);
/* NULL-ended; it stays where it is. */
char *const *texts_get_list(const struct texts *texts, uint32_t number);

#endif
