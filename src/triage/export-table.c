/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: CSV (RFC 4180), TSV, text for people in columns, text0 for programs, bare addresses. */
#include "base/address.h"
#include "base/text.h"
#include "triage/export-parts.h"

/* Cells that a text column is padded to; others are as wide as they are. */
static const struct {
	const char *name;
	size_t cells;
} widths[] = {
	{"address", 32},
	{"category", 20},
	{"date", 16},
	{"domain", 24},
	{"original_address", 32},
	{"severity", 4},
	{"status", 7},
	{"type", 12},
	{"bounces", 7},
	{"recipients", 10},
	{"first", 16},
	{"last", 16},
	{"reply", 5},
	{"state", 13},
	{"reporting_mta", 24},
	{"remote_mta", 24},
};

const char *export_default_columns(const struct export_options *options)
{
	if (options->format == FORMAT_TEXT0 || options->format == FORMAT_ADDRESSES)
		return "address";
	if (options->format == FORMAT_TEXT)
		return "date,status,category,severity,address,subject";
	return "address,original_address,suggestion,category,title,type,who,status,reply,retry,"
	       "state,date,"
	       "subject,diagnostic,remote_mta,origin,trust,id";
}

/* --- one cell */

/* Would a spreadsheet run it? = + - @ and their full-width forms, TAB and CR, also behind blanks,
 * which some drop; | is for those that call programs. */
