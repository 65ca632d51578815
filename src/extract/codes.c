/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/codes.h"

#include "rules/status.h"

/* A code or reply with the statement that holds it. */
struct hit {
	struct status status;
	struct reply reply;
	const struct statement *where;
};

#define SEEN_MAX 8
struct seen {
	struct strings list;
	const char *v[SEEN_MAX];
};

static void note(struct seen *seen, const unsigned short v[3], struct arena *arena)
{
	char buf[STATUS_TEXT];
	const char *text = status_text(v, buf);

	for (size_t i = 0; i < seen->list.n; i++)
		if (strcmp(seen->v[i], text) == 0)
			return;
	if (seen->list.n < SEEN_MAX)
		seen->v[seen->list.n++] = arena_str(arena, text);
}

/* First specific code in `text`, else the first of all. */
static bool find_status(
	struct span text, struct status *status, struct seen *seen, struct arena *arena)
{
	struct status next;
	bool found = false;

	status->v[0] = 0;
	while (status_find(text, &next) && seen->list.n < SEEN_MAX) {
		note(seen, next.v, arena);
		if (!found || (status_is_vague(status->v) && !status_is_vague(next.v)))
			*status = next;
		found = true;
		text = span_make(next.at.p + next.at.n, text.p + text.n);
	}
	return found;
}

/* The codes of one statement: those of the quoted reply inside, when it has an enhanced code of its
 * own. */
static struct hit read_statement(
	const struct reading *reading, const struct statement *statement, struct seen *seen)
{
	const struct knowledge *knowledge = reading->extractor->knowledge;
	struct hit hit = {.where = statement};
	struct span text = statement_text(statement), inner = reply_innermost(knowledge, text);

	if (inner.n != text.n && find_status(inner, &hit.status, seen, reading->arena) &&
		!status_is_vague(hit.status.v)) {
		if (!reply_find(knowledge, inner, &hit.reply))
			reply_find(knowledge, text, &hit.reply);
		return hit;
	}
	/* Reply and code are one answer: where the outer one has both, the inner reply is quoted.
	 */
	if (find_status(text, &hit.status, seen, reading->arena) ||
		!reply_find(knowledge, inner, &hit.reply))
		reply_find(knowledge, text, &hit.reply);
	return hit;
}

static bool is_better(const struct status *new, const struct status *old)
{
	return new->v[0] && (!old->v[0] || (status_is_vague(old->v) && !status_is_vague(new->v)));
}

/*
 * What the server said: the best code and the first reply of what is said directly; where that
 * gives nothing and there is no Status field, of the text nearby.
 */
static void read_words(const struct reading *reading, const struct statements *statements,
	bool has_field, struct hit *code, struct hit *reply, struct seen *seen)
{
	enum nearness last = has_field ? SAID_DIRECTLY : SAID_NEARBY;

	for (enum nearness nearness = SAID_DIRECTLY; nearness <= last; nearness++) {
		for (size_t i = 0; i < statements->n; i++) {
			const struct statement *statement = &statements->list[i];
			struct hit hit;

			if (statement->nearness != nearness)
				continue;
			hit = read_statement(reading, statement, seen);
			if (is_better(&hit.status, &code->status))
				*code = hit;
			if (!reply->reply.code && hit.reply.code)
				*reply = hit;
		}
		if (code->status.v[0] || reply->reply.code)
			return;
	}
}

static bool differ(const unsigned short a[3], const unsigned short b[3])
{
	return a[0] != b[0] || a[1] != b[1] || a[2] != b[2];
}

static enum conflict find_conflict(const struct codes *codes)
{
	if (!codes->field[0])
		return CONFLICT_NONE;
	if (codes->said[0] && differ(codes->field, codes->said) && !status_is_vague(codes->field) &&
		!status_is_vague(codes->said))
		return CONFLICT_CODES;
	if (codes->reply && codes->field[0] != codes->reply / 100)
		return CONFLICT_CLASS;
	return CONFLICT_NONE;
}

static void read_field(struct codes *codes, const struct found *found, struct recipient *recipient,
	struct status *status, struct seen *seen, struct arena *arena)
{
	char buf[STATUS_TEXT];

	status->v[0] = 0;
	if (!found->fields || !status_parse(found->fields->status, status))
		return;
	memcpy(codes->field, status->v, sizeof codes->field);
	recipient->status_field = arena_str(arena, status_text(status->v, buf));
	note(seen, status->v, arena);
}

static void point_at_status(const struct hit *code, const struct status *field, bool words,
	const struct reading *reading, const struct found *found, struct recipient *recipient)
{
	if (words)
		statement_evidence(code->where, code->status.at, "status", reading, recipient);
	else if (found->fields)
		source_span_evidence(
			found->fields->source, field->at, "status", reading, recipient);
}

void codes_find(struct codes *codes, const struct statements *statements,
	const struct reading *reading, const struct found *found, struct recipient *recipient)
{
	struct arena *arena = reading->arena;
	struct hit code = {.where = NULL}, reply = {.where = NULL};
	struct status field;
	struct seen seen = {.list = {NULL, 0}};
	char buf[STATUS_TEXT];
	bool words;

	*codes = (struct codes){.reply = 0};
	read_words(reading, statements, found->fields && found->fields->status.n, &code, &reply,
		&seen);
	read_field(codes, found, recipient, &field, &seen, arena);
	memcpy(codes->said, code.status.v, sizeof codes->said);
	words = codes->said[0] && (!codes->field[0] || !status_is_vague(codes->said) ||
					  status_is_vague(codes->field));
	memcpy(codes->status, words ? codes->said : codes->field, sizeof codes->status);
	codes->reply = reply.reply.code;
	codes->direct = (code.where && code.where->nearness == SAID_DIRECTLY) ||
			(reply.where && reply.where->nearness == SAID_DIRECTLY);
	codes->class = codes->reply     ? codes->reply / 100
		       : codes->said[0] ? codes->said[0]
					: codes->field[0];
	if (codes->status[0]) {
		recipient->status = arena_str(arena, status_text(codes->status, buf));
		point_at_status(&code, &field, words, reading, found, recipient);
	}
	if (codes->reply) {
		recipient->reply = arena_printf(arena, "%d", codes->reply);
		statement_evidence(reply.where, reply.reply.at, "reply", reading, recipient);
	}
	if (seen.list.n) {
		recipient->codes.v = arena_alloc(arena, seen.list.n * sizeof *seen.v);
		memcpy(recipient->codes.v, seen.v, seen.list.n * sizeof *seen.v);
		recipient->codes.n = seen.list.n;
	}
	recipient->conflict = find_conflict(codes);
}
