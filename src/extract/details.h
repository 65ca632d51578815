/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a recipient beside its codes and its category: servers, times, attempts, phase.
 */
#ifndef NIXIE_EXTRACT_DETAILS_H
#define NIXIE_EXTRACT_DETAILS_H

#include "extract/statement.h"

/* From the fields of the machine-readable part, then from the words. */
void details_take(const struct reading *reading, const struct found *found,
	const struct statements *statements, struct recipient *recipient);

#endif
