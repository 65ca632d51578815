/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as it travels and as it is cached: every field of report.def, in the order of the table.
 */
#ifndef NIXIE_WORKER_REPORTWIRE_H
#define NIXIE_WORKER_REPORTWIRE_H

#include "extract/report.h"
#include "worker/pack.h"

void report_pack(struct pack *pack, const struct report *report);
/* NULL when what is there is no report (`unpack` is bad then). report_free it. */
struct report *report_unpack(struct unpack *unpack);

/* What the form depends on: a cache written with another table is of no use. */
const char *report_wire_version(void);

#endif
