/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/columns.h"

#include "base/address.h"
#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"
#include "triage/nearest.h"

#define ORIGINAL_PREFIX "original_"

const struct explanation *record_explanation(struct record *record)
{
	if (!record->explanation)
		record->explanation = explain(record->knowledge, record->rules, record->report,
			record->recipient, record->context);
	return record->explanation;
}

void record_clear(struct record *record)
{
	explanation_free(record->explanation);
	record->explanation = NULL;
}

/* --- columns that are more than a field */

static void put_text(GString *out, const char *text)
{
	if (text)
		g_string_append(out, text);
}

static void put_file(GString *out, struct record *record)
{
	put_text(out, record->file);
}

static void put_index(GString *out, struct record *record)
{
	g_string_append_printf(out, "%u", record->index);
}

static void put_tags(GString *out, struct record *record)
{
	for (char *const *tag = record->tags; tag && *tag; tag++) {
		if (tag != record->tags)
			g_string_append_c(out, ' ');
		g_string_append(out, *tag);
	}
}

static void put_kind(GString *out, struct record *record)
{
	int kind = record->recipient ? record->recipient->kind : record->report->kind;
	g_string_append(out, kind_names[kind]);
}

static void put_type(GString *out, struct record *record)
{
	if (record->recipient)
		g_string_append(out, type_names[record->context->type]);
}

static void put_origin(GString *out, struct record *record)
{
	g_string_append(out, origin_names[record->context->origin]);
}

static void put_trust(GString *out, struct record *record)
{
	g_string_append(out, trust_names[record->context->trust]);
}

static void put_state(GString *out, struct record *record)
{
	g_string_append(out, state_names[record->context->state]);
}

static void put_suggestion(GString *out, struct record *record)
{
	put_text(out, record->context->suggestion);
}

static void put_who(GString *out, struct record *record)
{
	for (unsigned i = 0; i < record->context->who.count; i++) {
		if (i)
			g_string_append_c(out, ';');
		g_string_append(out, actor_names[record->context->who.who[i]]);
	}
}

static void put_ses(GString *out, struct record *record)
{
	if (record->recipient && record->recipient->ses_type)
		g_string_append_printf(out, "%s/%s", record->recipient->ses_type,
			record->recipient->ses_subtype ? record->recipient->ses_subtype : "");
}

static void put_domain(GString *out, struct record *record)
{
	if (!record->recipient)
		return;
	struct span domain = address_domain(span_of(record->recipient->address));
	for (size_t i = 0; i < domain.n; i++)
		g_string_append_c(out, g_ascii_tolower(domain.p[i]));
}

static void put_severity(GString *out, struct record *record)
{
	const struct recipient *recipient = record->recipient;
	g_string_append(out, severity_word(recipient ? recipient->kind : record->report->kind,
				     record->context->type));
}

static void put_subject(GString *out, struct record *record)
{
	put_text(out, record->report->original.subject);
}

static void put_report_subject(GString *out, struct record *record)
{
	put_text(out, record->report->subject);
}

static void put_title(GString *out, struct record *record)
{
	put_text(out, record_explanation(record)->title);
}

static void put_explanation(GString *out, struct record *record)
{
	put_text(out, record_explanation(record)->text);
}

static void put_next(GString *out, struct record *record)
{
	const struct strings *next = &record_explanation(record)->next;
	for (size_t i = 0; i < next->n; i++)
		g_string_append_printf(out, "%s%zu. %s", i ? " " : "", i + 1, next->v[i]);
}

static void put_retry(GString *out, struct record *record)
{
	g_string_append(out, retry_names[record_explanation(record)->retry]);
}

static void put_retry_seconds(GString *out, struct record *record)
{
	int64_t seconds = record_explanation(record)->retry_seconds;
	if (seconds >= 0)
		g_string_append_printf(out, "%" G_GINT64_FORMAT, seconds);
}

static void put_retry_text(GString *out, struct record *record)
{
	put_text(out, record_explanation(record)->retry_words);
}

/* These come before a field of the same name. */
static const struct column computed[] = {
	{"file", .put = put_file},
	{"index", .put = put_index},
	{"tags", .put = put_tags},
	{"kind", .put = put_kind},
	{"type", .put = put_type},
	{"origin", .put = put_origin},
	{"trust", .put = put_trust},
	{"state", .put = put_state},
	{"suggestion", .put = put_suggestion, .is_address = true},
	{"who", .put = put_who},
	{"ses", .put = put_ses},
	{"domain", .put = put_domain},
	{"severity", .put = put_severity},
	{"subject", .put = put_subject},
	{"report_subject", .put = put_report_subject},
	{"title", .put = put_title},
	{"explanation", .put = put_explanation},
	{"next", .put = put_next},
	{"retry", .put = put_retry},
	{"retry_seconds", .put = put_retry_seconds},
	{"retry_text", .put = put_retry_text},
};

