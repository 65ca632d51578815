/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sum over what is kept, so that bytes which changed on a disk are told from facts. Against
 * accidents, not against people: who can write to the file can write a sum.
 */
#ifndef NIXIE_VERDICTS_SEAL_H
#define NIXIE_VERDICTS_SEAL_H

#include <stddef.h>
#include <stdint.h>

/* `seal`: of what came before, 0 at the start. Each change of a single place changes it. */
uint64_t seal_add(uint64_t seal, const void *bytes, size_t n);
uint64_t seal_number(uint64_t seal, uint64_t number);

#endif
