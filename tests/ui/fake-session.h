/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session without an index: rows made in memory, so that screens can be compared to the letter.
 * It stands in for src/triage/session.c, action.c and what writes exports.
 */
#ifndef NIXIE_TESTS_FAKE_SESSION_H
#define NIXIE_TESTS_FAKE_SESSION_H

#include "triage/session.h"

#define FAKE_NOW INT64_C(1785240000) /* 2026-07-28 12:00 UTC */

/* `rows`: "basic", "news" (the same, one row new and one gone), "hostile", "empty", "many".
 * `directory` takes the files of the reports. */
struct session *fake_session_new(struct spawner *spawner, const char *rows, const char *datadir,
	const char *lang, const char *directory);
/* While on, nothing is there yet: details and readings are NULL, the result is loading. Off: events
 * follow. */
void fake_session_hold(struct session *session, bool on);
/* Asks for what a broken action says. */
void fake_session_fail(struct session *session, const char *message);
/* An undo leaves this as others made it. */
void fake_session_leave(struct session *session, const char *line);

#endif
