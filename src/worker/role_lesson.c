/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The child that tries a correction: what a server said reaches it when it has shut itself in. */
#include "worker/engine.h"
#include "worker/lessonwire.h"
#include "worker/roles.h"
#include "worker/sandbox.h"

static void learn(struct wire *wire, struct engine *engine, GVariant *request)
{
	struct lesson_task task = {.causes = NULL};
	struct lesson lesson = {.words = NULL};
	g_autoptr(GError) error = NULL;
	struct unpack unpack;
	struct pack pack;

	unpack_init(&unpack, request);
	pack_init(&pack);
	if (lesson_task_unpack(&unpack, &task) &&
		lesson_learn(engine->extractor, &task, &lesson, &error)) {
		lesson_pack(&pack, &lesson, g_strv_length(task.causes));
		wire_send(wire, WIRE_LEARNED, pack_end(&pack));
	} else {
		wire_send_end(wire, error);
	}
	pack_clear(&pack);
	lesson_clear(&lesson);
	g_strfreev(task.causes);
}

void role_lesson(struct wire *wire)
{
	struct engine engine = {0};
	enum wire_kind kind;
	g_autoptr(GVariant) request = NULL, task = NULL;
	const char *datadir;
	g_autofree const char **rule_dirs = NULL;
	g_autoptr(GError) error = NULL;

	if (!wire_receive(wire, &kind, &request) || kind != WIRE_TEACH)
		return;
	g_variant_get(request, "(^&ay^a&ay)", &datadir, &rule_dirs);
	if (!engine_load(&engine, datadir, rule_dirs, &error)) {
		wire_send_end(wire, error);
		return;
	}
	g_free(sandbox_enter());
	if (!wire_receive(wire, &kind, &task) || kind != WIRE_LESSON)
		return;
	sandbox_next_message(g_get_monotonic_time());
	learn(wire, &engine, task);
}
