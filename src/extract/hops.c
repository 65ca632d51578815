/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/hops.h"

#include <glib.h>

#include "base/address.h"
#include "extract/date.h"
#include "mail/mail.h"

#define VALUE_MAX 4096 /* of a field that is read */

static const bool ends_word[256] = {['('] = true,
	[')'] = true,
	[';'] = true,
	[' '] = true,
	['\t'] = true,
	['\n'] = true,
	['\f'] = true,
	['\r'] = true}; /* as g_ascii_isspace() has it */

/* The next word outside comments; SPAN_NONE at the end, or where the date begins. */
static struct span next_word(struct span value, size_t *at)
{
	unsigned depth = 0;

	for (; *at < value.n; ++*at) {
		char c = value.p[*at];
		size_t start = *at;

		if (c == '(')
			depth++;
		else if (c == ')' && depth)
			depth--;
		else if (!depth && c == ';')
			break;
		if (depth || c == ')' || g_ascii_isspace(c))
			continue;
		while (*at < value.n && !ends_word[(unsigned char)value.p[*at]])
			++*at;
		return span_make(value.p + start, value.p + *at);
	}
	return SPAN_NONE;
}

struct span hop_word(struct span value, const char *key)
{
	size_t at = 0;
	struct span word;

	while ((word = next_word(value, &at)).n)
		if (span_equal_nocase(word, key))
			return next_word(value, &at);
	return SPAN_NONE;
}

static const char *text_behind(struct span value, const char *key, struct arena *arena)
{
	struct span word = hop_word(value, key);

	if (word.n > 2 && word.p[0] == '<' && word.p[word.n - 1] == '>')
		word = span_make(word.p + 1, word.p + word.n - 1);
	return word.n ? arena_span(arena, word) : NULL;
}

/* The first address in brackets before `by`: "(name [192.0.2.1])", "[IPv6:2001:db8::1]". */
static const char *find_ip(struct span value, struct arena *arena)
{
	struct span by = hop_word(value, "by");

	if (by.n)
		value = span_make(value.p, by.p);
	for (const char *open; value.n && (open = memchr(value.p, '[', value.n));) {
		struct span inside = span_from(value, (size_t)(open - value.p) + 1);
		const char *close = inside.n ? memchr(inside.p, ']', inside.n) : NULL;

		if (!close)
			return NULL;
		value = span_from(inside, (size_t)(close - inside.p) + 1);
		inside = span_make(inside.p, close);
		if (span_starts_nocase(inside, "IPv6:"))
			inside = span_from(inside, strlen("IPv6:"));
		if (ip_version(inside))
			return arena_span(arena, inside);
	}
	return NULL;
}

static struct hop read_hop(struct span value, struct arena *arena)
{
	struct hop hop = {.time = HOP_UNKNOWN, .delay = HOP_UNKNOWN};
	const char *semicolon;

	value.n = MIN(value.n, VALUE_MAX);
	if (!value.n)
		return hop;
	hop.from = text_behind(value, "from", arena);
	hop.by = text_behind(value, "by", arena);
	hop.with = text_behind(value, "with", arena);
	hop.id = text_behind(value, "id", arena);
	hop.ip = find_ip(value, arena);
	semicolon = memrchr(value.p, ';', value.n);
	if (semicolon)
		date_read(span_make(semicolon + 1, value.p + value.n), &hop.date, &hop.time, arena);
	return hop;
}

/*
 * Clocks differ. Where one is behind, time does not run backwards: the step is unknown, and the
 * next is measured from whichever clock gives less, since so much has surely passed.
 */
static void measure(struct hops *hops)
{
	int64_t latest = HOP_UNKNOWN;

	hops->last = HOP_UNKNOWN;
	for (size_t i = 0; i < hops->n; i++) {
		struct hop *hop = &hops->v[i];

		if (hop->time == HOP_UNKNOWN)
			continue;
		if (hops->last != HOP_UNKNOWN && hop->time < hops->last)
			hop->skew = hops->last - hop->time;
		else if (hops->last != HOP_UNKNOWN)
			hop->delay = hop->time - (hop->time < latest ? hops->last : latest);
		latest = MAX(latest, hop->time);
		hops->last = hop->time;
		hops->last_date = hop->date;
	}
}

struct hops hops_read(struct span header, struct arena *arena)
{
	struct hops hops = {.v = arena_alloc(arena, HOPS_MAX * sizeof *hops.v)};
	struct span name, value;
	size_t at = 0;

	while (header.n && mail_field_next(header, &at, &name, &value)) {
		if (!span_equal_nocase(name, "received"))
			continue;
		if (hops.n == HOPS_MAX) {
			hops.cut = true;
			break;
		}
		hops.v[hops.n++] = read_hop(value, arena);
	}
	/* Each server writes its field on top of those that are there. */
	for (size_t i = 0; i < hops.n / 2; i++) {
		struct hop newer = hops.v[i];

		hops.v[i] = hops.v[hops.n - 1 - i];
		hops.v[hops.n - 1 - i] = newer;
	}
	measure(&hops);
	return hops;
}
