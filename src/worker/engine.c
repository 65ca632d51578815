/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/engine.h"

bool engine_load(
	struct engine *engine, const char *datadir, const char *const *rule_dirs, GError **error)
{
	g_autofree char *formats = g_build_filename(datadir, "formats", NULL);
	g_autoptr(GPtrArray) broken =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
	const struct rule_sources sources = {.dirs = rule_dirs, .broken = broken};

	engine->knowledge = knowledge_load(datadir, NULL, error);
	if (engine->knowledge)
		engine->rules = rule_set_load_from(engine->knowledge, &sources, error);
	if (engine->rules)
		engine->extractor = extractor_new(engine->knowledge, engine->rules, formats, error);
	return engine->extractor;
}
