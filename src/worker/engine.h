/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a child that reads reports loads first, as the request of WIRE_EXTRACT and WIRE_TRY says. */
#ifndef NIXIE_WORKER_ENGINE_H
#define NIXIE_WORKER_ENGINE_H

#include "extract/extract.h"

struct engine {
	struct knowledge *knowledge;
	struct rule_set *rules;
	struct extractor *extractor;
};

/* Broken rules of the user's own are left out: who started the child has told them. */
bool engine_load(
	struct engine *engine, const char *datadir, const char *const *rule_dirs, GError **error);

#endif
