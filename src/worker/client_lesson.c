/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "worker/channel.h"
#include "worker/client.h"
#include "worker/lessonwire.h"

static void ignore_frame(void *user, enum wire_kind kind, GVariant *value)
{
	(void)user;
	(void)kind;
	(void)value;
}

static void ignore_end(void *user)
{
	(void)user;
}

static void send_task(
	struct channel *channel, const char *const *rule_dirs, const struct lesson_task *task)
{
	struct pack pack;

	pack_init(&pack);
	lesson_task_pack(&pack, task);
	channel_send(channel, WIRE_TEACH, g_variant_new("(^ay^aay)", file_datadir(), rule_dirs));
	channel_send(channel, WIRE_LESSON, pack_end(&pack));
	pack_clear(&pack);
}

static bool take(enum wire_kind kind, GVariant *value, const struct lesson_task *task,
	struct lesson *lesson, GError **error)
{
	size_t causes = task->causes ? g_strv_length(task->causes) : 0;
	struct unpack unpack;

	if (kind == WIRE_END && wire_end_error(value, error))
		return false;
	if (kind == WIRE_LEARNED) {
		unpack_init(&unpack, value);
		if (lesson_unpack(&unpack, lesson, causes) && (lesson->id || !task->category))
			return true;
	}
	g_set_error_literal(error, NIXIE_ERROR, NIXIE_INTERNAL,
		_("what tries the correction gave no answer that can be used"));
	return false;
}

bool lesson_ask(struct spawner *spawner, const char *const *rule_dirs,
	const struct lesson_task *task, struct lesson *lesson, GError **error)
{
	static const struct channel_events events = {ignore_frame, ignore_end, NULL};
	struct channel *channel = channel_new(spawner, ROLE_LESSON, &events, NULL, error);
	g_autoptr(GVariant) value = NULL;
	enum wire_kind kind;
	bool learned;

	*lesson = (struct lesson){.words = NULL};
	if (!channel)
		return false;
	send_task(channel, rule_dirs, task);
	if (!channel_wait_frame(channel, &kind, &value)) {
		g_propagate_error(error, channel_free_why(channel, _("what tries the correction")));
		return false;
	}
	channel_free(channel, false);
	learned = take(kind, value, task, lesson, error);
	if (!learned)
		lesson_clear(lesson);
	return learned;
}
