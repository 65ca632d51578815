/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report with what its verdicts were made from, as it travels. */
#ifndef NIXIE_WORKER_TRIALWIRE_H
#define NIXIE_WORKER_TRIALWIRE_H

#include "extract/trial.h"
#include "worker/pack.h"

void trials_pack(struct pack *pack, const struct report *report, const struct trial *trials);
/* NULL when what is there is none. report_free it; `*trials` is in its memory. */
struct report *trials_unpack(struct unpack *unpack, const struct trial **trials);

#endif
