/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/fields.h"

#include <glib.h>
#include <stdint.h>

#include "mail/mail.h"

#define FIELDS_FIRST 8

static const struct span names[MAIL_NAME_COUNT] = {
#define X(id, text) [MAIL_##id] = SPAN_INIT(text),
	MAIL_NAMES(X)
#undef X
};

#define LONGEST 32

/* Bit i: name i is `n` bytes long. */
static uint32_t names_as_long(size_t n)
{
	static uint32_t by_length[LONGEST]; /* made once from the table */

	G_STATIC_ASSERT(MAIL_NAME_COUNT < 32);
	if (!by_length[0]) {
		for (unsigned i = 0; i < MAIL_NAME_COUNT; i++)
			by_length[names[i].n] |= 1u << i;
		by_length[0] = 1u << MAIL_NAME_COUNT;
	}
	return n && n < LONGEST ? by_length[n] : 0;
}

enum mail_name mail_name_of(struct span name)
{
	for (uint32_t left = names_as_long(name.n); left; left &= left - 1) {
		int i = __builtin_ctz(left);

		if ((name.p[0] | 0x20) == names[i].p[0] && span_same_nocase(name, names[i]))
			return (enum mail_name)i;
	}
	return MAIL_OTHER;
}

static void grow(struct mail_fields *fields, struct arena *arena)
{
	size_t room = fields->room ? fields->room * 2 : FIELDS_FIRST;
	struct mail_field *more = arena_alloc(arena, room * sizeof *more);

	if (fields->n)
		memcpy(more, fields->v, fields->n * sizeof *more);
	fields->v = more;
	fields->room = room;
}

struct mail_field *mail_fields_add(
	struct mail_fields *fields, struct mail_field field, struct arena *arena)
{
	if (fields->n == fields->room)
		grow(fields, arena);
	fields->v[fields->n] = field;
	return &fields->v[fields->n++];
}

void mail_field_extend(struct mail_field *field, struct span line, const char *end)
{
	/* A line of nothing but blanks adds none: trimmed each time, many of them would cost their
	 * square. */
	if (span_trim(line).n)
		field->value = span_trim(span_make(field->value.p, line.p + line.n));
	field->end = end;
}

struct mail_fields mail_fields_read(struct span header, struct arena *arena)
{
	struct mail_fields fields = {NULL};
	struct span name, value;
	size_t at = 0;

	while (header.n && mail_field_next(header, &at, &name, &value)) {
		struct mail_field field = {mail_name_of(name), name, value, header.p + at};

		fields.cut = fields.n == MAIL_FIELDS_MAX;
		if (fields.cut)
			break;
		mail_fields_add(&fields, field, arena);
	}
	return fields;
}

const struct mail_field *mail_fields_first(const struct mail_fields *fields, enum mail_name name)
{
	for (size_t i = 0; i < fields->n; i++)
		if (fields->v[i].known == name)
			return &fields->v[i];
	return NULL;
}
