/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PCRE2 under limits, compiled when first needed: a process that reads ten reports needs a handful
 * of the patterns. Patterns are caseless and UTF; only named groups capture, plain parentheses just
 * group.
 */
#ifndef NIXIE_RULES_PATTERN_H
#define NIXIE_RULES_PATTERN_H

#include <glib.h>

#include "rules/needed.h"

struct pattern;

struct pattern *pattern_new(const char *source);
void pattern_free(struct pattern *pattern);
const char *pattern_source(const struct pattern *pattern);
/* Compiles now. False with error (a sentence with the place) when the source is wrong. */
bool pattern_compile(struct pattern *pattern, GError **error);

/* Scratch memory for matching; one serves any number of patterns, one at a time. */
struct pattern_room;
struct pattern_room *pattern_room_new(void);
void pattern_room_free(struct pattern_room *room);

/*
 * Finds the pattern in a text, which must be valid UTF-8 (unchecked here). `*found` takes the
 * match. A pattern that is broken or meets a limit does not match.
 */
bool pattern_match(struct pattern *pattern, struct pattern_room *room, struct sight *sight,
	struct span *found);
/* Capture `name` of the last match of this pattern in this room; SPAN_NONE when there is none. */
struct span pattern_capture(const struct pattern *pattern, const struct pattern_room *room,
	struct span text, const char *name);
/* The names of its captures; compiled first. NULL-ended, g_strfreev. */
char **pattern_captures(struct pattern *pattern);

/*
 * Steps that matching `text` takes, counted up to `max`, so that the answer is the same on every
 * machine; max + 1 when it takes more or meets a limit.
 */
unsigned pattern_steps(const char *source, struct span text, unsigned max);

/* Is the just-in-time compiler at work? */
bool pattern_has_jit(void);

#endif
