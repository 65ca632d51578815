/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line an address, or a message: counts and dates over all of its reports, the other values
 * of the latest one. A sum column has no field and no writer of its own; its value is made here.
 */
#include "base/address.h"
#include "base/errors.h"
#include "base/strhash.h"
#include "triage/export-parts.h"

struct line {
	size_t bounces;
	int64_t first_time, last_time;
	char *first, *last;              /* dates as written */
	GString *addresses, *categories; /* ';'-separated, each once; of messages only */
	GHashTable *listed;              /* the addresses in `addresses` */
	char **values;                   /* of the latest report, one a column */
};

struct summary {
	enum per per;
	GHashTable *lines; /* key -> struct line */
	GPtrArray *order;  /* struct line*, as they came */
	GString *cell;
};

enum sum { SUM_BOUNCES, SUM_FIRST, SUM_LAST, SUM_ADDRESSES, SUM_CATEGORIES, SUM_COUNT };
static const char *const sum_names[SUM_COUNT] = {
	"bounces", "first", "last", "addresses", "categories"};

/* The columns a sum has when none are asked for. */
#define ADDRESS_COLUMNS \
	"address,bounces,first,last,category,title,type,who,status,reply,retry,state,suggestion," \
	"diagnostic,remote_mta,trust,id"
#define MESSAGE_COLUMNS "id,date,bounces,addresses,categories,subject,tags,file"
#define ADDRESS_TEXT_COLUMNS "bounces,first,last,category,severity,address"
#define MESSAGE_TEXT_COLUMNS "date,bounces,categories,addresses"

static void line_free(gpointer data)
{
	struct line *line = data;
	g_free(line->first);
	g_free(line->last);
	g_string_free(line->addresses, TRUE);
	g_string_free(line->categories, TRUE);
	g_hash_table_unref(line->listed);
	g_strfreev(line->values);
	g_free(line);
}

const char *summary_default_columns(const struct export_options *options)
{
	bool text = options->format == FORMAT_TEXT;
	if (options->format == FORMAT_TEXT0)
		return options->per == PER_ADDRESS ? "address" : "id";
	if (options->per == PER_ADDRESS)
		return text ? ADDRESS_TEXT_COLUMNS : ADDRESS_COLUMNS;
	return text ? MESSAGE_TEXT_COLUMNS : MESSAGE_COLUMNS;
}

GArray *summary_columns(const char *list, GError **error)
{
	GArray *columns = g_array_new(FALSE, TRUE, sizeof(struct column));
	g_auto(GStrv) names = g_strsplit(list, ",", -1);
	for (char **name = names; *name; name++) {
		struct column column = {NULL};
		g_strstrip(*name);
		for (int sum = 0; sum < SUM_COUNT; sum++)
			if (strcmp(sum_names[sum], *name) == 0)
				column.name = sum_names[sum];
		if (!column.name && !column_find(*name, &column, error)) {
			g_array_unref(columns);
			return NULL;
		}
		g_array_append_val(columns, column);
	}
	return columns;
}

struct summary *summary_new(enum per per)
{
	struct summary *summary = g_new0(struct summary, 1);
	summary->per = per;
	summary->lines = g_hash_table_new_full(strhash, g_str_equal, g_free, line_free);
	summary->order = g_ptr_array_new();
	summary->cell = g_string_new(NULL);
	return summary;
}

void summary_free(struct summary *summary)
{
	if (!summary)
		return;
	g_hash_table_unref(summary->lines);
	g_ptr_array_unref(summary->order);
	g_string_free(summary->cell, TRUE);
	g_free(summary);
}

/* --- adding */

/* A message without an id is one by its file. g_free. */
static char *key_of(const struct summary *summary, const struct record *record)
{
	if (summary->per == PER_ADDRESS)
		return address_key(record->recipient->address);
	return g_strdup(record->report->id ? record->report->id : record->file);
}

static void list_word(GString *list, const char *word)
{
	if (list->len)
		g_string_append_c(list, ';');
	g_string_append(list, word);
}

/* There are 28 categories, so looking through the list is cheap. */
static void list_category(struct line *line, const char *category)
{
	const char *at = category ? strstr(line->categories->str, category) : NULL;
	size_t n = category ? strlen(category) : 0;
	if (category && !(at && (at[n] == ';' || !at[n])))
		list_word(line->categories, category);
}

static void list_address(struct line *line, const char *address)
{
	if (address && g_hash_table_add(line->listed, g_strdup(address)))
		list_word(line->addresses, address);
}

static void take_values(struct summary *summary, const struct exporter *exporter, struct line *line,
	struct record *record)
{
	const GArray *columns = exporter->columns;
	g_strfreev(line->values);
	line->values = g_new0(char *, columns->len + 1);
	for (guint i = 0; i < columns->len; i++) {
		const struct column *column = &g_array_index(columns, struct column, i);
		g_string_truncate(summary->cell, 0);
		if (column->put || column->field)
			column_put(column, record, summary->cell);
		line->values[i] = g_strdup(summary->cell->str);
	}
}

