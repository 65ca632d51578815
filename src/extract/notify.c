/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/notify.h"

#include <stdlib.h>

#include "extract/date.h"
#include "extract/notice.h"
#include "extract/original.h"
#include "extract/plaintext.h"

#define DEPTH_MAX 4      /* notices inside others */
#define EVENTS_MAX 10000 /* of one text */
#define FORM_MAX ((size_t)1 << 20)
#define COUNT_DIGITS 5 /* of attempts */

/* One text of JSON, and what it lies in. */
struct notice {
	struct reading *reading;
	const GPtrArray *services;
	struct plaintext *plain;
	int kind;   /* of the weightiest event; -1: none */
	int events; /* that were read */
};

/* --- One event */

struct event {
	struct notice *notice;
	const struct notice_service *service;
	const json_t *root;
	int kind;
};

static const char *text_of(const struct event *event, enum notice_fact fact, const json_t *at)
{
	return notice_text(event->service, fact, event->root, at, event->notice->reading->arena);
}

/* A value as a span of the plain text; empty where it does not stand there as it is. */
static struct span place(const struct event *event, const char *value, struct span near)
{
	return value ? plaintext_place(event->notice->plain, value, near) : SPAN_NONE;
}

/* Words as a passage; those that do not stand there as they are point at the recipient. */
static struct passage passage_for(
	const struct event *event, const char *words, struct span said, struct span near)
{
	const struct source *source = event->notice->plain->source;
	struct arena *arena = event->notice->reading->arena;
	uint32_t *origin, at;

	if (said.n)
		return passage_of(source, dsn_typed(said, NULL));
	if (!words || !near.n)
		return PASSAGE_NONE;
	said = dsn_typed(span_of(words), NULL);
	at = (uint32_t)(near.p - source->text.p);
	origin = arena_alloc(arena, (said.n + 1) * sizeof *origin);
	for (size_t i = 0; i <= said.n; i++)
		origin[i] = at;
	return (struct passage){source, said, origin};
}

/* The answer that is told apart from its words: `550` and `5.1.1 no such user`. */
static const char *with_reply(const struct event *event, const char *words, const json_t *at)
{
	const char *reply = text_of(event, NOTICE_REPLY, at);

	if (!reply || strlen(reply) != 3 || strspn(reply, "0123456789") != 3 ||
		!strchr("45", reply[0]) || (words && strstr(words, reply)))
		return words;
	return arena_printf(event->notice->reading->arena, "%s %s", reply, words ? words : "");
}

static const char *class_words(const struct event *event, const json_t *at)
{
	const char *class = text_of(event, NOTICE_CLASS, at), *words;

	words = class ? g_hash_table_lookup(event->service->classes, class) : NULL;
	return words ? arena_str(event->notice->reading->arena, words) : class;
}

/* 0 for what counts nothing. */
static int count_of(const char *text)
{
	size_t n = text ? strspn(text, "0123456789") : 0;

	return n && n <= COUNT_DIGITS && !text[n] ? (int)g_ascii_strtoll(text, NULL, 10) : 0;
}

static struct dsn_recipient *fields_of(
	const struct event *event, const json_t *at, struct span address)
{
	struct arena *arena = event->notice->reading->arena;
	struct dsn_recipient *fields = arena_make(arena, struct dsn_recipient);

	fields->source = event->notice->plain->source;
	fields->action = place(event, text_of(event, NOTICE_ACTION, at), address);
	fields->status = place(event, text_of(event, NOTICE_STATUS, at), address);
	fields->remote_mta = span_of(text_of(event, NOTICE_REMOTE_MTA, at));
	fields->remote_ip = span_of(text_of(event, NOTICE_REMOTE_IP, at));
	fields->last_attempt = span_of(text_of(event, NOTICE_LAST_ATTEMPT, at));
	fields->attempts = count_of(text_of(event, NOTICE_ATTEMPTS, at));
	return fields;
}

