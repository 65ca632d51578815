/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/fields.h"

#include "mail/mail.h"

#define FIELDS_USUAL 32

static const struct span names[MAIL_NAME_COUNT] = {
#define X(id, text) [MAIL_##id] = SPAN_INIT(text),
	MAIL_NAMES(X)
#undef X
};

static enum mail_name name_of(struct span name)
{
	for (int i = 0; i < MAIL_NAME_COUNT; i++)
		if (name.n == names[i].n && span_same_nocase(name, names[i]))
			return (enum mail_name)i;
	return MAIL_OTHER;
}

/* Room for one more. */
static void grow(struct mail_fields *fields, size_t *room, struct arena *arena)
{
	struct mail_field *more;

	if (fields->n < *room)
		return;
	*room = *room ? *room * 2 : FIELDS_USUAL;
	more = arena_alloc(arena, *room * sizeof *more);
	if (fields->n)
		memcpy(more, fields->v, fields->n * sizeof *more);
	fields->v = more;
}

struct mail_fields mail_fields_read(struct span header, struct arena *arena)
{
	struct mail_fields fields = {NULL, 0};
	struct span name, value;
	size_t at = 0, room = 0;

	while (header.n && fields.n < MAIL_FIELDS_MAX &&
		mail_field_next(header, &at, &name, &value)) {
		grow(&fields, &room, arena);
		fields.v[fields.n++] =
			(struct mail_field){name_of(name), name, value, header.p + at};
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
