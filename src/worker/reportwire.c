/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/reportwire.h"

#define AT(type, base, offset) ((type *)(void *)((char *)(base) + (offset)))
#define AT_CONST(type, base, offset) ((const type *)(const void *)((const char *)(base) + (offset)))

/* --- one row of the table */

static void pack_strings(struct pack *pack, const struct strings *list)
{
	pack_count(pack, list->n);
	for (size_t i = 0; i < list->n; i++)
		pack_text(pack, list->v[i]);
}

static void unpack_strings(struct unpack *unpack, struct strings *list, struct arena *arena)
{
	list->n = unpack_count(unpack, 1);
	list->v = list->n ? arena_alloc(arena, list->n * sizeof *list->v) : NULL;
	for (size_t i = 0; i < list->n; i++) {
		const char *text = unpack_text(unpack);

		list->v[i] = text ? text : "";
	}
}

static void pack_fields(struct pack *pack, const struct field *fields, const void *base)
{
	for (const struct field *field = fields; field->name; field++)
		switch (field->type) {
		case FIELD_STR:
			pack_text(pack, *AT_CONST(const char *, base, field->offset));
			break;
		case FIELD_INT:
			pack_number(pack, *AT_CONST(int64_t, base, field->offset));
			break;
		case FIELD_ENUM:
			pack_count(pack, (size_t)*AT_CONST(int, base, field->offset));
			break;
		case FIELD_LIST:
			pack_strings(pack, AT_CONST(struct strings, base, field->offset));
			break;
		case FIELD_FLAG:
			pack_count(pack, *AT_CONST(bool, base, field->offset));
			break;
		}
}

static void unpack_fields(
	struct unpack *unpack, const struct field *fields, void *base, struct arena *arena)
{
	for (const struct field *field = fields; field->name; field++)
		switch (field->type) {
		case FIELD_STR:
			*AT(const char *, base, field->offset) = unpack_text(unpack);
			break;
		case FIELD_INT:
			*AT(int64_t, base, field->offset) = unpack_number(unpack);
			break;
		case FIELD_ENUM:
			*AT(int, base, field->offset) =
				(int)unpack_index(unpack, (size_t)field->count);
			break;
		case FIELD_LIST:
			unpack_strings(unpack, AT(struct strings, base, field->offset), arena);
			break;
		case FIELD_FLAG:
			*AT(bool, base, field->offset) = unpack_index(unpack, 2) == 1;
			break;
		}
}

/* --- recipients */

static void pack_evidence(struct pack *pack, const struct evidence *evidence)
{
	pack_text(pack, evidence->part);
	pack_text(pack, evidence->field);
	pack_text(pack, evidence->text);
	pack_number(pack, (int64_t)evidence->raw_at);
	pack_number(pack, (int64_t)evidence->raw_n);
	pack_number(pack, (int64_t)evidence->decoded_at);
	pack_number(pack, (int64_t)evidence->decoded_n);
}

static void unpack_evidence(struct unpack *unpack, struct evidence *evidence)
{
	evidence->part = unpack_text(unpack);
	evidence->field = unpack_text(unpack);
	evidence->text = unpack_text(unpack);
	evidence->raw_at = (uint64_t)unpack_number(unpack);
	evidence->raw_n = (uint64_t)unpack_number(unpack);
	evidence->decoded_at = (uint64_t)unpack_number(unpack);
	evidence->decoded_n = (uint64_t)unpack_number(unpack);
}

static void pack_recipients(struct pack *pack, const struct recipient *recipients, size_t n)
{
	pack_count(pack, n);
	for (size_t i = 0; i < n; i++) {
		const struct recipient *recipient = &recipients[i];

		pack_fields(pack, recipient_fields, recipient);
		pack_count(pack, recipient->who.count);
		for (int k = 0; k < recipient->who.count; k++)
			pack_count(pack, recipient->who.who[k]);
		pack_text(pack, recipient->ses_type);
		pack_text(pack, recipient->ses_subtype);
		pack_count(pack, recipient->evidence_n);
		for (size_t k = 0; k < recipient->evidence_n; k++)
			pack_evidence(pack, &recipient->evidence[k]);
	}
}

