/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/statement.h"

#define EVIDENCE_MAX 6
#define WIDE_MAX 4000 /* of text that may be about anything */
/* Thousands of recipients may share the same long words: where a report says more than that of all
 * of them together, what is said of each further one is short. */
#define SAID_MAX ((size_t)32 << 20)
#define SAID_SHORT 512

struct line {
	struct reading *reading;
	struct match_text match; /* no text: not made yet */
};

static struct statement make(
	struct passage passage, const char *field, enum nearness nearness, struct reading *reading)
{
	struct statement statement = {
		.passage = passage,
		.line = arena_make(reading->arena, struct line),
		.field = field,
		.nearness = nearness,
	};

	statement.line->reading = reading;
	return statement;
}

struct match_text statement_line(struct reading *reading, struct span words)
{
	if (reading->said > SAID_MAX && words.n > SAID_SHORT) {
		words.n = SAID_SHORT;
		while (words.n && (words.p[words.n] & 0xc0) == 0x80)
			words.n--;
		reading->said_cut = true;
	}
	reading->said += words.n;
	return match_text_new(words, reading->arena);
}

const struct match_text *statement_match(const struct statement *statement)
{
	struct line *line = statement->line;

	if (!line->match.text.p)
		line->match = statement_line(line->reading, statement->passage.text);
	return &line->match;
}

struct span statement_text(const struct statement *statement)
{
	return statement_match(statement)->text;
}

/* A character of ASCII at the front stays in the line. */
static bool says_something(const struct statement *statement)
{
	struct span text = statement->passage.text;

	return (text.n && g_ascii_isgraph(text.p[0])) || statement_text(statement).n;
}

/* `'530 5.7.0 Authentication required'`: the quotes are the report's. */
static struct passage without_quotes(struct passage passage)
{
	struct span text = passage.text;
	char quote = text.n > 2 ? text.p[0] : ' ';

	if ((quote != '\'' && quote != '"') || text.p[text.n - 1] != quote ||
		memchr(text.p + 1, quote, text.n - 2))
		return passage;
	passage.text = (struct span){text.p + 1, text.n - 2};
	if (passage.origin)
		passage.origin++;
	return passage;
}

static void add(struct statements *statements, struct passage passage, const char *field,
	enum nearness nearness, struct reading *reading)
{
	struct statement *statement = &statements->list[statements->n];

	passage = without_quotes(passage);
	if (passage_is_empty(&passage) || statements->n == STATEMENTS_MAX)
		return;
	*statement = make(passage, field, nearness, reading);
	statements->n += says_something(statement);
}

/* The subject is the same for all recipients. */
static void add_subject(struct statements *statements, struct reading *reading)
{
	const struct source *source;
	struct statement *subject;

	if (!reading->subject) {
		subject = arena_make(reading->arena, struct statement);
		source = source_of_field(
			reading->header.subject, reading->report->subject, reading->arena);
		if (source && source->text.n)
			*subject = make(passage_of(source, source->text), "subject", SAID_ELSEWHERE,
				reading);
		if (subject->line && !says_something(subject))
			subject->line = NULL;
		reading->subject = subject;
	}
	if (reading->subject->line && statements->n < STATEMENTS_MAX)
		statements->list[statements->n++] = *reading->subject;
}

static struct passage shortened(struct passage passage)
{
	passage.text.n = MIN(passage.text.n, WIDE_MAX);
	return passage;
}

/* `5.4.4 (Illegal host/domain name found)`: the remark of a Status field. */
static struct span status_remark(struct span status)
{
	const char *open = status.n ? memchr(status.p, '(', status.n) : NULL;

	return open ? span_make(open, status.p + status.n) : SPAN_NONE;
}

/* `x-unix; 73`: of a program that failed nothing but its exit status. */
static bool is_exit_status(const struct dsn_recipient *fields)
{
	struct span type, said = dsn_typed(fields->diagnostic, &type);

	if (!said.n || !span_equal_nocase(type, "x-unix"))
		return false;
	for (size_t i = 0; i < said.n; i++)
		if (!g_ascii_isdigit(said.p[i]))
			return false;
	return true;
}

void statements_of(
	struct statements *statements, struct reading *reading, const struct found *found)
{
	const struct dsn_recipient *fields = found->fields;
	bool silent = fields && is_exit_status(fields);
	struct span type;
	size_t before;

	statements->n = 0;
	if (fields) {
		if (!silent)
			add(statements,
				passage_of(fields->source, dsn_typed(fields->diagnostic, &type)),
				"diagnostic", SAID_DIRECTLY, reading);
		add(statements, passage_of(fields->source, fields->supplement), "diagnostic",
			SAID_DIRECTLY, reading);
	}
	add(statements, found->reply, "diagnostic", SAID_DIRECTLY, reading);
	add(statements, found->near, "diagnostic", SAID_DIRECTLY, reading);
	if (silent) /* what the program itself said has the cause */
		add(statements, passage_of(fields->source, fields->diagnostic), "diagnostic",
			SAID_DIRECTLY, reading);
	if (fields)
		add(statements, passage_of(fields->source, status_remark(fields->status)), "status",
			SAID_DIRECTLY, reading);
	before = statements->n;
	add(statements, shortened(found->wide), "text", SAID_NEARBY, reading);
	if (statements->n > before)
		statements->list[before].heading = found->whole && found->fields;
	before = statements->n;
	add(statements, shortened(found->intro), "text", SAID_NEARBY, reading);
	if (statements->n > before)
		statements->list[before].heading = true;
	add_subject(statements, reading);
}

/* Behind the character that begins at `at`. */
static size_t char_end(struct span text, size_t at)
{
	for (at++; at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80;)
		at++;
	return at;
}

static void append(struct recipient *recipient, struct evidence evidence, struct arena *arena)
{
	if (!recipient->evidence)
		recipient->evidence =
			arena_alloc(arena, EVIDENCE_MAX * sizeof *recipient->evidence);
	for (size_t i = 0; i < recipient->evidence_n; i++)
		if (recipient->evidence[i].raw_at == evidence.raw_at &&
			recipient->evidence[i].raw_n == evidence.raw_n)
			return;
	if (recipient->evidence_n < EVIDENCE_MAX)
		recipient->evidence[recipient->evidence_n++] = evidence;
}

void source_span_evidence(const struct source *source, struct span part, const char *field,
	const struct reading *reading, struct recipient *recipient)
{
	size_t from;

	if (!source || !part.n)
		return;
	from = (size_t)(part.p - source->text.p);
	append(recipient,
		source_evidence(reading->mail, source, from, from + part.n, field, reading->arena),
		reading->arena);
}

void statement_evidence(const struct statement *statement, struct span part, const char *field,
	const struct reading *reading, struct recipient *recipient)
{
	const struct source *source = statement->passage.source;
	const struct match_text *match = statement_match(statement);
	size_t at = (size_t)(part.p - match->text.p), from, to;

	if (!part.n)
		return;
	from = passage_origin(&statement->passage, match_origin(match, at));
	to = passage_origin(&statement->passage, match_origin(match, at + part.n - 1));
	to = char_end(source->text, to);
	if (to <= from)
		return;
	append(recipient,
		source_evidence(reading->mail, source, from, to, field ? field : statement->field,
			reading->arena),
		reading->arena);
}
