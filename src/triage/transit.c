/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/transit.h"

#include "base/text.h"
#include "rules/wordbook.h"
#include "triage/figures.h"
#include "triage/fill.h"

#define HOP_INDENT 4
#define STAMP_CELLS 27 /* "2026-11-05 09:30:01 +01:00" and a blank */
#define DELAY_CELLS 11 /* "+120:00:00" and a blank */
#define BAR_MAX 40

/* --- what is known */

static const char *host_of_last(const struct hops *hops)
{
	return hops->n ? hops->v[hops->n - 1].by : NULL;
}

/* When it reached the server that reports: that says so itself, or its Received field does. */
static int64_t set_since(struct transit *transit, const struct report *report)
{
	g_autoptr(GDateTime) arrival =
		report->arrival ? g_date_time_new_from_iso8601(report->arrival, NULL) : NULL;

	transit->since = arrival ? report->arrival : transit->lost.last_date;
	return arrival ? g_date_time_to_unix(arrival) : transit->lost.last;
}

struct transit *transit_new(const struct reading *reading, const struct details *details)
{
	struct transit *transit = g_new0(struct transit, 1);
	const struct report *report = details->report;
	int kind = details->recipient ? details->recipient->kind : report->kind;
	int64_t since;

	transit->arena = arena_new();
	transit->lost = hops_read(span_of(reading->returned), transit->arena);
	transit->report = hops_read(span_of(reading->header), transit->arena);
	transit->delayed = kind == KIND_DELAY;
	transit->host = arena_str(transit->arena,
		report->reporting_mta ? report->reporting_mta : host_of_last(&transit->lost));
	since = set_since(transit, report);
	transit->since = arena_str(transit->arena, transit->since);
	transit->until = arena_str(transit->arena, report->date);
	transit->waited = since != HOP_UNKNOWN && report->date && report->timestamp >= since
				  ? report->timestamp - since
				  : HOP_UNKNOWN;
	return transit;
}

void transit_free(struct transit *transit)
{
	if (!transit)
		return;
	arena_free(transit->arena);
	g_free(transit);
}

/* --- in words */

static const char *words_of(const struct knowledge *knowledge, enum way_word id)
{
	return word(knowledge, WORDS_WAY, (int)id);
}

/* What has passed, in its largest unit: 4 hours and 6 minutes are 4 hours. */
static char *passed(const struct knowledge *knowledge, int64_t seconds)
{
	static const int64_t units[] = {86400, 3600, 60};

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
		if (seconds >= 2 * units[i])
			return figure_time(knowledge, seconds - seconds % units[i]);
	return figure_time(knowledge, seconds);
}

static char *time_at(const struct knowledge *knowledge, enum way_word template, int64_t seconds,
	const char *host)
{
	const struct report report = {.reporting_mta = NULL};
	const struct recipient nobody = {.address = NULL};
	g_autofree char *time = passed(knowledge, seconds);
	const struct fill_fact facts[] = {{"time", time}, {"host", host}, {NULL, NULL}};
	const struct fill with = {knowledge, &report, &nobody, NULL, facts, NULL};

	return fill_text(words_of(knowledge, template), &with);
}

char *transit_words(const struct transit *transit, const struct knowledge *knowledge)
{
	if (!transit->host || transit->waited < (transit->delayed ? 1 : TRANSIT_LONG))
		return NULL;
	return time_at(knowledge, transit->delayed ? WAY_WAITS : WAY_WAITED, transit->waited,
		transit->host);
}

/* --- the page */

struct page {
	const struct knowledge *knowledge;
	GPtrArray *lines;
	int width;
	int64_t longest; /* delay of the way that is being told */
};

static void line_free(gpointer data)
{
	struct transit_line *line = data;

	g_free(line->text);
	g_free(line);
}

/* Wrapped, its further lines `indent` cells from the left. */
static void put(struct page *page, enum transit_look look, int indent, const char *text)
{
	g_autofree char *visible = text_visible(text, TEXT_PLAIN);
	g_autoptr(GPtrArray) lines = text_wrap(visible, (size_t)MAX(page->width - indent, 8));

	for (guint i = 0; i < lines->len; i++) {
		struct transit_line *line = g_new(struct transit_line, 1);

		line->look = look;
		line->text = g_strdup_printf("%*s%s", i ? indent : 0, "", (char *)lines->pdata[i]);
		g_ptr_array_add(page->lines, line);
	}
}

static void put_blank(struct page *page)
{
	struct transit_line *line = g_new(struct transit_line, 1);

	*line = (struct transit_line){TRANSIT_PLAIN, g_strdup("")};
	g_ptr_array_add(page->lines, line);
}

/* "2026-11-05 09:30:01 +01:00" of RFC 3339: as the server wrote it, so that its log can be
 * searched. */
static void put_stamp(GString *out, const char *date)
{
	if (strlen(date) > 19)
		g_string_append_printf(out, "%.10s %.8s %s", date, date + 11, date + 19);
	else
		g_string_append(out, date);
}

static void put_delay(GString *out, const struct page *page, int64_t delay, int64_t skew)
{
	int64_t seconds = skew ? skew : delay;
	int room = MIN(page->width - HOP_INDENT - STAMP_CELLS - DELAY_CELLS, BAR_MAX);
	int64_t scale = MAX(page->longest, TRANSIT_LONG);
	g_autofree char *text = NULL;

	if (!skew && delay == HOP_UNKNOWN)
		return;
	text = g_strdup_printf("%c%" G_GINT64_FORMAT ":%02d:%02d", skew ? '-' : '+', seconds / 3600,
		(int)(seconds / 60 % 60), (int)(seconds % 60));
	g_string_append_printf(out, "%*s", DELAY_CELLS - 1, text);
	if (skew || room < 1 || delay < 1)
		return;
	g_string_append_c(out, ' ');
	for (int64_t cell = 0; cell <= delay * (room - 1) / scale; cell++)
		g_string_append_c(out, '#');
}

