/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie show --hops: the way of each message that came back, and of the report. */
#include "cli/pages.h"
#include "rules/wordbook.h"
#include "triage/session.h"
#include "triage/thread.h"
#include "triage/transit.h"

#define TEXT_WIDTH 77

static void *open_transit(struct cli *cli, const struct row *row, GError **error)
{
	const struct details *details = session_details_wait(cli->session, row, error);
	const struct reading *reading =
		details ? session_reading_wait(cli->session, row, NULL) : NULL;

	return reading ? transit_new(reading, details) : NULL;
}

static void close_transit(void *of)
{
	transit_free(of);
}

static void put_text(GString *out, const struct cli *cli, const struct row *row, const void *of)
{
	g_autoptr(GPtrArray) lines = transit_lines(of, cli->knowledge, TEXT_WIDTH);
	g_autofree char *head = returned_words(cli->knowledge, row);

	cli_page_put(out, 0, head);
	for (guint i = 0; i < lines->len; i++) {
		const struct transit_line *line = lines->pdata[i];

		g_string_append_printf(out, "%s%s\n", *line->text ? "  " : "", line->text);
	}
}

/* HOP_UNKNOWN is null. */
static void put_seconds(struct json *json, const char *key, int64_t seconds)
{
	if (seconds == HOP_UNKNOWN)
		json_null(json, key);
	else
		json_int(json, key, seconds);
}

static void put_hops(struct json *json, const char *key, const struct hops *hops)
{
	json_begin_array(json, key);
	for (size_t i = 0; i < hops->n; i++) {
		const struct hop *hop = &hops->v[i];

		json_begin_object(json, NULL);
		json_string(json, "from", hop->from);
		json_string(json, "ip", hop->ip);
		json_string(json, "by", hop->by);
		json_string(json, "with", hop->with);
		json_string(json, "id", hop->id);
		json_string(json, "date", hop->date);
		put_seconds(json, "timestamp", hop->time);
		put_seconds(json, "delay", hop->delay);
		json_int(json, "skew", hop->skew);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_json(
	struct json *json, const struct cli *cli, const struct row *row, const void *of)
{
	const struct transit *transit = of;
	g_autofree char *words = transit_words(transit, cli->knowledge);

	json_begin_object(json, NULL);
	json_string(json, "id", row_id(row));
	json_string(json, "address", row_text(row, ROW_ADDRESS));
	json_string(json, "host", transit->host);
	json_string(json, "since", transit->since);
	json_string(json, "until", transit->until);
	put_seconds(json, "waited", transit->waited);
	json_bool(json, "delayed", transit->delayed);
	json_string(json, "words", words);
	put_hops(json, "hops", &transit->lost);
	put_hops(json, "report_hops", &transit->report);
	json_bool(json, "cut", transit->lost.cut || transit->report.cut);
	json_end_object(json);
}

int cli_hops(struct cli *cli)
{
	static const struct cli_page page = {.per_report = true,
		.open = open_transit,
		.text = put_text,
		.json = put_json,
		.close = close_transit};

	return cli_pages(cli, &page);
}