#define RECIPIENT_LEAST 8 /* numbers of one recipient, at the very least */
#define EVIDENCE_LEAST 11

static void unpack_recipient(
	struct unpack *unpack, struct recipient *recipient, struct arena *arena)
{
	unpack_fields(unpack, recipient_fields, recipient, arena);
	recipient->who.count = (unsigned char)unpack_index(unpack, ACTORS_MAX + 1);
	for (int k = 0; k < recipient->who.count; k++)
		recipient->who.who[k] = (unsigned char)unpack_index(unpack, ACTOR_COUNT);
	recipient->ses_type = unpack_text(unpack);
	recipient->ses_subtype = unpack_text(unpack);
	recipient->evidence_n = unpack_count(unpack, EVIDENCE_LEAST);
	recipient->evidence =
		recipient->evidence_n
			? arena_alloc(arena, recipient->evidence_n * sizeof *recipient->evidence)
			: NULL;
	for (size_t k = 0; k < recipient->evidence_n; k++)
		unpack_evidence(unpack, &recipient->evidence[k]);
}

static struct recipient *unpack_recipients(struct unpack *unpack, size_t *n, struct arena *arena)
{
	struct recipient *recipients;

	*n = unpack_count(unpack, RECIPIENT_LEAST);
	recipients = *n ? arena_alloc(arena, *n * sizeof *recipients) : NULL;
	for (size_t i = 0; i < *n && !unpack->bad; i++)
		unpack_recipient(unpack, &recipients[i], arena);
	return recipients;
}

/* --- reports */

void report_pack(struct pack *pack, const struct report *report)
{
	pack_fields(pack, report_fields, report);
	pack_fields(pack, original_fields, &report->original);
	pack_number(pack, (int64_t)report->recipients_total);
	pack_recipients(pack, report->recipients, report->recipients_n);
	pack_recipients(pack, report->others, report->others_n);
}

/* All texts are copied at once; the fields point into the copy. */
struct report *report_unpack(struct unpack *unpack)
{
	size_t texts_n = unpack->texts_n - unpack->text_at;
	/* Nearly all is text; what is longer is so by many recipients. */
	struct report *report = report_new_in(
		arena_new_for(sizeof(struct report) + sizeof(struct recipient) + texts_n + 256));
	struct unpack copy = *unpack;

	copy.texts =
		arena_span(report->arena, (struct span){unpack->texts + unpack->text_at, texts_n});
	copy.texts_n = texts_n;
	copy.text_at = 0;
	unpack_fields(&copy, report_fields, report, report->arena);
	unpack_fields(&copy, original_fields, &report->original, report->arena);
	report->recipients_total = (uint64_t)unpack_number(&copy);
	report->recipients = unpack_recipients(&copy, &report->recipients_n, report->arena);
	report->others = unpack_recipients(&copy, &report->others_n, report->arena);
	unpack->at = copy.at;
	unpack->text_at += copy.text_at;
	unpack->bad = copy.bad;
	if (!unpack->bad)
		return report;
	report_free(report);
	return NULL;
}

/* --- version */

static void describe(GChecksum *sum, const struct field *fields)
{
	for (const struct field *field = fields; field->name; field++) {
		g_checksum_update(
			sum, (const guchar *)field->name, (gssize)strlen(field->name) + 1);
		g_checksum_update(
			sum, (const guchar[]){(guchar)field->type, (guchar)field->count}, 2);
	}
}

const char *report_wire_version(void)
{
	static char version[20]; /* made once from const tables */
	g_autoptr(GChecksum) sum = NULL;

	if (version[0])
		return version;
	sum = g_checksum_new(G_CHECKSUM_SHA256);
	describe(sum, report_fields);
	describe(sum, original_fields);
	describe(sum, recipient_fields);
	g_strlcpy(version, g_checksum_get_string(sum), sizeof version);
	return version;
}
