/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON (interface.md section 2, nixie-json(5)). The three tables below are the order of its keys;
 * a name without a writer is a field of report.def and written by its type.
 */
#include "triage/export-parts.h"

#define SCHEMA 1

typedef void member_put(struct json *json, struct span key, struct record *record);
struct member {
	const char *name;
	member_put *put;
	bool text; /* left out where no texts are wanted */
	/* Looked up once an exporter: */
	struct span key;
	const struct field *field;
};

/* --- members that are more than a field */

static void put_schema(struct json *json, struct span key, struct record *record)
{
	(void)record;
	json_put_int(json, key, SCHEMA);
}

static void put_file(struct json *json, struct span key, struct record *record)
{
	json_put_string(json, key, record->file);
}

static void put_index(struct json *json, struct span key, struct record *record)
{
	json_put_int(json, key, record->index);
}

static void put_origin(struct json *json, struct span key, struct record *record)
{
	json_put_string(json, key, origin_names[record->context->origin]);
}

static void put_trust(struct json *json, struct span key, struct record *record)
{
	json_put_string(json, key, trust_names[record->context->trust]);
}

static void put_tags(struct json *json, struct span key, struct record *record)
{
	json_put_array(json, key);
	for (char *const *tag = record->tags; tag && *tag; tag++)
		json_string(json, NULL, *tag);
	json_end_array(json);
}

static void put_original(struct json *json, struct span key, struct record *record)
{
	const struct original *original = &record->report->original;
	if (!original->present && !original->id) {
		json_put_null(json, key);
		return;
	}
	json_put_object(json, key);
	json_string(json, "id", original->id);
	json_string(json, "from", original->from);
	json_string(json, "to", original->to);
	json_string(json, "subject", original->subject);
	json_string(json, "date", original->date);
	json_end_object(json);
}

static void put_type(struct json *json, struct span key, struct record *record)
{
	json_put_string(json, key, type_names[record->context->type]);
}

static void put_who(struct json *json, struct span key, struct record *record)
{
	json_put_array(json, key);
	for (unsigned i = 0; i < record->context->who.count; i++)
		json_string(json, NULL, actor_names[record->context->who.who[i]]);
	json_end_array(json);
}

static void put_ses(struct json *json, struct span key, struct record *record)
{
	if (!record->recipient->ses_type) {
		json_put_null(json, key);
		return;
	}
	json_put_object(json, key);
	json_string(json, "type", record->recipient->ses_type);
	json_string(json, "subtype", record->recipient->ses_subtype);
	json_end_object(json);
}

static void put_range(struct json *json, struct span key, uint64_t at, uint64_t n)
{
	json_put_array(json, key);
	json_int(json, NULL, (int64_t)at);
	json_int(json, NULL, (int64_t)n);
	json_end_array(json);
}

