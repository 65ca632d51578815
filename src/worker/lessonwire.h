/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A correction that is to be tried, and what came of it, as they travel. */
#ifndef NIXIE_WORKER_LESSONWIRE_H
#define NIXIE_WORKER_LESSONWIRE_H

#include "extract/lesson.h"
#include "worker/pack.h"

void lesson_task_pack(struct pack *pack, const struct lesson_task *task);
/* Strings are borrowed but for the causes, which are g_strfreev's. False: it is none. */
bool lesson_task_unpack(struct unpack *unpack, struct lesson_task *task);

void lesson_pack(struct pack *pack, const struct lesson *lesson, size_t causes);
/*
 * From a child that may have been taken over: false unless each string is a line of text without
 * control signs, and the name one of a rule. lesson_clear it either way.
 */
bool lesson_unpack(struct unpack *unpack, struct lesson *lesson, size_t causes);

#endif