static bool add_recipient(const struct event *event, const json_t *at)
{
	struct reading *reading = event->notice->reading;
	const char *address = text_of(event, NOTICE_ADDRESS, at), *words, *said;
	struct found found = {.source = event->notice->plain->source, .told = event->kind + 1};

	found.address = address ? dsn_address(span_of(address), reading->arena) : NULL;
	if (!found.address)
		return false;
	found.at = place(event, address, SPAN_NONE);
	found.fields = fields_of(event, at, found.at);
	words = text_of(event, NOTICE_WORDS, at);
	said = with_reply(event, words, at);
	found.near = passage_for(
		event, said, said == words ? place(event, words, found.at) : SPAN_NONE, found.at);
	said = class_words(event, at);
	found.wide = passage_for(event, said, place(event, said, found.at), found.at);
	if (event->kind <= KIND_EXPANDED)
		g_array_append_val(reading->found, found);
	return true;
}

/* All of the list, or the one that the event is about. False where nobody is named. */
static bool add_recipients(const struct event *event)
{
	const GPtrArray *paths = event->service->recipients;
	const json_t *list = NULL, *one;
	bool any = false;
	size_t i;

	for (guint k = 0; k < paths->len && !list; k++)
		list = notice_value(event->root, event->root, paths->pdata[k]);
	if (!json_is_array(list))
		return add_recipient(event, list ? list : event->root) || paths->len;
	json_array_foreach(list, i, one) any |= add_recipient(event, one);
	return any;
}

/* RFC 3339 as it stands, or seconds since 1970. */
static void take_date(const struct event *event)
{
	struct reading *reading = event->notice->reading;
	struct report *report = reading->report;
	const char *date = text_of(event, NOTICE_DATE, event->root);
	g_autoptr(GDateTime) time = NULL;

	if (!date || report->date)
		return;
	if (strspn(date, "0123456789") == strlen(date))
		time = g_date_time_new_from_unix_utc(g_ascii_strtoll(date, NULL, 10));
	else
		time = g_date_time_new_from_iso8601(date, NULL);
	if (time) {
		g_autofree char *text = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S%:z");

		report->date = arena_str(reading->arena, text);
		report->timestamp = g_date_time_to_unix(time);
	} else {
		report->date = date_text(span_of(date), reading->arena);
	}
}

/* Events about different messages leave it open which one came back. */
static void take_original(const struct event *event)
{
	struct reading *reading = event->notice->reading;
	const char *id = text_of(event, NOTICE_ORIGINAL_ID, event->root);
	struct original original = {
		.id = id ? original_id(span_of(id), reading->arena) : NULL,
		.from = text_of(event, NOTICE_ORIGINAL_FROM, event->root),
		.to = text_of(event, NOTICE_ORIGINAL_TO, event->root),
		.subject = text_of(event, NOTICE_ORIGINAL_SUBJECT, event->root),
		.date = date_text(
			span_of(text_of(event, NOTICE_ORIGINAL_DATE, event->root)), reading->arena),
	};

	original.present = original.id || original.subject || original.from;
	if (!event->notice->events)
		reading->report->original = original;
	else if (!original.id || g_strcmp0(original.id, reading->report->original.id) != 0)
		reading->report->original = (struct original){.id = NULL};
}

static bool read_event(struct notice *notice, const json_t *root)
{
	struct reading *reading = notice->reading;
	struct event event = {notice, NULL, root, -1};

	for (guint i = 0; i < notice->services->len; i++) {
		const char *server;

		event.service = notice->services->pdata[i];
		event.kind = notice_kind(event.service, root, reading->arena);
		if (event.kind < 0 || !add_recipients(&event))
			continue;
		server = text_of(&event, NOTICE_REPORTING_MTA, root);
		if (server && !reading->report->reporting_mta)
			reading->report->reporting_mta =
				arena_span(reading->arena, dsn_host(span_of(server)));
		reading->notice = arena_str(reading->arena, event.service->id);
		take_date(&event);
		take_original(&event);
		if (notice->kind < 0 || event.kind < notice->kind)
			notice->kind = event.kind; /* their order is that of their weight */
		notice->events++;
		return true;
	}
	return false;
}

/* --- What events lie in */