static void put_evidence(struct json *json, struct span key, struct record *record)
{
	json_put_array(json, key);
	for (size_t i = 0; i < record->recipient->evidence_n; i++) {
		const struct evidence *evidence = &record->recipient->evidence[i];
		json_begin_object(json, NULL);
		json_string(json, "part", evidence->part);
		json_string(json, "field", evidence->field);
		put_range(json, SPAN_LIT("raw"), evidence->raw_at, evidence->raw_n);
		put_range(json, SPAN_LIT("decoded"), evidence->decoded_at, evidence->decoded_n);
		json_string(json, "text", evidence->text);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_title(struct json *json, struct span key, struct record *record)
{
	json_put_string(json, key, record_explanation(record)->title);
}

static void put_explanation(struct json *json, struct span key, struct record *record)
{
	json_put_string(json, key, record_explanation(record)->text);
}

static void put_next(struct json *json, struct span key, struct record *record)
{
	const struct strings *next = &record_explanation(record)->next;
	json_put_array(json, key);
	for (size_t i = 0; i < next->n; i++)
		json_string(json, NULL, next->v[i]);
	json_end_array(json);
}

static void put_retry(struct json *json, struct span key, struct record *record)
{
	const struct explanation *explanation = record_explanation(record);
	json_put_object(json, key);
	json_string(json, "when", retry_names[explanation->retry]);
	if (explanation->retry_seconds >= 0)
		json_int(json, "seconds", explanation->retry_seconds);
	else
		json_null(json, "seconds");
	json_string(json, "text", explanation->retry_words);
	json_end_object(json);
}

static void put_conflict(struct json *json, struct span key, struct record *record)
{
	bool has = record->recipient && record->recipient->conflict;
	json_put_string(json, key, has ? record_explanation(record)->conflict : NULL);
}

static void put_state(struct json *json, struct span key, struct record *record)
{
	json_put_string(json, key, state_names[record->context->state]);
}

static void put_suggestion(struct json *json, struct span key, struct record *record)
{
	json_put_string(json, key, record->context->suggestion);
}

/* --- the order of the keys */

#define KIND_AT 4 /* place of `kind`, which a flat object takes from the recipient */
static const struct member report_members[] = {
	{"schema", put_schema},
	{"file", put_file},
	{"index", put_index},
	{"id"},
	{"kind"},
	{"date"},
	{"timestamp"},
	{"origin", put_origin},
	{"trust", put_trust},
	{"format"},
	{"reporting_mta"},
	{"queue_id"},
	{"arrival"},
	{"tags", put_tags},
	{"original", put_original},
};

static const struct member recipient_members[] = {
	{"address"},
	{"valid"},
	{"original_address"},
	{"display"},
	{"kind"},
	{"action"},
	{"status"},
	{"status_field"},
	{"reply"},
	{"codes"},
	{"phase"},
	{"diagnostic"},
	{"remote_mta"},
	{"remote_ip"},
	{"sending_ip"},
	{"list"},
	{"token"},
	{"links"},
	{"attempts"},
	{"last_attempt"},
	{"will_retry_until"},
	{"category"},
	{"type", put_type},
	{"finality"},
	{"who", put_who},
	{"ses", put_ses},
	{"rule"},
	{"confidence"},
	{"conflict", put_conflict},
	{"evidence", put_evidence},
	{"title", put_title, true},
	{"explanation", put_explanation, true},
	{"next", put_next, true},
	{"retry", put_retry, true},
	{"state", put_state},
	{"suggestion", put_suggestion},
};

/* Of those that did not fail: what the report says of them, no verdict. */
static const struct member other_members[] = {
	{"address"},
	{"valid"},
	{"original_address"},
	{"kind"},
	{"action"},
	{"status"},
	{"status_field"},
	{"reply"},
	{"diagnostic"},
	{"remote_mta"},
};

/* The tables with their fields looked up, once an exporter. */
struct json_table {
	struct member report[G_N_ELEMENTS(report_members)];
	struct member recipient[G_N_ELEMENTS(recipient_members)];
	struct member other[G_N_ELEMENTS(other_members)];
	const struct field *warnings;
	bool texts;
};

static void look_up(struct member *members, size_t n, const struct field *fields)
{
	for (size_t i = 0; i < n; i++) {
		members[i].key = span_of(members[i].name);
		if (members[i].put)
			continue;
		members[i].field = field_by_name(fields, members[i].name);
		g_assert(members[i].field);
	}
}

struct json_table *json_table_new(bool texts)
{
	struct json_table *table = g_new(struct json_table, 1);
	memcpy(table->report, report_members, sizeof report_members);
	memcpy(table->recipient, recipient_members, sizeof recipient_members);
	memcpy(table->other, other_members, sizeof other_members);
	look_up(table->report, G_N_ELEMENTS(report_members), report_fields);
	look_up(table->recipient, G_N_ELEMENTS(recipient_members), recipient_fields);
	look_up(table->other, G_N_ELEMENTS(other_members), recipient_fields);
	table->warnings = field_by_name(report_fields, "warnings");
	table->texts = texts;
	return table;
}

void json_table_free(struct json_table *table)
{
	g_free(table);
}

/* --- writing */

static void put_field(
	struct json *json, struct span key, const struct field *field, const void *base)
{
	switch (field->type) {
	case FIELD_STR:
		json_put_string(json, key, G_STRUCT_MEMBER(const char *, base, field->offset));
		break;
	case FIELD_INT:
		if (G_STRUCT_MEMBER(int64_t, base, field->offset) >= 0)
			json_put_int(json, key, G_STRUCT_MEMBER(int64_t, base, field->offset));
		else
			json_put_null(json, key);
		break;
	case FIELD_ENUM: {
		const char *name = field->names[G_STRUCT_MEMBER(int, base, field->offset)];
		json_put_string(json, key, *name ? name : NULL);
		break;
	}
	case FIELD_LIST: {
		const struct strings *list = G_STRUCT_MEMBER_P(base, field->offset);
		json_put_array(json, key);
		for (size_t i = 0; i < list->n; i++)
			json_string(json, NULL, list->v[i]);
		json_end_array(json);
		break;
	}
	case FIELD_FLAG:
		json_put_bool(json, key, G_STRUCT_MEMBER(bool, base, field->offset));
		break;
	}
}

static void put_members(struct exporter *exporter, const struct member *members, size_t n,
	struct record *record, const void *base)
{
	for (size_t i = 0; i < n; i++) {
		if (members[i].text && !exporter->keys->texts)
			continue;
		if (members[i].put)
			members[i].put(&exporter->list.json, members[i].key, record);
		else
			put_field(&exporter->list.json, members[i].key, members[i].field, base);
	}
}

static void put_recipient(struct exporter *exporter, struct record *record)
{
	put_members(exporter, exporter->keys->recipient, G_N_ELEMENTS(recipient_members), record,
		record->recipient);
}

struct json *export_json_value(struct exporter *exporter)
{
	struct json *json = json_list_item(&exporter->list);
	json_begin_object(json, NULL);
	return json;
}

void export_json_value_end(struct exporter *exporter)
{
	json_end_object(&exporter->list.json);
	json_list_item_end(&exporter->list);
}

void export_json_report(struct exporter *exporter, struct record *record,
	const struct context *contexts, const struct export_pick *picked, size_t n)
{
	const struct report *report = record->report;
	struct json *json = export_json_value(exporter);
	put_members(exporter, exporter->keys->report, G_N_ELEMENTS(report_members), record, report);
	json_begin_array(json, "recipients");
	for (size_t i = 0; i < n; i++) {
		if (picked[i].recipient >= report->recipients_n)
			continue;
		struct record one = *record;
		one.recipient = &report->recipients[picked[i].recipient];
		one.context = &contexts[picked[i].recipient];
		json_begin_object(json, NULL);
		put_recipient(exporter, &one);
		json_end_object(json);
		record_clear(&one);
	}
	json_end_array(json);
	json_begin_array(json, "others");
	for (size_t i = 0; i < report->others_n; i++) {
		json_begin_object(json, NULL);
		put_members(exporter, exporter->keys->other, G_N_ELEMENTS(other_members), record,
			&report->others[i]);
		json_end_object(json);
	}
	json_end_array(json);
	put_field(json, SPAN_LIT("warnings"), exporter->keys->warnings, report);
	export_json_value_end(exporter);
}

void export_json_recipient(struct exporter *exporter, struct record *record)
{
	const struct json_table *keys = exporter->keys;
	export_json_value(exporter);
	put_members(exporter, keys->report, KIND_AT, record, record->report);
	put_members(exporter, keys->report + KIND_AT + 1,
		G_N_ELEMENTS(report_members) - KIND_AT - 1, record, record->report);
	put_recipient(exporter, record);
	export_json_value_end(exporter);
}

void export_json_failure(
	struct exporter *exporter, const char *file, unsigned index, const char *why)
{
	struct json *json = export_json_value(exporter);
	json_int(json, "schema", SCHEMA);
	json_string(json, "file", file);
	json_int(json, "index", index);
	json_string(json, "error", why);
	export_json_value_end(exporter);
}