/* --- finding and writing */

static bool find(const char *name, struct column *column)
{
	for (size_t i = 0; i < G_N_ELEMENTS(computed); i++)
		if (strcmp(computed[i].name, name) == 0) {
			*column = computed[i];
			return true;
		}
	*column = (struct column){
		.from = COLUMN_RECIPIENT, .field = field_by_name(recipient_fields, name)};
	if (!column->field)
		*column = (struct column){
			.from = COLUMN_REPORT, .field = field_by_name(report_fields, name)};
	if (!column->field && g_str_has_prefix(name, ORIGINAL_PREFIX))
		*column = (struct column){.from = COLUMN_ORIGINAL,
			.field = field_by_name(original_fields, name + strlen(ORIGINAL_PREFIX))};
	if (!column->field)
		return false;
	column->name = column->field->name;
	column->is_address =
		column->from == COLUMN_RECIPIENT &&
		(strcmp(name, "address") == 0 || strcmp(name, "original_address") == 0);
	return true;
}

static void add_fields(GPtrArray *names, const struct field *fields, const char *prefix)
{
	for (; fields->name; fields++)
		g_ptr_array_add(names, g_strconcat(prefix, fields->name, NULL));
}

char **column_names(void)
{
	GPtrArray *names = g_ptr_array_new();
	for (size_t i = 0; i < G_N_ELEMENTS(computed); i++)
		g_ptr_array_add(names, g_strdup(computed[i].name));
	add_fields(names, recipient_fields, "");
	add_fields(names, report_fields, "");
	add_fields(names, original_fields, ORIGINAL_PREFIX);
	g_ptr_array_sort(names, text_order);
	for (guint i = 1; i < names->len;) {
		if (strcmp(names->pdata[i - 1], names->pdata[i]) == 0)
			g_free(g_ptr_array_remove_index(names, i));
		else
			i++;
	}
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

bool column_find(const char *name, struct column *column, GError **error)
{
	if (find(name, column))
		return true;
	g_auto(GStrv) names = column_names();
	const char *near = nearest_word(name, (const char *const *)names);
	g_autofree char *known = near ? NULL : g_strjoinv(", ", names);
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		near ? _("no column is called `%s`; did you mean `%s`?")
		     : _("no column is called `%s`; known are %s"),
		name, near ? near : known);
	return false;
}

GArray *columns_parse(const char *list, GError **error)
{
	GArray *columns = g_array_new(FALSE, TRUE, sizeof(struct column));
	g_auto(GStrv) names = g_strsplit(list, ",", -1);
	for (char **name = names; *name; name++) {
		struct column column;
		if (!*g_strstrip(*name))
			continue;
		if (!column_find(*name, &column, error)) {
			g_array_unref(columns);
			return NULL;
		}
		if (column.from == COLUMN_ORIGINAL && column.field)
			column.name = g_intern_string(*name);
		g_array_append_val(columns, column);
	}
	if (columns->len == 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("--columns names no column"));
		g_array_unref(columns);
		return NULL;
	}
	return columns;
}

static void put_field(GString *out, const struct field *field, const void *base)
{
	switch (field->type) {
	case FIELD_STR:
		put_text(out, G_STRUCT_MEMBER(const char *, base, field->offset));
		break;
	case FIELD_INT:
		if (G_STRUCT_MEMBER(int64_t, base, field->offset) >= 0)
			g_string_append_printf(out, "%" G_GINT64_FORMAT,
				G_STRUCT_MEMBER(int64_t, base, field->offset));
		break;
	case FIELD_ENUM:
		g_string_append(out, field->names[G_STRUCT_MEMBER(int, base, field->offset)]);
		break;
	case FIELD_LIST: {
		const struct strings *list = G_STRUCT_MEMBER_P(base, field->offset);
		for (size_t i = 0; i < list->n; i++)
			g_string_append_printf(out, "%s%s", i ? ";" : "", list->v[i]);
		break;
	}
	case FIELD_FLAG:
		g_string_append(out, G_STRUCT_MEMBER(bool, base, field->offset) ? "true" : "false");
		break;
	}
}

void column_put(const struct column *column, struct record *record, GString *out)
{
	if (column->put)
		column->put(out, record);
	else if (column->from == COLUMN_REPORT)
		put_field(out, column->field, record->report);
	else if (column->from == COLUMN_ORIGINAL)
		put_field(out, column->field, &record->report->original);
	else if (record->recipient)
		put_field(out, column->field, record->recipient);
}
