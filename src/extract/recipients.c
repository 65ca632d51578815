/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/recipients.h"

#include "extract/layout.h"

#include "base/address.h"
#include "base/strhash.h"

static bool has_dot(const char *address)
{
	struct span domain = address_domain(span_of(address));

	return domain.n && (memchr(domain.p, '.', domain.n) || domain.p[0] == '[');
}

static bool is_same(const char *a, const char *b)
{
	return a && b && g_ascii_strcasecmp(a, b) == 0;
}

/*
 * RFC 3464: the final one is the address that failed, the original one what the sender wrote. Where
 * the final one is no mail address (a pipe, X.400, a name inside the far system) the original one
 * stands for both.
 */
static void choose_address(
	struct reading *reading, const struct dsn_recipient *fields, struct found *found)
{
	const char *final = dsn_address(fields->final, reading->arena);
	const char *original = dsn_address(fields->original, reading->arena);
	struct span value = fields->final;

	if (original && (!final || (!has_dot(final) && has_dot(original)))) {
		final = original;
		value = fields->original;
	}
	found->address = final;
	found->written = is_same(final, original) ? NULL : original;
	found->at = address_find(value);
	if (!found->at.n || found->at.p < value.p || found->at.p > value.p + value.n)
		found->at = value;
}

void recipients_from_fields(struct reading *reading)
{
	for (guint i = 0; i < reading->dsn.recipients->len; i++) {
		const struct dsn_recipient *fields =
			&g_array_index(reading->dsn.recipients, struct dsn_recipient, i);
		struct found found = {.fields = fields, .source = fields->source};

		choose_address(reading, fields, &found);
		g_array_append_val(reading->found, found);
	}
}

static void take_words(struct found *found, const struct found *text)
{
	found->reply = text->reply;
	found->near = text->near;
	found->wide = text->wide;
	found->intro = text->intro;
	found->phase = text->phase;
	if (!found->written && text->written && !is_same(text->written, found->address))
		found->written = text->written;
}

static const struct found *find_text(const GArray *text, const struct found *found)
{
	for (guint i = 0; i < text->len; i++) {
		const struct found *other = &g_array_index(text, struct found, i);

		if (is_same(other->address, found->address) ||
			is_same(other->address, found->written))
			return other;
	}
	return NULL;
}

/* The first that has an address counts, as in find_text(). */
static GHashTable *by_address(const GArray *text)
{
	GHashTable *table = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < text->len; i++) {
		const struct found *other = &g_array_index(text, struct found, i);

		char *key = other->address ? g_ascii_strdown(other->address, -1) : NULL;

		if (!key || g_hash_table_contains(table, key))
			g_free(key);
		else
			g_hash_table_insert(table, key, (void *)other);
	}
	return table;
}

static const struct found *look_up(GHashTable *table, const char *address)
{
	g_autofree char *key = address ? g_ascii_strdown(address, -1) : NULL;

	return key ? g_hash_table_lookup(table, key) : NULL;
}

void recipients_join(struct reading *reading, GArray *text)
{
	bool many = (uint64_t)text->len * reading->found->len > 1000;
	g_autoptr(GHashTable) table = many ? by_address(text) : NULL;

	for (guint i = 0; i < reading->found->len; i++) {
		struct found *found = reading_found(reading, i);
		const struct found *other =
			many ? look_up(table, found->address) : find_text(text, found);

		if (!other && many)
			other = look_up(table, found->written);
		/* One recipient in both places is the same one, under whatever name. */
		if (!other && text->len == 1 && reading->found->len == 1)
			other = &g_array_index(text, struct found, 0);
		if (!other)
			continue;
		take_words(found, other);
		if (!found->address) {
			found->address = other->address;
			found->source = other->source;
			found->at = other->at;
		}
	}
}

void recipients_from_header(struct reading *reading)
{
	struct span raw = reading->header.failed_recipients;
	struct found *only = reading->found->len == 1 ? reading_found(reading, 0) : NULL;
	struct source *source;
	size_t at = 0;

	if (reading->found->len && !(only && !only->address))
		return;
	if (raw.n && memchr(raw.p, '\0', raw.n))
		return; /* what follows is no whole address */
	source = raw.n ? source_of_field(
				 raw, mail_field_text(raw, NULL, reading->arena), reading->arena)
		       : NULL;
	while (source && at < source->text.n) {
		struct span address = address_next(source->text, &at);
		struct found found = only ? *only : (struct found){0};

		if (!address.n)
			return;
		found.address = arena_span(reading->arena, address);
		found.source = source;
		found.at = address;
		if (only) {
			*only = found;
			only = NULL;
		} else {
			g_array_append_val(reading->found, found);
		}
	}
}

