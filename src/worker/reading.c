/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/reading.h"

#include "extract/returned.h"
#include "mail/decode.h"
#include "worker/wire.h"

#define HEADER_MAX ((size_t)1 << 20)
#define LOOK_FOR_NUL 4096 /* bytes of a part that tell whether it is text */

static void part_free(gpointer data)
{
	struct reading_part *part = data;

	g_free(part->id);
	g_free(part->type);
	g_free(part->filename);
	g_free(part);
}

static struct reading *reading_new(void)
{
	struct reading *reading = g_new0(struct reading, 1);

	reading->parts = g_ptr_array_new_with_free_func(part_free);
	return reading;
}

void reading_free(struct reading *reading)
{
	if (!reading)
		return;
	g_ptr_array_unref(reading->parts);
	g_free(reading->part);
	g_free(reading->header);
	g_free(reading->returned);
	g_free(reading->text);
	g_free(reading->origin);
	g_free(reading);
}

/* --- made, in the child */

static struct reading_part *part_made(const struct mail *mail, const struct mail_part *of)
{
	struct reading_part *part = g_new0(struct reading_part, 1);

	part->id = g_strdup(of->id);
	part->type = g_strdup_printf("%s/%s", of->type, of->subtype);
	part->filename = g_strdup(of->filename);
	part->depth = of->depth;
	part->raw_at = (uint64_t)(of->body.p - mail->bytes.p);
	part->raw_n = of->body.n;
	return part;
}

/* The one that is asked for, else the first text, else the first of all. */
static const struct mail_part *choose(const struct mail *mail, const char *id)
{
	const struct mail_part *first = NULL, *text = NULL;

	for (const struct mail_part *part = mail->root; part; part = mail_next(part)) {
		if (mail_is(part, "multipart", NULL))
			continue;
		if (id && !strcmp(part->id, id))
			return part;
		if (!first)
			first = part;
		if (!text && mail_is(part, "text", NULL))
			text = part;
	}
	return text ? text : first;
}

static char *header_text(struct span header, struct arena *arena)
{
	GString *out = g_string_new(NULL);
	struct span name, value;
	size_t at = 0;

	while (out->len < HEADER_MAX && mail_field_next(header, &at, &name, &value)) {
		g_string_append_len(out, name.p, (gssize)name.n);
		g_string_append_printf(out, ": %s\n", mail_field_text(value, NULL, arena));
	}
	return g_string_free(out, FALSE);
}

static bool is_text(const struct mail_part *part, struct arena *arena)
{
	bool cut;
	struct span head;

	if (mail_is(part, "text", NULL) || mail_is(part, "message", NULL))
		return true;
	head = mail_body_decode(part, LOOK_FOR_NUL, arena, &cut);
	return head.n && !memchr(head.p, '\0', head.n);
}

static void read_text(struct reading *reading, const struct mail_part *part, struct arena *arena)
{
	struct mail_text *decoded;
	struct span text;

	if (!is_text(part, arena))
		return;
	decoded = mail_text_decode(part, 0, arena);
	text = decoded->text;
	reading->cut |= decoded->cut;
	if (mail_is(part, "text", "html")) {
		struct mail_html html = mail_html_text(text, arena);

		text = html.text;
		reading->origin = g_memdup2(html.origin, (text.n + 1) * sizeof *html.origin);
	}
	reading->text = span_dup(text);
	reading->text_n = text.n;
}

struct reading *reading_make(struct span bytes, const char *id)
{
	struct reading *reading = reading_new();
	struct arena *arena = arena_new();
	struct mail *mail = mail_parse(bytes, arena);
	const struct mail_part *shown = choose(mail, id), *part;
	struct span returned;

