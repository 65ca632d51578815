/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jansson tells the structure but not the places, so each value is then looked for in the text,
 * from the recipient's own address on; one that stands there in another form (escapes) is used
 * without a place.
 */
#include "extract/notify.h"

#include <jansson.h>

#define DEPTH_MAX 3 /* messages inside messages */

struct notice {
	struct reading *reading;
	struct span clean; /* the text with line breaks as blanks: mails fold long lines inside
			      strings */
	size_t cursor;     /* values are looked for from here on */
	int kind;
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : NULL;
}

/* A value as a span of the source where it stands there verbatim, else as a copy. */
static struct span place(const struct notice *notice, const char *value)
{
	struct span text = notice->reading->text->text;
	const char *at;

	if (!value)
		return SPAN_NONE;
	at = span_find(span_from(notice->clean, notice->cursor), value);
	if (at)
		return (struct span){text.p + (at - notice->clean.p), strlen(value)};
	return span_of(arena_str(notice->reading->arena, value));
}

/* A passage of any words: those without a place point at the recipient's address. */
static struct passage passage_for(const struct notice *notice, struct span words)
{
	struct span text = notice->reading->text->text;
	uint32_t *origin;

	if (!words.n)
		return PASSAGE_NONE;
	if (words.p >= text.p && words.p + words.n <= text.p + text.n)
		return passage_of(notice->reading->text, words);
	origin = arena_alloc(notice->reading->arena, (words.n + 1) * sizeof *origin);
	for (size_t i = 0; i <= words.n; i++)
		origin[i] = (uint32_t)notice->cursor;
	return (struct passage){notice->reading->text, words, origin};
}

/* What a service says of one recipient; NULL where it says nothing. */
struct item {
	const char *address, *action, *status, *words, *class;
};

static void add(struct notice *notice, const struct item *item)
{
	struct reading *reading = notice->reading;
	struct dsn_recipient *fields;
	struct found found = {.source = reading->text};

	if (!item->address)
		return;
	found.at = place(notice, item->address);
	found.address = dsn_address(span_of(item->address), reading->arena);
	if (found.at.p >= reading->text->text.p &&
		found.at.p < reading->text->text.p + reading->text->text.n)
		notice->cursor = (size_t)(found.at.p - reading->text->text.p);
	fields = arena_make(reading->arena, struct dsn_recipient);
	fields->source = reading->text;
	fields->action = place(notice, item->action);
	fields->status = place(notice, item->status);
	found.fields = fields;
	found.near = passage_for(notice, dsn_typed(place(notice, item->words), NULL));
	found.wide = passage_for(notice, span_of(item->class));
	g_array_append_val(reading->found, found);
}

static void take_original(struct notice *notice, const json_t *headers)
{
	struct original *original = &notice->reading->report->original;
	struct arena *arena = notice->reading->arena;
	const json_t *to = json_object_get(headers, "to"), *from = json_object_get(headers, "from");
	const char *id = text_of(headers, "messageId");

	if (!id)
		id = text_of(headers, "message-id");
	if (id) {
		struct span bare = span_of(id);

		if (bare.n > 2 && bare.p[0] == '<' && bare.p[bare.n - 1] == '>')
			bare = (struct span){bare.p + 1, bare.n - 2};
		original->id = arena_span(arena, bare);
	}
	original->subject = arena_str(arena, text_of(headers, "subject"));
	original->date = arena_str(arena, text_of(headers, "date"));
	original->to =
		arena_str(arena, json_string_value(json_is_array(to) ? json_array_get(to, 0) : to));
	original->from = arena_str(
		arena, json_string_value(json_is_array(from) ? json_array_get(from, 0) : from));
	original->present = original->id || original->subject || original->from;
}

/* --- Amazon SES */

static const struct ses_event {
	const char *name;       /* notificationType or eventType */
	const char *member;     /* the object with the details */
	const char *recipients; /* its list */
	const char *type, *subtype;
	int kind;
} ses_events[] = {
	{"Bounce", "bounce", "bouncedRecipients", "bounceType", "bounceSubType", KIND_FAILURE},
	{"DeliveryDelay", "deliveryDelay", "delayedRecipients", "delayType", NULL, KIND_DELAY},
	{"Complaint", "complaint", NULL, NULL, NULL, KIND_COMPLAINT},
	{"Delivery", "delivery", NULL, NULL, NULL, KIND_DELIVERED},
};

static void read_ses_recipients(
	struct notice *notice, const struct ses_event *event, const json_t *details)
{
	const char *type = event->type ? text_of(details, event->type) : NULL;
	const char *subtype = event->subtype ? text_of(details, event->subtype) : NULL;
	const json_t *recipient;
	size_t i;

