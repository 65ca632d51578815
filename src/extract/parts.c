/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/parts.h"

#include "mail/decode.h"

#define PARTS_FEW 4                  /* of most messages */
#define ADOPTED_MAX 8                /* parts that are looked into */
#define LOOKED_AT ((size_t)16 << 10) /* bytes of each */

/* What a part is for, by its type. Types that are not listed are for people when they are text,
 * else nothing. */
enum role {
	ROLE_NONE,
	ROLE_TEXT,
	ROLE_HTML,
	ROLE_JSON,
	ROLE_STATUS,
	ROLE_DISPOSITION,
	ROLE_FEEDBACK,
	ROLE_RETURNED,
	ROLE_ARCHIVE
};
static const struct {
	const char *type, *subtype;
	enum role role;
} roles[] = {
	{"text", "plain", ROLE_TEXT},
	{"text", "html", ROLE_HTML},
	{"message", "delivery-status", ROLE_STATUS},
	{"message", "global-delivery-status", ROLE_STATUS},
	{"message", "disposition-notification", ROLE_DISPOSITION},
	{"message", "global-disposition-notification", ROLE_DISPOSITION},
	{"message", "feedback-report", ROLE_FEEDBACK},
	{"message", "rfc822", ROLE_RETURNED},
	{"message", "global", ROLE_RETURNED},
	{"message", "partial", ROLE_RETURNED},
	{"message", "rfc822-headers", ROLE_RETURNED},
	{"message", "global-headers", ROLE_RETURNED},
	{"text", "rfc822-headers", ROLE_RETURNED},
	{"text", "rfc822", ROLE_RETURNED},
	{"application", "zip", ROLE_ARCHIVE},
	{"application", "gzip", ROLE_ARCHIVE},
	{"application", "x-gzip", ROLE_ARCHIVE},
	{"application", "tlsrpt+gzip", ROLE_ARCHIVE},
	{"application", "tlsrpt+json", ROLE_ARCHIVE},
	{"application", "json", ROLE_JSON},
	{"application", "x-ndjson", ROLE_JSON},
	{"application", "x-www-form-urlencoded", ROLE_JSON},
};

static enum role role_of(const struct mail_part *part)
{
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		if (mail_is(part, roles[i].type, roles[i].subtype))
			return roles[i].role;
	return mail_is(part, "text", NULL) ? ROLE_TEXT : ROLE_NONE;
}

static void add(struct part_list *list, const struct mail_part *part, struct arena *arena)
{
	if (list->n == list->room) {
		const struct mail_part **more;

		list->room = MAX(2 * list->room, PARTS_FEW);
		more = arena_alloc(arena, list->room * sizeof *more);
		if (list->n)
			memcpy(more, list->v, list->n * sizeof *more);
		list->v = more;
	}
	list->v[list->n++] = part;
}

static void add_first(struct part_list *list, const struct mail_part *part, struct arena *arena)
{
	add(list, part, arena);
	memmove(list->v + 1, list->v, (list->n - 1) * sizeof *list->v);
	list->v[0] = part;
}

static void take(struct parts *parts, const struct mail_part *part, struct part_list *html,
	struct arena *arena)
{
	switch (role_of(part)) {
	case ROLE_JSON: /* before what tells people about it */
		add_first(&parts->texts, part, arena);
		break;
	case ROLE_TEXT:
		add(&parts->texts, part, arena);
		break;
	case ROLE_HTML:
		add(html, part, arena);
		break;
	case ROLE_DISPOSITION:
		parts->disposition = part;
		break;
	case ROLE_STATUS:
		add(&parts->reports, part, arena);
		break;
	case ROLE_FEEDBACK:
		parts->feedback = part;
		break;
	case ROLE_RETURNED:
		if (!parts->returned)
			parts->returned = part;
		break;
	case ROLE_ARCHIVE:
		parts->attached_report = true;
		break;
	case ROLE_NONE:
		break;
	}
}

void parts_sort(struct parts *parts, const struct mail_part *message, struct arena *arena)
{
	const struct mail_part *end = mail_skip(message);
	struct part_list html = {NULL, 0, 0};

	*parts = (struct parts){.message = message};
	for (const struct mail_part *part = message; part && part != end;) {
		bool leaf = !part->child || mail_is(part, "message", NULL);

		if (leaf)
			take(parts, part, &html, arena);
		part = leaf ? mail_skip(part) : mail_next(part);
	}
	for (size_t i = 0; i < html.n; i++)
		add(&parts->texts, html.v[i], arena);
}

static bool has_field_of_report(struct span text)
{
	static const char *const names[] = {"Final-Recipient:", "Original-Recipient:"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *at = span_find_nocase(text, names[i]);

		if (at && (at == text.p || at[-1] == '\n' || at[-1] == '\r'))
			return true;
	}
	return false;
}

static bool is_media(const struct mail_part *part)
{
	static const char *const types[] = {"image", "audio", "video", "font"};

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (mail_is(part, types[i], NULL))
			return true;
	return false;
}

static void adopt(struct parts *parts, const struct mail_part *part, struct arena *arena)
{
	bool cut;
	struct span text = mail_body_decode(part, LOOKED_AT, arena, &cut);

	if (!text.n || memchr(text.p, '\0', text.n))
		return;
	if (has_field_of_report(text))
		add(&parts->reports, part, arena);
	else if (!parts->texts.n)
		add(&parts->texts, part, arena);
}

void parts_adopt(struct parts *parts, struct arena *arena)
{
	const struct mail_part *end = mail_skip(parts->message);
	int looked = 0;

	if (parts->reports.n)
		return;
	for (const struct mail_part *part = parts->message;
		part && part != end && looked < ADOPTED_MAX;) {
		bool leaf = !part->child || mail_is(part, "message", NULL);

		if (leaf && !part->child && role_of(part) == ROLE_NONE && !is_media(part)) {
			adopt(parts, part, arena);
			looked++;
		}
		part = leaf ? mail_skip(part) : mail_next(part);
	}
}
