/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie stats: counts by up to three keys, with bars and words where people look. */
#include "base/errors.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/cli.h"
#include "triage/digest.h"

#define LINE_CELLS 79
#define BAR_CELLS_MIN 8
#define TITLE_CELLS_MAX 46
#define COUNT_CELLS 18 /* two counts and the blanks around them */

/* NULL when no report of the group has a date. */
static char *day_text(int64_t time)
{
	g_autoptr(GDateTime) date = time ? g_date_time_new_from_unix_local(time) : NULL;

	return date ? g_date_time_format(date, "%Y-%m-%d") : NULL;
}

/* What does not fit ends in two dots. */
static void put_padded(GString *out, const char *text, size_t cells)
{
	g_autofree char *visible = text_visible(text, TEXT_PLAIN);
	bool cut = text_cells(span_of(visible)) > cells;
	size_t used;
	struct span head = text_fit(span_of(visible), cut ? cells - 2 : cells, &used);

	g_string_append_len(out, head.p, (gssize)head.n);
	if (cut)
		g_string_append(out, "..");
	g_string_append_printf(out, "%*s", (int)(cells - used - (cut ? 2 : 0)), "");
}

/* Titles that begin alike are told apart by how they go on: they get the room of the bars. */
static bool is_wordy(const char *by)
{
	return g_str_equal(by, group_names[GROUP_CAUSE]) ||
	       g_str_equal(by, group_names[GROUP_ORIGINAL]) ||
	       g_str_equal(by, group_names[GROUP_INCIDENT]) || strchr(by, ',');
}

static size_t title_cells(const struct groups *groups, const char *heading, size_t most)
{
	size_t cells = strlen(heading);

	for (unsigned i = 0; i < groups->groups->len; i++) {
		const struct group *group = groups->groups->pdata[i];
		g_autofree char *visible = text_visible(group->title, TEXT_PLAIN);

		cells = MAX(cells, text_cells(span_of(visible)));
	}
	return MIN(cells, most);
}

/* All groups are counted before what --limit leaves is printed. */
struct stats {
	struct groups *groups, *incidents;
	struct digest *digest;
	char *by;
	const struct knowledge *knowledge;
};

static void put_wrapped(GString *out, const char *text)
{
	g_autofree char *visible = text_visible(text, TEXT_PLAIN);
	g_autoptr(GPtrArray) lines = text_wrap(visible, LINE_CELLS - 2);

	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "  %s\n", (char *)lines->pdata[i]);
}

/* The sentences tell of the first incident; here are the others, too. */
static void put_digest(GString *out, const struct stats *stats)
{
	if (!stats->digest->sentences->len)
		return;
	g_string_append(out, _("\nWhat is going on\n"));
	for (guint i = 0; i < stats->digest->sentences->len; i++)
		put_wrapped(out, stats->digest->sentences->pdata[i]);
	for (guint i = 1; i < stats->incidents->groups->len; i++) {
		g_autofree char *words =
			incident_words(stats->knowledge, stats->incidents->groups->pdata[i]);
		put_wrapped(out, words);
	}
}

static void put_counts(GString *out, const struct groups *groups, const char *by)
{
	g_autofree char *bounces = g_strdup_printf(
		ngettext("%zu bounce", "%zu bounces", groups->bounces), groups->bounces);
	g_autofree char *addresses = g_strdup_printf(
		ngettext("%zu address", "%zu addresses", groups->addresses), groups->addresses);

	/* TRANSLATORS: "12 bounces", "7 addresses", and the key they are counted by */
	g_string_append_printf(out, _("%s of %s, by %s\n\n"), bounces, addresses, by);
}

