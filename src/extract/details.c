/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/details.h"

#include "extract/date.h"
#include "extract/facts.h"
#include "extract/layout.h"
#include "rules/lexicon.h"

#define ATTEMPTS_TEXT 4000 /* bytes of the report in which a count is looked for */

static char *span_or_null(struct span s, struct arena *arena)
{
	return s.n ? arena_span(arena, s) : NULL;
}

static const char *lower(struct span s, struct arena *arena)
{
	char *text;
	size_t n = 0;

	while (n < s.n && g_ascii_isalpha(s.p[n]))
		n++;
	if (!n)
		return NULL;
	text = arena_span(arena, (struct span){s.p, n});
	for (char *p = text; *p; p++)
		*p = g_ascii_tolower(*p);
	return text;
}

static void take_fields(
	const struct dsn_recipient *fields, struct recipient *recipient, struct arena *arena)
{
	struct span type, host, ip;

	recipient->action = lower(fields->action, arena);
	dsn_typed(fields->diagnostic, &type);
	recipient->diagnostic_type = span_or_null(type, arena);
	recipient->remote_mta = span_or_null(dsn_host(fields->remote_mta), arena);
	if (facts_host(fields->remote_mta, &host, &ip) ||
		(ip = facts_ip(fields->remote_mta, NULL)).n)
		recipient->remote_ip = arena_span(arena, ip);
	if (!recipient->remote_ip)
		recipient->remote_ip = span_or_null(fields->remote_ip, arena);
	recipient->attempts = fields->attempts > 0 ? fields->attempts : -1;
	recipient->last_attempt = date_text(fields->last_attempt, arena);
	recipient->will_retry_until = date_text(fields->will_retry_until, arena);
}

static void take_hosts(
	struct recipient *recipient, const struct statements *statements, struct arena *arena)
{
	struct span host, ip;

	for (size_t i = 0; i < statements->n && !(recipient->remote_mta && recipient->remote_ip);
		i++) {
		const struct statement *statement = &statements->list[i];

		if (statement->nearness != SAID_DIRECTLY ||
			!facts_host(statement_text(statement), &host, &ip))
			continue;
		if (recipient->remote_mta && !span_equal_nocase(host, recipient->remote_mta))
			continue;
		recipient->remote_mta = arena_span(arena, host);
		recipient->remote_ip = arena_span(arena, ip);
	}
}

/* Words that lead to the server that was asked, where no host stands before its address. */
static void take_named_host(const struct reading *reading, struct recipient *recipient,
	const struct statements *statements)
{
	const struct knowledge *knowledge = reading->extractor->knowledge;

	for (size_t i = 0; i < statements->n && !recipient->remote_mta; i++) {
		const struct statement *statement = &statements->list[i];
		struct span text, host, ip = SPAN_NONE;
		const char *end;

		if (statement->nearness != SAID_DIRECTLY)
			continue;
		text = statement_text(statement);
		host = lexicon_behind(knowledge, LEXICON_ASKED_NAME, text);
		end = host.n ? memchr(host.p, ']', host.n) : NULL;
		if (end) {
			recipient->remote_mta = arena_span(reading->arena, span_make(host.p, end));
			ip = facts_ip(lexicon_behind(knowledge, LEXICON_ASKED_IP, host), NULL);
		} else if (!recipient->remote_ip) {
			/* qmail-remote: "192.0.2.1 does not like recipient." */
			size_t lead = lexicon_begins(knowledge, LEXICON_CONNECTED, text);
			struct span first = facts_ip(text, NULL);

			if (first.p == text.p + lead)
				ip = first;
		}
		if (ip.n && !recipient->remote_ip)
			recipient->remote_ip = arena_span(reading->arena, ip);
	}
}

/* Of a report about one recipient: the words of the family lead to the server that refused. */
static void take_told_host(const struct reading *reading, struct recipient *recipient)
{
	struct span body = reading->body, host, ip;
	const struct mark_hit *hit;

	if (!reading->format || !body.n || reading->found->len != 1 || recipient->remote_mta)
		return;
	hit = layout_mark_in(reading, reading->format, MARK_REMOTE, body);
	if (!hit || !facts_host(layout_paragraph(reading->text->text.p + hit->at, body.p + body.n),
			    &host, &ip))
		return;
	recipient->remote_mta = arena_span(reading->arena, host);
	recipient->remote_ip = arena_span(reading->arena, ip);
}

/* How often it was tried: as the server's words say, else the report about this one recipient. */
static int64_t find_attempts(const struct reading *reading, const struct statements *statements)
{
	int64_t attempts = -1;

	for (size_t i = 0; attempts < 0 && i < statements->n; i++)
		if (statements->list[i].nearness == SAID_DIRECTLY)
			attempts = facts_attempts(reading->extractor->knowledge,
				statement_text(&statements->list[i]));
	if (attempts < 0 && reading->found->len == 1)
		attempts = facts_attempts(reading->extractor->knowledge,
			(struct span){reading->body.p, MIN(reading->body.n, ATTEMPTS_TEXT)});
	return attempts;
}

static int find_phase(const struct reading *reading, const struct found *found,
	const struct statements *statements)
{
	if (found->phase != PHASE_NONE)
		return (int)found->phase;
	for (size_t i = 0; i < statements->n; i++) {
		enum phase phase = PHASE_NONE;

		if (statements->list[i].nearness == SAID_DIRECTLY)
			phase = format_phase(
				reading->extractor->formats, statement_text(&statements->list[i]));
		if (phase != PHASE_NONE)
			return (int)phase;
	}
	return PHASE_NONE;
}

void details_take(const struct reading *reading, const struct found *found,
	const struct statements *statements, struct recipient *recipient)
{
	if (found->fields)
		take_fields(found->fields, recipient, reading->arena);
	take_hosts(recipient, statements, reading->arena);
	take_told_host(reading, recipient);
	take_named_host(reading, recipient, statements);
	if (recipient->attempts < 0)
		recipient->attempts = find_attempts(reading, statements);
	recipient->phase = find_phase(reading, found, statements);
}
