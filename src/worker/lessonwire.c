/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/lessonwire.h"

#include "base/text.h"
#include "rules/inifile.h"

#define PRIORITY_LIMIT 1000

void lesson_task_pack(struct pack *pack, const struct lesson_task *task)
{
	pack_text(pack, task->diagnostic);
	pack_text(pack, task->was);
	pack_text(pack, task->rule);
	pack_text(pack, task->category);
	pack_text(pack, task->words);
	pack_text(pack, task->file);
	pack_list(pack, (const char *const *)task->causes);
}

bool lesson_task_unpack(struct unpack *unpack, struct lesson_task *task)
{
	task->diagnostic = unpack_text(unpack);
	task->was = unpack_text(unpack);
	task->rule = unpack_text(unpack);
	task->category = unpack_text(unpack);
	task->words = unpack_text(unpack);
	task->file = unpack_text(unpack);
	task->causes = unpack_list(unpack);
	return unpack_end(unpack) && task->diagnostic && (task->file || !task->category);
}

void lesson_pack(struct pack *pack, const struct lesson *lesson, size_t causes)
{
	pack_text(pack, lesson->words);
	pack_text(pack, lesson->id);
	pack_text(pack, lesson->literal);
	pack_text(pack, lesson->pattern);
	pack_text(pack, lesson->example);
	pack_count(pack, (size_t)lesson->priority);
	for (size_t i = 0; i < causes; i++)
		pack_count(pack, lesson->changes && lesson->changes[i]);
}

/* No word is none, which is legal only where nothing was tried. */
static bool is_line(const char *text)
{
	for (const char *p = text; p && *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	return !text || text_is_utf8(span_of(text));
}

bool lesson_unpack(struct unpack *unpack, struct lesson *lesson, size_t causes)
{
	lesson->words = unpack_dup(unpack);
	lesson->id = unpack_dup(unpack);
	lesson->literal = unpack_dup(unpack);
	lesson->pattern = unpack_dup(unpack);
	lesson->example = unpack_dup(unpack);
	lesson->priority = (int)unpack_index(unpack, PRIORITY_LIMIT);
	lesson->changes = g_new0(bool, causes + 1);
	for (size_t i = 0; i < causes; i++)
		lesson->changes[i] = unpack_index(unpack, 2);
	return unpack_end(unpack) && lesson->words && is_line(lesson->words) &&
	       is_line(lesson->literal) && is_line(lesson->pattern) && is_line(lesson->example) &&
	       (!lesson->id || (ini_is_id(lesson->id) && lesson->literal && lesson->pattern &&
				       lesson->example));
}