/* A server, and below it when it had the message. */
static void put_server(struct page *page, unsigned number, const char *server, const char *date,
	int64_t delay, int64_t skew)
{
	g_autofree char *numbered = g_strdup_printf("%2u. %s", number, server);
	g_autoptr(GString) when = g_string_new(NULL);
	bool longest = delay >= TRANSIT_LONG && delay == page->longest;
	struct transit_line *line = g_new(struct transit_line, 1);

	put(page, TRANSIT_PLAIN, HOP_INDENT, numbered);
	g_string_append_printf(when, "%*s", HOP_INDENT, "");
	if (date)
		put_stamp(when, date);
	else
		g_string_append(when, words_of(page->knowledge, WAY_NO_TIME));
	if (date) {
		g_string_append_printf(
			when, "%*s", MAX(HOP_INDENT + STAMP_CELLS - (int)when->len, 1), "");
		put_delay(when, page, delay, skew);
	}
	line->look = longest ? TRANSIT_LONGEST : TRANSIT_PLAIN;
	line->text = g_strdup(g_strchomp(when->str));
	g_ptr_array_add(page->lines, line);
}

/* "mx1.example, from mx2.example [192.0.2.1]" */
static char *server_of(const struct page *page, const struct hop *hop)
{
	g_autofree char *in_brackets = hop->ip ? g_strdup_printf("[%s]", hop->ip) : NULL;
	const char *ip = in_brackets && g_strcmp0(hop->from, in_brackets) != 0 ? in_brackets : NULL;
	g_autofree char *from = g_strdup_printf(
		"%s%s%s", hop->from ? hop->from : "", hop->from && ip ? " " : "", ip ? ip : "");
	g_autofree char *source =
		*from ? words_with(words_of(page->knowledge, WAY_FROM), from) : NULL;

	if (!source)
		return g_strdup(hop->by ? hop->by : "?");
	return hop->by ? g_strdup_printf("%s, %s", hop->by, source) : g_steal_pointer(&source);
}

static void put_clock(struct page *page, const struct hop *hop)
{
	g_autofree char *words = NULL;

	if (hop->skew < TRANSIT_LONG || !hop->by)
		return;
	words = time_at(page->knowledge, WAY_CLOCK, hop->skew, hop->by);
	put(page, TRANSIT_WORDS, 0, words);
}

/* What stands out on a way. */
static void put_remarks(struct page *page, const struct hops *hops)
{
	bool told = false;

	for (size_t i = 0; i < hops->n; i++) {
		const struct hop *hop = &hops->v[i];
		const char *host = i ? hops->v[i - 1].by : NULL;

		put_clock(page, hop);
		if (told || hop->delay < TRANSIT_LONG || hop->delay != page->longest)
			continue;
		g_autofree char *words = time_at(page->knowledge, WAY_ON_THE_WAY, hop->delay,
			host        ? host
			: hop->from ? hop->from
				    : "?");
		put(page, TRANSIT_WORDS, 0, words);
		told = true;
	}
}

static int64_t longest_of(const struct hops *hops)
{
	int64_t longest = 0;

	for (size_t i = 0; i < hops->n; i++)
		longest = MAX(longest, hops->v[i].delay);
	return longest;
}

static void put_hops(struct page *page, const struct hops *hops)
{
	for (size_t i = 0; i < hops->n; i++) {
		const struct hop *hop = &hops->v[i];
		g_autofree char *server = server_of(page, hop);

		put_server(page, (unsigned)i + 1, server, hop->date, hop->delay, hop->skew);
	}
	if (hops->cut) {
		g_autofree char *count = g_strdup_printf("%d", HOPS_MAX);
		g_autofree char *words = words_with(words_of(page->knowledge, WAY_CUT), count);

		put(page, TRANSIT_WORDS, 0, words);
	}
	if (!hops->n)
		put(page, TRANSIT_PLAIN, 0, words_of(page->knowledge, WAY_NO_FIELDS));
}

static void put_lost(struct page *page, const struct transit *transit)
{
	g_autofree char *words = transit_words(transit, page->knowledge);

	put(page, TRANSIT_HEADING, 0, words_of(page->knowledge, WAY_LOST));
	if (words)
		put(page, TRANSIT_WORDS, 0, words);
	page->longest = longest_of(&transit->lost);
	put_remarks(page, &transit->lost);
	page->longest = MAX(page->longest, transit->waited);
	put_blank(page);
	put_hops(page, &transit->lost);
	if (!transit->host || !transit->until)
		return;
	g_autofree char *end = words_with(words_of(page->knowledge, WAY_WRITES), transit->host);

	put_server(page, (unsigned)transit->lost.n + 1, end, transit->until, transit->waited, 0);
}

GPtrArray *transit_lines(
	const struct transit *transit, const struct knowledge *knowledge, int width)
{
	struct page page = {knowledge, g_ptr_array_new_with_free_func(line_free), width, 0};

	put_lost(&page, transit);
	put_blank(&page);
	put(&page, TRANSIT_HEADING, 0, words_of(knowledge, WAY_REPORT));
	page.longest = longest_of(&transit->report);
	put_remarks(&page, &transit->report);
	put_hops(&page, &transit->report);
	return page.lines;
}