	json_array_foreach(json_object_get(details, event->recipients), i, recipient)
	{
		struct item item = {
			.address = text_of(recipient, "emailAddress"),
			.action = text_of(recipient, "action"),
			.status = text_of(recipient, "status"),
			.words = text_of(recipient, "diagnosticCode"),
		};

		if (type)
			item.class = arena_printf(
				notice->reading->arena, subtype ? "%s/%s" : "%s", type, subtype);
		add(notice, &item);
	}
}

static bool read_ses(struct notice *notice, const json_t *root)
{
	const char *name = text_of(root, "notificationType");
	const json_t *details, *mail = json_object_get(root, "mail");
	struct report *report = notice->reading->report;

	if (!name)
		name = text_of(root, "eventType");
	for (size_t i = 0; name && i < G_N_ELEMENTS(ses_events); i++) {
		const struct ses_event *event = &ses_events[i];

		details = json_object_get(root, event->member);
		if (strcmp(name, event->name) != 0 || !json_is_object(details))
			continue;
		notice->kind = event->kind;
		if (text_of(details, "reportingMTA"))
			report->reporting_mta = arena_span(
				report->arena, dsn_host(span_of(text_of(details, "reportingMTA"))));
		if (event->recipients)
			read_ses_recipients(notice, event, details);
		take_original(notice, json_object_get(mail, "commonHeaders"));
		return true;
	}
	return false;
}

/* --- Mailgun and SendGrid */

static const struct event_name {
	const char *name;
	int kind;
} event_names[] = {
	{"failed", KIND_FAILURE},
	{"bounce", KIND_FAILURE},
	{"bounced", KIND_FAILURE},
	{"dropped", KIND_FAILURE},
	{"blocked", KIND_FAILURE},
	{"deferred", KIND_DELAY},
	{"delivered", KIND_DELIVERED},
	{"complained", KIND_COMPLAINT},
	{"spamreport", KIND_COMPLAINT},
};

static bool read_event(struct notice *notice, const json_t *event)
{
	const json_t *delivery = json_object_get(event, "delivery-status");
	const char *name = text_of(event, "event");
	struct item item = {
		.address = text_of(event, "recipient") ? text_of(event, "recipient")
						       : text_of(event, "email"),
		.status = text_of(event, "status"),
		.words = text_of(event, "reason"),
		.class = text_of(event, "bounce_classification"),
	};

	for (size_t i = 0; name && item.address && i < G_N_ELEMENTS(event_names); i++) {
		if (strcmp(name, event_names[i].name) != 0)
			continue;
		notice->kind = event_names[i].kind;
		if (notice->kind == KIND_FAILURE &&
			g_strcmp0(text_of(event, "severity"), "temporary") == 0)
			notice->kind = KIND_DELAY;
		if (text_of(delivery, "message"))
			item.words = text_of(delivery, "message");
		else if (text_of(delivery, "description"))
			item.words = text_of(delivery, "description");
		if (notice->kind == KIND_FAILURE || notice->kind == KIND_DELAY)
			add(notice, &item);
		take_original(
			notice, json_object_get(json_object_get(event, "message"), "headers"));
		return true;
	}
	return false;
}

static bool read_events(struct notice *notice, const json_t *root)
{
	const json_t *event;
	bool any = false;
	size_t i;

	if (json_is_object(json_object_get(root, "event-data")))
		return read_event(notice, json_object_get(root, "event-data"));
	if (!json_is_array(root))
		return read_event(notice, root);
	json_array_foreach(root, i, event) any |= read_event(notice, event);
	return any;
}

static bool read_root(struct notice *notice, const char *text, size_t n, int depth)
{
	json_t *root = json_loadb(text, n, JSON_DISABLE_EOF_CHECK, NULL);
	const char *inner = root ? text_of(root, "Message") : NULL;
	bool ok = root && (read_ses(notice, root) || read_events(notice, root));

	if (!ok && inner && depth < DEPTH_MAX)
		ok = read_root(notice, inner, strlen(inner), depth + 1);
	json_decref(root);
	return ok;
}

bool notify_read(struct reading *reading, int *kind)
{
	struct span text = reading->text->text, trimmed = span_trim(text);
	struct notice notice = {.reading = reading};
	char *clean;

	if (!trimmed.n || (trimmed.p[0] != '{' && trimmed.p[0] != '['))
		return false;
	if (!span_find(trimmed, "\"notificationType") && !span_find(trimmed, "\"eventType") &&
		!span_find(trimmed, "\"event\"") && !span_find(trimmed, "\"Message\""))
		return false;
	clean = arena_span(reading->arena, text);
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)clean[i] < ' ')
			clean[i] = ' ';
	notice.clean = (struct span){clean, text.n};
	if (!read_root(&notice, clean + (trimmed.p - text.p), trimmed.n, 0))
		return false;
	reading->body = SPAN_NONE;
	*kind = notice.kind;
	return true;
}
