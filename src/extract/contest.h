/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rules match the texts of a trial, and why each but one lost. */
#ifndef NIXIE_EXTRACT_CONTEST_H
#define NIXIE_EXTRACT_CONTEST_H

#include "extract/extract.h"

/* Fills what `trial` says of rules; `asked`: id of a rule, NULL. */
void contest_hold(
	struct extractor *extractor, struct trial *trial, const char *asked, struct arena *arena);

#endif
