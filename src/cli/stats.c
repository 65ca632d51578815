/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie stats: counts by one key, with bars where people look. */
#include "base/errors.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "cli/cli.h"
#include "triage/group.h"

#define LINE_CELLS 79
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

static size_t title_cells(const struct groups *groups, const char *heading)
{
	size_t cells = strlen(heading);

	for (unsigned i = 0; i < groups->groups->len; i++) {
		const struct group *group = groups->groups->pdata[i];
		g_autofree char *visible = text_visible(group->title, TEXT_PLAIN);

		cells = MAX(cells, text_cells(span_of(visible)));
	}
	return MIN(cells, TITLE_CELLS_MAX);
}

static void put_text(GString *out, const struct groups *groups, const char *key)
{
	g_autofree char *heading = g_ascii_strup(key, -1);
	size_t most = 1, title = title_cells(groups, heading);
	size_t bars = LINE_CELLS - COUNT_CELLS - title;

	for (unsigned i = 0; i < groups->groups->len; i++)
		most = MAX(most, ((struct group *)groups->groups->pdata[i])->bounces);
	g_string_append_printf(out, "%zu %s of %zu %s, by %s\n\n", groups->bounces,
		groups->bounces == 1 ? "bounce" : "bounces", groups->addresses,
		groups->addresses == 1 ? "address" : "addresses", key);
	if (groups->groups->len)
		g_string_append_printf(out, "%-*s BOUNCES    ADDR\n", (int)title, heading);
	for (unsigned i = 0; i < groups->groups->len; i++) {
		const struct group *group = groups->groups->pdata[i];
		g_autofree char *bar = g_strnfill((group->bounces * bars + most - 1) / most, '#');

		put_padded(out, group->title, title);
		g_string_append_printf(
			out, " %7zu %7zu  %s\n", group->bounces, group->addresses, bar);
	}
}

static void put_json(GString *out, const struct groups *groups, const char *key, bool lines)
{
	struct json_list list;

	json_list_begin(&list, out, lines);
	for (unsigned i = 0; i < groups->groups->len; i++) {
		const struct group *group = groups->groups->pdata[i];
		g_autofree char *first = day_text(group->first), *last = day_text(group->last);
		struct json *json = json_list_item(&list);

		json_begin_object(json, NULL);
		json_string(json, "by", key);
		json_string(json, "key", group->key);
		json_string(json, "title", group->title);
		json_int(json, "bounces", (int64_t)group->bounces);
		json_int(json, "addresses", (int64_t)group->addresses);
		for (int type = 0; type < TYPE_COUNT; type++)
			json_int(json, type_names[type], (int64_t)group->by_type[type]);
		json_int(json, "delays", (int64_t)group->delays);
		json_string(json, "first", first);
		json_string(json, "last", last);
		json_end_object(json);
		json_list_item_end(&list);
	}
	json_list_end(&list);
}

static void put_table(GString *out, const struct groups *groups, bool csv, bool raw)
{
	const char *separator = csv ? "," : "\t", *end = csv ? "\r\n" : "\n";

	g_string_append_printf(out, "key%stitle%sbounces%saddresses%sfirst%slast%s", separator,
		separator, separator, separator, separator, end);
	for (unsigned i = 0; i < groups->groups->len; i++) {
		const struct group *group = groups->groups->pdata[i];
		g_autofree char *first = day_text(group->first), *last = day_text(group->last);

		if (csv) {
			csv_cell(out, group->key, raw);
			g_string_append(out, separator);
			csv_cell(out, group->title, raw);
		} else {
			text_visible_append(out, span_of(group->key ? group->key : ""), TEXT_PLAIN);
			g_string_append(out, separator);
			text_visible_append(out, span_of(group->title), TEXT_PLAIN);
		}
		g_string_append_printf(out, "%s%zu%s%zu%s%s%s%s%s", separator, group->bounces,
			separator, group->addresses, separator, first ? first : "", separator,
			last ? last : "", end);
	}
}

static bool read_key(const struct options *options, enum group_key *key, GError **error)
{
	int index = options->by ? name_index(group_names, GROUP_KEY_COUNT, span_of(options->by))
				: (int)GROUP_CATEGORY;

	if (index > GROUP_NONE) {
		*key = (enum group_key)index;
		return true;
	}
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		"--by=%s is not known; it can be category, type, status, address, domain, "
		"reporting-mta, remote-mta, day, "
		"who, cause",
		options->by);
	return false;
}

static bool write_stats(struct cli *cli, enum format format, enum group_key key,
	struct file_out *out, GError **error)
{
	struct groups *groups = groups_new(cli->session, key);
	GString *text = g_string_new(NULL);
	size_t from, to;
	bool done;

	options_window(cli->options, groups->groups->len, &from, &to);
	g_ptr_array_set_size(groups->groups, (int)to);
	g_ptr_array_remove_range(groups->groups, 0, (unsigned)from);

	switch (format) {
	case FORMAT_JSON:
	case FORMAT_JSON_LINES:
		put_json(text, groups, group_names[key], format == FORMAT_JSON_LINES);
		break;
	case FORMAT_CSV:
	case FORMAT_TSV:
		put_table(text, groups, format == FORMAT_CSV, cli->options->csv_raw);
		break;
	default:
		put_text(text, groups, group_names[key]);
		break;
	}
	done = format == FORMAT_TEXT
		       ? cli_print(cli, out, text->str, error)
		       : file_out_write(out, (struct span){text->str, text->len}, error);
	g_string_free(text, TRUE);
	groups_free(groups);
	return done;
}

int cli_stats(struct cli *cli)
{
	g_autofree char *query = cli_query(cli);
	enum format format = FORMAT_TEXT;
	enum group_key key;
	struct file_out *out;
	GError *error = NULL;
	bool partial;
	size_t count;

	if (!options_format(cli->options, FORMATS_TEXT_JSON | 1U << FORMAT_CSV | 1U << FORMAT_TSV,
		    &format, &error) ||
		!read_key(cli->options, &key, &error) || !cli_load(cli, query, &partial, &error))
		return cli_fail(cli, error);
	out = file_out_open(cli->options->output, cli->options->force, &error);
	if (!out)
		return cli_fail(cli, error);
	if (!write_stats(cli, format, key, out, &error)) {
		file_out_abandon(out);
		return cli_fail(cli, error);
	}
	if (!file_out_commit(out, &error))
		return cli_fail(cli, error);
	session_rows(cli->session, &count);
	if (partial)
		return NIXIE_PARTIAL;
	return cli->options->exit_code && count ? NIXIE_MATCHED : NIXIE_DONE;
}