static void put_text(GString *out, const struct stats *stats)
{
	const struct groups *groups = stats->groups;
	g_autofree char *heading = g_ascii_strup(stats->by, -1);
	size_t room = LINE_CELLS - COUNT_CELLS, most = 1;
	size_t title = title_cells(groups, heading, is_wordy(stats->by) ? room : TITLE_CELLS_MAX);
	size_t bars = room - title < BAR_CELLS_MIN ? 0 : room - title;
	bool told = stats->incidents->groups->len &&
		    !g_str_equal(stats->by, group_names[GROUP_INCIDENT]);

	for (unsigned i = 0; i < groups->groups->len; i++)
		most = MAX(most, ((struct group *)groups->groups->pdata[i])->bounces);
	put_counts(out, groups, stats->by);
	if (groups->groups->len)
		g_string_append_printf(out, "%-*s %s\n", (int)title, heading,
			/* TRANSLATORS: two columns, flush right: 7 cells, a blank, 7 cells */
			_("BOUNCES    ADDR"));
	for (unsigned i = 0; i < groups->groups->len; i++) {
		const struct group *group = groups->groups->pdata[i];
		g_autofree char *bar = g_strnfill((group->bounces * bars + most - 1) / most, '#');

		put_padded(out, group->title, title);
		g_string_append_printf(out, " %7zu %7zu", group->bounces, group->addresses);
		if (*bar || (group->in_incidents && told))
			g_string_append_printf(
				out, " %c%s", group->in_incidents && told ? '!' : ' ', bar);
		g_string_append_c(out, '\n');
	}
	if (told)
		g_string_append(out, _("\n! part of an incident (--by=incident)\n"));
	put_digest(out, stats);
}

/* "key", and with several keys "key2", "key3". */
static const char *const key_names[GROUP_KEYS_MAX] = {"key", "key2", "key3"};

static void put_json(GString *out, const struct stats *stats, bool lines)
{
	const struct groups *groups = stats->groups;
	struct json_list list;

	g_assert(groups->by.n <= GROUP_KEYS_MAX);
	json_list_begin(&list, out, lines);
	for (unsigned i = 0; i < groups->groups->len; i++) {
		const struct group *group = groups->groups->pdata[i];
		g_autofree char *first = day_text(group->first), *last = day_text(group->last);
		g_auto(GStrv) values = group_values(&groups->by, group);
		g_autofree char *filter = group_filter_text(&groups->by, group);
		struct json *json = json_list_item(&list);

		json_begin_object(json, NULL);
		json_string(json, "by", stats->by);
		for (unsigned k = 0; k < groups->by.n; k++)
			json_string(json, key_names[k], values[k] ? values[k] : "");
		json_string(json, "title", group->title);
		json_int(json, "bounces", (int64_t)group->bounces);
		json_int(json, "addresses", (int64_t)group->addresses);
		for (int type = 0; type < TYPE_COUNT; type++)
			json_int(json, type_names[type], (int64_t)group->by_type[type]);
		json_int(json, "delays", (int64_t)group->delays);
		json_string(json, "first", first);
		json_string(json, "last", last);
		json_string(json, "category", group->category ? group->category->id : NULL);
		json_string(json, "cause", group->cause);
		json_int(json, "cause_bounces", (int64_t)group->of_cause);
		json_int(json, "incident_bounces", (int64_t)group->in_incidents);
		json_string(json, "filter", filter);
		json_end_object(json);
		json_list_item_end(&list);
	}
	json_list_end(&list);
}

/* A table that is being written. */
struct table {
	GString *out;
	bool csv, raw;
	bool begun; /* a row has a cell already */
};

static void put_cell(struct table *table, const char *text)
{
	if (table->begun)
		g_string_append_c(table->out, table->csv ? ',' : '\t');
	table->begun = true;
	if (table->csv)
		csv_cell(table->out, text ? text : "", table->raw);
	else
		text_visible_append(table->out, span_of(text ? text : ""), TEXT_PLAIN);
}

static void put_number(struct table *table, size_t number)
{
	char text[24];

	g_snprintf(text, sizeof text, "%zu", number);
	put_cell(table, text);
}

static void end_row(struct table *table)
{
	g_string_append(table->out, table->csv ? "\r\n" : "\n");
	table->begun = false;
}

