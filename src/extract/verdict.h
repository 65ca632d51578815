/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a recipient's failure means: codes and words lead to category, type, finality, who must act,
 * and how sure that is (categories.md, rules 1 to 7). Words beat codes, a provider's own meaning
 * beats the registry, and the reply decides the class.
 */
#ifndef NIXIE_EXTRACT_VERDICT_H
#define NIXIE_EXTRACT_VERDICT_H

#include "extract/reading.h"

/* Fills `recipient`, whose kind, address and written address are set, from what was found. */
void verdict_make(struct reading *reading, const struct found *found, struct recipient *recipient);

#endif
