/* SPDX-License-Identifier: GPL-3.0-or-later */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/pattern.h"

#include <pcre2.h>

#include "base/errors.h"
#include "base/words.h"

#define MATCH_LIMIT 100000
#define DEPTH_LIMIT 10000
#define HEAP_LIMIT 4096 /* KiB */
/* Translating a pattern costs as much as a dozen matches save: it has to earn that first. */
#define JIT_AFTER 16
#define JIT_STACK_MIN (32 * 1024)
#define JIT_STACK_MAX (512 * 1024)
#define CAPTURES_MAX 16 /* pairs in the ovector: the match and the named groups */

/* \C could split a character; plain parentheses need not remember. */
#define COMPILE_FLAGS \
	(PCRE2_CASELESS | PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | \
		PCRE2_NO_AUTO_CAPTURE | PCRE2_DOLLAR_ENDONLY)

struct pattern {
	char *source;
	struct needed *needed; /* words that a text must hold, read at the first try */
	pcre2_code *code;
	unsigned tries; /* up to JIT_AFTER */
	bool failed, jit;
};

struct pattern_room {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

struct pattern *pattern_new(const char *source)
{
	struct pattern *pattern = g_new0(struct pattern, 1);

	pattern->source = g_strdup(source);
	return pattern;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_code_free(pattern->code);
	needed_free(pattern->needed);
	g_free(pattern->source);
	g_free(pattern);
}

const char *pattern_source(const struct pattern *pattern)
{
	return pattern->source;
}

bool pattern_compile(struct pattern *pattern, GError **error)
{
	PCRE2_UCHAR why[160] = "";
	PCRE2_SIZE at = 0;
	int number = 0;

	if (pattern->code)
		return true;
	pattern->code = pcre2_compile((PCRE2_SPTR)pattern->source, PCRE2_ZERO_TERMINATED,
		COMPILE_FLAGS, &number, &at, NULL);
	if (!pattern->code) {
		pcre2_get_error_message(number, why, sizeof(why));
		pattern->failed = true;
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, _("%s at character %zu of \"%s\""),
			(char *)why, at + 1, pattern->source);
		return false;
	}
	return true;
}

struct pattern_room *pattern_room_new(void)
{
	struct pattern_room *room = g_new0(struct pattern_room, 1);

	room->data = pcre2_match_data_create(CAPTURES_MAX, NULL);
	room->context = pcre2_match_context_create(NULL);
	g_assert(room->data && room->context);
	pcre2_set_match_limit(room->context, MATCH_LIMIT);
	pcre2_set_depth_limit(room->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(room->context, HEAP_LIMIT);
	room->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
	if (room->stack)
		pcre2_jit_stack_assign(room->context, NULL, room->stack);
	return room;
}

void pattern_room_free(struct pattern_room *room)
{
	if (!room)
		return;
	pcre2_jit_stack_free(room->stack);
	pcre2_match_context_free(room->context);
	pcre2_match_data_free(room->data);
	g_free(room);
}

bool pattern_match(
	struct pattern *pattern, struct pattern_room *room, struct sight *sight, struct span *found)
{
	const struct span text = sight->text;
	PCRE2_SPTR subject = (PCRE2_SPTR)(text.n ? text.p : "");
	const PCRE2_SIZE *at;
	int rc;

	if (!pattern->needed)
		pattern->needed = needed_new(pattern->source);
	if (!needed_stand_in(pattern->needed, sight))
		return false;
	if (pattern->failed || (!pattern->code && !pattern_compile(pattern, NULL)))
		return false;
	if (pattern->tries < JIT_AFTER && ++pattern->tries == JIT_AFTER)
		pattern->jit = pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0;
	rc = pattern->jit ? pcre2_jit_match(
				    pattern->code, subject, text.n, 0, 0, room->data, room->context)
			  : pcre2_match(pattern->code, subject, text.n, 0, PCRE2_NO_UTF_CHECK,
				    room->data, room->context);
	if (rc < 0)
		return false;
	at = pcre2_get_ovector_pointer(room->data);
	/* \K in a lookahead can set the start behind the end. */
	if (at[0] > at[1] || at[1] > text.n)
		return false;
	*found = (struct span){(const char *)subject + at[0], at[1] - at[0]};
	return true;
}

struct span pattern_capture(const struct pattern *pattern, const struct pattern_room *room,
	struct span text, const char *name)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(room->data);
	int number = pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR)name);

	if (number < 0 || number >= CAPTURES_MAX)
		return SPAN_NONE;
	at += 2 * number;
	if (at[0] == PCRE2_UNSET || at[0] > at[1] || at[1] > text.n)
		return SPAN_NONE;
	return (struct span){text.p + at[0], at[1] - at[0]};
}

char **pattern_captures(struct pattern *pattern)
{
	GPtrArray *names = g_ptr_array_new();
	uint32_t count = 0, size = 0;
	PCRE2_SPTR table = NULL;

	if (pattern_compile(pattern, NULL)) {
		pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &count);
		pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
		pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &table);
	}
	for (uint32_t i = 0; i < count; i++)
		g_ptr_array_add(names, g_strdup((const char *)table + i * size + 2));
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

struct steps {
	unsigned count, max;
};

static int count_step(pcre2_callout_block *block, void *data)
{
	struct steps *steps = data;

	(void)block;
	return ++steps->count > steps->max ? PCRE2_ERROR_CALLOUT : 0;
}

unsigned pattern_steps(const char *source, struct span text, unsigned max)
{
	struct steps steps = {0, max};
	int number;
	PCRE2_SIZE at;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)source, PCRE2_ZERO_TERMINATED,
		COMPILE_FLAGS | PCRE2_AUTO_CALLOUT, &number, &at, NULL);
	struct pattern_room *room;
	int rc;

	if (!code)
		return 0;
	room = pattern_room_new();
	pcre2_set_callout(room->context, count_step, &steps);
	rc = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, room->data, room->context);
	pattern_room_free(room);
	pcre2_code_free(code);
	if (rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT ||
		rc == PCRE2_ERROR_HEAPLIMIT)
		return max + 1;
	return steps.count;
}

bool pattern_has_jit(void)
{
	uint32_t jit = 0;

	pcre2_config(PCRE2_CONFIG_JIT, &jit);
	return jit != 0;
}