static bool read_any(struct notice *notice, const json_t *value, int depth);

/* JSON within a string of JSON. */
static bool read_inner(struct notice *notice, const char *text, int depth)
{
	struct plaintext *outer = notice->plain;
	struct span inner = plaintext_place(outer, text, SPAN_NONE);
	json_t *root = NULL;
	bool ok = false;

	if (inner.n && strchr("{[", inner.p[0])) {
		notice->plain =
			plaintext_of_json(outer->source, inner, notice->reading->arena, &root);
		ok = root && read_any(notice, root, depth + 1);
		json_decref(root);
		plaintext_free(notice->plain);
		notice->plain = outer;
	}
	return ok;
}

static bool unwrap(struct notice *notice, const json_t *root, int depth)
{
	for (guint i = 0; i < notice->services->len; i++) {
		const struct notice_service *service = notice->services->pdata[i];

		for (guint k = 0; k < service->inside->len; k++) {
			const json_t *inner = notice_value(root, root, service->inside->pdata[k]);

			if (json_is_string(inner) &&
				read_inner(notice, json_string_value(inner), depth))
				return true;
			if ((json_is_object(inner) || json_is_array(inner)) &&
				read_any(notice, inner, depth + 1))
				return true;
		}
	}
	return false;
}

static bool read_any(struct notice *notice, const json_t *value, int depth)
{
	const json_t *one;
	bool any = false;
	size_t i;

	if (depth > DEPTH_MAX)
		return false;
	if (json_is_object(value))
		return unwrap(notice, value, depth) || read_event(notice, value);
	json_array_foreach(value, i, one)
	{
		if (i == EVENTS_MAX || !json_is_object(one))
			break;
		any |= read_any(notice, one, depth + 1);
	}
	return any;
}

/* --- The text */

/* `{ "` or `[ {`: so an object, or a list of them, begins. */
static bool begins_json(struct span text)
{
	struct span rest = text.n ? span_trim(span_from(text, 1)) : text;

	if (!text.n || !rest.n)
		return false;
	return text.p[0] == '{' ? rest.p[0] == '"' : text.p[0] == '[' && rest.p[0] == '{';
}

/* At the start, or of a line behind some words to people. */
static struct span find_json(struct span text)
{
	struct span rest = span_trim(text);
	const char *end = rest.p + rest.n;

	if (begins_json(rest))
		return rest;
	for (const char *at = rest.p; (at = span_either(at, end, '{', '[')) < end; at++)
		if (at == rest.p || at[-1] == '\n' || at[-1] == '\r') {
			rest = span_make(at, text.p + text.n);
			return begins_json(rest) ? rest : SPAN_NONE;
		}
	return SPAN_NONE;
}

/* `name=value&...` and nothing else. */
static struct span find_form(struct span text)
{
	size_t n = 0;

	text = span_trim(text);
	while (n < text.n && (g_ascii_isalnum(text.p[n]) || strchr("-_.%", text.p[n])))
		n++;
	if (!n || n == text.n || text.p[n] != '=' || text.n > FORM_MAX)
		return SPAN_NONE;
	for (size_t i = n; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ' && text.p[i] != '\n' && text.p[i] != '\r')
			return SPAN_NONE;
	return text;
}

bool notify_read(struct reading *reading, int *kind)
{
	const struct source *source = reading->text;
	struct span json = find_json(source->text), form;
	struct notice notice = {
		.reading = reading, .services = reading->extractor->services, .kind = -1};
	json_t *root = NULL;
	bool ok;

	if (json.n) {
		notice.plain = plaintext_of_json(source, json, reading->arena, &root);
	} else {
		form = find_form(source->text);
		if (form.n)
			notice.plain = plaintext_of_form(source, form, reading->arena, &root);
	}
	ok = root && read_any(&notice, root, 0);
	reading->notice_cut = ok && notice.plain->cut;
	json_decref(root);
	plaintext_free(notice.plain);
	if (!ok)
		return false;
	reading->body = SPAN_NONE;
	*kind = notice.kind;
	return true;
}