/* --- Last resorts */

static struct span only_address(struct span value)
{
	size_t at = 0;
	struct span first = address_next(value, &at), second = address_next(value, &at);

	return second.n ? SPAN_NONE : first;
}

/*
 * bounces+user=example.org@lists.example.net, bounces-user=example.org@...: only this form, and
 * only when the domain that it gives has a dot.
 */
static const char *decode_verp(struct span address, struct arena *arena)
{
	struct span local = address_local(address);
	const char *equals = local.n ? memrchr(local.p, '=', local.n) : NULL;
	const char *tag = equals;
	const char *decoded;

	while (tag && tag > local.p && tag[-1] != '+' && tag[-1] != '-')
		tag--;
	if (!tag || tag == local.p || tag == equals)
		return NULL;
	decoded = arena_printf(arena, "%.*s@%.*s", (int)(equals - tag), tag,
		(int)(local.p + local.n - equals - 1), equals + 1);
	return address_class(span_of(decoded)) == ADDRESS_OK && has_dot(decoded) ? decoded : NULL;
}

static void add(
	struct reading *reading, const char *address, const struct source *source, struct span at)
{
	struct found found = {
		.address = address, .source = source, .at = at, .reply = reading->reply};

	if (reading->found->len && !reading_found(reading, 0)->address) {
		struct found *first = reading_found(reading, 0);

		first->address = address;
		first->source = source;
		first->at = at;
		return;
	}
	g_array_append_val(reading->found, found);
}

static bool is_of_field(struct span address, const char *field)
{
	struct span in = span_of(field), next;
	size_t at = 0;

	while ((next = address_next(in, &at)).n)
		if (next.n == address.n && g_ascii_strncasecmp(next.p, address.p, next.n) == 0)
			return true;
	return false;
}

void recipients_last_resort(struct reading *reading)
{
	const struct original *original = &reading->report->original;
	struct span to = span_of(original->to);
	struct source *source;
	struct span only, tagged;
	const char *decoded;

	if (reading->found->len && reading_found(reading, 0)->address)
		return;
	only = to.n && !original->cc ? only_address(to) : SPAN_NONE;
	if (only.n) {
		add(reading, arena_span(reading->arena, only), NULL, SPAN_NONE);
		return;
	}
	/* A list that refuses a post (Mailman) names itself in its header. */
	only = address_find(reading->header.been_there);
	if (only.n) {
		add(reading, arena_span(reading->arena, only), NULL, SPAN_NONE);
		return;
	}
	source = source_of_field(reading->header.subject, reading->report->subject, reading->arena);
	only = source ? only_address(source->text) : SPAN_NONE;
	if (only.n && !is_of_field(only, reading->report->to) &&
		!is_of_field(only, reading->report->from)) {
		add(reading, arena_span(reading->arena, only), source, only);
		return;
	}
	source = source_of_field(reading->header.to, reading->report->to, reading->arena);
	tagged = source ? only_address(source->text) : SPAN_NONE;
	decoded = tagged.n ? decode_verp(tagged, reading->arena) : NULL;
	if (decoded)
		add(reading, decoded, source, tagged);
}

void recipients_give_text(struct reading *reading)
{
	struct found *only = reading->found->len == 1 ? reading_found(reading, 0) : NULL;

	if (!only || !reading->text || !passage_is_empty(&only->near) ||
		!passage_is_empty(&only->wide))
		return;
	if (reading->format)
		only->near = layout_answer(reading, reading->format);
	only->wide = passage_of(reading->text, reading->body);
	only->whole = true;
}

void recipients_unique(struct reading *reading)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	guint kept = 0;

	if (reading->found->len < 2)
		return;
	for (guint i = 0; i < reading->found->len; i++) {
		struct found *found = reading_found(reading, i);

		if (found->address && !g_hash_table_add(seen, g_ascii_strdown(found->address, -1)))
			continue;
		if (kept != i)
			*reading_found(reading, kept) = *found;
		kept++;
	}
	g_array_set_size(reading->found, kept);
}

bool recipients_are_named(const struct reading *reading)
{
	for (guint i = 0; i < reading->found->len; i++)
		if (reading_found(reading, i)->address)
			return true;
	return false;
}