void summary_add(struct summary *summary, const struct exporter *exporter, struct record *record)
{
	g_autofree char *key = key_of(summary, record);
	struct line *line = g_hash_table_lookup(summary->lines, key);
	int64_t when = record->report->timestamp;
	if (!line) {
		line = g_new0(struct line, 1);
		line->addresses = g_string_new(NULL);
		line->categories = g_string_new(NULL);
		line->listed = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
		line->first_time = INT64_MAX;
		line->last_time = INT64_MIN;
		g_hash_table_insert(summary->lines, g_steal_pointer(&key), line);
		g_ptr_array_add(summary->order, line);
	}
	line->bounces++;
	if (record->recipient && summary->per == PER_MESSAGE) {
		list_address(line, record->recipient->address);
		list_category(line, record->recipient->category);
	}
	if (when < line->first_time) {
		line->first_time = when;
		g_free(line->first);
		line->first = g_strdup(record->report->date);
	}
	if (when > line->last_time) {
		line->last_time = when;
		g_free(line->last);
		line->last = g_strdup(record->report->date);
		take_values(summary, exporter, line, record);
	}
}

/* --- writing */

static char *sum_value(const struct line *line, enum sum sum)
{
	switch (sum) {
	case SUM_BOUNCES:
		return g_strdup_printf("%zu", line->bounces);
	case SUM_FIRST:
		return g_strdup(line->first);
	case SUM_LAST:
		return g_strdup(line->last);
	case SUM_ADDRESSES:
		return g_strdup(line->addresses->str);
	case SUM_CATEGORIES:
		return g_strdup(line->categories->str);
	case SUM_COUNT:
		break;
	}
	return NULL;
}

static void fill_sums(const struct exporter *exporter, struct line *line)
{
	for (guint i = 0; i < exporter->columns->len; i++) {
		const struct column *column = &g_array_index(exporter->columns, struct column, i);
		for (int sum = 0; sum < SUM_COUNT; sum++)
			if (column->name == sum_names[sum]) {
				g_free(line->values[i]);
				line->values[i] = sum_value(line, (enum sum)sum);
			}
	}
}

static void put_list(struct json *json, const char *key, const char *value, const char *between)
{
	g_auto(GStrv) words = g_strsplit(value, between, -1);
	json_begin_array(json, key);
	for (char **word = words; *word; word++)
		json_string(json, NULL, *word);
	json_end_array(json);
}

static void write_json(struct exporter *exporter, const struct line *line)
{
	struct json *json = export_json_value(exporter);
	json_int(json, "schema", 1);
	for (guint i = 0; i < exporter->columns->len; i++) {
		const struct column *column = &g_array_index(exporter->columns, struct column, i);
		const char *value = line->values[i];
		if (column->name == sum_names[SUM_BOUNCES])
			json_int(json, column->name, (int64_t)line->bounces);
		else if (!value || !*value)
			json_null(json, column->name);
		else if (strcmp(column->name, "who") == 0 ||
			 column->name == sum_names[SUM_ADDRESSES] ||
			 column->name == sum_names[SUM_CATEGORIES])
			put_list(json, column->name, value, ";");
		else if (strcmp(column->name, "tags") == 0)
			put_list(json, column->name, value, " ");
		else
			json_string(json, column->name, value);
	}
	export_json_value_end(exporter);
}

static gint latest_first(gconstpointer a, gconstpointer b)
{
	const struct line *x = *(struct line *const *)a, *y = *(struct line *const *)b;
	return (x->last_time < y->last_time) - (x->last_time > y->last_time);
}

/* Dates of sums are short where people read them. */
static void shorten_dates(const struct exporter *exporter, struct line *line)
{
	if (exporter->options.format != FORMAT_TEXT)
		return;
	for (guint i = 0; i < exporter->columns->len; i++) {
		const char *name = g_array_index(exporter->columns, struct column, i).name;
		char *value = line->values[i];
		bool is_date = name == sum_names[SUM_FIRST] || name == sum_names[SUM_LAST] ||
			       strcmp(name, "date") == 0;
		if (is_date && value && strlen(value) > 16 && value[10] == 'T') {
			value[10] = ' ';
			value[16] = '\0';
		}
	}
}

bool summary_write(struct summary *summary, struct exporter *exporter, GError **error)
{
	bool json = exporter->options.format == FORMAT_JSON ||
		    exporter->options.format == FORMAT_JSON_LINES;
	g_ptr_array_sort(summary->order, latest_first);
	for (guint i = 0; i < summary->order->len; i++) {
		struct line *line = summary->order->pdata[i];
		if (!export_takes(exporter))
			continue;
		exporter->written++;
		fill_sums(exporter, line);
		shorten_dates(exporter, line);
		if (json)
			write_json(exporter, line);
		else if (exporter->options.target)
			export_target_values(exporter, line->values);
		else
			export_table_values(exporter, line->values);
		if (!export_flush(exporter, false, error))
			return false;
	}
	return true;
}
