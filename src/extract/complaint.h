/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who complained, by an abuse report (RFC 5965). */
#ifndef NIXIE_EXTRACT_COMPLAINT_H
#define NIXIE_EXTRACT_COMPLAINT_H

#include "extract/reading.h"

/* Each Original-Rcpt-To becomes one of the report's others. Reports that no person made (RFC 6591:
 * auth-failure), or that take a complaint back (not-spam), name nobody. */
void complaint_find(struct reading *reading);

#endif