	reading->cut = mail->cut_depth || mail->cut_parts;
	/* There always is one. */
	part = mail->root;
	reading->header = header_text(part->header, arena);
	for (; part; part = mail_next(part))
		if (!mail_is(part, "multipart", NULL))
			g_ptr_array_add(reading->parts, part_made(mail, part));
	reading->part = g_strdup(shown ? shown->id : "");
	if (shown)
		read_text(reading, shown, arena);
	returned =
		returned_header(mail->root, (struct span){reading->text, reading->text_n}, arena);
	if (returned.n)
		reading->returned = header_text(returned, arena);
	arena_free(arena);
	return reading;
}

/* --- the wire */

GVariant *reading_pack(const struct reading *reading)
{
	struct pack pack;
	GVariant *head, *text, *origin;
	size_t origins = reading->origin ? reading->text_n + 1 : 0;

	pack_init(&pack);
	pack_count(&pack, reading->parts->len);
	for (guint i = 0; i < reading->parts->len; i++) {
		const struct reading_part *part = reading->parts->pdata[i];

		pack_text(&pack, part->id);
		pack_text(&pack, part->type);
		pack_text(&pack, part->filename);
		pack_count(&pack, part->depth);
		pack_number(&pack, (int64_t)part->raw_at);
		pack_number(&pack, (int64_t)part->raw_n);
	}
	pack_text(&pack, reading->part);
	pack_text(&pack, reading->header);
	pack_text(&pack, reading->returned);
	pack_count(&pack, reading->cut);
	pack_count(&pack, reading->text != NULL);
	head = pack_end(&pack);
	pack_clear(&pack);
	text = g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, reading->text, reading->text_n, 1);
	origin = g_variant_new_fixed_array(
		G_VARIANT_TYPE_UINT32, reading->origin, origins, sizeof *reading->origin);
	return g_variant_new("(@" PACK_TYPE "@ay@au)", head, text, origin);
}

static void unpack_part(struct unpack *unpack, GPtrArray *parts)
{
	struct reading_part *part = g_new0(struct reading_part, 1);

	part->id = unpack_dup(unpack);
	part->type = unpack_dup(unpack);
	part->filename = unpack_dup(unpack);
	part->depth = (unsigned)unpack_index(unpack, MAIL_DEPTH_MAX * 4);
	part->raw_at = (uint64_t)unpack_number(unpack);
	part->raw_n = (uint64_t)unpack_number(unpack);
	if (!part->id || !part->type)
		unpack->bad = true;
	g_ptr_array_add(parts, part);
}

/* Offsets rise, and there is one more than bytes. */
static bool take_origin(struct reading *reading, GVariant *value)
{
	gsize n;
	const uint32_t *origin = g_variant_get_fixed_array(value, &n, sizeof *origin);

	if (!n)
		return true;
	if (n != reading->text_n + 1)
		return false;
	for (gsize i = 1; i < n; i++)
		if (origin[i] < origin[i - 1])
			return false;
	reading->origin = g_memdup2(origin, n * sizeof *origin);
	return true;
}

struct reading *reading_unpack(GVariant *value)
{
	g_autoptr(GVariant) head = g_variant_get_child_value(value, 0);
	g_autoptr(GVariant) text = g_variant_get_child_value(value, 1);
	g_autoptr(GVariant) origin = g_variant_get_child_value(value, 2);
	struct reading *reading = reading_new();
	struct unpack unpack;
	const char *bytes;
	size_t n;

	unpack_init(&unpack, head);
	n = unpack_count(&unpack, 6);
	for (size_t i = 0; i < n && !unpack.bad; i++)
		unpack_part(&unpack, reading->parts);
	reading->part = unpack_dup(&unpack);
	reading->header = unpack_dup(&unpack);
	reading->returned = unpack_dup(&unpack);
	reading->cut = unpack_index(&unpack, 2);
	if (unpack_index(&unpack, 2)) {
		bytes = g_variant_get_fixed_array(text, &reading->text_n, 1);
		reading->text = span_dup((struct span){bytes, reading->text_n});
	}
	if (!unpack_end(&unpack) || !reading->part || !reading->header ||
		!take_origin(reading, origin)) {
		reading_free(reading);
		return NULL;
	}
	return reading;
}
