/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/original.h"

#include <stddef.h>

#include "base/address.h"
#include "extract/date.h"
#include "extract/hops.h"
#include "mail/fields.h"

#define LIST_MAX 50
#define HEADER_MAX ((size_t)256 << 10) /* of a returned header */

static void append(struct strings *list, const char *value, struct arena *arena)
{
	if (!value || list->n == LIST_MAX)
		return;
	if (!list->v)
		list->v = arena_alloc(arena, LIST_MAX * sizeof *list->v);
	list->v[list->n++] = value;
}

struct strings original_ids(struct span value, struct arena *arena)
{
	struct strings ids = {NULL, 0};

	while (value.n) {
		const char *open = memchr(value.p, '<', value.n);
		const char *close =
			open ? memchr(open, '>', (size_t)(value.p + value.n - open)) : NULL;

		if (!close)
			break;
		if (close > open + 1 && memchr(open, '@', (size_t)(close - open)))
			append(&ids, arena_span(arena, span_make(open + 1, close)), arena);
		value = span_make(close + 1, value.p + value.n);
	}
	return ids;
}

const char *original_id(struct span value, struct arena *arena)
{
	struct strings ids = original_ids(value, arena);
	struct span id = span_trim(value);

	if (ids.n)
		return ids.v[0];
	while (id.n && (id.p[0] == '<' || id.p[0] == '"'))
		id = span_from(id, 1);
	while (id.n && (id.p[id.n - 1] == '>' || id.p[id.n - 1] == '"'))
		id.n--;
	return id.n && !memchr(id.p, ' ', id.n) ? arena_span(arena, id) : NULL;
}

/* `d=example.org` of a DKIM-Signature. */
static const char *dkim_domain(struct span value, struct arena *arena)
{
	while (value.n) {
		const char *semicolon = memchr(value.p, ';', value.n);
		struct span tag = span_trim(semicolon ? span_make(value.p, semicolon) : value);

		if (tag.n > 2 && tag.p[0] == 'd' && tag.p[1] == '=')
			return arena_span(arena, span_trim(span_from(tag, 2)));
		value = semicolon ? span_make(semicolon + 1, value.p + value.n) : SPAN_NONE;
	}
	return NULL;
}

/* Host names behind `from` and `by` of a Received field. */
static void received_hosts(struct span value, struct strings *hosts, struct arena *arena)
{
	static const char *const words[] = {"from ", "by "};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		const char *word = span_find_nocase(value, words[i]);
		struct span host =
			word ? span_from(value, (size_t)(word - value.p) + strlen(words[i]))
			     : SPAN_NONE;
		size_t n = 0;

		while (n < host.n &&
			(g_ascii_isalnum(host.p[n]) || (host.p[n] && strchr(".-_", host.p[n]))))
			n++;
		host.n = n;
		if (host.n && memchr(host.p, '.', host.n))
			append(hosts, arena_span(arena, host), arena);
	}
}

/* Where the text of a name goes. */
static const size_t slots[MAIL_NAME_COUNT] = {
	[MAIL_FROM] = offsetof(struct original, from),
	[MAIL_TO] = offsetof(struct original, to),
	[MAIL_CC] = offsetof(struct original, cc),
	[MAIL_SUBJECT] = offsetof(struct original, subject),
	[MAIL_LIST_ID] = offsetof(struct original, list_id),
};

static void take_text(
	struct original *original, size_t slot, struct span value, struct arena *arena)
{
	const char **text = (const char **)((char *)original + slot);

	if (!*text)
		*text = mail_field_text(value, NULL, arena);
}

static void take_field(
	struct original *original, const struct mail_field *field, struct arena *arena)
{
	const struct span value = field->value;

	switch (field->known) {
	case MAIL_FROM:
	case MAIL_TO:
	case MAIL_CC:
	case MAIL_SUBJECT:
	case MAIL_LIST_ID:
		take_text(original, slots[field->known], value, arena);
		break;
	case MAIL_MESSAGE_ID:
		if (!original->id)
			original->id = original_id(value, arena);
		break;
	case MAIL_DATE:
		if (!original->date)
			original->date = date_text(value, arena);
		break;
	case MAIL_RETURN_PATH:
		if (!original->return_path)
			original->return_path = arena_span(arena, address_find(value));
		break;
	case MAIL_DKIM_SIGNATURE:
		append(&original->dkim, dkim_domain(value, arena), arena);
		break;
	case MAIL_RECEIVED:
		original->complete = true;
		received_hosts(value, &original->received, arena);
		break;
	default:
		break;
	}
}

static void read_fields(
	struct original *original, const struct mail_fields *fields, struct arena *arena)
{
	if (!fields->n)
		return;
	for (size_t i = 0; i < fields->n; i++)
		take_field(original, &fields->v[i], arena);
	original->present =
		original->id || original->from || original->subject || original->complete;
}

/* The header at the start of a text: lines up to the first blank one, blank lines before it
 * skipped. */
static struct span leading_header(struct span text)
{
	struct span rest, line;

	if (!text.n)
		return SPAN_NONE;
	while (text.n &&
		(text.p[0] == '\n' || text.p[0] == '\r' || text.p[0] == ' ' || text.p[0] == '\t'))
		text = span_from(text, 1);
	rest = text;
	while (span_line(&rest, &line))
		if (!line.n)
			return span_make(text.p, line.p);
	return text;
}

struct span original_header(
	const struct mail_part *returned, struct span after, struct arena *arena)
{
	bool cut;

	if (returned && returned->child)
		return returned->child->header;
	if (returned)
		return leading_header(mail_body_decode(returned, HEADER_MAX, arena, &cut));
	return leading_header(after);
}

static struct mail_fields fields_of(
	const struct mail_part *returned, struct span after, struct arena *arena)
{
	struct span header;

	if (returned && returned->child)
		return returned->child->fields;
	header = original_header(returned, after, arena);
	header.n = MIN(header.n, HEADER_MAX);
	return mail_fields_read(header, arena);
}

/* 15.20.7897.25 */
static bool is_version(struct span word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] != '.' && !g_ascii_isdigit(word.p[i]))
			return false;
	return memchr(word.p, '.', word.n);
}

/* RFC 5321 4.4: whoever takes a message notes on top of it from where, by whom and with what id. If
 * that was the reporting server, it is the id in its log. (Exchange notes its version there.) */
static const char *find_queue_id(
	const struct report *report, const struct mail_fields *fields, struct arena *arena)
{
	const struct mail_field *top = mail_fields_first(fields, MAIL_RECEIVED);
	struct span id;

	if (!top || !report->reporting_mta)
		return NULL;
	id = hop_word(top->value, "id");
	if (id.n > 2 && id.p[0] == '<' && id.p[id.n - 1] == '>')
		id = span_make(id.p + 1, id.p + id.n - 1);
	return id.n && !is_version(id) &&
			       span_equal_nocase(hop_word(top->value, "by"), report->reporting_mta)
		       ? arena_span(arena, id)
		       : NULL;
}

void original_read(struct reading *reading)
{
	struct mail_fields fields =
		fields_of(reading->parts.returned, reading->after, reading->arena);
	struct original *original = &reading->report->original;
	struct span id = reading->dsn.original_id;

	read_fields(original, &fields, reading->arena);
	if (!reading->report->queue_id)
		reading->report->queue_id = find_queue_id(reading->report, &fields, reading->arena);
	if (!original->id && id.n)
		original->id = original_id(id, reading->arena);
	/* Haraka and others put the Message-ID there. */
	id = reading->dsn.envelope_id;
	if (!original->id && id.n && id.p[0] == '<')
		original->id = original_id(id, reading->arena);
}