static bool is_formula(const char *value)
{
	static const char *const starts[] = {"=", "+", "-", "@", "|", "\t", "\r", "\n",
		"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
	while (*value == ' ')
		value++;
	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
		if (g_str_has_prefix(value, starts[i]))
			return true;
	return false;
}

void export_put_clean(GString *out, struct span value, bool lines, char double_quote)
{
	for (size_t at = 0; at < value.n;) {
		size_t from = at;
		int32_t c = text_next(value, &at);
		if (c < 0)
			g_string_append(out, "\xef\xbf\xbd");
		else if (c == '\t' || c == '\n' || c == '\r')
			g_string_append_c(out, lines ? (char)c : ' ');
		else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			g_string_append(out, "\xef\xbf\xbd");
		else
			g_string_append_len(out, value.p + from, (gssize)(at - from));
		if (c == '"' && double_quote)
			g_string_append_c(out, double_quote);
	}
}

bool csv_cell(GString *out, const char *value, bool raw)
{
	bool neutralised = !raw && is_formula(value);
	bool quoted = neutralised || strpbrk(value, "\",\r\n") || *value == ' ' ||
		      (*value && value[strlen(value) - 1] == ' ');
	if (quoted)
		g_string_append_c(out, '"');
	if (neutralised)
		g_string_append_c(out, '\'');
	export_put_clean(out, span_of(value), true, '"');
	if (quoted)
		g_string_append_c(out, '"');
	return neutralised;
}

static bool tsv_cell(GString *out, const char *value, bool raw)
{
	bool neutralised = !raw && is_formula(value);
	if (neutralised)
		g_string_append_c(out, '\'');
	export_put_clean(out, span_of(value), false, 0);
	return neutralised;
}

static size_t width_of(const char *column)
{
	for (size_t i = 0; i < G_N_ELEMENTS(widths); i++)
		if (strcmp(widths[i].name, column) == 0)
			return widths[i].cells;
	return 0;
}

/* Dates are shown in local time and to the minute; other values are made visible and padded. */
static void text_cell(GString *out, const char *value, const char *column, bool last)
{
	size_t cells = text_visible_append(out, span_of(*value ? value : "-"), TEXT_PLAIN);
	for (size_t width = width_of(column); !last && cells < width; cells++)
		g_string_append_c(out, ' ');
	if (!last)
		g_string_append(out, "  ");
}

/* --- rows */

static bool is_table(enum format format)
{
	return format == FORMAT_CSV || format == FORMAT_TSV;
}

void export_table_header(struct exporter *exporter, const GArray *columns)
{
	GString *out = exporter->buffer;
	bool csv = exporter->options.format == FORMAT_CSV;
	if (!is_table(exporter->options.format))
		return;
	if (exporter->options.bom)
		g_string_append(out, "\xef\xbb\xbf");
	for (guint i = 0; i < columns->len; i++) {
		if (i)
			g_string_append_c(out, csv ? ',' : '\t');
		g_string_append(out, g_array_index(columns, struct column, i).name);
	}
	g_string_append(out, csv ? "\r\n" : "\n");
}

/* One value of a row, after what stands before it. */
static void put_cell(
	struct exporter *exporter, const char *name, const char *value, bool first, bool last)
{
	GString *out = exporter->buffer;
	bool raw = exporter->options.csv_raw;
	switch (exporter->options.format) {
	case FORMAT_CSV:
		if (!first)
			g_string_append_c(out, ',');
		exporter->neutralised += csv_cell(out, value, raw);
		break;
	case FORMAT_TSV:
		if (!first)
			g_string_append_c(out, '\t');
		exporter->neutralised += tsv_cell(out, value, raw);
		break;
	case FORMAT_TEXT:
		text_cell(out, value, name, last);
		break;
	default:
		if (!first)
			g_string_append_c(out, '\t');
		export_put_clean(out, span_of(value), false, 0);
		break;
	}
}

static void end_row(struct exporter *exporter)
{
	switch (exporter->options.format) {
	case FORMAT_CSV:
		g_string_append(exporter->buffer, "\r\n");
		break;
	case FORMAT_TEXT0:
		g_string_append_c(exporter->buffer, '\0');
		break;
	default:
		g_string_append_c(exporter->buffer, '\n');
		break;
	}
}

static bool is_mailbox(const char *value)
{
	return address_class(span_of(value)) == ADDRESS_OK;
}

bool export_is_odd(struct exporter *exporter, const struct recipient *recipient)
{
	if (exporter->options.odd || exporter->options.format == FORMAT_TEXT ||
		!recipient->address || recipient->valid)
		return false;
	exporter->odd++;
	return true;
}

/* A date in a column for people is local and short; elsewhere it stays as the report wrote it. */
static void shorten_date(
	struct exporter *exporter, const struct column *column, struct record *record)
{
	if (exporter->options.format != FORMAT_TEXT || strcmp(column->name, "date") != 0 ||
		record->report->timestamp < 0)
		return;
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(record->report->timestamp);
	g_autofree char *text = time ? g_date_time_format(time, "%Y-%m-%d %H:%M") : NULL;
	if (text)
		g_string_assign(exporter->cell, text);
}

void export_table_row(struct exporter *exporter, struct record *record)
{
	const GArray *columns = exporter->columns;
	for (guint i = 0; i < columns->len; i++) {
		const struct column *column = &g_array_index(columns, struct column, i);
		g_string_truncate(exporter->cell, 0);
		column_put(column, record, exporter->cell);
		shorten_date(exporter, column, record);
		if (column->is_address && is_table(exporter->options.format) &&
			!exporter->options.odd && !is_mailbox(exporter->cell->str))
			g_string_truncate(exporter->cell, 0);
		put_cell(
			exporter, column->name, exporter->cell->str, i == 0, i + 1 == columns->len);
	}
	end_row(exporter);
}

void export_table_values(struct exporter *exporter, char *const *values)
{
	guint n = exporter->columns->len;
	for (guint i = 0; i < n; i++) {
		const struct column *column = &g_array_index(exporter->columns, struct column, i);
		const char *value = values[i] ? values[i] : "";
		if (column->is_address && is_table(exporter->options.format) &&
			!exporter->options.odd && !is_mailbox(value))
			value = "";
		put_cell(exporter, column->name, value, i == 0, i + 1 == n);
	}
	end_row(exporter);
}
