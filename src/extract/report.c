/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/report.h"

#include <stddef.h>

#define FIELD(owner, name, kind) {#name, kind, offsetof(struct owner, name), NULL, 0},
#define NAMED(owner, name, names, count) \
	{#name, FIELD_ENUM, offsetof(struct owner, name), names, count},

const struct field report_fields[] = {
#define R_STR(name) FIELD(report, name, FIELD_STR)
#define R_INT(name) FIELD(report, name, FIELD_INT)
#define R_ENUM(name, names, count) NAMED(report, name, names, count)
#define R_LIST(name) FIELD(report, name, FIELD_LIST)
#define R_FLAG(name) FIELD(report, name, FIELD_FLAG)
#include "extract/report.def"
	{NULL},
};

const struct field original_fields[] = {
#define O_STR(name) FIELD(original, name, FIELD_STR)
#define O_LIST(name) FIELD(original, name, FIELD_LIST)
#define O_FLAG(name) FIELD(original, name, FIELD_FLAG)
#include "extract/report.def"
	{NULL},
};

const struct field recipient_fields[] = {
#define P_STR(name) FIELD(recipient, name, FIELD_STR)
#define P_INT(name) FIELD(recipient, name, FIELD_INT)
#define P_ENUM(name, names, count) NAMED(recipient, name, names, count)
#define P_LIST(name) FIELD(recipient, name, FIELD_LIST)
#define P_FLAG(name) FIELD(recipient, name, FIELD_FLAG)
#include "extract/report.def"
	{NULL},
};

const struct field *field_by_name(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

struct report *report_new(void)
{
	return report_new_in(arena_new_brief());
}

struct report *report_new_in(struct arena *arena)
{
	struct report *report = arena_make(arena, struct report);

	report->arena = arena;
	report->kind = KIND_NOT_A_BOUNCE;
	report->timestamp = -1;
	return report;
}

void report_free(struct report *report)
{
	if (report)
		arena_free(report->arena);
}

void recipient_init(struct recipient *recipient)
{
	*recipient = (struct recipient){
		.kind = KIND_FAILURE,
		.phase = PHASE_NONE,
		.retry_after = -1,
		.attempts = -1,
		.type = TYPE_UNDETERMINED,
		.finality = FINALITY_UNKNOWN,
		.confidence = CONFIDENCE_NONE,
	};
}