static void put_table(GString *out, const struct stats *stats, bool csv, bool raw)
{
	static const char *const columns[] = {"title", "bounces", "addresses", "first", "last",
		"category", "cause", "cause_bounces", "incident_bounces", "filter"};
	const struct groups *groups = stats->groups;
	struct table table = {out, csv, raw, false};

	g_assert(groups->by.n <= GROUP_KEYS_MAX);
	for (unsigned k = 0; k < groups->by.n; k++)
		put_cell(&table, key_names[k]);
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		put_cell(&table, columns[i]);
	end_row(&table);
	for (unsigned i = 0; i < groups->groups->len; i++) {
		const struct group *group = groups->groups->pdata[i];
		g_autofree char *first = day_text(group->first), *last = day_text(group->last);
		g_auto(GStrv) values = group_values(&groups->by, group);
		g_autofree char *filter = group_filter_text(&groups->by, group);

		for (unsigned k = 0; k < groups->by.n; k++)
			put_cell(&table, values[k]);
		put_cell(&table, group->title);
		put_number(&table, group->bounces);
		put_number(&table, group->addresses);
		put_cell(&table, first);
		put_cell(&table, last);
		put_cell(&table, group->category ? group->category->id : NULL);
		put_cell(&table, group->cause);
		put_number(&table, group->of_cause);
		put_number(&table, group->in_incidents);
		put_cell(&table, filter);
		end_row(&table);
	}
}

static void count(struct cli *cli, struct group_by by, struct stats *stats)
{
	struct group_by all = group_by_key(GROUP_NONE, 0);
	struct group everything = {.key = (char *)"all"};
	g_autoptr(GPtrArray) rows = group_rows(cli->session, &all, &everything);
	size_t from, to;

	stats->by = group_by_text(&by);
	stats->knowledge = session_knowledge(cli->session);
	stats->groups = groups_new(cli->session, by);
	stats->incidents = incidents_new(cli->session);
	stats->digest = digest_new(cli->session, rows, stats->incidents);
	groups_examine(cli->session, stats->groups, stats->incidents);
	options_window(cli->options, stats->groups->groups->len, &from, &to);
	g_ptr_array_set_size(stats->groups->groups, (int)to);
	g_ptr_array_remove_range(stats->groups->groups, 0, (unsigned)from);
}

static void stats_clear(struct stats *stats)
{
	digest_free(stats->digest);
	groups_free(stats->groups);
	groups_free(stats->incidents);
	g_free(stats->by);
}

static GString *written(struct cli *cli, enum format format, struct group_by by)
{
	struct stats stats;
	GString *text = g_string_new(NULL);

	count(cli, by, &stats);
	switch (format) {
	case FORMAT_JSON:
	case FORMAT_JSON_LINES:
		put_json(text, &stats, format == FORMAT_JSON_LINES);
		break;
	case FORMAT_CSV:
	case FORMAT_TSV:
		put_table(text, &stats, format == FORMAT_CSV, cli->options->csv_raw);
		break;
	default:
		put_text(text, &stats);
		break;
	}
	stats_clear(&stats);
	return text;
}

static bool read_by(const struct cli *cli, struct group_by *by, GError **error)
{
	int least = config_int(cli->config, SET_INCIDENT_ADDRESSES);

	return group_by_read(cli->options->by ? cli->options->by : group_names[GROUP_CATEGORY],
		(unsigned)MAX(least, 1), by, error);
}

/* The sentences do not call dead who has answered since. */
static bool load(
	struct cli *cli, const char *query, enum format format, bool *partial, GError **error)
{
	cli_loads *load_rows = format == FORMAT_TEXT ? cli_load : cli_load_facts;

	return load_rows(cli, query, partial, error);
}

int cli_stats(struct cli *cli)
{
	g_autofree char *query = cli_query(cli);
	enum format format = FORMAT_TEXT;
	struct group_by by;
	g_autoptr(GString) text = NULL;
	GError *error = NULL;
	bool partial;
	size_t count;
	int code;

	if (!options_format(cli->options, FORMATS_TEXT_JSON | 1U << FORMAT_CSV | 1U << FORMAT_TSV,
		    &format, &error) ||
		!read_by(cli, &by, &error) || !load(cli, query, format, &partial, &error))
		return cli_fail(cli, error);
	text = written(cli, format, by);
	code = cli_put_out(cli, format, text);
	if (code != NIXIE_DONE)
		return code;
	session_rows(cli->session, &count);
	if (!count)
		cli_tell_nothing(cli);
	if (partial)
		return NIXIE_PARTIAL;
	return cli->options->exit_code && count ? NIXIE_MATCHED : NIXIE_DONE;
}
